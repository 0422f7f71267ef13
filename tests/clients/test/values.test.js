// What is not the live object – a preview, an old version, a difference, a conflict, an event – leaves
// every record of the cache as it is, and no screen is drawn again.
import assert from "node:assert/strict";

import { assertUntouched, fresh, openScreens, withBoth } from "../support/both.js";
import { PROCESS, asFile, asInput, everyScreen, thereAndBack } from "../support/scene.js";

/** Renames, weighs, moves, adds and removes: nothing that a client caches stays the same. */
function redesigned(scene) {
  const [first, second] = asInput(scene).stages;
  const [call, send] = first.actions;
  first.name = "Renamed stage";
  first.hint = "Another hint";
  first.actions = [{ ...send, name: "Renamed action", weight: 999, mandatory: false }];
  second.actions = [...second.actions, { ...call, evidence: "NOTE" }];
  return { ...asInput(scene), name: "Renamed process", stages: [second, first] };
}

/** The process as it is now; the scene's own, which is version 10, becomes an old one. */
async function change({ colleague, process, stages, actions }) {
  await colleague.does("updateProcess", { processId: process.id, name: `Since ${process.id}` });
  await colleague.does("updateStage", { stageId: stages[0].id, name: "Stage of now", hint: "Of now" });
  await colleague.does("setActionWeight", { actionId: actions[0].id, weight: 77 });
  await colleague.does("moveStage", { stageId: stages[0].id, afterId: stages[2].id });
  await colleague.does("removeAction", { actionId: actions[3].id });
}

/** What is asked, and a text that its answer has and no live object. */
const ASKED = {
  "a preview of a save": {
    text: "Renamed stage",
    ask: ({ client, scene }) =>
      client.query("ProcessScreenPreviewQuery", { input: redesigned(scene) }),
  },
  "a preview of a restore": {
    before: change,
    text: '"name":"Contact"',
    ask: ({ client, scene: { process } }) => {
      const { id: processId, version } = process;
      const input = { processId, version, expectedVersion: version + 5 };
      return client.query("ProcessScreenRestorePreviewQuery", { input });
    },
  },
  "a preview that is refused": {
    text: "INVALID_VALUE",
    ask: ({ client, scene }) => {
      const input = { ...redesigned(scene), name: "" };
      return client.query("ProcessScreenPreviewQuery", { input });
    },
  },
  "a preview from an old version": {
    before: change,
    text: "VERSION_CONFLICT",
    ask: ({ client, scene }) =>
      client.query("ProcessScreenPreviewQuery", { input: redesigned(scene) }),
  },
  "a preview of a restore over changes of others": {
    before: change,
    text: "VERSION_CONFLICT",
    ask: ({ client, scene: { process } }) => {
      const input = { processId: process.id, version: 1, expectedVersion: process.version };
      return client.query("ProcessScreenRestorePreviewQuery", { input });
    },
  },
  "a preview of an import over changes of others": {
    before: change,
    text: "VERSION_CONFLICT",
    ask: ({ client, scene: { process } }) => {
      const { id: processId, version: expectedVersion } = process;
      const file = asFile("Renamed process", "  - stage: Renamed stage");
      const input = { processId, expectedVersion, file };
      return client.query("ProcessScreenImportPreviewQuery", { input });
    },
  },
  "a preview of an import": {
    text: "Renamed stage",
    ask: ({ client, scene: { process } }) => {
      const actions = '[{ action: "Contact: call", weight: 999 }]';
      const first = `  - { stage: Renamed stage, was: Contract, actions: ${actions} }`;
      const { id: processId, version: expectedVersion } = process;
      const input = { processId, expectedVersion, file: asFile("Renamed process", first) };
      return client.query("ProcessScreenImportPreviewQuery", { input });
    },
  },
  "a preview of an import of a new process": {
    text: "Brand new",
    ask: ({ client }) => {
      const input = { file: asFile("Brand new", "  - stage: First") };
      return client.query("ProcessScreenImportPreviewQuery", { input });
    },
  },
  "a preview of a file that cannot be read": {
    text: "INVALID_FILE",
    ask: ({ client }) =>
      client.query("ProcessScreenImportPreviewQuery", { input: { file: "process: [" } }),
  },
  "a preview of a deal in another process": {
    before: weighElsewhere,
    text: '"percent":90',
    ask: ({ client, scene: { deal, actions, other } }) => {
      const mapping = [{ fromActionId: actions[0].id, toActionId: other.actions[0].id }];
      const input = { dealId: deal.id, processId: other.id, mapping };
      return client.query("DealScreenProcessPreviewQuery", { input });
    },
  },
  "a list of the templates": {
    text: "livespace/en",
    ask: ({ client }) => client.query("ProcessScreenTemplatesQuery", {}),
  },
  "an old version": {
    before: change,
    text: '"name":"Contact"',
    ask: ({ client, scene: { process } }) =>
      client.query("ProcessScreenVersionQuery", { id: process.id, number: process.version }),
  },
  "every version, with what it changed": {
    before: change,
    text: '"name":"Contact"',
    ask: ({ client, scene: { process } }) =>
      client.query("ProcessScreenVersionsQuery", { id: process.id }),
  },
  "the differences between two versions": {
    before: change,
    text: '"from":"Contact"',
    ask: ({ client, scene: { process } }) => {
      const variables = { id: process.id, from: process.version, to: process.version + 5 };
      return client.query("ProcessScreenDiffQuery", variables);
    },
  },
  "a save refused by a conflict": {
    before: change,
    text: "Renamed stage",
    ask: ({ client, scene }) =>
      client.mutate("ProcessMutationsSaveProcessMutation", redesigned(scene)),
  },
  "a restore refused by a conflict": {
    before: change,
    text: "VERSION_CONFLICT",
    ask: ({ client, scene: { process } }) => {
      const input = { processId: process.id, version: 1, expectedVersion: process.version };
      return client.mutate("ProcessMutationsRestoreProcessVersionMutation", input);
    },
  },
  "an import refused by a conflict": {
    before: change,
    text: "Renamed stage",
    ask: ({ client, scene: { process } }) => {
      const { id: processId, version: expectedVersion } = process;
      const file = asFile("Renamed process", "  - stage: Renamed stage");
      return client.mutate("ProcessMutationsImportProcessMutation", { processId, expectedVersion, file });
    },
  },
  "a deal's events, with its state before and after": {
    before: moveOn,
    text: '"percent":0',
    ask: ({ client, scene }) => client.query("DealScreenHistoryQuery", { id: scene.deal.id }),
  },
};

