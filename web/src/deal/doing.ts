// Doing an action of a checklist, and undoing it: what is said about that belongs to the item.
import { change } from "../api/use";
import { settled, told } from "../parts/toast";
import { deal as texts } from "../texts/deal";
import {
  CompleteActionDocument,
  UndoCompletionDocument,
  type CompleteActionInput,
  type ItemFragment,
} from "./__generated__/graphql";
import type { Deal } from "./screen";

/** The evidence that comes along. */
export type Given = Pick<CompleteActionInput, "note" | "noteId">;

/** Does it; gives null when it is done, else in the API's words why not, which are none where that was said already. */
export async function complete({ id: dealId }: Deal, item: ItemFragment, given: Given = {}): Promise<string | null> {
  const t = texts();
  const { actionId, name } = item.definition;
  const changed = await change(CompleteActionDocument, { input: { dealId, actionId, ...given } }, { quiet: true });
  if (!changed) return "";
  if (changed.refusals.length > 0) return changed.refusals.map(({ message }) => message).join(" ");
  settled(item.id);
  const { completion, alreadyDone } = changed.payload;
  // Somebody was faster: the note that came along was not taken.
  if (alreadyDone && given.note) return t.already(name);
  const id = completion?.id;
  const back = id && !alreadyDone ? { label: t.undo, run: () => void undo(item, id) } : undefined;
  told(alreadyDone ? t.already(name) : t.did(name), back, item.id);
  return null;
}

export async function undo(item: ItemFragment, completionId: string): Promise<void> {
  const changed = await change(UndoCompletionDocument, { input: { completionId } });
  if (changed?.refusals.length === 0) sayUndone(item);
}

export const sayUndone = ({ id, definition }: ItemFragment): void => told(texts().undone(definition.name), undefined, id);
