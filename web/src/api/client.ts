// The way to the API: documents by their trusted ids, a normalised cache, and one socket for what is live.
import { signal } from "@preact/signals";
import { Client, fetchExchange, mapExchange, subscriptionExchange } from "@urql/core";
import { createClient as createSocket, type Client as Socket } from "graphql-ws";

import { language } from "../language";
import { reached } from "../parts/toast";
import { refuse, token } from "../session";
import { cache } from "./cache";

const endpoint = new URL("graphql", document.baseURI);

/** Whether what is live arrives. */
export const connection = signal<"idle" | "live" | "lost">("idle");

/** Whether the server is newer than this page: it does not know its documents any more. */
export const outdated = signal(false);

let opened: { client: Client; socket: Socket } | null = null;

/** The client of whoever is signed in. */
export function client(): Client {
  opened ??= open();
  return opened.client;
}

function open() {
  const socket = openSocket();
  const client = new Client({
    url: endpoint.href,
    preferGetMethod: false,
    fetchOptions: () => ({
      headers: {
        Authorization: `Bearer ${token.peek()}`,
        "Accept-Language": language.peek(),
      },
    }),
    exchanges: [
      cache(),
      mapExchange({
        // The server knows the documents of its own screen: their hash is enough.
        onOperation: (operation) => ({
          ...operation,
          extensions: { persistedQuery: { version: 1, sha256Hash: operation.context.hash } },
        }),
        onResult: ({ error }) => {
          if (error) notice(error.response?.status, error.graphQLErrors[0]?.extensions.code);
          if (!error?.networkError) reached();
        },
      }),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ variables, extensions }) => ({
          subscribe: (sink) => ({
            unsubscribe: socket.subscribe({ query: "", variables, extensions }, sink as never),
          }),
        }),
      }),
    ],
  });
  return { client, socket };
}

/** What concerns the whole page, whichever part of it had asked. */
function notice(status: unknown, code: unknown): void {
  if (status === 401 || code === "UNAUTHENTICATED") refuse();
  if (code === "PERSISTED_QUERY_NOT_FOUND") outdated.value = true;
}

/** How often what the server writes has come to be in another language: what it wrote before is asked for again then. */
export const rewritten = signal(0);

/** The server writes in another language from now on: what it writes by itself, too, for a socket keeps the one it began with. */
export function rewrite(): void {
  reopen?.();
  rewritten.value++;
}

let reopen: (() => void) | undefined;

const UNKNOWN_TOKEN = 4403;
const OTHER_LANGUAGE = 4205;

/** A socket whose subscriptions go on where they were, whatever breaks. */
function openSocket(): Socket {
  const cursors: Record<string, string> = {};
  let late: ReturnType<typeof setTimeout> | undefined;
  let current: WebSocket | null = null;
  const url = endpoint.href.replace(/^http/, "ws");
  reopen = () => current?.close(OTHER_LANGUAGE);
  return createSocket({
    url,
    connectionParams: () => ({
      Authorization: `Bearer ${token.peek()}`,
      "Accept-Language": language.peek(),
      resume: cursors,
    }),
    retryAttempts: Infinity,
    retryWait: (retries) => new Promise((resolve) => setTimeout(resolve, Math.min(250 * 2 ** retries, 8_000))),
    // What is no closing of the socket is a fault of this page, and would come again at once.
    shouldRetry: (why) => why instanceof Event && !isUnknown(why),
    keepAlive: 15_000,
    // The protocol wants a text, the server either a text or a hash.
    jsonMessageReplacer: (key, value) => (key === "query" && value === "" ? undefined : value),
    on: {
      opened: (socket) => {
        current = socket as WebSocket;
      },
      connected: () => {
        connection.value = "live";
        reached();
      },
      closed: (why) => {
        if (isUnknown(why)) refuse();
        connection.value = [1000, OTHER_LANGUAGE].includes((why as CloseEvent).code) ? "idle" : "lost";
      },
      // A network that went away says nothing: whoever does not answer soon is gone.
      ping: (received) => {
        if (!received) late = setTimeout(() => current?.close(4408, "late"), 10_000);
      },
      pong: (received) => received && clearTimeout(late),
      message: (said) => {
        if (said.type === "next" && typeof said.payload.extensions?.cursor === "string") {
          cursors[said.id] = said.payload.extensions.cursor;
        }
        if (said.type === "complete" || said.type === "error") delete cursors[said.id];
      },
    },
  });
}

const isUnknown = (why: unknown): boolean => (why as CloseEvent | undefined)?.code === UNKNOWN_TOKEN;
