// The screen by keyboard alone, and choices that look small, in Chromium, on the real server. Whatever is pressed is reached by
// the Tab key, as somebody without a mouse does.
import assert from "node:assert/strict";
import { test } from "node:test";

import { visit } from "../support/browser.js";
import { PATIENCE, assertAccessible, browser, here, office, openOffice, server } from "../support/office.js";

openOffice("--webhook-allow-network", "127.0.0.0/8");

const board = () => `/boards/${office.process}`;
const card = (page, title) => page.getByRole("link", { name: title, exact: true });
const button = (where, name) => where.getByRole("button", { name, exact: true });
const dialog = (page, name) => page.getByRole("dialog", { name, exact: true });

/** More than there is to pass on any page that is visited here. */
const MOST = 120;

/** Goes on with the Tab key until something has the focus. */
async function tabTo(page, what) {
  await what.waitFor();
  const wanted = await what.elementHandle();
  for (let step = 0; step < MOST; step++) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`nobody gets to ${what}`);
}

/** Reaches something and presses a key there. */
async function press(page, what, key = "Enter") {
  await tabTo(page, what);
  await page.keyboard.press(key);
}

/** Reaches a field and types into it, instead of what is there. */
async function type(page, field, text) {
  await tabTo(page, field);
  await page.keyboard.press("Control+a");
  await page.keyboard.type(text);
}

async function newDeal(title) {
  const input = { processId: office.process, title, ownerId: office.sal.id };
  return (await office.boss.does("createDeal", input, "deal { id }")).deal.id;
}

test("one signs in and out by keyboard alone", PATIENCE, async () => {
  const { page, close } = await visit(browser, server.origin, "/tasks", { locale: "en" });
  await type(page, page.getByLabel("Your token"), office.sal.token);
  await press(page, page.getByLabel("Keep me signed in"), "Space");
  await press(page, button(page, "Sign in"));
  await page.getByRole("heading", { name: "My day", level: 1 }).waitFor();
  await press(page, button(page, "You and this page"));
  await page.waitForFunction(() => document.activeElement?.closest('[role="menu"]'));
  await page.keyboard.press("End");
  await page.waitForFunction(() => document.activeElement?.textContent === "Sign out");
  await page.keyboard.press("Enter");
  await page.getByLabel("Your token").waitFor();
  await close();
});

test("a deal is made, ticked and closed by keyboard alone", PATIENCE, () =>
  here(board(), { token: office.sal.token }, async (page) => {
    await press(page, button(page, "New deal"));
    const asks = dialog(page, "New deal");
    await type(page, asks.getByLabel("Title"), "Kettles");
    await type(page, asks.getByLabel("Value"), "12");
    await press(page, button(asks, "Create deal"));
    await asks.waitFor({ state: "detached" });
    await card(page, "Kettles").waitFor();
    await press(page, card(page, "Kettles"));
    await press(page, button(page, "Mark “Call them” as done"));
    await page.getByLabel("“Call them” is done").waitFor();
    await page.keyboard.press("Control+Home");
    await press(page, button(page, "Mark as lost"));
    const why = dialog(page, "Close as lost");
    await tabTo(page, why.getByLabel("Reason"));
    await page.keyboard.press("t");
    await press(page, button(why, "Mark as lost"));
    await button(page, "Reopen").waitFor();
  }));

test("a webhook is made, edited and removed by keyboard alone", PATIENCE, () =>
  here("/admin/webhooks", {}, async (page) => {
    await press(page, button(page, "Add a webhook"));
    const asks = dialog(page, "Add a webhook");
    await type(page, asks.getByLabel("What it is called"), "Invoices");
    await type(page, asks.getByLabel("Address"), "http://127.0.0.1:9/");
    await press(page, button(asks, "Add"));
    await press(page, button(page, "I have copied it"));
    await page.getByRole("heading", { name: "Invoices", level: 1 }).waitFor();
    await press(page, button(page, "Edit"));
    const edit = dialog(page, "Edit the webhook");
    await type(page, edit.getByLabel("What it is called"), "Bills");
    const which = edit.getByRole("group", { name: "What it is told of" });
    await tabTo(page, which.getByRole("radio").first());
    await page.keyboard.press("ArrowDown");
    await press(page, which.getByLabel("Note added"), "Space");
    await assertAccessible(page, "a webhook that is edited");
    await press(page, button(edit, "Save"));
    await page.getByRole("heading", { name: "Bills", level: 1 }).waitFor();
    await page.getByText("Note added").waitFor();
    await press(page, button(page, "Delete"));
    await press(page, button(dialog(page, "Delete “Bills”?"), "Delete"));
    await page.getByText("No program is told yet").waitFor();
  }));

