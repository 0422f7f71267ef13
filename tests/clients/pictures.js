// Draws the screen, of a demo: `npm run pictures` those of docs/pictures/screen/; `npm run pictures -- FOLDER` every screen
// into a folder to look at, light and dark, wide and narrow, in both languages, or `--only PATTERN` of them.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { openBrowser } from "./support/browser.js";
import { take } from "./support/drag.js";
import { Colleague } from "./support/scene.js";
import { ask, run } from "./support/server.js";

/** Every screen once in the light, wide and in English, and once in the dark, on a phone and in Polish; and what other pages show. */
const ALL = ["sign-in", "board", "deal", "processes", "configurator", "configurator-settings", "configurator-review", "versions", "inbox",
  "tasks", "members", "member", "reasons", "webhooks", "mail", "log", "tokens"];
const CHOSEN = [
  ...ALL.flatMap((name) => [
    [name, "light", "wide", "en"],
    [name, "dark", "narrow", "pl"],
  ]),
  ["configurator", "dark", "wide", "en"],
  ["board", "light", "narrow", "pl"],
];
const SIZES = { wide: { width: 1280, height: 800 }, narrow: { width: 390, height: 800 } };
const FOLDER = new URL("../../docs/pictures/screen/", import.meta.url).pathname;
const LONG = "Konstantynopolitańczykowianeczka – a name as long as it may become where nobody looks at it on a phone";
/** More than anybody should wait for in a page of documentation. */
const MOST = 100_000;

const press = (selector, at = 0) => (page) => page.locator(selector).nth(at).click();
const named = (name) => (page) => page.getByRole("button", { name }).first().click();
const give = (text) => (page) =>
  page.setInputFiles("input[type=file]", { name: "a.yaml", mimeType: "text/yaml", buffer: Buffer.from(text) });
/** What cannot be done is no target of a click for Playwright. */
const why = (selector) => (page) => page.locator(selector).first().press("Enter");
const dialog = (page) => page.locator("dialog[open]").waitFor();

/** Changes something of a process, and leaves it unsaved. */
const change = (page) => page.getByLabel(/^(Weight of|Waga działania)/).first().fill("77");
/** Somebody else saves that process meanwhile. */
const saved = (_, { two, first, boss }) => boss.does("updateAction", { actionId: first, weight: (weights += 1) % 1_000 });
let weights = 10;

