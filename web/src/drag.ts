// Dragging with the mouse or a finger: the one place that knows the library for it.
import { draggable, dropTargetForElements, monitorForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";

/** What is dragged: its kind, and whatever says which one it is. */
export interface Dragged {
  kind: string;
  id: string;
  [more: string]: unknown;
}

export interface Source {
  what: () => Dragged;
  onStart?: () => void;
  onEnd?: () => void;
  /** What it is taken by; the whole of it when left out. */
  handle?: HTMLElement | undefined;
}

/** What is dragged now, by what it was taken from. */
let current: { element: HTMLElement; source: Source } | null = null;

// The drag is watched, not its element: that may be drawn anew or taken away by what others do, and never hears of
// the end then.
monitorForElements({
  onDragStart: () => {
    current?.element.classList.add("dragged");
    current?.source.onStart?.();
  },
  onDrop: () => {
    current?.element.classList.remove("dragged");
    current?.source.onEnd?.();
    current = null;
  },
});

/** Lets an element be dragged. Gives what ends that; a drag that has begun goes on. */
export function makeDraggable(element: HTMLElement, source: Source): () => void {
  return draggable({
    element,
    dragHandle: source.handle,
    getInitialData: () => {
      current = { element, source };
      return source.what();
    },
  });
}

export interface Target {
  /** Whether it may be dropped here: asked again while it is dragged. */
  takes: (what: Dragged) => boolean;
  /** It is over the element now, at this height and place; null: not any more. */
  onOver?: (at: { clientX: number; clientY: number } | null) => void;
  onDrop: (what: Dragged, at: { clientX: number; clientY: number }) => void;
}

/** Lets things be dropped on an element. The innermost one that takes it gets it. */
export function makeTarget(element: HTMLElement, { takes, onOver, onDrop }: Target): () => void {
  const isInnermost = (location: { current: { dropTargets: { element: Element }[] } }) =>
    location.current.dropTargets[0]?.element === element;
  return dropTargetForElements({
    element,
    canDrop: ({ source }) => takes(source.data as Dragged),
    onDragEnter: ({ location }) => onOver?.(isInnermost(location) ? location.current.input : null),
    onDrag: ({ location }) => onOver?.(isInnermost(location) ? location.current.input : null),
    onDragLeave: () => onOver?.(null),
    onDrop: ({ source, location }) => {
      onOver?.(null);
      if (isInnermost(location)) onDrop(source.data as Dragged, location.current.input);
    },
  });
}
