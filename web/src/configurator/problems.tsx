// What the API would refuse a save for, and how to get there.
import { Field } from "../parts/field";
import { configurator as texts } from "../texts/configurator";
import type { ProblemFragment } from "./__generated__/graphql";
import { focusOn, rename, type Desk } from "./desk";
import type { Draft } from "./draft";
import { findAction, type Tree } from "./tree";

/** For stages that go: which stage their deals come to. */
export type Moves = Record<string, string>;

/** The stage or action that a path of the input leads to. */
function nodeAt(tree: Tree, path: readonly string[]): string | undefined {
  const [list, stageAt, actions, actionAt] = path;
  const stage = list === "stages" ? tree.stages[Number(stageAt)] : undefined;
  return (actions === "actions" ? stage?.actions[Number(actionAt)]?.id : undefined) ?? stage?.id;
}

/** Where the settings of an action begin in a path, such as `stages.0.actions.1.followUps`. */
const OF_ACTION = 4;

/** Goes to what a problem is about: a name where it stands, anything else in the dialog that has it. */
function goTo(desk: Desk, node: string, problem: ProblemFragment): void {
  const path = problem.path ?? [];
  const isAction = findAction(desk.draft.tree.peek(), node) !== undefined;
  const rest = path.slice(isAction ? OF_ACTION : OF_ACTION / 2);
  const [field] = rest;
  desk.ask(null);
  if (field === "name") rename(node);
  else if (isAction && field) desk.ask({ settings: node, about: { path: rest, message: problem.message } });
  else if (field === "hint") desk.ask({ stage: node });
  else focusOn(node);
}

export function Problems({ problems, desk }: { problems: readonly ProblemFragment[]; desk: Desk }) {
  const t = texts().review;
  if (problems.length === 0) return null;
  return (
    <div class="problems" role="alert">
      <p>{t.problems}</p>
      <ul>
        {problems.map((problem, at) => {
          const node = nodeAt(desk.draft.tree.value, problem.path ?? []) ?? problem.nodeId;
          return (
            <li key={at}>
              {problem.message}{" "}
              {node && (
                <button type="button" class="button-link" onClick={() => goTo(desk, node, problem)}>
                  {t.go}
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

interface Props {
  problem: Extract<ProblemFragment, { __typename: "StageHasDeals" }>;
  draft: Draft;
  moves: Moves;
  onChange: (moves: Moves) => void;
}

/** A stage goes to which deals were moved by hand: where do they go? */
export function GoesWhere({ problem: { stage, dealCount }, draft, moves, onChange }: Props) {
  return (
    <StageChoice
      stage={stage}
      dealCount={dealCount}
      among={draft.tree.value.stages}
      moves={moves}
      onChange={onChange}
    />
  );
}

interface ChoiceProps {
  stage: { id: string; name: string };
  dealCount: number;
  among: { id: string; name: string }[];
  moves: Moves;
  onChange: (moves: Moves) => void;
}

export function StageChoice({ stage, dealCount, among, moves, onChange }: ChoiceProps) {
  const t = texts().review;
  return (
    <div class="problems">
      <Field label={t.where(stage.name, dealCount)}>
        <select
          value={moves[stage.id] ?? ""}
          onChange={(event) => {
            const { [stage.id]: _, ...others } = moves;
            const to = event.currentTarget.value;
            onChange(to ? { ...others, [stage.id]: to } : others);
          }}
        >
          <option value="">{t.choose}</option>
          {among.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </Field>
    </div>
  );
}
