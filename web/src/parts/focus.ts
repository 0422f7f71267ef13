// Where the focus goes when what has it goes away.
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

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
