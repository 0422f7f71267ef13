// Who is signed in, what rooms there are for them, and how much they have not read: kept up to date.
import { computed, signal } from "@preact/signals";

import { rewrite } from "../api/client";
import { ask, change, follow } from "../api/use";
import { KEY, language, speak, type Language } from "../language";
import { recognise } from "../session";
import { ChooseLanguageDocument, InboxDocument, ViewerDocument, type ViewerQuery } from "./__generated__/graphql";

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

let unfollow = () => {};

/**
 * Reads who is signed in and follows their inbox; fails when the token is worth nothing, or nobody answers. The language
 * that they chose goes before the browser's.
 */
export async function meet(): Promise<void> {
  const { viewer: found } = await ask(ViewerDocument, {});
  const { locale } = found.member;
  const theirs = locale ? (locale === "POLISH" ? "pl" : "en") : language.peek();
  const isOther = theirs !== language.peek();
  language.value = theirs;
  // What is shown already, they chose in another tab.
  if (isOther && viewer.peek()) rewrite();
  viewer.value = found;
  recognise();
  unfollow();
  unfollow = follow(
    InboxDocument,
    { after: found.feedCursor },
    ({ inboxChanged }) => {
      const known = viewer.peek();
      if (known) viewer.value = { ...known, unreadCount: inboxChanged.viewer.unreadCount };
    },
    meetAgain,
  );
}

const meetAgain = () => void meet().catch(() => {});

/** Chooses the language of whoever is signed in: of this page, and of all that the server writes to them. */
export async function choose(chosen: Language): Promise<void> {
  const memberId = viewer.peek()?.member.id ?? "";
  const locale = chosen === "pl" ? "POLISH" : "ENGLISH";
  const changed = await change(ChooseLanguageDocument, { input: { memberId, locale } });
  if (!changed || changed.refusals.length > 0) return;
  speak(chosen);
  rewrite();
  meetAgain();
}

addEventListener("storage", ({ key }) => key === KEY && viewer.peek() && meetAgain());
