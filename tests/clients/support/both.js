// A test of both clients: each on a scene of its own, with its screens open.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { openApollo } from "./apollo.js";
import { openRelay } from "./relay.js";
import { newScene } from "./scene.js";
import { startServer } from "./server.js";

import "../screens/all.js";

const PATIENCE = { timeout: 180_000 };
let server;

before(async () => (server = await startServer()));
after(() => server?.stop());

/** Runs a test with Apollo Client and with Relay; it fails, too, when a client warns of something. */
export function withBoth(title, body) {
  for (const [name, open] of [["Apollo Client", openApollo], ["Relay", openRelay]]) {
    test(`${name}: ${title}`, PATIENCE, async (context) => {
      const warnings = listen(context);
      const scene = await newScene(server);
      const client = await open(server);
      try {
        await body({ scene, client, server, warnings });
      } finally {
        await client.close();
      }
      assert.deepEqual(warnings, []);
    });
  }
}

/** Says what the schema has, for tests that must not forget anything. */
export function withServer(title, body) {
  test(title, PATIENCE, () => body(server));
}

function listen(context) {
  const warnings = [];
  for (const level of ["warn", "error"]) {
    context.mock.method(console, level, (...words) => warnings.push(words.join(" ")));
  }
  return warnings;
}

/** The names of the fields of a root type. */
export async function fieldsOf(server, type) {
  const { __type } = await server.ask(`{ __type(name: "${type}") { fields { name } } }`);
  return __type.fields.map((field) => field.name).sort();
}

/** Opens these screens; what they show and how often they were drawn, from then on. */
export async function openScreens(client, screens) {
  const open = [];
  let wake = () => {};
  const onDrawn = () => wake();
  for (const [screen, id] of screens) open.push(await client.watch(screen, id, onDrawn));
  return {
    /** Until one of them is drawn again. */
    change: () => new Promise((resolve) => (wake = resolve)),
    now: () => open.map((screen) => screen.now()),
    drawn: () => open.map((screen) => screen.drawn()),
  };
}

/** What the same screens show in a client that knows nothing yet and asks the server. */
export async function fresh(client, screens) {
  const another = client.another();
  try {
    return (await openScreens(another, screens)).now();
  } finally {
    await another.close();
  }
}

/** The items of a feed one after the other, for a test to wait for. */
export function follow(client, subscription, variables) {
  const arrived = [];
  let wake = () => {};
  const push = (step) => (arrived.push(step), wake());
  const sink = {
    next: (item) => push({ item }),
    error: (error) => push({ error }),
  };
  client.follow(subscription, variables, sink);
  return async () => {
    while (arrived.length === 0) await new Promise((resolve) => (wake = resolve));
    const { item, error } = arrived.shift();
    if (error) throw error;
    return item;
  };
}

/** Fails when a field of a record that was there has another value now. New ones may have come. */
export function assertUntouched(before, after) {
  for (const [id, record] of Object.entries(before)) {
    for (const [field, value] of Object.entries(record)) {
      assert.deepEqual(after[id]?.[field], value, `${id}.${field} was touched`);
    }
  }
}
