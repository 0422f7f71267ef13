// What comes back, what is said before somebody leaves, and which deals a board shows: in Chromium, on the real server.
import assert from "node:assert/strict";
import { test } from "node:test";

import { PATIENCE, assertAccessible, here, office, openOffice, server } from "../support/office.js";

openOffice();

const button = (where, name) => where.getByRole("button", { name, exact: true });
const region = (page, name) => page.getByRole("region", { name, exact: true });
const card = (page, title) => page.getByRole("link", { name: title, exact: true });
/** Waits until something of this stage or action has the focus. */
const focus = (page, node) =>
  page.waitForFunction((id) => document.activeElement?.closest("[data-node]")?.getAttribute("data-node") === id, node);

const fileOf = (name) => `
process: ${name}
stages:
  - stage: Contact
    actions: [{ action: Call them, weight: 10, mandatory: true }, { action: Write to them, weight: 30 }]
  - stage: Offer
    actions: [{ action: Send the offer, weight: 60 }]
`;

const TREE = "process { id stages { id name actions { id name } } }";

/** A process of its own for a test that changes it. */
async function newProcess(name) {
  return (await office.boss.does("importProcess", { file: fileOf(name) }, TREE)).process;
}

async function newDeal(title, more = {}) {
  const input = { processId: office.process, title, ownerId: office.sal.id, ...more };
  return (await office.boss.does("createDeal", input, "deal { id }")).deal.id;
}

async function newMember(name) {
  const email = `${name.toLowerCase().replaceAll(" ", ".")}@example.org`;
  return (await office.boss.does("addMember", { name, email, role: "SALESPERSON" }, "member { id }")).member.id;
}

const processOf = (id, fields) => server.ask(`query($id: ID!) { process(id: $id) { ${fields} } }`, { id }).then(({ process }) => process);

test("an archived process is brought back, under another name where its own was given away", PATIENCE, async () => {
  const { id } = await newProcess("Old ways");
  await office.boss.does("archiveProcess", { processId: id });
  await newProcess("Old ways");
  await here("/processes", {}, async (page) => {
    await page.getByRole("button", { name: /^Show \d+ archived/ }).click();
    const gone = page.locator(".process-item").filter({ has: page.getByText("archived", { exact: true }) });
    await button(gone, "More about “Old ways”").press("Enter");
    await page.getByRole("menuitem", { name: "Bring back …" }).press("Enter");
    const dialog = page.getByRole("dialog", { name: "Bring back “Old ways”" });
    await button(dialog, "Bring back").click();
    await dialog.getByRole("alert").waitFor();
    assert.equal((await processOf(id, "archivedAt")).archivedAt === null, false, "it was refused");
    await assertAccessible(page, "a name that is taken");
    // Who was refused goes on where something is wrong.
    await page.waitForFunction(() => document.activeElement?.getAttribute("aria-invalid") === "true");
    await dialog.getByLabel("Name").fill("Older ways");
    await page.keyboard.press("Enter");
    await page.getByText("“Older ways” takes new deals again.").waitFor();
    await page.getByRole("link", { name: "Older ways" }).waitFor();
    assert.equal(await gone.count(), 0);
  });
  assert.deepEqual(await processOf(id, "name archivedAt"), { name: "Older ways", archivedAt: null });
});

test("what was removed comes back under its id, as a step that can be taken back, and counts again", PATIENCE, async () => {
  const process = await newProcess("Coming back");
  const [contact, offer] = process.stages;
  const deal = await newDeal("Anvils", { processId: process.id });
  await office.boss.does("completeAction", { dealId: deal, actionId: offer.actions[0].id });
  await office.boss.does("removeStage", { stageId: offer.id });
  await office.boss.does("removeAction", { actionId: contact.actions[0].id });
  await here(`/processes/${process.id}`, {}, async (page) => {
    const dialog = page.getByRole("dialog", { name: "What was removed" });
    await button(page, "Removed …").press("Enter");
    await button(dialog, "Bring back “Offer”").waitFor();
    assert.equal(await button(dialog, "Bring back “Send the offer”").count(), 0, "it comes with its stage");
    await assertAccessible(page, "what was removed");
    await button(dialog, "Bring back “Offer”").press("Enter");
    await region(page, "Offer").getByRole("heading", { name: "Send the offer" }).waitFor();
    await focus(page, offer.id);
    await page.keyboard.press("Control+z");
    await region(page, "Offer").waitFor({ state: "detached" });
    await page.keyboard.press("Control+y");
    await region(page, "Offer").waitFor();
    await button(page, "Removed …").click();
    assert.equal(await button(dialog, "Bring back “Offer”").count(), 0, "it is there");
    await button(dialog, "Bring back “Call them”").click();
    await region(page, "Contact").getByRole("heading", { name: "Call them" }).waitFor();
    await focus(page, contact.actions[0].id);
    await button(page, "Removed …").click();
    await dialog.getByText("Nothing that was removed is left to bring back.").waitFor();
    await page.keyboard.press("Escape");
    await button(page, "Save and finish").click();
    const review = page.getByRole("dialog", { name: "Before it is saved" });
    await review.getByRole("heading", { name: /change/ }).waitFor();
    await review.getByText("1 deal gains progress").waitFor();
    await assertAccessible(page, "the review of what comes back");
    await button(review, "Save and finish").click();
    await page.getByRole("heading", { name: "Processes", level: 1 }).waitFor();
  });
  const { stages } = await processOf(process.id, "stages { id actions { id } }");
  assert.deepEqual(stages.map(({ id }) => id), [contact.id, offer.id]);
  assert.deepEqual(stages[1].actions, [{ id: offer.actions[0].id }]);
  const { deal: now } = await server.ask("query($id: ID!) { deal(id: $id) { progress { percent } } }", { id: deal });
  assert.equal(now.progress.percent, 60);
});

