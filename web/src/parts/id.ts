// Ids for what is new: made here, so that a call can be repeated without doing its work twice.
const LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"; // Crockford's base 32

/** An id for something new: `newId("stage")` is one such as stage_01jd8k2x7sfm5a9k2v0q3c4d5e. */
export function newId(kind: string): string {
  const [some = 0n, more = 0n] = crypto.getRandomValues(new BigUint64Array(2));
  // A UUID of version 7: the milliseconds since 1970, the version, the variant, and chance for the rest.
  let uuid = (BigInt(Date.now()) << 80n) | (7n << 76n) | ((some & 0xfffn) << 64n) | (2n << 62n) | (more >> 2n);
  let text = "";
  for (; text.length < 26; uuid >>= 5n) text = LETTERS[Number(uuid & 31n)] + text;
  return `${kind}_${text}`;
}
