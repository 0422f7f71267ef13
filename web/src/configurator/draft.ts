// What somebody is making of a process: every step can be taken back, and it outlives a reload of the tab.
import { batch, computed, signal, type ReadonlySignal, type Signal } from "@preact/signals";

import { isSignedIn } from "../session";
import type { ConfiguredQuery, SavedFragment, TreeFragment } from "./__generated__/graphql";
import { countOf, isSame, pointsOf, totalOf, treeOf, type Action, type Tree } from "./tree";

export type Process = NonNullable<ConfiguredQuery["process"]>;

interface Kept {
  version: number;
  base: Tree;
  tree: Tree;
  past: Tree[];
}

/** How many steps can be taken back. */
const STEPS = 100;
/** How many of them a reload keeps. */
const KEPT_STEPS = 20;
/** How long nobody does anything before the draft is written down. */
const PAUSE = 300;

export class Draft {
  readonly id: string;
  /** What it began with: a version of the process, and its tree. */
  readonly base: Signal<{ version: number; tree: Tree }>;
  readonly tree: Signal<Tree>;
  /** A version that somebody else saved since. */
  readonly newer: Signal<SavedFragment | null> = signal(null);
  /** Whether it was found as somebody had left it. */
  readonly found: Signal<boolean>;
  readonly isChanged: ReadonlySignal<boolean>;
  /** How many actions there are, and what they weigh together. */
  readonly count: ReadonlySignal<number>;
  readonly total: ReadonlySignal<number>;
  readonly canUndo: ReadonlySignal<boolean>;
  readonly canRedo: ReadonlySignal<boolean>;

  readonly #past: Signal<Tree[]>;
  readonly #future: Signal<Tree[]> = signal([]);
  #last: string | null = null;
  #late: ReturnType<typeof setTimeout> | undefined;

  constructor(process: Process) {
    const kept = process.configure.allowed ? read(process.id) : null;
    this.id = process.id;
    this.base = signal({ version: kept?.version ?? process.version, tree: kept?.base ?? treeOf(process) });
    this.tree = signal(kept?.tree ?? this.base.peek().tree);
    this.#past = signal(kept?.past ?? []);
    this.found = signal(kept !== null);
    if (kept && kept.version < process.version) this.newer.value = process.latest;
    this.isChanged = computed(() => !isSame(this.tree.value, this.base.value.tree));
    this.count = computed(() => countOf(this.tree.value));
    this.total = computed(() => totalOf(this.tree.value));
    this.canUndo = computed(() => this.#past.value.length > 0);
    this.canRedo = computed(() => this.#future.value.length > 0);
  }

  /** What part of the whole some actions are. Where no action weighs anything, all count the same. */
  shareOf(actions: readonly Action[]): number {
    const total = this.total.value;
    return total > 0 ? pointsOf(actions) / total : actions.length / Math.max(this.count.value, 1);
  }

  /** Takes a step. Steps with the same key that follow each other, such as letters of a word, are one. */
  to(tree: Tree, key: string | null = null): void {
    const before = this.tree.peek();
    if (tree === before) return;
    batch(() => {
      if (key === null || key !== this.#last) this.#past.value = [...this.#past.peek(), before].slice(-STEPS);
      this.#future.value = [];
      this.tree.value = tree;
    });
    this.#last = key;
    this.#keep();
  }

  undo(): void {
    this.#go(this.#past, this.#future);
  }

  redo(): void {
    this.#go(this.#future, this.#past);
  }

  #go(from: Signal<Tree[]>, into: Signal<Tree[]>): void {
    const tree = from.peek().at(-1);
    if (!tree) return;
    batch(() => {
      from.value = from.peek().slice(0, -1);
      into.value = [...into.peek(), this.tree.peek()];
      this.tree.value = tree;
    });
    this.#last = null;
    this.#keep();
  }

  /** Forgets every change. */
  discard(): void {
    this.begin(this.base.peek().version, this.base.peek().tree);
  }

  /** Begins anew with what the server has, and with what is made of it, if anything. */
  begin(version: number, base: Tree, tree: Tree = base): void {
    batch(() => {
      this.base.value = { version, tree: base };
      this.tree.value = tree;
      this.newer.value = null;
      this.found.value = false;
      this.#past.value = isSame(tree, base) ? [] : [base];
      this.#future.value = [];
    });
    this.#last = null;
    this.#keep();
  }

  /** Somebody saved: what nobody has changed here is brought up to date, the rest waits for a decision. */
  hear(version: SavedFragment, process: TreeFragment): boolean {
    if (version.number <= this.base.peek().version) return false;
    if (this.isChanged.peek()) this.newer.value = version;
    else this.begin(process.version, treeOf(process));
    return true;
  }

  /** Writes the draft down a moment after the last step: a large process is much text. */
  #keep(): void {
    clearTimeout(this.#late);
    this.#late = setTimeout(() => this.keep(), PAUSE);
  }

  /** Writes the draft down now. */
  keep(): void {
    clearTimeout(this.#late);
    if (!isSignedIn()) return;
    if (!this.isChanged.peek()) return sessionStorage.removeItem(nameOf(this.id));
    const { version, tree: base } = this.base.peek();
    const kept: Kept = { version, base, tree: this.tree.peek(), past: this.#past.peek().slice(-KEPT_STEPS) };
    try {
      sessionStorage.setItem(nameOf(this.id), JSON.stringify(kept));
    } catch {
      // A large process with many steps may not fit; without the steps it does.
      sessionStorage.setItem(nameOf(this.id), JSON.stringify({ ...kept, past: [] }));
    }
  }
}

const nameOf = (id: string): string => `waypost:draft:${id}`;

function read(id: string): Kept | null {
  const text = sessionStorage.getItem(nameOf(id));
  return text ? (JSON.parse(text) as Kept) : null;
}

/** Whether a draft of the process waits in this tab. */
export const hasDraft = (id: string): boolean => sessionStorage.getItem(nameOf(id)) !== null;
