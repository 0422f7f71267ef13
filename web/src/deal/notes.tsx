// What members wrote about a deal, with their files.
import { useSignal, type Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import { ask, change, orSay } from "../api/use";
import { ago, moment } from "../language";
import { ActIcon } from "../parts/act-icon";
import { ActButton, Button } from "../parts/button";
import { Confirm } from "../parts/confirm";
import { Field } from "../parts/field";
import { FormBody, useForm } from "../parts/form";
import { Icon } from "../parts/icon";
import { Markdown } from "../parts/markdown";
import { Avatar } from "../parts/show";
import { common } from "../texts/common";
import { deal as texts } from "../texts/deal";
import {
  AddNoteDocument,
  EditNoteDocument,
  MoreNotesDocument,
  WithdrawNoteDocument,
  type PastFragment,
  type RemarkFragment,
  type WrittenFragment,
} from "./__generated__/graphql";
import { saidBy } from "./history";
import type { Deal } from "./screen";
import { download } from "./upload";
import { inputOf, isSending, useDraft, Writing } from "./writing";

/** @param news what happened since the page was opened, the newest first: older notes are not read again */
export function Notes({ deal, news }: { deal: Deal; news: Signal<PastFragment[]> }) {
  const t = texts();
  const [writing, setWriting] = useState(false);
  const older = useSignal<{ notes: RemarkFragment[]; next: string | null } | null>(null);
  const first = deal.notes.nodes;
  const known = new Set(first.map(({ id }) => id));
  const said = saidBy(news.value);
  const others = older.value?.notes.filter(({ id }) => !known.has(id) && said.get(id) !== null) ?? [];
  const used = new Map(deal.checklist.map(({ completion }) => [completion?.note?.id, completion?.note]));
  const notes = [...first, ...others.map((note) => ({ ...note, body: said.get(note.id) ?? note.body, ...used.get(note.id) }))];
  const next = older.value ? older.value.next : deal.notes.pageInfo.hasNextPage ? deal.notes.pageInfo.endCursor : null;
  const more = async () => {
    const read = (await ask(MoreNotesDocument, { id: deal.id, after: next })).deal?.notes;
    if (!read) return;
    const before = older.peek()?.notes ?? [];
    older.value = {
      notes: [...before, ...read.nodes],
      next: read.pageInfo.hasNextPage ? read.pageInfo.endCursor : null,
    };
  };
  return (
    <section class="card panel" aria-labelledby="notes">
      <header class="panel-head">
        <h2 id="notes">{t.notes}</h2>
        {!writing && (
          <ActButton kind="quiet" icon="plus" permission={deal.permissions.addNote} onAct={() => setWriting(true)}>
            {t.addNote}
          </ActButton>
        )}
      </header>
      {writing && <NewNote deal={deal} onClose={() => setWriting(false)} />}
      {notes.length === 0 && !writing && <p class="soft">{t.noNotes}</p>}
      <ul class="notes">
        {notes.map((note) => (
          <li key={note.id}>
            <Remark note={note} />
          </li>
        ))}
      </ul>
      {next && (
        <Button kind="quiet" onClick={() => orSay(more())}>
          {t.older}
        </Button>
      )}
    </section>
  );
}

function NewNote({ deal, onClose }: { deal: Deal; onClose: () => void }) {
  const t = texts();
  const draft = useDraft();
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | undefined>();
  const add = async () => {
    setBusy(true);
    const changed = await change(AddNoteDocument, { input: { dealId: deal.id, ...inputOf(draft) } }, { quiet: true });
    setBusy(false);
    if (!changed) return;
    if (changed.refusals.length === 0) onClose();
    else setWrong(changed.refusals.map(({ message }) => message).join(" "));
  };
  return (
    <form
      class="form note-form"
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <Writing draft={draft} label={t.note} wrong={wrong} autoFocus />
      <div class="form-acts">
        <Button onClick={onClose}>{common().cancel}</Button>
        <Button type="submit" kind="main" busy={busy} disabled={isSending(draft)}>
          {common().save}
        </Button>
      </div>
    </form>
  );
}

/** A note that can be edited and withdrawn, or says why not. */
function Remark({ note }: { note: RemarkFragment }) {
  const t = texts();
  const [doing, setDoing] = useState<"edit" | "withdraw" | null>(null);
  const { edit, withdraw } = note.permissions;
  const close = () => setDoing(null);
  if (doing === "edit") return <EditNote note={note} onClose={close} />;
  return (
    <>
      <NoteView note={note}>
        <ActIcon icon="note" label={t.editNote} permission={edit} onAct={() => setDoing("edit")} />
        <ActIcon icon="trash" label={t.withdrawNote} permission={withdraw} onAct={() => setDoing("withdraw")} />
      </NoteView>
      {doing && (
        <Confirm
          title={t.withdrawNote}
          act={t.withdraw}
          run={() => change(WithdrawNoteDocument, { input: { noteId: note.id } }, { quiet: true })}
          onDone={() => {}}
          onClose={close}
        >
          <p>{t.withdrawMore}</p>
        </Confirm>
      )}
    </>
  );
}

function EditNote({ note, onClose }: { note: RemarkFragment; onClose: () => void }) {
  const t = texts();
  const [body, setBody] = useState(note.body);
  const form = useForm();
  const save = async () => {
    const input = { noteId: note.id, body };
    if (await form.send(() => change(EditNoteDocument, { input }, { quiet: true }))) onClose();
  };
  return (
    <FormBody
      form={form}
      fields={["body"]}
      act={common().save}
      class="note-form"
      onSubmit={() => void save()}
      onClose={onClose}
    >
      <Field label={t.editNote} hint={t.noteHint} wrong={form.about("body")}>
        <textarea
          required
          autoFocus
          maxLength={10_000}
          value={body}
          onInput={(event) => setBody(event.currentTarget.value)}
        />
      </Field>
    </FormBody>
  );
}

/** A note; inside of what it is the evidence of, without saying again who and when. */
export function NoteView({
  note,
  isInside = false,
  children,
}: {
  note: WrittenFragment;
  isInside?: boolean;
  children?: ComponentChildren;
}) {
  const t = texts();
  return (
    <article class={isInside ? "note note-inside" : "note"}>
      {!isInside && (
        <div class="note-head">
          <Avatar name={note.author.name} id={note.author.id} />
          <strong>{note.author.name}</strong>
          <time class="soft" dateTime={note.createdAt} title={moment(note.createdAt)}>
            {ago(note.createdAt)}
          </time>
          {note.editedAt && <small class="soft">{t.editedAt(ago(note.editedAt))}</small>}
          {note.isEvidence && <span class="mark">{t.evidence}</span>}
          {children}
        </div>
      )}
      <Markdown text={note.body} />
      {note.files.length > 0 && (
        <ul class="note-files">
          {note.files.map((file) => (
            <li key={file.id}>
              <button type="button" class="button-link" onClick={() => void download(file)}>
                <Icon name="file" />
                {file.name}
              </button>{" "}
              <small class="soft">{size(file.size)}</small>
            </li>
          ))}
        </ul>
      )}
    </article>
  );
}

function size(bytes: number): string {
  const [unit, by] = bytes >= 1 << 20 ? ["MiB", 1 << 20] : bytes >= 1024 ? ["KiB", 1024] : ["B", 1];
  return `${Math.round((bytes / by) * 10) / 10} ${unit}`;
}
