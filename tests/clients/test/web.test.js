// The screen in Chromium, on the real server: what a salesperson does with it, by mouse and by keyboard.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { visit } from "../support/browser.js";
import { drag, drop, take } from "../support/drag.js";
import {
  PATIENCE,
  assertAccessible,
  browser,
  dealOf,
  here,
  office,
  openOffice,
  server,
  visiting,
} from "../support/office.js";
import { startServer } from "../support/server.js";

openOffice();

const column = (page, name) => page.getByRole("region", { name, exact: true });
const card = (where, title) => where.getByRole("link", { name: title, exact: true });
const over = (page, name) => column(page, name).and(page.locator(".column-over"));
const board = () => `/boards/${office.process}`;

/** A deal of its own for a test that changes it. */
async function newDeal(title, more = {}) {
  const input = { processId: office.process, title, ownerId: office.sal.id, ...more };
  return (await office.boss.does("createDeal", input, "deal { id }")).deal.id;
}

/** Waits until the API says so. */
async function until(id, isSo) {
  for (;;) {
    const deal = await dealOf(server, id);
    if (isSo(deal)) return deal;
  }
}

test("one signs in by a link or a form, and signing out leaves nothing behind", PATIENCE, async () => {
  const { page, close } = await visit(browser, server.origin, "/");
  await assertAccessible(page, "the sign-in form");
  await page.getByLabel("Your token").fill("wp_not-a-token");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("This token is not valid").waitFor();
  await page.getByLabel("Your token").fill(`${server.origin}/#token=${office.sal.token}`);
  await page.getByLabel("Keep me signed in").check();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "You and this page" }).click();
  await page.getByText("Sal Sales").first().waitFor();
  await assertAccessible(page, "the menu");
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByLabel("Your token").waitFor();
  const kept = () =>
    [...Object.keys(localStorage), ...Object.keys(sessionStorage)].filter((name) => !name.startsWith("waypost:look:"));
  assert.deepEqual(await page.evaluate(kept), []);
  await close();
});

test("the token leaves the address, and the explorer is one click away", PATIENCE, () =>
  here(board(), {}, async (page) => {
    await page.getByRole("heading", { name: "Machines", level: 1 }).waitFor();
    assert.ok(!page.url().includes("token"));
    await page.getByRole("button", { name: "You and this page" }).click();
    await page.getByRole("menuitem", { name: "API explorer" }).click();
    await page.getByText(/Signed in as/).waitFor();
  }),
);

test("a board has the deals by stage, with counts and sums, in both languages", PATIENCE, async () => {
  await here(board(), {}, async (page) => {
    const none = column(page, "No stage yet");
    await card(none, "Presses").waitFor();
    assert.match(await none.locator(".column-sums").innerText(), /€3,500/);
    assert.match(await none.locator(".column-sums").ariaSnapshot(), /^- paragraph: 2 deals, €3,500$/);
    assert.equal(await card(page, "Robots").count(), 0, "closed deals are not shown");
    await assertAccessible(page, "the board");
    await page.getByLabel("Status").selectOption("OUTDATED");
    await card(page, "Robots").waitFor();
    assert.match(page.url(), /status=OUTDATED/);
  });
  await here(board(), { locale: "pl" }, async (page) => {
    await column(page, "Jeszcze bez etapu").getByRole("link", { name: "Presses" }).waitFor();
    assert.match(await column(page, "Jeszcze bez etapu").locator(".column-sums").innerText(), /3\s500\s€/);
    assert.equal(await page.evaluate(() => document.documentElement.lang), "pl");
    await assertAccessible(page, "the board in Polish, narrow");
  });
});

test("a card moved by keyboard is seen in another tab, with nothing read again by hand", PATIENCE, async () => {
  const deal = await newDeal("Cranes");
  await here(board(), { token: office.sal.token }, async (page) => {
    await here(board(), {}, async (other) => {
      await card(column(other, "No stage yet"), "Cranes").waitFor();
      await card(column(page, "No stage yet"), "Cranes").focus();
      await page.keyboard.press("Shift+ArrowRight");
      await card(column(other, "Contact"), "Cranes").waitFor();
      await page.keyboard.press("m");
      await page.getByRole("dialog", { name: "Cranes" }).getByRole("button", { name: "Contract" }).press("Enter");
      await card(column(other, "Contract"), "Cranes").waitFor();
      assert.equal(await card(column(other, "No stage yet"), "Cranes").count(), 0);
    });
    // Somebody else moves it right after: it does not jump without a word.
    await office.boss.does("moveDeal", { dealId: deal, stageId: office.stages.Offer });
    await page.getByText(/“Cranes”, which you moved, has just been changed by/).waitFor();
    await card(column(page, "Offer"), "Cranes").waitFor();
    assert.equal((await dealOf(server, deal)).stage.name, "Offer");
  });
});

