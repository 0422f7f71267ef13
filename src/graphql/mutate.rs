//! What every mutation does the same way: one unit of work, then a fresh view for the payload.

use std::sync::Arc;

use async_graphql::{Context, MaybeUndefined};
use engine::{
    app::App,
    auth::Session,
    command::{Among, AnyCommand, AnyOutput, Command, output},
    error::{Error, Result},
    tx::{Left, Tx},
};

use crate::graphql::{
    deal,
    error::{Field, field},
    input::{Asked, Flaws, InputReader},
    outcome::Done,
    process,
    refused::user_errors,
    user_error::UserError,
    view::View,
};

/// What a mutation takes: it is read into a command, and answered with what came of that.
pub(crate) trait MutationInput: Sized + Send + 'static {
    /// The use case.
    type Command: Command;
    /// The answer.
    type Payload;
    /// The field that whatever is wrong with the whole is about.
    const SUBJECT: &'static str;

    /// The command, with stand-ins for what is wrong.
    fn read(self, reader: &mut InputReader) -> Self::Command;

    /// Every object that a screen must refresh.
    fn answer(done: Outcome<Self::Command>) -> impl Future<Output = Result<Self::Payload>> + Send;
}

/// What a unit of work led to, and the view in which its payload is read.
pub(crate) struct Outcome<C: Command> {
    /// What was to be done.
    pub command: Arc<C>,
    /// A view from after the commit.
    pub view: View,
    /// The result, unless it was refused.
    pub value: Option<C::Output>,
    /// Every reason why it was refused.
    pub user_errors: Vec<UserError>,
}

/// Reads the input, runs its use case for whoever is signed in, and answers.
pub(crate) async fn mutate<I: MutationInput>(context: &Context<'_>, input: I) -> Field<I::Payload> {
    match perform(context, asked(input)).await {
        Ok(done) => field(I::answer(done).await),
        Err(error) => field(Err(error)),
    }
}

/// What an input asks for.
pub(crate) fn asked<I: MutationInput>(input: I) -> Asked<I::Command> {
    let mut reader = InputReader::default();
    let command = input.read(&mut reader);
    reader.asked(I::SUBJECT, command)
}

/// Runs a use case for whoever is signed in. A refusal is an outcome; a fault is an error.
pub(crate) async fn perform<C: Command>(
    context: &Context<'_>,
    asked: Asked<C>,
) -> Result<Outcome<C>> {
    let Asked { command, flaws } = asked;
    let command = Arc::new(command);
    let judged = Judged { command: command.clone(), flaws };
    let (view, value, user_errors) = perform_any(context, judged).await?;
    let value = value.map(output::<C>).transpose()?;
    Ok(Outcome { command, view, value, user_errors })
}

/// All of it that does not depend on the use case.
async fn perform_any(
    context: &Context<'_>,
    judged: Judged,
) -> Result<(View, Option<AnyOutput>, Vec<UserError>)> {
    let app = app(context)?;
    let session = context.data_opt::<Session>().ok_or(Error::Unauthenticated)?;
    let result = app.perform(session.actor.clone(), judged).await;
    let view = View::new(app, session);
    match result {
        Ok(done) => {
            know(&view, &done.left);
            Done::note(context);
            Ok((view, Some(done.value), Vec::new()))
        }
        Err(Error::Refused(refusals)) => {
            Done::refused(context, &refusals);
            let user_errors = user_errors(&view, refusals);
            Ok((view, None, user_errors))
        }
        Err(fault) => Err(fault),
    }
}

/// A payload tells of what its unit of work left behind as it was at the commit, without reading it again.
fn know(view: &View, left: &Left) {
    let Some(left) = left else { return };
    if let Some(held) = left.downcast_ref() {
        deal::loader::know(view, held);
    }
    if let Some(current) = left.downcast_ref() {
        process::loader::know(view, current);
    }
}

/// A command, judged together with the input that it was read from: where that was wrong, the use case runs too, so
/// that everything is told at once, and then nothing is done.
pub(crate) struct Judged {
    command: Arc<dyn AnyCommand>,
    flaws: Flaws,
}

impl<C: Command> From<Asked<C>> for Judged {
    fn from(asked: Asked<C>) -> Self {
        Self { command: Arc::new(asked.command), flaws: asked.flaws }
    }
}

impl Command for Judged {
    type Output = AnyOutput;

    fn among(&self) -> Option<Among> {
        self.command.among()
    }

    async fn run(&self, tx: &mut Tx) -> Result<AnyOutput> {
        if self.flaws.any() {
            tx.refuse();
        }
        self.flaws.judged(self.command.run_any(tx).await)
    }
}

/// The application behind the schema.
pub(crate) fn app<'a>(context: &Context<'a>) -> Result<&'a App> {
    context.data_opt::<App>().ok_or_else(|| Error::bug("the schema has no application"))
}

/// A setting: left out it stays as it is, `null` makes it the default.
pub(crate) fn setting<T>(given: MaybeUndefined<T>, default: impl FnOnce() -> T) -> Option<T> {
    match given {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(default()),
        MaybeUndefined::Value(value) => Some(value),
    }
}

/// A field that can be emptied: left out it stays as it is, `null` empties it.
pub(crate) fn nullable<T>(given: MaybeUndefined<T>) -> Option<Option<T>> {
    match given {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(value)),
    }
}
