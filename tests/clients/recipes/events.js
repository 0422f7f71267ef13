import { createClient } from "graphql-sse";

/** Subscriptions over HTTP, each a request of its own, that go on where they were. */
export function openEvents(url, token) {
  const cursors = new WeakMap(); // request -> the last place in the log that arrived
  const headers = (request) => {
    const cursor = cursors.get(request);
    return { Authorization: `Bearer ${token}`, ...(cursor && { "Last-Event-ID": cursor }) };
  };
  const client = createClient({ url, headers, retryAttempts: Infinity });
  const subscribe = (request, sink) => {
    const next = (result) => {
      if (result.extensions?.cursor) cursors.set(request, result.extensions.cursor);
      sink.next(result);
    };
    return client.subscribe(request, { ...sink, next });
  };
  return { ...client, subscribe };
}
