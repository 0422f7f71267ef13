// One text for both clients: relay-compiler finds the documents in the sources and makes artifacts of
// them; Apollo Client gets what this tag has parsed. As that knows no @alias, relay.config.json lets a
// fragment on one type of node do without.
import { concatAST, parse, print, separateOperations } from "graphql";

/** Operations and fragments by name. */
export const documents = new Map();

export function graphql([text]) {
  const document = parse(text);
  documents.set(document.definitions[0].name.value, document);
  return document;
}

/** The name of the document with this mutation. */
export function documentOf(mutation) {
  const end = `Mutations${mutation[0].toUpperCase()}${mutation.slice(1)}Mutation`;
  return [...documents.keys()].find((name) => name.endsWith(end));
}

export function fragments() {
  return [...documents.values()].filter((it) => it.definitions[0].kind === "FragmentDefinition");
}

/** An operation with the fragments that it uses, as text: what a client without a compiler sends. */
export function textOf(operation) {
  return print(separateOperations(concatAST([...documents.values()]))[operation]);
}
