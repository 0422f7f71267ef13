// The inbox, tasks and administration in Chromium, on the real server, by mouse and by keyboard.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

import { openBrowser } from "../support/browser.js";
import { assertAccessible, furnish, visiting } from "../support/office.js";
import { ask, startServer } from "../support/server.js";

const PATIENCE = { timeout: 180_000 };
let server, browser, office, endpoint;

before(async () => {
  [server, browser, endpoint] = await Promise.all([startServer("--webhook-allow-network", "127.0.0.0/8"), openBrowser(), receive()]);
  office = await furnish(server);
});
after(async () => {
  await browser?.close();
  await server?.stop();
  endpoint?.close();
});

/** Another program, that takes all that it is told of. */
async function receive() {
  const http = createServer((request, answer) => request.resume().on("end", () => answer.end("taken")));
  await once(http.listen(0, "127.0.0.1"), "listening");
  http.unref();
  return { url: `http://127.0.0.1:${http.address().port}/`, close: () => http.close() };
}

const here = (path, given, body) => visiting(browser, server, path, given, body);
const asSal = (more = {}) => ({ token: office.sal.token, ...more });
const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const row = (page, text) => page.getByRole("listitem").filter({ hasText: text });
const part = (page, name) => page.getByRole("region", { name });

async function giveTask(title, more = {}) {
  const input = { dealId: office.deals.Lathes, title, dueOn: day(0), assigneeId: office.sal.id, ...more };
  return (await office.boss.does("createTask", input, "task { id }")).task.id;
}

const taskOf = async (id) => (await server.ask("query($id: ID!) { node(id: $id) { ... on Task { title state dueOn assignee { name } } } }", { id })).node;

/** Waits until the API says so. */
async function until(read, isSo) {
  for (;;) {
    const now = await read();
    if (isSo(now)) return now;
  }
}

/** A member of their own for a test that changes them. */
async function newMember(name, role = "SALESPERSON") {
  const email = `${name.toLowerCase().replaceAll(" ", ".")}@example.org`;
  return (await office.boss.does("addMember", { name, email, role }, "member { id }")).member.id;
}

const badge = (page) => page.getByRole("link", { name: /^Inbox/ }).locator(".badge");

test("what one is told comes at once, and what is read in one tab is read in all", PATIENCE, () =>
  here("/inbox", asSal(), (page) =>
    here("/inbox", asSal(), async (other) => {
      await page.getByText("Nothing yet").waitFor();
      await assertAccessible(page, "an empty inbox");
      await giveTask("Call the baker");
      await giveTask("Call the butcher");
      for (const tab of [page, other]) {
        await tab.getByRole("link", { name: /Call the baker/ }).waitFor();
        await tab.getByRole("link", { name: /Call the butcher/ }).waitFor();
        await badge(tab).getByText("2").waitFor();
      }
      await assertAccessible(page, "the inbox");
      await page.getByRole("link", { name: /Call the butcher/ }).focus();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await badge(other).getByText("1").waitFor();
      await other.getByRole("button", { name: /Mark as read: .*Call the baker/ }).waitFor({ state: "detached" });

      await other.getByRole("button", { name: /^Unread/ }).click();
      await row(other, "Call the butcher").waitFor();
      assert.equal(await row(other, "Call the baker").count(), 0);
      await other.getByRole("button", { name: "Mark all as read" }).click();
      await badge(page).waitFor({ state: "detached" });
      await page.getByRole("button", { name: /Mark as read/ }).first().waitFor({ state: "detached" });

      await page.context().setOffline(true);
      await giveTask("Call the brewer");
      await page.context().setOffline(false);
      await row(page, "Call the brewer").waitFor();
      await page.getByRole("link", { name: /Call the baker/ }).press("Enter");
      await page.getByRole("heading", { name: "Lathes", level: 1 }).waitFor();
    })));

