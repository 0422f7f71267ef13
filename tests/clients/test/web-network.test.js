// The screen in Chromium while the network is slow and the server is away: it says so, and nothing is lost.
import assert from "node:assert/strict";
import { test } from "node:test";

import { drag } from "../support/drag.js";
import {
  PATIENCE,
  assertAccessible,
  browser,
  dealOf,
  office,
  openOffice,
  server,
  visiting,
} from "../support/office.js";
import { openLine } from "../support/proxy.js";

openOffice();

const column = (page, name) => page.getByRole("region", { name, exact: true });
const card = (where, title) => where.getByRole("link", { name: title, exact: true });
const lost = (page) => page.getByText("The connection is lost. Reconnecting …");

async function newDeal(title) {
  const input = { processId: office.process, title, ownerId: office.sal.id };
  return (await office.boss.does("createDeal", input, "deal { id }")).deal.id;
}

/** Visits by a line of its own. */
async function across(lag, path, given, body) {
  const line = await openLine(server, lag);
  try {
    await visiting(browser, { ...server, origin: line.origin }, path, { token: office.sal.token, ...given }, body);
  } finally {
    line.close();
  }
}

/** Waits until the API says so. */
async function until(id, isSo) {
  for (;;) if (isSo(await dealOf(server, id))) return;
}

test("a board and a deal outlive a server that falls and comes back, without a reload", PATIENCE, async () => {
  const deal = await newDeal("Cables");
  await across(0, `/boards/${office.process}`, { mayFail: true }, (board) =>
    across(0, `/deals/${deal}`, { mayFail: true }, async (page) => {
      const tabs = [board, page];
      await card(column(board, "No stage yet"), "Cables").waitFor();
      await page.getByRole("button", { name: "Add a note" }).click();
      await page.getByRole("textbox", { name: "Note" }).fill("What I am writing just now");
      for (const tab of tabs) await tab.evaluate(() => (globalThis.isTheSame = true));

      await server.fall();
      for (const tab of tabs) await lost(tab).waitFor();
      await assertAccessible(board, "a board without its server");
      // What is done now is refused with a reason, and goes back to where it was.
      await card(board, "Cables").focus();
      await board.keyboard.press("Shift+ArrowRight");
      await board.getByText("The server cannot be reached.").waitFor();
      await card(column(board, "No stage yet"), "Cables").waitFor();
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("The server cannot be reached.").waitFor();

      await server.rise();
      for (const tab of tabs) await lost(tab).waitFor({ state: "detached" });
      await office.boss.does("moveDeal", { dealId: deal, stageId: office.stages.Offer });
      await office.boss.does("updateDeal", { dealId: deal, title: "Long cables" });
      await card(column(board, "Offer"), "Long cables").waitFor();
      await page.getByRole("heading", { name: "Long cables" }).waitFor();
      assert.equal(await page.getByRole("textbox", { name: "Note" }).inputValue(), "What I am writing just now");
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByRole("article").getByText("What I am writing just now").waitFor();
      for (const tab of tabs) assert.ok(await tab.evaluate(() => globalThis.isTheSame), "it was loaded again");
    }),
  );
  assert.equal((await dealOf(server, deal)).notes.nodes.length, 1);
});

test("on a slow network a card says that it is on its way, and goes on from there", PATIENCE, async () => {
  const deal = await newDeal("Drums");
  await across(300, `/boards/${office.process}`, {}, async (page) => {
    const moving = page.locator("[data-card][aria-busy=true]", { has: card(page, "Drums") });
    const over = (name) => column(page, name).and(page.locator(".column-over"));
    await drag(page, card(page, "Drums"), column(page, "Contact"), over("Contact"));
    await card(column(page, "Contact"), "Drums").waitFor();
    await moving.waitFor();
    // It is dragged again before the answer is there.
    await drag(page, card(page, "Drums"), column(page, "Offer"), over("Offer"));
    await card(column(page, "Offer"), "Drums").waitFor();
    await moving.waitFor();
    await page.getByRole("status").getByText("“Drums” is now at Offer.").waitFor({ state: "attached" });
    assert.equal(await moving.count(), 0);
    await card(column(page, "Offer"), "Drums").waitFor();
  });
  assert.equal((await dealOf(server, deal)).stage.name, "Offer");
});

