// One board: its head, its columns, and the questions that it asks.
import { useSignal, type Signal } from "@preact/signals";
import { useCallback, useEffect, useMemo, useRef } from "preact/hooks";

import { useRewritten } from "../api/use";
import type { ClosingStatus } from "../closing/dialog";
import { Button } from "../parts/button";
import { lazy } from "../parts/lazy";
import { Failed, Loading, NotHere } from "../parts/show";
import { useTitle } from "../parts/title";
import { board as texts } from "../texts/board";
import { ColumnView } from "./column";
import { Closings } from "./closings";
import { chosen, isFiltered, reset } from "./filters";
import { Head } from "./head";
import { onKey } from "./keys";
import { Board } from "./state";

const { Lazy: Questions, prepare } = lazy(() => import("./questions"));

/** What the board is asking. */
export type Question = { move: string } | { close: string; as: ClosingStatus } | { reopen: string } | "new" | "filters" | "owner" | null;

export function BoardView({ id }: { id: string }) {
  const wanted = JSON.stringify(chosen());
  const last = useRef<Board | null>(null);
  const board = useMemo(() => new Board(id, chosen()), [id, wanted]);
  const question = useSignal<Question>(null);
  useEffect(() => {
    void board.open();
    return () => board.close();
  }, [board]);
  useRewritten(() => void board.open());
  if (board.state.value === "there") last.current = board;
  // What was shown stays until what was chosen instead is there.
  const shown = board.state.value === "loading" && last.current ? last.current : board;
  useTitle(shown.process.value?.name);
  return <Shown board={shown} question={question} again={() => void board.open()} />;
}

interface ShownProps {
  board: Board;
  question: Signal<Question>;
  again: () => void;
}

function Shown({ board, question, again }: ShownProps) {
  const ask = useCallback((what: Question) => void (question.value = what), [question]);
  const state = board.state.value;
  useEffect(() => {
    if (state === "there") prepare();
  }, [state]);
  const process = board.process.value;
  if (state === "gone") return <NotHere />;
  if (typeof state === "object")
    return (
      <>
        <Failed text={state.failed} again={again} />
        {isFiltered(chosen()) && (
          <p class="board-plain">
            <Button icon="close" onClick={reset}>
              {texts().reset}
            </Button>
          </p>
        )}
      </>
    );
  if (!process) return <Loading />;
  const asked = question.value;
  return (
    <div class="board">
      <Head board={board} process={process} ask={ask} />
      <p class="hidden" id="board-help">
        {texts().help}
      </p>
      <Columns board={board} ask={ask} />
      <Closings ask={ask} />
      {asked && <Questions board={board} question={asked} ask={ask} />}
    </div>
  );
}

function Columns({ board, ask }: { board: Board; ask: (what: Question) => void }) {
  const ref = useRef<HTMLDivElement>(null);
  useHeld(ref, ask);
  return (
    <div ref={ref} class="board-columns" onKeyDown={(event) => onKey(event, board, ask)}>
      {board.columns.value.map((column) => (
        <ColumnView key={column.stage ?? "none"} board={board} column={column} ask={ask} />
      ))}
    </div>
  );
}

/** A card on which a finger is held asks where to. What notices it is loaded beside the board, not before it. */
function useHeld(columns: { current: HTMLElement | null }, ask: (what: Question) => void): void {
  useEffect(() => {
    let end = () => {};
    let gone = false;
    void import("../hold").then(({ onHold }) => {
      if (gone || !columns.current) return;
      end = onHold(columns.current, "[data-card]", ({ dataset }) => ask({ move: dataset.card ?? "" }));
    });
    return () => {
      gone = true;
      end();
    };
  }, [ask]);
}
