// The configurator in Chromium, on the real server: what an administrator does with a process, by mouse and by keyboard.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { drag } from "../support/drag.js";
import { PATIENCE, assertAccessible, browser, here, office, openOffice, server, visiting } from "../support/office.js";
import { run } from "../support/server.js";

openOffice();

const fileOf = (name, offer = "Send the offer") => `
process: ${name}
stages:
  - stage: Contact
    actions: [{ action: Call them, weight: 10 }, { action: Write to them, weight: 30 }]
  - stage: Offer
    actions: [{ action: ${offer}, weight: 60 }]
`;

/** A process of its own for a test that changes it. */
async function newProcess(name) {
  const { process } = await office.boss.does(
    "importProcess",
    { file: fileOf(name) },
    "process { id stages { id name } }",
  );
  return process;
}

const FIELDS = `name version latest { message } stages { id name hint actions {
  id name weight mandatory evidence performers { group members { name } }
  notify { groups members { name } } followUps { title assignee dueInDays } } }`;

const read = async (id) => (await server.ask(`query($id: ID!) { process(id: $id) { ${FIELDS} } }`, { id })).process;

/** Its stages with their actions, as short as can be. */
const outline = ({ stages }) =>
  stages.map(({ name, actions }) => `${name}: ${actions.map((action) => action.name).join(", ")}`);

/** Saves a process as somebody else does: with changes of actions by their names. */
async function saveElsewhere({ id }, changes) {
  const { version, stages } = await read(id);
  const stage = ({ id, name, actions }) => ({
    id,
    name,
    actions: actions.map((action) => ({ id: action.id, ...changes[action.name] })),
  });
  await office.boss.does("saveProcess", {
    id,
    expectedVersion: version,
    message: "By phone",
    stages: stages.map(stage),
  });
}

const stage = (page, name) => page.getByRole("region", { name, exact: true });
const button = (where, name) => where.getByRole("button", { name, exact: true });

/** Looks at the review and saves. */
async function finish(page, what = "the review") {
  await button(page, "Save and finish").click();
  const review = page.getByRole("dialog", { name: "Before it is saved" });
  await review.getByRole("heading", { name: /change/ }).waitFor();
  await assertAccessible(page, what);
  await button(review, "Save and finish").click();
  await page.getByRole("heading", { name: "Processes", level: 1 }).waitFor();
}

test("on an empty database one begins with a template", PATIENCE, async () => {
  const folder = await mkdtemp(join(tmpdir(), "waypost-empty-"));
  const empty = await run(["serve", "--listen", "127.0.0.1:0", "--database", `sqlite://${join(folder, "waypost.db")}`]);
  try {
    await visiting(browser, { ...server, origin: empty.origin }, "/processes", { locale: "pl" }, async (page) => {
      await page.getByText("Nie ma jeszcze żadnego procesu").waitFor();
      await page.getByRole("heading", { name: "MEDDIC" }).first().waitFor();
      await assertAccessible(page, "an empty database");
      await button(page, "Zacznij od szablonu „Proces sprzedaży”").press("Enter");
      const dialog = page.getByRole("dialog", { name: "Nowy proces" });
      await assertAccessible(page, "a new process");
      await dialog.getByLabel("Nazwa").fill("Nasza sprzedaż");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Nasza sprzedaż", level: 1 }).waitFor();
      await stage(page, "Zebranie informacji").waitFor();
      await assertAccessible(page, "the configurator in Polish");
    });
  } finally {
    await empty.end("SIGTERM");
    await rm(folder, { recursive: true });
  }
});

test("names, weights and places are changed by mouse, and nothing is saved before the review", PATIENCE, async () => {
  const process = await newProcess("By mouse");
  await here(`/processes/${process.id}`, {}, async (page) => {
    await stage(page, "Contact").waitFor();
    await assertAccessible(page, "the configurator");
    await button(page, "Call them").click();
    await page.getByLabel("Rename “Call them”").fill("Nobody");
    await page.keyboard.press("Escape");
    await button(page, "Call them").press("Enter");
    await page.getByLabel("Rename “Call them”").fill("Ring them");
    await page.keyboard.press("Enter");
    await page.getByLabel("Weight of “Ring them”").fill("60");
    await stage(page, "Contact").getByText("90 points · 60 %").waitFor();
    await stage(page, "Contact").getByTitle("40 % of the whole").waitFor();
    const offer = stage(page, "Offer");
    const weight = page.getByLabel("Weight of “Send the offer”");
    await drag(page, button(page, "Move “Write to them”"), weight, offer.locator(".cfg-before"));
    await button(offer, "Write to them").waitFor();
    const first = page.locator(".cfg-stage.cfg-before:first-child");
    await drag(page, button(page, "Move “Offer”"), page.getByLabel("Weight of “Ring them”"), first);
    await page.locator(".cfg-stage:first-child").getByRole("region", { name: "Offer" }).waitFor();
    await page.getByRole("textbox", { name: "Name of the new stage" }).fill("Contract");
    await button(page, "Add a stage").click();
    await button(page, "Remove “Send the offer”").click();
    assert.deepEqual(outline(await read(process.id)), ["Contact: Call them, Write to them", "Offer: Send the offer"]);
    await finish(page);
  });
  const saved = await read(process.id);
  assert.deepEqual(outline(saved), ["Offer: Write to them", "Contact: Ring them", "Contract: "]);
  assert.equal(saved.version, 2);
});

