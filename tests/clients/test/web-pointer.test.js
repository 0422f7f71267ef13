// Dragging is never the only way (WCAG 2.5.7), nor is a pointer (2.1.1): the screen in Chromium, on the real server.
import assert from "node:assert/strict";
import { test } from "node:test";

import { PATIENCE, dealOf, here, office, openOffice, server } from "../support/office.js";

const PHONE = { hasTouch: true, isMobile: true, viewport: { width: 390, height: 800 } };
openOffice();

const column = (page, name) => page.getByRole("region", { name, exact: true });
const card = (where, title) => where.getByRole("link", { name: title, exact: true });
const button = (where, name) => where.getByRole("button", { name, exact: true });

async function newDeal(title) {
  const input = { processId: office.process, title, ownerId: office.sal.id };
  return (await office.boss.does("createDeal", input, "deal { id }")).deal.id;
}

/** What can be dragged on a page, and has no button in it that opens a dialog instead. */
async function draggedOnly(page) {
  await page.locator("[draggable=true]").first().waitFor();
  return page.evaluate(() =>
    [...document.querySelectorAll("[draggable=true]")]
      .filter((one) => !one.querySelector("button[aria-haspopup=dialog]"))
      .map((one) => one.textContent),
  );
}

test("whatever can be dragged has a button that asks where to", PATIENCE, async () => {
  for (const path of [`/boards/${office.process}`, `/processes/${office.process}`]) {
    await here(path, {}, async (page) => assert.deepEqual(await draggedOnly(page), [], path));
  }
});

test("cards, stages and actions are moved, and a deal is closed, by clicks alone", PATIENCE, async () => {
  const deal = await newDeal("Gears");
  await here(`/boards/${office.process}`, {}, async (page) => {
    const ask = () => button(page, "What to do with “Gears”").click();
    const dialog = page.getByRole("dialog", { name: "Gears" });
    await ask();
    await button(dialog, "Offer").click();
    await card(column(page, "Offer"), "Gears").waitFor();
    await ask();
    await button(dialog, "Mark as lost").click();
    const why = page.getByRole("dialog", { name: "Close as lost" });
    await why.getByLabel("Reason").selectOption("Too expensive");
    await button(why, "Mark as lost").click();
    await card(page, "Gears").waitFor({ state: "detached" });
  });
  assert.equal((await dealOf(server, deal)).status, "LOST");
  await here(`/processes/${office.process}`, {}, async (page) => {
    await button(page, "Move “Call them”").click();
    const dialog = page.getByRole("dialog", { name: "Move “Call them” to …" });
    await dialog.getByLabel("Stage").selectOption("Contract");
    await button(dialog, "Move").click();
    await button(column(page, "Contract"), "Call them").waitFor();
    await button(page, "Move “Contract”").click();
    const other = page.getByRole("dialog", { name: "Move “Contract” to …" });
    await other.getByLabel("Place").selectOption({ index: 0 });
    await button(other, "Move").click();
    await page.locator(".cfg-stage:first-child").getByRole("region", { name: "Contract" }).waitFor();
  });
});

test("files are chosen by keyboard instead of being dropped, and one sees where one is", PATIENCE, async () => {
  const deal = await newDeal("Hinges");
  await here(`/deals/${deal}`, { token: office.sal.token }, async (page) => {
    const choosing = page.waitForEvent("filechooser"); // takes effect before a key is pressed
    await button(page, "Add a note").press("Enter");
    await page.getByRole("textbox", { name: "Note" }).fill("See the file.");
    await page.keyboard.press("Tab");
    const ring = () => page.evaluate(() => getComputedStyle(document.querySelector(".files label")).outlineStyle);
    assert.equal(await ring(), "solid");
    await page.keyboard.press("Enter");
    const chosen = { name: "Hinge.txt", mimeType: "text/plain", buffer: Buffer.from("A hinge") };
    await (await choosing).setFiles(chosen);
    await page.locator("progress").waitFor({ state: "detached" });
    await button(page, "Save").press("Enter");
    await button(page, "Hinge.txt").waitFor();
  });
  await here("/processes", {}, async (page) => {
    const choosing = page.waitForEvent("filechooser");
    await page.getByRole("link", { name: "Machines" }).waitFor();
    await button(page, "Import a file").press("Enter");
    const file = "process: By a file\nstages: []\n";
    await (await choosing).setFiles({ name: "a.yaml", mimeType: "text/yaml", buffer: Buffer.from(file) });
    await page.getByRole("dialog", { name: "Import a process" }).waitFor();
  });
});

