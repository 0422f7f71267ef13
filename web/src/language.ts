// Polish or English: texts, numbers, amounts and days in the language that the member chose, else in that of the browser.
import { computed, effect, signal } from "@preact/signals";

export type Language = "en" | "pl";

/** What this browser keeps of it: other tabs hear when that changes. */
export const KEY = "waypost:look:language";

const isLanguage = (text: string | null | undefined): text is Language => text === "en" || text === "pl";

function ofTheBrowser(): Language {
  return navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? "en";
}

const kept = localStorage.getItem(KEY);

export const language = signal<Language>(isLanguage(kept) ? kept : ofTheBrowser());

/** Chooses the language of this browser; whoever is signed in chooses theirs with `choose`, in the frame. */
export function speak(chosen: Language): void {
  localStorage.setItem(KEY, chosen);
  language.value = chosen;
}

effect(() => {
  document.documentElement.lang = language.value;
});

/** A catalogue in both languages: what one of them lacks does not compile. */
type Same<T> = {
  [K in keyof T]: T[K] extends (...given: infer A) => string
    ? (...given: A) => string
    : T[K] extends string
      ? string
      : Same<T[K]>;
};

/** The texts of a screen in the language of now. */
export function texts<T extends object>(all: { en: T; pl: Same<T> }): () => Same<T> {
  return () => all[language.value] as Same<T>;
}

/** Chooses the form of a word that goes with a number: Polish has three. */
export function plural(count: number, one: string, few: string, many: string): string {
  const form = plurals.value.select(count);
  return form === "one" ? one : form === "few" ? few : many;
}

/** The tag that `Intl` takes. English writes days as most of Europe does. */
const tag = computed(() => (language.value === "pl" ? "pl-PL" : "en-GB"));
const plurals = computed(() => new Intl.PluralRules(tag.value));
const numbers = computed(() => new Intl.NumberFormat(tag.value, { useGrouping: "always" }));
const days = computed(() => new Intl.DateTimeFormat(tag.value, { day: "numeric", month: "short", year: "numeric" }));
const dues = computed(
  () => new Intl.DateTimeFormat(tag.value, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }),
);
const moments = computed(() => new Intl.DateTimeFormat(tag.value, { dateStyle: "medium", timeStyle: "short" }));
const relative = computed(() => new Intl.RelativeTimeFormat(tag.value, { numeric: "auto" }));

// As the API sorts, whichever language somebody reads: that of the organisation. A 9 comes before a 10.
const collator = new Intl.Collator("pl", { numeric: true });

/** What is chosen from stands in the order of its names. */
export const sorted = <N extends { name: string }>(all: readonly N[]): N[] =>
  [...all].sort((a, b) => collator.compare(a.name, b.name));

export const number = (value: number): string => numbers.value.format(value);

export interface Money {
  amount: string | number;
  currency: string;
}

/** An amount as it is written, without cents where there are none. */
export function money({ amount, currency }: Money, short = false): string {
  const value = String(amount) as Intl.StringNumericLiteral;
  const whole = Number.isInteger(Number(amount));
  const style = { style: "currency", currency, useGrouping: "always" } as const;
  if (short && Math.abs(Number(amount)) >= 100_000) {
    return new Intl.NumberFormat(tag.value, { ...style, notation: "compact", maximumSignificantDigits: 3 }).format(
      value,
    );
  }
  // the API keeps four digits: what is shown is what is there
  const digits = { maximumFractionDigits: whole ? 0 : 4 };
  return new Intl.NumberFormat(tag.value, { ...style, ...digits }).format(value);
}

/** The day of a moment, where the reader is. */
export const day = (moment: string): string => days.value.format(new Date(moment));

/** A day of the calendar, such as the one until which something is due. */
export const dueDay = (date: string): string => dues.value.format(new Date(`${date}T00:00:00Z`));

export const moment = (at: string): string => moments.value.format(new Date(at));

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** How long ago it was, and after a week the day. */
export function ago(at: string): string {
  const seconds = (Date.parse(at) - Date.now()) / 1000;
  if (Math.abs(seconds) < 60) return language.value === "pl" ? "przed chwilą" : "just now";
  if (Math.abs(seconds) > 7 * 86_400) return day(at);
  const [unit, size] = STEPS.find(([, size]) => Math.abs(seconds) >= size) ?? ["minute", 60];
  return relative.value.format(Math.round(seconds / size), unit);
}
