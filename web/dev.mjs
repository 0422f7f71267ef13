// Serves the screen from its sources, built anew at every load, before a server that runs: `node dev.mjs
// http://127.0.0.1:8000 [PORT]`. The server has to know the documents: start it with
// `--trusted-documents web/documents.dev.json`, which this writes, and again when a document changed.
import { writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";

import { make } from "./build.mjs";

const [target = "http://127.0.0.1:8000", port = "8001"] = process.argv.slice(2);
const server = new URL(target);
const ROOMS = ["", "boards", "deals", "processes", "inbox", "tasks", "insight", "admin"];
const OTHERS = ["graphql", "files", "health", "metrics", "explorer"];
const TYPES = { js: "text/javascript", css: "text/css", svg: "image/svg+xml", txt: "text/plain" };
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'self'";

let made = await fresh();

async function fresh() {
  const all = await make();
  writeFileSync(join(import.meta.dirname, "documents.dev.json"), all.packed.get("documents.json.gz"));
  return all;
}

const http = createServer(async (asked, answer) => {
  const path = new URL(asked.url, target).pathname;
  const [room, name] = path.slice(1).split("/");
  if (room === "assets") {
    const contents = made.assets.get(name);
    const type = TYPES[name.split(".").at(-1)];
    answer
      .writeHead(contents ? 200 : 404, { "Content-Type": `${type}; charset=utf-8` })
      .end(contents && Buffer.from(contents));
  } else if (isPage(asked, room)) {
    made = await fresh();
    const base = "../".repeat(Math.max(path.split("/").length - 2, 0)) || "./";
    const headers = { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY };
    answer.writeHead(ROOMS.includes(room) ? 200 : 404, headers).end(String(made.plain.get("index.html")).replace("{base}", base));
  } else pass(asked, answer);
});

/** A browser gets the page at an address that is none, too: it says so. */
function isPage({ method, headers }, room) {
  const isNone = headers.accept?.includes("text/html") && !OTHERS.includes(room);
  return method === "GET" && (ROOMS.includes(room) || isNone);
}

function pass(asked, answer) {
  const { hostname, port } = server;
  const headers = { ...asked.headers, host: server.host, origin: server.origin };
  const passed = request({ hostname, port, path: asked.url, method: asked.method, headers }, (got) => {
    answer.writeHead(got.statusCode, got.headers);
    got.pipe(answer);
  });
  passed.on("error", () => answer.writeHead(502).end());
  asked.pipe(passed);
}

http.on("upgrade", (asked, socket) => {
  const there = connect(Number(server.port), server.hostname, () => {
    const headers = { ...asked.headers, host: server.host, origin: server.origin };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    there.write(`GET ${asked.url} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
    socket.pipe(there).pipe(socket);
  });
  there.on("error", () => socket.destroy());
  socket.on("error", () => there.destroy());
});

http.listen(Number(port), "127.0.0.1", () => console.log(`http://127.0.0.1:${port}/ before ${target}`));
