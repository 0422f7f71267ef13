// The page of a deal says what is true now: what others save, what came of what was refused, and what is left after a win.
import assert from "node:assert/strict";
import { test } from "node:test";

import { PATIENCE, assertAccessible, here, office, openOffice, server } from "../support/office.js";

openOffice();

const part = (page, name) => page.getByRole("region", { name, exact: true });
const button = (where, name) => where.getByRole("button", { name, exact: true });
const dialog = (page, name) => page.getByRole("dialog", { name, exact: true });
const asSal = (more = {}) => ({ token: office.sal.token, ...more });
/** Waits until what has the focus is called so, or says so. */
const focused = (page, name) =>
  page.waitForFunction((name) => [document.activeElement.ariaLabel, document.activeElement.textContent].includes(name), name);

const FILE = (name) => `
process: ${name}
stages:
  - stage: Contact
    actions: [{ action: Call them, weight: 10 }, { action: Note it, weight: 0, evidence: NOTE }, { action: Ask them, weight: 0 }]
  - stage: Offer
    actions: [{ action: Send it, weight: 20 }]
`;

const TREE = "process { id stages { id name actions { id name } } }";

/** A deal of a process of its own, with the ids of its stages and actions by name. */
async function newDeal(title) {
  const { process } = await office.boss.does("importProcess", { file: FILE(`Ways of ${title}`) }, TREE);
  const { deal } = await office.boss.does("createDeal", { processId: process.id, title, ownerId: office.sal.id }, "deal { id }");
  const ids = Object.fromEntries(process.stages.flatMap((stage) => [stage, ...stage.actions]).map(({ id, name }) => [name, id]));
  return { id: deal.id, path: `/deals/${deal.id}`, ids };
}

const give = ({ id }, title) => office.boss.does("createTask", { dealId: id, title, dueOn: "2031-01-01", assigneeId: office.sal.id }, "task { id }");

test("an open page follows the saves of its process, and keeps the focus and what is typed", PATIENCE, async () => {
  const deal = await newDeal("Arches");
  const { ids } = deal;
  await here(deal.path, asSal(), async (page) => {
    await button(part(page, "Tasks"), "New task").click();
    await page.keyboard.type("Half of a ta");
    // None of this changes how far the deal is.
    await office.boss.does("updateAction", { actionId: ids["Ask them"], name: "Ask them twice" });
    await button(page, "Mark “Ask them twice” as done").waitFor();
    await office.boss.does("addAction", { stageId: ids.Offer, name: "Wait for them", weight: 0 }, "action { id }");
    await button(page, "Mark “Wait for them” as done").waitFor();
    await office.boss.does("updateStage", { stageId: ids.Offer, name: "The offer" });
    await page.getByRole("heading", { name: "The offer" }).waitFor();
    await page.keyboard.type("sk");
    assert.equal(await part(page, "Tasks").getByLabel("What is to be done").inputValue(), "Half of a task");

    await button(page, "Mark “Ask them twice” as done").focus();
    await office.boss.does("moveAction", { actionId: ids["Ask them"], stageId: ids.Offer });
    await part(page, "Checklist").getByText("0 of 3 done").waitFor();
    await focused(page, "Mark “Ask them twice” as done");
    await office.boss.does("removeAction", { actionId: ids["Ask them"] });
    await button(page, "Mark “Ask them twice” as done").waitFor({ state: "detached" });
    assert.ok(await page.evaluate(() => document.activeElement !== document.body), "the focus is lost");

    // What somebody is asked stays where it is, whatever becomes of the action's place.
    await button(page, "Mark “Note it” as done").click();
    await page.keyboard.type("Noted, and");
    await office.boss.does("moveAction", { actionId: ids["Note it"], stageId: ids.Offer });
    await page.locator(".stage", { hasText: "The offer" }).getByText("Note it").waitFor();
    await page.keyboard.type(" sent.");
    await button(dialog(page, "Note it"), "Mark as done").click();
    await page.getByRole("article").getByText("Noted, and sent.").first().waitFor();
  });
});

test("that the server cannot be reached is said until it is reached", PATIENCE, async () => {
  const deal = await newDeal("Beams");
  await here(deal.path, asSal({ mayFail: true }), async (page) => {
    const lost = page.getByRole("alert").getByText("The server cannot be reached.");
    await button(page, "Mark “Call them” as done").waitFor();
    await page.route("**/graphql", (route) => route.abort());
    await button(page, "Mark “Call them” as done").press("Enter");
    await lost.waitFor();
    await page.unroute("**/graphql");
    await button(page, "Mark “Call them” as done").press("Enter");
    await page.getByLabel("“Call them” is done").waitFor();
    await lost.waitFor({ state: "detached" });
  });
});

test("that an action could not be sent is said long enough to be read, though the server is reached a moment later", PATIENCE, async () => {
  const deal = await newDeal("Bricks");
  await here(deal.path, asSal({ mayFail: true }), async (page) => {
    const lost = page.getByRole("alert").getByText("The server cannot be reached.");
    await button(page, "Mark “Call them” as done").waitFor();
    await page.route("**/graphql", (route) => route.abort());
    const pressed = Date.now();
    await button(page, "Mark “Call them” as done").press("Enter");
    await lost.waitFor();
    await page.unroute("**/graphql");
    await page.getByRole("link", { name: "Tasks", exact: true }).press("Enter");
    await page.getByRole("heading", { name: "My day", level: 1 }).waitFor();
    await lost.waitFor({ state: "detached" });
    assert.ok(Date.now() - pressed >= 8_000, "nobody can have read it");
  });
});

