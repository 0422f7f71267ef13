// What a column of a board shows after it was read again: the pure part, without a browser.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "esbuild";

const { Cards, column, fill, goesOn, joined } = await load("board/columns.ts");

/** A module of the screen, as it would be in the browser. */
async function load(path) {
  const entry = join(import.meta.dirname, "../src", path);
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, write: false, format: "esm", logLevel: "silent" });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}

const named = (from, to) => Array.from({ length: to - from + 1 }, (_, at) => `deal ${from + at}`);
const cards = new Cards();

/** A page of these cards; `end` is where it ends, null where nothing follows. */
function page(ids, end) {
  const nodes = ids.map((id) => ({ id, version: 1 }));
  const pageInfo = { hasNextPage: end !== null, endCursor: end };
  return { nodes, pageInfo, totalCount: 1_000, totals: { values: [], weightedValues: [] } };
}

/** A column that shows these, and reads on from there. */
function shows(ids, next) {
  const into = column({ id: "stage", name: "Offer", hint: "" });
  into.ids.value = ids;
  into.next.value = next;
  return into;
}

const anew = (into, read) => fill(into, read, cards, "anew");

test("a card that others push down stays, behind those that came", () => {
  const into = shows(named(1, 130), "after 130");
  anew(into, page(["deal 120", ...named(1, 99)], "after 99"));
  assert.deepEqual(into.ids.value, ["deal 120", ...named(1, 100), ...named(101, 119), ...named(121, 130)]);
  assert.equal(into.next.value, "after 130", "what follows is read from where it was");
});

test("a card that was moved into a column stays there, however far down it belongs", () => {
  const into = shows(["moved", ...named(1, 30)], "after 30");
  anew(into, page(named(1, 31), "after 31"));
  assert.deepEqual(into.ids.value, [...named(1, 31), "moved"]);
  assert.equal(into.next.value, "after 31");
});

test("what is not among all that a column has is not there any more", () => {
  const into = shows(named(1, 120), null);
  anew(into, page(named(1, 90), null));
  assert.deepEqual(into.ids.value, named(1, 90));
  assert.equal(into.next.value, null);
});

test("what is in doubt goes, unless it comes", () => {
  const into = shows(named(1, 40), "after 40");
  into.doubt.add("deal 3").add("deal 4");
  anew(into, page([...named(1, 3), ...named(5, 41)], "after 41"));
  assert.deepEqual(into.ids.value, [...named(1, 3), ...named(5, 41)]);
  assert.equal(into.doubt.size, 0);
});

test("a column is read on for what is in doubt, as far as it was shown", () => {
  const into = shows(named(1, 150), "after 150");
  const first = page(named(1, 100), "after 100");
  assert.equal(goesOn(into, first), false, "nothing is in doubt");
  into.doubt.add("deal 7");
  assert.equal(goesOn(into, first), false, "it came");
  into.doubt.add("deal 900");
  assert.equal(goesOn(into, first), true);
  const both = joined(first, page(named(101, 200), "after 200"));
  assert.equal(goesOn(into, both), false, "more was read than was shown");
  anew(into, both);
  assert.deepEqual(into.ids.value, named(1, 200));
  assert.equal(into.next.value, "after 200");
});

test("the next page goes behind what is there", () => {
  const into = shows([...named(1, 30), "moved"], "after 30");
  fill(into, page([...named(31, 40), "moved"], null), cards, "after");
  assert.deepEqual(into.ids.value, [...named(1, 30), "moved", ...named(31, 40)]);
  assert.equal(into.next.value, null);
});
