// A process with an open deal, made for one test, and what colleagues do to them meanwhile.

export const PROCESS = {
  query: "ProcessScreenQuery",
  fragment: "ProcessScreen_process",
  root: "process",
};
export const BOARD = { query: "BoardScreenQuery", fragment: "BoardScreen_process", root: "process" };
export const DEAL = { query: "DealScreenQuery", fragment: "DealScreen_deal", root: "deal" };
export const TASK = { query: "TaskScreenQuery", fragment: "TaskScreen_task", root: "node" };
export const FILE = { query: "FileScreenQuery", fragment: "FileScreen_file", root: "node" };
export const MEMBER = { query: "MemberScreenQuery", fragment: "MemberScreen_member", root: "node" };
export const MAIL = { query: "MailScreenQuery", fragment: "MailScreen_mail", root: "node" };
export const WEBHOOK = {
  query: "WebhookScreenQuery",
  fragment: "WebhookScreen_webhook",
  root: "node",
};
export const DELIVERY = {
  query: "WebhookScreenDeliveryQuery",
  fragment: "WebhookScreen_delivery",
  root: "node",
};
export const INBOX = { query: "InboxScreenQuery", fragment: "InboxScreen_viewer", root: "viewer" };
export const REASONS = { query: "ReasonsScreenQuery", fragment: "ReasonsScreen_query" };

/** Every screen that shows the scene. */
export function everyScreen({ process, deal }) {
  return [[PROCESS, process.id], [BOARD, process.id], [DEAL, deal.id]];
}

const TREE = `id version stages { id name actions { id name weight } }`;
let made = 0;

/** Everything that a test names: the process, its stages and actions in order, and the deal. */
export async function newScene(server) {
  const colleague = new Colleague(server);
  const name = `Sales ${(made += 1)}`;
  let { process } = await colleague.does("createProcess", { name }, `process { ${TREE} }`);
  for (const stage of ["Contact", "Offer", "Contract"]) {
    await addStage(colleague, process.id, stage);
  }
  ({ process } = await server.ask(`query($id: ID!) { process(id: $id) { ${TREE} } }`, process));
  const processId = await cursor(server, process.id);
  const { deal, completion } = await addDeal(colleague, process);
  const ann = await member(server, "ann@example.org");
  const { viewer } = await server.ask("{ viewer { member { id } } }");
  const { stages } = process;
  // Where the feeds of both begin, and that of the inbox.
  const start = { processId, dealId: deal.feedCursor, inbox: await cursor(server) };
  return { process, stages, actions: actions(process), deal, completion, ann, viewer, start, colleague };
}

/** Another process for the scene, with stages and actions of the same names. */
export async function addOther(scene) {
  const { colleague, process } = scene;
  const copy = await colleague.does("duplicateProcess", { processId: process.id }, `process { ${TREE} }`);
  scene.other = { ...copy.process, actions: actions(copy.process) };
}

/** Another administrator: what they do, the one whom the client signs in is told of. */
export async function addBoss(scene) {
  const boss = { name: "Bo", email: `bo.${scene.process.id}@example.org`, role: "ADMINISTRATOR" };
  const { member } = await scene.colleague.does("addMember", boss, "member { id }");
  const input = { memberId: member.id, name: "Their own" };
  const { secret } = await scene.colleague.does("createToken", input, "secret");
  scene.boss = new Colleague(scene.colleague.server, secret);
}

/** The deal goes through another process for a while. */
export async function thereAndBack(scene) {
  await addOther(scene);
  for (const { id: processId } of [scene.other, scene.process]) {
    await scene.colleague.does("changeDealProcess", { dealId: scene.deal.id, processId });
  }
}

/** A process as `importProcess` takes it, with this as its first stage. */
export function asFile(name, first) {
  return `
process: ${name}
stages:
${first}
  - stage: Offer
    actions: [{ action: "Offer: send", weight: 30 }, { action: "Offer: call", weight: 10 }]
  - stage: Contact
    actions: [{ action: "Contact: send", weight: 40 }]
`;
}

/** The tree as `saveProcess` takes it, to be changed by a test. */
export function asInput({ process }) {
  const { id, version: expectedVersion } = process;
  const only = ({ id }) => ({ id });
  const stages = process.stages.map(({ id, actions }) => ({ id, actions: actions.map(only) }));
  return { id, expectedVersion, stages };
}

function actions(process) {
  return process.stages.flatMap((stage) => stage.actions);
}

async function addStage(colleague, processId, name) {
  const { process } = await colleague.does("addStage", { processId, name }, `process { ${TREE} }`);
  const { id: stageId } = process.stages.find((stage) => stage.name === name);
  for (const [action, weight] of [["call", 10], ["send", 30]]) {
    const input = { stageId, name: `${name}: ${action}`, weight, mandatory: action === "send" };
    await colleague.does("addAction", input, "action { id }");
  }
}

async function addDeal(colleague, process) {
  const value = { amount: "1000", currency: "EUR" };
  const input = { processId: process.id, title: "Engines", value };
  const { deal } = await colleague.does("createDeal", input, "deal { id feedCursor }");
  const [first] = actions(process);
  const done = { dealId: deal.id, actionId: first.id };
  const { completion } = await colleague.does("completeAction", done, "completion { id }");
  return { deal, completion };
}

async function member(server, email) {
  const document = "query($email: String) { members(text: $email) { nodes { id } } }";
  const { members } = await server.ask(document, { email });
  return members.nodes[0];
}

/** Where a feed goes on from now, as a screen reads it with its query: without an id, the inbox's. */
export async function cursor(server, id) {
  if (!id) return (await server.ask("{ viewer { feedCursor } }")).viewer.feedCursor;
  const on = "... on Deal { feedCursor } ... on Process { feedCursor }";
  const { node } = await server.ask(`query($id: ID!) { node(id: $id) { ${on} } }`, { id });
  return node.feedCursor;
}

/** Somebody else, who changes things without telling the client under test. */
export class Colleague {
  constructor(server, token) {
    this.server = server;
    this.token = token;
  }

  async does(mutation, input, selection = "__typename") {
    const kind = mutation[0].toUpperCase() + mutation.slice(1);
    const payload = `${selection} userErrors { message path }`;
    const document = `mutation($input: ${kind}Input!) { ${mutation}(input: $input) { ${payload} } }`;
    const data = await this.server.ask(document, { input }, this.token);
    const { userErrors } = data[mutation];
    if (userErrors.length > 0) throw new Error(JSON.stringify(userErrors, null, 2));
    return data[mutation];
  }
}
