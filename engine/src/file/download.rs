//! Giving the bytes of a file to whoever has its URL, and still may see it.

use std::io;

use bytes::Bytes;
use entity::file::{self, State};
use futures_util::stream::BoxStream;

use super::{find, holder::Holder, sign::Purpose, unfit::Unfit};
use crate::app::App;

/// A file, and its bytes piece by piece.
pub struct Download {
    /// What is known of it.
    pub file: file::Model,
    /// Its bytes.
    pub bytes: BoxStream<'static, io::Result<Bytes>>,
}

/// The file of a ticket, for its holder.
pub async fn send(app: &App, holder: Holder) -> Result<Download, Unfit> {
    let Holder { ticket, session } = holder;
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
