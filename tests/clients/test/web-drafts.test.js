// Notes that somebody has begun and not saved, in Chromium, on the real server: none of them is lost.
import assert from "node:assert/strict";
import { test } from "node:test";

import { PATIENCE, assertAccessible, here, office, openOffice, server } from "../support/office.js";
import { Colleague } from "../support/scene.js";

openOffice("--max-file-size", "1KiB");

const part = (page, name) => page.getByRole("region", { name, exact: true });
const button = (where, name) => where.getByRole("button", { name, exact: true });
const dialog = (page, name) => page.getByRole("dialog", { name, exact: true });
const asSal = (more = {}) => ({ token: office.sal.token, ...more });

const FILE = (name) => `
process: ${name}
stages:
  - stage: Contact
    actions: [{ action: Call them, weight: 10 }, { action: Note it, weight: 10, evidence: NOTE }]
  - stage: Offer
    actions: [{ action: Show it, weight: 20, evidence: NOTE_WITH_FILE }]
`;

/** A deal of a process of its own, and its actions by name. */
async function newDeal(title) {
  const { process } = await office.boss.does("importProcess", { file: FILE(`Ways of ${title}`) }, "process { id }");
  const input = { processId: process.id, title, ownerId: office.sal.id };
  const { deal } = await office.boss.does("createDeal", input, "deal { id checklist { action { id name } } }");
  const actions = Object.fromEntries(deal.checklist.map(({ action }) => [action.name, action.id]));
  return { id: deal.id, path: `/deals/${deal.id}`, process: process.id, actions };
}

const FIELDS = "notes { nodes { body files { name } } } checklist { action { name } completion { note { body } } }";

async function dealOf({ id }) {
  const { deal } = await server.ask(`query($id: ID!) { deal(id: $id) { ${FIELDS} } }`, { id });
  return { notes: deal.notes.nodes.map(({ body }) => body), files: deal.notes.nodes.flatMap(({ files }) => files.map(({ name }) => name)) };
}

const kept = (page) => page.evaluate(() => Object.keys(sessionStorage).filter((name) => name.startsWith("waypost:note:")).length);
/** Types where the focus is, once a form has taken it. */
async function write(page, text) {
  await page.waitForFunction(() => document.activeElement?.tagName === "TEXTAREA");
  await page.keyboard.type(text);
}
const goTo = async (page, name) => page.getByRole("navigation", { name: "Main" }).getByRole("link", { name }).click();

test("a note that was begun is there after leaving and after a reload, until it is saved or discarded", PATIENCE, async () => {
  const deal = await newDeal("Anchors");
  await here(deal.path, asSal(), async (page) => {
    const notes = part(page, "Notes");
    const note = notes.getByRole("textbox", { name: "Note" });
    await button(notes, "Add a note").press("Enter");
    await write(page, "They want **two**.");
    await goTo(page, "Tasks");
    await page.getByRole("heading", { name: "My day" }).waitFor();
    await page.goBack();
    await note.waitFor();
    assert.equal(await note.inputValue(), "They want **two**.");
    await page.reload();
    await note.waitFor();
    assert.equal(await note.inputValue(), "They want **two**.");
    assert.ok(await note.evaluate((field) => field !== document.activeElement), "it was not asked for just now");
    await assertAccessible(page, "a note from before");

    await button(notes, "Discard").press("Enter");
    await note.waitFor({ state: "detached" });
    assert.equal(await kept(page), 0);
    await button(page, "Undo").press("Enter");
    assert.equal(await note.inputValue(), "They want **two**.");
    await button(notes, "Save").press("Enter");
    await page.getByRole("article").getByText("They want two.").waitFor();
    await page.waitForFunction(() => document.activeElement?.textContent === "Add a note");
    assert.equal(await kept(page), 0);
    await page.reload();
    await button(notes, "Add a note").waitFor();
  });
  assert.deepEqual((await dealOf(deal)).notes, ["They want **two**."]);
});