test("what was refused is said until it has worked, whoever did it", PATIENCE, async () => {
  const deal = await newDeal("Cranes");
  await here(deal.path, asSal(), async (page) => {
    const tick = button(page, "Mark “Call them” as done");
    const why = page.getByRole("alert").getByText("Not today.");
    const payload = { __typename: "CompleteActionPayload", deal: null, completion: null, alreadyDone: false };
    const userErrors = [{ __typename: "UserError", code: "FORBIDDEN", message: "Not today.", path: null, nodeId: null }];
    const isDoing = (request) => request.postDataJSON()?.variables?.input?.actionId === deal.ids["Call them"];
    await page.route("**/graphql", (route) =>
      isDoing(route.request()) ? route.fulfill({ json: { data: { completeAction: { ...payload, userErrors } } } }) : route.continue(),
    );
    await tick.press("Enter");
    await why.waitFor();
    await assertAccessible(page, "what was refused");
    await office.boss.does("completeAction", { dealId: deal.id, actionId: deal.ids["Call them"] });
    await page.getByLabel("“Call them” is done").waitFor();
    await why.waitFor({ state: "detached" });
  });
});

test("a deal that is won says so, and what is left to do about it", PATIENCE, async () => {
  const deal = await newDeal("Domes");
  await give(deal, "Send the bill");
  await here(deal.path, asSal(), async (page) => {
    await button(page, "Mark as won").press("Enter");
    await button(dialog(page, "Close as won"), "Mark as won").press("Enter");
    await page.getByText("The deal is won.").waitFor();
    await page.getByRole("status").getByText("“Domes” is won.").waitFor({ state: "attached" });
    await assertAccessible(page, "a deal that is won");
    await page.getByRole("link", { name: "1 task is still to be done" }).press("Enter");
    await focused(page, "Tasks");
    await button(part(page, "Tasks"), "Mark the task “Send the bill” as done").press("Enter");
    await page.getByRole("link", { name: "1 task is still to be done" }).waitFor({ state: "detached" });
    await page.getByText("The deal is won.").waitFor();
  });
  const other = await newDeal("Doors");
  for (const title of ["One", "Two"]) await give(other, title);
  await here("/boards", asSal({ locale: "pl" }), async (page) => {
    const { process } = (await server.ask("query($id: ID!) { deal(id: $id) { process { id } } }", { id: other.id })).deal;
    await page.goto(`${server.origin}/boards/${process.id}`);
    await page.getByRole("link", { name: "Doors", exact: true }).focus();
    await page.keyboard.press("m");
    await button(dialog(page, "Doors"), "Otwórz szansę").waitFor();
    await button(dialog(page, "Doors"), "Oznacz jako wygraną").press("Enter");
    await button(dialog(page, "Zamknij jako wygraną"), "Oznacz jako wygraną").press("Enter");
    await page.getByText("Szansa „Doors” jest wygrana. Zostały 2 zadania do wykonania.").waitFor();
    await button(page, "Pokaż").press("Enter");
    await page.getByRole("link", { name: "Zostały 2 zadania do wykonania" }).waitFor();
    await page.setViewportSize({ width: 390, height: 800 });
    await assertAccessible(page, "a deal that is won, in Polish and narrow");
  });
});

test("forms take the focus whenever they are opened, give it back, and say what they need", PATIENCE, async () => {
  const deal = await newDeal("Eaves");
  await here(deal.path, asSal(), async (page) => {
    const tasks = part(page, "Tasks");
    for (const title of ["First", "Second"]) {
      await button(tasks, "New task").click();
      await page.keyboard.type(title);
      assert.equal(await tasks.getByLabel("What is to be done (required)").inputValue(), title);
      assert.equal(await tasks.getByLabel("Due on (required)").getAttribute("aria-required"), "true");
      await assertAccessible(page, "a task with what it needs");
      await button(tasks, "Cancel").press("Enter");
      await focused(page, "New task");
    }
    const notes = part(page, "Notes");
    for (const body of ["One", "Two"]) {
      await button(notes, "Add a note").click();
      await page.keyboard.type(body);
      await button(notes, "Save").press("Enter");
      await notes.getByRole("article").getByText(body).waitFor();
      await focused(page, "Add a note");
    }
    await button(notes.getByRole("listitem").filter({ hasText: "Two" }), "Edit the note").press("Enter");
    await page.waitForFunction(() => document.activeElement?.tagName === "TEXTAREA");
    await page.keyboard.press("End");
    await page.keyboard.type(" and a half");
    await button(notes, "Save").press("Enter");
    await notes.getByText("Two and a half").waitFor();
    await focused(page, "Edit the note");
    for (const at of [1, 2]) {
      await button(part(page, "People"), "Add a participant").click();
      await page.waitForFunction(() => document.activeElement?.role === "combobox", at);
      await page.reload();
    }
  });
});
