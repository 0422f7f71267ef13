// The real server, on a database of its own that goes with it.
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { startPost } from "./post.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const TOKEN = "wp_of-the-client-tests-0123456789";

function program() {
  const path = process.env.WAYPOST_BIN || join(ROOT, "target/debug/waypost");
  if (existsSync(path)) return path;
  throw new Error(`${path} is not there: run "cargo build", or set WAYPOST_BIN.`);
}

/** What a developer has set for their own server must not reach this one. */
function environment() {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith("WAYPOST_"));
  return { ...Object.fromEntries(others), WAYPOST_ADMIN_TOKEN: TOKEN };
}

/** A server that is ready. Given more flags, it takes those too. */
export async function startServer(...flags) {
  const folder = await mkdtemp(join(tmpdir(), "waypost-clients-"));
  const database = `sqlite://${join(folder, "waypost.db")}`;
  const post = await startPost();
  const mail = ["--smtp-url", post.url, "--mail-from", "waypost@example.org"];
  const often = ["--member-rate", "0", "--address-rate", "0"]; // tests ask as fast as they can
  const args = ["serve", "--listen", "127.0.0.1:0", "--database", database, ...often, ...mail, ...flags];
  const server = { token: TOKEN, post };
  let end = async () => {};
  const start = async () => {
    const running = await run(args);
    end = running.end;
    server.origin = running.origin;
    server.http = `${server.origin}/graphql`;
    server.socket = server.http.replace("http:", "ws:");
  };
  server.ask = (query, variables, token = TOKEN) => ask(server, token, query, variables);
  /** Ends it at once, as a power cut does; with what was saved it starts again, on another port. */
  server.fall = () => end("SIGKILL");
  server.rise = start;
  server.restart = async () => {
    await server.fall();
    await server.rise();
  };
  server.stop = async () => {
    post.stop();
    await end("SIGTERM");
    await rm(folder, { recursive: true });
  };
  try {
    await start();
    await addColleague(folder, database);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

/** The program, once it says that it is ready: where, and how to end it. */
export async function run(args) {
  const child = spawn(program(), args, { env: environment(), stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const end = async (signal) => {
    child.kill(signal);
    await ended;
    process.off("exit", kill);
  };
  const said = [];
  child.stdout.on("data", (text) => said.push(String(text)));
  try {
    const origin = await listening(child);
    const ready = await fetch(`${origin}/health/ready`);
    if (!ready.ok) throw new Error(`/health/ready answers ${ready.status}`);
    return { origin, end, said: () => said.join("") };
  } catch (error) {
    await end("SIGKILL");
    throw error;
  }
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));

/** The address that it says it serves; all that it said, if it ends before. */
async function listening(child) {
  const said = [];
  for await (const line of lines(child)) {
    said.push(line);
    const address = line.match(/serving (http:\/\/[0-9.:]+)/);
    if (!address) continue;
    child.stderr.resume(); // nobody reads the rest, and it must not wait for that
    return address[1];
  }
  throw new Error(`The server ended:\n${said.join("\n")}`);
}

async function* lines(child) {
  const queue = [];
  let wake = () => {};
  const reader = createInterface({ input: child.stderr });
  reader.on("line", (line) => (queue.push(line), wake()));
  reader.on("close", () => (queue.push(null), wake()));
  for (;;) {
    while (queue.length === 0) await new Promise((resolve) => (wake = resolve));
    const line = queue.shift();
    if (line === null) return;
    yield line;
  }
}

/** Members can come from files; this one is someone to take part in a deal. */
async function addColleague(folder, database) {
  const files = {
    members: "email,name,role\nann@example.org,Ann,SALESPERSON\n",
    deals: "deal,title,opened_at,value,currency,owner,status,closed_at\n",
    completions: "deal,stage,action,done_at,done_by\n",
  };
  const args = ["import", "--database", database, "--process", join(ROOT, "examples/bpic2012.yaml")];
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, `${name}.csv`), text);
    args.push(`--${name}`, join(folder, `${name}.csv`));
  }
  await promisify(execFile)(program(), args, { env: environment() });
}

export async function ask(server, token, query, variables) {
  const response = await fetch(server.http, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(JSON.stringify(errors, null, 2));
  return data;
}
