//! Members, as everyone sees them.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use domain::{
    member::rules::{self, MemberOperation},
    policy,
};
use engine::{
    error::{Error, Result},
    event, mail, notification,
};
use entity::{language, member};

use crate::graphql::{
    connection,
    context::semanticNonNull,
    error::{Field, field, maybe, to_graphql},
    inbox::{self, NotificationConnection, NotificationKind},
    member::{leaving::DeactivationImpact, token::Token},
    permission::Permission,
    scalar::{Cursor, DateTime, FeedCursor},
    view::View,
};

pub(crate) mod leaving;
pub(crate) mod loader;
pub(crate) mod mutation;
pub(crate) mod token;

/// A language that the server writes to people in. Codes and enums are the same in all of them. More may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "language::Language")]
pub enum Language {
    /// English.
    English,
    /// Polish.
    Polish,
}

/// What a member may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "member::Role")]
pub enum Role {
    /// Configures processes, close reasons, members and tokens; acts on every deal.
    Administrator,
    /// Sees and acts on every deal.
    Manager,
    /// Sees deals that are visible to everyone, and works on those they own or take part in.
    Salesperson,
}

/// What the viewer can do about a member now: the very answers that the mutations would give.
#[derive(SimpleObject)]
pub(crate) struct MemberPermissions {
    /// `updateMember` with another name.
    pub rename: Permission,
    /// `updateMember` with another address.
    pub change_email: Permission,
    /// `updateMember` with another role.
    pub change_role: Permission,
    /// `deactivateMember`.
    pub deactivate: Permission,
    /// `reactivateMember`.
    pub reactivate: Permission,
    /// `createToken` for this member; there may also be too many of them.
    pub create_token: Permission,
    /// `transferDeals` from this member.
    pub transfer_deals: Permission,
}

/// A person of the organisation. Never deleted, only deactivated.
#[derive(Clone)]
pub(crate) struct Member {
    view: View,
    row: Arc<member::Model>,
}

impl Member {
    /// The member of this row.
    pub(crate) fn new(view: &View, row: Arc<member::Model>) -> Self {
        Self { view: view.clone(), row }
    }

    /// The member with this id, if there is one.
    pub(crate) async fn find(view: &View, id: entity::ids::MemberId) -> Result<Option<Self>> {
        Ok(view.member(id).await?.map(|row| Self::new(view, row)))
    }

    async fn read_permissions(&self) -> Result<MemberPermissions> {
        let case = self.view.member_case(&self.row).await?;
        let can = |button| Permission::new(&self.view, rules::blockers(case, button));
        Ok(MemberPermissions {
            rename: can(MemberOperation::Rename),
            change_email: can(MemberOperation::ChangeEmail),
            change_role: can(MemberOperation::ChangeRole),
            deactivate: can(MemberOperation::Deactivate),
            reactivate: can(MemberOperation::Reactivate),
            create_token: can(MemberOperation::CreateToken),
            transfer_deals: can(MemberOperation::TransferDeals),
        })
    }

    async fn read_tokens(&self) -> Result<Option<Vec<Token>>> {
        let found = self.view.valid_tokens(self.row.id).await?;
        Ok(found.map(|rows| token::objects(&self.view, rows)))
    }
}

/// A person of the organisation. Never deleted, only deactivated.
#[Object]
impl Member {
    /// The member's id.
    pub async fn id(&self) -> ID {
        self.row.id.to_string().into()
    }

    /// The name to show.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// The e-mail address: unique, whatever its case.
    async fn email(&self) -> &str {
        &self.row.email
    }

    /// What the member may do.
    async fn role(&self) -> Role {
        self.row.role.into()
    }

    /// The language in which the server writes to the member: errors, blockers, summaries, notifications and mail. Null
    /// where they chose none: then it is the one that their client asks for, and English in mail.
    async fn locale(&self) -> Option<Language> {
        self.row.locale.map(Into::into)
    }

    /// Whether the member can sign in and be chosen.
    async fn is_active(&self) -> bool {
        self.row.is_active()
    }

    /// When the member joined.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// Since when the member is deactivated; null while active.
    async fn deactivated_at(&self) -> Option<DateTime> {
        self.row.deactivated_at.map(DateTime)
    }

    /// How many open deals the member owns, of those that the viewer may see: what `transferDeals` would
    /// hand over.
    #[graphql(directive = semanticNonNull::apply())]
    async fn open_deal_count(&self) -> Field<u64> {
        field(self.view.open_deals(self.row.id).await)
    }

    /// How many open tasks the member has to do, of those that the viewer may see: what `transferDeals` with `includeTasks`
    /// would hand over besides, as far as the new one may see their deals.
    #[graphql(directive = semanticNonNull::apply())]
    async fn open_task_count(&self) -> Field<u64> {
        field(self.view.open_tasks(self.row.id).await)
    }

    /// What `deactivateMember` would mean for processes; of somebody who is deactivated already, what it does mean.
    async fn deactivation_preview(&self) -> DeactivationImpact {
        DeactivationImpact::new(&self.view, self.row.id)
    }

    /// The member's tokens that are neither revoked nor expired, the newest first: at most 100. Null for who
    /// may not see them: administrators see everybody's, others their own.
    async fn tokens(&self) -> Field<Vec<Token>> {
        maybe(self.read_tokens().await)
    }

    /// What the viewer can do about the member now.
    #[graphql(directive = semanticNonNull::apply())]
    async fn permissions(&self) -> Field<MemberPermissions> {
        field(self.read_permissions().await)
    }
}

/// Who is signed in.
pub(crate) struct Viewer(pub View);