/** Every screen: its path, and what is done there before it is drawn. */
const SCREENS = {
  "sign-in": { path: () => "/", as: "nobody" },
  board: { path: ({ process }) => `/boards/${process}` },
  "board-filtered": { path: ({ process }) => `/boards/${process}?text=nothing+is+called+so` },
  "board-move": { path: ({ process }) => `/boards/${process}`, act: [press(".deal-menu"), dialog] },
  "board-drag": { path: ({ process }) => `/boards/${process}`, act: [(page) => take(page, page.locator(".deal-title").first())] },
  "board-new": { path: ({ process }) => `/boards/${process}`, act: [press(".board-acts .button-main"), dialog] },
  "board-filters": { path: ({ process }) => `/boards/${process}?mine=true&value=100..EUR`, act: [named(/^(More filters|Więcej filtrów)/), dialog] },
  "board-fifty": { path: ({ fifty }) => `/boards/${fifty}` },
  deal: { path: ({ deal }) => `/deals/${deal}` },
  "deal-edit": { path: ({ deal }) => `/deals/${deal}`, act: [named(/^(Edit|Edytuj)$/), dialog] },
  "deal-close": { path: ({ deal }) => `/deals/${deal}`, act: [named(/^(Mark as lost|Oznacz jako przegraną)$/), dialog] },
  "deal-undo": { path: ({ deal }) => `/deals/${deal}`, act: [named(/^(Undo|Cofnij)$/), dialog] },
  "deal-process": {
    path: ({ deal }) => `/deals/${deal}`,
    act: [named(/^(Change the process|Zmień proces)$/), dialog, (page) => page.locator("dialog select").selectOption("Two at once"), (page) => page.locator("dialog .counts").waitFor()],
  },
  "deal-evidence": { path: ({ long }) => `/deals/${long}`, act: [press(".tick[aria-disabled=false]"), dialog] },
  "deal-evidence-earlier": {
    path: ({ long }) => `/deals/${long}`,
    act: [press(".tick[aria-disabled=false]"), dialog, press("dialog [name=which]", 1), (page) => page.locator("dialog .earlier").waitFor()],
  },
  "deal-why": {
    path: ({ closed }) => `/deals/${closed}`,
    as: "salesperson",
    act: [".deal-stage", ".item-done", ".people", ".todos .act-icon", ".note-head"].map((where) => why(`${where} button[aria-disabled=true]`)),
  },
  "deal-task": { path: ({ deal }) => `/deals/${deal}`, act: [named(/^(New task|Nowe zadanie)$/)] },
  "deal-note": { path: ({ deal }) => `/deals/${deal}`, act: [named(/^(Add a note|Dodaj notatkę)$/)] },
  "deal-long": { path: ({ long }) => `/deals/${long}` },
  "deal-none": { path: () => "/deals/deal_01m8c7tcpfftwsh6jqgdgnj7et" },
  processes: { path: () => "/processes" },
  "processes-new": { path: () => "/processes", act: [press(".page-head .button-main"), dialog] },
  "processes-wrong": { path: () => "/processes", act: [give("process: 1\nstages: [{ stage: A, actions: 1 }, { stage: }]\n"), dialog] },
  "processes-import": { path: () => "/processes", act: [give("process: New customer\nstages: [{ stage: Contact, actions: [] }]\n"), dialog] },
  configurator: { path: ({ process }) => `/processes/${process}` },
  "configurator-settings": { path: ({ process }) => `/processes/${process}`, act: [press(".cfg-acts .button-icon"), dialog] },
  "configurator-removed": { path: ({ fifty }) => `/processes/${fifty}`, act: [named(/^(Removed …|Usunięte…)$/), dialog] },
  "configurator-fifty": { path: ({ fifty }) => `/processes/${fifty}` },
  "configurator-review": {
    path: ({ process }) => `/processes/${process}`,
    act: [press(".cfg-remove", 1), press(".cfg-head .button-main"), dialog, (page) => page.locator("dialog .changes, dialog h3").first().waitFor()],
  },
  "configurator-conflict": {
    path: ({ two }) => `/processes/${two}`,
    act: [change, saved, named(/^(See what and merge|Zobacz i połącz)$/), dialog],
  },
  "configurator-leave": { path: ({ two }) => `/processes/${two}`, act: [change, press(".nav a", 2), dialog] },
  "versions-compared": { path: ({ two }) => `/processes/${two}/versions?from=1&to=2` },
  "versions-restore": {
    path: ({ two }) => `/processes/${two}/versions`,
    act: [named(/^(Restore version 1|Przywróć wersję 1)$/), dialog, (page) => page.locator("dialog .changes").waitFor()],
  },
  versions: { path: ({ process }) => `/processes/${process}/versions` },
  inbox: { path: () => "/inbox" },
  "tasks-delete": { path: () => "/tasks", as: "salesperson", act: [named(/^(Delete the task|Usuń zadanie)/), dialog] },
  tasks: { path: () => "/tasks", as: "salesperson" },
  "tasks-new": { path: () => "/tasks", act: [press(".page-head .button-main, .rows-head .button-main"), dialog] },
  members: { path: () => "/admin/members" },
  member: { path: ({ member }) => `/admin/members/${member}` },
  "member-leaves": { path: ({ member }) => `/admin/members/${member}`, act: [named(/^(Hand over …|Przekaż…)$/), dialog] },
  "member-deactivated": { path: ({ other }) => `/admin/members/${other}`, act: [named(/^(Deactivate|Dezaktywuj)$/), dialog] },
  reasons: { path: () => "/admin/reasons" },
  webhooks: { path: () => "/admin/webhooks" },
  webhook: { path: ({ webhook }) => `/admin/webhooks/${webhook}` },
  "webhooks-new": { path: () => "/admin/webhooks", act: [press(".rows-head .button-main, .rows-head .button"), dialog] },
  mail: { path: () => "/admin/mail" },
  log: { path: () => "/admin/log" },
  tokens: { path: () => "/admin/tokens" },
  failed: { path: () => "/inbox", fails: true },
};

