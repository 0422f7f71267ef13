// What was removed from a process: brought back it is as it last was, and a step of the draft like any other.
import type { ComponentChildren } from "preact";

import { said, useQuery } from "../api/use";
import { day } from "../language";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Failed, Loading } from "../parts/show";
import { announce } from "../parts/toast";
import { configurator as texts } from "../texts/configurator";
import { RemovedDocument, type RemovedQuery } from "./__generated__/graphql";
import { focusOn, type Desk } from "./desk";
import { actionOf, addAction, addStage, findAction, findStage, stageOf, type Tree } from "./tree";

type Gone = NonNullable<RemovedQuery["process"]>;
type GoneStage = Gone["removedStages"][number];
type GoneAction = Gone["removedActions"][number];

/** An action that went with its stage comes back with it. */
const wentWith = (stage: GoneStage, action: GoneAction): boolean =>
  action.stage.id === stage.id && action.removedAt === stage.removedAt;

/** What of it the draft does not have; actions whose stage it does not have, either, wait for that. */
function leftOut(tree: Tree, { removedStages, removedActions }: Gone) {
  const actions = removedActions.filter(({ id }) => !findAction(tree, id));
  const stages = removedStages.filter(({ id }) => !findStage(tree, id));
  const here = actions.filter(({ stage }) => findStage(tree, stage.id));
  return { stages, actions, here, waits: here.length < actions.length };
}

export function RemovedDialog({ desk, onClose }: { desk: Desk; onClose: () => void }) {
  const t = texts().gone;
  const { data, error, again } = useQuery(RemovedDocument, { id: desk.draft.id }, "network-only");
  const gone = data?.process;
  return (
    <Dialog title={t.title} onClose={onClose}>
      {gone ? <Lists desk={desk} gone={gone} onClose={onClose} /> : !error && <Loading />}
      {error && !gone && <Failed text={said(error)} again={again} level={3} />}
    </Dialog>
  );
}

function Lists({ desk, gone, onClose }: { desk: Desk; gone: Gone; onClose: () => void }) {
  const t = texts().gone;
  const { draft } = desk;
  const { stages, actions, here, waits } = leftOut(draft.tree.value, gone);
  const show = (tree: Tree, { id, name }: { id: string; name: string }) => {
    draft.to(tree);
    announce(t.back(name));
    onClose();
    focusOn(id);
  };
  const backStage = (stage: GoneStage) =>
    show(addStage(draft.tree.peek(), stageOf(stage, actions.filter((one) => wentWith(stage, one)).map(actionOf))), stage);
  const backAction = (action: GoneAction) =>
    show(addAction(draft.tree.peek(), action.stage.id, actionOf(action)), action);
  if (stages.length + here.length === 0) return <p class="soft">{t.none}</p>;
  return (
    <>
      <p class="soft">{t.more}</p>
      <Part title={t.stages} nodes={stages} onBack={backStage}>
        {(stage) => {
          const count = actions.filter((one) => wentWith(stage, one)).length;
          return [t.until(day(stage.removedAt ?? "")), texts().actions(count)].join(" · ");
        }}
      </Part>
      <Part title={t.actions} nodes={here} onBack={backAction}>
        {({ stage, removedAt }) => t.of(findStage(draft.tree.value, stage.id)?.name ?? stage.name, day(removedAt ?? ""))}
      </Part>
      {waits && <p class="soft">{t.later}</p>}
    </>
  );
}

interface PartProps<N> {
  title: string;
  nodes: N[];
  onBack: (node: N) => void;
  children: (node: N) => ComponentChildren;
}

function Part<N extends { id: string; name: string }>({ title, nodes, onBack, children }: PartProps<N>) {
  const t = texts().gone;
  if (nodes.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <ul class="cfg-gone">
        {nodes.map((node) => (
          <li key={node.id}>
            <span>
              {node.name} <small class="soft">{children(node)}</small>
            </span>
            <Button icon="undo" aria-label={t.actOne(node.name)} onClick={() => onBack(node)}>
              {t.act}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
