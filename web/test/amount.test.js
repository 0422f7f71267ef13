// Which amount somebody means who types one: the pure part, without a browser.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "esbuild";

const entry = join(import.meta.dirname, "../src/parts/amount.ts");
const { outputFiles } = await build({ entryPoints: [entry], bundle: true, write: false, format: "esm", logLevel: "silent" });
const { plainAmount, typedAmount } = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`
);

const MEANT = [
  // what is typed, what it is in English, and in Polish
  ["12500", "12500", "12500"],
  ["12 500,50", "12500.50", "12500.50"],
  ["12\u00a0500.5", "12500.5", "12500.5"],
  ["12,500", "12500", "12.500"],
  ["12.500", "12.500", null],
  ["0.125", "0.125", "0.125"],
  ["12,5", "12.5", "12.5"],
  ["12,500.50", "12500.50", "12500.50"],
  ["1.234,56", "1234.56", "1234.56"],
  ["1,234,567", "1234567", "1234567"],
  ["1.234.567", "1234567", "1234567"],
  ["12.500.50", null, null],
  ["1,23,456.00", null, null],
  ["12,", null, null],
  [",5", null, null],
  ["abc", null, null],
  ["-5", null, null],
  ["", null, null],
];

test("an amount is what its language means by it, and nothing where that is not clear", () => {
  for (const [typed, en, pl] of MEANT) {
    assert.equal(plainAmount(typed, "en"), en, `${typed} in English`);
    assert.equal(plainAmount(typed, "pl"), pl, `${typed} in Polish`);
  }
});

test("an amount that is there is read again as what it is", () => {
  for (const language of ["en", "pl"]) {
    for (const plain of ["12500", "12500.5", "99.999", "0.1234"]) {
      assert.equal(plainAmount(typedAmount(plain, language), language), plain);
    }
  }
});
