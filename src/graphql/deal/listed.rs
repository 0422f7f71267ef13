//! Deals of lists: of one that is kept no more than its numbers is read.

use std::borrow::Cow;

use async_graphql::{
    Context, ContextSelectionSet, OutputType, Positioned, ServerResult, Value,
    parser::types::Field, registry::Registry,
};
use engine::{
    deal::head::{self, Head},
    error::Result,
};
use entity::ids::DealId;

use super::{Deal, DealObject, kept::state_of};
use crate::graphql::{
    error::to_graphql,
    kept::{self, Subject},
    view::View,
};

/// A deal that the viewer may see, as far as it was read.
#[derive(Clone)]
pub(crate) enum Listed {
    /// Its row.
    Whole(Deal),
    /// Its numbers.
    Head(View, Head),
}

impl Listed {
    /// The deal with this id, if the viewer may see it.
    pub(crate) async fn find(
        context: &Context<'_>,
        view: &View,
        id: DealId,
    ) -> Result<Option<Self>> {
        if kept::may_answer(context, "Deal", Subject::Deal(id), view.actor()) {
            let head = head::alone(view.snapshot(), id).await?;
            return Ok(head.map(|head| Self::Head(view.clone(), head)));
        }
        Ok(Deal::find(view, id).await?.map(Self::Whole))
    }

    /// What is kept of it, if that is all that was selected.
    async fn kept(context: &ContextSelectionSet<'_>, view: &View, head: &Head) -> Option<Value> {
        let state = async |is_viewed| state_of(view, head, is_viewed);
        kept::place(context, "Deal", state).await?.kept()
    }
}

impl OutputType for Listed {
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
        let (view, head) = match self {
            Self::Whole(deal) => return deal.resolve(context, field).await,
            Self::Head(view, head) => (view, head),
        };
        if let Some(value) = Self::kept(context, view, head).await {
            return Ok(value);
        }
        view.expect_deal_ids([head.id]);
        // the others of the list say first whether they are wanted, too: all are read with one statement
        tokio::task::yield_now().await;
        match Deal::find(view, head.id).await {
            Ok(Some(deal)) => deal.resolve(context, field).await,
            Ok(None) => Ok(Value::Null), // it went away since its numbers were read
            Err(error) => Err(to_graphql(error).into_server_error(field.pos)),
        }
    }
}
