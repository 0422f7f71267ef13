// Types and texts of the documents, folder by folder, so that a screen loads those that it sends and no others.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { addTypenameSelectionDocumentTransform } from "@graphql-codegen/client-preset";

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

export default {
  schema: "../schema.graphql",
  generates: Object.fromEntries(folders.map((folder) => [`src/${folder}/__generated__/`, output(folder)])),
};
