// What is done seldom, in Polish: in Chromium, on the real server, and whether everybody can use it.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

import { visit } from "../support/browser.js";
import { PATIENCE, assertAccessible, browser, here, office, openOffice, server } from "../support/office.js";

openOffice("--webhook-allow-network", "127.0.0.0/8");

let endpoint;
before(async () => {
  endpoint = createServer((request, answer) => request.resume().on("end", () => answer.end("przyjęto")));
  await once(endpoint.listen(0, "127.0.0.1"), "listening");
});
after(() => endpoint?.close());

const button = (where, name) => where.getByRole("button", { name, exact: true });
const dialog = (page, name) => page.getByRole("dialog", { name, exact: true });
const row = (page, text) => page.getByRole("listitem").filter({ hasText: text });
const polish = (path, body, more = {}) => here(path, { locale: "pl", ...more }, body);

const FILE = (offer) => `
process: Usługi
stages:
  - stage: Kontakt
    actions: [{ action: Zadzwoń, weight: 10 }, { action: ${offer}, weight: 30 }]
`;

/** On a phone nothing is wider than it. */
async function assertNarrow(page, what) {
  await page.setViewportSize({ width: 390, height: 800 });
  await assertAccessible(page, `${what}, narrow`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= 390, `the page is ${wide} wide`);
}

test("one signs in, in Polish", PATIENCE, async () => {
  const { page, close } = await visit(browser, server.origin, "/tasks", { locale: "pl" });
  await page.getByLabel("Twój token").fill("wp_nieprawda");
  await button(page, "Zaloguj się").press("Enter");
  await page.getByText("Ten token jest nieprawidłowy").waitFor();
  await assertNarrow(page, "a wrong token, in Polish");
  await page.getByLabel("Twój token").fill(office.sal.token);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Mój dzień", level: 1 }).waitFor();
  await close();
});

test("a process comes from a file, its versions are compared, and an old one is brought back, in Polish", PATIENCE, async () => {
  const give = (page, offer) =>
    page.setInputFiles("input[type=file]", { name: "usługi.yaml", mimeType: "text/yaml", buffer: Buffer.from(FILE(offer)) });
  await polish("/processes", async (page) => {
    const asks = dialog(page, "Import procesu");
    for (const [offer, what] of [["Wyślij ofertę", "Powstanie nowy proces."], ["Przedstaw ofertę", "Zmieni istniejący proces o tej nazwie:"]]) {
      await give(page, offer);
      await asks.getByText(what).waitFor();
      await assertAccessible(page, `a file of a process, in Polish: ${what}`);
      await button(asks, "Importuj").press("Enter");
      await asks.waitFor({ state: "detached" });
    }
    await page.getByRole("link", { name: "Usługi" }).waitFor();
  });
  const { processes } = await server.ask("{ processes { nodes { id name } } }");
  const { id } = processes.nodes.find(({ name }) => name === "Usługi");
  await polish(`/processes/${id}/versions`, async (page) => {
    await button(page, "Porównaj z obecną: Wersja 1").press("Enter");
    await page.getByText("Od wersji 1 do wersji 2").waitFor();
    await assertNarrow(page, "versions in Polish");
    await button(page, "Przywróć wersję 1").press("Enter");
    const asks = dialog(page, "Przywrócić wersję 1?");
    await asks.getByText("Wyślij ofertę").first().waitFor();
    await assertNarrow(page, "the question whether to restore, in Polish");
    await button(asks, "Przywróć").press("Enter");
    await page.getByText("Proces jest taki jak w wersji 1.").waitFor();
  });
});

