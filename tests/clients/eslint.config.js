// What graphql-eslint says of the contract and of the operations in screens/, and where it is not followed.
import graphql from "@graphql-eslint/eslint-plugin";

const { configs, parser, processor } = graphql;
const graphQLConfig = { schema: "schema.graphql", documents: "tests/clients/screens/*.js" };
const languageOptions = { parser, parserOptions: { graphQLConfig } };
const plugins = { "@graphql-eslint": graphql };

const rules = (names, exceptions) => {
  const recommended = names.map((name) => configs[`flat/${name}`].rules);
  const own = Object.entries(exceptions).map(([name, value]) => [`@graphql-eslint/${name}`, value]);
  return Object.assign({}, ...recommended, Object.fromEntries(own));
};

const ofTheSchema = {
  // Stages, actions and checklists are short and bounded: plain lists. Only what grows is a connection.
  // The impact of a save on a deal is a connection of values: nothing of them is current, so none is a Node.
  "relay-edge-types": ["error", { listTypeCanWrapOnlyEdgeType: false, shouldImplementNode: false }],
  // A board's lists are read for all stages at once, which goes forwards only.
  "relay-arguments": ["error", { includeBoth: false }],
  // What has an id is current, and caches keep it by that. Previews, versions and payloads are values without.
  "strict-id-in-types": "off",
};

const ofTheOperations = {
  // Relay wants a module's name in front, and what it is at the end: DealScreenQuery, DealScreen_deal.
  "naming-convention": ["error", { VariableDefinition: "camelCase" }],
  // As deep as the server allows: a screen's fragments nest.
  "selection-set-depth": ["error", { maxDepth: 15 }],
};

export default [
  {
    files: ["schema.graphql"],
    languageOptions,
    plugins,
    rules: rules(["schema-recommended", "schema-relay"], ofTheSchema),
  },
  { files: ["tests/clients/screens/*.js"], processor },
  {
    files: ["tests/clients/screens/*.js/*.graphql"],
    languageOptions,
    plugins,
    rules: rules(["operations-recommended"], ofTheOperations),
  },
];
