// The file of a process, dropped on the page or chosen: what it would do first, then it is imported.
import type { CombinedError } from "@urql/core";
import { useEffect, useRef, useState } from "preact/hooks";

import { ask, change, said } from "../api/use";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Failed, Loading } from "../parts/show";
import { failed, told } from "../parts/toast";
import { go } from "../router";
import { common } from "../texts/common";
import { configurator as texts } from "../texts/configurator";
import {
  ImportPreviewDocument,
  ImportProcessDocument,
  ImportReachesDocument,
  type ListedFragment,
  type PreviewFragment,
} from "./__generated__/graphql";
import { Changes } from "./changes";
import { ImpactView } from "./impact";

export interface Given {
  name: string;
  text: string;
}

/** Larger than any process that the limits allow. */
const MOST = 4 * 1024 * 1024;

async function read(file: File | undefined, onFile: (given: Given) => void): Promise<void> {
  if (!file) return;
  if (file.size > MOST) return failed(texts().file.tooLarge);
  onFile({ name: file.name, text: await file.text() });
}

const hasFiles = (event: DragEvent): boolean => Boolean(event.dataTransfer?.types.includes("Files"));

/** What lets a file be dropped on an element. */
export function useFiles(onFile: (given: Given) => void, may: boolean) {
  const [over, setOver] = useState(false);
  const depth = useRef(0);
  const step = (by: number) => {
    depth.current = Math.max(depth.current + by, 0);
    setOver(depth.current > 0);
  };
  if (!may) return { over: false };
  return {
    over,
    onDragEnter: (event: DragEvent) => hasFiles(event) && step(1),
    onDragLeave: (event: DragEvent) => hasFiles(event) && step(-1),
    onDragOver: (event: DragEvent) => hasFiles(event) && event.preventDefault(),
    onDrop: (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      step(-depth.current);
      void read(event.dataTransfer?.files[0], onFile);
    },
  };
}

/** A button that asks for a file. */
export function FileField({ onFile }: { onFile: (given: Given) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".yaml,.yml"
        hidden
        aria-label={texts().importFile}
        onChange={(event) => {
          void read(event.currentTarget.files?.[0], onFile);
          event.currentTarget.value = "";
        }}
      />
      <Button icon="file" onClick={() => input.current?.click()}>
        {texts().importFile}
      </Button>
    </>
  );
}

interface Props {
  given: Given;
  processes: ListedFragment[];
  onClose: () => void;
  onDone: () => void;
}

interface Looked {
  preview: PreviewFragment;
  /** Which process it changes; none: it makes one. */
  into: { processId: string; expectedVersion: number } | { expectedVersion: 0 } | null;
}

/** Whoever replaces a whole tree says from which version; which process is meant, the API says. */
async function look(file: string, processes: ListedFragment[]): Promise<Looked> {
  const { importPreview: first } = await ask(ImportPreviewDocument, { input: { file } });
  const asks = first.userErrors.find(({ code }) => code === "EXPECTED_VERSION_REQUIRED");
  const meant = asks && processes.find(({ id, name }) => id === asks.nodeId || name === first.definition?.name);
  if (!meant) return { preview: first, into: null };
  const into = { processId: meant.id, expectedVersion: meant.version };
  const { importPreview } = await ask(ImportPreviewDocument, { input: { file, ...into } });
  return { preview: importPreview, into };
}

export function ImportDialog({ given, processes, onClose, onDone }: Props) {
  const t = texts().file;
  const [looked, setLooked] = useState<Looked | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const begin = () => {
    setWrong(null);
    look(given.text, processes).then(setLooked, (error: CombinedError) => setWrong(said(error)));
  };
  useEffect(begin, [given]);
  const input = { file: given.text, ...looked?.into };
  const run = async () => {
    setBusy(true);
    const changed = await change(ImportProcessDocument, { input });
    setBusy(false);
    const process = changed?.payload.process;
    if (!process || changed.refusals.length > 0) return;
    told(t.done(process.name), { label: texts().configure, run: () => go(`processes/${process.id}`) });
    onDone();
  };
  const fits = looked && looked.preview.userErrors.length === 0;
  return (
    <Dialog title={t.title} onClose={onClose} wide>
      {wrong ? (
        <Failed text={wrong} again={begin} />
      ) : looked ? (
        <Preview given={given} looked={looked} input={input} />
      ) : (
        <Loading />
      )}
      <div class="form-acts">
        <Button onClick={onClose}>{common().cancel}</Button>
        <Button kind="main" disabled={!fits} busy={busy} onClick={() => void run()}>
          {t.act}
        </Button>
      </div>
    </Dialog>
  );
}

function Preview({
  given,
  looked: { preview, into },
  input,
}: {
  given: Given;
  looked: Looked;
  input: { file: string };
}) {
  const t = texts().file;
  const { userErrors, changes, impact, definition } = preview;
  if (userErrors.length > 0) {
    return (
      <div class="problems" role="alert">
        <p>{t.wrong}</p>
        <ul>
          {userErrors.map((error, at) => (
            <li key={at}>
              {error.__typename === "FileError" && <strong>{t.line(error.line, error.column)} </strong>}
              {error.message}
            </li>
          ))}
        </ul>
      </div>
    );
  }
  return (
    <>
      <p>
        {t.of(given.name, definition?.name ?? "")}{" "}
        {!into ? (impact ? t.same : t.makes) : changes.length > 0 ? t.changes : t.same}
      </p>
      <Changes changes={changes} />
      {impact && into && (
        <ImpactView
          numbers={impact}
          reach={async (kind, after) =>
            (await ask(ImportReachesDocument, { input, kind, after })).importPreview.impact?.deals
          }
        />
      )}
    </>
  );
}
