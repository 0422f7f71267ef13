//! Reading notifications, and choosing which of them come by mail.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use domain::{language::Message, text::invalid};
use engine::{
    error::Result,
    notification::{MarkRead, MuteMail},
    page::MAX,
};
use entity::ids;

use crate::graphql::{
    context::semanticNonNull,
    error::Field,
    inbox::{self, Notification, NotificationKind},
    input::InputReader,
    member::Viewer,
    mutate::{MutationInput, Outcome, mutate},
    user_error::UserError,
};

/// Which notifications were read: either `ids` or `upTo`.
#[derive(InputObject)]
pub(crate) struct MarkNotificationsReadInput {
    /// These: at most 100.
    pub ids: Option<Vec<ID>>,
    /// This one and all that came before it: what a screen has shown, and nothing that came since.
    pub up_to: Option<ID>,
}

/// What marking notifications as read led to.
#[derive(SimpleObject)]
pub(crate) struct MarkNotificationsReadPayload {
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
pub(crate) struct UpdateMailPreferencesInput {
    /// The kinds of notifications that shall not come by mail, all of them; empty: all kinds come.
    pub muted: Vec<NotificationKind>,
}

/// What choosing mail led to.
#[derive(SimpleObject)]
pub(crate) struct UpdateMailPreferencesPayload {
    /// Who is signed in, with the new preferences.
    pub viewer: Option<Viewer>,
    /// Why nothing was changed; empty when it was.
    pub user_errors: Vec<UserError>,
}

/// One's own inbox.
#[derive(Default)]
pub(crate) struct InboxMutation;

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
        mutate(context, input).await
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
        mutate(context, input).await
    }
}

impl MutationInput for MarkNotificationsReadInput {
    type Command = MarkRead;
    type Payload = MarkNotificationsReadPayload;
    const SUBJECT: &'static str = "ids";

    fn read(self, reader: &mut InputReader) -> MarkRead {
        match (&self.ids, &self.up_to) {
            (Some(given), None) => MarkRead::These(reader.ids(given, "ids")),
            (None, Some(id)) => MarkRead::UpTo(reader.id(id, "upTo")),
            (given, up_to) => {
                reader.refuse(invalid(Message::of("read-unclear")).at("ids"));
                reader.optional_id::<ids::Notification>(up_to.as_ref(), "upTo");
                MarkRead::These(reader.ids(given.as_deref().unwrap_or_default(), "ids"))
            }
        }
    }

    async fn answer(done: Outcome<MarkRead>) -> Result<MarkNotificationsReadPayload> {
        let ids = match (&*done.command, done.value) {
            (MarkRead::These(ids), _) => Some(ids.clone()),
            (_, Some(unread)) => Some(unread.into_iter().take(MAX).collect()),
            (_, None) => None,
        };
        let notifications = match ids {
            Some(ids) => Some(inbox::these(&done.view, ids).await?),
            None => None,
        };
        let viewer = Some(Viewer(done.view));
        Ok(MarkNotificationsReadPayload { notifications, viewer, user_errors: done.user_errors })
    }
}

impl MutationInput for UpdateMailPreferencesInput {
    type Command = MuteMail;
    type Payload = UpdateMailPreferencesPayload;
    const SUBJECT: &'static str = "muted";

    fn read(self, _: &mut InputReader) -> MuteMail {
        MuteMail { kinds: self.muted.into_iter().map(Into::into).collect() }
    }

    async fn answer(done: Outcome<MuteMail>) -> Result<UpdateMailPreferencesPayload> {
        let viewer = Some(Viewer(done.view.renewed().await?));
        Ok(UpdateMailPreferencesPayload { viewer, user_errors: done.user_errors })
    }
}
