//! Where in a file something is that a save refused.

use super::{Assignee, At, Flaw, Located, ProcessFile};
use crate::{email, refusal::Refusal};

impl ProcessFile {
    /// A refusal of the save, at the line that it is about; `email` finds the address of the member
    /// with an id.
    pub fn flaw(&self, refusal: &Refusal, email: impl Fn(&str) -> Option<String>) -> Flaw {
        let member = refusal.node_id.as_deref().and_then(email);
        let named = member.and_then(|email| self.named(&email));
        let at = named.unwrap_or_else(|| self.locate(&refusal.path));
        Flaw::new(at, refusal.problem.said())
    }

    /// The place of a path of the tree, such as `stages.2.actions.0.name`.
    fn locate(&self, path: &[String]) -> At {
        let whole = self.name.at;
        let index = |at: usize| path.get(at).and_then(|index| index.parse::<usize>().ok());
        match path.first().map(String::as_str) {
            Some("stages") => {
                let Some(stage) = index(1).and_then(|at| self.stages.get(at)) else { return whole };
                let Some(action) = index(3).and_then(|at| stage.actions.get(at)) else {
                    return stage.name.at;
                };
                let task = index(5).and_then(|at| action.follow_ups.get(at));
                task.map_or(action.name.at, |task| task.title.at)
            }
            Some("removedStages") => {
                let entry = index(1).and_then(|at| self.removed_stages.get(at));
                entry.map_or(whole, |entry| entry.stage.at)
            }
            _ => whole,
        }
    }

    /// Where a member is named first.
    fn named(&self, email: &str) -> Option<At> {
        let key = email::key(email);
        self.emails().find(|named| email::key(&named.value) == key).map(|named| named.at)
    }

    /// Every member that the file names, by address.
    pub fn emails(&self) -> impl Iterator<Item = &Located<String>> + Clone {
        self.stages.iter().flat_map(|stage| &stage.actions).flat_map(|action| {
            let assignees = action.follow_ups.iter().filter_map(|task| match &task.assignee {
                Assignee::Member(email) => Some(email),
                Assignee::Performer | Assignee::Owner => None,
            });
            action.chosen.iter().chain(&action.notified).chain(assignees)
        })
    }
}
