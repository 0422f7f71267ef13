// What the viewer was told: the pages that were read, and what came or was read elsewhere since.
import { computed, signal } from "@preact/signals";

import type { CombinedError } from "@urql/core";

import { ask, change, follow, said } from "../api/use";
import { announce } from "../parts/toast";
import { InboxNewsDocument, MarkReadDocument, NotificationsDocument, type MarkNotificationsReadInput, type ToldFragment } from "./__generated__/graphql";

export type Told = ToldFragment;

export class Inbox {
  readonly known = signal<ReadonlyMap<string, Told> | null>(null);
  readonly error = signal<string | null>(null);
  /** Where the next page begins; null: there is none. */
  readonly next = signal<string | null>(null);
  /** What was told, the newest first. */
  readonly all = computed(() => [...(this.known.value?.values() ?? [])].sort(newestFirst));

  /** Ends the feed; null once nobody looks any more. */
  private stop: (() => void) | null = () => {};

  constructor(readonly unreadOnly: boolean) {}

  /** Reads the beginning anew, and follows what comes after it. */
  async begin(): Promise<void> {
    this.stop?.();
    this.error.value = null;
    try {
      const { viewer } = await ask(NotificationsDocument, { unreadOnly: this.unreadOnly, after: null });
      if (!this.stop) return;
      this.known.value = new Map();
      this.take(viewer.notifications);
      this.follow(viewer.feedCursor);
    } catch (why) {
      this.error.value = said(why as CombinedError);
    }
  }

  private follow(after: string): void {
    const onItem = (news: readonly Told[]) => {
      const fresh = news.find(({ id, readAt }) => !readAt && !this.known.peek()?.has(id));
      if (fresh) announce(fresh.summary);
      this.merge(news, true);
    };
    this.stop = follow(InboxNewsDocument, { after }, ({ inboxChanged }) => onItem(inboxChanged.notifications), () => void this.begin());
  }

  close(): void {
    this.stop?.();
    this.stop = null;
  }

  async more(): Promise<void> {
    const { viewer } = await ask(NotificationsDocument, { unreadOnly: this.unreadOnly, after: this.next.peek() });
    this.take(viewer.notifications);
  }

  private take({ nodes, pageInfo }: { nodes: Told[]; pageInfo: { hasNextPage: boolean; endCursor?: string | null } }): void {
    this.merge(nodes);
    this.next.value = pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null;
  }

  /**
   * What the feed brought. Somebody who reads only what is unread keeps what they read just now in its place; what was
   * read long ago does not come in. Nor does what is older than the pages that were read: its page will bring it.
   */
  merge(news: readonly Told[], isNews = false): void {
    const known = new Map(this.known.peek());
    const last = this.next.peek() && this.all.peek().at(-1);
    for (const told of news) {
      const isOurs = known.has(told.id) || !isNews || (!(this.unreadOnly && told.readAt) && !(last && newestFirst(told, last) > 0));
      if (isOurs) known.set(told.id, told);
    }
    this.known.value = known;
  }

  async read(input: MarkNotificationsReadInput): Promise<boolean> {
    const changed = await change(MarkReadDocument, { input });
    const now = changed?.payload.notifications ?? [];
    this.merge(now.filter(({ id }) => this.known.peek()?.has(id)));
    return Boolean(changed && changed.refusals.length === 0);
  }

  /** Reads all that is shown, and what came before it; what comes meanwhile stays unread. */
  async readAll(): Promise<boolean> {
    const newest = this.all.peek()[0];
    if (!newest) return false;
    const done = await this.read({ upTo: newest.id });
    const readAt = new Date().toISOString();
    if (done) this.merge(this.all.peek().filter((told) => !told.readAt && newestFirst(told, newest) >= 0).map((told) => ({ ...told, readAt })));
    return done;
  }
}

const newestFirst = (a: Told, b: Told): number => b.createdAt.localeCompare(a.createdAt) || b.id.localeCompare(a.id);
