// The recipes of the README and of docs/ are those that the other tests run, and each block of GraphQL runs as the
// explorer runs what is pasted into it: without variables, as a whole.
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { after, before, test } from "node:test";

import { parse } from "graphql";
import { createClient } from "graphql-ws";
import WebSocket from "ws";

import { newId } from "../recipes/new-id.js";
import { blocksOf, isShown } from "../support/pages.js";
import { addReasons, addWebhook } from "../support/people.js";
import { asInput, newScene } from "../support/scene.js";
import { startServer } from "../support/server.js";

const HERE = new URL("..", import.meta.url);
const read = (file) => readFile(new URL(file, HERE), "utf8");

const recipes = (await readdir(new URL("recipes/", HERE))).map((name) => `recipes/${name}`);

for (const file of [...recipes, "codegen.js"]) {
  test(`a page shows ${file} as it is`, async () => {
    assert.ok(isShown("js", await read(file)), "copy the file into its page, or back");
  });
}

let server;
before(async () => (server = await startServer()));
after(() => server?.stop());

const blocks = blocksOf("graphql");
const title = (block) => block.split("\n").find((line) => /\w/.test(line)).trim() + rootOf(block);
const rootOf = (block) => ` … ${definition(block).selectionSet.selections.map(({ name }) => name.value).join(", ")}`;
const definition = (block) => parse(block).definitions[0];

