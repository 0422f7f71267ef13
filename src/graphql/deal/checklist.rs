//! What there is to do for a deal, and what was done.

use std::{borrow::Cow, collections::HashMap, sync::Arc};

use async_graphql::{
    Context, ContextSelectionSet, Enum, ID, Object, OutputType, Positioned, ServerResult, Value,
    parser, registry::Registry,
};
use bytes::Bytes;
use domain::{
    deal::{
        performers,
        rules::{self, Case},
        state,
    },
    process::version::Version,
    refusal::Refusal,
};
use engine::error::Result;
use entity::{
    completion, deal,
    ids::{ActionId, CompletionId, DealId},
};

use crate::graphql::{
    context::semanticNonNull,
    deal::Deal,
    error::{Field, field, maybe},
    kept,
    member::{self, Member},
    note::Note,
    permission::Permission,
    process::{action::Action, definition::ActionDefinition, settings::Evidence},
    refused::blockers,
    scalar::DateTime,
    user_error::Blocker,
    view::View,
};

mod written;

/// How an action stands for a deal and the viewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ChecklistState {
    /// It was done.
    Done,
    /// The viewer can do it now (with the evidence that it needs).
    Open,
    /// The viewer cannot do it now: the blockers say why.
    Blocked,
}

/// One action of a deal: what it needs, what is in the way, and how it was done.
#[derive(Clone)]
pub(crate) struct ChecklistItem {
    view: View,
    deal: Arc<deal::Model>,
    action: domain::process::definition::ActionDefinition,
    completion: Option<completion::Model>,
    blockers: Vec<Refusal>,
    undo: Vec<Refusal>,
}

/// Items of a checklist, as objects or written already.
pub(crate) enum Checklist {
    /// Each is an object.
    Items(Vec<ChecklistItem>),
    /// As JSON.
    Written(Bytes),
    /// Both, which must say the same.
    Checked(Vec<ChecklistItem>, Bytes),
}

impl Checklist {
    /// The whole checklist of a deal, or what of it was done, in process order.
    pub(crate) async fn of(context: &Context<'_>, deal: &Deal, only_done: bool) -> Result<Self> {
        let written = written::written(context, deal, only_done).await?;
        if let (Some(written), false) = (&written, kept::checks()) {
            return Ok(Self::Written(written.clone()));
        }
        let items = if only_done { done(deal).await? } else { all(deal).await? };
        Ok(match written {
            Some(written) => Self::Checked(items, written),
            None => Self::Items(items),
        })
    }
}

impl OutputType for Checklist {
    fn type_name() -> Cow<'static, str> {
        Vec::<ChecklistItem>::type_name()
    }

    fn qualified_type_name() -> String {
        Vec::<ChecklistItem>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Vec::<ChecklistItem>::create_type_info(registry)
    }

    async fn resolve(
        &self,
        context: &ContextSelectionSet<'_>,
        field: &Positioned<parser::types::Field>,
    ) -> ServerResult<Value> {
        match self {
            Self::Written(written) => Ok(Value::Binary(written.clone())),
            Self::Items(items) => Box::pin(items.resolve(context, field)).await,
            Self::Checked(items, written) => {
                let made = Box::pin(items.resolve(context, field)).await?;
                kept::checked(&made, written, "a checklist")?;
                Ok(made)
            }
        }
    }
}

/// The whole checklist of a deal, in process order.
async fn all(deal: &Deal) -> Result<Vec<ChecklistItem>> {
    let (state, version) = deal.view.case(&deal.row).await?;
    let actions = version.definition.actions();
    named(deal, actions.map(|action| item(deal, &state, &version, action)).collect()).await
}

/// What of the checklist was done, in process order: nobody needs to be named for it.
async fn done(deal: &Deal) -> Result<Vec<ChecklistItem>> {
    let (state, version) = deal.view.case(&deal.row).await?;
    let done = |action: &&domain::process::definition::ActionDefinition| {
        state.completion_of(action.action_id).is_some()
    };
    let actions = version.definition.actions().filter(done);
    Ok(actions.map(|action| item(deal, &state, &version, action)).collect())
}

/// One item of a deal's checklist; none when the action is not part of it.
pub(crate) async fn one(deal: &Deal, id: ActionId) -> Result<Option<ChecklistItem>> {
    let (state, version) = deal.view.case(&deal.row).await?;
    let found = version.action(id).map(|(_, action)| item(deal, &state, &version, action));
    Ok(named(deal, found.into_iter().collect()).await?.pop())
}

/// Checklist items that say by name who may do what the viewer may not.
async fn named(deal: &Deal, mut items: Vec<ChecklistItem>) -> Result<Vec<ChecklistItem>> {
    let ids = performers::chosen(items.iter().flat_map(|item| &item.blockers));
    if ids.is_empty() {
        return Ok(items);
    }
    deal.view.expect_members(ids.iter().copied());
    let mut known = HashMap::new();
    for id in ids {
        known.extend(deal.view.member(id).await?.map(|member| (id, member)));
    }
    for item in &mut items {
        let blockers = std::mem::take(&mut item.blockers);
        let name = |id| {
            let member = known.get(&id)?;
            Some((member.name.as_str(), member.is_active()))
        };
        item.blockers = performers::named(blockers, name);
    }
    Ok(items)
}

