// Builds the explorer into dist/, one gzip file per asset. With --check it
// compares instead of writing, and fails when dist/ is not what it would make.
import { build } from "esbuild";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

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
    jsx: "automatic",
    charset: "utf8",
    legalComments: "none",
    define: { "process.env.NODE_ENV": '"production"' },
    plugins: [withoutTextFonts, withoutMonacoStyles],
    logLevel: "warning",
  });
}

function bundledPackages(results) {
  const inputs = results.flatMap((result) => Object.keys(result.metafile.inputs));
  const names = inputs.map((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[0]);
  return [...new Set(names.filter(Boolean))].sort();
}

function licenseOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(here, folder, "package.json"), "utf8"));
  const notices = readdirSync(join(here, folder)).filter((file) => /^(licen[cs]e|notice|thirdparty)/i.test(file));
  const texts = notices.sort().map((file) => readFileSync(join(here, folder, file), "utf8").trim());
  return [`${name} ${version} (${license})`, ...texts].join("\n\n") + "\n";
}

async function assets() {
  const results = await Promise.all([bundle("src/app.jsx", "esm"), bundle("src/worker.js", "iife")]);
  const files = results.flatMap((result) => result.outputFiles);
  const made = new Map(files.map((file) => [file.path.slice(dist.length + 1), file.contents]));
  for (const name of ["index.html", "favicon.svg"]) made.set(name, readFileSync(join(here, "src", name)));
  const licenses = bundledPackages(results).map(licenseOf).join(`\n${"-".repeat(72)}\n\n`);
  return made.set("licenses.txt", Buffer.from(licenses));
}

// Node writes no time into a gzip header. The operating system, byte 9, is set
// to "unknown", so that the same input gives the same file everywhere.
function compress(contents) {
  const packed = gzipSync(contents, { level: 9 });
  packed[9] = 255;
  return packed;
}

function write(made) {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist);
  for (const [name, contents] of made) {
    const packed = compress(contents);
    writeFileSync(join(dist, `${name}.gz`), packed);
    console.log(`${name}.gz`.padEnd(18), packed.length);
  }
}

// Compares what the files hold, for another zlib may compress differently.
function isCurrent(name, contents) {
  const path = join(dist, `${name}.gz`);
  return existsSync(path) && gunzipSync(readFileSync(path)).equals(Buffer.from(contents));
}

function check(made) {
  const stale = [...made].filter(([name, contents]) => !isCurrent(name, contents)).map(([name]) => `${name}.gz`);
  const unknown = readdirSync(dist).filter((file) => !made.has(file.replace(/\.gz$/, "")));
  for (const file of [...stale, ...unknown]) console.error(`dist/${file} is not what the build makes`);
  if (stale.length + unknown.length > 0) process.exit(1);
  console.log("dist/ is what the build makes");
}

const made = await assets();
process.argv.includes("--check") ? check(made) : write(made);
