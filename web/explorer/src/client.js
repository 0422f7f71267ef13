// Talks to the server: queries over HTTP, subscriptions over a WebSocket.
import { getOperationAST, parse } from "graphql";
import { CloseCode, createClient } from "graphql-ws";

// Next to /explorer, also when a proxy serves Waypost below some other path.
const endpoint = new URL("graphql", document.baseURI);
const UNAUTHORIZED = 401;
/** So many items of a subscription are shown. */
const AT_MOST = 50;

function failure(message) {
  return { errors: [{ message }] };
}

async function readAnswer(response) {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return failure(`The server answered ${response.status} with something that is not JSON: ${text.slice(0, 500)}`);
  }
}

function post(token, request) {
  return fetch(endpoint, {
    method: "POST",
    headers: {
      accept: "application/json",
      "content-type": "application/json",
      authorization: `Bearer ${token}`,
    },
    credentials: "omit",
    body: JSON.stringify(request),
  });
}

// Why a subscription ended, in words that fit the result pane.
function describeClose(reason) {
  if (Array.isArray(reason)) return { errors: reason };
  if (typeof reason?.code !== "number") return failure(reason?.message ?? "The subscription failed.");
  const words = reason.reason ? `: ${reason.reason}` : "";
  return failure(`The server closed the connection (${reason.code}${words}).`);
}

// GraphiQL shows the last thing it is given: so it is given all that came, the newest first.
function collect(next) {
  let received = 0;
  let latestFirst = [];
  return ({ data, errors }) => {
    received += 1;
    latestFirst = [{ data, errors }, ...latestFirst].slice(0, AT_MOST);
    next({ received, latestFirst });
  };
}

// The last place of each subscription, from where it goes on when the connection was lost.
function remember(cursors, id, type, payload) {
  if (type === "next" && payload.extensions?.cursor) cursors[id] = payload.extensions.cursor;
  if (type === "complete" || type === "error") delete cursors[id];
}

// For a moment after another tab was opened, GraphiQL still names the operation of the one before.
function readable(request) {
  try {
    const document = parse(request.query);
    const named = getOperationAST(document, request.operationName);
    const only = named ?? getOperationAST(document);
    return { operation: only?.operation, request: { ...request, operationName: only?.name?.value } };
  } catch {
    return { request };
  }
}

export function createWaypostClient(token, onUnauthorized) {
  const socketAddress = new URL(endpoint);
  socketAddress.protocol = socketAddress.protocol.replace("http", "ws");
  const cursors = {};
  const sockets = createClient({
    url: socketAddress.href,
    connectionParams: () => ({ Authorization: `Bearer ${token}`, resume: cursors }),
    on: { message: ({ id, type, payload }) => remember(cursors, id, type, payload) },
    retryAttempts: 10,
    shouldRetry: (reason) => typeof reason?.code === "number" && reason.code !== CloseCode.Forbidden,
  });

  async function query(request) {
    let response;
    try {
      response = await post(token, request);
    } catch {
      return failure("The server could not be reached. Is it still running?");
    }
    if (response.status === UNAUTHORIZED) onUnauthorized();
    return readAnswer(response);
  }

  // A socket cannot say 401, so a refused one asks again over HTTP, which can.
  async function explain(reason) {
    if (!Array.isArray(reason)) await query({ query: "{ __typename }" });
    return describeClose(reason);
  }

  // An observable rather than a generator: it can be stopped while it waits.
  function observe(request) {
    return {
      subscribe({ next, complete }) {
        const show = collect(next);
        const error = (reason) => explain(reason).then(show).finally(complete);
        return { unsubscribe: sockets.subscribe(request, { next: show, error, complete }) };
      },
    };
  }

  return {
    query,
    fetcher: (asked) => {
      const { operation, request } = readable(asked);
      return operation === "subscription" ? observe(request) : query(request);
    },
  };
}
