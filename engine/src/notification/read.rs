//! Reading notifications, and choosing which of them come by mail: everybody for themselves.

use domain::refusal::Problem;
use entity::{
    ids::{MemberId, NotificationId},
    member::MutedMail,
    notification::{self, Kind},
};

use super::store;
use crate::{
    command::Command,
    error::{Error, Problems, Result},
    member,
    tx::Tx,
};

/// How many notifications one thing that happens to an inbox tells of: an item of the feed stays small.
const TOLD_AT_ONCE: usize = 100;

/// Marking notifications as read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MarkRead {
    /// These.
    These(Vec<NotificationId>),
    /// This one and all that came before it: what a screen has shown, and nothing that came since.
    UpTo(NotificationId),
}

impl Command for MarkRead {
    type Output = Vec<NotificationId>;

    async fn run(&self, tx: &mut Tx) -> Result<Vec<NotificationId>> {
        mark_read(tx, self).await
    }
}

/// Marks notifications as read and answers with those that were unread. What is read already stays as
/// it is; when nothing was unread, nothing happens.
async fn mark_read(tx: &mut Tx, which: &MarkRead) -> Result<Vec<NotificationId>> {
    let member = own(tx)?;
    // The inbox is locked before its notifications, by everyone: two tabs wait for each other in order.
    store::lock_inbox(tx.conn(), member).await?;
    let unread = match which {
        MarkRead::These(ids) => unread_of(tx, ids).await?,
        MarkRead::UpTo(id) => {
            let newest = store::readable(tx.conn(), tx.actor(), &[*id]).await?;
            let newest = newest.into_iter().next().ok_or_else(|| unknown(*id).at("upTo"))?;
            store::unread_until(tx.conn(), tx.actor(), &newest).await?
        }
    };
    for ids in unread.chunks(TOLD_AT_ONCE) {
        store::mark_read(tx.conn(), ids, tx.now()).await?;
        let news = store::InboxNews { member_id: member, ids: ids.to_vec(), at: tx.now() };
        store::happen(tx, vec![news]).await?;
    }
    Ok(unread)
}

/// Those that were not read, or a refusal that names all that are not the actor's to read.
async fn unread_of(tx: &Tx, ids: &[NotificationId]) -> Result<Vec<NotificationId>> {
    let found = store::readable(tx.conn(), tx.actor(), ids).await?;
    let mut problems = Problems::default();
    for (index, id) in ids.iter().enumerate() {
        if !found.iter().any(|row| row.id == *id) {
            problems.push(unknown(*id).at(&index.to_string()).at("ids"));
        }
    }
    problems.check()?;
    let unread = |row: notification::Model| row.read_at.is_none().then_some(row.id);
    Ok(found.into_iter().filter_map(unread).collect())
}

fn unknown(id: NotificationId) -> domain::refusal::Refusal {
    Problem::NotFound { kind: "notification" }.refused().about(id)
}

/// Choosing what comes by mail.
#[derive(Clone, Debug)]
pub struct MuteMail {
    /// The kinds that do not.
    pub kinds: Vec<Kind>,
}

impl Command for MuteMail {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        mute_mail(tx, &self.kinds).await
    }
}

/// Chooses the kinds of notifications that the actor wants no mail about: from now on, and of what
/// waits to be sent.
async fn mute_mail(tx: &mut Tx, kinds: &[Kind]) -> Result<()> {
    let member = own(tx)?;
    let mut muted = Vec::new();
    for kind in kinds {
        if !muted.contains(kind) {
            muted.push(*kind);
        }
    }
    member::store::set_muted_mail(tx.conn(), member, MutedMail(muted)).await
}

fn own(tx: &Tx) -> Result<MemberId> {
    tx.actor().member_id().ok_or_else(|| Error::bug("the system has no inbox"))
}
