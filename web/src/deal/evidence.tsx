// Asks for the note, or the note with a file, that doing an action needs.
import { useState } from "preact/hooks";

import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Markdown } from "../parts/markdown";
import { common } from "../texts/common";
import { deal as texts } from "../texts/deal";
import type { ItemFragment, NoteInput } from "./__generated__/graphql";
import { inputOf, isSending, useDraft, Writing } from "./writing";

interface Props {
  item: ItemFragment;
  /** Does the action; gives why not, null when it is done. */
  onDone: (note: NoteInput) => Promise<string | null>;
  onClose: () => void;
}

export function EvidenceDialog({ item, onDone, onClose }: Props) {
  const t = texts();
  const draft = useDraft();
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const { name, hint } = item.definition;
  const submit = async () => {
    setBusy(true);
    const refused = await onDone(inputOf(draft));
    setBusy(false);
    if (refused === null) onClose();
    else setWrong(refused);
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
        <Writing draft={draft} label={item.needs === "NOTE" ? t.note : `${t.note} (${t.needsFile})`} autoFocus />
        {wrong && (
          <p class="act-reasons" role="alert">
            {wrong}
          </p>
        )}
        <div class="form-acts">
          <Button onClick={onClose}>{common().cancel}</Button>
          <Button type="submit" kind="main" busy={busy} disabled={isSending(draft)}>
            {t.complete}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
