// Each client as docs/clients.md sets it up: it reads, changes, is told what is wrong, and follows a deal.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { openings } from "../support/openings.js";
import { newScene } from "../support/scene.js";
import { startServer } from "../support/server.js";

const PATIENCE = { timeout: 180_000 };
const QUERY = "DealScreenQuery";
const UPDATE = "DealMutationsUpdateDealMutation";
const PROGRESS = "DealScreenProgressSubscription";

let server;
before(async () => (server = await startServer()));
after(() => server?.stop());

for (const [name, open] of Object.entries(openings)) {
  test(`${name} reads, changes, is told what is wrong, and follows`, PATIENCE, async () => {
    const scene = await newScene(server);
    const client = await open(server);
    try {
      await reads(client, scene);
      await changes(client, scene);
      await isToldWhatIsWrong(client);
      if (client.follow) await follows(client, scene);
    } finally {
      await client.close();
    }
  });
}

async function reads(client, { deal }) {
  const { data, errors } = await client.run(QUERY, { id: deal.id });
  assert.deepEqual(errors ?? [], []);
  const [shown] = Object.values(data);
  assert.equal(shown.id ?? shown.__id, deal.id);
}

async function changes(client, { deal, colleague: { server } }) {
  const input = { dealId: deal.id, title: "Larger engines" };
  const { data, errors } = await client.run(UPDATE, { input });
  assert.deepEqual(errors ?? [], []);
  assert.deepEqual(data.updateDeal.userErrors.map(({ message }) => message), []);
  const now = await server.ask("query($id: ID!) { deal(id: $id) { title } }", deal);
  assert.equal(now.deal.title, "Larger engines");
}

/** A document that the schema refuses, and a refusal of a rule: the one is an error, the other is data. */
async function isToldWhatIsWrong(client) {
  const { data, errors } = await client.runText("query Wrong { viewer { shoeSize } }", {});
  assert.equal(errors.length, 1, "what only follows from it is not told");
  assert.match(errors.map(({ message }) => message).join(), /shoeSize/);
  for (const { extensions } of errors) assert.equal(extensions.code, "GRAPHQL_VALIDATION_FAILED");
  assert.ok(!data);

  const unknown = { dealId: "deal_00000000000000000000000000", title: "Nobody's" };
  const refused = await client.run(UPDATE, { input: unknown });
  assert.deepEqual(refused.data.updateDeal.userErrors.map(({ code }) => code), ["NOT_FOUND"]);
}

/** What came before the client looked, and what a colleague does while it looks. */
async function follows(client, { deal, colleague, start, actions }) {
  const seen = [];
  let wake = () => {};
  const came = () => new Promise((resolve) => (wake = resolve));
  const next = ({ data, errors }) => {
    assert.deepEqual(errors ?? [], []);
    seen.push(data.dealProgress);
    wake();
  };
  const stop = client.follow(PROGRESS, { dealId: deal.id, after: start.dealId }, next);
  while (!seen.some((item) => item.caughtUp)) await came();
  await colleague.does("completeAction", { dealId: deal.id, actionId: actions[1].id });
  while (seen.at(-1).event?.__typename !== "ActionCompleted") await came();
  stop();
}
