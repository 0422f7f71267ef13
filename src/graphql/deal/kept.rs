//! What is kept of deals, and what that depends on.

use std::{borrow::Cow, ops::Deref};

use async_graphql::{
    ContextSelectionSet, OutputType, Positioned, ServerResult, Value, parser::types::Field,
    registry::Registry,
};
use domain::{
    policy::Actor,
    process::{definition::ActionDefinition, version::Version},
};
use engine::{deal::head::Head, process::versions::Versions};
use entity::action::PerformerGroup;

use super::Deal;
use crate::graphql::{
    kept::{self, State, Viewer, numbered::Numbered},
    view::View,
};

impl Deal {
    /// What the deal is now, by numbers.
    async fn state(&self, is_viewed: bool) -> Option<State> {
        if !self.view.is_of_one_moment() {
            return None;
        }
        let (process, _) = self.view.process(self.row.process_id).await.ok()??;
        let viewer = match is_viewed {
            true => {
                Some(viewer(self.view.actor(), &*self.view.version_for(&self.row).await.ok()?)?)
            }
            false => None,
        };
        let deal = (self.row.id, self.row.version);
        let people = self.view.people();
        Some(State { deal: Some(deal), process: (process.id, process.version), people, viewer })
    }
}

/// Who looks, as far as it matters for what they can do by this version: all who lead can do the same, but for what
/// chosen members do (rule 16).
fn viewer(actor: &Actor, version: &Version) -> Option<Viewer> {
    let Actor::Member(member) = actor else { return None };
    let chosen = |action: &ActionDefinition| action.performers.group == PerformerGroup::Chosen;
    let alike = actor.leads() && !version.definition.actions().any(chosen);
    Some(Viewer { role: member.role, member: (!alike).then_some(member.id) })
}

/// What a deal is now, as its numbers tell it: none where more must be read to know.
pub(super) fn state_of(view: &View, head: &Head, is_viewed: bool) -> Option<State> {
    let (process, current) = head.process;
    let viewer = match is_viewed {
        true => {
            let number = head.closed_process_version.unwrap_or(current);
            let version = Versions::of(view.snapshot().base()).get(process, number)?;
            Some(viewer(view.actor(), &version)?)
        }
        false => None,
    };
    let (deal, people) = (Some((head.id, head.version)), view.people());
    Some(State { deal, process: head.process, people, viewer })
}

/// What a deal shows.
#[derive(Clone)]
pub(crate) struct DealObject(pub(crate) Deal);

impl Deref for DealObject {
    type Target = Deal;

    fn deref(&self) -> &Deal {
        &self.0
    }
}

impl OutputType for Deal {
    fn type_name() -> Cow<'static, str> {
        DealObject::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        DealObject::create_type_info(registry)
    }

    async fn resolve(
        &self,
        context: &ContextSelectionSet<'_>,
        field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        let object = DealObject(self.clone());
        let made = object.resolve(context, field);
        match kept::slot(context, Self::TYPE, async |is_viewed| self.state(is_viewed).await).await {
            Some(place) => place.value(context, made).await,
            None => made.await,
        }
    }
}
