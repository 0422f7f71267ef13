// What is done on the page of a deal beside its checklist, in Chromium, on the real server, by mouse and by keyboard.
import assert from "node:assert/strict";
import { test } from "node:test";

import { PATIENCE, assertAccessible, here, office, openOffice, server } from "../support/office.js";
import { Colleague } from "../support/scene.js";

openOffice();

const part = (page, name) => page.getByRole("region", { name, exact: true });
const button = (where, name) => where.getByRole("button", { name, exact: true });
const dialog = (page, name) => page.getByRole("dialog", { name, exact: true });
const asSal = (more = {}) => ({ token: office.sal.token, ...more });

/** A deal of its own for a test, with its actions by name. */
async function newDeal(title, more = {}) {
  const input = { processId: office.process, title, ownerId: office.sal.id, ...more };
  const { deal } = await office.boss.does("createDeal", input, "deal { id checklist { action { id name } } }");
  const actions = Object.fromEntries(deal.checklist.map(({ action }) => [action.name, action.id]));
  return { id: deal.id, path: `/deals/${deal.id}`, actions };
}

const FIELDS = `title visibility status value { amount currency } owner { name } participants { name } process { name }
  stage { name } progress { percent } checklist { action { name } completion { note { body } } }`;

const dealOf = async ({ id }) => (await server.ask(`query($id: ID!) { deal(id: $id) { ${FIELDS} } }`, { id })).deal;

/** Chooses somebody by a picker, by keyboard. */
async function pick(page, picker, text) {
  await picker.pressSequentially(text);
  await page.getByRole("option", { name: new RegExp(text) }).waitFor();
  await picker.press("Enter");
}

test("a deal's fields are edited, in Polish too, and an owner is chosen", PATIENCE, async () => {
  const deal = await newDeal("Boats", { value: { amount: "5", currency: "PLN" } });
  await here(deal.path, asSal({ locale: "pl" }), async (page) => {
    await button(page, "Edytuj").press("Enter");
    const edit = dialog(page, "Edytuj szansę");
    await edit.getByLabel("Nazwa").fill("  ");
    await edit.getByLabel("Nazwa").press("Enter");
    await edit.getByRole("alert").first().waitFor();
    await assertAccessible(page, "a deal that is edited, in Polish");
    await edit.getByLabel("Nazwa").fill("Jachty");
    await edit.getByLabel("Wartość").fill("7 500,25");
    await edit.getByLabel("Kto ją widzi").selectOption("Tylko uczestnicy");
    await pick(page, edit.getByRole("combobox", { name: "Wybierz innego opiekuna" }), "ann@");
    await edit.getByText("Opiekun: Ann").waitFor();
    await button(edit, "Zapisz").press("Enter");
    await page.getByRole("heading", { name: "Jachty", level: 1 }).waitFor();
    await page.waitForFunction(() => document.activeElement?.textContent === "Edytuj");
  });
  const { title, visibility, value, owner } = await dealOf(deal);
  assert.deepEqual([title, visibility, value, owner.name], ["Jachty", "PARTICIPANTS", { amount: "7500.25", currency: "PLN" }, "Ann"]);
});

test("an amount is what its language means by it, and one that could be two is not sent", PATIENCE, async () => {
  const deal = await newDeal("Boilers", { value: { amount: "99.999", currency: "PLN" } });
  await here(deal.path, asSal(), async (page) => {
    await button(page, "Edit").press("Enter");
    const value = dialog(page, "Edit the deal").getByLabel("Value");
    assert.equal(await value.inputValue(), "99.999");
    await value.fill("12.500.50");
    await value.press("Enter");
    const why = await value.evaluate((field) => field.validationMessage);
    assert.equal(why, "Write cents after a point and thousands with spaces or commas: 12,500.50.");
    await value.fill("12,500");
    await value.press("Enter");
    await page.getByText("PLN 12,500").first().waitFor();
  });
  assert.deepEqual((await dealOf(deal)).value, { amount: "12500", currency: "PLN" });
});

