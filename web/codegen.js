// Types and texts of the documents, folder by folder, so that a screen loads those that it sends and no others.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { addTypenameSelectionDocumentTransform } from "@graphql-codegen/client-preset";
import { buildSchema } from "graphql";

const here = import.meta.dirname;
const text = "string";

/** What several screens ask for is in `parts/`; each screen's documents may spread its fragments. */
const shared = "src/parts/*.graphql";

const hasDocuments = (folder) => readdirSync(join(here, "src", folder)).some((name) => name.endsWith(".graphql"));
const folders = readdirSync(join(here, "src"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(here, "src", entry.name)))
  .map((entry) => entry.name)
  .filter(hasDocuments);

const output = (folder) => ({
  preset: "client",
  documents: folder === "parts" ? [shared] : [`src/${folder}/*.graphql`, shared],
  documentTransforms: [addTypenameSelectionDocumentTransform],
  presetConfig: { persistedDocuments: { hashAlgorithm: "sha256" }, fragmentMasking: false },
  config: {
    documentMode: "string",
    useTypeImports: true,
    enumsAsTypes: true,
    strictScalars: true,
    scalars: { Cursor: text, CurrencyCode: text, Date: text, DateTime: text, Decimal: text, FeedCursor: text },
    // A field with @semanticNonNull is null only beside an error, and the client then throws.
    nullability: { errorHandlingClient: true },
  },
});

/** The interfaces that documents have fragments on, and what each may be: the cache has to know. */
const INTERFACES = ["UserError", "Blocker", "DealEvent", "ProcessChange"];

function writePossibleTypes() {
  const schema = buildSchema(readFileSync(join(here, "../schema.graphql"), "utf8"));
  const names = (name) => schema.getPossibleTypes(schema.getType(name)).map((type) => type.name);
  const all = Object.fromEntries(INTERFACES.map((name) => [name, names(name)]));
  const folder = join(here, "src/api/__generated__");
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "possible-types.ts"),
    `export const possibleTypes: Record<string, string[]> = ${JSON.stringify(all, null, 2)};\n`,
  );
}

writePossibleTypes();

export default {
  schema: "../schema.graphql",
  generates: Object.fromEntries(folders.map((folder) => [`src/${folder}/__generated__/`, output(folder)])),
};
