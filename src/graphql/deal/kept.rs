//! What is kept of deals, and what that depends on.

use std::{borrow::Cow, ops::Deref};

use async_graphql::{
    ContextSelectionSet, OutputType, Positioned, ServerResult, Value, parser::types::Field,
    registry::Registry,
};
use domain::{policy::Actor, process::definition::ActionDefinition};
use entity::action::PerformerGroup;

use super::Deal;
use crate::graphql::kept::{self, State, Viewer};

impl Deal {
    /// What the deal is now, by numbers.
    async fn state(&self, is_viewed: bool) -> Option<State> {
        if !self.view.is_of_one_moment() {
            return None;
        }
        let (process, _) = self.view.process(self.row.process_id).await.ok()??;
        let viewer = if is_viewed { Some(self.viewer().await?) } else { None };
        let deal = (self.row.id, self.row.version);
        let people = self.view.people();
        Some(State { deal: Some(deal), process: (process.id, process.version), people, viewer })
    }

    /// Who looks, as far as it matters for what they can do: all who lead can do the same, but for what chosen members
    /// do (rule 16).
    async fn viewer(&self) -> Option<Viewer> {
        let Actor::Member(member) = self.view.actor() else { return None };
        let version = self.view.version_for(&self.row).await.ok()?;
        let chosen = |action: &ActionDefinition| action.performers.group == PerformerGroup::Chosen;
        let alike = self.view.actor().leads() && !version.definition.actions().any(chosen);
        Some(Viewer { role: member.role, member: (!alike).then_some(member.id) })
    }
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
        match kept::place(context, "Deal", async |is_viewed| self.state(is_viewed).await).await {
            Some(place) => place.value(context, made).await,
            None => made.await,
        }
    }
}
