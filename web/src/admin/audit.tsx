// Who changed what of the organisation, the newest first.
import { useState } from "preact/hooks";

import { moment } from "../language";
import { Button } from "../parts/button";
import { Pages } from "../parts/pages";
import { PeoplePicker } from "../people/picker";
import { admin } from "../texts/admin";
import { AuditLogDocument, type AuditFilter, type AuditKind, type AuditLogQuery } from "./__generated__/graphql";

type Entry = AuditLogQuery["auditLog"]["nodes"][number];

interface Chosen {
  kind: AuditKind | "";
  actor: { id: string; name: string } | null;
  from: string;
  until: string;
}

const NONE: Chosen = { kind: "", actor: null, from: "", until: "" };

/** Days are those of whoever looks; the last one is meant whole. */
function filterOf({ kind, actor, from, until }: Chosen): AuditFilter {
  const begin = (day: string, after = 0) => {
    const date = new Date(`${day}T00:00:00`);
    date.setDate(date.getDate() + after);
    return date.toISOString();
  };
  return {
    ...(kind && { kinds: [kind] }),
    ...(actor && { actorId: actor.id }),
    ...(from && { from: begin(from) }),
    ...(until && { until: begin(until, 1) }),
  };
}

export function AuditLog() {
  const t = admin();
  const [chosen, setChosen] = useState(NONE);
  const put = (changes: Partial<Chosen>) => setChosen((before) => ({ ...before, ...changes }));
  return (
    <>
      <header class="rows-head">
        <h1>{t.rooms.log}</h1>
      </header>
      <p class="soft admin-about">{t.logMore}</p>
      <form class="rows-filters" role="search" onSubmit={(event) => event.preventDefault()}>
        <select class="input" aria-label={t.kind} value={chosen.kind} onChange={(event) => put({ kind: event.currentTarget.value as Chosen["kind"] })}>
          <option value="">{t.anyKind}</option>
          {(Object.entries(t.kinds) as [AuditKind, string][]).map(([kind, name]) => (
            <option key={kind} value={kind}>
              {name}
            </option>
          ))}
        </select>
        <div class="grows">
          <PeoplePicker label={chosen.actor ? `${t.byWhom}: ${chosen.actor.name}` : `${t.byWhom}: ${t.anybody}`} onPick={({ id, name }) => put({ actor: { id, name } })} />
        </div>
        <label class="day">
          {t.from} <input class="input" type="date" value={chosen.from} onInput={(event) => put({ from: event.currentTarget.value })} />
        </label>
        <label class="day">
          {t.untilDay} <input class="input" type="date" value={chosen.until} onInput={(event) => put({ until: event.currentTarget.value })} />
        </label>
        {JSON.stringify(chosen) !== JSON.stringify(NONE) && (
          <Button kind="quiet" icon="close" onClick={() => setChosen(NONE)}>
            {t.clear}
          </Button>
        )}
      </form>
      <Pages
        document={AuditLogDocument}
        variables={{ filter: filterOf(chosen) }}
        pick={({ auditLog }) => auditLog}
        none={<p class="card rows-none">{t.noEntries}</p>}
        show={(entries) => (
          <ul class="card rows">
            {entries.map((entry) => (
              <Row key={entry.id} entry={entry} />
            ))}
          </ul>
        )}
      />
    </>
  );
}

function Row({ entry: { recordedAt, kind, summary, program, actor } }: { entry: Entry }) {
  const t = admin();
  return (
    <li>
      <div class="row-body">
        <p>{summary}</p>
        <p class="row-more">
          <time dateTime={recordedAt}>{moment(recordedAt)}</time>
          <span>{actor ? <a href={`admin/members/${actor.id}`}>{actor.name}</a> : t.program(program ?? "")}</span>
          <span>{t.kinds[kind]}</span>
        </p>
      </div>
    </li>
  );
}
