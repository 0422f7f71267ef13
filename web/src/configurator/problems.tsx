// What the API would refuse a save for, and how to get there.
import { Field } from "../parts/field";
import { configurator as texts } from "../texts/configurator";
import type { ProblemFragment } from "./__generated__/graphql";
import { focusOn } from "./desk";
import type { Draft } from "./draft";
import type { Tree } from "./tree";

/** For stages that go: which stage their deals come to. */
export type Moves = Record<string, string>;

/** The stage or action that a path of the input leads to. */
function nodeAt(tree: Tree, path: readonly string[]): string | undefined {
  const [list, stageAt, actions, actionAt] = path;
  const stage = list === "stages" ? tree.stages[Number(stageAt)] : undefined;
  return (actions === "actions" ? stage?.actions[Number(actionAt)]?.id : undefined) ?? stage?.id;
}

export function Problems({
  problems,
  draft,
  onGo,
}: {
  problems: readonly ProblemFragment[];
  draft: Draft;
  onGo: () => void;
}) {
  const t = texts().review;
  if (problems.length === 0) return null;
  return (
    <div class="problems" role="alert">
      <p>{t.problems}</p>
      <ul>
        {problems.map(({ message, path, nodeId }, at) => {
          const node = nodeAt(draft.tree.value, path ?? []) ?? nodeId;
          return (
            <li key={at}>
              {message}{" "}
              {node && (
                <button
                  type="button"
                  class="button-link"
                  onClick={() => {
                    onGo();
                    focusOn(node);
                  }}
                >
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
