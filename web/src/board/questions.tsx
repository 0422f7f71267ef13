// The questions that a board asks, loaded beside it and not before.
import { change } from "../api/use";
import { ReopenDialog } from "../closing/comment";
import { ClosingDialog } from "../closing/dialog";
import { ReopenCardDocument } from "./__generated__/graphql";
import { MoveDialog } from "./move";
import { FilterDialog } from "./narrow";
import { NewDeal } from "./new";
import { OwnerDialog } from "./owner";
import type { Board } from "./state";
import type { Question } from "./view";

interface Props {
  board: Board;
  question: NonNullable<Question>;
  ask: (what: Question) => void;
}

export default function Questions({ board, question, ask }: Props) {
  const done = () => ask(null);
  const process = board.process.value;
  if (question === "new") return process && <NewDeal board={board} process={process} onClose={done} />;
  if (question === "filters") return process && <FilterDialog process={process.id} onClose={done} />;
  if (question === "owner") return <OwnerDialog onClose={done} />;
  if ("move" in question) return <MoveDialog board={board} id={question.move} ask={ask} onClose={done} />;
  if ("reopen" in question) return <Reopen board={board} id={question.reopen} onClose={done} />;
  return <ClosingDialog id={question.close} status={question.as} onClose={done} />;
}

function Reopen({ board, id, onClose }: { board: Board; id: string; onClose: () => void }) {
  return (
    <ReopenDialog
      run={(comment) => change(ReopenCardDocument, { input: { dealId: id, comment } }, { quiet: true })}
      onDone={({ deal }) => deal && board.place(deal)}
      onClose={onClose}
    />
  );
}
