// Amounts as people type them.

/** As the API reads it: a comma is a point, and spaces are nothing. */
export const plainAmount = (typed: string): string => typed.replace(/[\s\u00a0\u202f]/g, "").replace(",", ".");
