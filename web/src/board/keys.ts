// The board by keyboard: arrows go from card to card, Shift moves them, M asks where to.
import { told } from "../parts/toast";
import { board as texts } from "../texts/board";
import type { Board } from "./state";
import type { Question } from "./view";

export function onKey(event: KeyboardEvent, board: Board, ask: (what: Question) => void): void {
  const id = (event.target as Element).closest<HTMLElement>("[data-card]")?.dataset.card;
  if (!id || event.ctrlKey || event.metaKey || event.altKey) return;
  const done = event.shiftKey ? moved(event.key, id, board) : gone(event.key, id, board, ask);
  if (done) event.preventDefault();
}

const SIDES: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1 };

function moved(key: string, id: string, board: Board): boolean {
  const side = SIDES[key];
  const from = board.columnOf(id);
  if (side === undefined || !from) return false;
  const to = board.columns.peek()[board.columns.peek().indexOf(from) + side];
  if (!to) {
    told(texts().lastColumn);
    return true;
  }
  void board.move(id, to).then(() => focus(id));
  focus(id);
  return true;
}

function gone(key: string, id: string, board: Board, ask: (what: Question) => void): boolean {
  if (key.toLowerCase() === "m") {
    ask({ move: id });
    return true;
  }
  const columns = board.columns.peek();
  const from = board.columnOf(id);
  if (!from) return false;
  const ids = from.ids.peek();
  const at = ids.indexOf(id);
  const side = SIDES[key];
  if (side !== undefined) return focus(beside(columns.indexOf(from), side, at, board));
  const to = { ArrowDown: ids[at + 1], ArrowUp: ids[at - 1], Home: ids[0], End: ids.at(-1) }[key];
  return focus(to);
}

/** The card at the same height in the next column that has any. */
function beside(from: number, side: number, at: number, board: Board): string | undefined {
  const columns = board.columns.peek();
  for (let next = from + side; columns[next]; next += side) {
    const ids = columns[next]?.ids.peek() ?? [];
    if (ids.length > 0) return ids[Math.min(at, ids.length - 1)];
  }
  return undefined;
}

/** Focuses a card, when it is drawn. */
function focus(id: string | undefined): boolean {
  if (!id) return false;
  requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-card="${id}"] .deal-title`)?.focus());
  return true;
}