test("a task is made on the page of a deal, ticked, and reopened", PATIENCE, async () => {
  const deal = await newDeal("Bells");
  await here(deal.path, asSal(), async (page) => {
    const tasks = part(page, "Tasks");
    await button(tasks, "New task").press("Enter");
    await page.keyboard.type("Tune them");
    await tasks.getByLabel("Due on").fill("2031-02-03");
    await pick(page, tasks.getByRole("combobox", { name: "Choose somebody else" }), "ann@");
    await tasks.getByText("Who does it: Ann").waitFor();
    await assertAccessible(page, "a new task of a deal");
    await button(tasks, "Add").press("Enter");
    await button(tasks, "Mark the task “Tune them” as done").press("Enter");
    await tasks.getByText("There is nothing to do.").waitFor();
    await tasks.getByText("1 done").click();
    await assertAccessible(page, "a task that is done");
    await button(tasks, "Reopen the task “Tune them”").press("Enter");
    await button(tasks, "Mark the task “Tune them” as done").waitFor();
  });
});

test("a deal has all its tasks, more of them when they are asked for", PATIENCE, async () => {
  const deal = await newDeal("Bricks");
  const give = (title) => office.boss.does("createTask", { dealId: deal.id, title, dueOn: "2031-01-01", assigneeId: office.sal.id }, "task { id }");
  const ids = [];
  for (let at = 0; at < 52; at++) ids.push((await give(`Brick ${at}`)).task.id);
  await here(deal.path, asSal(), async (page) => {
    const tasks = part(page, "Tasks");
    const ticks = tasks.getByRole("button", { name: /^Mark the task/ });
    await ticks.nth(49).waitFor();
    assert.equal(await ticks.count(), 50);
    await button(tasks, "Show more").press("Enter");
    await ticks.nth(51).waitFor();
    await button(tasks, "Show more").waitFor({ state: "detached" });
    await ticks.nth(51).press("Enter");
    await ticks.nth(51).waitFor({ state: "detached" });
    await tasks.getByText("1 done").waitFor();
    // Somebody else does one of the first, so that another takes its place.
    await office.boss.does("completeTask", { taskId: ids[0] });
    await tasks.getByText("2 done").waitFor();
    await ticks.nth(50).waitFor({ state: "detached" });
    assert.equal(await ticks.count(), 50);
  });
});

test("a deal goes to a stage by the menu, and somebody takes part no longer", PATIENCE, async () => {
  const { member } = await office.boss.does("addMember", { name: "Pia Part", email: "pia@example.org", role: "SALESPERSON" }, "member { id }");
  const deal = await newDeal("Bows", { participantIds: [member.id] });
  await here(deal.path, asSal(), async (page) => {
    await button(page, "Move to another stage").press("Enter");
    await page.getByRole("menu", { name: "Move to another stage" }).waitFor();
    await assertAccessible(page, "the stages of a deal");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.locator(".deal-stage").getByText("Offer", { exact: true }).waitFor();
    await page.waitForFunction(() => document.activeElement?.getAttribute("aria-label") === "Move to another stage");
    await button(page, "Remove Pia Part from the deal").press("Enter");
    await part(page, "People").getByText("Pia Part").waitFor({ state: "detached" });
    await assertAccessible(page, "the people of a deal");
    await page.waitForFunction(() => document.activeElement !== document.body);
  });
  const { stage, participants } = await dealOf(deal);
  assert.deepEqual([stage.name, participants.map(({ name }) => name)], ["Offer", ["Sal Sales"]]);
});