test("a note for an action is offered again, and goes when the action is done", PATIENCE, async () => {
  const deal = await newDeal("Buoys");
  await here(deal.path, asSal(), async (page) => {
    const tick = button(page, "Mark “Note it” as done");
    const asks = dialog(page, "Note it");
    await tick.press("Enter");
    await write(page, "Ten of them.");
    await page.keyboard.press("Escape");
    await asks.waitFor({ state: "detached" });
    await page.getByRole("listitem").getByText("note begun").waitFor();
    await page.reload();
    await page.getByRole("listitem").getByText("note begun").waitFor();
    await tick.press("Enter");
    assert.equal(await asks.getByRole("textbox", { name: "Note" }).inputValue(), "Ten of them.");
    await button(asks, "Mark as done").press("Enter");
    await page.getByLabel("“Note it” is done").waitFor();
    assert.equal(await page.getByText("note begun").count(), 0);
    assert.equal(await kept(page), 0);
  });
  assert.deepEqual((await dealOf(deal)).notes, ["Ten of them."]);
});

test("what was written for an action that is removed meanwhile stays, as a note or to be copied", PATIENCE, async () => {
  const deal = await newDeal("Chains");
  await here(deal.path, asSal(), async (page) => {
    await button(page, "Mark “Note it” as done").press("Enter");
    const asks = dialog(page, "Note it");
    await write(page, "They need a chain.");
    await office.boss.does("removeAction", { actionId: deal.actions["Note it"] });
    await asks.getByRole("alert").getByText("“Note it” is not in the process any more.").waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.value), "They need a chain.");
    await assertAccessible(page, "an action that is gone");
    await page.keyboard.press("Escape");

    // It waits among the notes, also after a reload.
    await page.reload();
    const left = part(page, "You wrote this for “Note it”, which asks for no note from you any more.");
    await left.getByText("They need a chain.").waitFor();
    await assertAccessible(page, "what was written for an action that is gone");
    await button(part(page, "Notes"), "Add a note").click();
    await write(page, "First.");
    await button(left, "Keep as a note").press("Enter");
    await left.waitFor({ state: "detached" });
    const note = part(page, "Notes").getByRole("textbox", { name: "Note" });
    assert.equal(await note.inputValue(), "First.\n\nThey need a chain.");
    await button(part(page, "Notes"), "Save").press("Enter");
    await page.getByRole("article").getByText("They need a chain.").waitFor();
    assert.equal(await kept(page), 0);
  });
});

test("what was written for an action that a colleague does meanwhile becomes a note of the deal", PATIENCE, async () => {
  const deal = await newDeal("Decks");
  await here(deal.path, asSal({ locale: "pl" }), async (page) => {
    await button(page, "Oznacz „Note it” jako wykonane").press("Enter");
    await write(page, "Dębowe.");
    await office.boss.does("completeAction", { dealId: deal.id, actionId: deal.actions["Note it"], note: { body: "Oak." } });
    const asks = dialog(page, "Note it");
    await asks.getByRole("alert").getByText(/^Działanie „Note it” jest już wykonane/).waitFor();
    await assertAccessible(page, "an action that somebody did meanwhile, in Polish");
    await button(asks, "Zachowaj jako notatkę").press("Enter");
    await page.getByRole("article").getByText("Dębowe.").waitFor();
    assert.equal(await kept(page), 0);
  });
  assert.deepEqual((await dealOf(deal)).notes.toSorted(), ["Dębowe.", "Oak."]);
});

test("a note that is edited is as it was left after a reload, and as it was before when one gives up", PATIENCE, async () => {
  const deal = await newDeal("Fenders");
  await new Colleague(server, office.sal.token).does("addNote", { dealId: deal.id, body: "Ten." });
  await here(deal.path, asSal(), async (page) => {
    const notes = part(page, "Notes");
    await button(notes, "Edit the note").press("Enter");
    await page.waitForFunction(() => document.activeElement?.tagName === "TEXTAREA");
    await page.keyboard.press("End");
    await write(page, " Or eleven.");
    await page.reload();
    const text = notes.getByLabel("Edit the note");
    await text.waitFor();
    assert.equal(await text.inputValue(), "Ten. Or eleven.");
    await button(notes, "Cancel").press("Enter");
    await notes.getByText("Ten.", { exact: true }).waitFor();
    assert.equal(await kept(page), 0);
  });
});

