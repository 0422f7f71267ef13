// One board that is shown: read, followed, and kept right while others work on it.
import { batch, signal, type Signal } from "@preact/signals";

import { ask, change, follow, said } from "../api/use";
import type { CombinedError } from "@urql/core";
import { announce, failed, settled, told } from "../parts/toast";
import { board as texts } from "../texts/board";
import { common } from "../texts/common";
import { viewer } from "../frame/viewer";
import {
  BoardDocument,
  BoardFeedDocument,
  MoveDealDocument,
  StageColumnDocument,
  UnstagedColumnDocument,
  type BoardFeedSubscription,
  type BoardQuery,
  type ColumnFragment,
  type HappenedFragment,
} from "./__generated__/graphql";
import { Cards, column, fill, goesOn, joined, putFirst, takeOut, type Card, type Column } from "./columns";
import { asFilter, isNarrow, ORDERS, type Chosen } from "./filters";

/** How many cards a column reads at once. */
const PAGE = 30;
/** The most that the API gives at once. */
const MOST = 100;
/** How long others' changes of a card that one has moved are told by name. */
const MINE_FOR = 10_000;
/** How long a column waits before it is read again, where it was read a moment ago. */
const PAUSE = 250;
/** How long after it could not be read it is tried again. */
const LATER = 5_000;

type Process = NonNullable<BoardQuery["process"]>;
type Change = BoardFeedSubscription["processProgress"]["change"];

export class Board {
  readonly process: Signal<Process | null> = signal(null);
  readonly columns: Signal<Column[]> = signal([]);
  readonly state: Signal<"loading" | "there" | "gone" | { failed: string }> = signal("loading");
  readonly cards = new Cards();
  /** Cards that are on their way to where somebody put them. */
  readonly moving: Signal<ReadonlySet<string>> = signal(new Set<string>());

  readonly #id: string;
  readonly #chosen: Chosen;
  readonly #dirty = new Set<Column>();
  readonly #mine = new Map<string, number>();
  /** Where cards go as soon as they have come to where they were put before. */
  readonly #next = new Map<string, Column>();
  #reading = false;
  #ended = false;
  #late: ReturnType<typeof setTimeout> | undefined;
  #unfollow: () => void = () => {};

  constructor(id: string, chosen: Chosen) {
    this.#id = id;
    this.#chosen = chosen;
  }

