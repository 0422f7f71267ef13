// A draft that was found as somebody had left it, in Chromium, on the real server: whoever leaves it again is asked again.
import assert from "node:assert/strict";
import { test } from "node:test";

import { PATIENCE, here, office, openOffice } from "../support/office.js";

openOffice();

const FILE = (name) => `process: ${name}\nstages: [{ stage: Contact, actions: [{ action: Call them, weight: 10 }] }]\n`;

async function newProcess(name) {
  const { process } = await office.boss.does("importProcess", { file: FILE(name) }, "process { id }");
  return process.id;
}

const button = (where, name) => where.getByRole("button", { name, exact: true });
const link = (page, name) => page.getByRole("link", { name, exact: true });
const weight = (page) => page.getByLabel("Weight of “Call them”");
const question = (page) => page.getByRole("dialog", { name: "Your changes are not saved" });

/** Is asked whether to leave, and stays. */
async function stays(page) {
  await button(question(page), "Stay here").click();
  await question(page).waitFor({ state: "detached" });
  assert.equal(await weight(page).inputValue(), "20");
}

/** Is asked whether to leave, leaves, and keeps the draft. */
async function keeps(page) {
  await button(question(page), "Leave, keep them").click();
  await question(page).waitFor({ state: "detached" });
}

/** Changes a process, and leaves it so. */
async function begun(page, name) {
  await link(page, name).click();
  await weight(page).fill("20");
  await link(page, "Inbox").click();
  await keeps(page);
}

const found = (page) => page.getByText("These are your unsaved changes from before.").waitFor();

test("whoever comes back to a draft is asked by every way out of it", PATIENCE, async () => {
  const id = await newProcess("Ways out");
  await here("/processes", {}, async (page) => {
    await begun(page, "Ways out");
    await page.goBack();
    await found(page);
    await page.goBack();
    await stays(page);
    await link(page, "Tasks").click();
    await stays(page);
    await page.goForward();
    await stays(page);
    await link(page, "Versions").click();
    await page.getByRole("heading", { name: "Version 1" }).waitFor();
    await page.goBack();
    await found(page);
    await link(page, "Board").click();
    await stays(page);
    await page.reload();
    await found(page);
    await link(page, "Inbox").click();
    await stays(page);
    await page.goBack();
    await stays(page);
    await page.goto(page.url().replace(/processes.*/, `processes/${id}`));
    await found(page);
    await link(page, "Processes").click();
    await stays(page);
  });
});

test("whoever leaves before their draft is there is asked as soon as it is", PATIENCE, async () => {
  const id = await newProcess("Too early");
  await here("/processes", {}, async (page) => {
    await begun(page, "Too early");
    await link(page, "Processes").click();
    let goOn = () => {};
    const late = new Promise((resolve) => (goOn = resolve));
    await page.route("**/graphql", async (route) => {
      if (route.request().postData().includes(`"id":"${id}"`)) await late;
      await route.continue();
    });
    await link(page, "Too early").click();
    await page.waitForURL(/processes\/process_/);
    await link(page, "Inbox").click();
    goOn();
    await stays(page);
    await link(page, "Inbox").click();
    await keeps(page);
    await page.waitForURL(/inbox/);
  });
});
