// Each item of a feed brings the live object: screens follow what others do without another request.
// What the item tells of before and after leaves every record of the cache as it is.
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";

import * as both from "../support/both.js";
import { OF_A_DEAL, OF_A_PROCESS } from "../support/happenings.js";
import { IN_THE_INBOX, OF_A_MEMBER, tell } from "../support/people.js";
import { BOARD, DEAL, INBOX, PROCESS, cursor, everyScreen, thereAndBack } from "../support/scene.js";

const { assertUntouched, fresh, openScreens, withBoth } = both;

/** Another default changes nothing of a process itself: it is no save, and no feed tells of it. */
const { setDefaultProcess, ...saves } = OF_A_PROCESS;

/** Changes of a process that leave the stage and progress of its deals: nothing happens to a deal. */
const { updateProcess, archiveProcess, unarchiveProcess, addStage, updateStage, moveStage, ...recalculating } = saves;

/** A deal that goes to another process, whose board has a feed of its own, and one that comes back. */
const { changeDealProcess, ...staying } = OF_A_DEAL;
const leaving = { ...changeDealProcess, mutation: "changeDealProcess", also: undefined };
const coming = {
  mutation: "changeDealProcess",
  before: async (scene) => {
    await changeDealProcess.before(scene);
    await scene.colleague.does("changeDealProcess", changeDealProcess.input(scene));
  },
  input: ({ deal, process }) => ({ dealId: deal.id, processId: process.id }),
};

/** A deal that another member owns from then on. */
const { transferDeals } = OF_A_MEMBER;

const createDeal = { input: ({ process }) => ({ processId: process.id, title: "Gears" }) };
const dealAndBoard = ({ process, deal }) => [[DEAL, deal.id], [BOARD, process.id]];
const board = ({ process }) => [[BOARD, process.id]];
const configuratorAndBoard = ({ process }) => [[PROCESS, process.id], [BOARD, process.id]];
const inbox = () => [[INBOX]];

/** Each feed: what it is about, which screens it keeps whatever happens, and what it tells of the past. */
const FEEDS = {
  dealProgress: {
    subscription: "DealScreenProgressSubscription",
    about: ({ deal }) => ({ dealId: deal.id }),
    keeps: [[dealAndBoard, { ...OF_A_DEAL, ...recalculating, transferDeals }]],
    past: '"percent":0',
  },
  processProgress: {
    subscription: "BoardScreenProgressSubscription",
    about: ({ process }) => ({ processId: process.id }),
    keeps: [
      [dealAndBoard, { ...staying, transferDeals, createDeal }],
      [dealAndBoard, { "changeDealProcess to here": coming }],
      [board, { "changeDealProcess from here": leaving }],
      [configuratorAndBoard, saves],
    ],
    past: '"percent":0',
  },
  processSaved: {
    subscription: "ProcessScreenSavedSubscription",
    about: ({ process }) => ({ processId: process.id }),
    keeps: [[configuratorAndBoard, saves]],
    past: '"from":"Contact"',
  },
  inboxChanged: {
    subscription: "InboxScreenChangedSubscription",
    about: () => ({}),
    begins: "inbox",
    keeps: [[inbox, IN_THE_INBOX]],
    past: '"stageName":"Contact"',
  },
};

both.withServer("every feed of the schema is shown here", async (server) => {
  const all = [...Object.keys(FEEDS), "webhookEvent"]; // no feed: what documents of webhooks select
  assert.deepEqual(all.sort(), await both.fieldsOf(server, "Subscription"));
});

for (const [name, feed] of Object.entries(FEEDS)) {
  for (const [screens, happenings] of feed.keeps) {
    for (const [what, happening] of Object.entries(happenings)) {
      const step = { mutation: what, ...happening, screens };
      withBoth(`${name} shows ${what} by somebody else`, (all) => shows(all, feed, step));
    }
  }
  withBoth(`what ${name} tells of the past touches nothing`, (all) => touchesNothing(all, feed));
}

async function shows({ scene, client, server }, feed, step) {
  const { mutation, before, input, by = ({ colleague }) => colleague, also = () => [] } = step;
  await before?.(scene);
  const [about, screens] = [feed.about(scene), [...step.screens(scene), ...also(scene)]];
  const after = await cursor(server, ...Object.values(about));
  const open = await openScreens(client, screens);
  const shown = open.now();
  const next = both.follow(client, feed.subscription, { ...about, after });
  await caughtUp(next);

  await by(scene).does(mutation, input(scene));
  const expected = await fresh(client, screens);
  assert.notDeepEqual(shown, expected, "nothing changed");
  await until(open, expected);
  assert.deepEqual(open.now(), expected);
  assert.equal(client.network.requests, screens.length, "something was fetched again");
}

async function touchesNothing({ scene, client }, feed) {
  const about = feed.about(scene);
  const after = scene.start[feed.begins ?? Object.keys(about)[0]];
  await live(scene);
  const screens = [...everyScreen(scene), ...inbox()];
  const open = await openScreens(client, screens);
  const [records, shown, drawn] = [client.records(), open.now(), open.drawn()];
  assert.ok(!JSON.stringify(records).includes(feed.past), "the cache knows that already");

  const next = both.follow(client, feed.subscription, { ...about, after });
  await caughtUp(next);
  assert.deepEqual(await fresh(client, screens), shown);
  assert.ok(JSON.stringify(client.records()).includes(feed.past), "the feed tells of it");
  assertUntouched(records, client.records());
  assert.deepEqual([open.now(), open.drawn()], [shown, drawn]);
}

/** Much happens to the deal and its process after the scene was set, and the viewer is told of it. */
async function live(scene) {
  const { colleague, process, deal, stages, actions, ann } = scene;
  const dealId = deal.id;
  await tell(scene);
  await colleague.does("updateDeal", { dealId, title: "Bigger engines", ownerId: ann.id });
  await colleague.does("setActionWeight", { actionId: actions[3].id, weight: 200 });
  await colleague.does("updateStage", { stageId: stages[0].id, name: "First" });
  await colleague.does("updateProcess", { processId: process.id, name: `New ${process.id}` });
  await thereAndBack(scene);
  await colleague.does("loseDeal", { dealId });
}

/** Takes the items of what was missed, up to the one that marks the end of it. */
async function caughtUp(next) {
  while (!(await next()).caughtUp);
}

/** Until the screens show this. When they never do, the test says what is missing. */
async function until(open, expected) {
  let timer;
  const enough = Symbol();
  const patience = new Promise((resolve) => (timer = setTimeout(resolve, 30_000, enough)));
  while (!isDeepStrictEqual(open.now(), expected)) {
    if ((await Promise.race([open.change(), patience])) === enough) break;
  }
  clearTimeout(timer);
}
