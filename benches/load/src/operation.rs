//! What is asked, and how a right answer looks.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use serde_json::{Value, json};

use crate::{
    data::{ACTIONS, Data, STAGES},
    http::Request,
    server::Server,
};

/// One kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// A process whole, as a configurator shows it.
    Process,
    /// A stage of a board: 50 deals with progress, value and what is done for them.
    Board,
    /// A stage of a board: 50 deals with whole checklists.
    BoardWhole,
    /// A stage of a board: 50 deals with progress and value only.
    BoardProgress,
    /// A deal whole: its process, its checklist, and what was done for it.
    Deal,
    /// An action is done, with a note.
    Complete,
    /// An action gets another place in its stage.
    Move,
}

/// All of them, in the order of the table.
pub const ALL: [Operation; 7] = [
    Operation::Process,
    Operation::Board,
    Operation::BoardWhole,
    Operation::BoardProgress,
    Operation::Deal,
    Operation::Complete,
    Operation::Move,
];

const PROCESS: &str = "query($process: ID!) { process(id: $process) { id name description stages { id name hint actions { id name hint weight mandatory performers { group } } } } }";
const BOARD: &str = "query($process: ID!, $stage: ID!) { deals(filter: { processIds: [$process], stageIds: [$stage] }, first: 50) { nodes { id title value { amount } progress { percent } doneActions { id } } } }";
const BOARD_WHOLE: &str = "query($process: ID!, $stage: ID!) { deals(filter: { processIds: [$process], stageIds: [$stage] }, first: 50) { nodes { id title value { amount } progress { percent } checklist { id state } } } }";
const BOARD_PROGRESS: &str = "query($process: ID!, $stage: ID!) { deals(filter: { processIds: [$process], stageIds: [$stage] }, first: 50) { nodes { id title value { amount } progress { percent } } } }";
const DEAL: &str = "query($deal: ID!) { deal(id: $deal) { id title value { amount } status stage { id } progress { percent } process { id name description stages { id name hint actions { id name hint weight mandatory performers { group } } } } checklist { state action { id } completion { id performer { name } doneAt note { body } } } } }";
const COMPLETE: &str = "mutation($deal: ID!, $action: ID!, $note: String!) { completeAction(input: { dealId: $deal, actionId: $action, note: { body: $note } }) { completion { id doneAt } deal { id progress { percent } } alreadyDone userErrors { code message } } }";
const MOVE: &str = "mutation($action: ID!, $after: ID) { moveAction(input: { actionId: $action, afterId: $after }) { action { id } userErrors { code message } } }";

impl Operation {
    /// What tables call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Process => "Q1 a process whole",
            Self::Board => "Q2 a board of 50 deals with what is done",
            Self::BoardWhole => "Q2w the same, whole checklists",
            Self::BoardProgress => "Q2p the same, progress only",
            Self::Deal => "Q3 a deal whole",
            Self::Complete => "M1 complete an action, with a note",
            Self::Move => "M2 move an action",
        }
    }

    fn document(self) -> &'static str {
        match self {
            Self::Process => PROCESS,
            Self::Board => BOARD,
            Self::BoardWhole => BOARD_WHOLE,
            Self::BoardProgress => BOARD_PROGRESS,
            Self::Deal => DEAL,
            Self::Complete => COMPLETE,
            Self::Move => MOVE,
        }
    }
}

/// Makes requests about one server's data: each about something else, by another member.
pub struct Requests<'a> {
    server: &'a Server,
    open: Vec<(usize, usize)>,
    next_open: &'a AtomicUsize,
    turn: AtomicUsize,
    rng: Mutex<fastrand::Rng>,
}

impl<'a> Requests<'a> {
    /// Requests about what was imported.
    pub fn new(server: &'a Server, data: &'a Data) -> Self {
        let rng = Mutex::new(fastrand::Rng::with_seed(1));
        let (open, next_open, turn) = (data.open_actions(), &data.asked, AtomicUsize::new(0));
        Self { server, open, next_open, turn, rng }
    }

