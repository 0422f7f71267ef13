// The head of a board: which one it is, what it holds in all, and what is shown of it.
import { useEffect, useState } from "preact/hooks";

import { useQuery } from "../api/use";
import { viewer } from "../frame/viewer";
import { Button } from "../parts/button";
import { Icon } from "../parts/icon";
import { lazy } from "../parts/lazy";
import { board as texts } from "../texts/board";
import { common } from "../texts/common";
import { OwnerNameDocument, OwnersDocument, type BoardQuery } from "./__generated__/graphql";
import { choose, chosen, countMore, isFiltered, ORDERS, reset, STATUSES, type Chosen, type OrderName } from "./filters";
import type { Board } from "./state";
import type { Question } from "./view";

const { Lazy: Others } = lazy(() => import("./others"));

interface Props {
  board: Board;
  process: NonNullable<BoardQuery["process"]>;
  ask: (what: Question) => void;
}

export function Head({ board, process, ask }: Props) {
  const t = texts();
  const count = board.columns.value.reduce((sum, { sums }) => sum + sums.value.count, 0);
  return (
    <header class="board-head">
      <div class="board-title">
        <h1>{process.name}</h1>
        <Others id={process.id} />
        <span class="soft numbers">{t.deals(count)}</span>
        <span class="board-acts">
          {process.configure.allowed && (
            <a class="button button-quiet" href={`processes/${process.id}`}>
              <Icon name="cog" /> {t.configure}
            </a>
          )}
          <Button kind="main" icon="plus" onClick={() => ask("new")}>
            {t.newDeal}
          </Button>
        </span>
      </div>
      {process.archivedAt && <p class="board-archived">{t.archived}</p>}
      <Filters ask={ask} />
    </header>
  );
}

function Filters({ ask }: { ask: (what: Question) => void }) {
  const t = texts();
  const now = chosen();
  const more = countMore(now);
  return (
    <form class="board-filters" role="search" aria-label={t.filters} onSubmit={(event) => event.preventDefault()}>
      <Search now={now} />
      <Owners now={now} ask={ask} />
      <Button aria-pressed={Boolean(now.mine)} title={t.mineHint} onClick={() => choose({ mine: now.mine ? "" : "true" })}>
        {t.takePart}
      </Button>
      <select
        class="input"
        aria-label={t.status}
        value={now.status}
        onChange={(event) => choose({ status: event.currentTarget.value as Chosen["status"] })}
      >
        {STATUSES.map((status) => (
          <option key={status} value={status}>
            {common().statuses[status]}
          </option>
        ))}
        <option value="all">{t.anyStatus}</option>
      </select>
      <select
        class="input"
        aria-label={t.order}
        value={now.order}
        onChange={(event) => choose({ order: event.currentTarget.value as OrderName })}
      >
        {(Object.keys(ORDERS) as OrderName[]).map((order) => (
          <option key={order} value={order}>
            {t.orders[order]}
          </option>
        ))}
      </select>
      <Button aria-haspopup="dialog" onClick={() => ask("filters")}>
        {t.more(more)}
      </Button>
      {isFiltered(now) && (
        <Button kind="quiet" icon="close" onClick={reset}>
          {t.reset}
        </Button>
      )}
    </form>
  );
}

/** How long nobody types before it is searched. */
const PAUSE = 250;

function Search({ now }: { now: Chosen }) {
  const [typed, setTyped] = useState(now.text);
  useEffect(() => setTyped(now.text), [now.text]);
  useEffect(() => {
    if (typed.trim() === now.text) return;
    const late = setTimeout(() => choose({ text: typed.trim() }), PAUSE);
    return () => clearTimeout(late);
  }, [typed]);
  return (
    <label class="board-search">
      <Icon name="search" />
      <input
        class="input"
        type="search"
        aria-label={texts().search}
        placeholder={texts().search}
        title={texts().searchHint}
        value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
    </label>
  );
}

/** The value of the choice that asks who: no id is like it. */
const ASK = "ask";

function Owners({ now, ask }: { now: Chosen; ask: Props["ask"] }) {
  const t = texts();
  const { data } = useQuery(OwnersDocument, {}, "cache-first");
  const me = viewer.value?.member;
  const others = (data?.members.nodes ?? []).filter(({ id }) => id !== me?.id);
  const isListed = !now.owner || now.owner === me?.id || others.some(({ id }) => id === now.owner);
  const { data: chosen } = useQuery(OwnerNameDocument, data && !isListed ? { id: now.owner } : null, "cache-first");
  const onChange = (event: { currentTarget: HTMLSelectElement }) => {
    const { value } = event.currentTarget;
    if (value !== ASK) return choose({ owner: value });
    event.currentTarget.value = now.owner;
    ask("owner");
  };
  return (
    <select class="input" aria-label={t.owner} value={now.owner} onChange={onChange}>
      <option value="">{t.anyOwner}</option>
      {me && <option value={me.id}>{t.mine}</option>}
      {!isListed && <option value={now.owner}>{chosen?.node && "name" in chosen.node ? chosen.node.name : "…"}</option>}
      {others.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
      {data?.members.pageInfo.hasNextPage && <option value={ASK}>{t.otherOwner}</option>}
    </select>
  );
}
