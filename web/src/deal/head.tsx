// The head of a deal: what it is, how far it is, and what can be done with all of it.
import { useState } from "preact/hooks";

import { change } from "../api/use";
import { ReopenDialog } from "../closing/comment";
import { ClosingDialog, type ClosingStatus } from "../closing/dialog";
import { day, money } from "../language";
import { ActIcon } from "../parts/act-icon";
import { ActButton } from "../parts/button";
import { Icon } from "../parts/icon";
import { lazy } from "../parts/lazy";
import { Menu, MenuItem } from "../parts/menu";
import { Bar, Status } from "../parts/show";
import { closing as closingTexts } from "../texts/closing";
import { deal as texts } from "../texts/deal";
import { common } from "../texts/common";
import { MoveHereDocument, ReopenDocument } from "./__generated__/graphql";
import { Edit } from "./edit";
import type { Deal } from "./screen";

// It is seldom asked for.
const { Lazy: ChangeProcess } = lazy(() => import("./process"));

export function Head({ deal }: { deal: Deal }) {
  const t = texts();
  const c = closingTexts();
  const [closing, setClosing] = useState<ClosingStatus | null>(null);
  const [reopening, setReopening] = useState(false);
  const [editing, setEditing] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const may = deal.permissions;
  return (
    <header class="deal-head">
      <p class="deal-crumbs">
        <a href={`boards/${deal.process.id}`}>
          <Icon name="left" />
          {deal.process.name}
        </a>
      </p>
      <div class="deal-line">
        <h1>{deal.title}</h1>
        <Status status={deal.status} />
        {deal.closedAt && <span class="soft">{t.closedOn(day(deal.closedAt))}</span>}
      </div>
      <p class="deal-facts">
        <strong class="numbers">{deal.value ? money(deal.value) : t.noValue}</strong>
        <span class="soft">{deal.owner.name}</span>
      </p>
      <Outcome deal={deal} />
      <div class="deal-acts">
        {deal.status === "OPEN" ? (
          <>
            <ActButton kind="main" icon="flag" permission={may.win} onAct={() => setClosing("WON")}>
              {c.WON.act}
            </ActButton>
            <ActButton permission={may.lose} onAct={() => setClosing("LOST")}>
              {c.LOST.act}
            </ActButton>
            <ActButton permission={may.outdate} onAct={() => setClosing("OUTDATED")}>
              {c.OUTDATED.act}
            </ActButton>
          </>
        ) : (
          <ActButton kind="main" icon="undo" permission={may.reopen} onAct={() => setReopening(true)}>
            {c.reopen}
          </ActButton>
        )}
        <ActButton kind="quiet" permission={may.update} onAct={() => setEditing(true)}>
          {t.edit}
        </ActButton>
        <ActButton kind="quiet" permission={may.changeProcess} onAct={() => setLeaving(true)}>
          {t.changeProcess}
        </ActButton>
      </div>
      <Progress deal={deal} />
      {closing && <ClosingDialog id={deal.id} status={closing} onClose={() => setClosing(null)} />}
      {reopening && (
        <ReopenDialog
          run={(comment) => change(ReopenDocument, { input: { dealId: deal.id, comment } }, { quiet: true })}
          onDone={() => {}}
          onClose={() => setReopening(false)}
        />
      )}
      {editing && <Edit deal={deal} onClose={() => setEditing(false)} />}
      {leaving && <ChangeProcess deal={deal} onClose={() => setLeaving(false)} />}
    </header>
  );
}

/** That it is won, and what is left to do about a deal that is closed. */
function Outcome({ deal: { id, status, open } }: { deal: Deal }) {
  const t = texts();
  const isWon = status === "WON";
  if (status === "OPEN" || (!isWon && open.totalCount === 0)) return null;
  const show = (event: Event) => {
    event.preventDefault();
    document.getElementById("tasks")?.focus();
  };
  return (
    <p class={isWon ? "deal-outcome deal-won" : "deal-outcome"}>
      <Icon name={isWon ? "check" : "info"} />
      {isWon && <span>{t.isWon}</span>}
      {open.totalCount > 0 && (
        <a href={`deals/${id}#tasks`} onClick={show}>
          {t.tasksLeft(open.totalCount)}
        </a>
      )}
    </p>
  );
}

function Progress({ deal }: { deal: Deal }) {
  const t = texts();
  const { percent, doneWeight, totalWeight, mandatoryMissing } = deal.progress;
  return (
    <section class="deal-progress card" aria-label={t.progress}>
      <div class="deal-percent-line">
        <strong class="deal-percent-big numbers">{percent} %</strong>
        <span class="soft numbers">{t.weightDone(doneWeight, totalWeight)}</span>
        <Stage deal={deal} />
      </div>
      <Bar percent={percent} />
      {deal.status === "OPEN" && (
        <p
          class={mandatoryMissing.length > 0 ? "deal-missing" : "soft"}
          title={mandatoryMissing.map(({ name }) => name).join("\n")}
        >
          {mandatoryMissing.length > 0 ? t.missing(mandatoryMissing.length) : t.nothingMissing}
        </p>
      )}
    </section>
  );
}

/** Where it is, and a way to move it by hand, or why that cannot be done. */
function Stage({ deal }: { deal: Deal }) {
  const t = texts();
  const { move } = deal.permissions;
  const name = deal.stage?.name ?? common().unstaged;
  const moveTo = (stageId: string | null) => void change(MoveHereDocument, { input: { dealId: deal.id, stageId } });
  return (
    <span class="deal-stage">
      <span class="soft">{t.stage}:</span> <strong>{name}</strong>
      {move.allowed ? (
        <Menu label={t.moveTo} icon="move">
          <MenuItem checked={!deal.stage} onClick={() => moveTo(null)}>
            {common().unstaged}
          </MenuItem>
          {deal.process.stages.map(({ id, name }) => (
            <MenuItem key={id} checked={deal.stage?.id === id} onClick={() => moveTo(id)}>
              {name}
            </MenuItem>
          ))}
        </Menu>
      ) : (
        <ActIcon icon="move" label={t.moveTo} permission={move} onAct={() => {}} />
      )}
    </span>
  );
}
