// Every mutation that changes a member, an inbox, a mail or the close reasons, as happenings.js has those
// of processes and deals; here with all screens that a payload has to keep.
import { doAll } from "./happenings.js";
import { BOARD, DEAL, DELIVERY, INBOX, MAIL, MEMBER, PROCESS, REASONS, WEBHOOK, addBoss } from "./scene.js";

const theirs = ({ eve, deal, process }) => [[MEMBER, eve.id], [DEAL, deal.id], [BOARD, process.id]];

export const OF_A_MEMBER = {
  updateMember: {
    before: addEve,
    input: ({ eve }) => ({ memberId: eve.id, name: "Eva", email: `a.${eve.email}`, role: "MANAGER" }),
    screens: theirs,
  },
  deactivateMember: {
    before: async (scene) => {
      await addEve(scene);
      await scene.colleague.does("createToken", { memberId: scene.eve.id, name: "Laptop" });
    },
    input: ({ eve }) => ({ memberId: eve.id }),
    screens: theirs,
  },
  reactivateMember: {
    before: async (scene) => {
      await addEve(scene);
      await scene.colleague.does("deactivateMember", { memberId: scene.eve.id });
    },
    input: ({ eve }) => ({ memberId: eve.id }),
    screens: theirs,
  },
  createToken: {
    before: addEve,
    input: ({ eve }) => ({ memberId: eve.id, name: "Laptop", expiresAt: "2099-01-01T00:00:00Z" }),
    screens: theirs,
  },
  revokeToken: {
    before: async (scene) => {
      await addEve(scene);
      const input = { memberId: scene.eve.id, name: "Laptop" };
      Object.assign(scene, await scene.colleague.does("createToken", input, "token { id }"));
    },
    input: ({ token }) => ({ tokenId: token.id }),
    screens: theirs,
  },
  /** The deals themselves, which can be thousands, come with the feeds of those who look at them. */
  transferDeals: {
    before: addEve,
    input: ({ eve, ann, process }) => ({
      fromMemberId: eve.id,
      toMemberId: ann.id,
      processId: process.id,
    }),
    screens: ({ eve, ann }) => [[MEMBER, eve.id], [MEMBER, ann.id]],
  },
};

/** A salesperson, who owns the deal. */
async function addEve(scene) {
  const { colleague, process, deal } = scene;
  const input = { name: "Eve", email: `eve.${process.id}@example.org`, role: "SALESPERSON" };
  const { member } = await colleague.does("addMember", input, "member { id email }");
  await colleague.does("updateDeal", { dealId: deal.id, ownerId: member.id });
  scene.eve = member;
}

const inbox = ({ deal }) => [[INBOX], [DEAL, deal.id]];

export const OF_THE_INBOX = {
  markNotificationsRead: {
    before: tell,
    input: ({ told }) => ({ ids: [told.id] }),
    screens: inbox,
  },
  "markNotificationsRead up to one": {
    mutation: "markNotificationsRead",
    before: async (scene) => {
      await tell(scene);
      await scene.boss.does("createTask", theirTask(scene));
    },
    input: ({ told }) => ({ upTo: told.id }),
    screens: inbox,
  },
  updateMailPreferences: {
    before: ({ colleague }) => colleague.does("updateMailPreferences", { muted: [] }),
    input: () => ({ muted: ["ACTION_COMPLETED"] }),
    screens: inbox,
  },
};

/** What comes to the inbox, and what leaves it, when others or another tab of the viewer do something. */
export const IN_THE_INBOX = {
  completeAction: {
    before: notifying,
    by: ({ boss }) => boss,
    input: ({ deal, actions }) => ({ dealId: deal.id, actionId: actions[3].id }),
    screens: inbox,
  },
  createTask: { before: addBoss, by: ({ boss }) => boss, input: theirTask, screens: inbox },
  updateTask: {
    before: async (scene) => {
      await addBoss(scene);
      const input = { ...theirTask(scene), assigneeId: scene.ann.id };
      Object.assign(scene, await scene.colleague.does("createTask", input, "task { id }"));
    },
    by: ({ boss }) => boss,
    input: ({ task, viewer }) => ({ taskId: task.id, assigneeId: viewer.member.id }),
    screens: inbox,
  },
  markNotificationsRead: OF_THE_INBOX.markNotificationsRead,
  "markNotificationsRead up to one": OF_THE_INBOX["markNotificationsRead up to one"],
};

function theirTask({ deal, viewer }) {
  return { dealId: deal.id, title: "For you", assigneeId: viewer.member.id, dueOn: "2031-05-06" };
}

/** Another administrator, and an action that all of them are told of. */
async function notifying(scene) {
  await addBoss(scene);
  const notify = { groups: ["ADMINISTRATORS"] };
  await scene.colleague.does("updateAction", { actionId: scene.actions[3].id, notify });
}

/** The viewer is told of an action that somebody else did. */
export async function tell(scene) {
  await notifying(scene);
  const { boss, deal, actions, colleague } = scene;
  await boss.does("completeAction", { dealId: deal.id, actionId: actions[3].id });
  const document = "{ viewer { notifications(first: 1) { nodes { id } } } }";
  const { viewer } = await colleague.server.ask(document);
  [scene.told] = viewer.notifications.nodes;
}

