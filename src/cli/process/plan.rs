//! A plan as people read it: what comes, changes, moves and goes, stage by stage, and what that means for
//! running deals. Pure.

use std::{
    collections::{BTreeSet, HashMap},
    fmt::Write,
};

use domain::{
    deal::outlook::Impact,
    process::{
        definition::{ActionDefinition, Definition, StageDefinition},
        diff::ProcessChange,
        file::Emails,
    },
    text::one_line,
};
use entity::ids::{ActionId, StageId};

mod impact;
mod words;

pub use impact::changed as changed_deals;

/// What would change.
pub struct Plan<'a> {
    /// The process as it is; empty when there is none.
    pub before: &'a Definition,
    /// The process as it would be.
    pub after: &'a Definition,
    /// What is different.
    pub changes: &'a [ProcessChange],
    /// The members that the two name.
    pub emails: &'a Emails,
    /// The version that there is; none: the process is new.
    pub version: Option<i64>,
    /// What becomes of the open deals.
    pub impact: Option<&'a Impact>,
}

/// What happens to a line of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Add,
    Change,
    Move,
    Remove,
    Nothing,
}

impl Mark {
    fn sign(self, colours: bool) -> String {
        let (sign, colour) = match self {
            Self::Add => ("+", 32),
            Self::Change => ("~", 33),
            Self::Move => (">", 36),
            Self::Remove => ("-", 31),
            Self::Nothing => return " ".to_owned(),
        };
        if colours { format!("\u{1b}[{colour}m{sign}\u{1b}[0m") } else { sign.to_owned() }
    }
}

type Lines = Vec<(Mark, String)>;

/// The plan as text.
pub fn render(plan: &Plan<'_>, colours: bool) -> String {
    let found = ChangesByNode::of(plan);
    let mut text = String::new();
    let mut put = |indent: usize, (mark, line): &(Mark, String)| {
        let _ = writeln!(text, "{:indent$}{} {line}", "", mark.sign(colours));
    };
    plan.heading().iter().for_each(|line| put(0, line));
    for stage in &plan.after.stages {
        let (own, below) = (found.heading(plan, stage), found.actions(plan, stage));
        if own.iter().all(|(mark, _)| *mark == Mark::Nothing) && below.is_empty() {
            continue;
        }
        own.iter().for_each(|line| put(2, line));
        below.iter().for_each(|line| put(6, line));
    }
    for stage in &found.removed_stages {
        put(2, &(Mark::Remove, one_line(&stage.name)));
        stage.actions.iter().for_each(|gone| put(6, &(Mark::Remove, one_line(&gone.name))));
    }
    let _ = write!(text, "\n{}\n", found.summary());
    if let Some(impact) = plan.impact {
        text += &impact::render(impact);
    }
    text
}

impl Plan<'_> {
    fn heading(&self) -> Lines {
        let name = one_line(&self.after.name);
        let Some(version) = self.version else {
            return vec![(Mark::Add, format!("Process “{name}”, which is not there yet"))];
        };
        let mut lines = vec![(Mark::Nothing, format!("Process “{name}”, version {version}"))];
        for change in self.changes {
            match change {
                ProcessChange::ProcessRenamed { from, to } => {
                    lines[0] = (
                        Mark::Change,
                        format!(
                            "Process “{}” -> “{}”, version {version}",
                            one_line(from),
                            one_line(to)
                        ),
                    );
                }
                ProcessChange::DescriptionChanged { from, to } => {
                    lines.push((Mark::Change, words::text("description", from, to)));
                }
                _ => {}
            }
        }
        lines
    }

    fn stage_name(&self, id: StageId) -> String {
        self.after.stage(id).map(|stage| one_line(&stage.name)).unwrap_or_default()
    }

    fn action_name(&self, id: ActionId) -> String {
        let found = self.after.actions().find(|action| action.action_id == id);
        found.map(|action| one_line(&action.name)).unwrap_or_default()
    }
}

/// The changes, by what they are about.
#[derive(Default)]
struct ChangesByNode<'a> {
    stages: HashMap<StageId, Vec<&'a ProcessChange>>,
    actions: HashMap<ActionId, Vec<&'a ProcessChange>>,
    removed: HashMap<StageId, Vec<&'a ActionDefinition>>,
    removed_stages: Vec<&'a StageDefinition>,
    counts: [usize; 4],
}

impl<'a> ChangesByNode<'a> {
    fn of(plan: &Plan<'a>) -> Self {
        let mut found = Self::default();
        let mut changed = BTreeSet::new();
        for change in plan.changes {
            found.add(change, &mut changed);
        }
        found.counts[1] = changed.len();
        found
    }