test("a card is dragged to a stage, and to where its deal is closed", PATIENCE, async () => {
  const deal = await newDeal("Saws");
  await here(board(), { token: office.sal.token }, async (page) => {
    await drag(page, card(page, "Saws"), column(page, "Offer"), over(page, "Offer"));
    await card(column(page, "Offer"), "Saws").waitFor();
    await until(deal, ({ stage }) => stage?.name === "Offer");
    await drag(page, card(page, "Saws"), page.locator(".closing-lost"), page.locator(".closing-lost.closing-over"));
    const dialog = page.getByRole("dialog", { name: "Close as lost" });
    await assertAccessible(page, "the question why");
    await dialog.getByLabel("Reason").selectOption("Too expensive");
    await dialog.getByRole("button", { name: "Mark as lost" }).click();
    await card(page, "Saws").waitFor({ state: "detached" });
  });
  assert.equal((await dealOf(server, deal)).status, "LOST");
});

test("a drag ends as it would have, whatever others do to its card meanwhile", PATIENCE, async () => {
  const deal = await newDeal("Files");
  const tray = (page) => page.locator(".closings:not(.closings-away)");
  await here(board(), {}, async (page) => {
    await take(page, card(page, "Files"));
    await tray(page).waitFor();
    await office.boss.does("moveDeal", { dealId: deal, stageId: office.stages.Contract });
    await card(column(page, "Contract"), "Files").waitFor();
    await drop(page, page.locator(".closing-won"), page.locator(".closing-won.closing-over"));
    await page.getByRole("alert").getByText(/Sign the contract/).waitFor();
    await tray(page).waitFor({ state: "detached" });
    await take(page, card(page, "Files"));
    await office.boss.does("outdateDeal", { dealId: deal });
    await card(page, "Files").waitFor({ state: "detached" });
    await drop(page, column(page, "Offer"), over(page, "Offer"));
    await page.getByText("“Files” is not on this board any more.").waitFor();
    await tray(page).waitFor({ state: "detached" });
  });
});

test("what may not be moved says why before, and a refused move says why and goes back", PATIENCE, () =>
  here(`${board()}?status=OUTDATED`, {}, async (page) => {
    await card(page, "Robots").focus();
    await page.keyboard.press("m");
    const dialog = page.getByRole("dialog", { name: "Robots" });
    await dialog
      .getByText(/outdated/)
      .first()
      .waitFor();
    assert.ok(await dialog.getByRole("button", { name: "Offer" }).isDisabled());
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    // The focus is where it was.
    await page.waitForFunction(() => document.activeElement.innerText === "Robots");
    await page.keyboard.press("Shift+ArrowRight");
    await page
      .getByRole("alert")
      .getByText(/“Robots” stays where it is: .*outdated/)
      .waitFor();
    await card(column(page, "No stage yet"), "Robots").waitFor();
  }),
);

test("what the filters say is in the address, and a new deal is on the board", PATIENCE, () =>
  here(`${board()}?text=press`, { token: office.sal.token }, async (page) => {
    await card(page, "Presses").waitFor();
    assert.equal(await card(page, "Lathes").count(), 0);
    await page.getByRole("button", { name: "Clear filters" }).click();
    await card(page, "Lathes").waitFor();
    await page.getByRole("button", { name: "New deal" }).click();
    const dialog = page.getByRole("dialog", { name: "New deal" });
    await dialog.getByLabel("Title").fill("  ");
    await dialog.getByLabel("Value").fill("1 234,50");
    await dialog.getByLabel("Currency").fill("PLN");
    await dialog.getByRole("button", { name: "Create deal" }).click();
    await dialog.getByRole("alert").first().waitFor();
    await dialog.getByLabel("Title").fill("Drills");
    await assertAccessible(page, "a new deal");
    await dialog.getByRole("button", { name: "Create deal" }).click();
    await card(column(page, "No stage yet"), "Drills").waitFor();
    await page.getByText("PLN 1,234.50", { exact: true }).waitFor();
  }),
);

