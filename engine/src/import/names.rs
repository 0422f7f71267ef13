//! What the names in the files stand for: members by their addresses, actions by their stages.

use std::collections::HashMap;

use domain::{policy::MemberActor, process::version::Version, text::ByName};
use entity::{
    Timestamp, close_reason,
    ids::{ActionId, MemberId},
    member::Role,
};

use super::moment::Conventions;

/// What the names in the files stand for.
#[derive(Debug)]
pub(crate) struct Names {
    /// The members by the key of their address.
    pub people: HashMap<String, Person>,
    /// The close reasons, those in use first.
    pub reasons: Vec<close_reason::Model>,
    /// The actions by their stage and their name.
    pub actions: ByName<ByName<ActionId>>,
    /// Members whose rows are wrong, by the key of their address: where to look.
    pub unusable: HashMap<String, String>,
    /// The moment after which nothing can have happened.
    pub now: Timestamp,
    /// How the files mean what a value alone does not say.
    pub conventions: Conventions,
}

/// A member whom rows may name.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    /// Who, with which role.
    pub actor: MemberActor,
    /// The name to show.
    pub name: String,
    /// Active now, whatever the file says.
    pub active: bool,
    /// In the file of members: counts as active while history is replayed (rule 24).
    pub listed: bool,
}

impl Person {
    /// The person as one who acts in a replay.
    pub(crate) fn of(id: MemberId, role: Role, name: String, active: bool) -> Self {
        let actor = MemberActor { id, role, credential: None };
        Self { actor, name, active, listed: false }
    }
}

impl Names {
    /// No names yet.
    pub(crate) fn new(now: Timestamp, conventions: Conventions) -> Self {
        let (people, reasons, actions, unusable) = Default::default();
        Self { people, reasons, actions, unusable, now, conventions }
    }

    /// A member's name, and whether they are active.
    pub(crate) fn member(&self, id: MemberId) -> Option<(&str, bool)> {
        let person = self.people.values().find(|person| person.actor.id == id)?;
        Some((&person.name, person.active || person.listed))
    }

    /// Fills in the stages and actions of the process.
    pub(crate) fn set_actions(&mut self, version: &Version) {
        let stages = version.definition.stages.iter().map(|stage| {
            let actions = stage.actions.iter();
            let actions = actions.map(|action| (action.name.as_str(), action.action_id));
            (stage.name.as_str(), actions.collect())
        });
        self.actions = stages.collect();
    }
}