test("before somebody is deactivated it is said what nobody could do then, and tasks go with the deals", PATIENCE, async () => {
  const process = await newProcess("Only Olga");
  const olga = await newMember("Olga Only");
  const performers = { group: "CHOSEN", memberIds: [olga] };
  await office.boss.does("updateAction", { actionId: process.stages[0].actions[0].id, performers });
  const hers = await newDeal("Oars", { ownerId: olga });
  const { viewer } = await server.ask("{ viewer { member { id } } }");
  const secret = await newDeal("Otters", { ownerId: viewer.member.id, visibility: "PARTICIPANTS", participantIds: [olga] });
  for (const dealId of [hers, secret])
    await office.boss.does("createTask", { dealId, title: "Ring", dueOn: "2026-12-24", assigneeId: olga });
  await here(`/admin/members/${olga}`, { locale: "pl" }, async (page) => {
    await page.setViewportSize({ width: 390, height: 800 });
    await button(page, "Dezaktywuj").click();
    await page.getByText("Nikt inny nie może wykonać 1 działania:").waitFor();
    await assertAccessible(page, "what would be missed, in Polish and narrow");
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 390, `the page is ${wide} wide`);
  });
  await here(`/admin/members/${olga}`, {}, async (page) => {
    await button(page, "Deactivate").click();
    const dialog = page.getByRole("dialog", { name: "Deactivate Olga Only?" });
    await dialog.getByText("Nobody else can do 1 action:").waitFor();
    await dialog.getByText("Call them, at “Contact”").waitFor();
    await dialog.getByText("No deal that lacks one of them could be won any more:").waitFor();
    await dialog.getByText("They own 1 open deal. They have 2 open tasks.").waitFor();
    await assertAccessible(page, "what would be missed");
    const picker = dialog.getByRole("combobox", { name: "Choose who takes over" });
    await picker.pressSequentially("Sal S");
    await dialog.getByRole("option", { name: /sal@example.org/ }).waitFor();
    await picker.press("Enter");
    assert.ok(await dialog.getByLabel("Hand over the open tasks, too").isChecked());
    await button(dialog, "Deactivate").click();
    await page.getByText(/1 deal was handed over\. 1 task was handed over\. 1 task stays with them/).waitFor();
    await dialog.waitFor({ state: "detached" });
    // What is left can be handed over to somebody who may see it.
    await button(page, "Hand over …").click();
    const rest = page.getByRole("dialog", { name: "Hand over what Olga Only has to do" });
    await rest.getByText("They have 1 open task.").waitFor();
    await button(rest, "Hand over").click();
    await rest.getByRole("alert").getByText("Choose somebody.").waitFor();
    await assertAccessible(page, "handing over");
  });
  const left = await server.ask("query($id: ID!) { node(id: $id) { ... on Member { isActive openDealCount openTaskCount } } }", { id: olga });
  assert.deepEqual(left.node, { isActive: false, openDealCount: 0, openTaskCount: 1 });
});

