// What there is to do, stage by stage, with what the API says about each action before anybody clicks.
import { useLayoutEffect, useRef, useState } from "preact/hooks";

import { change } from "../api/use";
import { CommentDialog } from "../closing/comment";
import { moment } from "../language";
import { ActButton } from "../parts/button";
import { placeOf } from "../parts/focus";
import { Icon } from "../parts/icon";
import { Markdown } from "../parts/markdown";
import { Reasons } from "../parts/reasons";
import { Empty } from "../parts/show";
import { failed, told } from "../parts/toast";
import { deal as texts } from "../texts/deal";
import {
  CompleteActionDocument,
  UndoCompletionDocument,
  type ItemFragment,
} from "./__generated__/graphql";
import { EvidenceDialog, type Given } from "./evidence";
import { NoteView } from "./notes";
import type { Deal } from "./screen";

type Stage = ItemFragment["action"]["stage"];

export function Checklist({ deal }: { deal: Deal }) {
  const t = texts();
  const groups = Map.groupBy(deal.checklist, ({ action }) => action.stage?.id ?? "");
  return (
    <section class="checklist" aria-label={t.checklist}>
      {groups.size === 0 && <Empty icon="task" title={t.noChecklist} />}
      {[...groups].map(([id, items]) => (
        <StageView key={id} deal={deal} stage={items[0]?.action.stage ?? null} items={items} />
      ))}
    </section>
  );
}

function StageView({ deal, stage, items }: { deal: Deal; stage: Stage | null; items: ItemFragment[] }) {
  const t = texts();
  const isHere = stage?.id === deal.stage?.id;
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
          <ItemView key={item.id} deal={deal} item={item} />
        ))}
      </ul>
    </section>
  );
}

function ItemView({ deal, item }: { deal: Deal; item: ItemFragment }) {
  const t = texts();
  const [asking, setAsking] = useState(false);
  const [undoing, setUndoing] = useState(false);
  const [why, setWhy] = useState(false);
  const [busy, setBusy] = useState(false);
  const { definition, completion, state } = item;
  const isDone = state === "DONE";
  const back = useRef<() => void>(() => {});
  // What was pressed goes when it has worked: who goes on by keyboard does so where it was.
  useLayoutEffect(() => {
    if (document.activeElement === document.body) back.current();
  }, [isDone]);

  /** Does it; gives whether it is done, and says in the API's words why not. */
  const complete = async (given: Given = {}): Promise<string | null> => {
    setBusy(true);
    const input = { dealId: deal.id, actionId: definition.actionId, ...given };
    const changed = await change(CompleteActionDocument, { input }, { quiet: true });
    setBusy(false);
    if (!changed) return "";
    if (changed.refusals.length > 0) return changed.refusals.map(({ message }) => message).join(" ");
    const { completion, alreadyDone } = changed.payload;
    const id = completion?.id;
    told(
      alreadyDone ? t.already(definition.name) : t.did(definition.name),
      id && !alreadyDone ? { label: t.undo, run: () => void undo(id) } : undefined,
    );
    return null;
  };

  const undo = async (completionId: string) => {
    back.current = placeOf(document.activeElement);
    setBusy(true);
    const changed = await change(UndoCompletionDocument, { input: { completionId } });
    setBusy(false);
    if (changed?.refusals.length === 0) told(t.undone(definition.name));
  };

  const askUndo = () => {
    back.current = placeOf(document.activeElement);
    setUndoing(true);
  };

  const press = async () => {
    if (busy) return;
    back.current = placeOf(document.activeElement);
    if (state === "BLOCKED") return setWhy(!why);
    if (item.needs !== "NONE") return setAsking(true);
    const refused = await complete();
    if (refused) failed(refused);
  };

  return (
    <li class={`item item-${state.toLowerCase()}`}>
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
          <Marks item={item} />
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
      {undoing && completion && (
        <CommentDialog
          title={t.undoTitle(definition.name)}
          act={t.undo}
          run={(comment) => change(UndoCompletionDocument, { input: { completionId: completion.id, comment } }, { quiet: true })}
          onDone={() => told(t.undone(definition.name))}
          onClose={() => setUndoing(false)}
        >
          {t.undoMore}
        </CommentDialog>
      )}
      {asking && <EvidenceDialog deal={deal} item={item} onDone={complete} onClose={() => setAsking(false)} />}
    </li>
  );
}

function Marks({ item: { definition, needs, action, state } }: { item: ItemFragment }) {
  const t = texts();
  const share = `${Math.round(action.share * 1000) / 10} %`;
  return (
    <>
      {definition.mandatory && <span class="mark mark-must">{t.mandatory}</span>}
      {state !== "DONE" && needs === "NOTE" && <span class="mark">{t.needsNote}</span>}
      {state !== "DONE" && needs === "NOTE_WITH_FILE" && <span class="mark">{t.needsFile}</span>}
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
