// Dialogs that the browser closes by itself, and lists of which more is asked for: nobody is left nowhere, in Chromium.
import assert from "node:assert/strict";
import { test } from "node:test";

import { PATIENCE, here, office, openOffice } from "../support/office.js";

openOffice();

const button = (where, name) => where.getByRole("button", { name, exact: true });
const dialog = (page, name) => page.getByRole("dialog", { name, exact: true });

async function newDeal(title) {
  const input = { processId: office.process, title, ownerId: office.sal.id };
  return (await office.boss.does("createDeal", input, "deal { id }")).deal.id;
}

/** What Chromium does at Escape when nobody has done anything on the page since the last one: it does not ask. */
const shut = (page) => page.evaluate(() => document.querySelector("dialog").close());

test("a dialog that the browser closes by itself is gone, and can be opened again", PATIENCE, async () => {
  const deal = await newDeal("Axles");
  await here(`/deals/${deal}`, { token: office.sal.token }, async (page) => {
    for (let round = 0; round < 2; round++) {
      await button(page, "Edit").click();
      await dialog(page, "Edit the deal").waitFor();
      await shut(page);
      await page.locator("dialog").waitFor({ state: "detached" });
    }
  });
});

test("a dialog that has to stay is shown again when the browser has closed it", PATIENCE, () =>
  here("/admin/tokens", {}, async (page) => {
    await button(page, "Create a token").click();
    await page.getByLabel("What it is for").fill("A laptop");
    await page.keyboard.press("Enter");
    const secret = button(page, "I have copied it");
    await secret.waitFor();
    await shut(page);
    await page.getByRole("dialog").getByRole("alert").waitFor();
    await secret.press("Enter");
    await page.locator("dialog").waitFor({ state: "detached" });
  }),
);

test("giving up a choice of files is not giving up the dialog", PATIENCE, async () => {
  const deal = await newDeal("Brakes");
  await here(`/deals/${deal}`, { token: office.sal.token }, async (page) => {
    await button(page, "Mark “Send the offer” as done").click();
    const asks = dialog(page, "Send the offer");
    await asks.locator("input[type=file]").evaluate((field) => field.dispatchEvent(new Event("cancel", { bubbles: true })));
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    assert.ok(await asks.isVisible());
  });
});

/** Asks for more by keyboard: the first row that comes has the focus. */
async function goOn(page, rows) {
  await button(page, "Show more").waitFor();
  const shown = await page.locator(rows).count();
  await button(page, "Show more").press("Enter");
  const isAt = ([rows, shown]) => [...document.querySelectorAll(rows)].findIndex((row) => row.contains(document.activeElement)) === shown;
  await page.waitForFunction(isAt, [rows, shown]);
}

/** Does the same so often, a few at a time. */
async function often(count, mutation, input) {
  for (let at = 0; at < count; at += 5)
    await Promise.all([0, 1, 2, 3, 4].map((more) => office.boss.does(mutation, input(at + more))));
}

test("who asks for more tasks of a deal goes on at the first of what comes", PATIENCE, async () => {
  const dealId = await newDeal("Cogs");
  await often(55, "createTask", (at) => ({ dealId, title: `Cog ${at}`, dueOn: "2031-01-01", assigneeId: office.sal.id }));
  await here(`/deals/${dealId}`, { token: office.sal.token }, (page) => goOn(page, ".todos li"));
});

test("who asks for more of a list that comes page by page does so, too", PATIENCE, async () => {
  await often(50, "addMember", (at) => ({ name: `Member ${at}`, email: `member${at}@example.org`, role: "SALESPERSON" }));
  await here("/admin/members", {}, (page) => goOn(page, "main li"));
});
