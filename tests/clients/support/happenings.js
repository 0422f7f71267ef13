// Every mutation that changes a process or a deal: its input on a scene, what has to happen before, and
// which screens it changes beside those of the scene.
import { BOARD, FILE, PROCESS, TASK, addOther, asFile, asInput } from "./scene.js";

export const OF_A_PROCESS = {
  updateProcess: {
    input: ({ process }) => ({ processId: process.id, name: `New ${process.id}`, description: "*Ours*" }),
  },
  archiveProcess: { input: ({ process }) => ({ processId: process.id }) },
  unarchiveProcess: {
    before: ({ colleague, process }) => colleague.does("archiveProcess", { processId: process.id }),
    input: ({ process }) => ({ processId: process.id }),
  },
  addStage: {
    input: ({ process, stages }) => ({ processId: process.id, name: "Trial", afterId: stages[0].id }),
  },
  updateStage: { input: ({ stages }) => ({ stageId: stages[0].id, name: "First", hint: "Be quick" }) },
  moveStage: { input: ({ stages }) => ({ stageId: stages[0].id, afterId: stages[2].id }) },
  removeStage: {
    before: ({ colleague, deal, stages }) =>
      colleague.does("moveDeal", { dealId: deal.id, stageId: stages[1].id }),
    input: ({ stages }) => ({ stageId: stages[1].id, moveDealsTo: stages[2].id }),
  },
  addAction: {
    input: ({ stages, actions, ann }) => ({
      stageId: stages[0].id,
      afterId: actions[0].id,
      name: "Visit",
      weight: 60,
      performers: { group: "CHOSEN", memberIds: [ann.id] },
      followUps: [{ title: "Thank them", assignee: "OWNER", dueInDays: 3 }],
    }),
  },
  updateAction: {
    input: ({ actions, ann }) => ({
      actionId: actions[0].id,
      name: "Ring",
      weight: 500,
      evidence: "NOTE",
      notify: { groups: ["MANAGERS"], memberIds: [ann.id] },
    }),
  },
  setActionWeight: { input: ({ actions }) => ({ actionId: actions[0].id, weight: 1000 }) },
  moveAction: { input: ({ actions, stages }) => ({ actionId: actions[0].id, stageId: stages[2].id }) },
  removeAction: { input: ({ actions }) => ({ actionId: actions[0].id }) },
  restoreStage: {
    before: ({ colleague, stages }) => colleague.does("removeStage", { stageId: stages[1].id }),
    input: ({ stages }) => ({ stageId: stages[1].id, afterId: stages[0].id }),
  },
  restoreAction: {
    before: ({ colleague, actions }) => colleague.does("removeAction", { actionId: actions[0].id }),
    input: ({ actions }) => ({ actionId: actions[0].id, afterId: null }),
  },
  saveProcess: { input: rebuilt },
  restoreProcessVersion: {
    before: async (scene) => {
      const { colleague, actions, stages } = scene;
      await colleague.does("removeAction", { actionId: actions[0].id });
      await colleague.does("moveStage", { stageId: stages[0].id, afterId: stages[2].id });
    },
    input: ({ process: { id: processId, version } }) => ({
      processId,
      version,
      expectedVersion: version + 2,
    }),
  },
  importProcess: {
    input: ({ process }) => ({
      processId: process.id,
      expectedVersion: process.version,
      file: asFile(`Imported ${process.id}`, "  - { stage: Signature, was: Contract, actions: [] }"),
    }),
  },
  setDefaultProcess: {
    before: async (scene) => {
      await addOther(scene);
      await scene.colleague.does("setDefaultProcess", { processId: scene.other.id });
    },
    input: ({ process }) => ({ processId: process.id }),
    also: ({ other }) => [[PROCESS, other.id]],
  },
};

/** A stage goes, another comes first, and the action that was done moves to it. */
function rebuilt(scene) {
  const input = asInput(scene);
  const [contact, offer, contract] = input.stages;
  const done = contact.actions.shift();
  const stages = [{ ...contract, name: "Signature" }, { ...offer, actions: [done, ...offer.actions] }];
  return { ...input, message: "Shorter", stages };
}

