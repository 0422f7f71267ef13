// A mail server that never takes a mail: each becomes a dead letter at once. Told to, it says nothing.
import { once } from "node:events";
import { createServer } from "node:net";

export async function startPost() {
  const open = new Set();
  let silent = false;
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket)).on("error", () => {});
    const says = (answer) => silent || socket.write(`${answer}\r\n`);
    says("220 post");
    socket.on("data", (said) => says(answer(String(said))));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  server.unref(); // it must not keep a run alive whose Waypost does not start
  return {
    url: `smtp://127.0.0.1:${server.address().port}`,
    refuse: () => {
      silent = false;
      open.forEach((socket) => socket.destroy()); // or those that wait for a word would wait for a minute
    },
    beSilent: () => (silent = true),
    stop: () => {
      open.forEach((socket) => socket.destroy());
      server.close();
    },
  };
}

function answer(said) {
  if (/^RCPT/i.test(said)) return "550 nobody here";
  return /^QUIT/i.test(said) ? "221 bye" : "250 ok";
}
