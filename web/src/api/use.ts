// What screens do with the API: look, change, follow.
import { batch, useSignal } from "@preact/signals";
import type { CombinedError, OperationContext, OperationResult } from "@urql/core";
import { useEffect, useMemo, useRef } from "preact/hooks";

import { common } from "../texts/common";
import { failed, SERVER, settled } from "../parts/toast";
import { client, rewritten } from "./client";
import { requestOf, type Doc } from "./document";

export interface Looked<D> {
  /** What there is: the last answer while a newer one is on its way. */
  data: D | undefined;
  /** Why there is nothing, or not all of it. */
  error: CombinedError | undefined;
  loading: boolean;
  /** Asks the server again. */
  again: () => void;
}

/**
 * What a query answers, and what it answers whenever that changes, or the language of the server's texts. Given null,
 * nothing is asked.
 */
export function useQuery<D, V>(
  document: Doc<D, V>,
  variables: V | null,
  policy: Policy = "cache-and-network",
): Looked<D> {
  const state = useSignal<Omit<Looked<D>, "again">>({ data: undefined, error: undefined, loading: true });
  const round = useSignal(0);
  const key = JSON.stringify(variables);
  useEffect(() => {
    if (variables === null) return;
    state.value = { ...state.peek(), loading: true };
    const requestPolicy = round.value + rewritten.value > 0 ? "network-only" : policy;
    const source = query(document, variables, requestPolicy);
    const { unsubscribe } = source.subscribe(({ data, error, stale }) => {
      state.value = { data: (data as D | null) ?? (error ? state.peek().data : undefined), error, loading: stale };
    });
    return unsubscribe;
  }, [document, key, round.value, rewritten.value]);
  return { ...state.value, again: () => round.value++ };
}

/** Asks again for what no query keeps, whenever the server's texts have come to be in another language. */
export function useRewritten(again: () => void): void {
  const count = rewritten.value;
  const known = useRef(count);
  useEffect(() => {
    if (known.current !== count) again();
    known.current = count;
  }, [count]);
}

type Policy = NonNullable<OperationContext["requestPolicy"]>;

function query<D, V>(document: Doc<D, V>, variables: V, requestPolicy: Policy) {
  const { request, hash } = requestOf(document, variables);
  return client().executeQuery(request, { requestPolicy, hash });
}

/** Asks once; fails with what the server said. */
export async function ask<D, V>(document: Doc<D, V>, variables: V): Promise<D> {
  const source = query(document, variables, "network-only");
  return given(await source.toPromise());
}

function given<D>({ data, error }: OperationResult<D, never>): D {
  if (data === undefined || data === null || error) throw error ?? new Error(common().unreachable);
  return data;
}

/** Why a mutation was refused, as each of them tells it. */
export interface Refusal {
  code: string;
  message: string;
  path?: string[];
  nodeId?: string | null;
}

export type Changed<P> = { payload: P; refusals: Refusal[] };

/**
 * Runs a mutation and gives its payload; null when it failed altogether, which has been said then. What a rule
 * refused is said too, unless the caller shows it by itself.
 */
export async function change<D extends object, V>(
  document: Doc<D, V>,
  variables: V,
  { quiet = false } = {},
): Promise<Changed<Payload<D>> | null> {
  const { request, hash } = requestOf(document, variables);
  const about = hash + subjectOf(variables);
  const { data, error } = await client().executeMutation(request, { hash }).toPromise();
  settled(about);
  if (!error?.networkError) settled(SERVER);
  const payload = data && (Object.entries(data).find(([name]) => name !== "__typename")?.[1] as Payload<D> | null);
  if (error || !payload) {
    failed(said(error), about);
    return null;
  }
  const refusals = (payload as { userErrors?: Refusal[] }).userErrors ?? [];
  if (!quiet) for (const refusal of refusals) failed(refusal.message, about);
  return { payload, refusals };
}

/** What a mutation changes: the first thing that it is given. */
const subjectOf = (variables: unknown): string =>
  String(Object.values((variables as { input?: object }).input ?? {}).find((value) => typeof value === "string"));

type Payload<D> = NonNullable<D[Exclude<keyof D, "__typename">]>;

/** What an error says to people: the server's words, or that it was not reached. */
export function said(error: CombinedError | undefined): string {
  const told = error?.graphQLErrors?.[0]?.message;
  return told ?? common().unreachable;
}

/** For what somebody has asked for and waits for: when it fails, that is said. */
export function orSay(asked: Promise<unknown>): void {
  asked.catch((error: CombinedError) => failed(said(error)));
}

/**
 * Follows what happens after a place of the log, until the returned function is called. Whatever an item brings is
 * in the cache before `onItem` gets it. `onLost` is called when it cannot go on from that place, which may not be of
 * this log any more: ask again.
 */
export function follow<D, V>(
  document: Doc<D, V>,
  variables: V,
  onItem: (item: D) => void,
  onLost: () => void,
): () => void {
  const { request, hash } = requestOf(document, variables);
  const source = client().executeSubscription(request, { hash });
  let late: ReturnType<typeof setTimeout> | undefined;
  const { unsubscribe } = source.subscribe(({ data, error }) => {
    if (error) late = setTimeout(onLost, isOfAnotherLog(error) ? 0 : 5_000);
    else if (data) batch(() => onItem(data as D));
  });
  return () => {
    clearTimeout(late);
    unsubscribe();
  };
}

const isOfAnotherLog = (error: CombinedError): boolean =>
  error.graphQLErrors.some(({ extensions }) => extensions.code === "CURSOR_INVALID");

/** Follows as long as the component is there and has somewhere to begin. */
export function useFollow<D, V>(
  document: Doc<D, V>,
  variables: V | null,
  onItem: (item: D) => void,
  onLost: () => void,
): void {
  const latest = useMemo(() => ({ onItem, onLost }), []);
  Object.assign(latest, { onItem, onLost });
  const begins = variables !== null;
  const key = JSON.stringify(variables);
  useEffect(() => {
    if (variables === null) return;
    return follow(
      document,
      variables,
      (item) => latest.onItem(item),
      () => latest.onLost(),
    );
  }, [document, begins, key]);
}
