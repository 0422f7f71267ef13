// The clients of the recipes in docs/ behind one face: run what is to be read or changed, and follow.
import { CombinedGraphQLErrors } from "@apollo/client";
import { getOperationAST, parse } from "graphql";
import { createClient as createHttp } from "graphql-http";
import WebSocket from "ws";

import { openApollo } from "../recipes/apollo.js";
import { openEvents } from "../recipes/events.js";
import { openSocket } from "../recipes/socket.js";
import { openUrql } from "../recipes/urql.js";
import "../screens/all.js";
import { textOf } from "../screens/graphql.js";

globalThis.WebSocket ??= WebSocket; // as browsers and newer versions of Node have it

/** A client by name, given where the server is. */
export const openings = {
  "Apollo Client": (server) => apollo(openApollo(server.http, server.token, socketOf(server))),
  urql: (server) => urql(openUrql(server.http, server.token, socketOf(server))),
  "graphql-ws": (server) => plain(socketOf(server)),
  "graphql-sse": (server) => plain(openEvents(server.http, server.token)),
  "graphql-http": ({ http, token }) => {
    const headers = { Authorization: `Bearer ${token}` };
    return { ...plain(createHttp({ url: http, headers })), follow: undefined };
  },
};

let socket;

function socketOf({ socket: url, token }) {
  return (socket = openSocket(url, token));
}

/** Those that take a request and a sink. */
function plain(client) {
  const runText = (query, variables) =>
    new Promise((resolve, reject) => {
      let result;
      const error = (reason) => errorsOf(reason).then((errors) => resolve({ errors }), reject);
      const sink = { next: (it) => (result = it), error, complete: () => resolve(result) };
      client.subscribe({ query, variables }, sink);
    });
  const follow = (name, variables, next) => {
    const sink = { next, error: (reason) => next({ errors: [reason].flat() }), complete() {} };
    return client.subscribe({ query: textOf(name), variables }, sink);
  };
  return { run: (name, variables) => runText(textOf(name), variables), runText, follow, close: client.dispose };
}

/** A refused document comes with a status: graphql-http gives the whole response for it. */
async function errorsOf(reason) {
  if (Array.isArray(reason)) return reason;
  if (!reason.response) throw reason;
  return (await reason.response.json()).errors;
}

function apollo(client) {
  const runText = async (text, variables) => {
    const document = parse(text);
    const isMutation = getOperationAST(document).operation === "mutation";
    const asked = isMutation ? { mutation: document } : { query: document, fetchPolicy: "network-only" };
    try {
      return await client[isMutation ? "mutate" : "query"]({ ...asked, variables });
    } catch (error) {
      if (!CombinedGraphQLErrors.is(error)) throw error;
      return { data: error.data, errors: error.errors };
    }
  };
  const follow = (name, variables, next) => {
    const items = client.subscribe({ query: parse(textOf(name)), variables });
    const following = items.subscribe(({ data, error }) => next({ data, errors: error && [error] }));
    return () => following.unsubscribe();
  };
  const close = async () => (client.stop(), socket.dispose());
  return { run: (name, variables) => runText(textOf(name), variables), runText, follow, close };
}

function urql(client) {
  const plainly = ({ data, error }) => {
    if (error?.networkError) throw error.networkError;
    return { data, errors: error?.graphQLErrors };
  };
  const runText = async (text, variables) => {
    const { operation } = getOperationAST(parse(text));
    return plainly(await client[operation](text, variables).toPromise());
  };
  const follow = (name, variables, next) => {
    const items = client.subscription(textOf(name), variables);
    const { unsubscribe } = items.subscribe((result) => next(plainly(result)));
    return unsubscribe;
  };
  return { run: (name, variables) => runText(textOf(name), variables), runText, follow, close: () => socket.dispose() };
}
