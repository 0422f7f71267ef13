// The recipes of docs/live.md for subscriptions, when the line is cut and when the server is started again:
// everything that happened arrives, once, in order.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { openEvents } from "../recipes/events.js";
import { openSocket } from "../recipes/socket.js";
import "../support/openings.js";
import { openLine } from "../support/proxy.js";
import { newScene } from "../support/scene.js";
import { startServer } from "../support/server.js";

const PATIENCE = { timeout: 90_000 };
const FOLLOW = `subscription Follow($dealId: ID!, $after: FeedCursor) {
  dealProgress(dealId: $dealId, after: $after) { caughtUp event { after { version } } deal { id } }
}`;

let server;
before(async () => (server = await startServer()));
after(() => server?.stop());

const clients = {
  "graphql-ws": (line) => openSocket(line.socket, server.token),
  "graphql-sse": (line) => openEvents(line.http, server.token),
};
const losses = {
  "the line was cut": (line) => line.cut(),
  "the server was started again": () => server.restart(),
};

for (const [name, open] of Object.entries(clients)) {
  for (const [what, lose] of Object.entries(losses)) {
    test(`${name} goes on where it was after ${what}`, PATIENCE, async () => {
      const scene = await newScene(server);
      const line = await openLine(server);
      const client = open(line);
      try {
        await goesOn(scene, client, () => lose(line));
      } finally {
        client.dispose();
        line.close();
      }
    });
  }
}

/** Two deals are followed by one client, so that the places in their logs cannot be mixed up. */
async function goesOn(scene, client, lose) {
  const other = await anotherDeal(scene);
  const deals = [scene.deal, other].map((deal) => follow(client, deal));
  const changed = async (times) => {
    for (let time = 0; time < times; time += 1) await rename(scene, other);
    await rename(scene, scene.deal);
  };
  await changed(2);
  await Promise.all(deals.map((deal) => deal.until(scene)));
  await changed(1);
  await lose();
  await changed(3);
  await Promise.all(deals.map((deal) => deal.until(scene)));
  for (const { versions } of deals) {
    assert.deepEqual(versions, versions.map((_, place) => 2 + place), "each once and in order");
  }
}

async function anotherDeal({ colleague, process }) {
  const input = { processId: process.id, title: "Gears" };
  const { deal } = await colleague.does("createDeal", input, "deal { id feedCursor }");
  return deal;
}

let names = 0;
function rename({ colleague }, deal) {
  return colleague.does("updateDeal", { dealId: deal.id, title: `Name ${(names += 1)}` });
}

/** The versions of a deal as its events tell of them, from where the scene began. */
function follow(client, { id, feedCursor }) {
  const versions = [];
  let wake = () => {};
  let failed;
  const next = ({ data, errors }) => {
    if (errors) failed = new Error(JSON.stringify(errors));
    const version = data?.dealProgress.event?.after.version;
    if (version) versions.push(version);
    wake();
  };
  const error = (reason) => ((failed = new Error("ended", { cause: reason })), wake());
  const variables = { dealId: id, after: feedCursor };
  client.subscribe({ query: FOLLOW, variables }, { next, error, complete() {} });
  const until = async ({ colleague: { server } }) => {
    const { deal } = await server.ask("query($id: ID!) { deal(id: $id) { version } }", { id });
    while (!failed && (versions.at(-1) ?? 0) < deal.version) await new Promise((resolve) => (wake = resolve));
    if (failed) throw failed;
  };
  return { versions, until };
}
