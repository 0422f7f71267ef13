// The compilers of front ends take the operations in screens/: what they make is sound, and what they
// list as trusted documents is what the server runs.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { parse } from "graphql";

import { startServer } from "../support/server.js";

const HERE = fileURLToPath(new URL("..", import.meta.url));
const PATIENCE = { timeout: 120_000 };

/** Runs a program that npm installed here; what it says is in the error if it fails. */
function run(name, ...args) {
  const program = `${HERE}node_modules/.bin/${name}`;
  const said = ({ stdout, stderr }) => new Error(`${name} failed:\n${stdout}${stderr}`);
  return promisify(execFile)(program, args, { cwd: HERE }).catch((error) => Promise.reject(said(error)));
}

async function manifest(file) {
  return Object.entries(JSON.parse(await readFile(`${HERE}${file}`, "utf8")));
}

test("graphql-codegen's client preset compiles, and TypeScript takes it strictly", PATIENCE, async () => {
  await run("graphql-codegen", "--config", "codegen.js");
  await run("tsc", "--project", "typed");
  await isSound(await manifest("typed/__generated__/persisted-documents.json"));
});

test("relay-compiler lists trusted documents", PATIENCE, async () => {
  await rm(`${HERE}trusted`, { recursive: true, force: true }); // it lists only what is new to it
  await mkdir(`${HERE}trusted/artifacts`, { recursive: true });
  await writeFile(`${HERE}trusted/relay.json`, "{}"); // it adds to a file that is there
  await run("relay-compiler", "relay.trusted.json");
  await isSound(await manifest("trusted/relay.json"));
});

/** What both wrote, run by hash alone; a hash that nobody wrote down is refused. */
test("the server runs what both list, by the hash alone", PATIENCE, async () => {
  const files = ["trusted/relay.json", "typed/__generated__/persisted-documents.json"];
  const flags = files.flatMap((file) => ["--trusted-documents", `${HERE}${file}`]);
  const server = await startServer(...flags, "--trusted-only");
  try {
    for (const file of files) {
      const [id] = (await manifest(file)).find(([, text]) => text.includes("query InboxScreenQuery"));
      const { data } = await post(server, { documentId: id });
      assert.ok(data.viewer, file);
    }
    const { errors } = await post(server, { documentId: `sha256:${"0".repeat(64)}` });
    assert.equal(errors.length, 1);
  } finally {
    await server.stop();
  }
});

async function post({ http, token }, asked) {
  const headers = { "Content-Type": "application/json", Authorization: `Bearer ${token}` };
  return (await fetch(http, { method: "POST", headers, body: JSON.stringify(asked) })).json();
}

/** As many as there are operations, each with a text that is one. */
async function isSound(documents) {
  assert.ok(documents.length > 50, `${documents.length} documents`);
  for (const [, text] of documents) {
    assert.ok(parse(text).definitions.some(({ kind }) => kind === "OperationDefinition"));
  }
}
