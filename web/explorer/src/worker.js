// Monaco's background workers in one file, see workers.js. They are required one
// by one because each of them takes over the worker's message handler.
switch (globalThis.name) {
  case "json":
    require("monaco-editor/esm/vs/language/json/json.worker.js");
    break;
  case "graphql":
    require("monaco-graphql/esm/graphql.worker.js");
    break;
  default:
    require("monaco-editor/esm/vs/editor/editor.worker.js");
}