test("one says what comes by mail, and the inbox is Polish, dark and narrow", PATIENCE, async () => {
  await giveTask("Odebrać zamówienie na bardzo długą linię produkcyjną w zakładzie w Łodzi");
  await here("/inbox", asSal({ locale: "pl" }), async (page) => {
    await page.emulateMedia({ colorScheme: "dark" });
    await page.setViewportSize({ width: 390, height: 800 });
    await page.getByRole("heading", { name: "Dzisiaj" }).waitFor();
    await row(page, "Odebrać zamówienie").getByText("przed chwilą").waitFor();
    await page.locator("summary").click();
    await page.getByLabel("Przydzielono mi zadanie").uncheck();
    const muted = async () => (await ask(server, office.sal.token, "{ viewer { mailPreferences { muted } } }")).viewer.mailPreferences.muted;
    await until(muted, (kinds) => kinds.includes("TASK_ASSIGNED"));
    await assertAccessible(page, "the inbox in Polish");
    await assertNarrow(page);
  });
});

async function assertNarrow(page) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= 390, `the page is ${wide} wide`);
}

test("my day has what is overdue, due today and later, and what becomes mine meanwhile", PATIENCE, async () => {
  const late = await giveTask("Late letter", { dueOn: day(-2) });
  await giveTask("Today's visit");
  await here("/tasks", asSal(), async (page) => {
    await row(part(page, /Overdue/), "Late letter").waitFor();
    await row(part(page, /Today/), "Today's visit").waitFor();
    await giveTask("Next week's lunch", { dueOn: day(7) });
    await row(part(page, /Later/), "Next week's lunch").waitFor();
    await assertAccessible(page, "my day");

    await page.getByRole("button", { name: "Mark “Today's visit” as done" }).press("Enter");
    await row(page, "Today's visit").waitFor({ state: "detached" });
    // Nobody who works by keyboard has to begin at the top again.
    assert.notEqual(await page.evaluate(() => document.activeElement?.tagName), "BODY");
    await page.getByRole("button", { name: "Mark “Late letter” as done" }).press("Enter");
    await row(page, "Late letter").waitFor({ state: "detached" });
    assert.equal((await taskOf(late)).state, "DONE");
    await page.getByText("“Late letter” is done.").locator("..").getByRole("button", { name: "Undo" }).click();
    await row(part(page, /Overdue/), "Late letter").waitFor();
    await page.getByRole("button", { name: "Mark “Late letter” as done" }).click();
    await row(page, "Late letter").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Done", exact: true }).click();
    await row(page, "Late letter").waitFor();
    assert.match(page.url(), /show=done/);
  });
});

test("a task is changed and handed on, by keyboard", PATIENCE, async () => {
  const id = await giveTask("Count the boxes");
  await here("/tasks", asSal(), async (page) => {
    await page.getByRole("button", { name: "Edit “Count the boxes”" }).press("Enter");
    const dialog = page.getByRole("dialog", { name: "Edit the task" });
    await assertAccessible(page, "a task that is edited");
    await dialog.getByLabel("What is to be done").fill("   ");
    await dialog.getByLabel("What is to be done").press("Enter");
    await dialog.getByRole("alert").first().waitFor();
    await page.waitForFunction(() => document.activeElement?.getAttribute("aria-invalid") === "true");
    await dialog.getByLabel("What is to be done").fill("Count all boxes");
    await dialog.getByLabel("Due").fill(day(3));
    const picker = dialog.getByRole("combobox", { name: "Choose somebody else" });
    await picker.pressSequentially("ann@");
    await dialog.getByRole("option", { name: /ann@example.org/ }).waitFor();
    await picker.press("Enter");
    await dialog.getByText("Who does it: Ann").waitFor();
    await dialog.getByRole("button", { name: "Save" }).press("Enter");
    await dialog.waitFor({ state: "detached" });
    await row(page, /Count (the|all) boxes/).waitFor({ state: "detached" });
    assert.deepEqual(await taskOf(id), { title: "Count all boxes", state: "OPEN", dueOn: day(3), assignee: { name: "Ann" } });
    await page.getByRole("button", { name: "Everybody's" }).click();
    await row(page, "Count all boxes").getByText("Ann").waitFor();
  });
});

