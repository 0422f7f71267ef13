//! Many at once, each as if it came alone: the same use case, one unit of work each.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use domain::{
    policy::Actor,
    refusal::{Problem, Refusal},
};
use engine::{
    app::App,
    auth::{self, Session},
    command::output,
    deal::{CompleteAction, Completed},
    error::{Error, Result},
};
use entity::ids::{ActionId, DealId};

use crate::graphql::{
    context::semanticNonNull,
    deal::{
        input::CompleteActionInput,
        payload::{CompleteActionPayload, completed},
    },
    error::{Field, field},
    input::Asked,
    mutate::{Judged, app, asked},
    outcome::Done,
    refused::user_errors,
    user_error::UserError,
    view::View,
};

/// Items that one call may hold.
const MOST: usize = 100;

/// Actions done, for one deal or many.
#[derive(InputObject)]
pub(crate) struct CompleteActionsInput {
    /// What was done, in this order: up to 100.
    pub items: Vec<CompleteActionInput>,
}

/// What doing several actions led to.
#[derive(SimpleObject)]
pub(crate) struct CompleteActionsPayload {
    /// For each item, in the same order, what `completeAction` answers; the paths of its errors begin with
    /// `items` and its number. Null, with a top-level error, where the server failed. Null as a whole when
    /// the call was refused.
    pub results: Option<Vec<Field<CompleteActionPayload>>>,
    /// Why nothing was tried at all; what is wrong with single items is in `results`.
    pub user_errors: Vec<UserError>,
}

/// Many at once.
#[derive(Default)]
pub(crate) struct BulkMutation;

/// Many at once.
#[Object]
impl BulkMutation {
    /// Does several actions, one after the other, each as `completeAction` does it, by the same rules and in a
    /// unit of work of its own: one that is refused stops no other. All deals in the answer are as they are
    /// after the last one. Repeated, it changes nothing more.
    ///
    /// User errors: `LIMIT_REACHED` for the call; for each item those of `completeAction`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn complete_actions(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What was done.")] input: CompleteActionsInput,
    ) -> Field<CompleteActionsPayload> {
        field(complete_actions(context, input).await)
    }
}

async fn complete_actions(
    context: &Context<'_>,
    input: CompleteActionsInput,
) -> Result<CompleteActionsPayload> {
    let app = app(context)?;
    let session = context.data_opt::<Session>().ok_or(Error::Unauthenticated)?;
    if input.items.len() > MOST {
        let problem = Problem::LimitReached { what: "items in one call", limit: MOST };
        let refusals = vec![problem.at("items")];
        Done::refused(context, &refusals);
        let user_errors = user_errors(&View::new(app, session), refusals);
        return Ok(CompleteActionsPayload { results: None, user_errors });
    }
    let (session, outcomes) = complete_each(app, session.clone(), input.items).await?;
    let view = View::new(app, &session);
    view.expect_deal_ids(outcomes.iter().map(|outcome| outcome.place.0));
    let mut results = Vec::with_capacity(outcomes.len());
    for (number, outcome) in outcomes.into_iter().enumerate() {
        match &outcome.done {
            Ok(_) => Done::note_result(context, number),
            Err(Error::Refused(refusals)) => Done::refused(context, refusals),
            Err(_) => {}
        }
        results.push(field(answer(&view, number, outcome).await));
    }
    Ok(CompleteActionsPayload { results: Some(results), user_errors: Vec::new() })
}

/// One after the other. Rights are judged anew where they have changed since the call began: a long list is
/// no way around a demotion (rule 17).
async fn complete_each(
    app: &App,
    mut session: Session,
    items: Vec<CompleteActionInput>,
) -> Result<(Session, Vec<Outcome>)> {
    let (mut rights, mut signed_in) = (app.bus().rights(), true);
    let mut outcomes = Vec::with_capacity(items.len());
    for item in items.into_iter().map(asked) {
        let place = (item.command.deal_id, item.command.action_id);
        if rights.has_changed().unwrap_or(true) {
            match auth::renew(app, &session.credential).await {
                Ok(renewed) => {
                    rights.borrow_and_update();
                    session = renewed;
                }
                Err(Error::Unauthenticated) => signed_in = false,
                // Whoever acts is not known now: this item fails, and the next one asks again.
                Err(fault) => {
                    outcomes.push(Outcome { place, done: Err(fault) });
                    continue;
                }
            }
        }
        let actor = signed_in.then_some(&session.actor);
        outcomes.push(Outcome { place, done: complete(app, actor, item).await });
    }
    Ok((session, outcomes))
}

/// What became of an item.
struct Outcome {
    place: (DealId, ActionId),
    done: Result<Completed>,
}

/// One unit of work; none for whoever is no longer signed in.
async fn complete(
    app: &App,
    actor: Option<&Actor>,
    item: Asked<CompleteAction>,
) -> Result<Completed> {
    let actor = actor.ok_or(Error::Unauthenticated)?;
    output::<CompleteAction>(app.write(actor.clone(), Judged::from(item)).await?)
}

type Decided = std::result::Result<Completed, Vec<Refusal>>;

/// A refusal is an answer, with its place in the list; a fault is not.
fn decided(done: Result<Completed>, number: usize) -> Result<Decided> {
    match done {
        Ok(completed) => Ok(Ok(completed)),
        Err(Error::Refused(refusals)) => {
            let number = number.to_string();
            let placed = refusals.into_iter().map(|one| one.at(&number).at("items"));
            Ok(Err(placed.collect()))
        }
        Err(fault) => Err(fault),
    }
}

async fn answer(view: &View, number: usize, outcome: Outcome) -> Result<CompleteActionPayload> {
    match decided(outcome.done, number)? {
        Ok(done) => completed(view, outcome.place, Some(done), Vec::new()).await,
        Err(refusals) => completed(view, outcome.place, None, user_errors(view, refusals)).await,
    }
}
