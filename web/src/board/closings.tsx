// While a card is dragged: where to drop it to close its deal.
import { useEffect, useRef, useState } from "preact/hooks";

import { failed } from "../parts/toast";
import { common } from "../texts/common";
import type { ClosingStatus } from "../closing/dialog";
import { isDragging, permissionsOf } from "./dragging";
import type { Question } from "./view";

const KINDS = { WON: "win", LOST: "lose", OUTDATED: "outdate" } as const;

export function Closings({ ask }: { ask: (what: Question) => void }) {
  return (
    <div class={`closings ${isDragging.value ? "" : "closings-away"}`} aria-hidden="true">
      {(Object.keys(KINDS) as ClosingStatus[]).map((status) => (
        <Closing key={status} status={status} ask={ask} />
      ))}
    </div>
  );
}

function Closing({ status, ask }: { status: ClosingStatus; ask: (what: Question) => void }) {
  const ref = useRef<HTMLDivElement>(null);
  const [over, setOver] = useState(false);
  useEffect(() => {
    let end = () => {};
    let gone = false;
    void import("../drag").then(({ makeTarget }) => {
      if (gone || !ref.current) return;
      end = makeTarget(ref.current, {
        takes: ({ kind }) => kind === "card",
        onOver: (at) => setOver(at !== null),
        onDrop: ({ id }) => {
          const blockers = permissionsOf(id)?.[KINDS[status]].blockers ?? [];
          for (const { message } of blockers) failed(message);
          if (blockers.length === 0) ask({ close: id, as: status });
        },
      });
    });
    return () => {
      gone = true;
      end();
    };
  }, []);
  const from = isDragging.value;
  const blockers = from ? (permissionsOf(from.id)?.[KINDS[status]].blockers ?? []) : [];
  return (
    <div ref={ref} class={`closing closing-${status.toLowerCase()} ${over ? "closing-over" : ""}`}>
      <div class="closing-box">
        <strong>{common().statuses[status]}</strong>
        {blockers.length > 0 && <small>{blockers.map(({ message }) => message).join(" ")}</small>}
      </div>
    </div>
  );
}
