//! What members are told: their notifications.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use domain::notification::text;
use engine::{
    error::{Error, Result},
    notification::{find, unread},
    page::Request,
};
use entity::notification::{self, Kind};

use crate::graphql::{
    connection::{self, Edge, PageInfo},
    context::semanticNonNull,
    deal::{Deal, checklist::Completion},
    error::{Field, field, maybe},
    event::DealEvent,
    member::{self, Member},
    scalar::DateTime,
    task::Task,
    view::View,
};

pub(crate) mod loader;
pub(crate) mod mutation;

/// What a member is told of. More may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Kind")]
pub enum NotificationKind {
    /// An action was done whose settings say to tell them.
    ActionCompleted,
    /// A task is theirs from now on.
    TaskAssigned,
    /// Something could not be delivered to a webhook, and is kept: for administrators, once until something is
    /// delivered there again.
    WebhookFailed,
}

/// What a member is told: one for each completion and recipient.
#[derive(Clone)]
pub(crate) struct Notification {
    view: View,
    row: Arc<notification::Model>,
}

impl Notification {
    /// The notification of this row.
    pub(crate) fn new(view: &View, row: Arc<notification::Model>) -> Self {
        Self { view: view.clone(), row }
    }

    async fn read_deal(&self) -> Result<Deal> {
        let deal = Deal::find(&self.view, self.row.deal_id).await?;
        deal.ok_or_else(|| Error::bug("a notification is shown without its deal"))
    }

    async fn read_event(&self) -> Result<DealEvent> {
        let row = self.view.event(self.row.event_id).await?;
        let row = row.ok_or_else(|| Error::bug("a notification tells of no event"))?;
        Ok(DealEvent::new(&self.view, row))
    }

    async fn read_completion(&self) -> Result<Option<Completion>> {
        let Some(id) = self.row.completion_id else { return Ok(None) };
        Completion::find(&self.view, id).await
    }

    async fn read_task(&self) -> Result<Option<Task>> {
        let Some(id) = self.row.task_id else { return Ok(None) };
        Task::find(&self.view, id).await
    }

    async fn read_summary(&self) -> Result<String> {
        let actor = match self.row.actor_id {
            Some(id) => self.view.member(id).await?,
            None => None,
        };
        let deal = self.view.deal(self.row.deal_id).await?;
        let title = deal.as_ref().map_or("", |deal| &deal.title);
        let actor = actor.as_ref().map(|member| member.name.as_str());
        let event = self.view.event(self.row.event_id).await?;
        let what = event.as_ref().and_then(|event| text::what(&event.fact));
        let kind = (self.row.kind, self.row.task_id.is_some());
        Ok(text::summary(kind, actor, what, title).text(self.view.language()))
    }
}

/// What a member is told: one for each thing that happened and recipient, whatever number of groups they
/// are in.
/// Only the recipient reads it, as long as they may see its deal.
#[Object]
impl Notification {
    /// The notification's id.
    pub async fn id(&self) -> ID {
        self.row.id.to_string().into()
    }

    /// What it tells of.
    async fn kind(&self) -> NotificationKind {
        self.row.kind.into()
    }

    /// The whole of it in a sentence.
    #[graphql(directive = semanticNonNull::apply())]
    async fn summary(&self) -> Field<String> {
        field(self.read_summary().await)
    }

    /// When it came.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// When it was read; null while it is unread.
    async fn read_at(&self) -> Option<DateTime> {
        self.row.read_at.map(DateTime)
    }

    /// Who did it; null when Waypost itself did.
    async fn actor(&self) -> Field<Member> {
        member::member(&self.view, self.row.actor_id?).await
    }

    /// The deal that it is about, as it now is.
    #[graphql(directive = semanticNonNull::apply())]
    async fn deal(&self) -> Field<Deal> {
        field(self.read_deal().await)
    }

    /// The completion that it tells of, as it now is; null for what is not about doing an action.
    async fn completion(&self) -> Field<Completion> {
        maybe(self.read_completion().await)
    }

    /// The task that is the member's from now on, as it now is; null where there is none, and when it was deleted.
    async fn task(&self) -> Field<Task> {
        maybe(self.read_task().await)
    }

    /// What happened.
    #[graphql(directive = semanticNonNull::apply())]
    async fn event(&self) -> Field<DealEvent> {
        field(self.read_event().await)
    }
}

/// A page of notifications.
#[derive(SimpleObject)]
pub(crate) struct NotificationConnection {
    /// The notifications with their places.
    pub edges: Vec<Edge<Notification>>,
    /// The notifications.
    pub nodes: Vec<Notification>,
    /// Where the page is.
    pub page_info: PageInfo,
    /// How many notifications the whole list has.
    #[graphql(directive = semanticNonNull::apply())]
    pub total_count: Option<u64>,
    /// How many of all the viewer's notifications are unread.
    #[graphql(directive = semanticNonNull::apply())]
    pub unread_count: Option<u64>,
}

/// A page of the viewer's notifications.
pub(crate) async fn page(
    context: &Context<'_>,
    view: &View,
    unread_only: bool,
    request: &Request,
) -> Result<NotificationConnection> {
    let snapshot = view.snapshot();
    let page = find::page(snapshot, unread_only, request).await?;
    view.expect_notifications(page.rows.iter().map(|(_, row)| row));
    let total_count = match connection::asked(context, "totalCount") {
        true => Some(find::count(snapshot, unread_only).await?),
        false => None,
    };
    let unread_count = match connection::asked(context, "unreadCount") {
        true => Some(unread::count(snapshot).await?),
        false => None,
    };
    let object = |row| Notification::new(view, Arc::new(row));
    let (edges, nodes, page_info) = connection::parts(page, object);
    Ok(NotificationConnection { edges, nodes, page_info, total_count, unread_count })
}

/// These notifications, the newest first; those that the viewer may not read are left out.
pub(crate) async fn these(
    view: &View,
    ids: Vec<entity::ids::NotificationId>,
) -> Result<Vec<Notification>> {
    let rows = find::many(view.snapshot(), ids).await?;
    view.expect_notifications(rows.iter());
    Ok(rows.into_iter().map(|row| Notification::new(view, Arc::new(row))).collect())
}