test("what is chosen by keys in a long list of members is in sight, and nobody who has left is offered", PATIENCE, async () => {
  const deal = await newDeal("Jacks");
  for (let at = 1; at <= 12; at++) {
    const input = { name: `Member ${at}`, email: `member${at}@example.org`, role: "SALESPERSON" };
    const { member } = await office.boss.does("addMember", input, "member { id }");
    if (at > 9) await office.boss.does("deactivateMember", { memberId: member.id });
  }
  await here(`/deals/${deal}`, {}, async (page) => {
    await button(page, "Add a participant").press("Enter");
    const chosen = page.locator("[role=option][aria-selected=true]");
    await chosen.waitFor();
    await page.keyboard.press("ArrowUp");
    await chosen.filter({ hasText: "Member 9" }).waitFor();
    const isSeen = () => {
      const [list, one] = [".picker-list", "[aria-selected=true]"].map((at) => document.querySelector(at).getBoundingClientRect());
      return one.top >= list.top && one.bottom <= list.bottom;
    };
    await page.waitForFunction(isSeen);
    assert.equal(await page.getByRole("option", { name: /Member 1[012]/ }).count(), 0);
    for (const key of ["ArrowUp", "ArrowUp"]) await page.keyboard.press(key);
    await page.waitForFunction(isSeen);
    await page.keyboard.press("Enter");
    await page.locator(".people").getByText("Member").waitFor();
  });
});

/** Draws a finger from a place to the side. */
async function swipe(page, { x, y, width, height }, by) {
  const cdp = await page.context().newCDPSession(page);
  const touch = (type, ...touchPoints) => cdp.send("Input.dispatchTouchEvent", { type, touchPoints });
  const from = { x: x + width - 10, y: y + height / 2 };
  await touch("touchStart", from);
  for (let step = 1; step <= 10; step++) await touch("touchMove", { ...from, x: from.x + (by * step) / 10 });
  await touch("touchEnd");
}

test("a finger scrolls the board from a card, and moves a card by its button", PATIENCE, async () => {
  const deal = await newDeal("Irons");
  await here(`/boards/${office.process}`, { token: office.sal.token, ...PHONE }, async (page) => {
    await page.locator("[draggable=true]").first().waitFor();
    await swipe(page, await card(page, "Irons").boundingBox(), -220);
    await page.waitForFunction(() => document.querySelector(".board-columns").scrollLeft > 100);
    await button(page, "What to do with “Irons”").tap();
    await button(page.getByRole("dialog", { name: "Irons" }), "Contact").tap();
    await card(column(page, "Contact"), "Irons").waitFor();
  });
  assert.equal((await dealOf(server, deal)).stage.name, "Contact");
});

/** Holds a finger on something until `seen`, or for so long, and lifts it. */
async function holdOn(page, what, seen) {
  await what.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await what.boundingBox();
  const cdp = await page.context().newCDPSession(page);
  const touch = (type, ...touchPoints) => cdp.send("Input.dispatchTouchEvent", { type, touchPoints });
  await touch("touchStart", { x: x + width / 2, y: y + height / 2 });
  await (typeof seen === "number" ? page.waitForTimeout(seen) : seen.waitFor());
  await touch("touchEnd");
}

test("a finger that is held on a card asks where to; a tap opens it, and a swipe scrolls", PATIENCE, async () => {
  const deal = await newDeal("Jibs");
  await here(`/boards/${office.process}`, { token: office.sal.token, ...PHONE }, async (page) => {
    await page.locator("[draggable=true]").first().waitFor();
    const dialog = page.getByRole("dialog", { name: "Jibs" });
    await holdOn(page, card(page, "Jibs"), dialog);
    // Lifting the finger presses nothing that has come below it.
    await button(dialog, "Contact").tap();
    await card(column(page, "Contact"), "Jibs").waitFor();
    await column(page, "No stage yet").scrollIntoViewIfNeeded();
    await swipe(page, await page.locator(".deal").first().boundingBox(), -220);
    await page.waitForFunction(() => document.querySelector(".board-columns").scrollLeft > 100);
    await page.waitForTimeout(700);
    assert.equal(await dialog.count(), 0);
    await card(page, "Jibs").scrollIntoViewIfNeeded();
    await holdOn(page, card(page, "Jibs"), 100);
    await page.waitForURL(/\/deals\//);
  });
  assert.equal((await dealOf(server, deal)).stage.name, "Contact");
});

test("a finger that is held on an action asks where to, and writes where it is on a field", PATIENCE, () =>
  here(`/processes/${office.process}`, PHONE, async (page) => {
    const action = page.locator(".cfg-action", { hasText: "Sign the contract" });
    await action.waitFor();
    const dialog = page.getByRole("dialog", { name: "Move “Sign the contract” to …" });
    await holdOn(page, action.locator(".cfg-facts"), dialog);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await holdOn(page, page.getByLabel("Weight of “Sign the contract”"), 900);
    assert.equal(await dialog.count(), 0);
  }),
);
