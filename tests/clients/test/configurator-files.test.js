// Processes as files, copies and archives, in the list of processes, in Chromium, on the real server.
import assert from "node:assert/strict";
import { test } from "node:test";

import { PATIENCE, assertAccessible, here, office, openOffice, server } from "../support/office.js";

openOffice();

const button = (where, name) => where.getByRole("button", { name, exact: true });

const CONTACT = `
  - stage: Contact
    actions: [{ action: Call them, weight: 10 }, { action: Write to them, weight: 30 }]`;
const fileOf = (name, offer = "Send the offer") => `
process: ${name}
stages:${CONTACT}
  - stage: Offer
    actions: [{ action: ${offer}, weight: 60 }]
`;

/** A process of its own for a test that changes it. */
async function newProcess(name) {
  const made = await office.boss.does("importProcess", { file: fileOf(name) }, "process { id stages { id } }");
  return made.process;
}

/** Its stages with their actions, as short as can be. */
async function outline(id) {
  const { process } = await server.ask("query($id: ID!) { process(id: $id) { stages { name actions { name } } } }", { id });
  return process.stages.map(({ name, actions }) => `${name}: ${actions.map((action) => action.name).join(", ")}`);
}

/** Drops a text as a file on the page. */
async function drop(page, name, text) {
  const files = await page.evaluateHandle(
    ([name, text]) => {
      const all = new DataTransfer();
      all.items.add(new File([text], name));
      return all;
    },
    [name, text],
  );
  await page.dispatchEvent(".processes", "dragenter", { dataTransfer: files });
  await page.getByText("Drop the file of a process here").waitFor();
  await page.dispatchEvent(".processes", "drop", { dataTransfer: files });
}

test("the file of a process is dropped on the list, and what it changes is seen first", PATIENCE, async () => {
  const process = await newProcess("From a file");
  await here("/processes", {}, async (page) => {
    await page.getByRole("link", { name: "From a file" }).waitFor();
    await assertAccessible(page, "the list of processes");
    const dialog = page.getByRole("dialog", { name: "Import a process" });
    await drop(page, "wrong.yaml", "process: Wrong\nstages:\n  - stage: [1\n");
    await dialog
      .getByText(/Line \d/)
      .first()
      .waitFor();
    await assertAccessible(page, "a file that is wrong");
    await page.keyboard.press("Escape");
    await drop(page, "offer.yaml", fileOf("From a file", "Bring the offer"));
    await dialog.getByText("It changes the process of that name:").waitFor();
    await dialog
      .getByText(/Bring the offer/)
      .first()
      .waitFor();
    await assertAccessible(page, "what a file changes");
    await button(dialog, "Import").click();
    await page.getByText("“From a file” is as the file says.").waitFor();
  });
  assert.deepEqual(await outline(process.id), ["Contact: Call them, Write to them", "Offer: Bring the offer"]);
});

test("a file says on the screen where the deals of a stage go that it does not have any more", PATIENCE, async () => {
  const process = await newProcess("Shorter");
  const { deal } = await office.boss.does("createDeal", { processId: process.id, title: "Anvils" }, "deal { id }");
  await office.boss.does("moveDeal", { dealId: deal.id, stageId: process.stages[1].id });
  await here("/processes", {}, async (page) => {
    await page.getByRole("link", { name: "Shorter" }).waitFor();
    await drop(page, "shorter.yaml", `process: Shorter\nstages:${CONTACT}\n`);
    const dialog = page.getByRole("dialog", { name: "Import a process" });
    const where = dialog.getByLabel("“Offer” goes. Where does its 1 deal go?");
    await where.waitFor();
    assert.ok(await button(dialog, "Import").isDisabled());
    await assertAccessible(page, "a file without a stage that has deals");
    await where.selectOption({ label: "Contact" });
    await button(dialog, "Import").click();
    await page.getByText("“Shorter” is as the file says.").waitFor();
  });
  assert.deepEqual(await outline(process.id), ["Contact: Call them, Write to them"]);
  const { deal: now } = await server.ask("query($id: ID!) { deal(id: $id) { stage { name } } }", { id: deal.id });
  assert.equal(now.stage.name, "Contact");
});

test("a process is duplicated, saved as a file, made the default and archived", PATIENCE, async () => {
  await newProcess("Many ways");
  await here("/processes", {}, async (page) => {
    const more = async (name, what) => {
      await button(page, `More about “${name}”`).click();
      await page.getByRole("menuitem", { name: what }).click();
    };
    await more("Many ways", "Duplicate");
    await page.getByRole("link", { name: "Many ways (copy)" }).waitFor();
    const saving = page.waitForEvent("download");
    await more("Many ways (copy)", "Save as a file");
    assert.equal((await saving).suggestedFilename(), "Many ways (copy).yaml");
    await more("Many ways (copy)", "Make it the default");
    await page.getByText(/New deals take “Many ways \(copy\)” now/).waitFor();
    await more("Many ways (copy)", "Archive …");
    const dialog = page.getByRole("dialog", { name: "Archive “Many ways (copy)”" });
    await dialog.getByLabel("Which process do new deals take instead?").selectOption({ label: "Machines" });
    await assertAccessible(page, "the question of archiving");
    await button(dialog, "Archive").click();
    await page.getByRole("link", { name: "Many ways (copy)" }).waitFor({ state: "detached" });
    await button(page, "Show 1 archived").click();
    await page.getByRole("link", { name: "Many ways (copy)" }).waitFor();
  });
});
