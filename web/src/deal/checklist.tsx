// What there is to do, stage by stage, with what the API says about each action before anybody clicks.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { change } from "../api/use";
import { CommentDialog } from "../closing/comment";
import { moment } from "../language";
import { ActButton } from "../parts/button";
import { placeOf } from "../parts/focus";
import { Icon } from "../parts/icon";
import { Markdown } from "../parts/markdown";
import { Reasons } from "../parts/reasons";
import { Empty } from "../parts/show";
import { failed, settled } from "../parts/toast";
import { deal as texts } from "../texts/deal";
import { UndoCompletionDocument, type ItemFragment } from "./__generated__/graphql";
import { complete, sayUndone } from "./doing";
import { isBegun, type Drafts } from "./drafts";
import { EvidenceDialog } from "./evidence";
import { NoteView } from "./notes";
import type { Deal } from "./screen";

type Stage = ItemFragment["action"]["stage"];

/** What somebody is asked about an action, which may go to another stage or away meanwhile. */
interface Question {
  about: "evidence" | "undo";
  item: ItemFragment;
}

interface Desk {
  deal: Deal;
  drafts: Drafts;
  ask: (question: Question) => void;
}

export function Checklist({ deal, drafts }: { deal: Deal; drafts: Drafts }) {
  const t = texts();
  const [question, ask] = useState<Question | null>(null);
  const box = useKeptFocus();
  const groups = Map.groupBy(deal.checklist, ({ action }) => action.stage?.id ?? "");
  const desk = { deal, drafts, ask };
  return (
    <section class="checklist" aria-label={t.checklist} ref={box}>
      {groups.size === 0 && <Empty icon="task" title={t.noChecklist} />}
      {[...groups].map(([id, items]) => (
        <StageView key={id} desk={desk} stage={items[0]?.action.stage ?? null} items={items} />
      ))}
      {question?.about === "evidence" && (
        <EvidenceDialog deal={deal} drafts={drafts} asked={question.item} onClose={() => ask(null)} />
      )}
      {question?.about === "undo" && <UndoDialog item={question.item} onClose={() => ask(null)} />}
    </section>
  );
}

/** A row that a save of the process moves takes the focus along. */
function useKeptFocus() {
  const box = useRef<HTMLElement>(null);
  const had = box.current?.contains(document.activeElement) ? document.activeElement : null;
  const row = had?.closest("[data-item]")?.getAttribute("data-item");
  const back = had && placeOf(had);
  useLayoutEffect(() => {
    if (!had || document.activeElement !== document.body) return;
    const moved = [...(box.current?.querySelectorAll("[data-item]") ?? [])].find((item) => item.getAttribute("data-item") === row);
    if (moved && !had.isConnected) moved.querySelector("button")?.focus();
    else back?.();
  });
  return box;
}

function StageView({ desk, stage, items }: { desk: Desk; stage: Stage | null; items: ItemFragment[] }) {
  const t = texts();
  const isHere = stage?.id === desk.deal.stage?.id;
  const done = items.filter(({ state }) => state === "DONE").length;
  return (
    <section class={`stage card ${isHere ? "stage-here" : ""}`}>
      <header class="stage-head">
        <h2>{stage?.name}</h2>
        {isHere && <span class="stage-mark">{t.current}</span>}
        <span class="soft numbers stage-count">{t.doneOf(done, items.length)}</span>
      </header>
      {stage?.hint && (
        <div class="stage-hint">
          <Markdown text={stage.hint} />
        </div>
      )}
      <ul>
        {items.map((item) => (
          <ItemView key={item.id} desk={desk} item={item} />
        ))}
      </ul>
    </section>
  );
}

