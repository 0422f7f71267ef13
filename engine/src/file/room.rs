//! How many bytes files may have together. What is announced counts before it comes: no more of it is taken than was
//! announced, so nobody gets past a limit by sending.

use domain::refusal::Problem;
use entity::ids::MemberId;

use super::{settings, store};
use crate::{
    error::{Error, Result},
    tx::Tx,
};

/// How many bytes the files of a member may have together, unless the operator says otherwise: 10 GiB.
const OF_A_MEMBER: i64 = 10 * 1024 * 1024 * 1024;

/// How many bytes files may have together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Those that a member uploads; none: any number.
    pub member: Option<i64>,
    /// Those of all members; none: any number.
    pub all: Option<i64>,
}

impl Default for Room {
    fn default() -> Self {
        Self { member: Some(OF_A_MEMBER), all: None }
    }
}

/// Keeps room for so many bytes of a member, or refuses them. The database counts, and whoever counts waits for whoever
/// counted before: of many who announce at once, no one gets past what there is.
pub(super) async fn keep(tx: &Tx, member: MemberId, size: i64) -> Result<()> {
    let Room { member: own, all } = settings(tx.base()).room;
    if own.or(all).is_none() {
        return Ok(());
    }
    tx.lock_files().await?;
    within(tx, (own, "Your files"), Some(member), size).await?;
    within(tx, (all, "The files of all members"), None, size).await
}

async fn within(
    tx: &Tx,
    (limit, whose): (Option<i64>, &'static str),
    member: Option<MemberId>,
    size: i64,
) -> Result<()> {
    let Some(limit) = limit else { return Ok(()) };
    let left = limit.saturating_sub(store::bytes(tx.conn(), member).await?).max(0);
    if size <= left {
        return Ok(());
    }
    let (limit, left) = (limit.unsigned_abs(), left.unsigned_abs());
    Err(Error::from(Problem::NoRoom { whose, limit, left }.at("size")))
}
