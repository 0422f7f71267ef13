// The way in, and the way back from where nothing is, in Chromium, on the real server.
import assert from "node:assert/strict";
import { test } from "node:test";

import { visit } from "../support/browser.js";
import { PATIENCE, assertAccessible, browser, office, openOffice, server } from "../support/office.js";

openOffice();

/** What of a field is selected, where it has the focus. */
const selected = (page) =>
  page.evaluate(() => {
    const { activeElement: field } = document;
    return field.value?.slice(field.selectionStart, field.selectionEnd);
  });

test("a token that is wrong stays in its field, selected, and is typed over", PATIENCE, async () => {
  const { page, wrong, close } = await visit(browser, server.origin, "/tasks");
  const field = page.getByLabel("Your token");
  for (const mistaken of ["wp_not-a-token", "Zażółć gęślą jaźń"]) {
    await field.fill(mistaken);
    await page.getByLabel("Keep me signed in").check();
    await field.press("Enter");
    await page.getByText("This token is not valid. Look for a typing error").waitFor();
    await page.waitForFunction(() => document.activeElement.type === "password");
    assert.equal(await field.inputValue(), mistaken);
    assert.equal(await selected(page), mistaken);
    assert.equal(await page.getByLabel("Keep me signed in").isChecked(), true);
    await assertAccessible(page, "a token that is wrong");
  }
  assert.deepEqual(await page.evaluate(() => Object.keys(localStorage).filter((name) => !/look/.test(name))), []);
  await page.keyboard.type(office.sal.token);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "My day", level: 1 }).waitFor();
  assert.deepEqual(
    wrong.filter((text) => !text.includes("401")),
    [],
  );
  await close();
});

test("an address that is none says so on a page with a way back, and programs are told in JSON", PATIENCE, async () => {
  const { page, wrong, close } = await visit(browser, server.origin, `/boards/${office.process}#token=${office.sal.token}`);
  await page.getByRole("heading", { name: "Machines", level: 1 }).waitFor();
  const answer = await page.goto(`${server.origin}/no/such/place`);
  assert.equal(answer.status(), 404);
  await page.getByRole("heading", { name: "This is not here", level: 1 }).waitFor();
  await assertAccessible(page, "an address that is none");
  await page.getByRole("link", { name: "Go to the start" }).click();
  await page.getByRole("heading", { name: "Machines", level: 1 }).waitFor();
  assert.deepEqual(
    wrong.filter((text) => !text.includes("404")),
    [],
  );
  await close();
  const told = await fetch(`${server.origin}/no/such/place`);
  assert.equal(told.status, 404);
  assert.equal((await told.json()).errors[0].extensions.code, "NOT_FOUND");
});
