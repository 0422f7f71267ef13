//! Keys by which a client knows the new stages and actions of a save, until it is told their ids.

use std::collections::HashSet;

use async_graphql::{ID, SimpleObject};
use domain::{language::Message, process::check, text::invalid};

use crate::graphql::{input::InputReader, process::tree::StageInput};

/// The longest key, in characters.
const LONGEST: usize = 200;

/// A new stage or action of a save, by the key that the client gave it.
#[derive(Clone, SimpleObject)]
pub(crate) struct CreatedNode {
    /// The key.
    pub client_key: String,
    /// The id that the stage or action got.
    pub id: ID,
}

/// What became of the keys.
pub(crate) fn created(keyed: Vec<(String, String)>) -> Vec<CreatedNode> {
    let created = keyed.into_iter();
    created.map(|(client_key, id)| CreatedNode { client_key, id: id.into() }).collect()
}

/// Refuses keys that are none, and those that another node of the save has already. What is beyond the limits is not
/// even looked at.
pub(crate) fn refuse_wrong(stages: &[StageInput], reader: &mut InputReader) {
    let mut seen = HashSet::new();
    let stages = &stages[..stages.len().min(check::STAGES)];
    reader.each(stages, "stages", |stage, reader| {
        refuse_one(stage.client_key.as_deref(), &mut seen, reader);
        let most = stage.actions.len().min(check::ACTIONS_OF_A_STAGE);
        reader.each(&stage.actions[..most], "actions", |action, reader| {
            refuse_one(action.client_key.as_deref(), &mut seen, reader);
        });
    });
}

fn refuse_one(key: Option<&str>, seen: &mut HashSet<String>, reader: &mut InputReader) {
    let Some(key) = key else { return };
    let reason = match key.chars().count() {
        0 => Message::of("key-empty"),
        count if count > LONGEST => Message::of("key-too-long"),
        _ if !seen.insert(key.to_owned()) => Message::of("key-taken"),
        _ => return,
    };
    reader.refuse(invalid(reason).at("clientKey"));
}
