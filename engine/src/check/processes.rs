//! Processes: their versions have no gaps, and the rows of now say what the newest version says.

use std::collections::HashMap;

use domain::process::definition::{ActionDefinition, Definition, StageDefinition};
use entity::{
    action,
    ids::{ActionId, MemberId, StageId},
    process, stage,
};
use serde::Serialize;

use super::{Difference, Found, display, store};
use crate::{db::Unit, error::Result, process::action_row};

/// Looks at all processes, one after the other.
pub(super) async fn look(conn: &Unit, found: &mut Found<'_>) -> Result<()> {
    for process in store::processes(conn).await? {
        let (count, first, last) = store::numbers(conn, process.id).await?;
        let mut one = One { process: &process, found };
        one.compare("version", &process.version, &last);
        if (first, last) != (1, count) {
            let stored = format!("{first} to {last}, {count} of them");
            one.add("versions", stored, "1, 2, 3, … without gaps".to_owned());
        }
        match store::definition(conn, process.id, last).await? {
            Some(Ok(then)) => one.definition(&of_rows(conn, &process).await?, &sorted(then)),
            Some(Err(cause)) => one.add("definition", cause, "a definition".to_owned()),
            None => {}
        }
        found.summary.processes += 1;
        found.listener.progress("processes", found.summary.processes);
    }
    Ok(())
}

/// The process as its rows have it.
async fn of_rows(conn: &Unit, process: &process::Model) -> Result<Definition> {
    let (stages, actions) = store::nodes(conn, process.id).await?;
    let ids = actions.iter().map(|action| action.id);
    let mut performers: HashMap<ActionId, Vec<MemberId>> = HashMap::new();
    for row in crate::process::store::performers(conn, ids).await? {
        performers.entry(row.action_id).or_default().push(row.member_id);
    }
    Ok(sorted(tree(process, stages, actions, &mut performers)))
}

fn tree(
    process: &process::Model,
    stages: Vec<stage::Model>,
    actions: Vec<action::Model>,
    performers: &mut HashMap<ActionId, Vec<MemberId>>,
) -> Definition {
    let mut of_stage: HashMap<StageId, Vec<ActionDefinition>> = HashMap::new();
    for row in actions {
        let (stage, members) = (row.stage_id, performers.remove(&row.id).unwrap_or_default());
        of_stage.entry(stage).or_default().push(action_row::definition(row, members));
    }
    let stage = |row: stage::Model| StageDefinition {
        stage_id: row.id,
        name: row.name,
        hint: row.hint,
        actions: of_stage.remove(&row.id).unwrap_or_default(),
    };
    Definition {
        name: process.name.clone(),
        description: process.description.clone(),
        stages: stages.into_iter().map(stage).collect(),
    }
}

/// The chosen members of an action have no order.
fn sorted(mut tree: Definition) -> Definition {
    let actions = tree.stages.iter_mut().flat_map(|stage| &mut stage.actions);
    actions.for_each(|action| action.performers.members.sort());
    tree
}

/// One process, and who is told what differs about it.
struct One<'a, 'b> {
    process: &'a process::Model,
    found: &'a mut Found<'b>,
}

impl One<'_, '_> {
    fn definition(&mut self, now: &Definition, then: &Definition) {
        self.compare("name", &now.name, &then.name);
        self.compare("description", &now.description, &then.description);
        let stages = |tree: &Definition| -> Vec<StageId> {
            tree.stages.iter().map(|stage| stage.stage_id).collect()
        };
        self.compare("stages", &stages(now), &stages(then));
        for stage in &then.stages {
            if let Some(other) = now.stage(stage.stage_id) {
                self.stage(other, stage);
            }
        }
    }

    fn stage(&mut self, now: &StageDefinition, then: &StageDefinition) {
        let id = then.stage_id;
        self.compare(&format!("{id} name"), &now.name, &then.name);
        self.compare(&format!("{id} hint"), &now.hint, &then.hint);
        let actions = |stage: &StageDefinition| -> Vec<ActionId> {
            stage.actions.iter().map(|action| action.action_id).collect()
        };
        self.compare(&format!("{id} actions"), &actions(now), &actions(then));
        for (now, then) in now.actions.iter().zip(&then.actions) {
            if now.action_id == then.action_id && now != then {
                self.compare(&then.action_id.to_string(), now, then);
            }
        }
    }

    fn compare<T: Serialize + PartialEq>(&mut self, what: &str, stored: &T, follows: &T) {
        if stored != follows {
            self.add(what, display(stored), display(follows));
        }
    }

    fn add(&mut self, what: &str, stored: String, follows: String) {
        let (of, id, what) = ("process".to_owned(), self.process.id.to_string(), what.to_owned());
        self.found.add(Difference { of, id, what, stored, follows, derived: false });
    }
}
