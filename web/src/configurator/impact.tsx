// What becomes of the deals that run: how many, and which ones for whoever asks.
import { useEffect, useState } from "preact/hooks";

import { Button } from "../parts/button";
import { Failed, Loading } from "../parts/show";
import { said } from "../api/use";
import type { CombinedError } from "@urql/core";
import { common } from "../texts/common";
import { configurator as texts } from "../texts/configurator";
import type { ChangedFragment, ImpactKind, NumbersFragment, ReachedFragment } from "./__generated__/graphql";

/** Asks for the deals behind a number, page by page. */
export type Reach = (kind: ImpactKind, after: string | null) => Promise<ReachedFragment | undefined>;

const COUNTS: Record<ImpactKind, (numbers: NumbersFragment) => number> = {
  WIN_BLOCKED: ({ winsBlocked }) => winsBlocked,
  PROGRESS_FALL: ({ progressFalls }) => progressFalls,
  COMPLETION_DROPPED: ({ completionsDropped }) => completionsDropped,
  STAGE_CHANGE: ({ stageChanges }) => stageChanges,
  PROGRESS_RISE: ({ progressRises }) => progressRises,
  WIN_UNBLOCKED: ({ winsUnblocked }) => winsUnblocked,
};

/** What people would rather not have. */
const BAD: ImpactKind[] = ["WIN_BLOCKED", "PROGRESS_FALL", "COMPLETION_DROPPED"];

interface Props {
  numbers: NumbersFragment;
  changes: readonly ChangedFragment[];
  reach: Reach;
}

export function ImpactView({ numbers, changes, reach }: Props) {
  const t = texts().review;
  const kinds = (Object.keys(COUNTS) as ImpactKind[]).filter((kind) => COUNTS[kind](numbers) > 0);
  return (
    <section class="impact">
      <h3>{t.impact}</h3>
      <p>
        {t.openDeals(numbers.openDeals)} {numbers.openDeals > 0 && seen(changes)}{" "}
        {numbers.openDeals > 0 && kinds.length === 0 && t.untouched}
      </p>
      <ul>
        {kinds.map((kind) => (
          <Kind key={kind} kind={kind} numbers={numbers} reach={reach} />
        ))}
      </ul>
    </section>
  );
}

/** What everybody who looks at an open deal sees at once: a deal has the checklist of its process as it now is. */
function seen(changes: readonly ChangedFragment[]): string {
  const t = texts().review;
  const lists = (Object.keys(t.lists) as (keyof typeof t.lists)[]).flatMap((kind) => {
    const count = changes.filter(({ __typename }) => __typename === kind).length;
    return count > 0 ? [t.lists[kind](count)] : [];
  });
  return lists.length > 0 ? t.checklists(lists.join(", ")) : changes.length > 0 ? t.seen : "";
}

function Kind({ kind, numbers, reach }: { kind: ImpactKind; numbers: NumbersFragment; reach: Reach }) {
  const t = texts().review;
  const [open, setOpen] = useState(false);
  const text = t.kinds[kind](COUNTS[kind](numbers));
  return (
    <li class={BAD.includes(kind) ? "impact-bad" : ""}>
      <p class="impact-line">
        <span>
          {text}
          {kind === "PROGRESS_FALL" && <span class="soft">, {t.largestFall(numbers.largestFall)}</span>}
        </span>
        <button
          type="button"
          class="button-link"
          aria-expanded={open}
          aria-label={`${text}: ${open ? t.hide : t.which}`}
          onClick={() => setOpen(!open)}
        >
          {open ? t.hide : t.which}
        </button>
      </p>
      {open && <Deals kind={kind} reach={reach} />}
    </li>
  );
}

type Rows = ReachedFragment["nodes"];

function Deals({ kind, reach }: { kind: ImpactKind; reach: Reach }) {
  const [rows, setRows] = useState<Rows>([]);
  const [next, setNext] = useState<string | null | undefined>(undefined);
  const [wrong, setWrong] = useState<string | null>(null);
  const more = async (after: string | null) => {
    setWrong(null);
    try {
      const page = await reach(kind, after);
      setRows([...(after ? rows : []), ...(page?.nodes ?? [])]);
      setNext(page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null);
    } catch (error) {
      setWrong(said(error as CombinedError));
    }
  };
  useEffect(() => void more(null), []);
  if (wrong) return <Failed text={wrong} again={() => void more(next ?? null)} level={3} />;
  if (next === undefined) return <Loading />;
  return (
    <>
      <ul class="impact-deals">
        {rows.map((row) => (
          <li key={row.deal.id}>
            <a href={`deals/${row.deal.id}`} target="_blank" rel="noopener">
              {row.deal.title}
            </a>
            <span class="soft numbers">{outlook(row, kind)}</span>
          </li>
        ))}
      </ul>
      {next && (
        <Button kind="quiet" onClick={() => void more(next)}>
          {texts().review.more}
        </Button>
      )}
    </>
  );
}

function outlook({ before, after, completionsDropped }: Rows[number], kind: ImpactKind): string {
  const t = texts().review;
  if (kind === "STAGE_CHANGE")
    return t.outlook(before.stageName ?? common().unstaged, after.stageName ?? common().unstaged);
  if (kind === "COMPLETION_DROPPED") return t.dropped(completionsDropped);
  return t.outlook(`${before.percent} %`, `${after.percent} %`);
}