test("everything can be done by keyboard alone, and taken back", PATIENCE, async () => {
  const process = await newProcess("By keyboard");
  await here(`/processes/${process.id}`, {}, async (page) => {
    await button(page, "Move “Call them”").focus();
    await page.keyboard.press("ArrowDown");
    await page.waitForFunction(() => document.activeElement.closest("li").matches(":last-child"));
    await page.keyboard.press("ArrowDown");
    await button(stage(page, "Offer"), "Call them").waitFor();
    await page.waitForFunction(() => document.activeElement.getAttribute("aria-label") === "Move “Call them”");
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Move “Call them” to …" });
    await assertAccessible(page, "the question where to");
    await dialog.getByLabel("Place").selectOption({ label: "After “Send the offer”" });
    await dialog.getByLabel("Place").press("Tab");
    await button(dialog, "Move").press("Enter");
    await dialog.waitFor({ state: "detached" });
    await page.waitForFunction(() => document.activeElement.getAttribute("aria-label") === "Move “Call them”");

    await button(page, "Move “Offer”").focus();
    await page.keyboard.press("ArrowLeft");
    await page.waitForFunction(() => document.querySelector(".cfg-stage section").ariaLabel === "Offer");
    await page.keyboard.press("Control+z");
    await page.waitForFunction(() => document.querySelector(".cfg-stage section").ariaLabel === "Contact");
    await page.keyboard.press("Control+Shift+z");
    await page.waitForFunction(() => document.querySelector(".cfg-stage section").ariaLabel === "Offer");

    await page.getByLabel("Name of the new stage").focus();
    await page.keyboard.type("Contract");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement.ariaLabel === "Name of the new action at “Contract”");
    await page.keyboard.type("Sign it");
    await page.keyboard.press("Enter");
    await button(page, "Sign it").waitFor();
    await page.getByLabel("Weight of “Sign it”").focus();
    await page.keyboard.press("Shift+ArrowUp");
    await button(page, "Remove “Write to them”").press("Enter");
    // What goes leaves the focus beside it.
    await page.waitForFunction(
      () => document.activeElement.closest("[data-node]")?.querySelector("section")?.ariaLabel === "Contact",
    );
    await button(page, "Save and finish").press("Enter");
    const review = page.getByRole("dialog", { name: "Before it is saved" });
    await review.getByLabel("What is it about?").fill("Shorter");
    await review.getByRole("heading", { name: /changes/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Processes", level: 1 }).waitFor();
  });
  const saved = await read(process.id);
  assert.deepEqual(outline(saved), ["Offer: Send the offer, Call them", "Contact: ", "Contract: Sign it"]);
  assert.equal(saved.stages[2].actions[0].weight, 20);
  assert.equal(saved.latest.message, "Shorter");
});

test("the cogwheel has who may do it, what it needs, who is told, and what follows", PATIENCE, async () => {
  const process = await newProcess("Settings");
  await here(`/processes/${process.id}`, {}, async (page) => {
    await button(page, "Settings of “Send the offer”").click();
    const dialog = page.getByRole("dialog", { name: "Settings of “Send the offer”" });
    await dialog.getByLabel("Mandatory").check();
    await dialog.getByLabel("Hint").fill("Ask **first**.");
    await dialog.locator("strong", { hasText: "first" }).waitFor();
    await dialog.getByLabel("Who may do it").selectOption("CHOSEN");
    await dialog.getByText("Choose at least one person.").waitFor();
    await dialog.getByLabel("Add a person").first().fill("ann");
    await page.getByRole("option", { name: /Ann/ }).waitFor();
    await page.keyboard.press("Enter");
    await button(dialog, "Take Ann away").waitFor();
    await dialog.getByLabel("What has to come with it").selectOption("NOTE_WITH_FILE");
    await dialog.getByLabel("Managers", { exact: true }).check();
    await button(dialog, "Add a task").click();
    await dialog.getByLabel("What is to be done").fill("Ask what they think");
    await dialog.getByLabel("Due in days").fill("3");
    await assertAccessible(page, "the settings of an action");
    await button(dialog, "Done").click();
    await page.getByText("note with file").waitFor();
    await button(page, "Add a hint: Offer").click();
    await page.getByRole("dialog").getByLabel("Hint").fill("One page is enough.");
    await assertAccessible(page, "a hint");
    await page.keyboard.press("Escape");
    await finish(page);
  });
  const {
    hint,
    actions: [action],
  } = (await read(process.id)).stages[1];
  assert.equal(hint, "One page is enough.");
  assert.deepEqual([action.mandatory, action.evidence], [true, "NOTE_WITH_FILE"]);
  assert.deepEqual(action.performers, { group: "CHOSEN", members: [{ name: "Ann" }] });
  assert.deepEqual(action.notify, { groups: ["MANAGERS"], members: [] });
  assert.deepEqual(action.followUps, [{ title: "Ask what they think", assignee: "PERFORMER", dueInDays: 3 }]);
});

test("whoever leaves with changes is asked, and a draft outlives a reload", PATIENCE, async () => {
  const process = await newProcess("Drafts");
  await here("/processes", {}, async (page) => {
    await page.getByRole("link", { name: "Drafts" }).click();
    await page.getByLabel("Weight of “Call them”").fill("20");
    await page.reload();
    await page.getByText("These are your unsaved changes from before.").waitFor();
    assert.equal(await page.getByLabel("Weight of “Call them”").inputValue(), "20");
    await page.goBack();
    const dialog = page.getByRole("dialog", { name: "Your changes are not saved" });
    await assertAccessible(page, "the question whether to leave");
    await button(dialog, "Stay here").press("Enter");
    await page.getByRole("link", { name: "Inbox" }).click();
    await button(dialog, "Leave, keep them").click();
    await page.getByRole("link", { name: "Processes" }).click();
    await page.getByText("unsaved changes in this tab").waitFor();
    await page.getByRole("link", { name: "Drafts" }).click();
    await button(page, "Discard changes").click();
    await page.getByRole("link", { name: "Inbox" }).click();
    await page.waitForURL(/inbox/);
  });
  assert.equal((await read(process.id)).version, 1);
});

test("the review says where deals of a stage go that is removed, and what is refused", PATIENCE, async () => {
  const process = await newProcess("Removals");
  const { deal } = await office.boss.does("createDeal", { processId: process.id, title: "Anvils" }, "deal { id }");
  await office.boss.does("moveDeal", { dealId: deal.id, stageId: process.stages[1].id });
  await here(`/processes/${process.id}`, {}, async (page) => {
    await button(page, "Remove “Offer”").click();
    await button(page, "Write to them").click();
    await page.getByLabel("Rename “Write to them”").fill("call THEM");
    await page.keyboard.press("Enter");
    await button(page, "Save and finish").click();
    const review = page.getByRole("dialog", { name: "Before it is saved" });
    await review.getByRole("alert").waitFor();
    await assertAccessible(page, "what is refused");
    await button(review, "Go there").click();
    await page.waitForFunction(() => document.activeElement.ariaLabel === "Rename “call THEM”");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+z");
    await button(page, "Save and finish").click();
    const where = review.getByLabel("“Offer” goes. Where does its 1 deal go?");
    await where.selectOption({ label: "Contact" });
    await button(review, "1 deal comes to another stage: Which ones?").click();
    await review.getByRole("link", { name: "Anvils" }).waitFor();
    await review.getByText("Offer → Contact").waitFor();
    await assertAccessible(page, "where deals go");
    await button(review, "Save and finish").click();
    await page.getByRole("heading", { name: "Processes", level: 1 }).waitFor();
  });
  assert.deepEqual(outline(await read(process.id)), ["Contact: Call them, Write to them"]);
});

test("what somebody saved meanwhile is put together with one's own", PATIENCE, async () => {
  const process = await newProcess("Two at once");
  await here(`/processes/${process.id}`, {}, async (page) => {
    await page.getByLabel("Weight of “Call them”").fill("20");
    await page.getByLabel("Weight of “Write to them”").fill("5");
    await saveElsewhere(process, { "Call them": { weight: 40 }, "Send the offer": { mandatory: true } });
    await button(page, "See what and merge").click();
    const dialog = page.getByRole("dialog", { name: "Somebody saved meanwhile" });
    await dialog.getByText("By phone").waitFor();
    const overlap = dialog.getByRole("group", { name: /Call them/ });
    await overlap.getByRole("radio", { name: /Theirs/ }).check();
    await assertAccessible(page, "two at once");
    await button(dialog, "Merge and go on").click();
    assert.equal(await page.getByLabel("Weight of “Call them”").inputValue(), "40");
    await finish(page);
  });
  const [contact, offer] = (await read(process.id)).stages;
  assert.deepEqual(
    contact.actions.map(({ weight }) => weight),
    [40, 5],
  );
  assert.equal(offer.actions[0].mandatory, true);
});

test("what somebody removed meanwhile comes back as it was where one's own edit of it is kept, and counts again", PATIENCE, async () => {
  const process = await newProcess("Removed at once");
  const [contact, offer] = (await read(process.id)).stages;
  const [call, write] = contact.actions;
  const { deal } = await office.boss.does("createDeal", { processId: process.id, title: "Vices" }, "deal { id }");
  for (const { id } of [call, offer.actions[0]]) await office.boss.does("completeAction", { dealId: deal.id, actionId: id });
  await here(`/processes/${process.id}`, {}, async (page) => {
    await page.getByLabel("Weight of “Call them”").fill("20");
    await page.getByLabel("Weight of “Write to them”").fill("20");
    await page.getByLabel("Weight of “Send the offer”").fill("50");
    await office.boss.does("removeStage", { stageId: offer.id });
    await office.boss.does("removeAction", { actionId: call.id });
    await office.boss.does("removeAction", { actionId: write.id });
    await button(page, "See what and merge").click();
    const dialog = page.getByRole("dialog", { name: "Somebody saved meanwhile" });
    await dialog.getByRole("group", { name: /Write to them/ }).getByRole("radio", { name: /Theirs/ }).check();
    await button(dialog, "Merge and go on").click();
    await page.getByLabel("Weight of “Call them”").waitFor();
    await stage(page, "Offer").waitFor();
    await finish(page, "what comes back");
  });
  const saved = await read(process.id);
  const nodes = saved.stages.map(({ id, actions }) => [id, actions.map(({ id, weight }) => [id, weight])]);
  assert.deepEqual(nodes, [
    [contact.id, [[call.id, 20]]],
    [offer.id, [[offer.actions[0].id, 50]]],
  ]);
  const { deal: now } = await server.ask("query($id: ID!) { deal(id: $id) { progress { percent } } }", { id: deal.id });
  assert.equal(now.progress.percent, 100);
});

test("what others save is there at once where nobody has changed anything", PATIENCE, async () => {
  const process = await newProcess("Only looking");
  await here(`/processes/${process.id}`, { token: office.sal.token }, async (page) => {
    await page.getByText("You can look at this process, but not change it:").waitFor();
    await stage(page, "Contact").waitFor();
    assert.equal(await button(page, "Save and finish").count(), 0);
    await assertAccessible(page, "a process that one may not change");
    await saveElsewhere(process, { "Call them": { name: "Ring them" } });
    await stage(page, "Contact").getByText("Ring them").waitFor();
  });
});

test("versions are compared, and an old one is brought back", PATIENCE, async () => {
  const process = await newProcess("History");
  await saveElsewhere(process, { "Call them": { name: "Ring them", weight: 15 } });
  await saveElsewhere(process, { "Send the offer": { mandatory: true } });
  await here(`/processes/${process.id}/versions`, {}, async (page) => {
    await page.getByRole("heading", { name: "Version 3" }).waitFor();
    await button(page, "Compare with the current one: Version 1").click();
    await page.getByText("From version 1 to version 3").waitFor();
    assert.match(page.url(), /from=1&to=3/);
    await page.getByText("Ring them").first().waitFor();
    await assertAccessible(page, "versions");
    await button(page, "Restore version 1").click();
    const dialog = page.getByRole("dialog", { name: "Restore version 1?" });
    await dialog.getByText("Ring them").first().waitFor();
    await assertAccessible(page, "the question whether to restore");
    await button(dialog, "Restore").click();
    await page.getByRole("heading", { name: "Version 4" }).waitFor();
  });
  assert.equal((await read(process.id)).stages[0].actions[0].name, "Call them");
});

test("the configurator in Polish, in the dark and on a phone", PATIENCE, () =>
  here(`/processes/${office.process}`, { locale: "pl" }, async (page) => {
    await page.emulateMedia({ colorScheme: "dark" });
    await page.setViewportSize({ width: 390, height: 800 });
    await page.reload();
    await stage(page, "Offer").getByText("30 punktów · 30 %").waitFor();
    await button(page, "Usuń „Grant a discount”").click();
    await stage(page, "Offer").getByText("20 punktów · 22,2 %").waitFor();
    await assertAccessible(page, "the configurator, narrow and dark");
    await button(page, "Zapisz i zakończ").click();
    await page.getByRole("dialog", { name: "Zanim zapiszesz" }).getByText("1 zmiana").waitFor();
    await assertAccessible(page, "the review, narrow and dark");
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 390, `the page is ${wide} wide`);
  }),
);
