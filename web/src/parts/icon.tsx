// Small drawings. They say nothing by themselves: the text beside them does.
const PATHS = {
  board: "M4 5h4v14H4zM10 5h4v9h-4zM16 5h4v11h-4z",
  process: "M5 6h6v4H5zM13 14h6v4h-6zM8 10v6h5",
  inbox: "M4 13l2.5-8h11L20 13v6H4zM4 13h5l1 2h4l1-2h5",
  task: "M4 12l5 5L20 6",
  insight: "M4 19V5M4 19h16M8 15l3-4 3 2 5-6",
  admin: "M12 4l7 3v5c0 4.5-3 7-7 8-4-1-7-3.5-7-8V7z",
  user: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20c1-4 4-6 8-6s7 2 8 6",
  close: "M6 6l12 12M18 6L6 18",
  check: "M5 12.5l4.5 4.5L19 7.5",
  lock: "M7 11h10v8H7zM9 11V8a3 3 0 0 1 6 0v3",
  move: "M5 12h14M14 7l5 5-5 5",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  note: "M5 5h14v10l-4 4H5zM15 19v-4h4M8 9h8M8 12h5",
  file: "M7 4h7l4 4v12H7zM14 4v4h4",
  clip: "M8 12.5l6-6a3 3 0 0 1 4.2 4.2l-7.5 7.5a4.5 4.5 0 0 1-6.4-6.4L11 5",
  clock: "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM12 8v4l3 2",
  plus: "M12 5v14M5 12h14",
  search: "M11 17a6 6 0 1 0 0-12 6 6 0 0 0 0 12zM15.5 15.5L20 20",
  down: "M6 9l6 6 6-6",
  up: "M6 15l6-6 6 6",
  left: "M15 6l-6 6 6 6",
  right: "M9 6l6 6-6 6",
  cog: "M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.2 2.2M16.2 16.2l2.2 2.2M18.4 5.6l-2.2 2.2M7.8 16.2l-2.2 2.2",
  history: "M4 12a8 8 0 1 0 2.5-5.8M4 4v4h4M12 8v4l3 2",
  flag: "M6 20V5h11l-2.5 4L17 13H6",
  warn: "M12 4l9 16H3zM12 10v4M12 17h.01",
  info: "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM12 11v5M12 8h.01",
  drag: "M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01",
  undo: "M9 7L4 12l5 5M4 12h10a5 5 0 0 1 0 10h-3",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  out: "M14 5h5v14h-5M4 12h10M10 8l4 4-4 4",
  code: "M8 7l-5 5 5 5M16 7l5 5-5 5M13.5 5l-3 14",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class={name === "more" || name === "drag" ? "icon icon-dots" : "icon"} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
