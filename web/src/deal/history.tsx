// What happened to a deal, the newest first, in the API's sentences.
import { useSignal, type Signal } from "@preact/signals";
import type { CombinedError } from "@urql/core";
import { useEffect } from "preact/hooks";

import { ask, orSay, said, useRewritten } from "../api/use";
import { ago, moment } from "../language";
import { Button } from "../parts/button";
import { Markdown } from "../parts/markdown";
import { Failed, Loading } from "../parts/show";
import { deal as texts } from "../texts/deal";
import { HistoryDocument, type PastFragment } from "./__generated__/graphql";

const PAGE = 20;

interface Read {
  events: PastFragment[];
  /** Where what is older ends; null: there is nothing older. */
  before: string | null;
}

/** @param news what happened since the page was opened, the newest first */
export function History({ id, news }: { id: string; news: Signal<PastFragment[]> }) {
  const t = texts();
  const read = useSignal<Read | null>(null);
  const wrong = useSignal<string | null>(null);
  const older = async () => {
    const before = read.peek()?.before ?? null;
    const events = (await ask(HistoryDocument, { id, last: PAGE, before })).deal?.events;
    if (!events) return;
    const { hasPreviousPage, startCursor } = events.pageInfo;
    read.value = {
      events: [...(read.peek()?.events ?? []), ...events.nodes.toReversed()],
      before: hasPreviousPage ? startCursor : null,
    };
  };
  const begin = () => {
    wrong.value = null;
    older().catch((error: CombinedError) => (wrong.value = said(error)));
  };
  useEffect(begin, [id]);
  useRewritten(() => {
    news.value = [];
    read.value = null;
    begin();
  });
  const known = new Map([...news.value, ...(read.value?.events ?? [])].map((event) => [event.id, event]));
  const events = [...known.values()].sort((a, b) => b.after.version - a.after.version);
  const bodies = saidBy(events);
  return (
    <section class="card panel" aria-labelledby="history">
      <header class="panel-head">
        <h2 id="history">{t.history}</h2>
      </header>
      {wrong.value ? <Failed text={wrong.value} again={begin} level={3} /> : !read.value && <Loading />}
      <ol class="history">
        {events.map((event) => (
          <Event key={event.id} event={event} bodies={bodies} />
        ))}
      </ol>
      {read.value?.before && (
        <Button kind="quiet" onClick={() => orSay(older())}>
          {t.older}
        </Button>
      )}
    </section>
  );
}

/** What notes say by now, as far as events tell, the newest first: an event that was read before may say what is no more. */
export function saidBy(events: PastFragment[]): Map<string, string | null> {
  const said = new Map<string, string | null>();
  for (const event of events) {
    if ("noteId" in event && event.noteId) said.set(event.noteId, null);
    const note = "edited" in event ? event.edited : "note" in event ? event.note : null;
    if (note && !said.has(note.id)) said.set(note.id, note.body);
  }
  return said;
}

function Event({ event, bodies }: { event: PastFragment; bodies: Map<string, string | null> }) {
  const t = texts();
  const body =
    "note" in event ? event.note && bodies.get(event.note.id) : "comment" in event ? event.comment : null;
  return (
    <li>
      <p class="soft">
        <strong>{event.actor?.name ?? t.program}</strong>{" "}
        <time dateTime={event.occurredAt} title={moment(event.occurredAt)}>
          {ago(event.occurredAt)}
        </time>
      </p>
      <p>{event.summary}</p>
      {body && (
        <div class="history-body">
          <Markdown text={body} />
        </div>
      )}
    </li>
  );
}
