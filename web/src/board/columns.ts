// The columns of a board: which cards are in them, in which order. Values and changes of values; nothing is asked here.
import { signal, type Signal } from "@preact/signals";

import type { Money } from "../language";
import type { CardFragment, ColumnFragment } from "./__generated__/graphql";

/** A card as it is shown. */
export type Card = Omit<CardFragment, "process">;

/** A column, of a stage or of the deals that have none. */
export interface Column {
  /** The stage; null: none. */
  stage: string | null;
  name: string | null;
  hint: string;
  /** The cards that were read, in order. */
  ids: Signal<string[]>;
  /** What the whole column has, as the API counts it. */
  sums: Signal<Sums>;
  /** Whether there is more than was read, and after which place. */
  next: Signal<string | null>;
  /** Cards that have changed so that only the API knows whether they are here, and where. */
  readonly doubt: Set<string>;
}

interface Sums {
  count: number;
  values: Money[];
  weighted: Money[];
}

/** All cards that are known, each by itself: one that changes draws no other. */
export class Cards {
  readonly #all = new Map<string, Signal<Card>>();

  get(id: string): Signal<Card> | undefined {
    return this.#all.get(id);
  }

  /** Keeps what is newer. */
  put(card: Card): Signal<Card> {
    const known = this.#all.get(card.id);
    if (!known) {
      const made = signal(card);
      this.#all.set(card.id, made);
      return made;
    }
    if (card.version >= known.peek().version) known.value = card;
    return known;
  }
}

export function column(stage: { id: string; name: string; hint: string } | null): Column {
  return {
    stage: stage?.id ?? null,
    name: stage?.name ?? null,
    hint: stage?.hint ?? "",
    ids: signal([]),
    sums: signal({ count: 0, values: [], weighted: [] }),
    next: signal(null),
    doubt: new Set(),
  };
}

/** Puts in what was read: from the start, or after what is there. */
export function fill(into: Column, read: ColumnFragment, cards: Cards, how: "anew" | "after"): void {
  for (const card of read.nodes) cards.put(card);
  const came = read.nodes.map(({ id }) => id);
  const before = into.ids.peek();
  const ids = [...new Set(how === "after" ? [...before, ...came] : [...came, ...staying(into, read)])];
  if (ids.join() !== before.join()) into.ids.value = ids;
  into.sums.value = { count: read.totalCount, values: read.totals.values, weighted: read.totals.weightedValues };
  // Where less was read than is shown, what follows is still where it was.
  if (how === "after" || reaches(read, before.length))
    into.next.value = read.pageInfo.hasNextPage ? read.pageInfo.endCursor : null;
  if (how === "anew") into.doubt.clear();
}

/** Whether as many cards were read as were shown, or all that there are. */
const reaches = ({ nodes, pageInfo }: ColumnFragment, shown: number): boolean =>
  nodes.length >= shown || !pageInfo.hasNextPage;

/** What stays behind what came: others came before it, or it belongs further down than was read. */
function staying({ ids, doubt }: Column, { pageInfo }: ColumnFragment): string[] {
  return pageInfo.hasNextPage ? ids.peek().filter((id) => !doubt.has(id)) : [];
}

/** Whether more has to be read, as far as cards are shown, to know where those are that are in doubt. */
export function goesOn({ ids, doubt }: Column, { nodes, pageInfo }: ColumnFragment): boolean {
  const came = new Set(nodes.map(({ id }) => id));
  return pageInfo.hasNextPage && nodes.length < ids.peek().length && [...doubt].some((id) => !came.has(id));
}

/** Two pages, of which the second follows the first. */
export const joined = (first: ColumnFragment, second: ColumnFragment): ColumnFragment => ({
  ...second,
  nodes: [...first.nodes, ...second.nodes],
});

/** Takes a card out of wherever it is. Gives where that was. */
export function takeOut(columns: readonly Column[], id: string): Column | undefined {
  const from = columns.find(({ ids }) => ids.peek().includes(id));
  if (from) from.ids.value = from.ids.peek().filter((other) => other !== id);
  return from;
}

export function putFirst(into: Column, id: string): void {
  into.ids.value = [id, ...into.ids.peek().filter((other) => other !== id)];
}
