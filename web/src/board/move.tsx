// What to do with a card without dragging it: move it to a stage, close it, open it. Reasons are there before.
import type { CombinedError } from "@urql/core";
import { useEffect, useState } from "preact/hooks";

import { said } from "../api/use";
import type { ClosingStatus } from "../closing/dialog";
import { ActButton, Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Reasons } from "../parts/reasons";
import { Failed, Loading } from "../parts/show";
import { go } from "../router";
import { board as texts } from "../texts/board";
import { closing } from "../texts/closing";
import { learn, permissionsOf } from "./dragging";
import type { Board } from "./state";
import type { Question } from "./view";

interface Props {
  board: Board;
  id: string;
  ask: (what: Question) => void;
  onClose: () => void;
}

export function MoveDialog({ board, id, ask, onClose }: Props) {
  const t = texts();
  const c = closing();
  const [wrong, setWrong] = useState<string | null>(null);
  const begin = () => {
    setWrong(null);
    learn(id).catch((error: CombinedError) => setWrong(said(error)));
  };
  useEffect(begin, [id]);
  const card = board.cards.get(id)?.value;
  const may = permissionsOf(id);
  const here = board.columnOf(id);
  const close = (as: ClosingStatus) => ask({ close: id, as });
  if (!card) return null;
  return (
    <Dialog title={card.title} onClose={onClose}>
      {!may ? (
        wrong ? <Failed text={wrong} again={begin} level={3} /> : <Loading />
      ) : (
        <div class="form">
          <section class="move-to">
            <h3>{t.move}</h3>
            {may.move.blockers.length > 0 && (
              <div class="act-reasons">
                <Reasons reasons={may.move.blockers} />
              </div>
            )}
            <ul>
              {board.columns.value.map((column) => (
                <li key={column.stage ?? "none"}>
                  <Button
                    kind="quiet"
                    icon={column === here ? "check" : "move"}
                    disabled={column === here || !may.move.allowed}
                    onClick={() => {
                      onClose();
                      void board.move(id, column);
                    }}
                  >
                    {board.nameOf(column)}
                    {column === here && <small class="soft"> ({t.here})</small>}
                  </Button>
                </li>
              ))}
            </ul>
          </section>
          <div class="form-acts move-acts">
            <Button onClick={() => go(`deals/${id}`)}>{t.open}</Button>
            {card.status === "OPEN" ? (
              <>
                <ActButton permission={may.outdate} onAct={() => close("OUTDATED")}>
                  {c.OUTDATED.act}
                </ActButton>
                <ActButton permission={may.lose} onAct={() => close("LOST")}>
                  {c.LOST.act}
                </ActButton>
                <ActButton permission={may.win} kind="main" onAct={() => close("WON")}>
                  {c.WON.act}
                </ActButton>
              </>
            ) : (
              <ActButton permission={may.reopen} onAct={() => ask({ reopen: id })}>
                {c.reopen}
              </ActButton>
            )}
          </div>
        </div>
      )}
    </Dialog>
  );
}
