// The versions of a process: who changed what and when, two of them compared, and an old one brought back.
import { useState } from "preact/hooks";

import { ask, said, useQuery, useRewritten } from "../api/use";
import { Button, ActButton } from "../parts/button";
import { Icon } from "../parts/icon";
import { Failed, Loading, NotHere } from "../parts/show";
import { useTitle } from "../parts/title";
import { failed } from "../parts/toast";
import { place, setQuery } from "../router";
import { configurator as texts } from "../texts/configurator";
import {
  CompareDocument,
  VersionsDocument,
  type SavedChangesFragment,
  type VersionsQuery,
} from "./__generated__/graphql";
import { Changes, SavedBy } from "./changes";
import { RestoreDialog } from "./restore";

type Process = NonNullable<VersionsQuery["process"]>;

export function Versions({ id }: { id: string }) {
  const t = texts().history;
  const { data, error, again } = useQuery(VersionsDocument, { id }, "network-only");
  const [older, setOlder] = useState<{ nodes: SavedChangesFragment[]; next: string | null } | null>(null);
  const [restoring, restore] = useState<number | null>(null);
  useRewritten(() => setOlder(null));
  const process = data?.process;
  useTitle(process ? t.title(process.name) : undefined);
  if (error && !data) return <Failed text={said(error)} again={again} />;
  if (!data) return <Loading />;
  if (!process) return <NotHere />;
  const { nodes, pageInfo } = process.versions;
  const next = older ? older.next : pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null;
  const more = async () => {
    try {
      const { process: page } = await ask(VersionsDocument, { id, after: next });
      const { nodes = [], pageInfo } = page?.versions ?? {};
      setOlder({
        nodes: [...(older?.nodes ?? []), ...nodes],
        next: pageInfo?.hasNextPage ? (pageInfo.endCursor ?? null) : null,
      });
    } catch (error) {
      failed(said(error as never));
    }
  };
  return (
    <div class="page versions">
      <header class="page-head">
        <h1>{t.title(process.name)}</h1>
        <a class="button button-plain" href={`processes/${id}`}>
          <Icon name="left" /> {t.back}
        </a>
      </header>
      <Compare process={process} />
      <ol class="version-list">
        {[...nodes, ...(older?.nodes ?? [])].map((version) => (
          <Item key={version.id} version={version} process={process} onRestore={() => restore(version.number)} />
        ))}
      </ol>
      {next && <Button onClick={() => void more()}>{t.more}</Button>}
      {restoring !== null && (
        <RestoreDialog
          process={process}
          number={restoring}
          onClose={() => restore(null)}
          onDone={() => {
            restore(null);
            setOlder(null);
            again();
          }}
        />
      )}
    </div>
  );
}

function Item({
  version,
  process,
  onRestore,
}: {
  version: SavedChangesFragment;
  process: Process;
  onRestore: () => void;
}) {
  const t = texts().history;
  const { number, changes, message } = version;
  const isCurrent = number === process.version;
  return (
    <li class="card version">
      <div class="version-head">
        <h2>{t.number(number)}</h2>
        {isCurrent && <span class="tag tag-main">{t.current}</span>}
        <small class="soft">
          <SavedBy version={version} short />
        </small>
        {!isCurrent && (
          <span class="version-acts">
            <Button
              kind="quiet"
              onClick={() => compare(number, process.version)}
              aria-label={`${t.withCurrent}: ${t.number(number)}`}
            >
              {t.withCurrent}
            </Button>
            <ActButton
              permission={process.configure}
              kind="quiet"
              icon="undo"
              aria-label={t.restoreOne(number)}
              onAct={onRestore}
            >
              {t.restore}
            </ActButton>
          </span>
        )}
      </div>
      {message && <p class="version-message">{message}</p>}
      {changes.length > 0 ? (
        <Changes changes={changes} />
      ) : (
        <p class="soft">{number === 1 ? t.firstOne : t.noChanges}</p>
      )}
    </li>
  );
}

function compare(from: number, to: number): void {
  setQuery(new URLSearchParams({ from: String(from), to: String(to) }));
  scrollTo({ top: 0 });
  document.querySelector<HTMLElement>(".compare select")?.focus();
}

/** Two versions; which ones is in the address. */
function Compare({ process }: { process: Process }) {
  const t = texts().history;
  const { query } = place.value;
  const within = (text: string | null, otherwise: number) => {
    const number = Number(text);
    return Number.isInteger(number) && number >= 1 && number <= process.version ? number : otherwise;
  };
  const to = within(query.get("to"), process.version);
  const from = within(query.get("from"), Math.max(to - 1, 1));
  const isAsked = query.has("from") && from !== to;
  const { data, error } = useQuery(CompareDocument, isAsked ? { id: process.id, from, to } : null);
  if (process.version < 2) return null;
  return (
    <section class="card compare" aria-label={t.compare}>
      <div class="compare-head">
        <h2>{t.compare}</h2>
        <Which label={t.from} value={from} process={process} onChange={(number) => compare(number, to)} />
        <Which label={t.to} value={to} process={process} onChange={(number) => compare(from, number)} />
        <Button kind="quiet" onClick={() => compare(to, from)}>
          {t.swap}
        </Button>
        {!query.has("from") && <Button onClick={() => compare(from, to)}>{t.compare}</Button>}
      </div>
      {query.has("from") && (
        <div aria-live="polite">
          <h3>{t.differences(from, to)}</h3>
          {error && <p class="field-wrong">{said(error)}</p>}
          {isAsked && !data && !error && <Loading />}
          {(!isAsked || data?.processDiff.length === 0) && <p class="soft">{t.none}</p>}
          {isAsked && data && <Changes changes={data.processDiff} />}
        </div>
      )}
    </section>
  );
}

function Which({
  label,
  value,
  process,
  onChange,
}: {
  label: string;
  value: number;
  process: Process;
  onChange: (number: number) => void;
}) {
  const numbers = Array.from({ length: process.version }, (_, at) => process.version - at);
  return (
    <label class="compare-which">
      <span>{label}</span>
      <select class="input" value={value} onChange={(event) => onChange(Number(event.currentTarget.value))}>
        {numbers.map((number) => (
          <option key={number} value={number}>
            {texts().history.number(number)}
          </option>
        ))}
      </select>
    </label>
  );
}
