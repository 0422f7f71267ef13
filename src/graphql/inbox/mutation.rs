//! Reading notifications, and choosing which of them come by mail.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use domain::text::invalid;
use engine::{
    error::Result,
    notification::{self, Which},
    page::MAX,
};
use entity::{ids, notification::Kind};

use crate::graphql::{
    context::semanticNonNull,
    error::{Field, field},
    id::{Asked, Ids},
    inbox::{self, Notification, NotificationKind},
    member::Viewer,
    mutate::perform,
    user_error::UserError,
};

/// Which notifications were read: either `ids` or `upTo`.
#[derive(InputObject)]
pub struct MarkNotificationsReadInput {
    /// These: at most 100.
    pub ids: Option<Vec<ID>>,
    /// This one and all that came before it: what a screen has shown, and nothing that came since.
    pub up_to: Option<ID>,
}

/// What marking notifications as read led to.
#[derive(SimpleObject)]
pub struct MarkNotificationsReadPayload {
    /// With `ids`: those that are the viewer's, also when it was refused. With `upTo`: the newest 100 of those that
    /// were unread; null when it was refused.
    pub notifications: Option<Vec<Notification>>,
    /// Who is signed in, with the new `unreadCount`.
    pub viewer: Option<Viewer>,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<UserError>,
}

/// About what the viewer wants no mail.
#[derive(InputObject)]
pub struct UpdateMailPreferencesInput {
    /// The kinds of notifications that shall not come by mail, all of them; empty: all kinds come.
    pub muted: Vec<NotificationKind>,
}

/// What choosing mail led to.
#[derive(SimpleObject)]
pub struct UpdateMailPreferencesPayload {
    /// Who is signed in, with the new preferences.
    pub viewer: Option<Viewer>,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<UserError>,
}

/// One's own inbox.
#[derive(Default)]
pub struct InboxMutation;

/// One's own inbox: nobody changes another's.
#[Object]
impl InboxMutation {
    /// Marks the viewer's notifications as read. What is read already stays as it is.
    ///
    /// User errors: `NOT_FOUND`, `INVALID_ID`, `INVALID_VALUE`, `LIMIT_REACHED`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn mark_notifications_read(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which notifications.")] input: MarkNotificationsReadInput,
    ) -> Field<MarkNotificationsReadPayload> {
        field(mark_read(context, input).await)
    }

    /// Chooses which notifications come to the viewer by mail, where mail is configured: from now on, and
    /// of what waits to be sent. In the app all of them come.
    ///
    /// User errors: none.
    #[graphql(directive = semanticNonNull::apply())]
    async fn update_mail_preferences(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What shall not come by mail.")] input: UpdateMailPreferencesInput,
    ) -> Field<UpdateMailPreferencesPayload> {
        field(update_mail_preferences(context, input).await)
    }
}

async fn mark_read(
    context: &Context<'_>,
    input: MarkNotificationsReadInput,
) -> Result<MarkNotificationsReadPayload> {
    let asked = which(&input);
    let named = match &asked.command {
        Which::These(ids) => Some(ids.clone()),
        _ => None,
    };
    let done = perform(context, asked, |tx, which| Box::pin(notification::mark_read(tx, which)));
    let done = done.await?;
    let ids = match (done.value, named) {
        (_, Some(named)) => Some(named),
        (Some(unread), None) => Some(unread.into_iter().take(MAX).collect()),
        (None, None) => None,
    };
    let notifications = match ids {
        Some(ids) => Some(inbox::these(&done.view, ids).await?),
        None => None,
    };
    let viewer = Some(Viewer(done.view));
    Ok(MarkNotificationsReadPayload { notifications, viewer, user_errors: done.user_errors })
}

fn which(input: &MarkNotificationsReadInput) -> Asked<Which> {
    let mut read = Ids::default();
    let which = match (&input.ids, &input.up_to) {
        (Some(given), None) => Which::These(read.all(given, "ids")),
        (None, Some(id)) => Which::UpTo(read.one(id, "upTo")),
        (given, up_to) => {
            read.wrong(invalid("Give either ids or upTo.").at("ids"));
            read.maybe::<ids::Notification>(up_to.as_ref(), "upTo");
            Which::These(read.all(given.as_deref().unwrap_or_default(), "ids"))
        }
    };
    read.asked("ids", which)
}

async fn update_mail_preferences(
    context: &Context<'_>,
    input: UpdateMailPreferencesInput,
) -> Result<UpdateMailPreferencesPayload> {
    let kinds: Vec<Kind> = input.muted.into_iter().map(Kind::from).collect();
    let done = perform(context, Ids::default().asked("muted", kinds), |tx, kinds| {
        Box::pin(notification::mute_mail(tx, kinds))
    });
    let done = done.await?;
    let viewer = Some(Viewer(done.view.renewed().await?));
    Ok(UpdateMailPreferencesPayload { viewer, user_errors: done.user_errors })
}
