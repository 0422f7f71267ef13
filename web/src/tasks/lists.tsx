// The lists of tasks, page by page.
import type { Signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";

import { said, useQuery } from "../api/use";
import { Button } from "../parts/button";
import { Empty, Failed, Loading } from "../parts/show";
import { number } from "../language";
import { common } from "../texts/common";
import { tasks as texts } from "../texts/tasks";
import { DayDocument, MoreTasksDocument, type TaskFilter, type TaskOrder, type TaskPageFragment } from "./__generated__/graphql";
import { DAYS, doneFilter, openFilters, type Chosen } from "./filters";
import { Row } from "./row";

interface Props {
  now: Chosen;
  round: Signal<number>;
}

/** Asks anew whenever the lists may not be what they were. */
function useAgain(round: Signal<number>, again: () => void): void {
  const count = round.value;
  useEffect(() => {
    if (count > 0) again();
  }, [count]);
}

export function OpenTasks({ now, round }: Props) {
  const t = texts();
  const filters = openFilters(now);
  const { data, error, again } = useQuery(DayDocument, filters);
  useAgain(round, again);
  if (!data) return error ? <Failed text={said(error)} again={again} level={2} /> : <Loading />;
  const shown = DAYS.filter((day) => data[day].nodes.length > 0);
  if (shown.length === 0) return <Empty icon="task" title={now.who ? t.noneOthers : t.none}>{!now.who && <p>{t.noneMore}</p>}</Empty>;
  return (
    <>
      {shown.map((day) => (
        <section key={day} class={`rows-part day-${day}`} aria-labelledby={day}>
          <header>
            <h2 id={day}>
              {t.days[day]} <span class="tag numbers">{number(data[day].totalCount)}</span>
            </h2>
          </header>
          <List page={data[day]} filter={filters[day]} now={now} round={round} />
        </section>
      ))}
    </>
  );
}

const LAST_DONE: TaskOrder[] = [{ field: "UPDATED_AT", direction: "DESC" }];

export function DoneTasks({ now, round }: Props) {
  const t = texts();
  const filter = doneFilter(now);
  const { data, error, again } = useQuery(MoreTasksDocument, { filter, orderBy: LAST_DONE, after: null });
  useAgain(round, again);
  if (!data) return error ? <Failed text={said(error)} again={again} level={2} /> : <Loading />;
  if (data.tasks.nodes.length === 0) return <Empty icon="task" title={t.noneDone} />;
  return (
    <section class="rows-part" aria-label={t.done}>
      <List page={data.tasks} filter={filter} orderBy={LAST_DONE} now={now} round={round} />
    </section>
  );
}

interface ListProps extends Props {
  page: TaskPageFragment;
  filter: TaskFilter;
  orderBy?: TaskOrder[];
}

function List({ page, now, round, ...rest }: ListProps) {
  const [more, setMore] = useState(false);
  const { hasNextPage, endCursor } = page.pageInfo;
  return (
    <>
      <ul class="card rows">
        {page.nodes.map((task) => (
          <Row key={task.id} task={task} isMine={now.who !== "all"} onChanged={() => round.value++} />
        ))}
      </ul>
      {hasNextPage && !more && (
        <p class="rows-more">
          <Button onClick={() => setMore(true)}>{common().showMore}</Button>
        </p>
      )}
      {hasNextPage && more && <Next key={endCursor} after={endCursor ?? null} now={now} round={round} {...rest} />}
    </>
  );
}

/** The page after a place, and then those after it. */
function Next({ after, ...rest }: Omit<ListProps, "page"> & { after: string | null }) {
  const { filter, orderBy = null, round } = rest;
  const { data, error, again } = useQuery(MoreTasksDocument, { filter, orderBy, after });
  useAgain(round, again);
  if (!data) return error ? <Failed text={said(error)} again={again} level={2} /> : <Loading />;
  return <List page={data.tasks} {...rest} />;
}
