// Puts two edits of one tree together: what one of them changed is taken from it; where both changed the same,
// somebody has to choose.
import { isSame, type Action, type Stage, type Tree } from "./tree";

export type Side = "mine" | "theirs";

/** Whose is taken where both changed the same thing: the process itself is asked about as "". */
export type Choose = (id: string) => Side;

/** What a tree is when every node stands by itself: where it belongs is a value of it, like its name. */
interface Flat {
  stages: Map<string, Omit<Stage, "actions">>;
  actions: Map<string, Action & { stageId: string }>;
}

function flat(tree: Tree): Flat {
  const stages = new Map(tree.stages.map(({ actions: _, ...stage }) => [stage.id, stage]));
  const actions = new Map(
    tree.stages.flatMap((stage) => stage.actions.map((action) => [action.id, { ...action, stageId: stage.id }])),
  );
  return { stages, actions };
}

/** One value out of three. */
function value<T>(base: T, mine: T, theirs: T, side: () => Side): T {
  if (isSame(mine, base)) return theirs;
  if (isSame(theirs, base) || isSame(mine, theirs)) return mine;
  return side() === "mine" ? mine : theirs;
}

function node<T extends { id: string }>(base: T, mine: T, theirs: T, choose: Choose): T {
  const side = () => choose(base.id);
  const fields = Object.keys(base) as (keyof T)[];
  return Object.fromEntries(
    fields.map((field) => [field, value(base[field], mine[field], theirs[field], side)]),
  ) as unknown as T;
}

/** The nodes of one kind that are there afterwards. */
function nodes<T extends { id: string }>(
  base: Map<string, T>,
  mine: Map<string, T>,
  theirs: Map<string, T>,
  choose: Choose,
): Map<string, T> {
  const all = new Map<string, T>();
  for (const id of new Set([...base.keys(), ...mine.keys(), ...theirs.keys()])) {
    const kept = one(base.get(id), mine.get(id), theirs.get(id), choose);
    if (kept) all.set(id, kept);
  }
  return all;
}

function one<T extends { id: string }>(
  base: T | undefined,
  mine: T | undefined,
  theirs: T | undefined,
  choose: Choose,
): T | undefined {
  if (!base) return theirs ?? mine;
  if (mine && theirs) return node(base, mine, theirs, choose);
  const left = mine ?? theirs;
  if (!left || isSame(left, base)) return undefined;
  // One of the two removed what the other changed. What is gone on the server comes back by its id, with its completions.
  return choose(base.id) === (mine ? "mine" : "theirs") ? left : undefined;
}

/** The order of one list: the one that changed it decides; what only the other has comes after what it came after there. */
function order(
  base: string[],
  mine: string[],
  theirs: string[],
  kept: ReadonlySet<string>,
  side: () => Side,
): string[] {
  const common = (list: string[]) => list.filter((id) => base.includes(id) && mine.includes(id) && theirs.includes(id));
  const chosen = value<Side | "none">(
    "none",
    isSame(common(mine), common(base)) ? "none" : "mine",
    isSame(common(theirs), common(base)) ? "none" : "theirs",
    side,
  );
  const [lead, other] = chosen === "mine" ? [mine, theirs] : [theirs, mine];
  const list = lead.filter((id) => kept.has(id));
  other.forEach((id, at) => {
    if (!kept.has(id) || list.includes(id)) return;
    const before = other.slice(0, at).findLast((earlier) => list.includes(earlier));
    list.splice(before === undefined ? 0 : list.indexOf(before) + 1, 0, id);
  });
  return [...list, ...[...kept].filter((id) => !list.includes(id))];
}

const idsOf = (list: { id: string }[] | undefined): string[] => (list ?? []).map(({ id }) => id);
const actionsOf = (tree: Tree, stageId: string): string[] =>
  idsOf(tree.stages.find(({ id }) => id === stageId)?.actions);

export function merge(base: Tree, mine: Tree, theirs: Tree, choose: Choose): Tree {
  const [b, m, t] = [flat(base), flat(mine), flat(theirs)];
  const actions = nodes(b.actions, m.actions, t.actions, choose);
  const stages = nodes(b.stages, m.stages, t.stages, choose);
  // A stage that one removed stays while the other has something in it.
  for (const { stageId } of actions.values()) {
    const needed = stages.get(stageId) ?? t.stages.get(stageId) ?? m.stages.get(stageId);
    if (needed) stages.set(stageId, needed);
  }
  const ids = order(idsOf(base.stages), idsOf(mine.stages), idsOf(theirs.stages), new Set(stages.keys()), () =>
    choose(""),
  );
  const ofStage = (id: string): Action[] => {
    const here = new Set([...actions.values()].filter(({ stageId }) => stageId === id).map((action) => action.id));
    const places = order(actionsOf(base, id), actionsOf(mine, id), actionsOf(theirs, id), here, () => choose(id));
    return places.flatMap((place) => {
      const { stageId: _, ...action } = actions.get(place) ?? { stageId: "", id: "" };
      return action.id ? [action as Action] : [];
    });
  };
  return {
    name: value(base.name, mine.name, theirs.name, () => choose("")),
    description: value(base.description, mine.description, theirs.description, () => choose("")),
    stages: ids.flatMap((id) => {
      const stage = stages.get(id);
      return stage ? [{ ...stage, actions: ofStage(id) }] : [];
    }),
  };
}
