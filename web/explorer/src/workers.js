// Tells Monaco where its background workers are. One file holds all of them;
// the worker's name picks the part to run.
globalThis.MonacoEnvironment = {
  getWorker(_id, label) {
    return new Worker(new URL("worker.js", import.meta.url), { name: label });
  },
};
