// A new task, or another title, day or member for one.
import { useState } from "preact/hooks";

import { change, type Refusal } from "../api/use";
import { viewer } from "../frame/viewer";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Field } from "../parts/field";
import { Reasons } from "../parts/reasons";
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
  const [refusals, setRefusals] = useState<Refusal[]>([]);
  const [busy, setBusy] = useState(false);
  const put = (changes: Partial<Typed>) => setTyped((before) => ({ ...before, ...changes }));
  const about = (name: string) => refusals.find(({ path }) => path?.includes(name))?.message;
  const others = refusals.filter(({ path }) => !path?.some((name) => FIELDS.includes(name)));
  const save = async () => {
    if (!typed.deal && !task) return setRefusals([{ code: "", message: t.dealNeeded, path: ["dealId"] }]);
    setBusy(true);
    const changed = await (task ? update(task, typed) : create(typed));
    setBusy(false);
    if (!changed) return;
    setRefusals(changed.refusals);
    if (changed.refusals.length > 0) return;
    if (!task) told(t.added(typed.title.trim()));
    onSaved();
    onClose();
  };
  return (
    <Dialog title={task ? t.editTitle : t.add} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Field label={t.name} wrong={about("title")}>
          <input required maxLength={200} autoFocus value={typed.title} onInput={(event) => put({ title: event.currentTarget.value })} />
        </Field>
        {task ? (
          typed.deal && <p class="soft">{t.aboutDeal(typed.deal.title)}</p>
        ) : (
          <Choose label={t.deal} chosen={typed.deal?.title ?? t.noDeal} wrong={about("dealId")}>
            <DealPicker label={t.findDeal} onPick={(deal) => put({ deal })} />
          </Choose>
        )}
        <Field label={t.due} wrong={about("dueOn")}>
          <input type="date" required value={typed.dueOn} onInput={(event) => put({ dueOn: event.currentTarget.value })} />
        </Field>
        <Choose label={t.assignee} chosen={typed.assignee?.name ?? ""} wrong={about("assigneeId")}>
          <PeoplePicker label={t.another} without={typed.assignee ? [typed.assignee.id] : []} onPick={({ id, name }) => put({ assignee: { id, name } })} />
        </Choose>
        <Field label={t.more} optional hint={t.moreHint} wrong={about("description")}>
          <textarea value={typed.description} onInput={(event) => put({ description: event.currentTarget.value })} />
        </Field>
        {others.length > 0 && (
          <div class="act-reasons" role="alert">
            <Reasons reasons={others} />
          </div>
        )}
        <div class="form-acts">
          <Button onClick={onClose}>{common().cancel}</Button>
          <Button type="submit" kind="main" busy={busy}>
            {task ? common().save : common().add}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Choose({ label, chosen, wrong, children }: { label: string; chosen: string; wrong: string | undefined; children: preact.ComponentChildren }) {
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

function create({ title, description, dueOn, assignee, deal }: Typed) {
  const input = { dealId: deal?.id ?? "", title, dueOn, assigneeId: assignee?.id ?? null, description: description.trim() || null };
  return change(MakeTaskDocument, { input }, { quiet: true });
}

/** Only what is different is sent: what somebody else changes meanwhile stays theirs. */
function update(task: MyTaskFragment, { title, description, dueOn, assignee }: Typed) {
  const input: UpdateTaskInput = {
    taskId: task.id,
    ...(title !== task.title && { title }),
    ...(description !== task.description && { description }),
    ...(dueOn !== task.dueOn && { dueOn }),
    ...(assignee && assignee.id !== task.assignee.id && { assigneeId: assignee.id }),
  };
  return change(ChangeTaskDocument, { input }, { quiet: true });
}
