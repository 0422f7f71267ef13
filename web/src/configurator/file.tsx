// The file of a process, dropped on the page or chosen: what it would do first, then it is imported.
import type { CombinedError } from "@urql/core";
import { useEffect, useRef, useState } from "preact/hooks";

import { askAll } from "../api/all";
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
  ProcessesDocument,
  type PreviewFragment,
  type ProblemFragment,
} from "./__generated__/graphql";
import { Changes } from "./changes";
import { ImpactView } from "./impact";
import { StageChoice, type Moves } from "./problems";

type StageHasDeals = Extract<ProblemFragment, { __typename: "StageHasDeals" }>;
type Stage = StageHasDeals["stage"];

const isAboutDeals = (problem: ProblemFragment): problem is StageHasDeals => problem.__typename === "StageHasDeals";

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
  onClose: () => void;
  onDone: () => void;
}

interface Looked {
  preview: PreviewFragment;
  /** Which process it changes; none: it makes one. */
  into: { processId: string; expectedVersion: number } | { expectedVersion: 0 } | null;
}

/** Whoever replaces a whole tree says from which version; which process is meant, the API says. It may be newer than the list
 * behind the dialog. */
async function look(file: string): Promise<Looked> {
  const { importPreview: first } = await ask(ImportPreviewDocument, { input: { file } });
  const asks = first.userErrors.find(({ code }) => code === "EXPECTED_VERSION_REQUIRED");
  const processes = asks ? await askAll(ProcessesDocument, ({ processes }) => processes) : [];
  const meant = processes.find(({ id, name }) => id === asks?.nodeId || name === first.definition?.name);
  if (!meant) return { preview: first, into: null };
  const into = { processId: meant.id, expectedVersion: meant.version };
  const { importPreview } = await ask(ImportPreviewDocument, { input: { file, ...into } });
  return { preview: importPreview, into };
}

/** A file that says by itself where deals go is not added to, nor one that ends otherwise than with its last key. */
const canSayMore = (file: string): boolean => !/^\s*\{|^"?removedStages"?\s*:|^\.\.\./m.test(file);

/** The file with where the deals of stages go that are not in it any more: names in quotes are YAML, too. */
function saying(file: string, moves: Moves, stages: readonly Stage[]): string {
  const lines = stages
    .filter(({ id }) => moves[id])
    .map(({ id, name }) => `  - { stage: ${JSON.stringify(name)}, moveDealsTo: ${JSON.stringify(moves[id])} }`);
  return lines.length > 0 ? [file.trimEnd(), "removedStages:", ...lines, ""].join("\n") : file;
}

export function ImportDialog({ given, onClose, onDone }: Props) {
  const t = texts().file;
  const [looked, setLooked] = useState<Looked | null>(null);
  const [asked, setAsked] = useState<StageHasDeals[]>([]);
  const [moves, setMoves] = useState<Moves>({});
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const file = saying(given.text, moves, asked.map(({ stage }) => stage));
  const show = (found: Looked) => {
    setLooked(found);
    const more = canSayMore(given.text) ? found.preview.userErrors.filter(isAboutDeals) : [];
    setAsked((known) => [...known, ...more.filter(({ stage }) => !known.some((one) => one.stage.id === stage.id))]);
  };
  const begin = () => {
    setWrong(null);
    look(file).then(show, (error: CombinedError) => setWrong(said(error)));
  };
  useEffect(begin, [given, moves]);
  const input = { file, ...looked?.into };
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
      {wrong && <Failed text={wrong} again={begin} level={3} />}
      {!wrong && !looked && <Loading />}
      {!wrong && looked && (
        <>
          {asked.map(({ stage, dealCount }) => (
            <StageChoice
              key={stage.id}
              stage={stage}
              dealCount={dealCount}
              among={(looked.preview.definition?.stages ?? []).map(({ name }) => ({ id: name, name }))}
              moves={moves}
              onChange={setMoves}
            />
          ))}
          <Preview given={given} looked={looked} asked={asked} input={input} />
        </>
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

interface PreviewProps {
  given: Given;
  looked: Looked;
  /** What is asked about by itself, and is no fault of the file. */
  asked: readonly StageHasDeals[];
  input: { file: string };
}

function Preview({ given, looked: { preview, into }, asked, input }: PreviewProps) {
  const t = texts().file;
  const { userErrors, changes, impact, definition } = preview;
  const isAsked = (error: ProblemFragment) =>
    isAboutDeals(error) && asked.some(({ stage }) => stage.id === error.stage.id);
  const problems = userErrors.filter((error) => !isAsked(error));
  if (problems.length > 0) {
    return (
      <div class="problems" role="alert">
        <p>{t.wrong}</p>
        <ul>
          {problems.map((error, at) => (
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
          key={input.file}
          numbers={impact}
          changes={changes}
          reach={async (kind, after) =>
            (await ask(ImportReachesDocument, { input, kind, after })).importPreview.impact?.deals
          }
        />
      )}
    </>
  );
}