test("a note that was written earlier is the evidence, and one without the file that is needed is refused", PATIENCE, async () => {
  const deal = await newDeal("Brushes");
  const sal = new Colleague(server, office.sal.token);
  for (const body of ["They need ten.", "They need eleven."]) await sal.does("addNote", { dealId: deal.id, body });
  await here(deal.path, asSal({ locale: "pl" }), async (page) => {
    await button(page, "Oznacz „Write down what they need” jako wykonane").press("Enter");
    const asks = dialog(page, "Write down what they need");
    await asks.getByRole("radio", { name: "Notatkę napisaną wcześniej" }).press("Space");
    await asks.getByRole("radio", { name: /They need ten/ }).press("Space");
    await assertAccessible(page, "a note written earlier, in Polish");
    await button(asks, "Oznacz jako wykonane").press("Enter");
    await asks.waitFor({ state: "detached" });
    await page.getByLabel("„Write down what they need” – wykonane").waitFor();

    await button(page, "Oznacz „Send the offer” jako wykonane").press("Enter");
    const offer = dialog(page, "Send the offer");
    await offer.getByRole("radio", { name: "Notatkę napisaną wcześniej" }).press("Space");
    await offer.getByRole("radio", { name: /They need eleven/ }).press("Space");
    assert.equal(await offer.getByRole("radio", { name: /They need ten/ }).count(), 0, "it was used");
    await button(offer, "Oznacz jako wykonane").press("Enter");
    await offer.getByRole("alert").getByText(/plik/).waitFor();
    await assertAccessible(page, "a note without a file");
    await offer.getByRole("radio", { name: "Nową notatkę" }).press("Space");
    await offer.getByLabel(/^Notatka/).fill("Wysłano.");
  });
  const done = (await dealOf(deal)).checklist.find(({ action }) => action.name === "Write down what they need");
  assert.equal(done.completion.note.body, "They need ten.");
});

const OTHER = `
process: Services
stages:
  - stage: Contact
    actions: [{ action: Call them, weight: 40 }]
  - stage: Visit
    actions: [{ action: Visit them, weight: 60 }]
`;

test("a deal goes on through another process, and what was done counts as what one chooses", PATIENCE, async () => {
  await office.boss.does("importProcess", { file: OTHER });
  const deal = await newDeal("Bridges");
  const sal = new Colleague(server, office.sal.token);
  await sal.does("completeAction", { dealId: deal.id, actionId: deal.actions["Call them"] });
  await sal.does("completeAction", { dealId: deal.id, actionId: deal.actions["Sign the contract"] });
  await here(deal.path, asSal(), async (page) => {
    await button(page, "Change the process").press("Enter");
    const asks = dialog(page, "Go on through another process");
    await asks.getByLabel("Process", { exact: true }).selectOption("Services");
    await asks.getByRole("status").getByText("60 % → 40 %").waitFor();
    const signed = asks.getByLabel("Sign the contract (Contract)");
    assert.equal(await asks.getByLabel("Call them (Contact)").locator("option:checked").textContent(), "Call them");
    assert.equal(await signed.locator("option:checked").textContent(), "nothing, it stays in the history");
    await assertAccessible(page, "another process");
    await signed.selectOption("Visit them");
    await asks.getByRole("status").getByText("60 % → 100 %").waitFor();
    await asks.getByRole("status").getByText("Contract → Visit").waitFor();
    await button(asks, "Change the process").press("Enter");
    await page.getByText("The deal goes through “Services” now.").waitFor();
    await page.getByLabel("“Visit them” is done").waitFor();
    await page.waitForFunction(() => document.activeElement?.textContent === "Change the process");
  });
  const { process, progress } = await dealOf(deal);
  assert.deepEqual([process.name, progress.percent], ["Services", 100]);
  await sal.does("outdateDeal", { dealId: deal.id });
  await here(deal.path, asSal({ locale: "pl" }), async (page) => {
    await button(page, "Zmień proces").press("Enter");
    await page.getByRole("status").getByText(/nieaktualna/).waitFor();
    await page.setViewportSize({ width: 390, height: 800 });
    await assertAccessible(page, "why a deal's process stays, in Polish and narrow");
  });
});
