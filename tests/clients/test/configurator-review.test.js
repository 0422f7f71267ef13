// The review before a process is saved, in Chromium, on the real server: that it tells what becomes of running deals, and
// leads to whatever has to be settled first.
import assert from "node:assert/strict";
import { test } from "node:test";

import { PATIENCE, assertAccessible, here, office, openOffice } from "../support/office.js";

openOffice();

const FILE = (name) => `
process: ${name}
stages:
  - stage: Contact
    actions: [{ action: Call them, weight: 10 }, { action: Write to them, weight: 30 }]
  - stage: Offer
    actions: [{ action: Send the offer, weight: 60 }]
`;

/** A process of its own with two deals on their way, of which nothing was done. */
async function newProcess(name) {
  const { process } = await office.boss.does("importProcess", { file: FILE(name) }, "process { id }");
  for (const title of ["Anvils", "Bellows"]) await office.boss.does("createDeal", { processId: process.id, title });
  return process.id;
}

const button = (where, name) => where.getByRole("button", { name, exact: true });
const stage = (page, name) => page.getByRole("region", { name, exact: true });

/** Opens the review, and gives what it says of open deals. */
async function reviewed(page, title = "Before it is saved", save = "Save and finish") {
  await button(page, save).click();
  const review = page.getByRole("dialog", { name: title });
  return review.locator(".impact").innerText();
}

test("the review tells that running deals get another checklist, also where none of their numbers changes", PATIENCE, async () => {
  const process = await newProcess("Checklists");
  await here(`/processes/${process}`, {}, async (page) => {
    await page.getByLabel("Name of the new action at “Offer”").fill("Ask them");
    await page.keyboard.press("Enter");
    const added = await reviewed(page);
    assert.match(added, /2 deals are open in this process/);
    assert.match(added, /The checklist of each changes at once: 1 action is added\./);
    assert.match(added, /Their stage and progress stay as they are\./);
    assert.doesNotMatch(added, /Nothing changes/);
    await assertAccessible(page, "the review of a longer checklist");
    await page.keyboard.press("Escape");
    for (const name of ["Ask them", "Call them", "Write to them"]) await button(page, `Remove “${name}”`).click();
    assert.match(await reviewed(page), /at once: 2 actions are removed\./);
    await page.keyboard.press("Escape");
    await button(page, "Discard changes").waitFor({ state: "detached" });
    await page.keyboard.press("Control+z");
    await page.keyboard.press("Control+z");
    await button(page, "Remove “Offer”").click();
    assert.match(await reviewed(page), /at once: 1 stage is removed/);
  });
});

test("the review tells that deals show other settings, in both languages", PATIENCE, async () => {
  const process = await newProcess("Settings of deals");
  await here(`/processes/${process}`, {}, async (page) => {
    await button(page, "Settings of “Send the offer”").click();
    await page.getByLabel("Mandatory").check();
    await button(page, "Done").click();
    assert.match(await reviewed(page), /Each shows these changes at once\.\s+2 deals can no longer be won right away/);
  });
  await here(`/processes/${process}`, { locale: "pl" }, async (page) => {
    await button(page, "Usuń „Send the offer”").click();
    const said = await reviewed(page, "Zanim zapiszesz", "Zapisz i zakończ");
    assert.match(said, /W każdej od razu zmieni się lista działań: zniknie 1 działanie\./);
  });
});

test("“Go there” opens the setting that is wrong, and names where they stand", PATIENCE, async () => {
  const process = await newProcess("Follow-ups");
  await here(`/processes/${process}`, {}, async (page) => {
    await button(page, "Settings of “Send the offer”").click();
    const settings = page.getByRole("dialog", { name: "Settings of “Send the offer”" });
    await button(settings, "Add a task").click();
    await settings.getByLabel("What is to be done").fill("Ring them up");
    await button(settings, "Add a task").click();
    await button(settings, "Done").click();
    await button(page, "Save and finish").click();
    const review = page.getByRole("dialog", { name: "Before it is saved" });
    await button(review, "Go there").click();
    const empty = settings.getByRole("region", { name: "Task 2" }).getByLabel("What is to be done");
    await page.waitForFunction(() => document.activeElement.closest("section")?.ariaLabel === "Task 2");
    assert.equal(await empty.evaluate((field) => field === document.activeElement), true);
    assert.equal(await empty.getAttribute("aria-invalid"), "true");
    await assertAccessible(page, "a task without a title");
    await page.keyboard.type("Ask what they think");
    assert.equal(await empty.getAttribute("aria-invalid"), null);
    await page.keyboard.press("Escape");
    await button(page, "Save and finish").click();
    await review.getByRole("heading", { name: /change/ }).waitFor();
    assert.equal(await review.getByRole("alert").count(), 0);
    await page.keyboard.press("Escape");

    await button(page, "Write to them").click();
    await page.getByLabel("Rename “Write to them”").fill("call THEM");
    await page.keyboard.press("Enter");
    await button(page, "Save and finish").click();
    await button(review, "Go there").click();
    await page.waitForFunction(() => document.activeElement.ariaLabel === "Rename “call THEM”");
    await page.keyboard.type("Write to them");
    await page.keyboard.press("Enter");
    await button(stage(page, "Contact"), "Write to them").waitFor();
  });
});

test("“Go there” leads to a person who is missing", PATIENCE, async () => {
  const process = await newProcess("People");
  await here(`/processes/${process}`, {}, async (page) => {
    await button(page, "Settings of “Call them”").click();
    await page.getByLabel("Who may do it").selectOption("CHOSEN");
    await button(page, "Add a task").click();
    await page.getByLabel("What is to be done").fill("Ring them up");
    await page.getByLabel("Who does it").selectOption("MEMBER");
    await button(page, "Done").click();
    await button(page, "Save and finish").click();
    const review = page.getByRole("dialog", { name: "Before it is saved" });
    const problems = review.getByRole("alert").getByRole("listitem");
    await problems.first().waitFor();
    const labels = [];
    for (let at = 0; at < 2; at++) {
      await button(problems.nth(at), "Go there").click();
      await page.waitForFunction(() => document.activeElement.closest("[data-field]"));
      labels.push(await page.evaluate(() => document.activeElement.closest("[data-field]").dataset.field));
      await button(page, "Done").click();
      await button(page, "Save and finish").click();
      await problems.first().waitFor();
    }
    assert.deepEqual(labels.sort(), ["followUps.0.assigneeId", "performers"]);
  });
});
