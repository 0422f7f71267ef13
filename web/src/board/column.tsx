// A column: its head, and its cards, of which more are read as one scrolls.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { isDragging, permissionsOf } from "./dragging";
import { money, number } from "../language";
import { Icon } from "../parts/icon";
import { Loading } from "../parts/show";
import { board as texts } from "../texts/board";
import { CardView } from "./card";
import type { Column } from "./columns";
import { chosen, isFiltered } from "./filters";
import type { Board } from "./state";
import type { Question } from "./view";

interface Props {
  board: Board;
  column: Column;
  ask: (what: Question) => void;
}

export function ColumnView({ board, column, ask }: Props) {
  const ref = useRef<HTMLElement>(null);
  const [over, setOver] = useState(false);
  useTarget(ref, board, column, setOver);
  useSameFocus(ref);
  const name = board.nameOf(column);
  const ids = column.ids.value;
  const from = isDragging.value;
  const blockers = from && from.column !== column ? (permissionsOf(from.id)?.move.blockers ?? []) : [];
  return (
    <section
      ref={ref}
      class={`column ${over ? "column-over" : ""} ${blockers.length > 0 ? "column-refuses" : ""} ${column.stage ? "" : "column-none"}`}
      aria-label={name}
    >
      <header class="column-head">
        <h2 title={column.hint || undefined}>{name}</h2>
        <Sums column={column} />
      </header>
      <div class="column-note">
        {blockers.length > 0 && (
          <p class="column-blocked" role="status">
            <Icon name="lock" />
            {blockers.map(({ message }) => message).join(" ")}
          </p>
        )}
      </div>
      <div class="column-cards">
        <ul>
          {ids.map((id, at) => (
            <CardView key={id} board={board} id={id} isFirst={at === 0} ask={ask} />
          ))}
        </ul>
        {ids.length === 0 && <p class="column-empty">{isFiltered(chosen()) ? texts().emptyFiltered : texts().empty}</p>}
        <More board={board} column={column} />
      </div>
    </section>
  );
}

function Sums({ column }: { column: Column }) {
  const { count, values, weighted } = column.sums.value;
  const all = values.map((value) => money(value, true)).join(" + ");
  const title = weighted.length > 0 ? texts().weighted(weighted.map((value) => money(value)).join(" + ")) : undefined;
  return (
    <p class="column-sums numbers">
      <span class="column-count" aria-hidden="true">
        {number(count)}
      </span>
      {all && (
        <span title={title} aria-hidden="true">
          {all}
        </span>
      )}
      <span class="hidden">{[texts().deals(count), all].filter(Boolean).join(", ")}</span>
    </p>
  );
}

/** What has the focus keeps it when its card goes to another place of the column, which takes it away for a moment. */
function useSameFocus(ref: { current: HTMLElement | null }): void {
  const focused = document.activeElement;
  const isHere = ref.current?.contains(focused);
  useLayoutEffect(() => {
    if (isHere && document.activeElement === document.body && focused instanceof HTMLElement) focused.focus();
  });
}

/** Lets cards be dropped here. What takes them is loaded beside the board, not before it. */
function useTarget(
  ref: { current: HTMLElement | null },
  board: Board,
  column: Column,
  setOver: (over: boolean) => void,
): void {
  useEffect(() => {
    let end = () => {};
    let gone = false;
    void import("../drag").then(({ makeTarget }) => {
      if (gone || !ref.current) return;
      end = makeTarget(ref.current, {
        takes: ({ kind }) => kind === "card",
        onOver: (at) => setOver(at !== null),
        onDrop: ({ id }) => void board.move(id, column),
      });
    });
    return () => {
      gone = true;
      end();
    };
  }, [board, column]);
}

/** Reads the next cards when their place comes into sight. */
function More({ board, column }: { board: Board; column: Column }) {
  const ref = useRef<HTMLDivElement>(null);
  const next = column.next.value;
  useEffect(() => {
    if (!next || !ref.current) return;
    const look = (seen: IntersectionObserverEntry[]) =>
      seen.some(({ isIntersecting }) => isIntersecting) && void board.more(column);
    const watch = new IntersectionObserver(look, { rootMargin: "400px" });
    watch.observe(ref.current);
    return () => watch.disconnect();
  }, [next]);
  const waits = column.ids.value.length < column.sums.value.count;
  return <div ref={ref}>{waits && <Loading />}</div>;
}
