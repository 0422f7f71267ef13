// What is to be done about a deal until when.
import { useEffect, useRef, useState } from "preact/hooks";

import { change, said, useQuery } from "../api/use";
import { dueDay } from "../language";
import { ActIcon } from "../parts/act-icon";
import { Added } from "../parts/added";
import { ActButton, Button } from "../parts/button";
import { Confirm } from "../parts/confirm";
import { Field } from "../parts/field";
import { useNeighbour, useReturn } from "../parts/focus";
import { FormBody, useForm } from "../parts/form";
import { Icon } from "../parts/icon";
import { Markdown } from "../parts/markdown";
import { Failed, Loading } from "../parts/show";
import { failed, settled } from "../parts/toast";
import { PeoplePicker } from "../people/picker";
import { common } from "../texts/common";
import { deal as texts } from "../texts/deal";
import { viewer } from "../frame/viewer";
import {
  CompleteTaskDocument,
  CreateTaskDocument,
  DeleteTaskDocument,
  MoreTodosDocument,
  ReopenTaskDocument,
  type TaskState,
  type TodoFragment,
} from "./__generated__/graphql";
import type { Deal } from "./screen";

export function Tasks({ deal }: { deal: Deal }) {
  const t = texts();
  const [making, setMaking] = useState(false);
  const { open, done } = deal;
  return (
    <section class="card panel" aria-labelledby="tasks">
      <header class="panel-head" ref={useReturn(making)}>
        <h2 id="tasks" tabIndex={-1}>
          {t.tasks}
        </h2>
        {!making && (
          <ActButton kind="quiet" icon="plus" permission={deal.permissions.createTask} onAct={() => setMaking(true)}>
            {t.addTask}
          </ActButton>
        )}
      </header>
      {making && <NewTask deal={deal} onClose={() => setMaking(false)} />}
      {open.nodes.length === 0 && !making && <p class="soft">{t.noTasks}</p>}
      <List tasks={open.nodes} />
      <More deal={deal} state="OPEN" page={open.pageInfo} />
      {done.nodes.length > 0 && (
        <details>
          <summary>{t.doneTasks(done.totalCount)}</summary>
          <List tasks={done.nodes} />
          <More deal={deal} state="DONE" page={done.pageInfo} />
        </details>
      )}
    </section>
  );
}

function List({ tasks }: { tasks: TodoFragment[] }) {
  return (
    <ul class="todos">
      {tasks.map((task) => (
        <Todo key={task.id} task={task} />
      ))}
    </ul>
  );
}

interface MoreProps {
  deal: Deal;
  state: TaskState;
  /** The page before. */
  page: { hasNextPage: boolean; endCursor: string | null };
}

/** What follows a page, once somebody asks for it. */
function More({ page, ...rest }: MoreProps) {
  const [asked, setAsked] = useState(false);
  if (!page.hasNextPage) return null;
  if (asked) return <Next after={page.endCursor} {...rest} />;
  return (
    <Button kind="quiet" onClick={() => setAsked(true)}>
      {common().showMore}
    </Button>
  );
}

function Next({ deal, state, after }: Omit<MoreProps, "page"> & { after: string | null }) {
  const { data, error, again } = useQuery(MoreTodosDocument, { id: deal.id, state, after });
  const known = useRef(deal.version);
  // What happens to the deal brings only its first tasks.
  useEffect(() => {
    if (known.current !== deal.version) again();
    known.current = deal.version;
  }, [deal.version]);
  const tasks = data?.deal?.tasks;
  if (!tasks) return error ? <Failed text={said(error)} again={again} level={3} /> : <Loading />;
  return (
    <>
      <Added>
        <List tasks={tasks.nodes.filter((task) => task.state === state)} />
      </Added>
      <More deal={deal} state={state} page={tasks.pageInfo} />
    </>
  );
}

function Todo({ task }: { task: TodoFragment }) {
  const t = texts();
  const [deleting, setDeleting] = useState(false);
  const isDone = task.state === "DONE";
  const may = isDone ? task.permissions.reopen : task.permissions.complete;
  useEffect(() => settled(task.id), [may.allowed]);
  const press = () => {
    for (const { message } of may.blockers) failed(message, task.id);
    const input = { taskId: task.id };
    if (may.allowed) void (isDone ? change(ReopenTaskDocument, { input }) : change(CompleteTaskDocument, { input }));
  };
  return (
    <li ref={useNeighbour()} class={`item item-${task.state.toLowerCase()}`}>
      <button
        type="button"
        class={isDone ? "tick tick-done" : "tick"}
        aria-label={isDone ? t.taskOpen(task.title) : t.taskDone(task.title)}
        aria-disabled={!may.allowed}
        title={may.blockers.map(({ message }) => message).join("\n") || undefined}
        onClick={press}
      >
        <Icon name={may.allowed ? "check" : "lock"} />
      </button>
      <div class="item-body">
        <p class="item-name">{task.title}</p>
        {task.description && !isDone && <Markdown text={task.description} />}
        <p class="soft">
          {task.overdue && <span class="mark mark-late">{t.overdue}</span>} {t.dueOn(dueDay(task.dueOn))} ·{" "}
          {task.assignee.name}
        </p>
      </div>
      <ActIcon icon="trash" label={t.deleteTask(task.title)} permission={task.permissions.delete} onAct={() => setDeleting(true)} />
      {deleting && (
        <Confirm
          title={t.deleteTask(task.title)}
          act={common().remove}
          run={() => change(DeleteTaskDocument, { input: { taskId: task.id } }, { quiet: true })}
          onDone={() => {}}
          onClose={() => setDeleting(false)}
        >
          <p>{t.deleteMore}</p>
        </Confirm>
      )}
    </li>
  );
}

function NewTask({ deal, onClose }: { deal: Deal; onClose: () => void }) {
  const t = texts();
  const me = viewer.value?.member;
  const [title, setTitle] = useState("");
  const [dueOn, setDue] = useState("");
  const [assignee, setAssignee] = useState<{ id: string; name: string } | undefined>(me);
  const form = useForm();
  const add = async () => {
    const input = { dealId: deal.id, title, dueOn, assigneeId: assignee?.id };
    if (await form.send(() => change(CreateTaskDocument, { input }, { quiet: true }))) onClose();
  };
  return (
    <FormBody
      form={form}
      fields={["title", "dueOn", "assigneeId"]}
      act={common().add}
      class="note-form"
      onSubmit={() => void add()}
      onClose={onClose}
    >
      <Field label={t.taskTitle} required wrong={form.about("title")}>
        <input autoFocus maxLength={200} value={title} onInput={(event) => setTitle(event.currentTarget.value)} />
      </Field>
      <Field label={t.due} required wrong={form.about("dueOn")}>
        <input type="date" value={dueOn} onInput={(event) => setDue(event.currentTarget.value)} />
      </Field>
      <div class="field">
        <span class="field-name">
          {t.assignee}: {assignee?.id === me?.id ? t.me : assignee?.name}
        </span>
        <PeoplePicker label={t.otherAssignee} without={assignee ? [assignee.id] : []} onPick={setAssignee} />
        {form.about("assigneeId") && (
          <p class="field-wrong" role="alert">
            {form.about("assigneeId")}
          </p>
        )}
      </div>
    </FormBody>
  );
}
