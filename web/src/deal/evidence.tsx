// Asks for the note, or the note with a file, that doing an action needs: a new one, or one that was written earlier.
import { useState } from "preact/hooks";

import { change } from "../api/use";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Markdown } from "../parts/markdown";
import { told } from "../parts/toast";
import { common } from "../texts/common";
import { deal as texts } from "../texts/deal";
import { AddNoteDocument, type ItemFragment } from "./__generated__/graphql";
import { complete } from "./doing";
import { inputOf, isBegun, isSending, missingOf, type Drafts } from "./drafts";
import { Earlier, hasFree } from "./earlier";
import type { Deal } from "./screen";
import { discard, focusMissing, Writing } from "./writing";

interface Props {
  deal: Deal;
  drafts: Drafts;
  /** The action as it was when somebody was asked. */
  asked: ItemFragment;
  onClose: () => void;
}

export function EvidenceDialog({ deal, drafts, asked, onClose }: Props) {
  const t = texts();
  const [earlier, setEarlier] = useState(false);
  const [noteId, setNote] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const item = deal.checklist.find(({ id }) => id === asked.id);
  const { name, hint } = (item ?? asked).definition;
  const draft = drafts.find(asked.definition.actionId);
  // Once it is sent, it is done by whoever sent it.
  const gone = busy ? null : whyNot(item, name);
  const isOwn = !earlier || gone !== null;
  if (!draft) return null;
  const wrong = (tried && isOwn && missingOf(draft)) || refused;

  const send = () => {
    if (gone !== null) return keepAsNote(deal, inputOf(draft));
    return complete(deal, item ?? asked, earlier ? { noteId } : { note: inputOf(draft) });
  };
  const submit = async (form: HTMLFormElement) => {
    setTried(true);
    if (isOwn && missingOf(draft)) return focusMissing(form);
    setBusy(true);
    const refused = await send();
    setBusy(false);
    if (refused !== null) return setRefused(refused);
    if (isOwn) drafts.discard(draft);
    onClose();
  };
  const choose = (which: boolean) => {
    setRefused(null);
    setEarlier(which);
  };
  const giveUp = () => {
    onClose();
    discard(drafts, draft);
  };
  return (
    <Dialog title={name} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
      >
        {gone !== null && (
          <p class="act-reasons" role="alert">
            {gone} {t.keepMore}
          </p>
        )}
        {hint && <Markdown text={hint} />}
        {gone === null && hasFree(deal) && <Which earlier={earlier} onChoose={choose} />}
        {isOwn ? (
          <Writing draft={draft} label={item?.needs === "NOTE_WITH_FILE" ? `${t.note} (${t.needsFile})` : t.note} autoFocus />
        ) : (
          <Earlier id={deal.id} chosen={noteId} onChoose={setNote} />
        )}
        {wrong && (
          <p class="act-reasons" role="alert">
            {wrong}
          </p>
        )}
        <div class="form-acts">
          <Button onClick={giveUp}>{isBegun(draft) ? t.discard : common().cancel}</Button>
          <Button type="submit" kind="main" busy={busy || (isOwn && isSending(draft))}>
            {gone === null ? t.complete : t.keepAsNote}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Why an action that somebody has begun to show cannot be done any more; null as long as it can. */
function whyNot(item: ItemFragment | undefined, name: string): string | null {
  const t = texts();
  if (!item) return t.actionGone(name);
  if (item.completion) return t.actionDone(name, item.completion.performer.name);
  return item.state === "BLOCKED" ? item.blockers.map(({ message }) => message).join(" ") : null;
}

/** Gives null when it is saved, else why not. */
async function keepAsNote({ id: dealId }: Deal, note: ReturnType<typeof inputOf>): Promise<string | null> {
  const changed = await change(AddNoteDocument, { input: { dealId, ...note } }, { quiet: true });
  if (changed?.refusals.length === 0) told(texts().noteKept);
  else return changed?.refusals.map(({ message }) => message).join(" ") ?? "";
  return null;
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