test("an action is ticked with a note and a file, and a deal is closed with a reason, in Polish", PATIENCE, () =>
  polish(`/deals/${office.deals.Lathes}`, async (page) => {
    await button(page, "Oznacz „Send the offer” jako wykonane").press("Enter");
    const asks = dialog(page, "Send the offer");
    await asks.getByLabel(/^Notatka/).fill("Wysłano.");
    await button(asks, "Oznacz jako wykonane").press("Enter");
    await asks.getByRole("alert").waitFor();
    await assertNarrow(page, "a note without its file, in Polish");
    const file = { name: "Oferta.txt", mimeType: "text/plain", buffer: Buffer.from("Oferta") };
    await asks.locator("input[type=file]").setInputFiles(file);
    await button(asks, "Usuń Oferta.txt").waitFor();
    await asks.locator("progress").waitFor({ state: "detached" });
    await button(asks, "Oznacz jako wykonane").press("Enter");
    await page.getByLabel("„Send the offer” – wykonane").waitFor();
    await button(page, "Oznacz jako przegraną").press("Enter");
    const why = dialog(page, "Zamknij jako przegraną");
    await why.getByLabel("Powód").selectOption("Too expensive");
    await assertNarrow(page, "why a deal is lost, in Polish");
    await button(why, "Oznacz jako przegraną").press("Enter");
    await button(page, "Otwórz ponownie").waitFor();
  }, { token: office.sal.token }));

test("close reasons are added, and tokens made and revoked, in Polish", PATIENCE, () =>
  polish("/admin/reasons", async (page) => {
    await button(page, "Dodaj powód: Wygrane").press("Enter");
    await page.getByRole("textbox", { name: "Powód" }).fill("Cena");
    await assertAccessible(page, "a new reason, in Polish");
    await page.getByRole("textbox", { name: "Powód" }).press("Enter");
    await button(page, "Zmień nazwę „Cena”").waitFor();
    await assertNarrow(page, "the close reasons in Polish");
    await button(page, "Twoje konto i wygląd strony").press("Enter");
    await page.getByRole("menuitem", { name: "Moje tokeny" }).press("Enter");
    await button(page, "Utwórz token").press("Enter");
    await page.getByLabel("Do czego służy").fill("Laptop");
    await page.getByLabel("Do czego służy").press("Enter");
    await button(page, "Mam to skopiowane").waitFor();
    await assertNarrow(page, "a token in Polish");
    await button(page, "Mam to skopiowane").press("Enter");
    await button(page, "Unieważnij: Laptop").press("Enter");
    const asks = dialog(page, "Unieważnić token „Laptop”?");
    await assertAccessible(page, "a token to revoke, in Polish");
    await button(asks, "Unieważnij").press("Enter");
    await row(page, "Laptop").waitFor({ state: "detached" });
    await assertNarrow(page, "tokens in Polish");
  }));

test("a webhook is made and tried, and mail that nobody took is sent again, in Polish", PATIENCE, async () => {
  const url = `http://127.0.0.1:${endpoint.address().port}/`;
  await polish("/admin/webhooks", async (page) => {
    await page.getByText("Żaden program nie jest jeszcze powiadamiany").waitFor();
    await button(page, "Dodaj webhook").press("Enter");
    const asks = dialog(page, "Dodaj webhook");
    await asks.getByLabel("Nazwa").fill("Faktury");
    await asks.getByLabel("Adres").fill(url);
    await assertNarrow(page, "a new webhook in Polish");
    await button(asks, "Dodaj").press("Enter");
    await button(page, "Mam to skopiowane").press("Enter");
    await button(page, "Wyślij test").press("Enter");
    await dialog(page, "Wynik testu").getByText("Odbiorca przyjął.").waitFor();
    await assertNarrow(page, "a trial in Polish");
    await page.keyboard.press("Escape");
    await page.getByRole("heading", { name: "Dostarczenia" }).waitFor();
    await assertNarrow(page, "a webhook in Polish");
  });
  const { member } = await office.boss.does("addMember", { name: "Maja", email: "maja@example.org", role: "SALESPERSON" }, "member { id }");
  await office.boss.does("createTask", { dealId: office.deals.Presses, title: "Zadzwoń", dueOn: "2031-01-01", assigneeId: member.id });
  await polish("/admin/mail", async (page) => {
    while ((await row(page, "Maja").count()) === 0) await button(page, "Odśwież").press("Enter");
    await assertNarrow(page, "dead letters in Polish");
    await button(page, "Wyślij ponownie, adresat: Maja").press("Enter");
    await page.getByText("1 e-mail jest znowu w drodze.").waitFor();
  });
});