/** Runs a block as the explorer does: the document alone, a subscription until its first item. */
async function run(block) {
  if (definition(block).operation === "subscription") return first(block);
  const response = await fetch(server.http, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${server.token}` },
    body: JSON.stringify({ query: block }),
  });
  return response.json();
}

function first(query) {
  const connectionParams = { Authorization: `Bearer ${server.token}` };
  const client = createClient({ url: server.socket, webSocketImpl: WebSocket, connectionParams });
  return new Promise((resolve) => {
    const error = (errors) => resolve({ errors });
    client.subscribe({ query }, { next: resolve, error, complete: () => resolve({}) });
  }).finally(() => client.dispose());
}

test("the pages have their blocks of GraphQL", () => assert.ok(blocks.length >= 17, `${blocks.length} blocks`));

for (const { path, block } of blocks) {
  test(`${path}: the block runs when it is pasted: ${title(block)}`, async () => {
    const { definitions } = parse(block);
    assert.equal(definitions.length, 1, "one operation, so that there is nothing to choose");
    const { data, errors = [] } = await run(block);
    const isLive = definitions[0].operation === "subscription";
    const codes = errors.map(({ extensions }) => extensions.code);
    if (isLive && codes.length > 0) return assert.deepEqual(codes, ["NOT_FOUND"], JSON.stringify(errors));
    assert.deepEqual(errors, []);
    const refusals = refusalsOf(data).filter(({ code }) => code && code !== "NOT_FOUND");
    assert.deepEqual(refusals, [], "an id that nothing has is not found, and nothing else is wrong");
  });

  test(`${path}: the block does what it says: ${title(block)}`, async () => {
    const { data, errors } = await run(await withIds(block));
    assert.deepEqual(errors ?? [], []);
    assert.deepEqual(refusalsOf(data), []);
    for (const [field, value] of Object.entries(data)) assert.ok(value, `${field} is there`);
  });
}

function refusalsOf(data) {
  if (Array.isArray(data)) return data.flatMap(refusalsOf);
  if (data === null || typeof data !== "object") return [];
  return Object.entries(data).flatMap(([key, value]) => (key === "userErrors" ? value : refusalsOf(value)));
}

/** The block with ids of things that are there, each in the place of one example. */
async function withIds(block) {
  const scene = await newScene(server);
  const { deal, process, stages, actions, ann, colleague } = scene;
  const has = (word) => block.includes(word);
  const eve = has("member_") ? await addMember(colleague, process) : undefined;
  if (has("close_reason_")) await addReasons(scene);
  if (has("webhook_")) await addWebhook(scene);
  // The first action is done in every scene, and what is left out of a tree goes.
  const open = has("saveProcess") || has("processPreview") ? actions : actions.slice(1);
  const things = {
    deal: [deal.id],
    process: [process.id],
    stage: [stages[0].id],
    action: open.map(({ id }) => id),
    member: [eve, ann.id],
    close_reason: scene.reasons?.map(({ id }) => id),
    webhook: [scene.webhook?.id],
    task: has("task_") ? [await addTask(colleague, deal)] : [],
    note: has("note_") ? [await addNote(colleague, deal)] : [],
    file: has("file_") ? [await addFile(colleague)] : [],
  };
  const known = new Map();
  const fresh = block.replaceAll(/newId: "([a-z_]+)_[0-9a-z]{26}"/g, (_, kind) => `newId: "${newId(kind)}"`);
  const made = new Set([...fresh.matchAll(/newId: "(.*?)"/g)].map(([, id]) => id));
  const filled = fresh.replaceAll(/"([a-z_]+)_[0-9a-z]{26}"/g, (text, kind) => {
    const id = text.slice(1, -1);
    if (made.has(id)) return text;
    if (!known.has(id)) known.set(id, things[kind].shift());
    return `"${known.get(id)}"`;
  });
  return filled.replace(/expectedVersion: \d+/, `expectedVersion: ${process.version}`);
}

async function addMember(colleague, process) {
  const input = { name: "Eve", email: `eve.${process.id}@example.org`, role: "SALESPERSON" };
  return (await colleague.does("addMember", input, "member { id }")).member.id;
}

async function addTask(colleague, deal) {
  const input = { dealId: deal.id, title: "Call", dueOn: "2031-05-06" };
  return (await colleague.does("createTask", input, "task { id }")).task.id;
}

async function addNote(colleague, deal) {
  return (await colleague.does("addNote", { dealId: deal.id, body: "They start in May." }, "note { id }")).note.id;
}

async function addFile(colleague) {
  const bytes = "%PDF-1.7\n";
  const input = { name: "Contract.pdf", contentType: "application/pdf", size: bytes.length };
  const selection = "file { id } upload { url method headers { name value } }";
  const { file, upload } = await colleague.does("createFileUpload", input, selection);
  const headers = Object.fromEntries(upload.headers.map(({ name, value }) => [name, value]));
  const sent = await fetch(new URL(upload.url, server.origin), { method: upload.method, headers, body: bytes });
  assert.ok(sent.ok, `${sent.status}`);
  return file.id;
}

test("ids made as the recipe shows are taken, for new stages and actions and for everything else", async () => {
  const { process, deal, colleague } = await newScene(server);
  const tree = asInput({ process });
  const [stage, action] = [newId("stage"), newId("action")];
  const fresh = { newId: stage, name: "Made here", actions: [{ newId: action, name: "Made here too" }] };
  const input = { ...tree, stages: [...tree.stages, fresh] };
  const saved = await colleague.does("saveProcess", input, "process { stages { id actions { id } } }");
  assert.deepEqual(saved.process.stages.at(-1), { id: stage, actions: [{ id: action }] });
  const task = { newId: newId("task"), dealId: deal.id, title: "Twice", dueOn: "2031-05-06" };
  for (const _ of [1, 2]) {
    const created = await colleague.does("createTask", task, "task { id }");
    assert.equal(created.task.id, task.newId);
  }
});

test("ids made as the recipe shows are UUIDs of version 7, in the order of their time", async () => {
  const letters = "0123456789abcdefghjkmnpqrstvwxyz";
  const bits = (id) => [...id.split("_").at(-1)].reduce((all, it) => (all << 5n) | BigInt(letters.indexOf(it)), 0n);
  const made = [];
  for (let count = 0; count < 50; count += 1) {
    made.push(newId("deal"));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  for (const id of made) {
    const uuid = bits(id);
    assert.match(id, /^deal_[0-7][0-9a-hjkmnp-tv-z]{25}$/);
    assert.deepEqual([(uuid >> 76n) & 15n, (uuid >> 62n) & 3n], [7n, 2n], id);
    assert.ok(Math.abs(Number(uuid >> 80n) - Date.now()) < 60_000, "made now");
  }
  const times = made.map((id) => bits(id) >> 80n);
  assert.ok(times.every((time, at) => at === 0 || time >= times[at - 1]));
  assert.equal(new Set(made).size, made.length);
});
