// The receiver of docs/webhooks.md, told by the real server.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { after, before, test } from "node:test";

import { Webhook } from "standardwebhooks";

import { openReceiver } from "../recipes/webhook.js";
import { newScene } from "../support/scene.js";
import { startServer } from "../support/server.js";

const PATIENCE = { timeout: 180_000 };

let server;
before(async () => (server = await startServer("--webhook-allow-network", "127.0.0.0/8")));
after(() => server?.stop());

/** A port that nobody listens at: the secret comes with the URL, and the receiver needs it from the start. */
async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}

/** Keeps each event once, as a queue with keys does, and lets a test wait for so many. */
function newQueue() {
  const kept = new Map();
  let wake = () => {};
  const keep = async (id, event) => {
    kept.set(id, event);
    wake();
  };
  const reach = async (count) => {
    while (kept.size < count) await new Promise((resolve) => (wake = resolve));
    return [...kept.values()];
  };
  return { kept, keep, reach };
}

async function listen(receiver, port) {
  receiver.listen(port, "127.0.0.1");
  await once(receiver, "listening");
}

function close(receiver) {
  receiver.close();
  receiver.closeAllConnections();
}

test("the receiver of the page is told of everything, in order, also while the secret changes", PATIENCE, async () => {
  const { colleague, deal } = await newScene(server);
  const [port, queue] = [await freePort(), newQueue()];
  const endpoint = { name: "ERP", url: `http://127.0.0.1:${port}/hooks` };
  const { webhook, secret } = await colleague.does("createWebhook", endpoint, "webhook { id } secret");
  const receiver = openReceiver(secret, queue.keep);
  await listen(receiver, port);
  try {
    for (const title of ["One", "Two", "Three"]) await colleague.does("updateDeal", { dealId: deal.id, title });
    await queue.reach(3);
    await colleague.does("rotateWebhookSecret", { webhookId: webhook.id }); // the old one signs for a while, too
    await colleague.does("updateDeal", { dealId: deal.id, title: "Four" });
    const events = await queue.reach(4);
    assert.deepEqual([...queue.kept.keys()], events.map(({ data }) => data.id));
    const versions = events.map(({ data }) => data.version);
    assert.deepEqual(versions, [0, 1, 2, 3].map((more) => versions[0] + more));
    assert.ok(events.every(({ data }) => data.deal.id === deal.id));
  } finally {
    await colleague.does("deleteWebhook", { webhookId: webhook.id });
    close(receiver);
  }
});

test("the receiver of the page takes nothing from others, and says so when it cannot keep something", PATIENCE, async () => {
  const [port, queue, secret] = [await freePort(), newQueue(), `whsec_${btoa("a secret of the tests, 32 bytes.")}`];
  let keeps = true;
  const receiver = openReceiver(secret, (id, event) => (keeps ? queue.keep(id, event) : Promise.reject(new Error("full"))));
  await listen(receiver, port);
  const send = async (signer, body, changed = body) => {
    const [id, now] = ["event_1", new Date()];
    const headers = {
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(now / 1000)),
      "webhook-signature": new Webhook(signer).sign(id, now, body),
    };
    return (await fetch(`http://127.0.0.1:${port}`, { method: "POST", headers, body: changed })).status;
  };
  try {
    assert.equal(await send(`whsec_${btoa("another secret of the tests, too")}`, "{}"), 401);
    assert.equal(await send(secret, "{}", '{"data":1}'), 401);
    keeps = false;
    assert.equal(await send(secret, "{}"), 503);
    assert.equal(queue.kept.size, 0);
    keeps = true;
    assert.equal(await send(secret, "{}"), 204);
    assert.equal(await send(secret, "{}"), 204);
    assert.equal(queue.kept.size, 1, "the same again changes nothing");
  } finally {
    close(receiver);
  }
});