function ItemView({ desk, item }: { desk: Desk; item: ItemFragment }) {
  const t = texts();
  const { deal, drafts, ask } = desk;
  const [why, setWhy] = useState(false);
  const [busy, setBusy] = useState(false);
  const { definition, completion, state } = item;
  const isDone = state === "DONE";
  const back = useRef<() => void>(() => {});
  // What was pressed goes when it has worked: who goes on by keyboard does so where it was.
  useLayoutEffect(() => {
    if (document.activeElement === document.body) back.current();
  }, [isDone]);
  // Why it was refused is true no more, whoever did it.
  useEffect(() => settled(item.id), [isDone]);

  const askUndo = () => {
    back.current = placeOf(document.activeElement);
    ask({ about: "undo", item });
  };

  const press = async () => {
    if (busy) return;
    back.current = placeOf(document.activeElement);
    if (state === "BLOCKED") return setWhy(!why);
    if (item.needs !== "NONE") {
      drafts.begin(definition.actionId, definition.name);
      return ask({ about: "evidence", item });
    }
    setBusy(true);
    const refused = await complete(deal, item);
    setBusy(false);
    if (refused) failed(refused, item.id);
  };

  return (
    <li class={`item item-${state.toLowerCase()}`} data-item={item.id}>
      {isDone ? (
        <span class="tick tick-done" role="img" aria-label={t.ticked(definition.name)}>
          <Icon name="check" />
        </span>
      ) : (
        <button
          type="button"
          class="tick"
          aria-label={t.tick(definition.name)}
          aria-disabled={state === "BLOCKED"}
          aria-busy={busy}
          title={state === "BLOCKED" ? item.blockers.map(({ message }) => message).join("\n") : t.tick(definition.name)}
          onClick={() => void press()}
        >
          <Icon name={state === "BLOCKED" ? "lock" : "check"} />
        </button>
      )}
      <div class="item-body">
        <p class="item-line">
          <span class="item-name">{definition.name}</span>
          <Marks item={item} hasDraft={drafts.all.value.some((draft) => draft.about === definition.actionId && isBegun(draft))} />
        </p>
        {definition.hint && !isDone && (
          <div class="item-hint">
            <Markdown text={definition.hint} />
          </div>
        )}
        {state === "BLOCKED" && (
          <div class={why ? "act-reasons" : "item-why"} role={why ? "status" : undefined}>
            <Reasons reasons={item.blockers} />
          </div>
        )}
        {completion && <Done item={item} busy={busy} onUndo={askUndo} />}
      </div>
    </li>
  );
}

function UndoDialog({ item, onClose }: { item: ItemFragment; onClose: () => void }) {
  const t = texts();
  const completionId = item.completion?.id ?? "";
  return (
    <CommentDialog
      title={t.undoTitle(item.definition.name)}
      act={t.undo}
      run={(comment) => change(UndoCompletionDocument, { input: { completionId, comment } }, { quiet: true })}
      onDone={() => sayUndone(item)}
      onClose={onClose}
    >
      {t.undoMore}
    </CommentDialog>
  );
}

function Marks({ item: { definition, needs, action, state }, hasDraft }: { item: ItemFragment; hasDraft: boolean }) {
  const t = texts();
  const share = `${Math.round(action.share * 1000) / 10} %`;
  return (
    <>
      {definition.mandatory && <span class="mark mark-must">{t.mandatory}</span>}
      {state !== "DONE" && needs === "NOTE" && <span class="mark">{t.needsNote}</span>}
      {state !== "DONE" && needs === "NOTE_WITH_FILE" && <span class="mark">{t.needsFile}</span>}
      {state === "OPEN" && hasDraft && <span class="mark mark-draft">{t.begun}</span>}
      <span class="item-weight numbers" title={t.weightLong(definition.weight, share)}>
        {t.weight(definition.weight)}
      </span>
    </>
  );
}

/** Who did it and when, with what came along, and the way back. */
function Done({ item, busy, onUndo }: { item: ItemFragment; busy: boolean; onUndo: () => void }) {
  const t = texts();
  const { completion, undo } = item;
  if (!completion) return null;
  return (
    <div class="item-done">
      <div class="soft">
        {t.doneBy(completion.performer.name, moment(completion.doneAt))}
        {undo && (
          <ActButton kind="quiet" icon="undo" class="item-undo" busy={busy} permission={undo} onAct={onUndo}>
            {t.undo}
          </ActButton>
        )}
      </div>
      {completion.note && <NoteView note={completion.note} isInside />}
    </div>
  );
}
