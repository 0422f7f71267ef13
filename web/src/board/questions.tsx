// The questions that a board asks, loaded beside it and not before.
import { ClosingDialog } from "../closing/dialog";
import { MoveDialog } from "./move";
import { NewDeal } from "./new";
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
  if ("move" in question) return <MoveDialog board={board} id={question.move} ask={ask} onClose={done} />;
  return <ClosingDialog id={question.close} status={question.as} onClose={done} />;
}
