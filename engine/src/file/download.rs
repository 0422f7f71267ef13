//! Giving the bytes of a file to whoever has its URL, and still may see it.

use std::io;

use bytes::Bytes;
use entity::file::{self, State};
use futures_util::stream::BoxStream;

use super::{
    find, key,
    sign::{Purpose, Ticket},
    unfit::Unfit,
};
use crate::{
    app::App,
    auth::{self, Session},
    error::Error,
};

/// A file, and its bytes piece by piece.
pub struct Download {
    /// What is known of it.
    pub file: file::Model,
    /// Its bytes.
    pub bytes: BoxStream<'static, io::Result<Bytes>>,
}

/// The file of a ticket, for its holder.
pub async fn send(app: &App, ticket: Ticket, signature: &str) -> Result<Download, Unfit> {
    let session = ticket_holder(app, &ticket, signature).await?;
    if ticket.purpose != Purpose::Download {
        return Err(Unfit::Forged);
    }
    let snapshot = app.read(session.actor);
    let mut found = find::many(&snapshot, vec![ticket.file]).await?;
    let file = found.pop().ok_or(Unfit::NotFound)?;
    if file.state == State::Pending {
        return Err(Unfit::NotReady);
    }
    let bytes = super::settings(app).storage.read(file.id).await?;
    Ok(Download { file, bytes })
}

/// Who holds a ticket: its token is signed in anew, so that rights are those of this moment (rule 17).
pub(super) async fn ticket_holder(
    app: &App,
    ticket: &Ticket,
    signature: &str,
) -> Result<Session, Unfit> {
    let key = key(app, app.db().reader()).await?.ok_or(Unfit::Forged)?;
    if !key.signed(ticket, signature) {
        return Err(Unfit::Forged);
    }
    if ticket.expires <= app.clock().now().timestamp_millis() {
        return Err(Unfit::Expired);
    }
    match auth::renew(app, &ticket.credential).await {
        Err(Error::Unauthenticated) => Err(Unfit::Forged),
        other => Ok(other?),
    }
}
