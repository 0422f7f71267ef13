// Amounts as people type them: spaces are nothing, and a comma or a point is before cents or between thousands. What could be
// either, and is neither by the language, is refused: to guess would be wrong by a factor of a thousand.
import type { Language } from "../language";

const SPACES = /[\s\u00a0\u202f']/g;
/** The sign before the cents, and the one that may be between thousands. */
const SIGNS: Record<Language, { cents: string; thousands: string }> = {
  en: { cents: ".", thousands: "," },
  pl: { cents: ",", thousands: "" },
};

/** As the API takes it; null where it is not clear which amount is meant. */
export function plainAmount(typed: string, language: Language): string | null {
  const text = typed.replace(SPACES, "");
  const [whole, cents] = halves(text, language);
  const digits = grouped(whole);
  if (digits === null || !/^\d*$/.test(cents) || (cents === "" && /[.,]$/.test(text))) return null;
  return cents ? `${digits}.${cents}` : digits;
}

/** What is before the cents, and the cents. */
function halves(text: string, language: Language): [string, string] {
  const at = Math.max(text.lastIndexOf(","), text.lastIndexOf("."));
  if (at < 0) return [text, ""];
  const [sign, before, after] = [text[at] ?? "", text.slice(0, at), text.slice(at + 1)];
  const isAlone = !/[.,]/.test(before);
  const isBetweenThousands =
    before.includes(sign) || (isAlone && after.length === 3 && sign !== SIGNS[language].cents && before !== "0");
  if (!isBetweenThousands) return [before, after];
  // a sign that this language has for nothing says nothing alone
  return isAlone && sign !== SIGNS[language].thousands ? ["?", ""] : [text, ""];
}

/** Digits, in threes where a sign is between them; null where they are not. */
function grouped(whole: string): string | null {
  if (/^\d+$/.test(whole)) return whole;
  return /^\d{1,3}(,\d{3})+$|^\d{1,3}(\.\d{3})+$/.test(whole) ? whole.replace(/[.,]/g, "") : null;
}

/** As somebody of this language would have typed it. */
export const typedAmount = (plain: string, language: Language): string => plain.replace(".", SIGNS[language].cents);
