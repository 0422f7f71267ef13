// Relay as an application sets it up, without React.
import { readdir } from "node:fs/promises";

import relay from "relay-runtime";

import { Network } from "./network.js";

const { Environment, Observable, RecordSource, Store } = relay;
const { commitMutation, createOperationDescriptor, createReaderSelector } = relay;
const { fetchQuery, requestSubscription } = relay;

/** The records that a screen without an id is about. */
const ONLY = { viewer: relay.VIEWER_ID, query: relay.ROOT_ID };

const GENERATED = new URL("../screens/__generated__/", import.meta.url);
const artifacts = new Map();

export async function openRelay(server) {
  if (artifacts.size === 0) await load();
  return new Relay(server);
}

async function load() {
  for (const file of await readdir(GENERATED)) {
    artifacts.set(file.replace(".graphql.js", ""), (await import(new URL(file, GENERATED))).default);
  }
}

class Relay {
  name = "Relay";
  #open = [];

  constructor(server) {
    this.server = server;
    this.network = new Network(server);
    const network = relay.Network.create(
      (request, variables) => this.#post(request, variables),
      (request, variables) => this.#subscribe(request, variables),
    );
    this.environment = new Environment({ network, store: new Store(new RecordSource()) });
  }

  async #post({ text, name }, variables) {
    const response = await this.network.fetch(this.server.http, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ query: text, operationName: name, variables }),
    });
    const answer = await response.json();
    if (answer.errors) throw new Error(JSON.stringify(answer.errors, null, 2));
    return answer;
  }

  #subscribe({ text, name }, variables) {
    const operation = { query: text, operationName: name, variables };
    return Observable.create((sink) => this.network.socket.subscribe(operation, sink));
  }

  /** A screen that stays open: it queries once, and from then on shows what the store says. */
  async watch({ query, fragment, root = "query" }, id, onDrawn) {
    await this.query(query, { id });
    const operation = createOperationDescriptor(artifacts.get(query), { id });
    this.#open.push(this.environment.retain(operation));
    let snapshot = this.#lookup(fragment, id ?? ONLY[root], operation.request);
    let drawn = 1;
    const show = (next) => {
      snapshot = next;
      drawn += 1;
      onDrawn();
    };
    this.#open.push(this.environment.subscribe(snapshot, show));
    return {
      /** How often it was drawn. */
      drawn: () => drawn,
      now: () => whole(snapshot),
    };
  }

  query(query, variables) {
    const options = { fetchPolicy: "network-only" };
    return fetchQuery(this.environment, artifacts.get(query), variables, options).toPromise();
  }

  /** With a list that no object has, what the payload brings of it is put in its place. */
  mutate(mutation, input, list) {
    return new Promise((resolve, onError) => {
      const onCompleted = (data) => resolve(Object.values(data)[0]);
      const updater = (store, data) => list && putInPlace(store, list, Object.keys(data)[0]);
      const config = { mutation: artifacts.get(mutation), variables: { input }, updater };
      commitMutation(this.environment, { ...config, onCompleted, onError });
    });
  }

  /** Each item of a subscription, as it arrives. */
  follow(subscription, variables, sink) {
    const following = requestSubscription(this.environment, {
      subscription: artifacts.get(subscription),
      variables,
      onNext: (data) => sink.next(Object.values(data)[0]),
      onError: sink.error,
    });
    this.#open.push(following);
  }

  /** What the store alone knows of an object. */
  read({ fragment, query }, id) {
    const { request } = createOperationDescriptor(artifacts.get(query), { id });
    return whole(this.#lookup(fragment, id, request));
  }

  #lookup(fragment, id, owner) {
    const selector = createReaderSelector(artifacts.get(fragment), id, {}, owner);
    return this.environment.lookup(selector);
  }

  /** Every record of the store by its id. */
  records() {
    return structuredClone(this.environment.getStore().getSource().toJSON());
  }

  another() {
    return new Relay(this.server);
  }

  async close() {
    this.#open.forEach((it) => it.dispose());
    await this.network.close();
  }
}

function putInPlace(store, { field, argument, of }, mutation) {
  const payload = store.getRootField(mutation);
  const args = { [argument]: payload.getLinkedRecord(of).getValue(argument) };
  store.getRoot().setLinkedRecords(payload.getLinkedRecords(field), field, args);
}

function whole({ data, isMissingData }) {
  if (isMissingData) throw new Error("a part is missing");
  return data;
}
