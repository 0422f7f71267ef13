//! The audit log, for administrators.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object};
use engine::{
    audit::{
        Kind,
        find::{self, Filter},
        sentence,
    },
    error::Result,
    page::Request,
};
use entity::audit_entry::Model;

use crate::graphql::{
    connection::{self, Connection},
    context::semanticNonNull,
    error::{Field, field},
    input::InputReader,
    member::{self, Member},
    scalar::{Cursor, DateTime},
    view::View,
};

pub(crate) mod loader;

/// What was done. More may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Kind")]
pub enum AuditKind {
    /// A member was added.
    MemberAdded,
    /// A member has another name.
    MemberRenamed,
    /// A member has another address.
    MemberEmailChanged,
    /// A member has another role.
    MemberRoleChanged,
    /// A member can sign in no longer, and none of their tokens is worth anything.
    MemberDeactivated,
    /// A member can sign in again.
    MemberReactivated,
    /// A token was made.
    TokenCreated,
    /// A token was taken back.
    TokenRevoked,
    /// A process was made.
    ProcessCreated,
    /// A process has a new version, whatever of it was changed.
    ProcessSaved,
    /// A process was taken back to an old version: the save that did it has an entry, too.
    ProcessRestored,
    /// A process takes no new deals.
    ProcessArchived,
    /// An archived process takes new deals again.
    ProcessUnarchived,
    /// Deals that name no process take this one.
    DefaultProcessChanged,
    /// A close reason was added.
    CloseReasonAdded,
    /// A close reason has another name.
    CloseReasonRenamed,
    /// A close reason stands elsewhere among those of its status.
    CloseReasonMoved,
    /// A close reason is offered no longer.
    CloseReasonArchived,
    /// A close reason is offered again.
    CloseReasonRestored,
    /// A webhook was added.
    WebhookCreated,
    /// Something of a webhook was changed, or it was paused or goes on: `summary` says what.
    WebhookChanged,
    /// A webhook is sent what happened after a place in the log again.
    WebhookReplayed,
    /// A webhook is sent one event again.
    WebhookRedelivered,
    /// A webhook signs with another secret; the old one signs, too, for a day.
    WebhookSecretRotated,
    /// A webhook was removed.
    WebhookDeleted,
}

/// Which entries. Different fields: all of them.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct AuditFilter {
    /// Of one of these kinds.
    pub kinds: Option<Vec<AuditKind>>,
    /// Done by this member.
    pub actor_id: Option<ID>,
    /// Done to the member, token, process, close reason or webhook with this id.
    pub subject_id: Option<ID>,
    /// Done at this moment or later.
    pub from: Option<DateTime>,
    /// Done before this moment.
    pub until: Option<DateTime>,
}

/// An entry of the audit log.
#[derive(Clone)]
pub(crate) struct AuditEntry {
    view: View,
    row: Arc<Model>,
}

impl AuditEntry {
    /// The entry of this row.
    pub(crate) fn new(view: &View, row: Arc<Model>) -> Self {
        Self { view: view.clone(), row }
    }
}

/// An entry of the audit log: it is never changed and never removed. Only administrators see it.
#[Object]
impl AuditEntry {
    /// The entry's id.
    pub async fn id(&self) -> ID {
        self.row.id.to_string().into()
    }

    /// When it was done.
    async fn recorded_at(&self) -> DateTime {
        DateTime(self.row.recorded_at)
    }

    /// Who did it; null where the program did: see `program`.
    async fn actor(&self) -> Field<Member> {
        match self.row.actor_id {
            Some(id) => member::member(&self.view, id).await,
            None => None,
        }
    }

    /// What the program did it for, such as `command line` or `first start`; null where a member did it.
    async fn program(&self) -> Option<&str> {
        self.row.program.as_deref()
    }

    /// What was done.
    async fn kind(&self) -> AuditKind {
        self.row.kind.into()
    }

    /// The id of the member, token, process, close reason or webhook that it was done to: for `node`.
    async fn subject_id(&self) -> ID {
        self.row.subject.clone().into()
    }

    /// What was done, as a sentence under the names of that time.
    async fn summary(&self) -> String {
        sentence(self.row.kind, &self.row.details, self.view.language())
    }
}

/// The audit log.
#[derive(Default)]
pub(crate) struct AuditQuery;

/// The audit log.
#[Object]
impl AuditQuery {
    /// Who changed members and their rights, tokens, processes, close reasons and webhooks, the newest first.
    /// For administrators; others get `FORBIDDEN`.
    #[graphql(directive = semanticNonNull::apply())]
    #[allow(clippy::too_many_arguments, reason = "one for each argument of the field")]
    async fn audit_log(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which entries; all when left out.")] filter: Option<AuditFilter>,
        #[graphql(desc = "The first rows: 20 unless said otherwise, at most 100.")] first: Option<
            i64,
        >,
        #[graphql(desc = "After this place.")] after: Option<Cursor>,
        #[graphql(desc = "The last rows, instead of `first`.")] last: Option<i64>,
        #[graphql(desc = "Before this place; goes with `last`.")] before: Option<Cursor>,
    ) -> Field<Connection<AuditEntry>> {
        match connection::request(first, after, last, before) {
            Ok(page) => field(entries(context, filter.unwrap_or_default(), &page).await),
            Err(error) => field(Err(error)),
        }
    }
}

async fn entries(
    context: &Context<'_>,
    given: AuditFilter,
    request: &Request,
) -> Result<Connection<AuditEntry>> {
    let view = View::of(context)?;
    let filter = filter(given).map_err(|error| error.at("filter"))?;
    let page = find::page(view.snapshot(), &filter, request).await?;
    view.expect_audit_entries(page.rows.iter().map(|(_, row)| row));
    let total = match connection::asked(context, "totalCount") {
        true => Some(find::count(view.snapshot(), &filter).await?),
        false => None,
    };
    Ok(Connection::new(page, total, |row| AuditEntry::new(&view, Arc::new(row))))
}

fn filter(given: AuditFilter) -> Result<Filter> {
    let mut reader = InputReader::default();
    let filter = Filter {
        kinds: given.kinds.map(|kinds| kinds.into_iter().map(Kind::from).collect()),
        actor: reader.optional_id(given.actor_id.as_ref(), "actorId"),
        subject: given.subject_id.map(|id| id.0),
        from: given.from.map(|moment| moment.0),
        until: given.until.map(|moment| moment.0),
    };
    reader.check()?;
    Ok(filter)
}
