// Notes that are edited and withdrawn, and tasks that are deleted, in Chromium, on the real server, by keyboard.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { openBrowser } from "../support/browser.js";
import { assertAccessible, furnish, visiting } from "../support/office.js";
import { startServer } from "../support/server.js";

const PATIENCE = { timeout: 180_000 };
let server, browser, office;

before(async () => {
  [server, browser] = await Promise.all([startServer(), openBrowser()]);
  office = await furnish(server);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const part = (page, name) => page.getByRole("region", { name });

/** The page of a deal, as its owner reads it. */
const onDeal = (given, body) =>
  visiting(browser, server, `/deals/${office.deals.Lathes}`, { token: office.sal.token, ...given }, body);

test("a note is edited and withdrawn, and its text is nowhere on the page", PATIENCE, () =>
  onDeal({}, (page) =>
    onDeal({}, async (other) => {
      const notes = part(page, "Notes");
      await notes.getByRole("button", { name: "Add a note" }).press("Enter");
      await page.keyboard.type("They pay 7.");
      await notes.getByRole("button", { name: "Save" }).press("Enter");
      await part(other, "Notes").getByText("They pay 7.").waitFor();

      await notes.getByRole("button", { name: "Edit the note" }).press("Enter");
      const text = notes.getByLabel("Edit the note");
      await text.fill("They pay 8.");
      await assertAccessible(page, "a note that is edited");
      await notes.getByRole("button", { name: "Save" }).press("Enter");
      for (const tab of [page, other]) {
        await part(tab, "Notes").getByText("They pay 8.").waitFor();
        await part(tab, "Notes").getByText(/^edited/).waitFor();
        await part(tab, "History").getByText("A note was edited").waitFor();
        await tab.getByText("They pay 7.").waitFor({ state: "detached" });
      }

      await notes.getByRole("button", { name: "Withdraw the note" }).press("Enter");
      const dialog = page.getByRole("dialog", { name: "Withdraw the note" });
      await dialog.getByText("Nobody will read it any more").waitFor();
      await assertAccessible(page, "a note to withdraw");
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
      await notes.getByRole("button", { name: "Withdraw the note" }).press("Enter");
      await dialog.getByRole("button", { name: "Withdraw" }).press("Enter");
      for (const tab of [page, other]) {
        await part(tab, "History").getByText("A note was withdrawn").waitFor();
        await tab.getByText("They pay 8.").first().waitFor({ state: "detached" });
        assert.equal(await tab.getByText("They pay").count(), 0);
      }
    }),
  ),
);

test("a task is deleted once one has said so", PATIENCE, async () => {
  const input = { dealId: office.deals.Lathes, title: "Call twice", dueOn: "2031-05-06", assigneeId: office.sal.id };
  await office.boss.does("createTask", input);
  await onDeal({ locale: "pl" }, async (page) => {
    await part(page, "Zadania").getByText("Call twice").waitFor();
    await page.getByRole("button", { name: "Usuń zadanie „Call twice”" }).press("Enter");
    const dialog = page.getByRole("dialog", { name: "Usuń zadanie „Call twice”" });
    await assertAccessible(page, "a task to delete");
    await dialog.getByRole("button", { name: "Usuń" }).press("Enter");
    await part(page, "Zadania").getByText("Call twice").first().waitFor({ state: "detached" });
    await part(page, "Historia").getByText("Usunięto zadanie „Call twice”").waitFor();
  });
});
