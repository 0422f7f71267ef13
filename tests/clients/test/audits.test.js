// GraphQL over HTTP, as the audits of graphql-http have it: all of them, also what only SHOULD be.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { serverAudits } from "graphql-http";

import { startServer } from "../support/server.js";

let server;
before(async () => (server = await startServer()));
after(() => server?.stop());

function signedIn(url, init) {
  return fetch(url, { ...init, headers: { ...init?.headers, Authorization: `Bearer ${server.token}` } });
}

const audits = serverAudits({ url: () => server.http, fetchFn: signedIn });

test("there are 61 audits", () => assert.equal(audits.length, 61));

for (const audit of audits) {
  test(`${audit.id}: ${audit.name}`, async () => {
    const { status, reason } = await audit.fn();
    assert.equal(status, "ok", reason);
  });
}
