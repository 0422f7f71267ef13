// Notifications by the day they came on. Following one reads it.
import { ago, dueDay, moment } from "../language";
import { IconButton } from "../parts/button";
import { Icon, type IconName } from "../parts/icon";
import { Avatar } from "../parts/show";
import { inbox as texts } from "../texts/inbox";
import type { Inbox, Told } from "./state";

const ICONS: Record<Told["kind"], IconName> = { ACTION_COMPLETED: "check", TASK_ASSIGNED: "task", WEBHOOK_FAILED: "warn" };

type Span = "today" | "yesterday" | "week" | "earlier";
const SPANS: Span[] = ["today", "yesterday", "week", "earlier"];

function spanOf(at: string): Span {
  const midnight = new Date().setHours(0, 0, 0, 0);
  const days = Math.ceil((midnight - Date.parse(at)) / 86_400_000);
  return days <= 0 ? "today" : days === 1 ? "yesterday" : days < 7 ? "week" : "earlier";
}

export function Notifications({ inbox }: { inbox: Inbox }) {
  const t = texts();
  const groups = Map.groupBy(inbox.all.value, ({ createdAt }) => spanOf(createdAt));
  return (
    <div onKeyDown={onArrow}>
      {SPANS.map((span) => {
        const all = groups.get(span);
        return (
          all && (
            <section key={span} class="rows-part" aria-labelledby={`told-${span}`}>
              <header>
                <h2 id={`told-${span}`}>{t.spans[span]}</h2>
              </header>
              <ul class="card rows">
                {all.map((told) => (
                  <Row key={told.id} told={told} inbox={inbox} />
                ))}
              </ul>
            </section>
          )
        );
      })}
    </div>
  );
}

function Row({ told, inbox }: { told: Told; inbox: Inbox }) {
  const t = texts();
  const { id, readAt, actor, deal, task } = told;
  const read = () => {
    if (!readAt) void inbox.read({ ids: [id] });
  };
  return (
    <li class={readAt ? "told told-read" : "told"}>
      {actor ? <Avatar name={actor.name} id={actor.id} /> : <span class="told-kind"><Icon name={ICONS[told.kind] ?? "info"} /></span>}
      <div class="row-body">
        <a class="told-link" href={told.kind === "WEBHOOK_FAILED" ? "admin/webhooks" : `deals/${deal.id}`} onClick={read}>
          {!readAt && <span class="hidden">{t.isUnread}: </span>}
          {told.summary}
        </a>
        <p class="row-more">
          <time dateTime={told.createdAt} title={moment(told.createdAt)}>
            {ago(told.createdAt)}
          </time>
          {told.completion?.undoneAt && <span>{t.undone}</span>}
          {task && <TaskNow task={task} />}
        </p>
      </div>
      {!readAt && <IconButton icon="check" label={t.read(told.summary)} onClick={(event) => (toLink(event.currentTarget), read())} />}
    </li>
  );
}

/** The button goes when it is pressed: the focus stays in its row. */
const toLink = (button: HTMLElement): void => button.closest("li")?.querySelector<HTMLElement>(".told-link")?.focus();

function TaskNow({ task }: { task: NonNullable<Told["task"]> }) {
  const t = texts();
  if (task.state === "DONE") return <span>{t.taskDone}</span>;
  return <span class={task.overdue ? "told-late" : ""}>{t.taskDue(dueDay(task.dueOn))}</span>;
}

/** The arrows go from one notification to the next. */
function onArrow(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const links = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>(".told-link")];
  const at = links.findIndex((link) => link.closest("li")?.contains(document.activeElement));
  const to = step && at >= 0 && links[at + step];
  if (!to) return;
  event.preventDefault();
  to.focus();
}
