// What a board shows and in which order: kept in the address, so that it can be sent to others.
import { place, setQuery } from "../router";
import type { AmountRange, DealFilter, DealOrder, DealStatus, TimeRange } from "./__generated__/graphql";

export const ORDERS = {
  newest: { field: "CREATED_AT", direction: "DESC" },
  active: { field: "LAST_ACTIVITY", direction: "DESC" },
  value: { field: "VALUE", direction: "DESC" },
  progress: { field: "PROGRESS", direction: "DESC" },
  title: { field: "TITLE", direction: "ASC" },
  owner: { field: "OWNER", direction: "ASC" },
} satisfies Record<string, DealOrder>;

export type OrderName = keyof typeof ORDERS;

export const STATUSES: DealStatus[] = ["OPEN", "WON", "LOST", "OUTDATED"];

export interface Chosen {
  text: string;
  owner: string;
  /** "true": those that the viewer takes part in. */
  mine: string;
  status: DealStatus | "all";
  /** Days, such as "2026-01-01..2026-01-31": either may be left out. */
  created: string;
  closed: string;
  /** Amounts and their currency, such as "100..250.5EUR": either amount may be left out. */
  value: string;
  order: OrderName;
}

const PLAIN: Chosen = {
  text: "",
  owner: "",
  mine: "",
  status: "OPEN",
  created: "",
  closed: "",
  value: "",
  order: "newest",
};

const DAYS = /^(\d{4}-\d\d-\d\d|)\.\.(\d{4}-\d\d-\d\d|)$/;
const AMOUNTS = /^(\d+(?:\.\d+)?|)\.\.(\d+(?:\.\d+)?|)([A-Z]{3})$/;

/** The two ends, and for amounts their currency; empty where it is no range. */
export const endsOf = (text: string): string[] => (DAYS.exec(text) ?? AMOUNTS.exec(text) ?? []).slice(1);

/** When a day begins where whoever looks is, or the one that many days after it. */
function momentOf(day: string | undefined, after: number): string | null {
  const date = new Date(`${day}T00:00:00`);
  date.setDate(date.getDate() + after);
  return isNaN(+date) ? null : date.toISOString();
}

/** The days as the API takes them, the last one whole. */
export function spanOf(text: string): TimeRange | null {
  const [from, to] = endsOf(text);
  const span = { from: momentOf(from, 0), to: momentOf(to, 1) };
  return span.from || span.to ? span : null;
}

export function amountsOf(text: string): AmountRange | null {
  const [from, to, currency] = endsOf(text);
  return currency ? { from: from || null, to: to || null, currency } : null;
}

export const isSpan = (text: string): boolean => {
  const { from, to } = spanOf(text) ?? {};
  return Boolean(from || to) && !(from && to && from >= to);
};

export const isAmounts = (text: string): boolean => {
  const { from, to, currency } = amountsOf(text) ?? {};
  return Boolean(currency) && !(from && to && Number(from) > Number(to));
};

/** What the address says; what it says wrong counts as not said. */
export function chosen(): Chosen {
  const said = (name: keyof Chosen, isRight: (text: string) => boolean = Boolean): string => {
    const text = place.value.query.get(name) ?? "";
    return isRight(text) ? text : PLAIN[name];
  };
  return {
    text: said("text"),
    owner: said("owner"),
    mine: said("mine", (text) => text === "true"),
    status: said("status", (text) => ["all", ...STATUSES].includes(text)) as Chosen["status"],
    created: said("created", isSpan),
    closed: said("closed", isSpan),
    value: said("value", isAmounts),
    order: said("order", (text) => text in ORDERS) as OrderName,
  };
}

/** Chooses something else; what is plain is not in the address. */
export function choose(change: Partial<Chosen>): void {
  const next = { ...chosen(), ...change };
  const said = Object.entries(next).filter(([name, value]) => value && value !== PLAIN[name as keyof Chosen]);
  setQuery(new URLSearchParams(said));
}

/** Shows all again, in the order of now. */
export const reset = (): void => choose({ ...PLAIN, order: chosen().order });

/** How many of the filters are chosen that a dialog asks for. */
export const countMore = ({ created, closed, value }: Chosen): number =>
  [created, closed, value].filter(Boolean).length;

/** Whether only the server knows which deals fit. */
export const isNarrow = (chosen: Chosen): boolean =>
  Boolean(chosen.text || chosen.owner || chosen.mine) || countMore(chosen) > 0;

export const isFiltered = (chosen: Chosen): boolean => isNarrow(chosen) || chosen.status !== PLAIN.status;

export function asFilter({ text, owner, mine, status, created, closed, value }: Chosen): DealFilter {
  return {
    ...(text && { text }),
    ...(owner && { ownerIds: [owner] }),
    ...(mine && { mine: true }),
    ...(status !== "all" && { statuses: [status] }),
    ...(created && { created: spanOf(created) }),
    ...(closed && { closed: spanOf(closed) }),
    ...(value && { value: amountsOf(value) }),
  };
}
