// A list that comes page by page, as it is asked for.
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";

import type { Doc } from "../api/document";
import { said, useQuery } from "../api/use";
import { common } from "../texts/common";
import { Added } from "./added";
import { useLookAgain } from "./again";
import { Button } from "./button";
import { Failed, Loading } from "./show";

interface Connection<N> {
  nodes: N[];
  pageInfo: { hasNextPage: boolean; endCursor?: string | null };
}

interface Props<D, V, N> {
  document: Doc<D, V & { after?: string | null }>;
  variables: V;
  pick: (data: D) => Connection<N> | undefined;
  show: (nodes: N[]) => VNode;
  /** What is shown where there is nothing. */
  none: VNode;
  /** Another number: it is asked again. */
  round?: number;
}

/** What is asked for anew begins at its beginning. */
export function Pages<D, V extends object, N>(props: Props<D, V, N>) {
  return <Page key={JSON.stringify(props.variables)} {...props} after={null} />;
}

function Page<D, V extends object, N>({ after, ...rest }: Props<D, V, N> & { after: string | null }) {
  const { document, variables, pick, show, none, round = 0 } = rest;
  const { data, error, again } = useQuery(document, { ...variables, after });
  const [more, setMore] = useState(false);
  useEffect(() => {
    if (round > 0) again();
  }, [round]);
  useLookAgain(again);
  const page = data && pick(data);
  if (!page) return error ? <Failed text={said(error)} again={again} level={2} /> : <Loading />;
  if (page.nodes.length === 0 && after === null) return none;
  const { hasNextPage, endCursor = null } = page.pageInfo;
  return (
    <>
      {after === null ? show(page.nodes) : <Added>{show(page.nodes)}</Added>}
      {hasNextPage && !more && (
        <p class="rows-more">
          <Button onClick={() => setMore(true)}>{common().showMore}</Button>
        </p>
      )}
      {hasNextPage && more && <Page key={endCursor} {...rest} after={endCursor} />}
    </>
  );
}
