// The payload of each mutation is enough: without another request, every screen shows what a client
// shows that asks the server now.
import assert from "node:assert/strict";

import { fieldsOf, fresh, openScreens, withBoth, withServer } from "../support/both.js";
import { OF_A_DEAL, OF_A_PROCESS } from "../support/happenings.js";
import { mutate, refreshes } from "../support/payloads.js";
import {
  ENDPOINT,
  OF_A_MAIL,
  OF_A_MEMBER,
  OF_A_WEBHOOK,
  OF_THE_INBOX,
  OF_THE_REASONS,
} from "../support/people.js";
import { BOARD, DEAL, FILE, INBOX, MEMBER, PROCESS, WEBHOOK, asFile } from "../support/scene.js";

/** Mutations that make something: the input, the page that opens next, and what is open already. */
const THAT_CREATE = {
  createProcess: {
    input: ({ process }) => ({ name: `After ${process.id}`, description: "Empty yet" }),
    page: PROCESS,
    made: "process",
    screens: () => [],
  },
  "createProcess with a template": {
    mutation: "createProcess",
    input: ({ process }) => ({ template: "livespace/en", name: `After ${process.id}` }),
    page: PROCESS,
    made: "process",
    screens: () => [],
  },
  duplicateProcess: {
    input: ({ process }) => ({ processId: process.id }),
    page: PROCESS,
    made: "process",
    screens: ({ process }) => [[PROCESS, process.id]],
  },
  "importProcess of a new one": {
    mutation: "importProcess",
    input: ({ process }) => ({ file: asFile(`After ${process.id}`, "  - stage: First") }),
    page: PROCESS,
    made: "process",
    screens: ({ process }) => [[PROCESS, process.id]],
  },
  createDeal: {
    input: ({ process, ann }) => ({
      processId: process.id,
      title: "Gears",
      value: { amount: "10", currency: "EUR" },
      participantIds: [ann.id],
    }),
    page: DEAL,
    made: "deal",
    screens: ({ process }) => [[BOARD, process.id]],
  },
  addMember: {
    input: ({ process }) => ({ name: "Joe", email: `joe.${process.id}@example.org`, role: "MANAGER" }),
    page: MEMBER,
    made: "member",
    screens: ({ ann }) => [[MEMBER, ann.id]],
  },
  createWebhook: { input: () => ENDPOINT, page: WEBHOOK, made: "webhook", screens: () => [] },
  createFileUpload: {
    input: () => ({ name: "prices.txt", contentType: "text/plain", size: 6 }),
    page: FILE,
    made: "file",
    screens: ({ deal }) => [[DEAL, deal.id]],
  },
};

/** Mutations after which no page that stays open shows anything else. */
const FOR_NO_PAGE = ["deleteWebhook", "replayWebhook", "testWebhook"];

withServer("every mutation of the schema is shown here", async (server) => {
  const changes = { ...OF_A_PROCESS, ...OF_A_DEAL, ...OF_A_MEMBER, ...OF_THE_INBOX, ...OF_A_MAIL };
  const others = { ...OF_A_WEBHOOK, ...OF_THE_REASONS, ...THAT_CREATE };
  const all = Object.entries({ ...changes, ...others });
  const shown = new Set(all.map(([name, { mutation }]) => mutation ?? name).concat(FOR_NO_PAGE));
  assert.deepEqual([...shown].sort(), await fieldsOf(server, "Mutation"));
});

const ofProcess = ({ process }) => [[PROCESS, process.id], [BOARD, process.id]];
const ofDeal = ({ process, deal }) => [[DEAL, deal.id], [BOARD, process.id], [PROCESS, process.id]];

for (const [screensOf, steps] of [[ofProcess, OF_A_PROCESS], [ofDeal, OF_A_DEAL]]) {
  for (const [mutation, { also = () => [], ...step }] of Object.entries(steps)) {
    refreshes(mutation, { ...step, screens: (scene) => [...screensOf(scene), ...also(scene)] });
  }
}
const ofPeople = { ...OF_A_MEMBER, ...OF_THE_INBOX, ...OF_A_MAIL, ...OF_A_WEBHOOK };
for (const [what, step] of Object.entries(ofPeople)) {
  refreshes(what, step);
}

for (const [name, step] of Object.entries(THAT_CREATE)) {
  const { mutation = name, input, page, made, screens: screensOf } = step;
  withBoth(`${name} fills its page by its payload`, async ({ scene, client }) => {
    const screens = screensOf(scene);
    const open = await openScreens(client, screens);

    const { id } = (await mutate(client, mutation, input(scene)))[made];
    assert.deepEqual([client.read(page, id)], await fresh(client, [[page, id]]));
    assert.deepEqual(open.now(), await fresh(client, screens));
    assert.equal(client.network.requests, screens.length + 1, "something was fetched again");
  });
}

withBoth("these tests would see a payload without the process that a deal left", async (all) => {
  const { scene, client } = all;
  const { before, input } = OF_A_DEAL.changeDealProcess;
  await before(scene);
  const screens = [[DEAL, scene.deal.id], [BOARD, scene.process.id]];
  const open = await openScreens(client, screens);
  client.network.tamper = (answer) => {
    answer.data.changeDealProcess.previousProcess = null;
    return answer;
  };
  await client.mutate("DealMutationsChangeDealProcessMutation", input(scene));
  const [deal, board] = await fresh(client, screens);
  assert.deepEqual(open.now()[0], deal);
  assert.notDeepEqual(open.now()[1], board, "the board still shows the deal");
});

withBoth("these tests would see a payload without the viewer", async ({ scene, client }) => {
  const { before, input } = OF_THE_INBOX.markNotificationsRead;
  await before(scene);
  const open = await openScreens(client, [[INBOX]]);
  client.network.tamper = (answer) => {
    answer.data.markNotificationsRead.viewer = null;
    return answer;
  };
  await client.mutate("InboxMutationsMarkNotificationsReadMutation", input(scene));
  const [[shown], [now]] = [open.now(), await fresh(client, [[INBOX]])];
  assert.deepEqual(shown.notifications.nodes, now.notifications.nodes, "these came");
  assert.equal(shown.unreadCount, now.unreadCount + 1, "the number is the old one");
});