test("an action asks for the note and the file that it needs, and can be undone", PATIENCE, async () => {
  const deal = await newDeal("Mills");
  await here(`/deals/${deal}`, { token: office.sal.token }, async (page) => {
    await page.getByRole("button", { name: "Mark “Write down what they need” as done" }).click();
    const dialog = page.getByRole("dialog", { name: "Write down what they need" });
    await assertAccessible(page, "the question for a note");
    await dialog.getByLabel("Note").fill("Two **big** ones.");
    await dialog.getByRole("button", { name: "Mark as done" }).click();
    await page.getByLabel("“Write down what they need” is done").waitFor();
    await page.getByText("10 %").first().waitFor();

    await page.getByRole("button", { name: "Mark “Send the offer” as done" }).click();
    const asks = page.getByRole("dialog", { name: "Send the offer" });
    await asks.getByLabel(/^Note/).fill("Sent.");
    await asks.getByRole("button", { name: "Mark as done" }).click();
    await asks.getByText(/file/i).last().waitFor();
    await asks
      .locator("input[type=file]")
      .setInputFiles({ name: "Offer.txt", mimeType: "text/plain", buffer: Buffer.from("An offer") });
    await asks.locator("progress").waitFor({ state: "detached" });
    await asks.getByRole("button", { name: "Mark as done" }).click();
    await asks.waitFor({ state: "detached" });
    const saving = page.waitForEvent("download");
    await page.getByRole("button", { name: "Offer.txt" }).first().click();
    assert.equal((await saving).suggestedFilename(), "Offer.txt");

    await page.getByRole("button", { name: "Undo" }).first().click();
    const undoing = page.getByRole("dialog", { name: "Undo “Write down what they need”" });
    await assertAccessible(page, "the question about undoing");
    await undoing.getByLabel(/^Comment/).fill("It was another customer.");
    await undoing.locator("form").getByRole("button", { name: "Undo" }).press("Enter");
    await undoing.waitFor({ state: "detached" });
    await page.getByRole("listitem").getByText("It was another customer.").waitFor();
    // Who works by keyboard goes on where it was undone.
    await page.waitForFunction(() => document.activeElement?.closest("li")?.textContent.includes("Write down what they need"));
    await page.getByRole("button", { name: "Mark “Write down what they need” as done" }).waitFor();
    assert.deepEqual((await dealOf(server, deal)).progress, { percent: 20 });
  });
});

test("what cannot be done says why, and the deal follows what others do", PATIENCE, async () => {
  const deal = await newDeal("Pumps");
  await here(`/deals/${deal}`, { token: office.sal.token }, async (page) => {
    await page.getByRole("button", { name: "Mark as won" }).press("Enter");
    await page.getByText("This cannot be done now:").waitFor();
    await page
      .getByText(/Sign the contract/)
      .first()
      .waitFor();
    await page.getByRole("button", { name: "Mark “Grant a discount” as done" }).press("Enter");
    await page
      .getByRole("status")
      .getByText(/administrator/i)
      .waitFor();
    await assertAccessible(page, "a deal");

    const { deal: with_ } = await office.boss.does(
      "addNote",
      { dealId: deal, body: "They called." },
      "deal { checklist { action { id name } } }",
    );
    await page.getByRole("article").getByText("They called.").waitFor();
    const { id: actionId } = with_.checklist.find(({ action }) => action.name === "Sign the contract").action;
    await office.boss.does("completeAction", { dealId: deal, actionId });
    await page.getByLabel("“Sign the contract” is done").waitFor();
    await page
      .getByRole("listitem")
      .getByText(/Did “Sign the contract”/)
      .waitFor();
    await page.getByRole("button", { name: "Mark as won" }).click();
    await page.getByRole("dialog", { name: "Close as won" }).getByRole("button", { name: "Mark as won" }).click();
    await page.getByRole("button", { name: "Reopen" }).waitFor();
  });
  assert.equal((await dealOf(server, deal)).status, "WON");
});

test("a deal in Polish, in the dark and on a phone", PATIENCE, () =>
  here(`/deals/${office.deals.Lathes}`, { locale: "pl", token: office.sal.token }, async (page) => {
    await page.emulateMedia({ colorScheme: "dark" });
    await page.setViewportSize({ width: 390, height: 800 });
    await page.getByText("szansa jest tutaj").or(page.getByText("Jeszcze bez etapu")).first().waitFor();
    await page.getByText("wymaga notatki z plikiem").waitFor();
    await assertAccessible(page, "a deal in Polish, narrow and dark");
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 390, `the page is ${wide} wide`);
  }),
);

test("what is not there is said to be so", PATIENCE, () =>
  here("/deals/deal_01m8c7tcpfftwsh6jqgdgnj7et", {}, async (page) => {
    await page.getByText("This is not here").waitFor();
    await assertAccessible(page, "nothing");
  }),
);

test("what others did while the connection was lost is there when it is back", PATIENCE, async () => {
  const deal = await newDeal("Fans");
  await here(`/deals/${deal}`, { token: office.sal.token }, async (page) => {
    await page.getByRole("heading", { name: "Fans" }).waitFor();
    await page.context().setOffline(true);
    await page.getByText("You are offline").waitFor();
    await office.boss.does("updateDeal", { dealId: deal, title: "Quiet fans" });
    await page.context().setOffline(false);
    await page.getByRole("heading", { name: "Quiet fans" }).waitFor();
  });
});

test("the screen works where nothing but trusted documents run, for its own are", PATIENCE, async () => {
  const text = "{ viewer { member { id } } }";
  const folder = await mkdtemp(join(tmpdir(), "waypost-trusted-"));
  const manifest = join(folder, "trusted.json");
  await writeFile(manifest, JSON.stringify({ [createHash("sha256").update(text).digest("hex")]: text }));
  // The server is told of a front end, and not of the screen.
  const strict = await startServer("--trusted-documents", manifest, "--trusted-only");
  try {
    await visiting(browser, strict, "/boards", {}, async (page) => {
      await page.getByRole("button", { name: "New deal" }).waitFor();
    });
  } finally {
    await strict.stop();
    await rm(folder, { recursive: true });
  }
});
