// The configurator of one process. Nothing is saved before somebody has seen what it changes.
import type { CombinedError } from "@urql/core";
import { useSignal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";

import { ask, said, useFollow, useRewritten } from "../api/use";
import { onHold } from "../hold";
import { Failed, Loading, NotHere } from "../parts/show";
import { useTitle } from "../parts/title";
import { dialogs } from "../parts/toast";
import { Reasons } from "../parts/reasons";
import { Button } from "../parts/button";
import { guardLeaving } from "../router";
import { configurator as texts } from "../texts/configurator";
import { ConfiguredDocument, SavedElsewhereDocument } from "./__generated__/graphql";
import { ConflictDialog, lookForConflict } from "./conflict";
import { putStage, focusOn, type Desk, type Question, type View } from "./desk";
import { Draft, hasDraft, type Process } from "./draft";
import { useDrop } from "./dragging";
import { Head } from "./head";
import { LeaveDialog } from "./leave";
import { MoveDialog } from "./move";
import { RemovedDialog } from "./removed";
import { ReviewDialog } from "./review";
import { AboutDialog, StageDialog } from "./hint";
import { SettingsDialog } from "./settings";
import { Adder, StageView } from "./stage";
import { addStage, newStage } from "./tree";

export function EditorScreen({ id }: { id: string }) {
  const [process, setProcess] = useState<Process | null | undefined>(undefined);
  const [draft, setDraft] = useState<Draft | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const read = async () => {
    setWrong(null);
    try {
      const { process } = await ask(ConfiguredDocument, { id });
      setProcess(process);
      if (process) setDraft((known) => upToDate(known, process));
    } catch (error) {
      setWrong(said(error as CombinedError));
    }
  };
  useEffect(() => void read(), [id]);
  useRewritten(() => void read());
  // What cannot be read now is read later: who goes on meanwhile has not heard what others saved.
  useEffect(() => {
    if (!wrong || !process) return;
    const late = setTimeout(() => void read(), LATER);
    return () => clearTimeout(late);
  }, [wrong]);
  const early = useEarlyGuard(id, process === undefined && !wrong);
  if (wrong && !process) return <Failed text={wrong} again={() => void read()} />;
  if (process === null) return <NotHere />;
  if (!process || !draft) return <Loading />;
  return <Editor process={process} draft={draft} leaving={early} onLost={() => void read()} />;
}

const isWithin = (to: string, id: string): boolean => to.startsWith(`processes/${id}`);

/** Whoever leaves before the draft is there that waits for them is asked as soon as it is. Gives where they want to go. */
function useEarlyGuard(id: string, isLoading: boolean): string | null {
  const to = useRef<string | null>(null);
  useEffect(() => {
    if (!isLoading || !hasDraft(id)) return;
    return guardLeaving((path) => {
      if (!isWithin(path, id)) to.current = path;
      return isWithin(path, id);
    });
  }, [id, isLoading]);
  return to.current;
}

/** The draft goes on where it is of this process, and hears of a version that it missed. */
function upToDate(known: Draft | null, process: Process): Draft {
  if (known?.id !== process.id) return new Draft(process);
  if (process.latest) known.hear(process.latest, process);
  return known;
}

/** How long after it could not be read a process is read again. */
const LATER = 5_000;

const VIEW = "waypost:look:configurator";

function usualView(): View {
  const kept = localStorage.getItem(VIEW);
  if (kept === "columns" || kept === "list") return kept;
  return matchMedia("(max-width: 720px)").matches ? "list" : "columns";
}

interface EditorProps {
  process: Process;
  draft: Draft;
  /** Where somebody wanted to go before it was there. */
  leaving: string | null;
  /** What others save is not told any more from where it was: it has to be read again. */
  onLost: () => void;
}

function Editor({ process, draft, leaving, onLost }: EditorProps) {
  const t = texts();
  const question = useSignal<Question>(null);
  const [view, setView] = useState(usualView);
  const box = useRef<HTMLDivElement>(null);
  const desk: Desk = { draft, may: process.configure.allowed, view, ask: (what) => (question.value = what) };
  useTitle(draft.tree.value.name);
  useHistoryKeys(draft);
  useGuard(draft, desk);
  useKeeping(draft);
  useEffect(() => {
    if (leaving) desk.ask({ leave: leaving });
  }, []);
  useEffect(() => {
    if (!desk.may || !box.current) return;
    return onHold(box.current, ".cfg-action, .cfg-stage", ({ dataset }) => desk.ask({ move: dataset.node ?? "" }));
  }, [desk.may]);
  useFollow(
    SavedElsewhereDocument,
    { id: process.id, after: process.feedCursor },
    ({ processSaved }) => processSaved.version && draft.hear(processSaved.version, processSaved.process),
    onLost,
  );
  const choose = (which: View) => {
    localStorage.setItem(VIEW, which);
    setView(which);
  };
  return (
    <div ref={box} class={`cfg cfg-${view}`}>
      <Head process={process} desk={desk} onView={choose} />
      {!desk.may && (
        <div class="cfg-notice">
          <p>{t.readOnly}</p>
          <Reasons reasons={process.configure.blockers} />
        </div>
      )}
      {process.archivedAt && <p class="cfg-notice">{t.isArchived}</p>}
      <Notices desk={desk} />
      <p class="hidden" id="cfg-help">
        {t.help}
      </p>
      <Stages desk={desk} />
      <Asked process={process} desk={desk} question={question.value} />
    </div>
  );
}

/** That somebody saved meanwhile, or that these are changes from before. */
function Notices({ desk }: { desk: Desk }) {
  const t = texts();
  const { draft } = desk;
  const [busy, setBusy] = useState(false);
  const newer = draft.newer.value;
  const look = async () => {
    setBusy(true);
    await lookForConflict(desk);
    setBusy(false);
  };
  if (newer) {
    return (
      <div class="cfg-notice" role="status">
        <p>{t.conflict.newer(newer.author?.name ?? t.conflict.somebody)}</p>
        <Button busy={busy} onClick={() => void look()}>
          {t.conflict.look}
        </Button>
      </div>
    );
  }
  if (!draft.found.value || !draft.isChanged.value) return null;
  return (
    <div class="cfg-notice" role="status">
      <p>{t.found}</p>
      <Button onClick={() => draft.discard()}>{t.discard}</Button>
    </div>
  );
}

function Stages({ desk }: { desk: Desk }) {
  const t = texts();
  const ref = useRef<HTMLOListElement>(null);
  const { draft, may, view } = desk;
  const { stages } = draft.tree.value;
  const over = useDrop(ref, "cfg-stage", view === "columns" ? "x" : "y", may, (id, before) =>
    putStage(desk, id, before),
  );
  return (
    <ol ref={ref} class="cfg-stages" aria-label={t.stages(stages.length)}>
      {stages.map((stage, at) => (
        <StageView key={stage.id} desk={desk} stage={stage} isTarget={over === at} />
      ))}
      {(may || stages.length === 0) && (
        <li class={`cfg-new ${over !== null && over >= stages.length ? "cfg-before" : ""}`} data-node="end">
          {stages.length === 0 && (
            <div class="cfg-empty">
              <p class="empty-title">{t.noStages}</p>
              <p class="soft">{t.noStagesMore}</p>
            </div>
          )}
          {may && (
            <Adder
              label={t.stageName}
              placeholder={t.addStage}
              onAdd={(name) => {
                const stage = newStage(name);
                draft.to(addStage(draft.tree.peek(), stage));
                focusOn(stage.id, ".cfg-adder input");
              }}
            />
          )}
        </li>
      )}
    </ol>
  );
}

function Asked({ process, desk, question }: { process: Process; desk: Desk; question: Question }) {
  const done = () => desk.ask(null);
  if (question === null) return null;
  if (question === "about") return <AboutDialog desk={desk} onClose={done} />;
  if (question === "removed") return <RemovedDialog desk={desk} onClose={done} />;
  if (question === "review") return <ReviewDialog process={process} desk={desk} onClose={done} />;
  if ("settings" in question) return <SettingsDialog desk={desk} id={question.settings} about={question.about} onClose={done} />;
  if ("stage" in question) return <StageDialog desk={desk} id={question.stage} onClose={done} />;
  if ("move" in question) return <MoveDialog desk={desk} id={question.move} onClose={done} />;
  if ("leave" in question) return <LeaveDialog draft={desk.draft} to={question.leave} onClose={done} />;
  return <ConflictDialog desk={desk} conflict={question.conflict} onClose={done} />;
}

const isField = (target: EventTarget | null): boolean =>
  (target as Element | null)?.matches?.("input, textarea, select") ?? false;

/** Control with Z, where it does not belong to a field. */
function useHistoryKeys(draft: Draft): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || dialogs.peek() > 0 || isField(event.target)) return;
      const key = event.key.toLowerCase();
      if (key === "z" && !event.shiftKey) draft.undo();
      else if (key === "y" || key === "z") draft.redo();
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [draft]);
}

/** Whatever takes the page away, the draft was written down before. */
function useKeeping(draft: Draft): void {
  useEffect(() => {
    const keep = () => draft.keep();
    addEventListener("pagehide", keep);
    return () => {
      removeEventListener("pagehide", keep);
      keep();
    };
  }, [draft]);
}

/** Whoever leaves with changes is asked; within the process they are kept. */
function useGuard(draft: Draft, desk: Desk): void {
  const isChanged = draft.isChanged.value;
  useEffect(() => {
    if (!isChanged) return;
    const asks = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", asks);
    const lift = guardLeaving((to) => {
      if (isWithin(to, draft.id)) return true;
      desk.ask({ leave: to });
      return false;
    });
    return () => {
      removeEventListener("beforeunload", asks);
      lift();
    };
  }, [draft, isChanged]);
}