fn item(
    deal: &Deal,
    state: &state::Deal,
    version: &Version,
    action: &domain::process::definition::ActionDefinition,
) -> ChecklistItem {
    let case = Case { deal: state, version, actor: deal.view.actor() };
    let completion = state.completion_of(action.action_id).cloned();
    let undo = completion.as_ref().map(|done| rules::undo_blockers(case, done.member_id));
    let blockers = match completion {
        Some(_) => Vec::new(),
        None => rules::action_blockers(case, action),
    };
    ChecklistItem {
        view: deal.view.clone(),
        deal: deal.row.clone(),
        action: action.clone(),
        completion,
        blockers,
        undo: undo.unwrap_or_default(),
    }
}

const PREFIX: &str = "item_";

/// An item's id names its deal and its action: it is nothing of its own in the database.
pub(crate) fn item_id(deal: DealId, action: ActionId) -> String {
    let (deal, action) = (deal.to_string(), action.to_string());
    let tail = |id: &str| id.rsplit('_').next().unwrap_or_default().to_owned();
    format!("{PREFIX}{}{}", tail(&deal), tail(&action))
}

/// The deal and the action that an item's id names.
pub(crate) fn parse_item_id(id: &str) -> Option<(DealId, ActionId)> {
    let (deal, action) = id.strip_prefix(PREFIX)?.split_at_checked(26)?;
    Some((format!("deal_{deal}").parse().ok()?, format!("action_{action}").parse().ok()?))
}

/// One action of a deal: what it needs, what is in the way, and how it was done.
#[Object]
impl ChecklistItem {
    /// The item's id: one for each deal and action.
    pub async fn id(&self) -> ID {
        item_id(self.deal.id, self.action.action_id).into()
    }

    /// The action as it now is.
    #[graphql(directive = semanticNonNull::apply())]
    async fn action(&self) -> Field<Action> {
        field(Action::find_in(&self.view, self.deal.process_id, self.action.action_id).await)
    }

    /// The action as it counts for this deal: for a closed deal, as it was when the deal was closed.
    async fn definition(&self) -> ActionDefinition {
        ActionDefinition::new(&self.view, self.action.clone())
    }

    /// How the action stands.
    async fn state(&self) -> ChecklistState {
        match (&self.completion, self.blockers.is_empty()) {
            (Some(_), _) => ChecklistState::Done,
            (None, true) => ChecklistState::Open,
            (None, false) => ChecklistState::Blocked,
        }
    }

    /// The evidence that must come along with doing it.
    async fn needs(&self) -> Evidence {
        self.action.evidence.into()
    }

    /// Everything that keeps the viewer from doing it now; empty when it is done or can be done.
    async fn blockers(&self) -> Vec<Blocker> {
        blockers(&self.view, self.blockers.clone())
    }

    /// How it was done; null when it is not.
    async fn completion(&self) -> Option<Completion> {
        let row = self.completion.clone()?;
        Some(Completion::new(&self.view, Arc::new(row)))
    }

    /// Whether the viewer can undo it now; null when there is nothing to undo.
    async fn undo(&self) -> Option<Permission> {
        self.completion.as_ref()?;
        Some(Permission::new(&self.view, self.undo.clone()))
    }
}

/// The fact that an action was done for a deal.
#[derive(Clone)]
pub(crate) struct Completion {
    view: View,
    row: Arc<completion::Model>,
}

impl Completion {
    /// The completion of this row.
    pub(crate) fn new(view: &View, row: Arc<completion::Model>) -> Self {
        Self { view: view.clone(), row }
    }

    /// The completion with this id, undone or not.
    pub(crate) async fn find(view: &View, id: CompletionId) -> Result<Option<Self>> {
        Ok(view.completion(id).await?.map(|row| Self::new(view, row)))
    }

    async fn read_action(&self) -> Result<Option<Action>> {
        Action::find(&self.view, self.row.action_id).await
    }
}

/// The fact that an action was done for a deal: by whom, when, and with which note. Undone, it stays.
#[Object]
impl Completion {
    /// The completion's id.
    pub async fn id(&self) -> ID {
        self.row.id.to_string().into()
    }

    /// The deal it was done for.
    #[graphql(directive = semanticNonNull::apply())]
    async fn deal(&self) -> Field<Deal> {
        maybe(Deal::find(&self.view, self.row.deal_id).await)
    }

    /// What was done, removed since or not.
    #[graphql(directive = semanticNonNull::apply())]
    async fn action(&self) -> Field<Action> {
        maybe(self.read_action().await)
    }

    /// Who did it.
    #[graphql(directive = semanticNonNull::apply())]
    async fn performer(&self) -> Field<Member> {
        member::member(&self.view, self.row.member_id).await
    }

    /// When it was done.
    async fn done_at(&self) -> DateTime {
        DateTime(self.row.done_at)
    }

    /// The note given as evidence; null where none was, and when it was withdrawn after this was undone.
    async fn note(&self) -> Field<Note> {
        maybe(Note::find(&self.view, self.row.note_id?).await)
    }

    /// When it was undone; null while it counts.
    async fn undone_at(&self) -> Option<DateTime> {
        self.row.undone_at.map(DateTime)
    }

    /// Who undid it.
    async fn undone_by(&self) -> Field<Member> {
        member::member(&self.view, self.row.undone_by?).await
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_item_id_names_its_deal_and_its_action() {
        let deal = DealId::from_uuid(Uuid::from_u128(7));
        let action = ActionId::from_uuid(Uuid::from_u128(u128::MAX));
        assert_eq!(parse_item_id(&item_id(deal, action)), Some((deal, action)));
        assert_eq!(parse_item_id("item_short"), None);
        assert_eq!(parse_item_id(&deal.to_string()), None);
    }
}
