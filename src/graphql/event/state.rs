//! What events tell of a deal: its state before and after, and the fields that changed. Values, no ids.

use async_graphql::{ID, SimpleObject};
use entity::{
    event::{DealState as State, FieldChange},
    ids::MemberId,
};

use crate::graphql::{
    deal::{DealStatus, Money, Visibility, money},
    error::Field,
    member::{self, Member},
    view::View,
};

/// A deal before or after an event: a value, not the deal of now.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct DealState {
    /// The number of the event that led to this state.
    pub version: i64,
    /// Whether the deal ran, and how it had ended.
    pub status: DealStatus,
    /// The stage it was at; null: none.
    pub stage_id: Option<ID>,
    /// What that stage was called then.
    pub stage_name: Option<String>,
    /// Progress as a whole per cent, rounded down.
    pub percent: i32,
    /// What the deal was worth.
    pub value: Option<Money>,
    /// Who was responsible.
    pub owner_id: ID,
    #[graphql(skip)]
    view: View,
    #[graphql(skip)]
    owner: MemberId,
}

#[async_graphql::ComplexObject]
impl DealState {
    /// Who was responsible, as they now are.
    async fn owner(&self) -> Field<Member> {
        member::member(&self.view, self.owner).await
    }
}

/// A state as GraphQL shows it.
pub(crate) fn state(view: &View, state: &State) -> DealState {
    DealState {
        version: state.version,
        status: state.status.into(),
        stage_id: state.stage_id.map(|id| id.to_string().into()),
        stage_name: state.stage_name.clone(),
        percent: state.percent,
        value: money(state.value_amount, state.value_currency.as_deref()),
        owner_id: state.owner_id.to_string().into(),
        view: view.clone(),
        owner: state.owner_id,
    }
}

/// A field of a deal that an event changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum DealField {
    /// The title.
    Title,
    /// The value: see `before` and `after`.
    Value,
    /// The owner: see `before` and `after`.
    Owner,
    /// Which salespeople see it.
    Visibility,
}

/// A change of one of a deal's own fields.
#[derive(SimpleObject)]
pub(crate) struct DealFieldChange {
    /// Which field.
    pub field: DealField,
    /// The title before, when it changed.
    pub title_before: Option<String>,
    /// The title after, when it changed.
    pub title_after: Option<String>,
    /// The visibility before, when it changed.
    pub visibility_before: Option<Visibility>,
    /// The visibility after, when it changed.
    pub visibility_after: Option<Visibility>,
}

/// A change of a field as GraphQL shows it.
pub(crate) fn field_change(change: &FieldChange) -> DealFieldChange {
    let mut object = DealFieldChange {
        field: DealField::Value,
        title_before: None,
        title_after: None,
        visibility_before: None,
        visibility_after: None,
    };
    match change {
        FieldChange::Value { .. } => {}
        FieldChange::Owner { .. } => object.field = DealField::Owner,
        FieldChange::Title { from, to } => {
            object.field = DealField::Title;
            (object.title_before, object.title_after) = (Some(from.clone()), Some(to.clone()));
        }
        FieldChange::Visibility { from, to } => {
            object.field = DealField::Visibility;
            object.visibility_before = Some((*from).into());
            object.visibility_after = Some((*to).into());
        }
    }
    object
}
