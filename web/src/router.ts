// Where one is: the path below the application, and its query. Links are plain links.
import { signal } from "@preact/signals";

export interface Place {
  /** The parts of the path, such as `["boards", "process_01…"]`. */
  parts: string[];
  query: URLSearchParams;
}

/** Where the application begins: the server says it with `<base>`, so that a proxy may put it below another path. */
const base = new URL(document.baseURI);

export const place = signal<Place>(read());

function read(): Place {
  const path = location.pathname.slice(base.pathname.length);
  return {
    parts: path.split("/").filter(Boolean).map(decodeURIComponent),
    query: new URLSearchParams(location.search),
  };
}

/** Gets the path that one goes to; false keeps one here. */
type Guard = (to: string) => boolean;
let guard: Guard | null = null;

/** Asks before one leaves: for what is not saved. Gives what takes the guard away. */
export function guardLeaving(asks: Guard): () => void {
  guard = asks;
  return () => {
    if (guard === asks) guard = null;
  };
}

/** Takes the guard away: whoever was asked has decided to leave. */
export function leave(): void {
  guard = null;
}

const pathOf = ({ pathname, search }: { pathname: string; search: string }): string =>
  pathname.slice(base.pathname.length) + search;

/** Goes to a path of the application, such as `deals/deal_01…`. */
export function go(path: string, how: "push" | "replace" = "push"): void {
  const to = new URL(path, base);
  const elsewhere = to.pathname !== location.pathname;
  if (elsewhere && guard && !guard(pathOf(to))) return;
  if (elsewhere) guard = null;
  if (how === "push") history.pushState(++step, "", to);
  else history.replaceState(step, "", to);
  arrive(elsewhere);
}

/** Puts the query of the address to what is chosen, without another entry in the history. */
export function setQuery(query: URLSearchParams): void {
  const text = query.toString();
  history.replaceState(step, "", location.pathname + (text && `?${text}`));
  place.value = read();
}

/** How far one is in the history of this tab: the way back to where a guard keeps one. */
let step = Number(history.state ?? 0);

function arrive(elsewhere: boolean): void {
  place.value = read();
  if (elsewhere) scrollTo(0, 0);
}

addEventListener("popstate", () => {
  const to = Number(history.state ?? 0);
  const stays = place.peek().parts.join("/") === read().parts.join("/");
  if (!stays && guard && to !== step && !guard(pathOf(location))) return history.go(step - to);
  if (!stays) guard = null;
  step = to;
  place.value = read();
});

/** Follows links to the application's own paths without loading the page. */
addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return;
  const link = (event.target as Element | null)?.closest?.("a[href]");
  if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute("download") || !isOurs(link.href))
    return;
  event.preventDefault();
  go(link.href);
});

function isOurs(href: string): boolean {
  const to = new URL(href);
  if (to.origin !== base.origin || !to.pathname.startsWith(base.pathname)) return false;
  const first = to.pathname.slice(base.pathname.length).split("/")[0];
  return !["explorer", "files", "graphql", "assets"].includes(first ?? "");
}
