// What a board shows and in which order: kept in the address, so that it can be sent to others.
import { place, setQuery } from "../router";
import type { DealFilter, DealOrder, DealStatus } from "./__generated__/graphql";

export const ORDERS = {
  newest: { field: "CREATED_AT", direction: "DESC" },
  active: { field: "UPDATED_AT", direction: "DESC" },
  value: { field: "VALUE", direction: "DESC" },
  progress: { field: "PROGRESS", direction: "DESC" },
  title: { field: "TITLE", direction: "ASC" },
} satisfies Record<string, DealOrder>;

export type OrderName = keyof typeof ORDERS;

export const STATUSES: DealStatus[] = ["OPEN", "WON", "LOST", "OUTDATED"];

export interface Chosen {
  text: string;
  owner: string;
  status: DealStatus | "all";
  order: OrderName;
}

const PLAIN: Chosen = { text: "", owner: "", status: "OPEN", order: "newest" };

/** What the address says; what it says wrong counts as not said. */
export function chosen(): Chosen {
  const query = place.value.query;
  const status = query.get("status") as Chosen["status"];
  const order = query.get("order") as OrderName;
  return {
    text: query.get("text") ?? "",
    owner: query.get("owner") ?? "",
    status: status === "all" || STATUSES.includes(status) ? status : PLAIN.status,
    order: order in ORDERS ? order : PLAIN.order,
  };
}

/** Chooses something else; what is plain is not in the address. */
export function choose(change: Partial<Chosen>): void {
  const next = { ...chosen(), ...change };
  const said = Object.entries(next).filter(([name, value]) => value && value !== PLAIN[name as keyof Chosen]);
  setQuery(new URLSearchParams(said));
}

export const isFiltered = ({ text, owner, status }: Chosen): boolean =>
  Boolean(text || owner || status !== PLAIN.status);

export function asFilter({ text, owner, status }: Chosen): DealFilter {
  return {
    ...(text && { text }),
    ...(owner && { ownerIds: [owner] }),
    ...(status !== "all" && { statuses: [status] }),
  };
}
