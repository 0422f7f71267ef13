// A list that is needed whole, however many pages it has: to choose from, and to sort.
import type { CombinedError } from "@urql/core";
import { useEffect, useState } from "preact/hooks";

import type { Doc } from "./document";
import { ask, useQuery, type Looked } from "./use";

interface Connection<N> {
  nodes: N[];
  pageInfo: { hasNextPage: boolean; endCursor?: string | null };
}

type After = { after?: string | null };

async function rest<D, N>(document: Doc<D, After>, pick: (data: D) => Connection<N>, page: Connection<N>): Promise<N[]> {
  const all: N[] = [];
  for (let { pageInfo } = page; pageInfo.hasNextPage; ) {
    const next = pick(await ask(document, { after: pageInfo.endCursor ?? null }));
    all.push(...next.nodes);
    pageInfo = next.pageInfo;
  }
  return all;
}

/** All that a list has now. */
export async function askAll<D, N>(document: Doc<D, After>, pick: (data: D) => Connection<N>): Promise<N[]> {
  const page = pick(await ask(document, { after: null }));
  return [...page.nodes, ...(await rest(document, pick, page))];
}

/** All that a list has. What comes after its first page is read again with that; until then `data` has what was known. */
export function useAll<D, N>(document: Doc<D, After>, pick: (data: D) => Connection<N>): Looked<N[]> {
  const { data, ...looked } = useQuery(document, { after: null });
  const [more, setMore] = useState<N[]>();
  const [failed, setFailed] = useState<CombinedError>();
  const page = data && pick(data);
  const hasNextPage = page?.pageInfo.hasNextPage ?? false;
  useEffect(() => {
    if (!page || !hasNextPage) return setMore(undefined);
    let gone = false;
    rest(document, pick, page).then(
      (nodes) => gone || (setMore(nodes), setFailed(undefined)),
      (error: CombinedError) => gone || setFailed(error),
    );
    return () => void (gone = true);
  }, [data]);
  const all = page && (more || !hasNextPage) ? [...page.nodes, ...(more ?? [])] : undefined;
  return { ...looked, data: all, error: looked.error ?? failed };
}