    fn add(&mut self, change: &'a ProcessChange, changed: &mut BTreeSet<String>) {
        match change {
            ProcessChange::StageAdded { stage, .. } => {
                self.counts[0] += 1 + stage.actions.len();
                self.stages.entry(stage.stage_id).or_default().push(change);
                for action in &stage.actions {
                    self.actions.entry(action.action_id).or_default().push(change);
                }
            }
            ProcessChange::StageRemoved { stage } => {
                self.counts[3] += 1 + stage.actions.len();
                self.removed_stages.push(stage);
            }
            ProcessChange::ActionRemoved { stage_id, action, .. } => {
                self.counts[3] += 1;
                self.removed.entry(*stage_id).or_default().push(action);
            }
            ProcessChange::ActionAdded { .. } => self.counts[0] += 1,
            ProcessChange::StageMoved { .. } | ProcessChange::ActionMoved { .. } => {
                self.counts[2] += 1;
            }
            _ => drop(changed.insert(about(change))),
        }
        match (change, change.action_id(), change.stage_id()) {
            (ProcessChange::StageAdded { .. } | ProcessChange::ActionRemoved { .. }, ..) => {}
            (_, Some(action), _) => self.actions.entry(action).or_default().push(change),
            (_, None, Some(stage)) => self.stages.entry(stage).or_default().push(change),
            _ => {}
        }
    }

    fn heading(&self, plan: &Plan<'_>, stage: &StageDefinition) -> Lines {
        let mut lines = Lines::new();
        let mut name = one_line(&stage.name);
        let (mut mark, mut details) = (Mark::Nothing, Vec::new());
        for change in self.stages.get(&stage.stage_id).into_iter().flatten() {
            match change {
                ProcessChange::StageAdded { .. } => mark = Mark::Add,
                ProcessChange::StageRenamed { from, to, .. } => {
                    (mark, name) =
                        (Mark::Change, format!("{} -> {}", one_line(from), one_line(to)));
                }
                ProcessChange::StageHintChanged { from, to, .. } => {
                    mark = Mark::Change;
                    details.push(words::text("hint", from, to));
                }
                ProcessChange::StageMoved { after, .. } => {
                    let place = after.map(|id| plan.stage_name(id));
                    lines.push((
                        Mark::Move,
                        format!("{}: {}", one_line(&stage.name), words::position_text(place)),
                    ));
                }
                _ => {}
            }
        }
        if mark != Mark::Nothing || lines.is_empty() {
            lines.push((mark, with(name, &details)));
        }
        lines
    }

    fn actions(&self, plan: &Plan<'_>, stage: &StageDefinition) -> Lines {
        let mut lines = Lines::new();
        for action in &stage.actions {
            lines.extend(self.action(plan, action));
        }
        let removed = self.removed.get(&stage.stage_id).into_iter().flatten();
        lines.extend(removed.map(|gone| (Mark::Remove, one_line(&gone.name))));
        lines
    }

    fn action(&self, plan: &Plan<'_>, action: &ActionDefinition) -> Lines {
        let mut lines = Lines::new();
        let mut name = one_line(&action.name);
        let (mut is_changed, mut details) = (false, Vec::new());
        for change in self.actions.get(&action.action_id).into_iter().flatten() {
            match change {
                ProcessChange::StageAdded { .. } | ProcessChange::ActionAdded { .. } => {
                    let line = format!("{name} ({})", words::settings(action, plan.emails));
                    lines.push((Mark::Add, line));
                }
                ProcessChange::ActionMoved {
                    from_stage_id,
                    to_stage_id,
                    from_stage_name,
                    after,
                    ..
                } => {
                    let place = if from_stage_id == to_stage_id {
                        words::position_text(after.map(|id| plan.action_name(id)))
                    } else {
                        format!("from “{}”", one_line(from_stage_name))
                    };
                    lines.push((Mark::Move, format!("{}: {place}", one_line(&action.name))));
                }
                other => {
                    is_changed = true;
                    match other {
                        ProcessChange::ActionRenamed { from, to, .. } => {
                            name = format!("{} -> {}", one_line(from), one_line(to));
                        }
                        other => details.extend(words::changed(other, plan.emails)),
                    }
                }
            }
        }
        if is_changed {
            lines.push((Mark::Change, with(name, &details)));
        }
        lines
    }

    fn summary(&self) -> String {
        let [add, change, moved, remove] = self.counts;
        format!("Plan: {add} to add, {change} to change, {moved} to move, {remove} to remove.")
    }
}

/// What a change of a node is about: two changes of one node count once.
fn about(change: &ProcessChange) -> String {
    let action = change.action_id().map(|id| id.to_string());
    action.or_else(|| change.stage_id().map(|id| id.to_string())).unwrap_or_default()
}

fn with(name: String, details: &[String]) -> String {
    if details.is_empty() { name } else { format!("{name}: {}", details.join(", ")) }
}
