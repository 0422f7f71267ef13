// Talks to the server: queries over HTTP, subscriptions over a WebSocket.
import { getOperationAST, parse } from "graphql";
import { CloseCode, createClient } from "graphql-ws";

// Next to /explorer, also when a proxy serves Waypost below some other path.
const endpoint = new URL("graphql", document.baseURI);
const UNAUTHORIZED = 401;

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

function isSubscription(request) {
  try {
    return getOperationAST(parse(request.query), request.operationName)?.operation === "subscription";
  } catch {
    return false;
  }
}

export function createWaypostClient(token, onUnauthorized) {
  const socketAddress = new URL(endpoint);
  socketAddress.protocol = socketAddress.protocol.replace("http", "ws");
  const sockets = createClient({
    url: socketAddress.href,
    connectionParams: { Authorization: `Bearer ${token}` },
    retryAttempts: 3,
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
        const error = (reason) => explain(reason).then(next).finally(complete);
        return { unsubscribe: sockets.subscribe(request, { next, error, complete }) };
      },
    };
  }

  return {
    query,
    fetcher: (request) => (isSubscription(request) ? observe(request) : query(request)),
  };
}
