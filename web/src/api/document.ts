// Documents as graphql-codegen writes them: a text with the types of what goes in and comes out, and its hash.
import { createRequest, type GraphQLRequest } from "@urql/core";

export interface Doc<Data, Variables> {
  toString(): string;
  __meta__?: Record<string, unknown> | undefined;
  __apiType?: ((variables: Variables) => Data) | undefined;
}

/** A request with its hash, which the cache does not pass on: it goes in the context. */
export function requestOf<D, V>(
  document: Doc<D, V>,
  variables: V,
): { request: GraphQLRequest<D, never>; hash: string } {
  const hash = String(document.__meta__?.hash).replace("sha256:", "");
  return { request: createRequest(document.toString(), variables as never), hash };
}