test("whoever opens a deal again can say why, on its page and on the board, and its history says it", PATIENCE, async () => {
  const deal = await newDeal("Nails");
  await office.boss.does("outdateDeal", { dealId: deal });
  const reopen = async (page, comment) => {
    const dialog = page.getByRole("dialog", { name: "Reopen the deal" });
    await assertAccessible(page, "the question about opening again");
    await dialog.getByLabel(/^Comment/).fill(comment);
    await button(dialog, "Reopen").press("Enter");
    await dialog.waitFor({ state: "detached" });
  };
  await here(`/deals/${deal}`, { token: office.sal.token }, async (page) => {
    await button(page, "Reopen").click();
    await reopen(page, "They **called** again.");
    await button(page, "Mark as won").waitFor();
    await page.getByRole("listitem").getByText("They called again.").waitFor();
    await office.boss.does("outdateDeal", { dealId: deal });
    await button(page, "Reopen").waitFor();
  });
  await here(`/boards/${office.process}?status=OUTDATED`, { token: office.sal.token }, async (page) => {
    await card(page, "Nails").focus();
    await page.keyboard.press("m");
    await button(page.getByRole("dialog", { name: "Nails" }), "Reopen").press("Enter");
    await reopen(page, "And again.");
    await card(page, "Nails").waitFor({ state: "detached" });
    await page.goto(`${server.origin}/deals/${deal}`);
    await page.getByRole("listitem").getByText("And again.").waitFor();
  });
});

test("a board is narrowed by value, days and one's own part, and an empty range is refused at its field", PATIENCE, async () => {
  const more = (page) => page.getByRole("dialog", { name: "More filters" });
  const range = (page, name) => more(page).getByRole("group", { name });
  await newDeal("Łodzie", { value: { amount: "777", currency: "PLN" } });
  await newDeal("Theirs", { ownerId: (await server.ask("{ viewer { member { id } } }")).viewer.member.id });
  await here(`/boards/${office.process}`, { token: office.sal.token }, async (page) => {
    await card(page, "Theirs").waitFor();
    await button(page, "I take part").press("Enter");
    await card(page, "Theirs").waitFor({ state: "detached" });
    assert.match(page.url(), /mine=true/);
    await page.getByRole("searchbox", { name: "Search by title" }).fill("lodzie");
    await card(page, "Lathes").waitFor({ state: "detached" });
    await card(page, "Łodzie").waitFor();
    await button(page, "Clear filters").click();
    await card(page, "Theirs").waitFor();

    await button(page, "More filters").press("Enter");
    await range(page, "Value").getByLabel("From").fill("3 000");
    await range(page, "Value").getByLabel("To").fill("1 000,50");
    await range(page, "Value").getByLabel("Currency").fill("eur");
    await page.keyboard.press("Enter");
    await range(page, "Value").getByText("This is before where it begins.").waitFor();
    assert.equal(await more(page).getByRole("alert").count(), 1);
    assert.ok(!page.url().includes("value"), "what is refused is not chosen");
    await assertAccessible(page, "a range that holds nothing");
    // What only the API knows to be wrong stands there in its words.
    await range(page, "Value").getByLabel("From").fill("1 000,50");
    await range(page, "Value").getByLabel("To").fill("1000000000000000000000000");
    await button(more(page), "Show").click();
    await range(page, "Value").getByText("This is before where it begins.").waitFor({ state: "detached" });
    await more(page).getByRole("alert").waitFor();
    await range(page, "Value").getByLabel("To").fill("3 000");
    await button(more(page), "Show").click();
    await card(page, "Lathes").waitFor({ state: "detached" });
    await card(page, "Presses").waitFor();
    assert.match(page.url(), /value=1000\.50\.\.3000EUR/);
    await assertAccessible(page, "a narrowed board");

    await page.reload();
    await card(page, "Presses").waitFor();
    await button(page, "More filters (1)").click();
    assert.equal(await range(page, "Value").getByLabel("To").inputValue(), "3000");
    for (const end of ["From", "To"]) await range(page, "Value").getByLabel(end).fill("");
    await range(page, "Value").getByLabel("Currency").fill("");
    await range(page, "Closed").getByLabel("From").fill("2026-02-02");
    await range(page, "Closed").getByLabel("To").fill("2026-02-01");
    await button(more(page), "Show").click();
    await range(page, "Closed").getByRole("alert").waitFor();
    await range(page, "Closed").getByLabel("To").fill("");
    await button(more(page), "Show").click();
    // What was closed is not open.
    await card(page, "Robots").waitFor();
    assert.equal(await card(page, "Presses").count(), 0);
  });
  // What an address says wrong is as if it were not said.
  await here(`/boards/${office.process}?created=2026-02-02..2026-02-01&value=5..1EUR&closed=never`, { locale: "pl" }, async (page) => {
    await card(page, "Presses").waitFor();
    await page.setViewportSize({ width: 390, height: 800 });
    await button(page, "Więcej filtrów").click();
    await page.getByRole("group", { name: "Wartość" }).waitFor();
    await assertAccessible(page, "the filters in Polish, narrow");
  });
});
