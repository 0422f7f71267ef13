// What the parts of the configurator have in common: the draft, whether it may be changed, and what is asked.
import { announce, dialogs } from "../parts/toast";
import { configurator as texts } from "../texts/configurator";
import type { ProblemFragment } from "./__generated__/graphql";
import type { Draft } from "./draft";
import { findAction, findStage, moveAction, moveStage, removeAction, removeStage } from "./tree";

export type Conflict = Extract<ProblemFragment, { __typename: "VersionConflict" }>;

/** What is wrong with a setting of an action: the way to it, such as `followUps`, `0`, `title`, and what the API says. */
export interface Flaw {
  path: readonly string[];
  message: string;
}

/** What is asked in a dialog. */
export type Question =
  | { settings: string; about?: Flaw }
  | { stage: string }
  | { move: string }
  | { leave: string }
  | { conflict: Conflict }
  | "about"
  | "removed"
  | "review"
  | null;

export type View = "columns" | "list";

export interface Desk {
  draft: Draft;
  may: boolean;
  view: View;
  ask: (what: Question) => void;
}

/** How many frames it may take until something is drawn, and no dialog is before it. */
const FRAMES = 30;

/** Focuses a part of a node once it is drawn, and goes on with it. */
export function focusOn(id: string, part = ".cfg-handle", next?: (part: HTMLElement) => void, frames = FRAMES): void {
  requestAnimationFrame(() => {
    const node = document.querySelector<HTMLElement>(`[data-node="${id}"]`);
    // A dialog that closes gives the focus back first.
    const found = dialogs.peek() > 0 ? null : node?.querySelector<HTMLElement>(part);
    node?.scrollIntoView({ block: "nearest", inline: "nearest" });
    found?.focus({ preventScroll: true });
    if (found) next?.(found);
    else if (frames > 0) focusOn(id, part, next, frames - 1);
  });
}

/** Begins to rename a node: its name becomes a field. */
export function rename(id: string): void {
  focusOn(id, ".cfg-name", (button) => button.click());
}

/** Puts an action before the one that is at this place of a stage now, and says where it is. */
export function putAction({ draft }: Desk, id: string, stageId: string, before: number): void {
  draft.to(moveAction(draft.tree.peek(), id, stageId, before));
  const place = findAction(draft.tree.peek(), id);
  if (place) announce(texts().moved(place.action.name, place.at + 1, place.stage.actions.length, place.stage.name));
  focusOn(id);
}

export function putStage({ draft }: Desk, id: string, before: number): void {
  draft.to(moveStage(draft.tree.peek(), id, before));
  const { stages, name } = draft.tree.peek();
  const at = stages.findIndex((stage) => stage.id === id);
  if (stages[at]) announce(texts().moved(stages[at].name, at + 1, stages.length, name));
  focusOn(id);
}

/** Removes a stage or an action; what stands beside it gets the focus. */
export function remove({ draft }: Desk, id: string): void {
  const tree = draft.tree.peek();
  const place = findAction(tree, id);
  const name = place?.action.name ?? findStage(tree, id)?.name ?? "";
  const siblings = place ? place.stage.actions : tree.stages;
  const at = siblings.findIndex((sibling) => sibling.id === id);
  const next = siblings[at + 1] ?? siblings[at - 1];
  draft.to(place ? removeAction(tree, id) : removeStage(tree, id));
  announce(texts().removed(name));
  if (next) focusOn(next.id);
  else focusOn(place?.stage.id ?? "end", ".cfg-adder input");
}

/** Arrow keys on a handle move what it belongs to. */
export function onHandleKey(event: KeyboardEvent, desk: Desk, id: string): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const moves = findAction(desk.draft.tree.peek(), id) ? actionByKey : stageByKey;
  if (!moves(event.key, desk, id)) return;
  event.preventDefault();
}

const ALONG: Record<string, number> = { ArrowUp: -1, ArrowDown: 1 };
const ACROSS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1 };

function actionByKey(key: string, desk: Desk, id: string): boolean {
  const { stages } = desk.draft.tree.peek();
  const place = findAction(desk.draft.tree.peek(), id);
  const [along, across] = [ALONG[key], ACROSS[key]];
  if (!place || (along === undefined && across === undefined)) return false;
  const beside = stages[stages.indexOf(place.stage) + (across ?? along ?? 0)];
  const to = place.at + (along ?? 0);
  if (along && to >= 0 && to < place.stage.actions.length) putAction(desk, id, place.stage.id, along > 0 ? to + 1 : to);
  // Beyond the last one is the next stage.
  else if (along && beside) putAction(desk, id, beside.id, along > 0 ? 0 : beside.actions.length);
  else if (across && beside) putAction(desk, id, beside.id, Math.min(place.at, beside.actions.length));
  return true;
}

function stageByKey(key: string, desk: Desk, id: string): boolean {
  const { stages } = desk.draft.tree.peek();
  const step = ALONG[key] ?? ACROSS[key];
  if (step === undefined) return false;
  const to = stages.findIndex((stage) => stage.id === id) + step;
  if (to >= 0 && to < stages.length) putStage(desk, id, step > 0 ? to + 1 : to);
  return true;
}
