// The recipes of the README are those that the other tests run.
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { test } from "node:test";

const HERE = new URL("..", import.meta.url);
const read = (file) => readFile(new URL(file, HERE), "utf8");

const recipes = (await readdir(new URL("recipes/", HERE))).map((name) => `recipes/${name}`);

for (const file of [...recipes, "codegen.js"]) {
  test(`the README shows ${file} as it is`, async () => {
    const readme = await read("../../README.md");
    assert.ok(readme.includes(`\`\`\`js\n${await read(file)}\`\`\`\n`), "copy the file into the README, or back");
  });
}