test("who signs out leaves no note behind", PATIENCE, async () => {
  const deal = await newDeal("Engines");
  await here(deal.path, asSal(), async (page) => {
    await button(page, "Add a note").press("Enter");
    await write(page, "A secret.");
    await button(page, "Mark “Show it” as done").click();
    await write(page, "Another one.");
    await page.keyboard.press("Escape");
    assert.equal(await kept(page), 1);
    await button(page, "You and this page").click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByLabel("Your token").waitFor();
    const names = () => [...Object.keys(localStorage), ...Object.keys(sessionStorage)].filter((name) => !name.startsWith("waypost:look:"));
    assert.deepEqual(await page.evaluate(names), []);
  });
});

test("a note is not saved without a file that was refused: one removes it or tries again", PATIENCE, async () => {
  const deal = await newDeal("Flags");
  const give = (where, name) => where.locator("input[type=file]").setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from("Red.") });
  await here(deal.path, asSal({ mayFail: true }), async (page) => {
    const notes = part(page, "Notes");
    const why = notes.getByRole("alert").getByText("flag.txt was not sent. Try again or remove it before you save.");
    await button(notes, "Add a note").press("Enter");
    await write(page, "With a flag.");
    await page.route("**/files/**", (route) => route.abort());
    await give(notes, "flag.txt");
    await notes.getByRole("alert").getByText("The server cannot be reached.").waitFor();
    await button(notes, "Save").press("Enter");
    await why.waitFor();
    await page.waitForFunction(() => document.activeElement?.ariaLabel === "Try again: flag.txt");
    await assertAccessible(page, "a file that was not sent");
    assert.deepEqual((await dealOf(deal)).notes, []);
    await page.unroute("**/files/**");
    await page.keyboard.press("Enter");
    await button(notes, "Try again: flag.txt").waitFor({ state: "detached" });
    await notes.locator("progress").waitFor({ state: "detached" });
    // The file outlives a reload with its note.
    await page.reload();
    await button(notes, "Remove flag.txt").waitFor();
    await button(notes, "Save").press("Enter");
    await page.getByRole("article").getByText("flag.txt").waitFor();
  });
  assert.deepEqual(await dealOf(deal), { notes: ["With a flag."], files: ["flag.txt"] });
});

test("a file that is too large says so in the question about an action, too, and is removed", PATIENCE, async () => {
  const deal = await newDeal("Gates");
  await here(deal.path, asSal({ locale: "pl" }), async (page) => {
    await button(page, "Oznacz „Show it” jako wykonane").press("Enter");
    const asks = dialog(page, "Show it");
    await write(page, "Z planem.");
    const plan = (name, size) => ({ name, mimeType: "text/plain", buffer: Buffer.alloc(size, "x") });
    await asks.locator("input[type=file]").setInputFiles([plan("plan.txt", 100), plan("large.txt", 2000)]);
    await asks.locator(".file-wrong").getByRole("alert").waitFor();
    await asks.locator("progress").waitFor({ state: "detached" });
    await button(asks, "Oznacz jako wykonane").press("Enter");
    await asks.getByText(/^Nie wysłano pliku/).waitFor();
    await assertAccessible(page, "a file that was refused, in Polish");
    await button(asks, "Usuń large.txt").press("Enter");
    await asks.getByText(/^Nie wysłano pliku/).waitFor({ state: "detached" });
    await button(asks, "Oznacz jako wykonane").press("Enter");
    await page.getByLabel("„Show it” – wykonane").waitFor();
  });
  assert.deepEqual(await dealOf(deal), { notes: ["Z planem."], files: ["plan.txt"] });
});
