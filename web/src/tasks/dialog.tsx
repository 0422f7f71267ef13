// A new task, or another title, day or member for one.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import { change, type Changed } from "../api/use";
import { viewer } from "../frame/viewer";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/field";
import { FormBody, useForm } from "../parts/form";
import { told } from "../parts/toast";
import { PeoplePicker } from "../people/picker";
import { common } from "../texts/common";
import { tasks as texts } from "../texts/tasks";
import { ChangeTaskDocument, MakeTaskDocument, type MyTaskFragment, type UpdateTaskInput } from "./__generated__/graphql";
import { DealPicker } from "./deal-picker";
import { dayIn } from "./filters";

const FIELDS = ["title", "description", "assigneeId", "dueOn", "dealId"];

interface Props {
  /** Given, it is changed; else a new one is made. */
  task?: MyTaskFragment;
  onClose: () => void;
  onSaved: () => void;
}

interface Typed {
  title: string;
  description: string;
  dueOn: string;
  assignee: { id: string; name: string } | undefined;
  deal: { id: string; title: string } | undefined;
}

const begin = (task: MyTaskFragment | undefined): Typed => ({
  title: task?.title ?? "",
  description: task?.description ?? "",
  dueOn: task?.dueOn ?? dayIn(0),
  assignee: task?.assignee ?? viewer.peek()?.member,
  deal: task?.deal ?? undefined,
});

export function TaskDialog({ task, onClose, onSaved }: Props) {
  const t = texts();
  const [typed, setTyped] = useState(() => begin(task));
  const form = useForm();
  const put = (changes: Partial<Typed>) => setTyped((before) => ({ ...before, ...changes }));
  const save = async () => {
    if (!typed.deal && !task) return form.refuse("dealId", t.dealNeeded);
    if (!(await form.send(() => (task ? update(task, typed) : create(typed))))) return;
    if (!task) told(t.added(typed.title.trim()));
    onSaved();
    onClose();
  };
  return (
    <Dialog title={task ? t.editTitle : t.add} onClose={onClose}>
      <FormBody form={form} fields={FIELDS} act={task ? common().save : common().add} onSubmit={() => void save()} onClose={onClose}>
        <Field label={t.name} required wrong={form.about("title")}>
          <input maxLength={200} autoFocus value={typed.title} onInput={(event) => put({ title: event.currentTarget.value })} />
        </Field>
        {task ? (
          typed.deal && <p class="soft">{t.aboutDeal(typed.deal.title)}</p>
        ) : (
          <Choose label={t.deal} chosen={typed.deal?.title ?? t.noDeal} wrong={form.about("dealId")}>
            <DealPicker label={t.findDeal} onPick={(deal) => put({ deal })} />
          </Choose>
        )}
        <Field label={t.due} required wrong={form.about("dueOn")}>
          <input type="date" value={typed.dueOn} onInput={(event) => put({ dueOn: event.currentTarget.value })} />
        </Field>
        <Choose label={t.assignee} chosen={typed.assignee?.name ?? ""} wrong={form.about("assigneeId")}>
          <PeoplePicker label={t.another} without={typed.assignee ? [typed.assignee.id] : []} onPick={({ id, name }) => put({ assignee: { id, name } })} />
        </Choose>
        <Field label={t.more} optional hint={t.moreHint} wrong={form.about("description")}>
          <textarea value={typed.description} onInput={(event) => put({ description: event.currentTarget.value })} />
        </Field>
      </FormBody>
    </Dialog>
  );
}

function Choose({ label, chosen, wrong, children }: { label: string; chosen: string; wrong: string | undefined; children: ComponentChildren }) {
  return (
    <div class="field">
      <span>
        <strong>{label}:</strong> {chosen}
      </span>
      {children}
      {wrong && (
        <p class="field-wrong" role="alert">
          {wrong}
        </p>
      )}
    </div>
  );
}

async function create({ title, description, dueOn, assignee, deal }: Typed): Promise<Changed<object> | null> {
  const input = { dealId: deal?.id ?? "", title, dueOn, assigneeId: assignee?.id ?? null, description: description.trim() || null };
  return change(MakeTaskDocument, { input }, { quiet: true });
}

/** Only what is different is sent: what somebody else changes meanwhile stays theirs. */
async function update(task: MyTaskFragment, { title, description, dueOn, assignee }: Typed): Promise<Changed<object> | null> {
  const input: UpdateTaskInput = {
    taskId: task.id,
    ...(title !== task.title && { title }),
    ...(description !== task.description && { description }),
    ...(dueOn !== task.dueOn && { dueOn }),
    ...(assignee && assignee.id !== task.assignee.id && { assigneeId: assignee.id }),
  };
  return change(ChangeTaskDocument, { input }, { quiet: true });
}