test("a new task is about a deal, which one finds by its title", PATIENCE, () =>
  here("/tasks", asSal({ locale: "pl" }), async (page) => {
    await page.getByRole("button", { name: "Nowe zadanie" }).click();
    const dialog = page.getByRole("dialog", { name: "Nowe zadanie" });
    await dialog.getByLabel("Co jest do zrobienia").fill("Policzyć prasy");
    await dialog.getByRole("button", { name: "Dodaj" }).click();
    await dialog.getByText("Wybierz szansę, której dotyczy zadanie.").waitFor();
    const picker = dialog.getByRole("combobox", { name: "Znajdź szansę po nazwie" });
    await picker.pressSequentially("press");
    await dialog.getByRole("option", { name: /Presses/ }).waitFor();
    await picker.press("Enter");
    await assertAccessible(page, "a new task in Polish");
    await dialog.getByRole("button", { name: "Dodaj" }).click();
    await row(part(page, /Dzisiaj/), "Policzyć prasy").getByRole("link", { name: "Presses" }).waitFor();
    await page.setViewportSize({ width: 390, height: 800 });
    await assertAccessible(page, "my day in Polish, narrow");
    await assertNarrow(page);
  }));

test("a member is added, signs in with a token that is shown once, and is signed out when it is revoked", PATIENCE, () =>
  here("/admin", {}, async (page) => {
    await page.getByRole("heading", { name: "Members", level: 1 }).waitFor();
    await assertAccessible(page, "the members");
    await page.getByRole("button", { name: "Add a member" }).press("Enter");
    const dialog = page.getByRole("dialog", { name: "Add a member" });
    await dialog.getByLabel("Name").fill("Max Mason");
    await dialog.getByLabel("E-mail address").fill("sal@example.org");
    await dialog.getByLabel("Role").selectOption("MANAGER");
    await dialog.getByLabel("Name").press("Enter");
    await dialog.getByRole("alert").first().waitFor();
    await assertAccessible(page, "a member with the address of another");
    await dialog.getByLabel("E-mail address").fill("max@example.org");
    await dialog.getByRole("button", { name: "Add" }).click();
    await page.getByRole("heading", { name: "Max Mason", level: 1 }).waitFor();

    await page.getByRole("button", { name: "Create a token" }).click();
    await page.getByLabel("What it is for").fill("Laptop");
    await page.getByLabel("What it is for").press("Enter");
    const secret = await page.getByRole("textbox", { name: "Secret", exact: true }).inputValue();
    await assertAccessible(page, "a token");
    await page.keyboard.press("Escape");
    await page.getByText("You have not copied it yet").waitFor();
    await page.keyboard.press("Escape");
    await row(page, "Laptop").waitFor();
    assert.equal(await page.getByText(secret).count(), 0);

    await here("/inbox", { token: secret }, async (other) => {
      await other.getByRole("heading", { name: "Inbox", level: 1 }).waitFor();
      await page.getByRole("button", { name: "Revoke: Laptop" }).click();
      await page.getByRole("dialog", { name: "Revoke “Laptop”?" }).getByRole("button", { name: "Revoke" }).press("Enter");
      await row(page, "Laptop").waitFor({ state: "detached" });
      await other.getByText("Your token is no longer valid").waitFor();
    });
  }));

test("whoever leaves hands over their deals, and comes back without old tokens", PATIENCE, async () => {
  const id = await newMember("Lena Leaving");
  const input = { processId: office.process, title: "Ladders", ownerId: id };
  const { deal } = await office.boss.does("createDeal", input, "deal { id }");
  await here(`/admin/members/${id}`, {}, async (page) => {
    await page.getByText("1 open deal").waitFor();
    await page.getByRole("button", { name: "Deactivate" }).click();
    const dialog = page.getByRole("dialog", { name: "Deactivate Lena Leaving?" });
    await dialog.getByText("They own 1 open deal").waitFor();
    await assertAccessible(page, "what deactivating means");
    const picker = dialog.getByRole("combobox", { name: "Choose who takes over" });
    await picker.pressSequentially("sal@");
    await dialog.getByRole("option", { name: /sal@example.org/ }).waitFor();
    await picker.press("Enter");
    await dialog.getByRole("button", { name: "Deactivate" }).click();
    await page.getByText("1 deal was handed over.").waitFor();
    await page.getByText("0 open deals").waitFor();
    const owner = "query($id: ID!) { deal(id: $id) { owner { name } } }";
    assert.equal((await server.ask(owner, { id: deal.id })).deal.owner.name, "Sal Sales");
    await page.getByRole("button", { name: "Reactivate" }).click();
    await page.getByRole("button", { name: "Deactivate" }).waitFor();
  });
});

