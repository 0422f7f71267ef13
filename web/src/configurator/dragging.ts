// Stages and actions under the mouse or a finger. What takes them is loaded beside the screen, not before it.
import { useEffect, useRef, useState } from "preact/hooks";

import type { Dragged } from "../drag";

type Kind = "cfg-stage" | "cfg-action";
type Ref = { current: HTMLElement | null };

/** Lets a node be dragged by its handle. */
export function useDrag(ref: Ref, kind: Kind, id: string, may: boolean): void {
  useLoaded(may, [kind, id], ({ makeDraggable }) => {
    const handle = ref.current?.querySelector<HTMLElement>(".cfg-handle") ?? undefined;
    const node = ref.current;
    // Its class is drawn anew while it is dragged; this stays.
    const mark = (on: boolean) => node?.toggleAttribute("data-dragged", on);
    return (
      node &&
      makeDraggable(node, { what: () => ({ kind, id }), handle, onStart: () => mark(true), onEnd: () => mark(false) })
    );
  });
}

/**
 * Lets nodes be dropped in a list. Gives before which place of it one would come now; null when none is over it.
 */
export function useDrop(
  ref: Ref,
  kind: Kind,
  axis: "x" | "y",
  may: boolean,
  onDrop: (id: string, before: number) => void,
): number | null {
  const [over, setOver] = useState<number | null>(null);
  const latest = useRef(onDrop);
  latest.current = onDrop;
  useLoaded(may, [kind, axis], ({ makeTarget }) => {
    const list = ref.current;
    if (!list) return null;
    return makeTarget(list, {
      takes: (what: Dragged) => what.kind === kind,
      onOver: (at) => setOver(at && placeAt(list, axis === "x" ? at.clientX : at.clientY, axis)),
      onDrop: ({ id }, at) => latest.current(id, placeAt(list, axis === "x" ? at.clientX : at.clientY, axis)),
    });
  });
  return over;
}

/** How many nodes of a list have their middle before this. */
function placeAt(list: HTMLElement, at: number, axis: "x" | "y"): number {
  const nodes = list.querySelectorAll<HTMLElement>(
    ":scope > [data-node]:not([data-node=end]), :scope > ul > [data-node], :scope > ol > [data-node]",
  );
  const middles = [...nodes]
    .map((node) => node.getBoundingClientRect())
    .map((box) => (axis === "x" ? box.x + box.width / 2 : box.y + box.height / 2));
  return middles.filter((middle) => middle < at).length;
}

type Drag = typeof import("../drag");

function useLoaded(may: boolean, keys: unknown[], make: (drag: Drag) => (() => void) | null): void {
  useEffect(() => {
    if (!may) return;
    let end: (() => void) | null = null;
    let isGone = false;
    void import("../drag").then((drag) => {
      if (!isGone) end = make(drag);
    });
    return () => {
      isGone = true;
      end?.();
    };
  }, [may, ...keys]);
}