export const OF_A_MAIL = {
  /** The mail server says nothing meanwhile, so that the mail stays what the mutation made of it. */
  retryMail: {
    before: async (scene) => {
      const { server } = scene.colleague;
      server.post.refuse();
      await scene.colleague.does("updateMailPreferences", { muted: [] });
      await tell(scene);
      scene.mail = await deadLetter(scene);
      server.post.beSilent();
    },
    input: ({ mail }) => ({ ids: [mail.id] }),
    screens: ({ mail }) => [[MAIL, mail.id]],
  },
};

async function deadLetter({ colleague: { server }, deal }) {
  const document = "{ deadLetters(first: 100) { nodes { id deal { id } } } }";
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    const { deadLetters } = await server.ask(document);
    const mail = deadLetters.nodes.find((it) => it.deal.id === deal.id);
    if (mail) return mail;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("no mail died");
}

/** An address that is refused without being connected to, so that no test reaches anybody. */
export const ENDPOINT = { name: "ERP", url: "https://127.0.0.1:1/" };
const itsPage = ({ webhook }) => [[WEBHOOK, webhook.id]];
const itself = ({ webhook }) => ({ webhookId: webhook.id });

export const OF_A_WEBHOOK = {
  updateWebhook: {
    before: addWebhook,
    input: ({ webhook }) => ({ webhookId: webhook.id, name: "Mirror", events: ["DEAL_WON"], active: false }),
    screens: itsPage,
  },
  rotateWebhookSecret: { before: addWebhook, input: itself, screens: itsPage },
  /** Paused meanwhile, so that the delivery stays what the mutation made of it. */
  redeliverWebhook: {
    before: async (scene) => {
      await addWebhook(scene);
      await scene.colleague.does("addNote", { dealId: scene.deal.id, body: "they like it" });
      scene.delivery = await itsDelivery(scene);
      await scene.colleague.does("updateWebhook", { webhookId: scene.webhook.id, active: false });
    },
    input: ({ delivery }) => ({ deliveryId: delivery.id }),
    screens: ({ delivery }) => [[DELIVERY, delivery.id]],
  },
};

export async function addWebhook(scene) {
  Object.assign(scene, await scene.colleague.does("createWebhook", ENDPOINT, "webhook { id }"));
}

async function itsDelivery({ colleague: { server }, webhook }) {
  const document = `query($id: ID!) { webhook(id: $id) { deliveries(first: 1) { nodes { id attempts } } } }`;
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    const [delivery] = (await server.ask(document, webhook)).webhook.deliveries.nodes;
    if (delivery?.attempts > 0) return delivery;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("nothing was delivered");
}

/** The list that every change of the reasons brings, and where clients keep it. */
const list = {
  query: "ReasonsScreenListQuery",
  field: "closeReasons",
  argument: "status",
  of: "closeReason",
};
const reasons = ({ deal, process }) => [[REASONS], [DEAL, deal.id], [PROCESS, process.id]];

/** Where there are reasons, closing needs one: these are for a server of their own. */
export const OF_THE_REASONS = {
  addCloseReason: {
    before: addReasons,
    input: ({ reasons, process }) => ({
      status: "LOST",
      name: `Budget ${process.id}`,
      afterId: reasons[0].id,
    }),
    screens: reasons,
    list,
  },
  updateCloseReason: {
    before: loseForOne,
    input: ({ reasons, process }) => ({ reasonId: reasons[0].id, name: `Costs ${process.id}` }),
    screens: reasons,
    list,
  },
  moveCloseReason: {
    before: addReasons,
    input: ({ reasons }) => ({ reasonId: reasons[1].id, afterId: null }),
    screens: reasons,
    list,
  },
  archiveCloseReason: {
    before: loseForOne,
    input: ({ reasons }) => ({ reasonId: reasons[0].id }),
    screens: reasons,
    list,
  },
  restoreCloseReason: {
    before: async (scene) => {
      await addReasons(scene);
      await scene.colleague.does("archiveCloseReason", { reasonId: scene.reasons[0].id });
    },
    input: ({ reasons }) => ({ reasonId: reasons[0].id }),
    screens: reasons,
    list,
  },
};

/** Closing for a reason, with the deal's page and the board open. */
const closed = ({ deal, process }) => [[DEAL, deal.id], [BOARD, process.id], [REASONS]];
const forOne = ({ deal, reasons }) => ({ dealId: deal.id, reasonId: reasons[0].id });

export const FOR_A_REASON = {
  winDeal: {
    before: async (scene) => {
      await doAll(scene.colleague, scene.deal, scene.actions);
      await addReasons(scene, "WON");
    },
    input: forOne,
    screens: closed,
  },
  loseDeal: { before: addReasons, input: forOne, screens: closed },
  outdateDeal: { before: (scene) => addReasons(scene, "OUTDATED"), input: forOne, screens: closed },
  reopenDeal: { before: loseForOne, input: ({ deal }) => ({ dealId: deal.id }), screens: closed },
};

export async function addReasons(scene, status = "LOST") {
  scene.reasons = [];
  for (const name of ["Price", "Time"]) {
    const input = { status, name: `${name} ${scene.process.id}` };
    const { closeReason } = await scene.colleague.does("addCloseReason", input, "closeReason { id }");
    scene.reasons.push(closeReason);
  }
}

async function loseForOne(scene) {
  await addReasons(scene);
  await scene.colleague.does("loseDeal", forOne(scene));
}
