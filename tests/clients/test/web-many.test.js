// More processes than the API gives at once, in Chromium, on the real server: all are there to choose from, by name.
import assert from "node:assert/strict";
import { test } from "node:test";

import { PATIENCE, assertAccessible, here, office, openOffice } from "../support/office.js";

openOffice();

/** As the language sorts: ł after l, and 9 before 10. */
const FIRST = ["Łąki", "Lasy", "Ławy", "Lody"];
const LAST = ["Łąki 9", "Żagle"];
const SORTED = ["Lasy", "Lody", "Ławy", "Łąki", "Łąki 9", "Łąki 10"];

let made = false;

async function makeMany() {
  if (made) return;
  made = true;
  const numbered = Array.from({ length: 130 }, (_, at) => `Process ${at + 1}`);
  for (const name of [...FIRST, "Łąki 10", ...numbered, ...LAST]) await office.boss.does("createProcess", { name });
}

const button = (where, name) => where.getByRole("button", { name, exact: true });

/** Those of the names that are in a list, in its order. */
const among = (names) => names.map((name) => name.trim()).filter((name) => SORTED.includes(name));

test("a board's menu has every other one, by name, and a letter leads to it", PATIENCE, async () => {
  await makeMany();
  await here(`/boards/${office.process}`, {}, async (page) => {
    await button(page, "Another board").click();
    const items = page.getByRole("menuitem");
    await items.filter({ hasText: "Żagle" }).waitFor();
    for (const name of [...SORTED, "Process 1", "Process 130"]) await items.getByText(name, { exact: true }).waitFor();
    assert.deepEqual(among(await items.allTextContents()), SORTED);
    await assertAccessible(page, "a long menu");
    await page.keyboard.press("z");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Żagle", level: 1 }).waitFor();
  });
});

test("the default process is found wherever it is in the list", PATIENCE, async () => {
  await makeMany();
  const { process } = await office.boss.does("createProcess", { name: "Zegary" }, "process { id }");
  await office.boss.does("setDefaultProcess", { processId: process.id });
  await here("/", {}, (page) => page.getByRole("heading", { name: "Zegary", level: 1 }).waitFor());
});

test("the list of processes has all of them, by name", PATIENCE, async () => {
  await makeMany();
  await here("/processes", {}, async (page) => {
    await page.getByRole("link", { name: "Żagle", exact: true }).waitFor();
    const names = await page.locator(".process-list h2").allTextContents();
    assert.deepEqual(among(names), SORTED);
    assert.ok(names.indexOf("Process 9") < names.indexOf("Process 10"));
  });
});

test("a webhook is told of any process, and of those that are chosen", PATIENCE, async () => {
  await makeMany();
  await here("/admin/webhooks", {}, async (page) => {
    await button(page, "Add a webhook").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Only these").last().check();
    await dialog.getByLabel("Żagle", { exact: true }).check();
    assert.deepEqual(among(await dialog.locator(".some-options").last().locator("label").allTextContents()), SORTED);
    await assertAccessible(page, "a webhook and many processes");
  });
});
