//! Deals of lists, and those asked for by themselves: of one that is kept no more than its numbers is read.

use async_graphql::Context;
use engine::{
    deal::head::{self, Head},
    error::Result,
};
use entity::ids::DealId;

use super::{Deal, kept::state_of};
use crate::graphql::{
    kept::{
        self, State, Subject,
        numbered::{AsRead, Numbered},
    },
    view::View,
};

/// A deal that the viewer may see, as far as it was read.
pub(crate) type Listed = AsRead<Deal>;

/// The deal with this id, if the viewer may see it.
pub(crate) async fn find(context: &Context<'_>, view: &View, id: DealId) -> Result<Option<Listed>> {
    if kept::may_answer(context, Deal::TYPE, Subject::Deal(id), view.actor()) {
        let head = head::alone(view.snapshot(), id).await?;
        return Ok(head.map(|head| AsRead::Head(view.clone(), head)));
    }
    Ok(Deal::find(view, id).await?.map(AsRead::Whole))
}

impl Numbered for Deal {
    type Head = Head;
    const TYPE: &'static str = "Deal";

    fn state_of(view: &View, head: &Head, is_viewed: bool) -> Option<State> {
        state_of(view, head, is_viewed)
    }

    fn expect(view: &View, head: &Head) {
        view.expect_deal_ids([head.id]);
    }

    async fn whole(view: &View, head: &Head) -> Result<Option<Self>> {
        Self::find(view, head.id).await
    }
}
