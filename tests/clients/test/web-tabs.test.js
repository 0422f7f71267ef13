// Two who configure one process, each in a tab, and a tab that has lost what it followed: in Chromium, on the real server.
import assert from "node:assert/strict";
import { test } from "node:test";

import { PATIENCE, assertAccessible, here, office, openOffice, server } from "../support/office.js";

openOffice();

const FILE = (name) => `
process: ${name}
stages:
  - stage: Contact
    actions: [{ action: Call them, weight: 10 }, { action: Write to them, weight: 30 }]
`;

const newProcess = async (name) => (await office.boss.does("importProcess", { file: FILE(name) }, "process { id }")).process.id;
const button = (where, name) => where.getByRole("button", { name, exact: true });
const weight = (page, name) => page.getByLabel(`Weight of “${name}”`);

/** Looks at the review and saves. */
async function finish(page) {
  await button(page, "Save and finish").press("Enter");
  const review = page.getByRole("dialog", { name: "Before it is saved" });
  await review.getByRole("heading", { name: /change/ }).waitFor();
  await button(review, "Save and finish").press("Enter");
  await page.getByRole("heading", { name: "Processes", level: 1 }).waitFor();
}

/** What the actions of a process weigh, by their names. */
async function weights(id) {
  const { process } = await server.ask("query($id: ID!) { process(id: $id) { stages { actions { name weight } } } }", { id });
  return Object.fromEntries(process.stages.flatMap(({ actions }) => actions.map(({ name, weight }) => [name, weight])));
}

test("two tabs change one process: the second one sees what the first one saved, and puts both together", PATIENCE, async () => {
  const id = await newProcess("Two tabs");
  await here(`/processes/${id}`, {}, (first) =>
    here(`/processes/${id}`, {}, async (second) => {
      await weight(first, "Call them").fill("40");
      await weight(second, "Call them").fill("20");
      await weight(second, "Write to them").fill("5");
      await finish(first);
      await button(second, "See what and merge").press("Enter");
      const conflict = second.getByRole("dialog", { name: "Somebody saved meanwhile" });
      const overlap = conflict.getByRole("group", { name: /Call them/ });
      await overlap.getByRole("radio", { name: /Theirs/ }).press("Space");
      await assertAccessible(second, "what two tabs changed");
      await button(conflict, "Merge and go on").press("Enter");
      await conflict.waitFor({ state: "detached" });
      assert.equal(await weight(second, "Call them").inputValue(), "40");
      // The first one is at it again: what is saved now is there at once, for nothing is changed here.
      await first.goto(`${server.origin}/processes/${id}`);
      await weight(first, "Call them").waitFor();
      await finish(second);
      await first.waitForFunction(() => document.querySelector("[aria-label='Weight of “Write to them”']")?.value === "5");
    }),
  );
  assert.deepEqual(await weights(id), { "Call them": 40, "Write to them": 5 });
});

test("a tab whose place in the log is lost reads the process again, and follows it from there", PATIENCE, async () => {
  const id = await newProcess("Lost");
  const save = async (weight) => {
    const { process } = await server.ask("query($id: ID!) { process(id: $id) { stages { actions { id } } } }", { id });
    await office.boss.does("updateAction", { actionId: process.stages[0].actions[0].id, weight });
  };
  await here("/processes", {}, async (page) => {
    let refused = 0;
    let refuse;
    await page.routeWebSocket(/graphql/, (socket) => {
      const far = socket.connectToServer();
      socket.onMessage((text) => {
        const said = JSON.parse(text);
        const isFirst = said.type === "subscribe" && said.payload.variables.id === id && refused++ === 0;
        if (!isFirst) return far.send(text);
        const errors = [{ message: "It is of another log.", extensions: { code: "CURSOR_INVALID" } }];
        refuse = () => socket.send(JSON.stringify({ id: said.id, type: "error", payload: errors }));
      });
    });
    await page.goto(`${server.origin}/processes/${id}`);
    await weight(page, "Call them").waitFor();
    const shows = (weight) =>
      page.waitForFunction((weight) => document.querySelector("[aria-label='Weight of “Call them”']")?.value === weight, weight);
    await save(11);
    while (!refuse) await page.evaluate(() => new Promise(requestAnimationFrame));
    assert.equal(await weight(page, "Call them").inputValue(), "10", "it has not heard of it");
    refuse();
    await shows("11");
    await save(12);
    await shows("12");
  });
});
