// A new webhook, or what is different about one.
import { useState } from "preact/hooks";

import { useAll } from "../api/all";
import { change } from "../api/use";
import { viewer } from "../frame/viewer";
import { sorted } from "../language";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/field";
import { FormBody, useForm } from "../parts/form";
import { PeoplePicker } from "../people/picker";
import { admin } from "../texts/admin";
import { common } from "../texts/common";
import { CreateWebhookDocument, ProcessNamesDocument, UpdateWebhookDocument, type DealEventKind, type HookFragment } from "./__generated__/graphql";

interface Props {
  webhook?: HookFragment;
  onClose: () => void;
  /** With the secret, where it is a new one. */
  onSaved: (webhook: HookFragment, secret?: string) => void;
}

const FIELDS = ["name", "url", "memberId", "document"];

const begin = (webhook: HookFragment | undefined) => ({
  name: webhook?.name ?? "",
  url: webhook?.url ?? "https://",
  events: webhook?.events ?? null,
  processIds: webhook?.processes?.map(({ id }) => id) ?? null,
  document: webhook?.document ?? "",
  member: (webhook?.member ?? viewer.peek()?.member) as { id: string; name: string } | undefined,
});

export function WebhookForm({ webhook, onClose, onSaved }: Props) {
  const t = admin();
  const form = useForm();
  const [typed, setTyped] = useState(() => begin(webhook));
  const put = (changes: Partial<typeof typed>) => setTyped((before) => ({ ...before, ...changes }));
  const { data: processes = [] } = useAll(ProcessNamesDocument, ({ processes }) => processes);
  const kinds = Object.entries(t.eventKinds).map(([id, name]) => ({ id: id as DealEventKind, name }));
  const save = async () => {
    const { name, url, events, processIds, member } = typed;
    const input = { name, url, events, processIds, memberId: member?.id ?? null, document: typed.document.trim() || null };
    if (webhook) {
      const payload = await form.send(() => change(UpdateWebhookDocument, { input: { webhookId: webhook.id, ...input } }, { quiet: true }));
      if (!payload?.webhook) return;
      onClose();
      onSaved(payload.webhook);
    } else {
      const payload = await form.send(() => change(CreateWebhookDocument, { input }, { quiet: true }));
      if (!payload?.webhook) return;
      onClose();
      onSaved(payload.webhook, payload.secret ?? undefined);
    }
  };
  return (
    <Dialog wide title={webhook ? t.editWebhook : t.addWebhook} onClose={onClose}>
      <FormBody form={form} fields={FIELDS} act={webhook ? common().save : common().add} onSubmit={() => void save()} onClose={onClose}>
        <Field label={t.hookName} wrong={form.about("name")}>
          <input required autoFocus maxLength={200} value={typed.name} onInput={(event) => put({ name: event.currentTarget.value })} />
        </Field>
        <Field label={t.url} hint={t.urlHint} wrong={form.about("url")}>
          <input required inputMode="url" autoComplete="off" value={typed.url} onInput={(event) => put({ url: event.currentTarget.value })} />
        </Field>
        <Some label={t.events} all={t.allEvents} some={t.chosenOnes} options={kinds} chosen={typed.events} onChange={(events) => put({ events })} />
        <Some label={t.processes} all={t.allProcesses} some={t.theseProcesses} options={sorted(processes)} chosen={typed.processIds} onChange={(processIds) => put({ processIds })} />
        <div class="field">
          <span>
            <strong>{t.asWhom}:</strong> {typed.member?.name}
          </span>
          <PeoplePicker label={t.another} without={typed.member ? [typed.member.id] : []} onPick={({ id, name }) => put({ member: { id, name } })} />
          {form.about("memberId") && (
            <p class="field-wrong" role="alert">
              {form.about("memberId")}
            </p>
          )}
        </div>
        <Field label={t.document} optional hint={t.documentHint} wrong={form.about("document")}>
          <textarea class="code" spellcheck={false} value={typed.document} onInput={(event) => put({ document: event.currentTarget.value })} />
        </Field>
      </FormBody>
    </Dialog>
  );
}

interface SomeProps<I extends string> {
  label: string;
  all: string;
  some: string;
  options: readonly { id: I; name: string }[];
  /** Null: all of them, and those that are yet to come. */
  chosen: readonly I[] | null;
  onChange: (chosen: I[] | null) => void;
}

function Some<I extends string>({ label, all, some, options, chosen, onChange }: SomeProps<I>) {
  const toggle = (id: I, on: boolean) => onChange([...(chosen ?? []).filter((other) => other !== id), ...(on ? [id] : [])]);
  return (
    <fieldset class="some">
      <legend>{label}</legend>
      <label class="check">
        <input type="radio" name={label} checked={chosen === null} onChange={() => onChange(null)} />
        <span>{all}</span>
      </label>
      <label class="check">
        <input type="radio" name={label} checked={chosen !== null} onChange={() => onChange([])} />
        <span>{some}</span>
      </label>
      {chosen !== null && (
        <div class="some-options">
          {options.map(({ id, name }) => (
            <label key={id} class="check">
              <input type="checkbox" checked={chosen.includes(id)} onChange={(event) => toggle(id, event.currentTarget.checked)} />
              <span>{name}</span>
            </label>
          ))}
        </div>
      )}
    </fieldset>
  );
}