test("on a slow network an action says that it is being done, is done once, and keeps the focus", PATIENCE, async () => {
  const deal = await newDeal("Flutes");
  await across(300, `/deals/${deal}`, {}, async (page) => {
    const focused = () => page.evaluate(() => document.activeElement?.textContent || document.activeElement?.ariaLabel);
    const tick = page.getByRole("button", { name: "Mark “Call them” as done" });
    await tick.focus();
    await page.keyboard.press("Enter");
    await tick.and(page.locator("[aria-busy=true]")).waitFor();
    await page.keyboard.press("Enter");
    assert.equal(await focused(), "Mark “Call them” as done");
    await page.getByLabel("“Call them” is done").waitFor();
    // What was pressed is gone: the focus is on what can be done there now.
    assert.equal(await focused(), "Undo");

    await page.getByRole("button", { name: "Mark “Write down what they need” as done" }).press("Enter");
    const dialog = page.getByRole("dialog", { name: "Write down what they need" });
    await dialog.getByLabel("Note").fill("Two.");
    const done = dialog.getByRole("button", { name: "Mark as done" });
    await done.focus();
    await page.keyboard.press("Enter");
    await done.and(page.locator("[aria-busy=true]")).waitFor();
    assert.equal(await focused(), "Mark as done");
    await dialog.waitFor({ state: "detached" });
    await page.waitForFunction(() => document.activeElement?.textContent === "Undo");
    await assertAccessible(page, "a deal after two actions");
  });
  await until(deal, ({ progress }) => progress.percent === 20);
  assert.equal((await dealOf(server, deal)).notes.nodes.length, 1);
});

test("a board without its server asks for more cards now and then, not as often as it can", PATIENCE, async () => {
  const process = await newProcess(40);
  await across(0, `/boards/${process}`, { token: server.token, mayFail: true }, async (page) => {
    await page.locator("[data-card]").nth(29).waitFor({ state: "attached" });
    let asked = 0;
    await page.route("**/graphql", (route) => (asked++, route.abort()));
    await page.locator(".column-cards").first().evaluate((cards) => cards.scrollTo(0, cards.scrollHeight));
    await page.getByRole("alert").getByText("The server cannot be reached.").waitFor();
    const frames = (count) => new Promise((done) => {
      const next = () => (count-- > 0 ? requestAnimationFrame(next) : done());
      next();
    });
    await page.evaluate(frames, 20);
    // Once, or again after its pause where frames take long; what asks as often as it can does so in each of them.
    assert.ok(asked <= 2, `asked ${asked} times`);
    await card(page, "Deal 0").waitFor({ state: "detached" });
    await page.unroute("**/graphql");
    // It comes by itself.
    await card(page, "Deal 0").waitFor({ state: "attached" });
    // What may be done with a card is asked for when somebody asks, and its failure is there to be tried again.
    await page.route("**/graphql", (route) => route.abort());
    await page.getByRole("button", { name: "What to do with “Deal 39”" }).click();
    const dialog = page.getByRole("dialog", { name: "Deal 39" });
    await dialog.getByRole("heading", { name: /The server cannot be reached/ }).waitFor();
    await assertAccessible(page, "a question that could not be loaded");
    await page.unroute("**/graphql");
    await dialog.getByRole("button", { name: "Try again" }).click();
    await dialog.getByRole("button", { name: "First" }).waitFor();
  });
});

/** A process with many deals, the last one first. */
async function newProcess(count) {
  const file = "process: Many\nstages: [{ stage: First, actions: [{ action: Do it, weight: 1 }] }]\n";
  const { process } = await office.boss.does("importProcess", { file }, "process { id }");
  for (let at = 0; at < count; at++) {
    await office.boss.does("createDeal", { processId: process.id, title: `Deal ${at}` });
  }
  return process.id;
}

test("what cannot be loaded when it is asked for says so, and is there when it is asked for again", PATIENCE, async () => {
  const unreachable = (page) => page.getByRole("alert").getByText("The server cannot be reached.");
  const without = async (page, what, body) => {
    await page.route(what, (route) => route.abort());
    await body();
    await page.getByRole("alert").getByRole("button", { name: "Close" }).first().click();
    await page.unroute(what);
  };
  await across(0, "/boards", { mayFail: true }, async (page) => {
    // The questions of a board come beside it, in a file of their own.
    await page.route("**/assets/questions-*", (route) => route.abort());
    await page.reload();
    await page.getByRole("button", { name: "New deal" }).click();
    await unreachable(page).waitFor();
    await page.getByText("There is a newer version of this page.").waitFor();
  });
  await across(0, "/processes", { token: server.token, mayFail: true }, async (page) => {
    const save = async () => {
      await page.getByRole("button", { name: "More about “Machines”" }).click();
      await page.getByRole("menuitem", { name: "Save as a file" }).click();
    };
    await page.getByRole("link", { name: "Machines" }).waitFor();
    await without(page, "**/graphql", async () => {
      await save();
      await unreachable(page).waitFor();
    });
    const saving = page.waitForEvent("download");
    await save();
    assert.equal((await saving).suggestedFilename(), "Machines.yaml");
  });
  await across(0, "/inbox", { mayFail: true }, async (page) => {
    const isPast = (request) => /"last":20/.test(request.postData() ?? "");
    await page.route("**/graphql", (route) => (isPast(route.request()) ? route.abort() : route.continue()));
    await page.goto(`${new URL(page.url()).origin}/deals/${office.deals.Lathes}`);
    const history = page.getByRole("region", { name: "History" });
    await history.getByText("The server cannot be reached.").waitFor();
    await assertAccessible(page, "a deal without its history");
    await page.unroute("**/graphql");
    await history.getByRole("button", { name: "Try again" }).click();
    await history.getByRole("listitem").first().waitFor();
  });
});
