// A deal: how far it is, what there is to do, who is on it, and what happened. It follows what others do.
import { signal } from "@preact/signals";
import { useMemo } from "preact/hooks";

import { said, useFollow, useQuery } from "../api/use";
import type { ScreenProps } from "../frame/screens";
import { Failed, Loading, NotHere } from "../parts/show";
import { useTitle } from "../parts/title";
import { Checklist } from "./checklist";
import { DealDocument, DealFeedDocument, type PastFragment, type WholeFragment } from "./__generated__/graphql";
import "./deal.css";
import { Details, People } from "./details";
import { Head } from "./head";
import { History } from "./history";
import { Notes } from "./notes";
import { Tasks } from "./tasks";

export type Deal = WholeFragment;

export default function Screen({ parts: [id = ""] }: ScreenProps) {
  return <DealView key={id} id={id} />;
}

function DealView({ id }: { id: string }) {
  const { data, error, again } = useQuery(DealDocument, { id });
  const deal = data?.deal;
  // It is followed from the first answer on; later ones are no reason to begin anew, unless that place was lost.
  const from = useMemo(() => ({ cursor: undefined as string | undefined, lost: undefined as string | undefined }), []);
  if (deal?.feedCursor !== from.lost) from.cursor ??= deal?.feedCursor;
  const news = useMemo(() => signal<PastFragment[]>([]), []);
  useFollow(
    DealFeedDocument,
    from.cursor ? { id, after: from.cursor } : null,
    ({ dealProgress: { event } }) => {
      if (event) news.value = [event, ...news.peek()];
    },
    () => {
      from.lost = deal?.feedCursor;
      from.cursor = undefined;
      again();
    },
  );
  useTitle(deal?.title);
  if (!deal)
    return error ? (
      isGone(error) ? (
        <NotHere />
      ) : (
        <Failed text={said(error)} again={again} />
      )
    ) : data ? (
      <NotHere />
    ) : (
      <Loading />
    );
  return (
    <div class="deal-page">
      <Head deal={deal} />
      <div class="deal-grid">
        <Checklist deal={deal} />
        <div class="deal-side">
          <Details deal={deal} />
          <Tasks deal={deal} />
          <People deal={deal} />
          <Notes deal={deal} news={news} />
          <History id={id} news={news} />
        </div>
      </div>
    </div>
  );
}

/** What is no id, and what is not there, are the same to whoever follows a link. */
const isGone = ({ graphQLErrors }: { graphQLErrors: { extensions: Record<string, unknown> }[] }): boolean =>
  graphQLErrors.some(({ extensions }) => ["NOT_FOUND", "BAD_USER_INPUT"].includes(String(extensions.code)));
