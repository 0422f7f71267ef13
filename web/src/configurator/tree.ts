// A process as it is edited: values, and functions that give another value. Nothing here asks the server.
import { newId } from "../parts/id";
import type {
  ActionInput,
  AssigneeKind,
  Evidence,
  NotifyGroup,
  PerformerGroup,
  SaveProcessInput,
  TreeFragment,
} from "./__generated__/graphql";

export interface Person {
  id: string;
  name: string;
}

export interface FollowUp {
  title: string;
  description: string;
  assignee: AssigneeKind;
  dueInDays: number;
  assigneeMember: Person | null;
}

export interface Action {
  id: string;
  /** Whether the server does not have it yet. */
  isNew: boolean;
  name: string;
  hint: string;
  weight: number;
  mandatory: boolean;
  performers: { group: PerformerGroup; members: Person[] };
  evidence: Evidence;
  notify: { groups: NotifyGroup[]; members: Person[] };
  followUps: FollowUp[];
}

export interface Stage {
  id: string;
  isNew: boolean;
  name: string;
  hint: string;
  actions: Action[];
}

export interface Tree {
  name: string;
  description: string;
  stages: Stage[];
}

const person = ({ id, name }: Person): Person => ({ id, name });

/** The process as the server has it. */
export function treeOf({ name, description, stages }: TreeFragment): Tree {
  return {
    name,
    description,
    stages: stages.map((stage) => ({ ...pick(stage), actions: stage.actions.map(actionOf) })),
  };
}

/** A stage that was removed, with what comes back with it. */
export const stageOf = (stage: { id: string; name: string; hint: string }, actions: Action[]): Stage => ({
  ...pick(stage),
  actions,
});

const pick = ({ id, name, hint }: { id: string; name: string; hint: string }) => ({ id, isNew: false, name, hint });

/** An action as it is edited, also one that was removed. */
export function actionOf(action: TreeFragment["stages"][number]["actions"][number]): Action {
  const { weight, mandatory, evidence, performers, notify } = action;
  return {
    ...pick(action),
    weight,
    mandatory,
    performers: { group: performers.group, members: performers.members.map(person) },
    evidence,
    notify: { groups: [...notify.groups], members: notify.members.map(person) },
    followUps: action.followUps.map(({ title, description, assignee, dueInDays, assigneeMember }) => ({
      title,
      description,
      assignee,
      dueInDays,
      assigneeMember: assigneeMember ? person(assigneeMember) : null,
    })),
  };
}

type Wanted = Pick<SaveProcessInput, "name" | "description" | "stages">;

/** What the API takes to make the process so. */
export function inputOf({ name, description, stages }: Tree): Wanted {
  return {
    name,
    description,
    stages: stages.map((stage) => ({
      ...idOf(stage),
      name: stage.name,
      hint: stage.hint,
      actions: stage.actions.map(actionInput),
    })),
  };
}

const idOf = ({ id, isNew }: { id: string; isNew: boolean }) => (isNew ? { newId: id } : { id });
const ids = (people: Person[]): string[] => people.map(({ id }) => id);

function actionInput(action: Action): ActionInput {
  const { name, hint, weight, mandatory, evidence, performers, notify } = action;
  return {
    ...idOf(action),
    name,
    hint,
    weight,
    mandatory,
    evidence,
    performers: { group: performers.group, memberIds: ids(performers.members) },
    notify: { groups: notify.groups, memberIds: ids(notify.members) },
    followUps: action.followUps.map(({ assigneeMember, ...followUp }) => ({
      ...followUp,
      assigneeId: followUp.assignee === "MEMBER" ? (assigneeMember?.id ?? null) : null,
    })),
  };
}

export const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

export const countOf = ({ stages }: Tree): number => stages.reduce((sum, { actions }) => sum + actions.length, 0);

export const pointsOf = (actions: readonly Action[]): number => actions.reduce((sum, { weight }) => sum + weight, 0);

/** What all actions weigh. */
export const totalOf = ({ stages }: Tree): number => stages.reduce((sum, { actions }) => sum + pointsOf(actions), 0);

export interface Place {
  stage: Stage;
  at: number;
  action: Action;
}

export function findAction(tree: Tree, id: string): Place | undefined {
  for (const stage of tree.stages) {
    const at = stage.actions.findIndex((action) => action.id === id);
    const action = stage.actions[at];
    if (action) return { stage, at, action };
  }
  return undefined;
}

export const findStage = (tree: Tree, id: string): Stage | undefined => tree.stages.find((stage) => stage.id === id);

export function newStage(name: string): Stage {
  return { id: newId("stage"), isNew: true, name, hint: "", actions: [] };
}

/** What the API says a new action has, when nothing is said. */
export const NEW_WEIGHT = 10;

export function newAction(name: string): Action {
  return {
    id: newId("action"),
    isNew: true,
    name,
    hint: "",
    weight: NEW_WEIGHT,
    mandatory: false,
    performers: { group: "EVERYONE", members: [] },
    evidence: "NONE",
    notify: { groups: [], members: [] },
    followUps: [],
  };
}

function withStages(tree: Tree, change: (stages: Stage[]) => Stage[]): Tree {
  return { ...tree, stages: change(tree.stages) };
}

function withActions(tree: Tree, stageId: string, change: (actions: Action[]) => Action[]): Tree {
  return withStages(tree, (stages) =>
    stages.map((stage) => (stage.id === stageId ? { ...stage, actions: change(stage.actions) } : stage)),
  );
}

const putIn = <T>(list: T[], item: T, at: number): T[] => [...list.slice(0, at), item, ...list.slice(at)];

export function setStage(tree: Tree, id: string, to: Partial<Stage>): Tree {
  return withStages(tree, (stages) => stages.map((stage) => (stage.id === id ? { ...stage, ...to } : stage)));
}

export function setAction(tree: Tree, id: string, to: Partial<Action>): Tree {
  const place = findAction(tree, id);
  if (!place) return tree;
  return withActions(tree, place.stage.id, (actions) =>
    actions.map((action) => (action.id === id ? { ...action, ...to } : action)),
  );
}

export const addStage = (tree: Tree, stage: Stage): Tree => withStages(tree, (stages) => [...stages, stage]);

export const addAction = (tree: Tree, stageId: string, action: Action): Tree =>
  withActions(tree, stageId, (actions) => [...actions, action]);

export const removeStage = (tree: Tree, id: string): Tree =>
  withStages(tree, (stages) => stages.filter((stage) => stage.id !== id));

export function removeAction(tree: Tree, id: string): Tree {
  const place = findAction(tree, id);
  return place ? withActions(tree, place.stage.id, (actions) => actions.filter((action) => action.id !== id)) : tree;
}

/** Puts a stage before the one that is at this place now; after the last one, when there is none. */
export function moveStage(tree: Tree, id: string, before: number): Tree {
  const from = tree.stages.findIndex((stage) => stage.id === id);
  const stage = tree.stages[from];
  if (!stage) return tree;
  const at = before > from ? before - 1 : before;
  return at === from ? tree : withStages(removeStage(tree, id), (stages) => putIn(stages, stage, at));
}

/** Puts an action before the one that is at this place of a stage now. */
export function moveAction(tree: Tree, id: string, stageId: string, before: number): Tree {
  const place = findAction(tree, id);
  if (!place) return tree;
  const isHere = place.stage.id === stageId;
  const at = isHere && before > place.at ? before - 1 : before;
  if (isHere && at === place.at) return tree;
  return withActions(removeAction(tree, id), stageId, (actions) => putIn(actions, place.action, at));
}
