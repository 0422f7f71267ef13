// Asks for the note, or the note with a file, that doing an action needs: a new one, or one that was written earlier.
import { useState } from "preact/hooks";

import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Markdown } from "../parts/markdown";
import { common } from "../texts/common";
import { deal as texts } from "../texts/deal";
import type { CompleteActionInput, ItemFragment } from "./__generated__/graphql";
import { Earlier, hasFree } from "./earlier";
import type { Deal } from "./screen";
import { inputOf, isSending, useDraft, Writing } from "./writing";

/** The evidence that comes along. */
export type Given = Pick<CompleteActionInput, "note" | "noteId">;

interface Props {
  deal: Deal;
  item: ItemFragment;
  /** Does the action; gives why not, null when it is done. */
  onDone: (given: Given) => Promise<string | null>;
  onClose: () => void;
}

export function EvidenceDialog({ deal, item, onDone, onClose }: Props) {
  const t = texts();
  const draft = useDraft();
  const [earlier, setEarlier] = useState(false);
  const [noteId, setNote] = useState<string | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const { name, hint } = item.definition;
  const submit = async () => {
    setBusy(true);
    const refused = await onDone(earlier ? { noteId } : { note: inputOf(draft) });
    setBusy(false);
    if (refused === null) onClose();
    else setWrong(refused);
  };
  const choose = (which: boolean) => {
    setWrong(null);
    setEarlier(which);
  };
  return (
    <Dialog title={name} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {hint && <Markdown text={hint} />}
        {hasFree(deal) && <Which earlier={earlier} onChoose={choose} />}
        {earlier ? (
          <Earlier id={deal.id} chosen={noteId} onChoose={setNote} />
        ) : (
          <Writing draft={draft} label={item.needs === "NOTE" ? t.note : `${t.note} (${t.needsFile})`} autoFocus />
        )}
        {wrong && (
          <p class="act-reasons" role="alert">
            {wrong}
          </p>
        )}
        <div class="form-acts">
          <Button onClick={onClose}>{common().cancel}</Button>
          <Button type="submit" kind="main" busy={busy} disabled={!earlier && isSending(draft)}>
            {t.complete}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Which({ earlier, onChoose }: { earlier: boolean; onChoose: (earlier: boolean) => void }) {
  const t = texts();
  return (
    <fieldset class="earlier-which">
      <legend>{t.evidenceTitle}</legend>
      {[false, true].map((which) => (
        <label key={String(which)} class="check">
          <input type="radio" name="which" checked={earlier === which} onChange={() => onChoose(which)} />
          <span>{which ? t.earlierNote : t.newNote}</span>
        </label>
      ))}
    </fieldset>
  );
}