    fn below(&self, bound: usize) -> usize {
        self.rng.lock().unwrap_or_else(PoisonError::into_inner).usize(0..bound)
    }

    /// The next request of this kind; none when everything is done already.
    pub fn next(&self, operation: Operation) -> Option<Request> {
        let variables = self.variables(operation)?;
        let body = json!({ "query": operation.document(), "variables": variables }).to_string();
        Some(Request { token: self.token(operation), body })
    }

    /// Only administrators, every other member, change processes.
    fn token(&self, operation: Operation) -> String {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let turn = if operation == Operation::Move { turn * 2 } else { turn };
        self.server.tokens[turn % self.server.tokens.len()].clone()
    }

    fn variables(&self, operation: Operation) -> Option<Value> {
        let ids = &self.server.ids;
        let process = self.below(ids.processes.len());
        Some(match operation {
            Operation::Process => json!({ "process": ids.processes[process] }),
            Operation::Board | Operation::BoardWhole | Operation::BoardProgress => {
                json!({ "process": ids.processes[process], "stage": ids.stages[process][self.below(STAGES)] })
            }
            Operation::Deal => json!({ "deal": ids.deals[self.below(ids.deals.len())] }),
            Operation::Complete => self.completion()?,
            Operation::Move => self.a_move(process),
        })
    }

    fn completion(&self) -> Option<Value> {
        let turn = self.next_open.fetch_add(1, Ordering::Relaxed);
        let (deal, action) = *self.open.get(turn)?;
        let ids = &self.server.ids;
        let action = &ids.actions[deal % ids.processes.len()][action];
        let note = format!("load {turn}: called, and agreed on the next step");
        Some(json!({ "deal": ids.deals[deal], "action": action, "note": note }))
    }

    fn a_move(&self, process: usize) -> Value {
        let (stage, from) = (self.below(STAGES) * ACTIONS, self.below(ACTIONS));
        let to = (from + 1 + self.below(ACTIONS - 1)) % ACTIONS;
        let actions = &self.server.ids.actions[process];
        let after = (to > 0).then(|| &actions[stage + to]);
        json!({ "action": actions[stage + from], "after": after })
    }
}

/// What is wrong with an answer.
pub fn check(operation: Operation, body: &[u8]) -> Result<(), String> {
    let wrong = |what: &str| {
        let begin = String::from_utf8_lossy(&body[..body.len().min(300)]).into_owned();
        Err(format!("{what}: {begin}"))
    };
    let Ok(answer) = serde_json::from_slice::<Value>(body) else { return wrong("no JSON") };
    if answer.get("errors").is_some() {
        return wrong("errors");
    }
    if is_right(operation, &answer["data"]) { Ok(()) } else { wrong("not what was asked for") }
}

fn is_right(operation: Operation, data: &Value) -> bool {
    let count = |value: &Value| value.as_array().map_or(0, Vec::len);
    let whole = |process: &Value| {
        count(&process["stages"]) == STAGES
            && (0..STAGES).all(|stage| count(&process["stages"][stage]["actions"]) == ACTIONS)
    };
    let nodes = &data["deals"]["nodes"];
    match operation {
        Operation::Process => whole(&data["process"]),
        Operation::Board => {
            count(nodes) > 0 && nodes[0]["doneActions"].is_array() && nodes[0]["value"].is_object()
        }
        Operation::BoardWhole => {
            count(nodes) > 0 && count(&nodes[0]["checklist"]) == STAGES * ACTIONS
        }
        Operation::BoardProgress => count(nodes) > 0 && nodes[0]["progress"]["percent"].is_u64(),
        Operation::Deal => {
            whole(&data["deal"]["process"]) && count(&data["deal"]["checklist"]) == STAGES * ACTIONS
        }
        Operation::Complete => {
            let done = &data["completeAction"];
            count(&done["userErrors"]) == 0
                && done["alreadyDone"] == false
                && done["completion"]["id"].is_string()
        }
        Operation::Move => {
            let moved = &data["moveAction"];
            count(&moved["userErrors"]) == 0 && moved["action"]["id"].is_string()
        }
    }
}
