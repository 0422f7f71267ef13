// The schema as tools load it over the network: with every option that graphql-js has, in both major versions. What they
// build of it is the contract as it is kept.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";

import * as graphql16 from "graphql";
import * as graphql17 from "graphql-17";

import { startServer } from "../support/server.js";

const EVERYTHING = {
  descriptions: true,
  specifiedByUrl: true,
  directiveIsRepeatable: true,
  schemaDescription: true,
  inputValueDeprecation: true,
  experimentalDirectiveDeprecation: true,
  oneOf: true,
};

let server;
before(async () => (server = await startServer()));
after(() => server?.stop());

for (const [version, graphql] of Object.entries({ 16: graphql16, 17: graphql17 })) {
  test(`graphql-js ${version} loads the schema with every option on`, async () => {
    const data = await server.ask(graphql.getIntrospectionQuery(EVERYTHING));
    const loaded = graphql.buildClientSchema(data);
    assert.deepEqual(graphql.validateSchema(loaded), []);
    const contract = await readFile(new URL("../../../schema.graphql", import.meta.url), "utf8");
    const kept = graphql.lexicographicSortSchema(graphql.buildSchema(contract));
    // Which fields carry @semanticNonNull introspection does not tell.
    assert.equal(graphql.printSchema(graphql.lexicographicSortSchema(loaded)), graphql.printSchema(kept));
  });

  test(`graphql-js ${version} asks for the schema by default`, async () => {
    const data = await server.ask(graphql.getIntrospectionQuery());
    assert.deepEqual(graphql.validateSchema(graphql.buildClientSchema(data)), []);
  });
}
