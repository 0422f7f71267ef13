// Builds the explorer into dist/, one gzip file per asset. With --check it
// compares instead of writing, and fails when dist/ is not what it would make.
import { build } from "esbuild";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { check, licenses, write } from "../pack.mjs";

const here = import.meta.dirname;
const dist = join(here, "dist");

// System fonts do; only Monaco's icon font is needed.
const withoutTextFonts = {
  name: "without-text-fonts",
  setup({ onLoad }) {
    onLoad({ filter: /graphiql[\\/]dist[\\/]style\.css$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(/@font-face\s*\{[^}]*\}/g, (face) =>
        face.includes("codicon") ? face : "",
      ),
      loader: "css",
    }));
  },
};

// GraphiQL's style sheet already holds what Monaco's modules import one by one.
const withoutMonacoStyles = {
  name: "without-monaco-styles",
  setup({ onLoad }) {
    onLoad({ filter: /monaco-editor[\\/].*\.css$/ }, () => ({ contents: "", loader: "css" }));
  },
};

function bundle(entry, format) {
  return build({
    absWorkingDir: here,
    entryPoints: [entry],
    outdir: dist,
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    format,
    target: "es2022",
    // React, whatever the screen beside it is compiled for.
    tsconfigRaw: { compilerOptions: { jsx: "react-jsx", jsxImportSource: "react" } },
    charset: "utf8",
    legalComments: "none",
    define: { "process.env.NODE_ENV": '"production"' },
    plugins: [withoutTextFonts, withoutMonacoStyles],
    logLevel: "warning",
  });
}

async function assets() {
  const results = await Promise.all([bundle("src/app.jsx", "esm"), bundle("src/worker.js", "iife")]);
  const files = results.flatMap((result) => result.outputFiles);
  const made = new Map(files.map((file) => [file.path.slice(dist.length + 1), file.contents]));
  for (const name of ["index.html", "favicon.svg"]) made.set(name, readFileSync(join(here, "src", name)));
  made.set("licenses.txt", licenses(here, ...results.map(({ metafile }) => metafile)));
  return new Map([...made].map(([name, contents]) => [`${name}.gz`, contents]));
}

const made = { packed: await assets() };
(process.argv.includes("--check") ? check : write)(dist, made);
