// Notes that are being written about a deal: each outlives the page and a reload of the tab, until it is saved or discarded.
import { effect, signal, type Signal } from "@preact/signals";

import { isSignedIn } from "../session";
import { deal as texts } from "../texts/deal";
import type { DocumentFragment, ItemFragment, NoteInput } from "./__generated__/graphql";
import type { Deal } from "./screen";
import { newKey, type Upload } from "./upload";

export interface Draft {
  /** The action that it is to show, or the note that it is to be; null: it is a new one like any other. */
  readonly about: string | null;
  /** What that action was called: it may be gone. */
  readonly name: string;
  readonly body: Signal<string>;
  readonly uploads: Signal<Upload[]>;
}

interface Kept {
  about: string | null;
  name: string;
  body: string;
  files: { name: string; file?: DocumentFragment; wrong?: string }[];
}

export class Drafts {
  readonly all: Signal<readonly Draft[]>;
  readonly #key: string;

  constructor(dealId: string) {
    this.#key = `waypost:note:${dealId}`;
    this.all = signal(read(this.#key).map(found));
  }

  find(about: string | null): Draft | undefined {
    return this.all.value.find((draft) => draft.about === about);
  }

  /** What is written about an action, a note, or the deal: as it was left, or anew. */
  begin(about: string | null = null, name = "", body = ""): Draft {
    const known = this.find(about);
    if (known) return known;
    const draft = { about, name, body: signal(body), uploads: signal<Upload[]>([]) };
    this.put(draft);
    return draft;
  }

  put(draft: Draft): void {
    this.all.value = [...this.all.peek().filter(({ about }) => about !== draft.about), draft];
  }

  discard(draft: Draft): void {
    this.all.value = this.all.peek().filter((other) => other !== draft);
  }

  /** What was written for an action goes on as a note of the deal, after what that says already. */
  release(draft: Draft): void {
    const note = this.begin();
    note.body.value = [note.body.peek(), draft.body.peek()].filter((text) => text.trim()).join("\n\n");
    note.uploads.value = [...note.uploads.peek(), ...draft.uploads.peek().map(arrived)];
    this.discard(draft);
  }

  /** Writes down whatever is typed, until what it gives is called. */
  keep(): () => void {
    return effect(() => write(this.#key, this.all.value.filter(isBegun).map(plain)));
  }
}

/** Whether there is anything in it to lose. */
export const isBegun = ({ body, uploads }: Draft): boolean => body.value.trim() !== "" || uploads.value.length > 0;

/** What was begun for actions that ask for no note from the viewer any more: they are gone, done, or not theirs to do. */
export function leftOf(drafts: Drafts, { checklist }: Deal): Draft[] {
  const asks = new Set(checklist.filter(asksForNote).map(({ definition }) => definition.actionId));
  const isLeft = ({ about }: Draft) => about !== null && about.startsWith("action_") && !asks.has(about);
  return drafts.all.value.filter((draft) => isLeft(draft) && isBegun(draft));
}

const asksForNote = ({ state, needs }: ItemFragment): boolean => state === "OPEN" && needs !== "NONE";

/** What the API gets of it. */
export function inputOf({ body, uploads }: Draft): NoteInput {
  return { body: body.value, fileIds: uploads.value.flatMap(({ file }) => (file ? [file.id] : [])) };
}

export const isSending = ({ uploads }: Draft): boolean =>
  uploads.value.some(({ file, wrong }) => !file && wrong === undefined);

/** Why it cannot be saved as it is: files that the server does not have would be missing. */
export function missingOf({ uploads }: Draft): string | null {
  const names = uploads.value.filter(({ wrong }) => wrong !== undefined).map(({ name }) => name);
  return names.length > 0 ? texts().filesMissing(names.join(", "), names.length) : null;
}

const plain = ({ about, name, body, uploads }: Draft): Kept => ({
  about,
  name,
  body: body.value,
  files: uploads.value.map(({ name, file, wrong }) => ({ name, ...(file && { file }), ...(wrong !== undefined && { wrong }) })),
});

const found = ({ about, name, body, files }: Kept): Draft => ({
  about,
  name,
  body: signal(body),
  uploads: signal(files.map((file) => arrived({ key: newKey(), percent: 0, ...file }))),
});

/** A file that is still on its way where nobody waits for it is not there, and says so. */
const arrived = (upload: Upload): Upload =>
  upload.file || upload.wrong !== undefined ? upload : { ...upload, wrong: texts().interrupted };

function read(key: string): Kept[] {
  return JSON.parse(sessionStorage.getItem(key) ?? "[]") as Kept[];
}

function write(key: string, kept: Kept[]): void {
  if (!isSignedIn()) return;
  if (kept.length === 0) return sessionStorage.removeItem(key);
  try {
    sessionStorage.setItem(key, JSON.stringify(kept));
  } catch {
    // The browser has no room for it: it stays for as long as the page does.
  }
}
