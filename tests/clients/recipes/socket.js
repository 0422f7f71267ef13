import { createClient } from "graphql-ws";

/** A socket whose subscriptions go on where they were, whatever breaks. */
export function openSocket(url, token) {
  const cursors = {}; // operation id -> the last place in the log that arrived
  return createClient({
    url,
    connectionParams: () => ({ Authorization: `Bearer ${token}`, resume: cursors }),
    on: {
      message: ({ id, type, payload }) => {
        if (type === "next" && payload.extensions?.cursor) cursors[id] = payload.extensions.cursor;
        if (type === "complete" || type === "error") delete cursors[id];
      },
    },
    retryAttempts: Infinity,
  });
}
