// Builds the screen into dist/, one gzip file per asset, the list that the binary reads, and the documents that it
// trusts. With --check it compares instead of writing, and fails when dist/ is not what it would make. Either way it
// fails when the first load of the board is larger than it may be.
import { build, transform } from "esbuild";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";

import { check, compress, licenses, write } from "./pack.mjs";

const here = import.meta.dirname;
const dist = join(here, "dist");

/** What a board may take to be there: script and style, compressed. */
const BUDGET = 60 * 1024;

const TYPES = { js: "text/javascript", css: "text/css", svg: "image/svg+xml", txt: "text/plain" };

// A screen's style sheet comes with its script, and is adopted when that is loaded.
const withStyles = {
  name: "with-styles",
  setup({ onLoad }) {
    onLoad({ filter: /src[\\/]\w+[\\/].*\.css$/ }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, "utf8"), { loader: "css", minify: true, target: "es2023" });
      const contents = `import { adopt } from "../parts/style"; adopt(${JSON.stringify(code.trim())});`;
      return { contents, loader: "js", resolveDir: join(path, "..") };
    });
  },
};

// Documents are sent by their hash: the text is there for the cache, which does not need its spaces.
const withShortDocuments = {
  name: "with-short-documents",
  setup({ onLoad }) {
    onLoad({ filter: /__generated__[\\/]graphql\.ts$/ }, ({ path }) => {
      const source = readFileSync(path, "utf8");
      const short = source.replace(
        /TypedDocumentString\(`([^`]*)`/g,
        (_, text) => `TypedDocumentString(\`${text.replace(/\s+/g, " ").trim()}\``,
      );
      return { contents: short, loader: "ts" };
    });
  },
};

async function bundle() {
  return build({
    absWorkingDir: here,
    entryPoints: ["src/main.tsx", "src/app.css"],
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    outdir: dist,
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    minify: true,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    charset: "utf8",
    legalComments: "none",
    define: { "process.env.NODE_ENV": '"production"' },
    pure: ["TypedDocumentString"],
    plugins: [withStyles, withShortDocuments],
    logLevel: "warning",
  });
}

const nameOf = (path) => basename(path);

/** What a file loads at once, itself included. */
function closure(metafile, path, found = new Set()) {
  if (found.has(path)) return found;
  found.add(path);
  for (const { path: other, kind } of metafile.outputs[path].imports) {
    if (kind === "import-statement") closure(metafile, other, found);
  }
  return found;
}

const outputOf = (metafile, entry) =>
  Object.keys(metafile.outputs).find((path) => metafile.outputs[path].entryPoint === entry);

function page(metafile) {
  const script = outputOf(metafile, "src/main.tsx");
  const style = outputOf(metafile, "src/app.css");
  const others = [...closure(metafile, script)]
    .filter((path) => path !== script)
    .map(nameOf)
    .sort();
  const head = [
    `<link rel="stylesheet" href="assets/${nameOf(style)}" />`,
    ...others.map((name) => `<link rel="modulepreload" href="assets/${name}" />`),
    `<script type="module" src="assets/${nameOf(script)}"></script>`,
  ];
  return readFileSync(join(here, "src/index.html"), "utf8").replace("{head}", head.join("\n    "));
}

/** The documents that the screen sends, by their hashes. */
function documents() {
  const folders = readdirSync(join(here, "src")).map((name) =>
    join(here, "src", name, "__generated__/persisted-documents.json"),
  );
  const all = folders.filter(existsSync).map((path) => JSON.parse(readFileSync(path, "utf8")));
  const entries = Object.entries(Object.assign({}, ...all)).map(([hash, text]) => [hash.replace("sha256:", ""), text]);
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.from(`${JSON.stringify(Object.fromEntries(sorted), null, 1)}\n`);
}

/** What the binary includes: each asset with its name, its type and its bytes. */
function list(names) {
  const line = (name) => {
    const type = TYPES[name.split(".").at(-1)];
    return `    ("${name}", "${type}; charset=utf-8", include_bytes!("${name}.gz")),`;
  };
  return Buffer.from(`// Written by web/build.mjs.\n[\n${names.map(line).join("\n")}\n]\n`);
}

/** All that dist/ holds: compressed files, plain ones, and what esbuild tells of them. */
export async function make() {
  const { outputFiles, metafile } = await bundle();
  const assets = new Map(outputFiles.map((file) => [nameOf(file.path), file.contents]));
  assets.set("favicon.svg", readFileSync(join(here, "src/favicon.svg")));
  assets.set("licenses.txt", licenses(here, metafile));
  const packed = new Map([...assets].map(([name, contents]) => [`${name}.gz`, contents]));
  packed.set("documents.json.gz", documents());
  const plain = new Map([
    ["index.html", Buffer.from(page(metafile))],
    ["assets.rs", list([...assets.keys()].sort())],
  ]);
  return { packed, plain, metafile, assets };
}

/** How many bytes come before a board is there. */
function weigh({ metafile, assets }) {
  const entries = ["src/main.tsx", "src/board/screen.tsx"].map((entry) => outputOf(metafile, entry));
  const loaded = new Set(entries.flatMap((path) => [...closure(metafile, path)]));
  const names = [...loaded, outputOf(metafile, "src/app.css")].map(nameOf);
  const sizes = names.map((name) => [name, compress(assets.get(name)).length]);
  const sum = sizes.reduce((total, [, size]) => total + size, 0);
  console.log(`the board's first load: ${(sum / 1024).toFixed(1)} KiB of ${BUDGET / 1024}`);
  if (sum <= BUDGET) return;
  for (const [name, size] of sizes) console.error(name.padEnd(28), size);
  process.exitCode = 1;
}

/** What each package adds to the script, for whoever looks for what to save. */
function weights({ metafile }) {
  const sums = {};
  for (const { inputs } of Object.values(metafile.outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const name = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? path.split("/").slice(0, 2).join("/");
      sums[name] = (sums[name] ?? 0) + bytesInOutput;
    }
  }
  console.table(Object.fromEntries(Object.entries(sums).sort(([, a], [, b]) => b - a)));
}

if (process.argv[1] === import.meta.filename) {
  const made = await make();
  (process.argv.includes("--check") ? check : write)(dist, made);
  weigh(made);
  if (process.argv.includes("--weights")) weights(made);
}
