// An organisation as the screen's tests need it: a process whose actions need different things, a few deals, a
// salesperson, and what a page of the screen has to be.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before } from "node:test";

import { openBrowser, visit } from "./browser.js";
import { Colleague } from "./scene.js";
import { ask, startServer } from "./server.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const PROCESS = `
process: Machines
stages:
  - stage: Contact
    hint: "Call **first**, write afterwards."
    actions: [{ action: Call them, weight: 10 }, { action: Write down what they need, weight: 10, evidence: NOTE }]
  - stage: Offer
    actions:
      - { action: Send the offer, weight: 20, evidence: NOTE_WITH_FILE }
      - { action: Grant a discount, weight: 10, performers: ADMINISTRATORS }
  - stage: Contract
    actions: [{ action: Sign the contract, weight: 50, mandatory: true }]
`;

/** How long a test in the browser may take, on a machine that does other things too. */
export const PATIENCE = { timeout: 180_000 };

/** What is open while the tests of a file run, which has a process of its own. */
export let server, browser, office;

/** Opens a server that is furnished and a browser before the first test of a file, and closes them after the last. */
export function openOffice(...flags) {
  before(async () => {
    [server, browser] = await Promise.all([startServer(...flags), openBrowser()]);
    office = await furnish(server);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });
}

/** Visits that server. */
export const here = (path, given, body) => visiting(browser, server, path, given, body);

/** Fills a server: what the tests name, by what it is called. */
export async function furnish(server) {
  const boss = new Colleague(server);
  const { process } = await boss.does("importProcess", { file: PROCESS }, "process { id stages { id name } }");
  await boss.does("addCloseReason", { status: "LOST", name: "Too expensive" });
  const { member } = await boss.does(
    "addMember",
    { email: "sal@example.org", name: "Sal Sales", role: "SALESPERSON" },
    "member { id }",
  );
  const { secret } = await boss.does("createToken", { memberId: member.id, name: "The test" }, "secret");
  const deals = {};
  for (const [title, amount] of [
    ["Lathes", "1000"],
    ["Presses", "2500"],
    ["Robots", "70000"],
  ]) {
    const input = { processId: process.id, title, ownerId: member.id, value: { amount, currency: "EUR" } };
    deals[title] = (await boss.does("createDeal", input, "deal { id }")).deal.id;
  }
  await boss.does("outdateDeal", { dealId: deals.Robots });
  const stages = Object.fromEntries(process.stages.map(({ id, name }) => [name, id]));
  return { process: process.id, stages, deals, boss, sal: { id: member.id, token: secret } };
}

/**
 * Signs in, in a tab of their own, and does something as a visitor after whom nothing is wrong, but for what the browser
 * itself says about a server that does not answer, where that `mayFail`.
 */
export async function visiting(browser, server, path, given, body) {
  const { token = server.token, mayFail = false, ...more } = given;
  const tab = await visit(browser, server.origin, `${path}#token=${token}`, { locale: "en", ...more });
  const { page, close } = tab;
  page.setDefaultTimeout(45_000);
  try {
    await body(page);
    const wrong = tab.wrong.filter((text) => !(mayFail && /net::ERR_|WebSocket connection/.test(text)));
    assert.deepEqual(wrong, [], "a request to elsewhere, or an error in the console");
  } finally {
    await close();
  }
}

/** What axe-core finds wrong on the page as it now is. */
export async function assertAccessible(page, what) {
  await page.evaluate(AXE);
  // A colour that is on its way to another one is neither, and one may set out while axe-core looks.
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished.catch(() => {}))));
  const violations = await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
  });
  await page.emulateMedia({ reducedMotion: null });
  assert.deepEqual(violations, [], what);
}

/** What a deal is now, as the API says it. */
export async function dealOf(server, id) {
  const fields = "id title status stage { name } progress { percent } notes { nodes { body files { name } } }";
  return (await ask(server, server.token, `query($id: ID!) { deal(id: $id) { ${fields} } }`, { id })).deal;
}
