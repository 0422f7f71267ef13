//! Who holds the signed URL of a file: known before any byte moves.

use entity::member;

use super::{key, sign::Ticket, unfit::Unfit};
use crate::{
    app::App,
    auth::{self, Session},
    error::Error,
};

/// A ticket that is good, and the member whose it is.
pub struct Holder {
    /// What the ticket is for.
    pub(super) ticket: Ticket,
    /// Who holds it.
    pub(super) session: Session,
}

impl Holder {
    /// The member.
    pub fn member(&self) -> &member::Model {
        &self.session.member
    }
}

/// Who holds a ticket: its token is signed in anew, so that rights are those of this moment (rule 17).
pub async fn holder(app: &App, ticket: Ticket, signature: &str) -> Result<Holder, Unfit> {
    let key = key(app, app.db().reader()).await?.ok_or(Unfit::Forged)?;
    if !key.signed(&ticket, signature) {
        return Err(Unfit::Forged);
    }
    if ticket.expires <= app.clock().now().timestamp_millis() {
        return Err(Unfit::Expired);
    }
    match auth::renew(app, &ticket.credential).await {
        Err(Error::Unauthenticated) => Err(Unfit::Forged),
        session => Ok(Holder { ticket, session: session? }),
    }
}
