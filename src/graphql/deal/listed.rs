//! Deals of lists, and those asked for by themselves: of one that is kept no more than its numbers is read.

use async_graphql::Context;
use engine::{
    deal::{
        find,
        head::{self, Head},
    },
    error::Result,
};
use entity::ids::DealId;

use super::{Deal, kept::state_of, loader};
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
    match kept::may_be_kept(context, Deal::TYPE) {
        true => alone(view, id).await,
        false => Ok(Deal::find(view, id).await?.map(AsRead::Whole)),
    }
}

/// The deal with all that is kept of it, read with one statement.
async fn alone(view: &View, id: DealId) -> Result<Option<Listed>> {
    let Some(read) = find::alone(view.snapshot(), id).await? else { return Ok(None) };
    let head = Head::of(&read.deal, read.process.version);
    let row = loader::know_alone(view, read);
    Ok(Some(match row {
        Some(row) => AsRead::Alone(view.clone(), head, Deal::new(view, row)),
        None => AsRead::Head(view.afresh(), head),
    }))
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
