// What the screen takes, as Chromium's own traces tell: `npm run figures`. A card that is moved by keyboard until it is shown
// moved on another screen; a board that is opened for the first time; and frames while a card is dragged over a board of
// 2,000. `--deals N` and `--rounds N` for others; WAYPOST_BIN names another program than the one that tests have.
import { loadavg } from "node:os";
import { parseArgs } from "node:util";

import { openBrowser } from "./support/browser.js";
import { take } from "./support/drag.js";
import { Colleague } from "./support/scene.js";
import { startServer } from "./support/server.js";
import { traced } from "./support/trace.js";

const { values } = parseArgs({ options: { deals: { type: "string", default: "2000" }, rounds: { type: "string", default: "9" } } });
const [deals, rounds] = [Number(values.deals), Number(values.rounds)];
const VIEW = { width: 1920, height: 1080 };
const STAGES = ["Contact", "Demo", "Offer", "Trial", "Contract", "Signing"];
const AT_ONCE = 8;
/** How many frames there are to wait until one of them is on the screen, and told of. */
const FRAMES = 20;
/** How long a card is dragged over the board, and how often the mouse tells where it is: once a frame. */
const DRAGGED = 3_000;
const FRAME = 1000 / 60;

const [server, browser] = await Promise.all([startServer(), openBrowser()]);
try {
  const board = await furnish();
  console.log(`${deals} deals, ${rounds} rounds, the median and all; the machine's load is ${load()}`);
  tell("a board opened for the first time, until its largest paint", "ms", await repeat(() => opening(board)));
  tell("a card moved, until another screen shows it", "ms", await moving(board));
  await dragging(board);
  console.log(`the machine's load is ${load()} now`);
} finally {
  await browser.close();
  await server.stop();
}

function load() {
  return loadavg()[0].toFixed(1);
}

function at(part, all) {
  return all.toSorted((a, b) => a - b)[Math.floor(all.length * part)];
}

function tell(what, unit, all) {
  console.log(`${what}: ${at(0.5, all).toFixed(1)} ${unit}  (${all.map((one) => one.toFixed(1)).join(", ")})`);
}

async function repeat(once) {
  const all = [];
  for (let round = 0; round < rounds; round++) all.push(await once(round));
  return all;
}

/** A process with as many deals, in all its stages and in none. */
async function furnish() {
  const boss = new Colleague(server);
  const file = `process: Figures\nstages:\n${STAGES.map((name) => `  - stage: ${name}\n    actions: [{ action: Do ${name} }]`).join("\n")}\n`;
  const { process } = await boss.does("importProcess", { file }, "process { id stages { id } }");
  const numbers = Array.from({ length: deals }, (_, at) => at);
  const work = async () => {
    for (let at; (at = numbers.pop()) !== undefined; ) {
      const value = { amount: String(1000 + at), currency: "EUR" };
      const { deal } = await boss.does("createDeal", { processId: process.id, title: `Deal ${at}`, value }, "deal { id }");
      const stage = process.stages[(at % (STAGES.length + 1)) - 1];
      if (stage) await boss.does("moveDeal", { dealId: deal.id, stageId: stage.id });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return `/boards/${process.id}`;
}

/** A tab of its own, with nothing kept from before. */
async function tab(path) {
  const context = await browser.newContext({ viewport: VIEW, locale: "en" });
  const page = await context.newPage();
  await page.goto(`${server.origin}${path}#token=${server.token}`);
  await page.locator(".deal").first().waitFor();
  await page.waitForLoadState("networkidle");
  return page;
}

async function opening(board) {
  const trace = await traced(browser, async () => (await tab(board)).context().close());
  return trace.largestPaint();
}

/** From the key that moves a card to the frame in which another screen has it where it went to. */
async function moving(board) {
  const [mine, other] = [await tab(board), await tab(board)];
  await mine.evaluate(() => addEventListener("keydown", ({ key }) => key === "ArrowRight" && performance.mark("moved"), true));
  const card = mine.locator(".column").nth(1).locator(".deal-title").first();
  const all = await repeat(async () => {
    const id = await card.evaluate((title) => title.closest("[data-card]").dataset.card);
    await card.focus();
    const trace = await traced(browser, async () => {
      const arrived = other.evaluate(arrival, { id, most: FRAMES });
      await mine.keyboard.press("Shift+ArrowRight");
      await arrived;
    });
    const [[from], [drawn]] = [trace.marks("moved"), trace.marks("drawn")];
    return trace.shown(drawn) - from.at;
  });
  for (const page of [mine, other]) await page.context().close();
  return all;
}

/** In the page: marks the frame that draws a card in another column than now, and waits until it must have been shown. */
function arrival({ id, most }) {
  const column = () => document.querySelector(`[data-card="${id}"]`)?.closest(".column")?.ariaLabel;
  const before = column();
  return new Promise((resolve) => {
    const watch = new MutationObserver(() => {
      if ([before, undefined].includes(column())) return;
      watch.disconnect();
      let frames = 0;
      const step = () => {
        if (frames++ === 0) performance.mark("drawn");
        if (frames < most) requestAnimationFrame(step);
        else resolve();
      };
      requestAnimationFrame(step);
    });
    watch.observe(document.body, { childList: true, subtree: true });
  });
}

/** Frames while a card is dragged to and fro over all columns, with every card of the board in the page. */
async function dragging(board) {
  const page = await tab(board);
  await page.waitForFunction(
    (deals) => {
      for (const cards of document.querySelectorAll(".column-cards")) cards.scrollTop = cards.scrollHeight;
      return document.querySelectorAll(".deal").length >= deals;
    },
    deals,
    { timeout: 300_000 },
  );
  await page.evaluate(() => document.querySelectorAll(".column-cards").forEach((cards) => (cards.scrollTop = 0)));
  await page.evaluate(everyFrame);
  const [rates, late] = [[], []];
  await repeat(async () => {
    const trace = await traced(browser, () => drag(page));
    const [[begun], [ended]] = [trace.marks("begun"), trace.marks("ended")];
    const shown = trace.whole(begun.pid).filter(({ to }) => to > begun.at && to <= ended.at).map(({ to }) => to);
    const apart = shown.slice(1).map((to, before) => to - shown[before]);
    rates.push((1000 * shown.length) / (ended.at - begun.at));
    late.push(at(0.95, apart));
  });
  tell(`frames shown while a card is dragged over ${deals}`, "a second", rates);
  tell("from one of them to the next, at the 95th of a hundred", "ms", late);
  await page.context().close();
}

/** In the page: something that moves, so that every frame has something to show, and waits for whatever else there is to do. */
function everyFrame() {
  const dot = document.body.appendChild(document.createElement("div"));
  Object.assign(dot.style, { position: "fixed", top: 0, width: "4px", height: "4px", background: "red", zIndex: 9 });
  let count = 0;
  const step = () => {
    dot.style.left = `${count++ % 100}px`;
    requestAnimationFrame(step);
  };
  step();
}

async function drag(page) {
  await take(page, page.locator(".deal-title").first());
  await page.evaluate(() => performance.mark("begun"));
  const end = Date.now() + DRAGGED;
  for (let step = 0; Date.now() < end; step++) {
    const along = Math.abs(((step / 120) % 2) - 1);
    const told = page.mouse.move(100 + along * (VIEW.width - 200), 300 + 200 * Math.sin(step / 17));
    await Promise.all([told, new Promise((resolve) => setTimeout(resolve, FRAME))]);
  }
  await page.evaluate(() => performance.mark("ended"));
  await page.keyboard.press("Escape");
  await page.mouse.up();
}