/** What was done is worth more in another process, and not all of it can follow. */
async function weighElsewhere(scene) {
  const { colleague, deal, actions } = scene;
  await thereAndBack(scene);
  await colleague.does("setActionWeight", { actionId: scene.other.actions[0].id, weight: 1000 });
  await colleague.does("completeAction", { dealId: deal.id, actionId: actions[2].id });
}

/** So that the first events of the deal tell of another deal than today's. */
async function moveOn(scene) {
  const { colleague, deal, stages, actions, ann } = scene;
  const dealId = deal.id;
  await colleague.does("moveDeal", { dealId, stageId: stages[2].id });
  await colleague.does("completeAction", { dealId, actionId: actions[1].id });
  await colleague.does("updateDeal", { dealId, title: "Bigger engines", ownerId: ann.id });
  await thereAndBack(scene);
  await colleague.does("loseDeal", { dealId, comment: "Too dear" });
}

/** Lets the client see each answer as it comes, and keeps it. */
function overhear(client) {
  const heard = [];
  client.network.tamper = (answer) => (heard.push(JSON.stringify(answer)), answer);
  return heard;
}

for (const [what, { before, text, ask }] of Object.entries(ASKED)) {
  withBoth(`${what} touches nothing`, async ({ scene, client }) => {
    await before?.(scene);
    const open = await openScreens(client, everyScreen(scene));
    const [records, shown, drawn] = [client.records(), open.now(), open.drawn()];
    assert.ok(!JSON.stringify(shown).includes(text), "a screen shows that already");

    const heard = overhear(client);
    await ask({ client, scene });
    const now = await fresh(client, everyScreen(scene));

    assert.equal(heard.length, 1, "one request");
    assert.ok(heard[0].includes(text), heard[0]);
    assertUntouched(records, client.records());
    assert.deepEqual(open.now(), shown);
    assert.deepEqual(open.drawn(), drawn);
    assert.deepEqual(now, shown);
  });
}

withBoth("a conflict brings a stale configurator up to date", async ({ scene, client }) => {
  const here = [[PROCESS, scene.process.id]];
  const open = await openScreens(client, here);
  await change(scene);
  await client.mutate("ProcessMutationsSaveProcessMutation", redesigned(scene));
  assert.equal(client.network.requests, 2);
  assert.deepEqual(open.now(), await fresh(client, here));
});

/** What a server would answer whose previews were made of the live types. */
function careless(value) {
  if (Array.isArray(value)) return value.map(careless);
  if (value === null || typeof value !== "object") return value;
  const fields = Object.entries(value).map(([name, inner]) => [name, careless(inner)]);
  const { stageId, actionId, actions, weight, ...rest } = Object.fromEntries(fields);
  if (actions) return { ...rest, stageId, actions, id: stageId, ...typename(value, "Stage") };
  if (actionId && weight !== undefined) {
    return { ...rest, actionId, weight, id: actionId, ...typename(value, "Action") };
  }
  return Object.fromEntries(fields);
}

function typename(value, name) {
  return value.__typename ? { __typename: name } : {};
}

withBoth("these tests would see a preview that has the id of a live object", async (all) => {
  const { scene, client } = all;
  const open = await openScreens(client, everyScreen(scene));
  const [records, shown] = [client.records(), open.now()];
  client.network.tamper = careless;
  await ASKED["a preview of a save"].ask(all);
  const now = await fresh(client, everyScreen(scene));
  assert.throws(() => assertUntouched(records, client.records()), /(stage|action)_\w+\.\w+ was touched/);
  assert.deepEqual(now, shown, "nothing was saved");
  assert.notDeepEqual(open.now(), shown, "the screen shows what was never saved");
  all.warnings.length = 0; // Relay notices as well
});