const { positionals, values } = parseArgs({ allowPositionals: true, options: { only: { type: "string" } } });
const [folder = FOLDER] = positionals;
const isChosen = folder === FOLDER;
const wanted = isChosen ? CHOSEN : everything().filter((one) => RegExp(values.only ?? "").test(one.join("-")));

const demo = await run(["demo", "--listen", "127.0.0.1:0"]);
const browser = await openBrowser();
try {
  await mkdir(folder, { recursive: true });
  const place = await prepare(demo);
  for (const one of wanted) await draw(place, ...one).catch((error) => console.error(one.join("-"), error.message));
} finally {
  await browser.close();
  await demo.end("SIGTERM");
}

function everything() {
  const looks = ["light", "dark"].flatMap((look) => Object.keys(SIZES).map((size) => [look, size]));
  const kinds = looks.flatMap((kind) => ["en", "pl"].map((locale) => [...kind, locale]));
  return Object.keys(SCREENS).flatMap((name) => kinds.map((kind) => [name, ...kind]));
}

/** What the paths are about; beside the demo's, where all is to be seen, what is as large as it may be. */
async function prepare({ origin, said }) {
  const [, token] = /#token=(\S+)/.exec(said());
  const [, salesperson] = /salesperson .*(wp_\S+)/.exec(said());
  const server = { origin, http: `${origin}/graphql`, token, salesperson };
  server.ask = (query, variables) => ask(server, token, query, variables);
  const { viewer, processes, deals } = await server.ask(`{ viewer { member { id } } processes { nodes { id isDefault } }
    deals(first: 40, filter: { statuses: [OPEN] }) { nodes { id progress { percent } process { id } } } }`);
  const process = processes.nodes.find(({ isDefault }) => isDefault).id;
  const ours = deals.nodes.filter((deal) => deal.process.id === process);
  const [deal] = ours.sort((a, b) => Math.abs(a.progress.percent - 50) - Math.abs(b.progress.percent - 50));
  const place = { ...server, process, deal: deal.id, member: viewer.member.id };
  return isChosen ? place : { ...place, ...(await largest(server)) };
}

async function largest(server) {
  const boss = new Colleague(server);
  const stage = (_, at) => `  - stage: "Stage ${at + 1}${at % 7 === 2 ? ` ${LONG}` : ""}"
    actions: [{ action: "${at % 5 === 1 ? LONG : "Do"} ${at}", weight: ${at + 1}, evidence: NOTE_WITH_FILE, mandatory: true }]`;
  const file = `process: Fifty stages\nstages:\n${Array.from({ length: 50 }, stage).join("\n")}\n`;
  const { process } = await boss.does("importProcess", { file }, "process { id stages { id actions { id } } }");
  const value = { amount: "123456789012.34", currency: "PLN" };
  const { deal } = await boss.does("createDeal", { processId: process.id, title: `${LONG} ${LONG.replaceAll(" ", "")}`.slice(0, 200), value }, "deal { id }");
  for (const body of [LONG, "They want **ten**, and the offer by Friday."]) await boss.does("addNote", { dealId: deal.id, body });
  const other = await leaving(boss, process, deal);
  return { boss, fifty: process.id, long: deal.id, other, ...(await small(boss, other)) };
}

