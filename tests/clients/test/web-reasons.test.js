// What cannot be done is there all the same, and says why: in Chromium, on the real server, by keyboard.
import { test } from "node:test";

import { PATIENCE, assertAccessible, here, office, openOffice, server } from "../support/office.js";
import { Colleague } from "../support/scene.js";

openOffice();

const part = (page, name) => page.getByRole("region", { name });

/** Somebody who may look at everything and is allowed little. */
async function newColleague(name) {
  const email = `${name.toLowerCase().replaceAll(" ", ".")}@example.org`;
  const { member } = await office.boss.does("addMember", { name, email, role: "SALESPERSON" }, "member { id }");
  const { secret } = await office.boss.does("createToken", { memberId: member.id, name: "The test" }, "secret");
  return { id: member.id, token: secret };
}

/** Presses what is locked, reads why, and presses it again. */
async function asksWhy(page, button, why) {
  await button.press("Enter");
  await button.locator("..").getByRole("status").getByText(why).waitFor();
  await assertAccessible(page, `why not: ${why}`);
  await button.press("Enter");
  await button.locator("..").getByRole("status").waitFor({ state: "detached" });
}

test("whatever of a deal is not one's own to do says why, by keyboard", PATIENCE, async () => {
  const [uma, other] = [await newColleague("Uma Unknown"), await newColleague("Oto Other")];
  const sal = new Colleague(server, office.sal.token);
  const input = { processId: office.process, title: "Anchors", ownerId: office.sal.id, participantIds: [other.id] };
  const { deal } = await office.boss.does("createDeal", input, "deal { id checklist { action { id name } } }");
  const { action } = deal.checklist.find(({ action }) => action.name === "Call them");
  await sal.does("completeAction", { dealId: deal.id, actionId: action.id });
  await sal.does("addNote", { dealId: deal.id, body: "They called." });
  await sal.does("createTask", { dealId: deal.id, title: "Ring them", dueOn: "2031-01-01", assigneeId: office.sal.id });
  await here(`/deals/${deal.id}`, uma, async (page) => {
    const button = (name) => page.getByRole("button", { name });
    await asksWhy(page, button("Undo"), /manager/i);
    await asksWhy(page, button("Edit the note"), /Whoever wrote the note/);
    await asksWhy(page, button("Withdraw the note"), /Whoever wrote the note/);
    await asksWhy(page, button("Delete the task “Ring them”"), /task/);
    await asksWhy(page, button("Move to another stage"), /deal/);
  });
  await sal.does("outdateDeal", { dealId: deal.id });
  await here(`/deals/${deal.id}`, { ...uma, locale: "pl" }, async (page) => {
    const button = (name) => page.getByRole("button", { name });
    await asksWhy(page, button("Przenieś na inny etap"), /nieaktualna/i);
    await asksWhy(page, button("Usuń Oto Other z szansy"), /Szansę może zmieniać/);
  });
});

test("a task is deleted on the page of one's own, once one has said so, and says why where that is not allowed", PATIENCE, async () => {
  const give = (title, more) =>
    office.boss.does("createTask", { dealId: office.deals.Lathes, title, dueOn: "2031-01-01", assigneeId: office.sal.id, ...more });
  const sal = new Colleague(server, office.sal.token);
  const own = { dealId: office.deals.Lathes, title: "My own", dueOn: "2031-01-01", assigneeId: office.sal.id };
  await sal.does("createTask", own);
  await give("From the boss");
  await here("/tasks", office.sal, async (page) => {
    await page.getByRole("button", { name: "Delete the task “My own”" }).press("Enter");
    const dialog = page.getByRole("dialog", { name: "Delete the task “My own”" });
    await assertAccessible(page, "a task to delete");
    await dialog.getByRole("button", { name: "Remove" }).press("Enter");
    await part(page, /Later/).getByText("My own", { exact: true }).waitFor({ state: "detached" });
    await dialog.waitFor({ state: "detached" });
    await page.waitForFunction(() => document.activeElement !== document.body);
    await page.getByRole("button", { name: "Delete the task “From the boss”" }).waitFor();
  });
});
