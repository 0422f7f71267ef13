// The contract as tools judge it: it follows the rules of graphql-eslint, and breaks nobody who uses the
// last release. `released.graphql` is schema.graphql as it was released last; a release replaces it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { CriticalityLevel, diff } from "@graphql-inspector/core";
import { ESLint } from "eslint";
import { buildSchema } from "graphql";

import overrideConfig from "../eslint.config.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const read = (file) => readFile(new URL(file, `file://${ROOT}`), "utf8");

test("graphql-eslint finds nothing in the contract and the operations", { timeout: 120_000 }, async () => {
  const cwd = process.cwd();
  process.chdir(ROOT); // it looks for the schema from there
  try {
    const eslint = new ESLint({ cwd: ROOT, overrideConfigFile: true, overrideConfig });
    const files = await eslint.lintFiles(["schema.graphql", "tests/clients/screens/*.js"]);
    const found = files.flatMap(({ filePath, messages }) =>
      messages.map(({ line, ruleId, message }) => `${filePath}:${line} ${ruleId}: ${message}`),
    );
    assert.deepEqual(found, []);
    assert.ok(files.length > 10, "the operations were looked at");
  } finally {
    process.chdir(cwd);
  }
});

test("graphql-eslint would find an undescribed type", { timeout: 120_000 }, async () => {
  const eslint = new ESLint({ cwd: ROOT, overrideConfigFile: true, overrideConfig });
  const text = `${await read("schema.graphql")}\ntype Silent { id: ID! }\n`;
  const [{ messages }] = await eslint.lintText(text, { filePath: "schema.graphql" });
  assert.match(messages.map(({ ruleId }) => ruleId).join(), /require-description/);
});

/** What of the contract would break clients of the last release. */
async function breaking(contract) {
  const changes = await diff(buildSchema(await read("tests/clients/released.graphql")), buildSchema(contract));
  return changes.filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking);
}

test("the contract breaks no client of the last release", async () => {
  const found = await breaking(await read("schema.graphql"));
  assert.deepEqual(found.map(({ message }) => message), []);
});

const BREAKING = {
  "a field is gone": [/^\ttotalWeight: /m, "\tweightOfAll: "],
  "a field can be null": [/^\tversion: Int!$/m, "\tversion: Int"],
  "an input field is needed": [/^\tmessage: String$/m, "\tmessage: String!"],
  "a value of an enum is gone": [/^\tSALESPERSON$/m, "\tSELLER"],
};

for (const [what, [from, to]] of Object.entries(BREAKING)) {
  test(`it would break them when ${what}`, async () => {
    const contract = await read("schema.graphql");
    assert.match(contract, from);
    const changed = contract.replace(from, to);
    assert.notDeepEqual(await breaking(changed), []);
  });
}
