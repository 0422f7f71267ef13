//! Mail that could not be delivered, for administrators.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use domain::{language::Message, text::invalid};
use engine::{
    error::Result,
    mail::{
        self, Retry,
        find::{self, Row},
    },
    page::Request,
};
use entity::{ids::MailId, mail::State};

use crate::graphql::{
    connection::{self, Connection},
    context::semanticNonNull,
    deal::Deal,
    error::{Field, field, maybe},
    inbox::NotificationKind,
    input::InputReader,
    member::{self, Member},
    mutate::{MutationInput, Outcome, mutate},
    scalar::{Cursor, DateTime},
    user_error::UserError,
    view::View,
};

pub(crate) mod loader;

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "State")]
pub enum MailState {
    /// It waits for its (next) attempt.
    Pending,
    /// The mail server took it.
    Sent,
    /// It could not be delivered: it is a dead letter until somebody sends it again.
    Dead,
    /// It was not wanted or not allowed any more when its time came.
    Cancelled,
}

/// A mail about a notification.
#[derive(Clone)]
pub(crate) struct Mail {
    view: View,
    row: Arc<Row>,
}

impl Mail {
    /// The mail of this row.
    pub(crate) fn new(view: &View, row: Arc<Row>) -> Self {
        Self { view: view.clone(), row }
    }
}

/// A mail about a notification. Only administrators look after mail.
#[Object]
impl Mail {
    /// The mail's id: its `Message-ID` begins with it, the same at every attempt.
    pub async fn id(&self) -> ID {
        self.row.0.id.to_string().into()
    }

    /// Whom it goes to.
    #[graphql(directive = semanticNonNull::apply())]
    async fn member(&self) -> Field<Member> {
        member::member(&self.view, self.row.1.member_id).await
    }

    /// What it tells of.
    async fn kind(&self) -> NotificationKind {
        self.row.1.kind.into()
    }

    /// The deal that it is about.
    #[graphql(directive = semanticNonNull::apply())]
    async fn deal(&self) -> Field<Deal> {
        maybe(Deal::find(&self.view, self.row.1.deal_id).await)
    }

    /// What became of it.
    async fn state(&self) -> MailState {
        self.row.0.state.into()
    }

    /// How often it was tried.
    async fn attempts(&self) -> i32 {
        self.row.0.attempts
    }

    /// What the mail server said last; null when nothing went wrong.
    async fn last_error(&self) -> Option<&str> {
        self.row.0.last_error.as_deref()
    }

    /// When it was written.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.0.created_at)
    }

    /// When it was sent, given up or cancelled; null while it waits.
    async fn finished_at(&self) -> Option<DateTime> {
        self.row.0.finished_at.map(DateTime)
    }
}

/// Looking after mail.
#[derive(Default)]
pub(crate) struct MailQuery;

/// Looking after mail.
#[Object]
impl MailQuery {
    /// The mails that could not be delivered, the newest first: refused by the mail server for ever, or
    /// tried in vain for three days. For administrators; others get `FORBIDDEN`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn dead_letters(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first rows: 20 unless said otherwise, at most 100.")] first: Option<
            i64,
        >,
        #[graphql(desc = "After this place.")] after: Option<Cursor>,
        #[graphql(desc = "The last rows, instead of `first`.")] last: Option<i64>,
        #[graphql(desc = "Before this place; goes with `last`.")] before: Option<Cursor>,
    ) -> Field<Connection<Mail>> {
        match connection::request(first, after, last, before) {
            Ok(page) => field(dead_letters(context, &page).await),
            Err(error) => field(Err(error)),
        }
    }
}

async fn dead_letters(context: &Context<'_>, request: &Request) -> Result<Connection<Mail>> {
    let view = View::of(context)?;
    let page = find::page(view.snapshot(), request).await?;
    view.expect_mails(page.rows.iter().map(|(_, row)| row));
    let total = match connection::asked(context, "totalCount") {
        true => Some(find::count(view.snapshot()).await?),
        false => None,
    };
    Ok(Connection::new(page, total, |row| Mail::new(&view, Arc::new(row))))
}

/// Which dead letters to send again: either `ids` or `all`.
#[derive(InputObject)]
pub(crate) struct RetryMailInput {
    /// These: at most 100.
    pub ids: Option<Vec<ID>>,
    /// All of them.
    pub all: Option<bool>,
}

/// What sending mail again led to.
#[derive(SimpleObject)]
pub(crate) struct RetryMailPayload {
    /// The mails named by `ids` that there are, as they now are, also when it was refused; null with `all`, and for
    /// whoever may not look after mail.
    pub mails: Option<Vec<Mail>>,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<UserError>,
}

/// Looking after mail.
#[derive(Default)]
pub(crate) struct MailMutation;

/// Looking after mail: for administrators.
#[Object]
impl MailMutation {
    /// Sends dead letters again, as patiently as when they were new. A mail that is not a dead letter stays
    /// as it is.
    ///
    /// User errors: `FORBIDDEN`, `NOT_FOUND`, `INVALID_ID`, `INVALID_VALUE`, `LIMIT_REACHED`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn retry_mail(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which dead letters.")] input: RetryMailInput,
    ) -> Field<RetryMailPayload> {
        mutate(context, input).await
    }
}

impl MutationInput for RetryMailInput {
    type Command = Retry;
    type Payload = RetryMailPayload;
    const SUBJECT: &'static str = "ids";

    fn read(self, reader: &mut InputReader) -> Retry {
        match (&self.ids, self.all) {
            (Some(given), None | Some(false)) => Retry::These(reader.ids(given, "ids")),
            (None, Some(true)) => Retry::All,
            (given, _) => {
                reader.refuse(invalid(Message::of("retry-unclear")).at("ids"));
                Retry::These(reader.ids(given.as_deref().unwrap_or_default(), "ids"))
            }
        }
    }

    async fn answer(done: Outcome<Retry>) -> Result<RetryMailPayload> {
        let mails = match &*done.command {
            Retry::These(ids) if mail::manage(done.view.actor()).is_ok() => {
                Some(these(&done.view, ids.clone()).await?)
            }
            _ => None,
        };
        Ok(RetryMailPayload { mails, user_errors: done.user_errors })
    }
}

async fn these(view: &View, ids: Vec<MailId>) -> Result<Vec<Mail>> {
    let rows = find::many(view.snapshot(), ids).await?;
    view.expect_mails(rows.iter());
    Ok(rows.into_iter().map(|row| Mail::new(view, Arc::new(row))).collect())
}
