// A browser that may reach the server and nothing else, and notes what goes wrong in it.
import { chromium } from "playwright-core";

const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function openBrowser() {
  const executablePath = process.env.CHROMIUM_BIN || "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: QUIET });
}

/** A visitor with a browser tab: the page, and what it did that it should not. */
export async function visit(browser, origin, path, more = {}) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, ...more });
  const page = await context.newPage();
  const wrong = [];
  page.on("console", (said) => said.type() === "error" && wrong.push(said.text()));
  page.on("pageerror", (error) => wrong.push(String(error)));
  const ours = new URL(origin).host;
  const isOurs = (url) => ["data:", "blob:"].includes(url.protocol) || url.host === ours;
  page.on("request", (request) => isOurs(new URL(request.url())) || wrong.push(request.url()));
  page.on("websocket", (socket) => isOurs(new URL(socket.url())) || wrong.push(socket.url()));
  await page.goto(origin + path);
  return { page, wrong, close: () => context.close() };
}
