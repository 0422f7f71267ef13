// What the address says about which tasks are shown, and the days that they are divided by.
import { place, setQuery } from "../router";
import type { TaskFilter } from "./__generated__/graphql";

export interface Chosen {
  /** Whose tasks: the viewer's, everybody's, or those of the member with this id. */
  who: "" | "all" | (string & {});
  done: boolean;
}

export function chosen(): Chosen {
  const { query } = place.value;
  return { who: query.get("who") ?? "", done: query.get("show") === "done" };
}

export function choose(changes: Partial<Chosen>): void {
  const { who, done } = { ...chosen(), ...changes };
  setQuery(new URLSearchParams({ ...(who && { who }), ...(done && { show: "done" }) }));
}

function ofWhom({ who }: Chosen): TaskFilter {
  if (who === "all") return {};
  return who ? { assigneeId: who } : { mine: true };
}

/** Days begin in UTC, as the API sees it when it says what is overdue. */
export const dayIn = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

export const DAYS = ["overdue", "today", "later"] as const;

export function openFilters(now: Chosen): Record<(typeof DAYS)[number], TaskFilter> {
  const open = { ...ofWhom(now), state: "OPEN" } as const;
  return {
    overdue: { ...open, overdue: true },
    today: { ...open, dueFrom: dayIn(0), dueTo: dayIn(0) },
    later: { ...open, dueFrom: dayIn(1) },
  };
}

export const doneFilter = (now: Chosen): TaskFilter => ({ ...ofWhom(now), state: "DONE" });
