// Apollo Client as an application sets it up.
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from "@apollo/client";
import { createFragmentRegistry } from "@apollo/client/cache";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { OperationTypeNode, getIntrospectionQuery } from "graphql";

import { documents, fragments } from "../screens/graphql.js";
import { Network } from "./network.js";

let possibleTypes; // the same for every client of a run

export async function openApollo(server) {
  possibleTypes ??= await readPossibleTypes(server);
  return new Apollo(server);
}

/** Which types an interface can be: fragments on interfaces match by it. */
async function readPossibleTypes(server) {
  const { __schema } = await server.ask(getIntrospectionQuery());
  const abstract = __schema.types.filter((type) => type.possibleTypes);
  return Object.fromEntries(abstract.map((it) => [it.name, it.possibleTypes.map((t) => t.name)]));
}

function newCache() {
  return new InMemoryCache({
    possibleTypes,
    fragments: createFragmentRegistry(...fragments()),
    // A value without an id that two screens select differently: without this, Apollo Client would
    // throw away what only the other one selected, and ask for it again. Of viewers, there is one.
    typePolicies: { Progress: { merge: true }, Viewer: { keyFields: [] } },
  });
}

class Apollo {
  name = "Apollo Client";
  #subscriptions = [];

  constructor(server) {
    this.server = server;
    this.network = new Network(server);
    const http = new HttpLink({ uri: server.http, fetch: this.network.fetch });
    const socket = new GraphQLWsLink(this.network.socket);
    const link = ApolloLink.split(isSubscription, socket, http);
    this.client = new ApolloClient({ cache: newCache(), link });
  }

  /** A screen that stays open: it queries once, and from then on shows what the cache says. */
  async watch({ query, root }, id, onDrawn) {
    const screen = this.client.watchQuery({ query: documents.get(query), variables: { id } });
    let drawn = 0;
    await new Promise((resolve, reject) => {
      const next = ({ error, dataState }) => {
        drawn += 1;
        if (error) reject(error);
        if (dataState === "complete") resolve();
        onDrawn();
      };
      this.#subscriptions.push(screen.subscribe({ next }));
    });
    return {
      /** How often it was drawn. */
      drawn: () => drawn,
      now: () => part(whole(screen.getCurrentResult()), root),
    };
  }

  async query(query, variables) {
    const options = { query: documents.get(query), variables, fetchPolicy: "network-only" };
    return (await this.client.query(options)).data;
  }

  /** With a list that no object has, what the payload brings of it is put in its place. */
  async mutate(mutation, input, list) {
    const update = (cache, { data }) => list && putInPlace(cache, list, Object.values(data)[0]);
    const options = { mutation: documents.get(mutation), variables: { input }, update };
    return Object.values((await this.client.mutate(options)).data)[0];
  }

  /** Each item of a subscription, as it arrives. */
  follow(subscription, variables, sink) {
    const options = { query: documents.get(subscription), variables };
    const next = ({ data, error }) => (error ? sink.error(error) : sink.next(Object.values(data)[0]));
    const following = this.client.subscribe(options).subscribe({ next, error: sink.error });
    this.#subscriptions.push(following);
  }

  /** What the cache alone knows of an object. */
  read({ fragment }, id) {
    const typename = documents.get(fragment).definitions[0].typeCondition.name.value;
    const from = this.client.cache.identify({ __typename: typename, id });
    const options = { id: from, fragment: documents.get(fragment), fragmentName: fragment };
    return this.client.cache.readFragment(options);
  }

  /** Every record of the cache by its id. */
  records() {
    return structuredClone(this.client.cache.extract());
  }

  another() {
    return new Apollo(this.server);
  }

  async close() {
    this.#subscriptions.forEach((it) => it.unsubscribe());
    this.client.stop();
    await this.network.close();
  }
}

function isSubscription({ operationType }) {
  return operationType === OperationTypeNode.SUBSCRIPTION;
}

function putInPlace(cache, { query, field, argument, of }, payload) {
  const variables = { [argument]: payload[of][argument] };
  cache.writeQuery({ query: documents.get(query), variables, data: { [field]: payload[field] } });
}

/** What a screen shows: one field of the answer, or all of it. */
function part(data, root) {
  return root ? data[root] : data;
}

function whole({ data, dataState }) {
  if (dataState !== "complete") throw new Error(`a part is missing: ${dataState}`);
  return data;
}