test("a member has another role, which says what it means", PATIENCE, async () => {
  const { member } = await office.boss.does("addMember", { name: "Rob Role", email: "rob@example.org", role: "SALESPERSON" }, "member { id }");
  await here(`/admin/members/${member.id}`, {}, async (page) => {
    await press(page, button(page, "Edit"));
    const edit = dialog(page, "Edit the member");
    await edit.getByLabel("Role").selectOption("MANAGER");
    await edit.getByText("Sees and changes every deal.").waitFor();
    await assertAccessible(page, "a member that is edited");
    await press(page, button(edit, "Save"));
    await page.locator(".admin-tags").getByText("Manager", { exact: true }).waitFor();
  });
  const { node } = await server.ask("query($id: ID!) { node(id: $id) { ... on Member { role } } }", { id: member.id });
  assert.equal(node.role, "MANAGER");
});

test("a board is of one owner and in another order, and beyond a hundred members the owner is found by name", PATIENCE, async () => {
  for (let at = 0; at < 100; at++) {
    await office.boss.does("addMember", { name: `Member ${String(at).padStart(3, "0")}`, email: `m${at}@example.org`, role: "SALESPERSON" });
  }
  const { viewer } = await server.ask("{ viewer { member { id } } }");
  await office.boss.does("createDeal", { processId: office.process, title: "Abaci", ownerId: viewer.member.id });
  // the newest is first until another order is there
  const deal = await newDeal("Zithers");
  await here(board(), {}, async (page) => {
    const titles = () => page.getByRole("region", { name: "No stage yet" }).locator(".deal-title").allTextContents();
    await card(page, "Abaci").waitFor();
    await page.getByLabel("Order").selectOption("By title");
    await page.waitForFunction(() => document.querySelector(".deal-title")?.textContent === "Abaci");
    assert.deepEqual(await titles(), (await titles()).toSorted());
    await page.getByLabel("Owner").selectOption("My deals");
    await card(page, "Zithers").waitFor({ state: "detached" });
    await page.getByLabel("Owner").selectOption("Somebody else …");
    const asks = dialog(page, "Choose an owner");
    await assertAccessible(page, "the choice of an owner");
    await asks.getByRole("combobox").pressSequentially("Sal S");
    await asks.getByRole("option", { name: /sal@example.org/ }).waitFor();
    await page.keyboard.press("Enter");
    await card(page, "Zithers").waitFor();
    await card(page, "Abaci").waitFor({ state: "detached" });
    assert.equal(await page.getByLabel("Owner").locator("option:checked").textContent(), "Sal Sales");
    assert.match(page.url(), new RegExp(`owner=${office.sal.id}&order=title`));
    await assertAccessible(page, "the deals of one owner");
    await page.reload();
    await card(page, "Zithers").waitFor();
    await page.getByLabel("Owner").getByRole("option", { name: "Sal Sales" }).waitFor({ state: "attached" });
  });
  await office.boss.does("outdateDeal", { dealId: deal });
});

test("the configurator is a list or columns, and the page is dark or light, as one chooses", PATIENCE, () =>
  here(`/processes/${office.process}`, {}, async (page) => {
    await press(page, button(page, "List"));
    await page.locator(".cfg-list").waitFor();
    await assertAccessible(page, "the configurator as a list");
    const look = async (name) => {
      await press(page, button(page, "You and this page"));
      await page.getByRole("menuitemradio", { name }).press("Enter");
    };
    await look("Dark");
    const scheme = () => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
    assert.equal(await scheme(), "dark");
    await assertAccessible(page, "the configurator in the dark");
    await page.reload();
    await page.locator(".cfg-list").waitFor();
    assert.equal(await scheme(), "dark", "it is kept");
    await look("Light");
    assert.equal(await scheme(), "light");
    await press(page, button(page, "Columns"));
    await page.locator(".cfg-columns").waitFor();
  }));
