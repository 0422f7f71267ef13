// The explorer in Chromium, on the demo: it needs nothing but the server.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { openBrowser, visit } from "../support/browser.js";
import { blocksOf } from "../support/pages.js";
import { ask, run } from "../support/server.js";

const PATIENCE = { timeout: 120_000 };
let demo, browser, token;

before(async () => {
  demo = await run(["demo", "--listen", "127.0.0.1:0"]);
  browser = await openBrowser();
  while (!/#token=\S+/.test(demo.said())) await new Promise((resolve) => setTimeout(resolve, 50));
  [, token] = /#token=(\S+)/.exec(demo.said());
});
after(async () => {
  await browser?.close();
  await demo?.end("SIGTERM");
});

/** Does something as a visitor, after whom nothing is wrong. */
async function visiting(path, body) {
  const { page, wrong, close } = await visit(browser, demo.origin, path);
  page.setDefaultTimeout(45_000);
  try {
    await body(page);
    assert.deepEqual(wrong, [], "a request to elsewhere, or an error in the console");
  } finally {
    await close();
  }
}

const signedIn = (body, more = "") => visiting(`/explorer#token=${token}${more}`, body);
const tab = (page, name) => page.getByRole("tab").filter({ hasText: new RegExp(`^${name}`) });
const results = (page) => page.locator(".result-window");
const execute = (page) => page.getByRole("button", { name: /execute query/i }).click();

/** Opens an example, runs it, and waits until this is in the result. */
async function runs(page, name, text) {
  await tab(page, name).click();
  await execute(page);
  await results(page).getByText(text).first().waitFor();
}

test("every example runs as it is", PATIENCE, () =>
  signedIn(async (page) => {
    await page.getByText(/Signed in as/).waitFor();
    await runs(page, "Viewer", "ADMINISTRATOR");
    await runs(page, "Process", '"mandatory"');
    await runs(page, "Board", '"totals"');
    await runs(page, "Deal", '"checklist"');
    await runs(page, "CompleteAction", '"alreadyDone"');
    assert.doesNotMatch(await results(page).innerText(), /"errors"/);
    assert.ok(!page.url().includes("token"), "the token left the address");
  }));

/** Replaces what is in the editor by a text, as somebody does who pastes it. */
async function paste(page, text) {
  const editor = page.locator(".graphiql-query-editor .monaco-editor").first();
  await editor.click();
  await page.keyboard.press("ControlOrMeta+A");
  await page.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(event);
  }, text);
}

test("every block of GraphQL of the README and of docs/ runs when it is pasted", { timeout: 240_000 }, async () => {
  await signedIn(async (page) => {
    await page.getByText(/Signed in as/).waitFor();
    for (const { block } of blocksOf("graphql")) {
      await page.getByRole("button", { name: /new tab/i }).click();
      await paste(page, block);
      await execute(page);
      // Its ids are examples: what follows a thing says that it is not there, and everything else answers.
      const answer = /^\s*subscription/.test(block) ? /"caughtUp"|"NOT_FOUND"/ : /"data"/;
      await results(page).getByText(answer).first().waitFor();
      const stop = page.getByRole("button", { name: /stop query/i });
      if (await stop.isVisible()) await stop.click();
      if (answer.source === '"data"') assert.doesNotMatch(await results(page).innerText(), /"errors"/, block);
    }
  });
});

test("a live event arrives, and those before it stay", PATIENCE, () =>
  signedIn(async (page) => {
    await runs(page, "Live", '"caughtUp": true');
    await anEvent(page);
    await results(page).getByText('"DealChanged"').first().waitFor();
    await results(page).getByText(/"received":\s([2-9]|\d\d)/).first().waitFor();
    await page.getByRole("button", { name: /stop query/i }).click();
  }));

/** A colleague adds a note to an open deal of the process that is watched. */
async function anEvent(page) {
  const id = await watchedProcess(page);
  const server = { http: `${demo.origin}/graphql` };
  const deals = "query($id: ID!) { deals(first: 1, filter: { processIds: [$id], statuses: [OPEN] }) { nodes { id } } }";
  const [deal] = (await ask(server, token, deals, { id })).deals.nodes;
  const note = "mutation($id: ID!) { addNote(input: { dealId: $id, body: \"Look!\" }) { userErrors { message } } }";
  await ask(server, token, note, deal);
}

/** The process of the examples. GraphiQL keeps its tabs a moment after they are shown, so it is waited for. */
async function watchedProcess(page) {
  const kept = () => /process_[0-9a-z]{26}/.exec(sessionStorage.getItem("graphiql:tabState"))?.[0];
  return (await page.waitForFunction(kept)).jsonValue();
}

test("documentation, search and history work", PATIENCE, () =>
  signedIn(async (page) => {
    await runs(page, "Viewer", "ADMINISTRATOR");
    await page.getByRole("button", { name: /documentation explorer/i }).click();
    await page.getByRole("combobox").first().fill("completeAction");
    await page.getByRole("option", { name: /completeAction/ }).first().click();
    await page.getByText("CompleteActionPayload").first().waitFor();
    await page.getByRole("button", { name: /show history/i }).click();
    await page.getByRole("button", { name: /Viewer/ }).first().waitFor();
  }));

test("a link to a deal opens it, also where one has to sign in first", PATIENCE, async () => {
  const server = { http: `${demo.origin}/graphql` };
  const { deals } = await ask(server, token, "{ deals(first: 3) { nodes { id title } } }");
  const deal = deals.nodes.at(-1);
  await visiting(`/explorer#deal=${deal.id}`, async (page) => {
    await page.getByText("Sign in to see the deal").waitFor();
    await page.getByLabel("Your token").fill(token);
    await page.getByRole("button", { name: "Sign in" }).click();
    await tab(page, "Deal").first().waitFor();
    await execute(page);
    await results(page).getByText(deal.title).first().waitFor();
  });
});

test("what one member did is not there for the next", PATIENCE, () =>
  signedIn(async (page) => {
    await runs(page, "Viewer", "ADMINISTRATOR");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Your token").waitFor();
    const kept = () => [...Object.keys(localStorage), ...Object.keys(sessionStorage)];
    assert.deepEqual(await page.evaluate(kept), []);
  }));

test("a token that is worth nothing is said to be so", PATIENCE, async () => {
  const { page, close } = await visit(browser, demo.origin, "/explorer#token=wp_not-a-token");
  await page.getByText("That token is not valid").waitFor();
  await page.getByText("waypost token create").waitFor();
  await close();
});
