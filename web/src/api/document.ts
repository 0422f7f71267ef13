// Documents as graphql-codegen writes them: a text with the types of what goes in and comes out, and its hash.
import { createRequest, type GraphQLRequest } from "@urql/core";

export interface Doc<Data, Variables> {
  toString(): string;
  __meta__?: Record<string, unknown> | undefined;
  __apiType?: ((variables: Variables) => Data) | undefined;
}

/** A request that says the hash of its document: the server knows those of its own screen. */
export function requestOf<D, V>(document: Doc<D, V>, variables: V): GraphQLRequest<D, never> {
  const sha256Hash = String(document.__meta__?.hash).replace("sha256:", "");
  const extensions = { persistedQuery: { version: 1, sha256Hash } };
  return createRequest(document.toString(), variables as never, extensions as never);
}
