// A line to the server that a test can cut, as a lost network does, and that may be a long one.
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { Transform } from "node:stream";

/** @param lag how many milliseconds anything takes in either direction */
export async function openLine(server, lag = 0) {
  const ends = new Set();
  const line = createServer((near) => {
    const far = connect(new URL(server.origin).port, "127.0.0.1");
    for (const end of [near, far]) {
      ends.add(end);
      end.on("error", () => {}).on("close", () => (ends.delete(end), near.destroy(), far.destroy()));
    }
    near.pipe(late(lag)).pipe(far).pipe(late(lag)).pipe(near);
  });
  await once(line.listen(0, "127.0.0.1"), "listening");
  const origin = `http://127.0.0.1:${line.address().port}`;
  const http = `${origin}/graphql`;
  const cut = () => ends.forEach((end) => end.resetAndDestroy());
  return { origin, http, socket: http.replace("http:", "ws:"), cut, close: () => (cut(), line.close()) };
}

/** Whatever comes in goes out so many milliseconds later; what follows does not wait for that. */
function late(lag) {
  return new Transform({
    transform(chunk, encoding, done) {
      setTimeout(() => this.push(chunk), lag);
      done();
    },
    flush: (done) => setTimeout(done, lag),
  });
}
