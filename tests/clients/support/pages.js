// The pages that people read: README.md and everything in docs/. A new page is picked up by itself.
import { readFile, readdir } from "node:fs/promises";

const ROOT = new URL("../../../", import.meta.url);

const docs = (await readdir(new URL("docs/", ROOT))).filter((name) => name.endsWith(".md")).sort();
const read = async (path) => ({ path, text: await readFile(new URL(path, ROOT), "utf8") });

/** Each page, README.md first: its path below the repository, and its text. */
export const pages = await Promise.all(["README.md", ...docs.map((name) => `docs/${name}`)].map(read));

/** What the fences of a language hold: the page and the text of each. */
export const blocksOf = (language) =>
  pages.flatMap(({ path, text }) => {
    const fences = text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"));
    return [...fences].map(([, block]) => ({ path, block }));
  });

/** Whether a page shows this file of code as it is. */
export const isShown = (language, code) => pages.some(({ text }) => text.includes(`\`\`\`${language}\n${code}\`\`\`\n`));