test("the last administrator stays one, and is told why", PATIENCE, async () => {
  const { viewer } = await server.ask("{ viewer { member { id } } }");
  await here(`/admin/members/${viewer.member.id}`, { locale: "pl" }, async (page) => {
    await page.getByRole("button", { name: "Dezaktywuj" }).press("Enter");
    await page.getByRole("status").getByText(/administrator/i).waitFor();
    await page.setViewportSize({ width: 390, height: 800 });
    await assertAccessible(page, "a member in Polish, narrow");
    await assertNarrow(page);
  });
});

test("close reasons are added, put in their order by keyboard, archived and restored", PATIENCE, () =>
  here("/admin/reasons", {}, async (page) => {
    const lost = part(page, "Lost");
    const add = async (name) => {
      await page.getByRole("button", { name: "Add a reason: Lost" }).click();
      await page.getByRole("textbox", { name: "Reason" }).fill(name);
      await page.getByRole("textbox", { name: "Reason" }).press("Enter");
    };
    await add("too EXPENSIVE");
    await page.getByRole("dialog").getByRole("alert").first().waitFor();
    await page.keyboard.press("Escape");
    for (const name of ["No budget", "Another offer"]) {
      await add(name);
      await lost.getByText(name, { exact: true }).waitFor();
    }
    const names = () => lost.locator("ol .row-body > span").allInnerTexts();
    const up = page.getByRole("button", { name: "Move “Another offer” up" });
    await up.press("Enter");
    await until(names, ([, second]) => second === "Another offer");
    await page.waitForFunction(() => document.activeElement?.getAttribute("aria-label") === "Move “Another offer” up");
    await page.keyboard.press("Enter");
    await until(names, ([first]) => first === "Another offer");
    // At the top there is no further up: the other button has the focus.
    await page.waitForFunction(() => document.activeElement?.getAttribute("aria-label") === "Move “Another offer” down");
    const ofApi = async () => (await server.ask("{ closeReasons(status: LOST) { name } }")).closeReasons.map(({ name }) => name);
    assert.deepEqual(await ofApi(), ["Another offer", "Too expensive", "No budget"]);
    await assertAccessible(page, "the close reasons");

    await page.getByRole("button", { name: "Archive “No budget”" }).click();
    await lost.getByText("Archived (1)").click();
    await page.getByRole("button", { name: "Restore “No budget”" }).click();
    await page.getByRole("button", { name: "Archive “No budget”" }).waitFor();
    await page.getByRole("button", { name: "Rename “No budget”" }).click();
    await page.getByRole("textbox", { name: "Reason" }).fill("No money");
    await page.getByRole("button", { name: "Save" }).click();
    await lost.getByText("No money").waitFor();
  }));

