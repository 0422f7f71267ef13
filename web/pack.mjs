// What both pages have: files that are compressed alike everywhere, the licences of what is in them, and dist/, which is
// written or compared.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

// Node writes no time into a gzip header. The operating system, byte 9, is set
// to "unknown", so that the same input gives the same file everywhere.
export function compress(contents) {
  const packed = gzipSync(contents, { level: 9 });
  packed[9] = 255;
  return packed;
}

/** The licences of all packages that went into these outputs, which were built in this folder. */
export function licenses(folder, ...metafiles) {
  const paths = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  const packages = paths.map((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[0]);
  const folders = [...new Set(packages.filter(Boolean))].sort();
  const texts = folders.map((path) => licenseOf(join(folder, path)));
  return Buffer.from(texts.join(`\n${"-".repeat(72)}\n\n`));
}

function licenseOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const notices = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|thirdparty)/i.test(file));
  const texts = notices.sort().map((file) => readFileSync(join(folder, file), "utf8").trim());
  return [`${name} ${version} (${license})`, ...texts].join("\n\n") + "\n";
}

/** Writes what dist/ holds: files to compress, and plain ones. */
export function write(dist, { packed, plain = new Map() }) {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist);
  for (const [name, contents] of packed) {
    const bytes = compress(contents);
    writeFileSync(join(dist, name), bytes);
    console.log(name.padEnd(32), bytes.length);
  }
  for (const [name, contents] of plain) writeFileSync(join(dist, name), contents);
}

/** Says what of dist/ is not what the build makes. Compares what the files hold, for another zlib may compress differently. */
export function check(dist, { packed, plain = new Map() }) {
  const same = (name, contents, read) =>
    existsSync(join(dist, name)) && read(readFileSync(join(dist, name))).equals(Buffer.from(contents));
  const stale = [
    ...[...packed].filter(([name, contents]) => !same(name, contents, gunzipSync)),
    ...[...plain].filter(([name, contents]) => !same(name, contents, (bytes) => bytes)),
  ].map(([name]) => name);
  const unknown = readdirSync(dist).filter((name) => !packed.has(name) && !plain.has(name));
  for (const name of [...stale, ...unknown]) console.error(`${join(dist, name)} is not what the build makes`);
  if (stale.length + unknown.length > 0) process.exitCode = 1;
  else console.log(`${dist} is what the build makes`);
}
