// My day: what is overdue, what is to be done today, and later; what was done; and what others have to do.
import { useSignal, type Signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";

import { ask, follow, useQuery } from "../api/use";
import type { ScreenProps } from "../frame/screens";
import { viewer } from "../frame/viewer";
import { useLookAgain } from "../parts/again";
import { Button } from "../parts/button";
import "../parts/rows.css";
import { useTitle } from "../parts/title";
import { PeoplePicker } from "../people/picker";
import { tasks as texts } from "../texts/tasks";
import { OfWhomDocument, TaskNewsDocument, TasksFromDocument } from "./__generated__/graphql";
import { TaskDialog } from "./dialog";
import { choose, chosen } from "./filters";
import { DoneTasks, OpenTasks } from "./lists";
import "./tasks.css";

/** How often it is asked anew what others did: the API tells at once only what has become the viewer's. */
const OFTEN = 60_000;

export default function Screen(_: ScreenProps) {
  const t = texts();
  const now = chosen();
  const [making, setMaking] = useState(false);
  const isMember = now.who !== "" && now.who !== "all";
  const { data } = useQuery(OfWhomDocument, isMember ? { id: now.who } : null, "cache-first");
  const name = data?.node && "name" in data.node ? data.node.name : "";
  const round = useRounds();
  useTitle(t.title);
  return (
    <div class="page tasks-page">
      <header class="rows-head">
        <h1>{now.who ? t.titleOthers : t.title}{isMember && name && `: ${name}`}</h1>
        <Button kind="main" icon="plus" onClick={() => setMaking(true)}>
          {t.add}
        </Button>
      </header>
      <Filters />
      {now.done ? <DoneTasks now={now} round={round} /> : <OpenTasks now={now} round={round} />}
      {making && <TaskDialog onClose={() => setMaking(false)} onSaved={() => round.value++} />}
    </div>
  );
}

/** Counts up whenever the lists may not be what they were. */
function useRounds() {
  const round = useSignal(0);
  useEffect(() => hear(round), []);
  useLookAgain(() => round.value++, OFTEN);
  return round;
}

/** Follows the inbox, which tells when a task has become the viewer's; gives what ends that. */
function hear(round: Signal<number>): () => void {
  let stop: (() => void) | null = () => {};
  const begin = async () => {
    const { viewer } = await ask(TasksFromDocument, {});
    if (!stop) return;
    const isTask = ({ kind }: { kind: string }) => kind === "TASK_ASSIGNED";
    stop = follow(TaskNewsDocument, { after: viewer.feedCursor }, ({ inboxChanged }) => inboxChanged.notifications.some(isTask) && round.value++, start);
  };
  // Without it, it is asked every minute all the same.
  const start = () => void begin().catch(() => {});
  start();
  return () => {
    stop?.();
    stop = null;
  };
}

function Filters() {
  const t = texts();
  const { who, done } = chosen();
  const me = viewer.value?.member;
  return (
    <div class="rows-filters" role="group" aria-label={t.filters}>
      <span class="choice" role="group" aria-label={t.state}>
        <button type="button" aria-pressed={!done} onClick={() => choose({ done: false })}>
          {t.open}
        </button>
        <button type="button" aria-pressed={done} onClick={() => choose({ done: true })}>
          {t.done}
        </button>
      </span>
      <span class="choice" role="group" aria-label={t.whose}>
        <button type="button" aria-pressed={!who} onClick={() => choose({ who: "" })}>
          {t.mine}
        </button>
        <button type="button" aria-pressed={who === "all"} onClick={() => choose({ who: "all" })}>
          {t.all}
        </button>
      </span>
      <div class="grows">
        <PeoplePicker label={t.ofSomebody} without={me ? [me.id] : []} onPick={({ id }) => choose({ who: id })} />
      </div>
    </div>
  );
}
