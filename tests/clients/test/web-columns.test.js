// Long columns of a board in Chromium, on the real server: nothing that was shown is lost while others work.
import assert from "node:assert/strict";
import { test } from "node:test";

import { PATIENCE, here, office, openOffice, server } from "../support/office.js";

openOffice();

const column = (page, name) => page.getByRole("region", { name, exact: true });
const card = (where, title) => where.getByRole("link", { name: title, exact: true });
const titles = (where) => where.locator(".deal-title").allTextContents();
const numbered = (count, name) => Array.from({ length: count }, (_, at) => `${name} ${String(at).padStart(3, "0")}`);

/** A process of its own: its stages, and its deals by their titles, the last one made last. */
async function newProcess(name, wanted) {
  const file = `process: ${name}\nstages: [{ stage: First, actions: [] }, { stage: Second, actions: [] }]\n`;
  const { process } = await office.boss.does("importProcess", { file }, "process { id stages { id name } }");
  const stages = Object.fromEntries(process.stages.map(({ id, name }) => [name, id]));
  const deals = {};
  for (const title of wanted) {
    const { deal } = await office.boss.does("createDeal", { processId: process.id, title }, "deal { id }");
    deals[title] = deal.id;
  }
  return { board: `/boards/${process.id}`, stages, deals };
}

/** Waits until a column was read again, and has so many cards in all. */
const counts = (where, count) => where.locator(".column-count").getByText(String(count), { exact: true }).waitFor();

/** Waits until one is the first card of a column. */
const isFirst = (where, title) => where.locator(".deal").first().filter({ hasText: title }).waitFor();

/** Scrolls through a column until one of its cards is there. */
async function scrollTo(where, title) {
  while ((await card(where, title).count()) === 0) {
    await where.locator(".column-cards").evaluate((cards) => cards.scrollTo(0, cards.scrollHeight));
  }
}

test("beyond a hundred cards none is lost when others change one, move one here, and take one away", PATIENCE, async () => {
  const all = numbered(130, "Deal");
  const { board, stages, deals } = await newProcess("Long", [...all, "Old"]);
  await here(`${board}?order=active`, {}, async (page) => {
    const none = column(page, "No stage yet");
    await scrollTo(none, all[0]);
    await office.boss.does("addNote", { dealId: deals[all[10]], body: "They called." });
    await isFirst(none, all[10]);
    assert.deepEqual((await titles(none)).sort(), [...all, "Old"].sort());
    await office.boss.does("moveDeal", { dealId: deals.Old, stageId: stages.First });
    await counts(column(page, "First"), 1);
    await office.boss.does("moveDeal", { dealId: deals.Old, stageId: null });
    await isFirst(none, "Old");
    await counts(none, 131);
    await office.boss.does("outdateDeal", { dealId: deals[all[90]] });
    await counts(none, 130);
    assert.deepEqual((await titles(none)).sort(), [...all.filter((title) => title !== all[90]), "Old"].sort());
  });
});

test("what is changed so that it fits the filters no more goes, and what still fits is found wherever it went", PATIENCE, async () => {
  const all = numbered(120, "Deal");
  const { board, deals } = await newProcess("Narrow", all);
  const { viewer } = await server.ask("{ viewer { member { id } } }");
  await here(`${board}?owner=${viewer.member.id}&order=title`, {}, async (page) => {
    const none = column(page, "No stage yet");
    await scrollTo(none, all[119]);
    await office.boss.does("updateDeal", { dealId: deals[all[5]], title: "Deal 117 b" });
    await card(none, "Deal 117 b").waitFor();
    await office.boss.does("updateDeal", { dealId: deals[all[6]], ownerId: office.sal.id });
    await card(none, all[6]).waitFor({ state: "detached" });
    const rest = all.filter((title) => title !== all[5] && title !== all[6]);
    assert.deepEqual(await titles(none), [...rest, "Deal 117 b"].sort());
  });
});

test("a card that one moves far down a column stays in sight, and keeps the focus", PATIENCE, async () => {
  const all = numbered(35, "Deal");
  const { board, stages, deals } = await newProcess("Moved", [...all, "Zebra"]);
  for (const title of all) await office.boss.does("moveDeal", { dealId: deals[title], stageId: stages.First });
  await here(`${board}?order=title`, {}, async (page) => {
    const first = column(page, "First");
    await card(first, all[0]).waitFor();
    await card(page, "Zebra").focus();
    await page.keyboard.press("Shift+ArrowRight");
    // It is put first, and goes to where it belongs when the column was read again.
    await isFirst(first, "Zebra");
    await isFirst(first, all[0]);
    await page.waitForFunction(() => document.activeElement?.textContent === "Zebra");
    const { y, height } = await card(first, "Zebra").boundingBox();
    assert.ok(y >= 0 && y + height <= 900, `it is at ${y}`);
    await page.keyboard.press("Shift+ArrowRight");
    await card(column(page, "Second"), "Zebra").waitFor();
    await page.waitForFunction(() => document.activeElement?.textContent === "Zebra");
  });
});
