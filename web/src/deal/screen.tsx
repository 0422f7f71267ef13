// A deal: how far it is, what there is to do, who is on it, and what happened. It follows what others do.
import { signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";

import { said, useFollow, useQuery } from "../api/use";
import type { ScreenProps } from "../frame/screens";
import { Failed, Loading, NotHere } from "../parts/show";
import { useTitle } from "../parts/title";
import { Checklist } from "./checklist";
import { DealDocument, DealFeedDocument, SaveOfProcessDocument, type PastFragment, type WholeFragment } from "./__generated__/graphql";
import "./deal.css";
import { Details, People } from "./details";
import { Drafts } from "./drafts";
import { Head } from "./head";
import { History } from "./history";
import { Notes } from "./notes";
import { Tasks } from "./tasks";

export type Deal = WholeFragment;

export default function Screen({ parts: [id = ""] }: ScreenProps) {
  return <DealView key={id} id={id} />;
}

/** A deal, and what happened to it since it was opened, the newest first. */
function useDeal(id: string) {
  const { data, error, again } = useQuery(DealDocument, { id });
  const deal = data?.deal;
  const news = useMemo(() => signal<PastFragment[]>([]), []);
  const [after, lost] = usePlace(deal?.feedCursor, id);
  useFollow(
    DealFeedDocument,
    after ? { id, after } : null,
    ({ dealProgress: { event } }) => {
      if (event) news.value = [event, ...news.peek()];
    },
    () => (lost(), again()),
  );
  // What others make of the process, this deal shows at once.
  const process = deal?.process;
  const [saved, lostSaves] = usePlace(process?.feedCursor, process?.id);
  useFollow(
    SaveOfProcessDocument,
    process && saved ? { id: process.id, after: saved } : null,
    ({ processSaved: { version } }) => version && again(),
    () => (lostSaves(), again()),
  );
  return { deal, isThere: data ? deal !== null : undefined, error, again, news };
}

function DealView({ id }: { id: string }) {
  const { deal, isThere, error, again, news } = useDeal(id);
  const drafts = useMemo(() => new Drafts(id), []);
  useEffect(() => drafts.keep(), []);
  useTitle(deal?.title);
  if (!deal)
    return error ? (
      isGone(error) ? (
        <NotHere />
      ) : (
        <Failed text={said(error)} again={again} />
      )
    ) : isThere === false ? (
      <NotHere />
    ) : (
      <Loading />
    );
  return (
    <div class="deal-page">
      <Head deal={deal} />
      <div class="deal-grid">
        <Checklist deal={deal} drafts={drafts} />
        <div class="deal-side">
          <Details deal={deal} />
          <Tasks deal={deal} />
          <People deal={deal} />
          <Notes deal={deal} drafts={drafts} news={news} />
          <History id={id} news={news} />
        </div>
      </div>
    </div>
  );
}

/** Where following begins: at the first answer about something. Later ones are no reason to begin anew, unless that place was lost. */
function usePlace(now: string | undefined, about: string | undefined): [place: string | undefined, lost: () => void] {
  const from = useMemo(() => ({ place: undefined as string | undefined, lost: undefined as string | undefined }), [about]);
  if (now !== from.lost) from.place ??= now;
  const lost = () => {
    from.lost = now;
    from.place = undefined;
  };
  return [from.place, lost];
}

/** What is no id, and what is not there, are the same to whoever follows a link. */
const isGone = ({ graphQLErrors }: { graphQLErrors: { extensions: Record<string, unknown> }[] }): boolean =>
  graphQLErrors.some(({ extensions }) => ["NOT_FOUND", "BAD_USER_INPUT"].includes(String(extensions.code)));