test("a webhook is made, tried, told, told again, and removed", PATIENCE, () =>
  here("/admin/webhooks", {}, async (page) => {
    await page.getByText("No program is told yet").waitFor();
    await page.getByRole("button", { name: "Add a webhook" }).click();
    const dialog = page.getByRole("dialog", { name: "Add a webhook" });
    await dialog.getByLabel("What it is called").fill("Billing");
    await dialog.getByLabel("Address").fill("ftp://example.org");
    await dialog.getByLabel("Only what is chosen").check();
    await dialog.getByLabel("Note added").check();
    await dialog.getByRole("button", { name: "Add" }).click();
    await dialog.getByRole("alert").first().waitFor();
    await assertAccessible(page, "a webhook with a wrong address");
    await dialog.getByLabel("Address").fill(endpoint.url);
    await dialog.getByRole("button", { name: "Add" }).click();
    const first = await page.getByRole("textbox", { name: "Secret" }).inputValue();
    await page.getByRole("button", { name: "I have copied it" }).click();
    await page.getByRole("heading", { name: "Billing", level: 1 }).waitFor();

    await office.boss.does("addNote", { dealId: office.deals.Presses, body: "They called." });
    await until(
      async () => {
        await page.getByRole("button", { name: "Refresh" }).click();
        return row(page, "A note was added").filter({ hasText: "delivered" }).count();
      },
      (count) => count === 1,
    );
    await page.getByText("Details").click();
    await page.getByRole("region", { name: "Answer" }).getByText("taken").waitFor();
    await assertAccessible(page, "a webhook and its deliveries");
    await page.getByRole("button", { name: "Deliver again: A note was added" }).click();
    await page.getByText("It is being delivered again.").waitFor();
    await page.getByRole("button", { name: "Replay what came after it: A note was added" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Replay" }).click();
    await page.getByText("It is on its way.").first().waitFor();

    await page.getByRole("button", { name: "Send a test" }).click();
    const trial = page.getByRole("dialog", { name: "What the test came to" });
    await trial.getByText("The endpoint took it.").waitFor();
    await assertAccessible(page, "a trial");
    await page.keyboard.press("Escape");

    await page.getByRole("button", { name: "Replace the secret" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Replace the secret" }).click();
    assert.notEqual(await page.getByRole("textbox", { name: "Secret" }).inputValue(), first);
    await page.getByRole("button", { name: "I have copied it" }).click();
    await page.getByText("The secret before signs, too").waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByText("paused").waitFor();
    await page.getByRole("button", { name: "Resume" }).click();
    await page.getByRole("button", { name: "Pause" }).waitFor();
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog", { name: "Delete “Billing”?" }).getByRole("button", { name: "Delete" }).press("Enter");
    await page.getByText("No program is told yet").waitFor();
  }));

test("mail that was refused can be sent again", PATIENCE, async () => {
  const id = await newMember("Mia Mail");
  await giveTask("Read your mail", { assigneeId: id });
  await here("/admin/mail", {}, async (page) => {
    await until(
      async () => {
        await page.getByRole("button", { name: "Refresh" }).click();
        return row(page, "Mia Mail").count();
      },
      (count) => count === 1,
    );
    await row(page, "Mia Mail").getByText("nobody here").waitFor();
    await assertAccessible(page, "the dead letters");
    await page.getByRole("button", { name: "Send again to Mia Mail" }).click();
    await page.getByText("1 mail is on its way again.").waitFor();
  });
});

test("the audit log says who did what, in both languages", PATIENCE, async () => {
  await newMember("Nora New");
  await here("/admin/log", {}, async (page) => {
    await row(page, "“Nora New” was added").getByRole("link", { name: "Administrator" }).waitFor();
    await page.getByLabel("What was done").selectOption("TOKEN_REVOKED");
    await row(page, "Nora New").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Clear filters" }).click();
    await row(page, "Nora New").waitFor();
    await assertAccessible(page, "the audit log");
  });
  await here("/admin/log", { locale: "pl" }, async (page) => {
    await page.emulateMedia({ colorScheme: "dark" });
    await page.setViewportSize({ width: 390, height: 800 });
    await row(page, "Nora New").getByText("Dodano użytkownika", { exact: true }).waitFor();
    // what the server says, too
    await row(page, "Nora New").getByText("Dodano użytkownika „Nora New”; rola: handlowiec.").waitFor();
    await assertAccessible(page, "the audit log in Polish, narrow and dark");
    await assertNarrow(page);
  });
});

test("who may not look after something is told why, and has their own tokens", PATIENCE, () =>
  here("/admin/webhooks", asSal(), async (page) => {
    await page.getByText("This cannot be done now:").waitFor();
    await page.getByText(/administrator/i).first().waitFor();
    await assertAccessible(page, "what may not be looked after");
    assert.equal(await page.getByRole("navigation", { name: "Main" }).getByText("Administration").count(), 0);
    await page.getByRole("button", { name: "You and this page" }).click();
    await page.getByRole("menuitem", { name: "My tokens" }).click();
    await row(page, "The test").getByText("your current session").waitFor();
    await assertAccessible(page, "one's own tokens");
  }));