  /** Reads the board and follows it from there. */
  async open(): Promise<void> {
    try {
      const { process } = await ask(BoardDocument, { id: this.#id, first: PAGE, ...this.#asked() });
      if (this.#ended) return;
      if (!process) this.state.value = "gone";
      else this.#show(process);
    } catch (error) {
      if (this.#ended) return;
      // What is shown stays; it is followed again as soon as it can be read.
      if (this.state.peek() === "there") this.#late = setTimeout(() => void this.open(), LATER);
      else this.state.value = { failed: said(error as CombinedError) };
    }
  }

  close(): void {
    this.#ended = true;
    clearTimeout(this.#late);
    this.#unfollow();
  }

  #asked() {
    return { filter: asFilter(this.#chosen), orderBy: [ORDERS[this.#chosen.order]] };
  }

  #show(process: Process): void {
    batch(() => {
      const stages = [null, ...process.stages];
      const known = this.columns.peek();
      const same = (stage: Process["stages"][number] | null) =>
        known.find((old) => old.stage === (stage?.id ?? null) && old.name === (stage?.name ?? null));
      const columns = stages.map((stage) => same(stage) ?? column(stage));
      columns.forEach((into, at) => this.#begin(into, stages[at]?.deals ?? process.unstagedDeals));
      this.columns.value = columns;
      this.process.value = process;
      this.state.value = "there";
    });
    this.#look(...this.columns.peek().filter(({ doubt }) => doubt.size > 0));
    this.#unfollow();
    this.#unfollow = follow(
      BoardFeedDocument,
      { process: this.#id, after: process.feedCursor },
      ({ processProgress }) => this.#on(processProgress.change),
      () => void this.open(),
    );
  }

  /** Puts in the first page. Where more was shown, nobody knows what came of it meanwhile: that is read, too. */
  #begin(into: Column, read: ColumnFragment): void {
    const shown = into.ids.peek();
    for (const id of shown) into.doubt.add(id);
    if (shown.length <= read.nodes.length || !read.pageInfo.hasNextPage) this.#fill(into, read);
  }

  #on(change: Change): void {
    switch (change?.__typename) {
      case "DealChanged":
      case "DealAppeared":
        return this.#changed(change.deal, change.event, change.__typename === "DealAppeared");
      case "DealWithdrawn":
        return this.#withdrawn(change.dealId);
      case "ProcessRecalculated": {
        const { author, message } = change.version;
        if (author?.id !== viewer.peek()?.member.id)
          told(texts().saved(author?.name ?? texts().somebody, message ?? ""));
        return void this.open();
      }
    }
  }

  #changed(card: Card, event: HappenedFragment | null, appeared: boolean): void {
    const before = this.columnOf(card.id);
    this.#tellCrossed(card, event);
    // While one's own move is on its way, its answer says where the card is.
    if (this.moving.peek().has(card.id)) return;
    this.place(card, appeared);
    const columns = [before, this.columnAt(card.stage?.id ?? null)];
    if (this.#isDoubtful(card, event)) for (const column of columns) column?.doubt.add(card.id);
    this.#look(...columns);
  }

  /** Whether only the API knows if a card is still shown, and where. Filters ask nothing that a move changes. */
  #isDoubtful({ id }: Card, event: HappenedFragment | null): boolean {
    const moved = event !== null && event.before?.stageId !== event.after.stageId;
    return !this.columnOf(id) || (isNarrow(this.#chosen) && !moved);
  }

  #withdrawn(id: string): void {
    this.#look(takeOut(this.columns.peek(), id));
  }

  /** Who has just moved a card is told who else did something to it, in the words of the API. */
  #tellCrossed(card: Card, event: HappenedFragment | null): void {
    const since = this.#mine.get(card.id);
    const byOther = event?.actor?.id !== viewer.peek()?.member.id;
    const moved = event?.before?.stageId !== event?.after.stageId;
    if (!event || !byOther || !moved || since === undefined || Date.now() - since > MINE_FOR) return;
    told(texts().crossed(card.title, event.actor?.name ?? texts().somebody, event.summary));
  }

  columnAt(stage: string | null): Column | undefined {
    return this.columns.peek().find((column) => column.stage === stage);
  }

  columnOf(id: string): Column | undefined {
    return this.columns.peek().find(({ ids }) => ids.peek().includes(id));
  }

  /** What the column is called. */
  nameOf(column: Column | undefined): string {
    return column?.name ?? common().unstaged;
  }

  /**
   * Shows a card where it is now. Whether one that was not shown fits the filters only the server knows: then its
   * column is read.
   */
  place(card: Card, isNew = false): void {
    this.cards.put(card);
    const now = this.cards.get(card.id)?.peek() ?? card;
    const { status } = this.#chosen;
    const from = this.columnOf(card.id);
    const to = this.columnAt(now.stage?.id ?? null);
    if (status !== "all" && status !== now.status) takeOut(this.columns.peek(), card.id);
    else if (from !== to && to && (from || (isNew && !isNarrow(this.#chosen)))) {
      takeOut(this.columns.peek(), card.id);
      putFirst(to, card.id);
    }
  }

  /** Moves a deal by hand, and says so when that is not what came of it. One that is on its way goes on from there. */
  async move(id: string, to: Column): Promise<void> {
    const card = this.cards.get(id)?.peek();
    const from = this.columnOf(id);
    if (!card || from === to) return;
    if (!from) return told(texts().left(card.title));
    this.#put(id, to);
    if (this.moving.peek().has(id)) this.#next.set(id, to);
    else await this.#send(card, from, to);
  }

  #put(id: string, to: Column): void {
    batch(() => {
      takeOut(this.columns.peek(), id);
      putFirst(to, id);
    });
  }

  async #send(card: Card, from: Column, to: Column): Promise<void> {
    const { id } = card;
    this.#mine.set(id, Date.now());
    this.moving.value = new Set([...this.moving.peek(), id]);
    const changed = await change(MoveDealDocument, { input: { dealId: id, stageId: to.stage } }, { quiet: true });
    const next = this.#next.get(id) ?? to;
    this.#next.delete(id);
    const refusals = changed?.refusals ?? [];
    settled(id);
    for (const { message } of refusals) failed(texts().refused(card.title, message), id);
    const now = changed?.payload.deal ?? null;
    if (changed && next !== to) return this.#send(now ?? card, from, next);
    batch(() => this.#moved(now ?? card, from, to, now !== null && refusals.length === 0));
  }

  #moved(card: Card, from: Column, to: Column, wasMoved: boolean): void {
    const moving = new Set(this.moving.peek());
    moving.delete(card.id);
    this.moving.value = moving;
    this.cards.put(card);
    const at = this.columnAt(card.stage?.id ?? null) ?? from;
    if (at !== this.columnOf(card.id)) this.#put(card.id, at);
    const t = texts();
    if (wasMoved && at === to) announce(t.moved(card.title, this.nameOf(at)));
    else if (wasMoved) told(t.elsewhere(card.title, this.nameOf(at)));
    this.#look(from, to, at);
  }

  /** Reads the next cards of a column. */
  async more(column: Column): Promise<void> {
    const after = column.next.peek();
    if (!after) return;
    column.next.value = null;
    try {
      const read = await this.#read(column, PAGE, after);
      if (read && !this.#ended) batch(() => fill(column, read, this.cards, "after"));
    } catch (error) {
      failed(said(error as CombinedError));
      // Its place is in sight still, so it is asked for again: not at once.
      setTimeout(() => (column.next.value ??= after), LATER);
    }
  }

  /** Reads columns again, for their order, counts and sums: at once, and in a burst of changes now and then. */
  #look(...columns: (Column | undefined)[]): void {
    for (const column of columns) if (column) this.#dirty.add(column);
    if (!this.#reading) void this.#readDirty();
  }

  /** Reads again what a change of a deal may have touched. */
  refresh(id: string): void {
    this.#look(this.columnOf(id));
  }

  async #readDirty(): Promise<void> {
    this.#reading = true;
    while (this.#dirty.size > 0 && !this.#ended) {
      const columns = [...this.#dirty];
      this.#dirty.clear();
      await Promise.all(columns.map((column) => this.#again(column)));
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
    this.#reading = false;
  }

  async #again(column: Column): Promise<void> {
    // What cannot be read now comes with the next change, or when the connection is back.
    const read = await this.#readShown(column).catch(() => null);
    if (!read || this.#ended || this.#dirty.has(column)) return;
    batch(() => this.#fill(column, read));
  }

  /** Reads a column from its start on, and what else is shown of it where that says what came of a card. */
  async #readShown(column: Column): Promise<ColumnFragment | undefined> {
    let read = await this.#read(column, Math.min(Math.max(column.ids.peek().length, PAGE), MOST), null);
    while (read && goesOn(column, read)) {
      const next = await this.#read(column, MOST, read.pageInfo.endCursor);
      read = next && joined(read, next);
    }
    return read;
  }

  /** Puts in what was read. A card that is on its way is where it was put, and each is in one column. */
  #fill(column: Column, read: ColumnFragment): void {
    const moving = this.moving.peek();
    const ours = column.ids.peek().filter((id) => moving.has(id));
    fill(column, read, this.cards, "anew");
    const isHere = (id: string) => !moving.has(id) || ours.includes(id);
    const ids = [...new Set([...ours, ...column.ids.peek().filter(isHere)])];
    if (ids.join() !== column.ids.peek().join()) column.ids.value = ids;
    const came = new Set([...ours, ...read.nodes.map(({ id }) => id).filter(isHere)]);
    for (const other of this.columns.peek()) {
      const rest = other.ids.peek().filter((id) => !came.has(id));
      if (other !== column && rest.length < other.ids.peek().length) other.ids.value = rest;
    }
  }

  async #read(column: Column, first: number, after: string | null): Promise<ColumnFragment | undefined> {
    const asked = { ...this.#asked(), first, after };
    if (column.stage === null) {
      return (await ask(UnstagedColumnDocument, { process: this.#id, ...asked })).process?.unstagedDeals;
    }
    const { node } = await ask(StageColumnDocument, { stage: column.stage, ...asked });
    return node && "deals" in node ? node.deals : undefined;
  }
}
