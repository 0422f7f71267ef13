// The close reasons, on a server that has some: closing a deal then needs one.
import assert from "node:assert/strict";

import { assertUntouched, fresh, openScreens, withBoth } from "../support/both.js";
import { refreshes } from "../support/payloads.js";
import { FOR_A_REASON, OF_THE_REASONS, addReasons } from "../support/people.js";
import { DEAL, REASONS } from "../support/scene.js";

for (const [mutation, step] of Object.entries(OF_THE_REASONS)) refreshes(mutation, step);
for (const [mutation, step] of Object.entries(FOR_A_REASON)) {
  refreshes(`${mutation} where there are reasons`, { mutation, ...step });
}

withBoth("a refusal that says which reasons there are touches nothing", async ({ scene, client }) => {
  await addReasons(scene);
  const screens = [[REASONS], [DEAL, scene.deal.id]];
  const open = await openScreens(client, screens);
  const [records, shown, drawn] = [client.records(), open.now(), open.drawn()];

  let heard;
  client.network.tamper = (answer) => (heard = answer);
  await client.mutate("DealMutationsLoseDealMutation", { dealId: scene.deal.id });
  const [{ code, reasons }] = heard.data.loseDeal.userErrors;
  assert.equal(code, "CLOSE_REASON_REQUIRED");
  assert.deepEqual(reasons.slice(-2).map(({ id }) => id), scene.reasons.map(({ id }) => id));
  assertUntouched(records, client.records());
  assert.deepEqual([open.now(), open.drawn()], [shown, drawn]);
  assert.deepEqual(await fresh(client, screens), shown);
});

withBoth("what a deal was closed for, under the name of then, touches nothing", async (all) => {
  const { scene, client } = all;
  const { before, input } = OF_THE_REASONS.updateCloseReason;
  await before(scene);
  await scene.colleague.does("updateCloseReason", input(scene));
  const screens = [[REASONS], [DEAL, scene.deal.id]];
  const open = await openScreens(client, screens);
  const [records, shown, drawn] = [client.records(), open.now(), open.drawn()];

  const then = `Price ${scene.process.id}`;
  assert.ok(!JSON.stringify(records).includes(then), "the cache knows that already");
  await client.query("DealScreenHistoryQuery", { id: scene.deal.id });
  assert.ok(JSON.stringify(client.records()).includes(then), "an event tells of it");
  assertUntouched(records, client.records());
  assert.deepEqual([open.now(), open.drawn()], [shown, drawn]);
});
