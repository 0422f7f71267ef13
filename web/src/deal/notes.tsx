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
import { useNeighbour, useReturn } from "../parts/focus";
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
import { inputOf, isBegun, isSending, leftOf, missingOf, type Draft, type Drafts } from "./drafts";
import { saidBy } from "./history";
import type { Deal } from "./screen";
import { download } from "./upload";
import { discard, focusMissing, Writing } from "./writing";

/** @param news what happened since the page was opened, the newest first: older notes are not read again */
export function Notes({ deal, drafts, news }: { deal: Deal; drafts: Drafts; news: Signal<PastFragment[]> }) {
  const t = texts();
  const draft = drafts.find(null);
  const [asked, setAsked] = useState(false);
  const place = useReturn<HTMLElement>(draft !== undefined);
  const begin = () => {
    setAsked(true);
    drafts.begin();
  };
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
      <header class="panel-head" ref={place}>
        <h2 id="notes">{t.notes}</h2>
        {!draft && (
          <ActButton kind="quiet" icon="plus" permission={deal.permissions.addNote} onAct={begin}>
            {t.addNote}
          </ActButton>
        )}
      </header>
      {leftOf(drafts, deal).map((left) => (
        <Left key={left.about} deal={deal} drafts={drafts} draft={left} onRelease={() => setAsked(true)} />
      ))}
      {draft && <NewNote deal={deal} drafts={drafts} draft={draft} autoFocus={asked} />}
      {notes.length === 0 && !draft && <p class="soft">{t.noNotes}</p>}
      <ul class="notes">
        {notes.map((note) => (
          <Remark key={note.id} note={note} drafts={drafts} />
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

interface NewProps {
  deal: Deal;
  drafts: Drafts;
  draft: Draft;
  /** Whether somebody has just asked for it: one from before does not take the focus. */
  autoFocus: boolean;
}

function NewNote({ deal, drafts, draft, autoFocus }: NewProps) {
  const t = texts();
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const wrong = (tried && missingOf(draft)) || refused;
  const add = async (form: HTMLFormElement) => {
    setTried(true);
    if (missingOf(draft)) return focusMissing(form);
    setBusy(true);
    const changed = await change(AddNoteDocument, { input: { dealId: deal.id, ...inputOf(draft) } }, { quiet: true });
    setBusy(false);
    setRefused(changed && changed.refusals.map(({ message }) => message).join(" "));
    if (changed?.refusals.length === 0) drafts.discard(draft);
  };
  return (
    <form
      class="form note-form"
      onSubmit={(event) => {
        event.preventDefault();
        void add(event.currentTarget);
      }}
    >
      <Writing draft={draft} label={t.note} autoFocus={autoFocus} />
      {wrong && (
        <p class="act-reasons" role="alert">
          {wrong}
        </p>
      )}
      <div class="form-acts">
        <Button onClick={() => discard(drafts, draft)}>{isBegun(draft) ? t.discard : common().cancel}</Button>
        <Button type="submit" kind="main" busy={busy || isSending(draft)}>
          {common().save}
        </Button>
      </div>
    </form>
  );
}

interface LeftProps {
  deal: Deal;
  drafts: Drafts;
  draft: Draft;
  onRelease: () => void;
}

/** What was written for an action that asks for no note any more: it goes on as a note, is copied, or goes. */
function Left({ deal, drafts, draft, onRelease }: LeftProps) {
  const t = texts();
  const release = () => {
    onRelease();
    drafts.release(draft);
  };
  return (
    <section class="note-left" aria-label={t.leftFor(draft.name)} ref={useNeighbour()}>
      <p>{t.leftFor(draft.name)}</p>
      <p class="note-left-body">{draft.body.value}</p>
      <div class="form-acts">
        <Button onClick={() => discard(drafts, draft)}>{t.discard}</Button>
        <ActButton permission={deal.permissions.addNote} onAct={release}>
          {t.keepAsNote}
        </ActButton>
      </div>
    </section>
  );
}

/** A note that can be edited and withdrawn, or says why not. */
function Remark({ note, drafts }: { note: RemarkFragment; drafts: Drafts }) {
  const t = texts();
  const [withdrawing, setWithdrawing] = useState(false);
  const { edit, withdraw } = note.permissions;
  const draft = edit.allowed ? drafts.find(note.id) : undefined;
  return (
    <li ref={useReturn(draft !== undefined)}>
      {draft ? (
        <EditNote note={note} draft={draft} onClose={() => drafts.discard(draft)} />
      ) : (
        <NoteView note={note}>
          <ActIcon icon="note" label={t.editNote} permission={edit} onAct={() => drafts.begin(note.id, "", note.body)} />
          <ActIcon icon="trash" label={t.withdrawNote} permission={withdraw} onAct={() => setWithdrawing(true)} />
        </NoteView>
      )}
      {withdrawing && (
        <Confirm
          title={t.withdrawNote}
          act={t.withdraw}
          run={() => change(WithdrawNoteDocument, { input: { noteId: note.id } }, { quiet: true })}
          onDone={() => {}}
          onClose={() => setWithdrawing(false)}
        >
          <p>{t.withdrawMore}</p>
        </Confirm>
      )}
    </li>
  );
}

function EditNote({ note, draft: { body }, onClose }: { note: RemarkFragment; draft: Draft; onClose: () => void }) {
  const t = texts();
  const form = useForm();
  const save = async () => {
    const input = { noteId: note.id, body: body.value };
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
          value={body.value}
          onInput={(event) => (body.value = event.currentTarget.value)}
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
