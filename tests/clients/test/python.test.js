// Python's gql as it comes: .ci/run makes the environment that it is in.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { isShown } from "../support/pages.js";
import { startServer } from "../support/server.js";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const python = process.env.PYTHON || path("../../../target/python/bin/python");
const missing = existsSync(python) ? false : `${python} is not there: .ci/run says how to make it`;

test("gql asks and follows with its defaults on every transport", { skip: missing, timeout: 120_000 }, async () => {
  const server = await startServer();
  try {
    const { stdout } = await promisify(execFile)(python, [path("../python/check.py"), server.http, server.token]);
    assert.equal(stdout.match(/asks$/gm).length, 10, stdout);
    assert.equal(stdout.match(/follows$/gm).length, 6, stdout);
    assert.equal(stdout.match(/is told$/gm).length, 3, stdout);
  } finally {
    await server.stop();
  }
});

test("a page shows python/recipe.py as it is", async () => {
  assert.ok(isShown("python", await readFile(path("../python/recipe.py"), "utf8")), "copy the file into its page, or back");
});
