// A task: ticked when it is done, changed where one may.
import { useEffect, useState } from "preact/hooks";

import { change } from "../api/use";
import { ago, dueDay } from "../language";
import { ActIcon } from "../parts/act-icon";
import { ActButton } from "../parts/button";
import { Confirm } from "../parts/confirm";
import { useNeighbour } from "../parts/focus";
import { Icon } from "../parts/icon";
import { Markdown } from "../parts/markdown";
import { failed, settled, told } from "../parts/toast";
import { common } from "../texts/common";
import { tasks as texts } from "../texts/tasks";
import { RemoveTaskDocument, TaskDoneDocument, TaskOpenDocument, type MyTaskFragment } from "./__generated__/graphql";
import { TaskDialog } from "./dialog";

interface Props {
  task: MyTaskFragment;
  /** Whether the list is of what the viewer has to do: then it need not say so. */
  isMine: boolean;
  onChanged: () => void;
}

export function Row({ task, isMine, onChanged }: Props) {
  const t = texts();
  const [doing, setDoing] = useState<"edit" | "delete" | null>(null);
  const close = () => setDoing(null);
  const isDone = task.state === "DONE";
  return (
    <li ref={useNeighbour()} class={isDone ? "task row-folds task-done" : "task row-folds"}>
      <Tick task={task} onChanged={onChanged} />
      <div class="row-body">
        <p class="row-name">{task.title}</p>
        <p class="row-more">
          {isDone ? task.completedAt && <span>{t.doneWhen(ago(task.completedAt))}</span> : <span class={task.overdue ? "task-late" : ""}>{t.dueOn(dueDay(task.dueOn))}</span>}
          {task.deal && (
            <span>
              <a href={`deals/${task.deal.id}`}>{task.deal.title}</a>
            </span>
          )}
          {!isMine && <span>{task.assignee.name}</span>}
          <From task={task} />
        </p>
        {task.description && !isDone && (
          <div class="task-more">
            <Markdown text={task.description} />
          </div>
        )}
      </div>
      <div class="row-acts">
        <ActButton kind="quiet" permission={task.permissions.update} aria-label={t.editOne(task.title)} onAct={() => setDoing("edit")}>
          {t.edit}
        </ActButton>
        <ActIcon icon="trash" label={t.deleteOne(task.title)} permission={task.permissions.delete} onAct={() => setDoing("delete")} />
      </div>
      {doing === "edit" && <TaskDialog task={task} onClose={close} onSaved={onChanged} />}
      {doing === "delete" && <Deleting task={task} onDone={onChanged} onClose={close} />}
    </li>
  );
}

function Deleting({ task: { id, title }, onDone, onClose }: { task: MyTaskFragment; onDone: () => void; onClose: () => void }) {
  const t = texts();
  const run = () => change(RemoveTaskDocument, { input: { taskId: id } }, { quiet: true });
  return (
    <Confirm title={t.deleteOne(title)} act={common().remove} run={run} onDone={onDone} onClose={onClose}>
      <p>{t.deleteMore}</p>
    </Confirm>
  );
}

/** Where it comes from: an action that was done, or a colleague. */
function From({ task }: { task: MyTaskFragment }) {
  const t = texts();
  const { completion, createdBy, assignee } = task;
  if (completion) return <span>{t.follows(completion.action.name)}</span>;
  return createdBy && createdBy.id !== assignee.id ? <span>{t.from(createdBy.name)}</span> : null;
}

function Tick({ task, onChanged }: { task: MyTaskFragment; onChanged: () => void }) {
  const t = texts();
  const [busy, setBusy] = useState(false);
  const isDone = task.state === "DONE";
  const may = isDone ? task.permissions.reopen : task.permissions.complete;
  // Why it was refused is true no more.
  useEffect(() => settled(task.id), [may.allowed]);
  const press = async () => {
    for (const { message } of may.blockers) failed(message, task.id);
    if (!may.allowed || busy) return;
    setBusy(true);
    const done = isDone ? await reopen(task.id) : await complete(task.id);
    setBusy(false);
    if (!done) return;
    const undo = () => void (isDone ? complete(task.id) : reopen(task.id)).then(onChanged);
    told(isDone ? t.reopened(task.title) : t.did(task.title), { label: common().undo, run: undo });
    onChanged();
  };
  return (
    <button
      type="button"
      class={isDone ? "task-tick task-tick-done" : "task-tick"}
      aria-label={isDone ? t.reopen(task.title) : t.complete(task.title)}
      aria-disabled={!may.allowed}
      aria-busy={busy}
      title={may.blockers.map(({ message }) => message).join("\n") || undefined}
      onClick={() => void press()}
    >
      <Icon name={may.allowed ? "check" : "lock"} />
    </button>
  );
}

const complete = async (taskId: string): Promise<boolean> => isDoneWell(await change(TaskDoneDocument, { input: { taskId } }));
const reopen = async (taskId: string): Promise<boolean> => isDoneWell(await change(TaskOpenDocument, { input: { taskId } }));

const isDoneWell = (changed: { refusals: unknown[] } | null): boolean => changed?.refusals.length === 0;
