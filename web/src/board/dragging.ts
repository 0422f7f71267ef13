// What is dragged over the board now, and what the API says that may be done with it.
import { signal } from "@preact/signals";

import { ask } from "../api/use";
import { CardPermissionsDocument, type CardPermissionsQuery } from "./__generated__/graphql";
import type { Column } from "./columns";

export type Permissions = NonNullable<CardPermissionsQuery["deal"]>["permissions"];

/** The card that is dragged, and where it comes from. */
export const isDragging = signal<{ id: string; column: Column | undefined } | null>(null);

const known = signal<{ id: string; permissions: Permissions } | null>(null);

/** What may be done with a card, once it was asked. */
export function permissionsOf(id: string): Permissions | undefined {
  return known.value?.id === id ? known.value.permissions : undefined;
}

/** Asks what may be done with a card, before anybody does it. */
export async function learn(id: string): Promise<void> {
  const { deal } = await ask(CardPermissionsDocument, { id });
  if (deal) known.value = { id, permissions: deal.permissions };
}
