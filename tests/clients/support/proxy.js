// A line to the server that a test can cut, as a lost network does.
import { once } from "node:events";
import { connect, createServer } from "node:net";

export async function openLine(server) {
  const ends = new Set();
  const line = createServer((near) => {
    const far = connect(new URL(server.origin).port, "127.0.0.1");
    for (const end of [near, far]) {
      ends.add(end);
      end.on("error", () => {}).on("close", () => (ends.delete(end), near.destroy(), far.destroy()));
    }
    near.pipe(far).pipe(near);
  });
  await once(line.listen(0, "127.0.0.1"), "listening");
  const http = `http://127.0.0.1:${line.address().port}/graphql`;
  const cut = () => ends.forEach((end) => end.resetAndDestroy());
  return { http, socket: http.replace("http:", "ws:"), cut, close: () => (cut(), line.close()) };
}
