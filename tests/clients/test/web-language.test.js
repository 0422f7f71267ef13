// The language of the screen in Chromium, on the real server: what one chooses is there at once, in the server's words too,
// and wherever one signs in.
import assert from "node:assert/strict";
import { test } from "node:test";

import { PATIENCE, assertAccessible, browser, here, office, openOffice, server } from "../support/office.js";
import { Colleague } from "../support/scene.js";

openOffice();

/** Somebody for a test that changes what they chose. */
async function newMember(name, role = "ADMINISTRATOR") {
  const email = `${name.toLowerCase().replaceAll(" ", ".")}@example.org`;
  const { member } = await office.boss.does("addMember", { name, email, role }, "member { id }");
  const { secret } = await office.boss.does("createToken", { memberId: member.id, name: "The test" }, "secret");
  return { id: member.id, token: secret, does: new Colleague(server, secret) };
}

const localeOf = async ({ token }) => (await server.ask("{ viewer { member { locale } } }", {}, token)).viewer.member.locale;

const giveTask = ({ id }, title) =>
  office.boss.does("createTask", { dealId: office.deals.Lathes, title, dueOn: "2030-01-01", assigneeId: id });

/** Chooses a language in the menu, by keyboard. */
async function choose(page, language) {
  await page.getByRole("button", { name: /^(You and this page|Twoje konto i wygląd strony)$/ }).press("Enter");
  await page.getByRole("menuitemradio", { name: language }).press("Enter");
}

/** The page, once it says that it is in a language. */
const speaks = (page, code) => page.locator(`html[lang=${code}]`).waitFor();

test("what the server wrote is there in the language that one chooses, and what it writes next", PATIENCE, async () => {
  const pat = await newMember("Pat Polyglot", "SALESPERSON");
  await giveTask(pat, "Ring them");
  await here("/inbox", pat, async (page) => {
    await page.getByText("gave you a task for “Lathes”: “Ring them”.").waitFor();
    await choose(page, "Polski");
    await page.getByText("masz nowe zadanie w szansie „Lathes”: „Ring them”.").waitFor();
    assert.equal(await page.getByText("gave you a task").count(), 0);
    await page.getByRole("heading", { name: "Skrzynka", level: 1 }).waitFor();
    await assertAccessible(page, "the inbox in another language");
    await giveTask(pat, "Write to them");
    await page.getByRole("link", { name: "masz nowe zadanie w szansie „Lathes”: „Write to them”." }).waitFor();
    assert.equal(await page.getByText("gave you a task").count(), 0);
  });
  assert.equal(await localeOf(pat), "POLISH");
});

test("a deal's history and the reasons why not change their language, and a note that one writes stays", PATIENCE, async () => {
  const pat = await newMember("Petra Polyglot");
  const { deal } = await office.boss.does("createDeal", { processId: office.process, title: "Looms" }, "deal { id }");
  await here(`/deals/${deal.id}`, pat, async (page) => {
    await page.getByText("Deal “Looms” began").waitFor();
    await page.getByRole("button", { name: "Add a note" }).click();
    await page.getByRole("textbox", { name: "Note" }).fill("Half of a sen");
    await choose(page, "Polski");
    await page.getByText("Utworzono szansę „Looms”").waitFor();
    assert.equal(await page.getByRole("textbox", { name: "Notatka" }).inputValue(), "Half of a sen");
    await page.getByRole("button", { name: "Oznacz jako wygraną" }).press("Enter");
    await page.getByText("trzeba wykonać działania obowiązkowe").first().waitFor();
    await office.boss.does("addNote", { dealId: deal.id, body: "From afar" });
    await page.getByText("Dodano notatkę").waitFor();
    assert.equal(await page.getByText(/Deal “Looms” began|A note was added|do what is mandatory/).count(), 0);
  });
});

test("an edit of a process outlives a change of the language, and so does a board", PATIENCE, async () => {
  const pat = await newMember("Paul Polyglot");
  await here(`/processes/${office.process}`, pat, async (page) => {
    await page.getByLabel("Weight of “Call them”").fill("25");
    await choose(page, "Polski");
    await speaks(page, "pl");
    assert.equal(await page.getByLabel("Waga działania „Call them”").inputValue(), "25");
    await page.getByRole("button", { name: "Cofnij" }).click();
    await page.waitForFunction(() => !document.querySelector(".cfg-head .button-main:enabled"));
    assert.equal(await page.getByLabel("Waga działania „Call them”").inputValue(), "10");
    await page.goto(`${server.origin}/boards/${office.process}`);
    await page.getByRole("link", { name: "Lathes" }).waitFor();
    await choose(page, "English");
    await page.getByRole("region", { name: "No stage yet" }).getByRole("link", { name: "Lathes" }).waitFor();
    // What others do is followed still.
    await office.boss.does("moveDeal", { dealId: office.deals.Presses, stageId: office.stages.Contract });
    await page.getByRole("region", { name: "Contract" }).getByRole("link", { name: "Presses" }).waitFor();
  });
  assert.equal(await localeOf(pat), "ENGLISH");
});

test("the member's language goes before the browser's, and other tabs follow", PATIENCE, async () => {
  const pat = await newMember("Piotr Polyglot");
  await here("/tasks", { token: pat.token, locale: "pl" }, (page) => page.getByRole("heading", { name: "Mój dzień" }).waitFor());
  assert.equal(await localeOf(pat), null, "the browser's language is nobody's choice");
  await pat.does.does("updateMember", { memberId: pat.id, locale: "ENGLISH" });
  await here("/tasks", { token: pat.token, locale: "pl" }, async (page) => {
    await page.getByRole("heading", { name: "My day" }).waitFor();
    const other = await page.context().newPage();
    await other.goto(`${server.origin}/inbox#token=${pat.token}`);
    await other.getByRole("heading", { name: "Inbox", level: 1 }).waitFor();
    await choose(page, "Polski");
    await page.getByRole("heading", { name: "Mój dzień" }).waitFor();
    await other.getByRole("heading", { name: "Skrzynka", level: 1 }).waitFor();
    // Who did not choose one is answered in that of their browser still.
    await other.goto(`${server.origin}/#token=${office.sal.token}`);
    await other.reload();
    await speaks(other, "pl");
  });
  const context = await browser.newContext({ locale: "en" });
  const elsewhere = await context.newPage();
  await elsewhere.goto(`${server.origin}/tasks#token=${pat.token}`);
  await elsewhere.getByRole("heading", { name: "Mój dzień" }).waitFor();
  await context.close();
});

test("a choice that could not be saved is none", PATIENCE, () =>
  here("/tasks", { mayFail: true }, async (page) => {
    await page.getByRole("heading", { name: "My day" }).waitFor();
    await page.context().setOffline(true);
    await choose(page, "Polski");
    await page.getByRole("log").getByRole("alert").waitFor();
    await speaks(page, "en");
  }),
);