impl Viewer {
    /// The member as they are in this view: the session may have been judged a moment before.
    async fn row(&self) -> Result<Arc<member::Model>> {
        let found = self.0.member(self.0.session().member.id).await?;
        found.ok_or_else(|| Error::bug("who is signed in is no member"))
    }
}

/// Who is signed in, and since where in the log.
#[Object]
impl Viewer {
    /// The member who is signed in.
    async fn member(&self) -> async_graphql::Result<Member> {
        Ok(Member::new(&self.0, self.row().await.map_err(to_graphql)?))
    }

    /// The token that signed them in.
    async fn token(&self) -> async_graphql::Result<Token> {
        let found = self.0.token(self.0.session().token.id).await.map_err(to_graphql)?;
        let row = found.ok_or_else(|| to_graphql(Error::bug("who is signed in has no token")))?;
        Ok(Token::new(&self.0, row))
    }

    /// The tokens that sign them in now, the newest first: at most 100.
    #[graphql(directive = semanticNonNull::apply())]
    async fn tokens(&self) -> Field<Vec<Token>> {
        let found = self.0.valid_tokens(self.0.session().member.id).await;
        maybe(found.map(|rows| rows.map(|rows| token::objects(&self.0, rows))))
    }

    /// The end of the viewer's inbox as this answer sees it: subscribe to `inboxChanged` after it and
    /// nothing falls between.
    #[graphql(directive = semanticNonNull::apply())]
    async fn feed_cursor(&self) -> Field<FeedCursor> {
        field(inbox_cursor(&self.0).await)
    }

    /// What the viewer was told, the newest first. What is about deals that the viewer may not see any more
    /// is left out, here and in every count.
    #[graphql(directive = semanticNonNull::apply())]
    #[allow(clippy::too_many_arguments, reason = "one for each argument of the field")]
    async fn notifications(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only those that were not read.", default)] unread_only: bool,
        #[graphql(desc = "The first rows: 20 unless said otherwise, at most 100.")] first: Option<
            i64,
        >,
        #[graphql(desc = "After this place.")] after: Option<Cursor>,
        #[graphql(desc = "The last rows, instead of `first`.")] last: Option<i64>,
        #[graphql(desc = "Before this place; goes with `last`.")] before: Option<Cursor>,
    ) -> Field<NotificationConnection> {
        match connection::request(first, after, last, before) {
            Ok(page) => field(inbox::page(context, &self.0, unread_only, &page).await),
            Err(error) => field(Err(error)),
        }
    }

    /// How many notifications the viewer has not read.
    #[graphql(directive = semanticNonNull::apply())]
    async fn unread_count(&self) -> Field<u64> {
        field(notification::unread::count(self.0.snapshot()).await)
    }

    /// Which notifications come by mail.
    async fn mail_preferences(&self) -> async_graphql::Result<MailPreferences> {
        let row = self.row().await.map_err(to_graphql)?;
        let muted = row.muted_mail.0.iter().map(|kind| (*kind).into()).collect();
        let is_configured = mail::settings(self.0.snapshot().base()).is_some();
        Ok(MailPreferences { muted, is_configured })
    }

    /// Whether the viewer may look after mail that could not be delivered.
    async fn manage_mail(&self) -> Permission {
        Permission::of_organisation(&self.0, policy::Permission::ManageMail)
    }

    /// What the viewer may do to the organisation as a whole: what its pages need before there is anything
    /// on them to ask.
    async fn permissions(&self) -> ViewerPermissions {
        let can = |permission| Permission::of_organisation(&self.0, permission);
        ViewerPermissions {
            create_process: can(policy::Permission::ConfigureProcess),
            add_member: can(policy::Permission::ManageMembers),
            add_close_reason: can(policy::Permission::ConfigureCloseReasons),
            create_token_for_others: can(policy::Permission::ManageTokens),
            audit_log: can(policy::Permission::SeeAuditLog),
            create_webhook: can(policy::Permission::ManageWebhooks),
        }
    }
}

/// What the viewer may do to the organisation as a whole: the very answers that the mutations would give.
#[derive(SimpleObject)]
pub(crate) struct ViewerPermissions {
    /// `createProcess`, and `duplicateProcess` and `importProcess` where they make a process.
    pub create_process: Permission,
    /// `addMember`.
    pub add_member: Permission,
    /// `addCloseReason`.
    pub add_close_reason: Permission,
    /// `createToken` for other members, whoever is active. For themselves everyone may.
    pub create_token_for_others: Permission,
    /// See `auditLog`.
    pub audit_log: Permission,
    /// `createWebhook`.
    pub create_webhook: Permission,
}

/// Which notifications come to a member by mail.
#[derive(SimpleObject)]
pub(crate) struct MailPreferences {
    /// The kinds that do not; all others do.
    pub muted: Vec<NotificationKind>,
    /// Whether this server sends mail at all.
    pub is_configured: bool,
}

/// The end of the viewer's inbox as a view sees it.
async fn inbox_cursor(view: &View) -> Result<FeedCursor> {
    let conn = view.snapshot().conn().await?;
    let last = notification::find::last(conn, view.session().member.id).await?;
    view.feed_cursor(&event::cursor::FeedCursor::Inbox(last)).await
}

/// A member of a view by id, as GraphQL shows it.
pub(crate) async fn member(view: &View, id: entity::ids::MemberId) -> Field<Member> {
    maybe(Member::find(view, id).await)
}

/// Several members of a view, in this order.
pub(crate) async fn members(view: &View, ids: &[entity::ids::MemberId]) -> Result<Vec<Member>> {
    view.expect_members(ids.iter().copied());
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.extend(Member::find(view, *id).await?);
    }
    Ok(found)
}
