// What graphql-codegen makes of the operations in screens/: types, and a manifest of trusted documents.
const text = "string";

export default {
  schema: "../../schema.graphql",
  documents: "screens/*.js",
  generates: {
    "typed/__generated__/": {
      preset: "client",
      presetConfig: { persistedDocuments: { hashAlgorithm: "sha256" } },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        strictScalars: true,
        scalars: { Cursor: text, CurrencyCode: text, Date: text, DateTime: text, Decimal: text, FeedCursor: text },
        // A field with @semanticNonNull is null only beside an error, and the client then throws.
        nullability: { errorHandlingClient: true },
      },
    },
  },
};