export const OF_A_DEAL = {
  updateDeal: {
    input: ({ deal, ann }) => ({
      dealId: deal.id,
      title: "Bigger engines",
      value: { amount: "2500.50", currency: "PLN" },
      ownerId: ann.id,
      visibility: "PARTICIPANTS",
    }),
  },
  moveDeal: { input: ({ deal, stages }) => ({ dealId: deal.id, stageId: stages[2].id }) },
  addParticipant: { input: ({ deal, ann }) => ({ dealId: deal.id, memberId: ann.id }) },
  removeParticipant: {
    before: ({ colleague, deal, ann }) =>
      colleague.does("addParticipant", { dealId: deal.id, memberId: ann.id }),
    input: ({ deal, ann }) => ({ dealId: deal.id, memberId: ann.id }),
  },
  completeAction: {
    before: async (scene) => {
      await addFile(scene);
      await followUp(scene);
    },
    input: ({ deal, actions, file }) => ({
      dealId: deal.id,
      actionId: actions[3].id,
      note: { body: "Sent", fileIds: [file.id] },
    }),
    also: ({ file }) => [[FILE, file.id]],
  },
  completeActions: {
    before: followUp,
    input: ({ deal, actions }) => ({
      items: [
        { dealId: deal.id, actionId: actions[3].id, note: { body: "Sent" } },
        { dealId: deal.id, actionId: actions[2].id },
      ],
    }),
  },
  undoCompletion: {
    input: ({ completion }) => ({ completionId: completion.id }),
  },
  winDeal: {
    before: ({ colleague, deal, actions }) => doAll(colleague, deal, actions),
    input: ({ deal }) => ({ dealId: deal.id, comment: "At last" }),
  },
  loseDeal: { input: ({ deal }) => ({ dealId: deal.id, comment: "Too dear" }) },
  outdateDeal: { input: ({ deal }) => ({ dealId: deal.id }) },
  reopenDeal: {
    before: ({ colleague, deal }) => colleague.does("loseDeal", { dealId: deal.id }),
    input: ({ deal }) => ({ dealId: deal.id }),
  },
  addNote: {
    before: addFile,
    input: ({ deal, file }) => ({
      dealId: deal.id,
      body: "They want to start in **May**.",
      fileIds: [file.id],
    }),
    also: ({ file }) => [[FILE, file.id]],
  },
  editNote: {
    before: addNote,
    input: ({ note }) => ({ noteId: note.id, body: "They want to start in **June**." }),
  },
  withdrawNote: { before: addNote, input: ({ note }) => ({ noteId: note.id }) },
  changeDealProcess: {
    before: addOther,
    input: ({ deal, other }) => ({ dealId: deal.id, processId: other.id }),
    also: ({ other }) => [[BOARD, other.id]],
  },
  createTask: {
    input: ({ deal, ann }) => ({
      dealId: deal.id,
      title: "Send the prices",
      description: "*All* of them",
      assigneeId: ann.id,
      dueOn: "2031-05-06",
    }),
  },
  updateTask: {
    before: addTask,
    input: ({ task, ann }) => ({
      taskId: task.id,
      title: "Ring",
      description: null,
      assigneeId: ann.id,
      dueOn: "2031-05-07",
    }),
    also: ({ task }) => [[TASK, task.id]],
  },
  completeTask: {
    before: addTask,
    input: ({ task }) => ({ taskId: task.id }),
    also: ({ task }) => [[TASK, task.id]],
  },
  reopenTask: {
    before: async (scene) => {
      await addTask(scene);
      await scene.colleague.does("completeTask", { taskId: scene.task.id });
    },
    input: ({ task }) => ({ taskId: task.id }),
    also: ({ task }) => [[TASK, task.id]],
  },
  deleteTask: { before: addTask, input: ({ task }) => ({ taskId: task.id }) },
};

async function addNote(scene) {
  const input = { dealId: scene.deal.id, body: "They want to start in May." };
  Object.assign(scene, await scene.colleague.does("addNote", input, "note { id }"));
}

async function addTask(scene) {
  const input = { dealId: scene.deal.id, title: "Write", description: "Soon", dueOn: "2021-05-06" };
  Object.assign(scene, await scene.colleague.does("createTask", input, "task { id }"));
}

/** An action of the offer that a task follows. */
function followUp({ colleague, actions, ann }) {
  const followUps = [
    { title: "Ask them", assignee: "PERFORMER", dueInDays: 3 },
    { title: "Check it", assignee: "MEMBER", assigneeId: ann.id, dueInDays: 0 },
  ];
  return colleague.does("updateAction", { actionId: actions[3].id, followUps });
}

/** A file whose bytes are there, for a note. */
async function addFile(scene) {
  const input = { name: "prices.txt", contentType: "text/plain", size: 6 };
  const payload = "file { id } upload { url method headers { name value } }";
  const { file, upload } = await scene.colleague.does("createFileUpload", input, payload);
  const headers = upload.headers.map(({ name, value }) => [name, value]);
  const sent = await fetch(upload.url, { method: upload.method, headers, body: "10 EUR" });
  if (!sent.ok) throw new Error(`the upload answers ${sent.status}: ${await sent.text()}`);
  scene.file = file;
}

export async function doAll(colleague, deal, actions) {
  for (const action of actions) {
    await colleague.does("completeAction", { dealId: deal.id, actionId: action.id });
  }
}
