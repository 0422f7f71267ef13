// Where the focus goes when what has it goes away.
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

const REACHABLE = "button:not(:disabled), a[href], input:not([type=hidden]), select, textarea";

/** Remembers where something is. Gives what focuses it or, once it is gone, what can be done in its place. */
export function placeOf(element: Element | null): () => void {
  const path: Element[] = [];
  // no further than the screen: what is first around it is the link that skips to it, which shows itself when it is focused
  const isAround = (place: Element) => place.id === "main" || place.querySelector("#main") !== null;
  for (let at = element; at && at !== document.body && !isAround(at); at = at.parentElement) path.push(at);
  const reachable = (place: Element) => (place === element ? element : place.querySelector(REACHABLE));
  return () => {
    const found = path.filter((place) => place.isConnected).map(reachable).find(Boolean);
    const target = found || (element !== document.body && document.getElementById("main"));
    if (target instanceof HTMLElement) target.focus();
  };
}

/** For what opens a form in its place: who closes that goes on where they opened it. */
export function useReturn<E extends HTMLElement>(isOpen: boolean): RefObject<E | null> {
  const place = useRef<E>(null);
  const was = useRef(isOpen);
  useLayoutEffect(() => {
    if (was.current && !isOpen && document.activeElement === document.body) place.current?.querySelector("button")?.focus();
    was.current = isOpen;
  }, [isOpen]);
  return place;
}

/** For rows that somebody asked for: the first of them has the focus where what they pressed is gone. */
export function useFirst<E extends HTMLElement>(): RefObject<E | null> {
  const rows = useRef<E>(null);
  useLayoutEffect(() => {
    const row = rows.current?.querySelector<HTMLElement>("li, tr");
    if (!row || document.activeElement !== document.body) return;
    const target = row.querySelector<HTMLElement>(REACHABLE) ?? row;
    if (target === row) row.tabIndex = -1;
    target.focus();
  }, []);
  return rows;
}

/** For a row of a list: when it goes with the focus in it, its neighbour gets that, else the screen. */
export function useNeighbour<E extends HTMLElement>(): RefObject<E | null> {
  const row = useRef<E>(null);
  useLayoutEffect(() => {
    const here = row.current;
    return () => {
      if (!here?.contains(document.activeElement)) return;
      const next = here.nextElementSibling ?? here.previousElementSibling;
      const target = next?.querySelector<HTMLElement>("button, a[href]") ?? document.getElementById("main");
      queueMicrotask(() => target?.focus());
    };
  }, []);
  return row;
}
