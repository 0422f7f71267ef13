// What the tests of payloads have in common.
import assert from "node:assert/strict";

import { documentOf } from "../screens/graphql.js";
import { fresh, openScreens, withBoth } from "./both.js";

/** A mutation whose payload is enough: no screen asks again, and each shows what the server says now. */
export function refreshes(what, { mutation = what, before, input, screens: screensOf, list }) {
  withBoth(`${what} refreshes every screen by its payload`, async ({ scene, client }) => {
    await before?.(scene);
    const screens = screensOf(scene);
    const open = await openScreens(client, screens);
    const shown = open.now();

    await mutate(client, mutation, input(scene), list);
    assert.notDeepEqual(open.now()[0], shown[0], "nothing changed");
    assert.deepEqual(open.now(), await fresh(client, screens));
    assert.equal(client.network.requests, screens.length + 1, "something was fetched again");
  });
}

/** A mutation that is not refused; the payload as it came. */
export async function mutate(client, mutation, input, list) {
  let came;
  client.network.tamper = (answer) => {
    came = Object.values(answer.data)[0];
    return answer;
  };
  await client.mutate(documentOf(mutation), input, list);
  for (const { userErrors } of [came, ...(came.results ?? [])]) assert.deepEqual(userErrors, []);
  return came;
}