/** A process with two versions; a deal of it that is closed, and not one's own; and a webhook whose address nobody has. */
async function small(boss, other) {
  const { webhook } = await boss.does("createWebhook", { name: "Invoices", url: "https://hooks.example/waypost" }, "webhook { id }");
  const file = "process: Two at once\nstages: [{ stage: Contact, actions: [{ action: Call them, weight: 10 }, { action: Write, weight: 5 }] }]\n";
  const { process } = await boss.does("importProcess", { file }, "process { id stages { actions { id } } }");
  const [first] = process.stages[0].actions.map(({ id }) => id);
  await boss.does("updateAction", { actionId: first, name: "Ring them", weight: 20 });
  const input = { processId: process.id, title: "Somebody else's", participantIds: [other] };
  const { deal } = await boss.does("createDeal", input, "deal { id closeReasons(status: OUTDATED) { id } }");
  await boss.does("completeAction", { dealId: deal.id, actionId: first });
  await boss.does("addNote", { dealId: deal.id, body: "They called." });
  await boss.does("createTask", { dealId: deal.id, title: "Ring them", dueOn: "2026-12-24" });
  await boss.does("outdateDeal", { dealId: deal.id, reasonId: deal.closeReasons[0].id });
  return { two: process.id, first, closed: deal.id, webhook: webhook.id };
}

/** Somebody without whom much stands still, and what was removed from the process. */
async function leaving(boss, { stages }, deal) {
  const { member } = await boss.does("addMember", { name: LONG, email: "long@example.org", role: "SALESPERSON" }, "member { id }");
  const performers = { group: "CHOSEN", memberIds: [member.id] };
  for (const { actions } of stages.slice(0, 6)) await boss.does("updateAction", { actionId: actions[0].id, performers });
  await boss.does("createTask", { dealId: deal.id, title: LONG, dueOn: "2026-12-24", assigneeId: member.id });
  for (const { id } of stages.slice(7, 10)) await boss.does("removeStage", { stageId: id });
  for (const { actions } of stages.slice(10, 13)) await boss.does("removeAction", { actionId: actions[0].id });
  return member.id;
}

async function draw(place, name, look, size, locale) {
  const { path, as = "token", act = [], fails } = SCREENS[name];
  const token = place[as];
  const context = await browser.newContext({ viewport: SIZES[size], colorScheme: look, locale, reducedMotion: "reduce" });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    let asked = 0; // the first question is who signs in
    if (fails) await page.route("**/graphql", (route) => (asked++ === 0 ? route.continue() : route.abort()));
    await page.goto(`${place.origin}${path(place)}${token ? `#token=${token}` : ""}`);
    await page.locator("h1, form").first().waitFor();
    await settled(page);
    for (const step of act) await step(page, place);
    await settled(page);
    await tellOverflow(page, [name, look, size, locale].join("-"));
    const file = join(folder, `${name}-${look}-${size}-${locale}`);
    await (isChosen ? write(page, `${file}.webp`) : page.screenshot({ path: `${file}.png` }));
  } finally {
    await context.close();
  }
}

/** Nothing is loading or moving any more. */
async function settled(page) {
  await page.waitForLoadState("networkidle");
  await page.waitForFunction(() => !document.querySelector(".loading"));
  await page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished.catch(() => {}))));
}

async function tellOverflow(page, name) {
  const by = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (by > 0) console.error(`${name}: the page is ${by} too wide`);
}

/** WebP is a third of what PNG is; the browser knows how to write it. */
async function write(page, path) {
  const png = (await page.screenshot()).toString("base64");
  const blank = await page.context().newPage();
  const webp = await blank.evaluate(async (png) => {
    const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
    const blob = await canvas.convertToBlob({ type: "image/webp", quality: 0.8 });
    return btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())));
  }, png);
  const bytes = Buffer.from(webp, "base64");
  if (bytes.length > MOST) throw new Error(`${path} has ${bytes.length} bytes`);
  await writeFile(path, bytes);
}
