// Who is signed in, what rooms there are for them, and how much they have not read: kept up to date.
import { computed, signal } from "@preact/signals";

import { ask, follow } from "../api/use";
import { recognise } from "../session";
import { InboxDocument, ViewerDocument, type ViewerQuery } from "./__generated__/graphql";

export type Viewer = ViewerQuery["viewer"];

export const viewer = signal<Viewer | null>(null);

export const unread = computed(() => viewer.value?.unreadCount ?? 0);

/** Whether somebody may do something for the whole organisation. */
export const mayAdministrate = computed(() => {
  const permissions = viewer.value?.permissions;
  return Boolean(
    permissions?.addMember.allowed || permissions?.addCloseReason.allowed || permissions?.createWebhook.allowed,
  );
});

/** Reads who is signed in and follows their inbox; fails when the token is worth nothing, or nobody answers. */
export async function meet(): Promise<void> {
  const { viewer: found } = await ask(ViewerDocument, {});
  viewer.value = found;
  recognise();
  follow(
    InboxDocument,
    { after: found.feedCursor },
    ({ inboxChanged }) => {
      const known = viewer.peek();
      if (known) viewer.value = { ...known, unreadCount: inboxChanged.viewer.unreadCount };
    },
    () => void meet().catch(() => {}),
  );
}
