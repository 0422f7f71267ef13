//! Closing deals, and reopening them (rule 14).

use domain::{close_reason::rules::Given, policy::Permission, text};
use entity::{
    deal::Status,
    ids::{CloseReasonId, DealId},
};

use super::{
    Held, granted, hold,
    rules::{self, DealOperation},
    stamp,
    unseen::{Input, with_all},
};
use crate::{
    close_reason::{self, store as reasons},
    command::Command,
    error::{Problems, Result, both},
    process::{self, versions::Versions},
    tx::Tx,
};

/// Closing a deal.
#[derive(Clone, Debug)]
pub struct CloseDeal {
    /// The deal.
    pub deal_id: DealId,
    /// As what.
    pub status: Status,
    /// Why, from the list of that status.
    pub reason_id: Option<CloseReasonId>,
    /// What to say about it.
    pub comment: Option<String>,
}

impl Command for CloseDeal {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let done = close(tx, self).await;
        with_all(tx, done, Input::Close(self)).await
    }
}

/// Closes a deal (rule 14). Closed in just this way already, nothing happens.
async fn close(tx: &mut Tx, command: &CloseDeal) -> Result<()> {
    let CloseDeal { deal_id, status, reason_id, comment } = command;
    let mut held = hold(tx, *deal_id).await?;
    let comment = said(comment.as_deref());
    if is_closed_so(tx, &held, command, &comment) {
        return Ok(());
    }
    let mut problems = Problems::default();
    let grant = problems.take(held.authorize(tx, DealOperation::Close(*status)))?;
    let comment = problems.take(comment)?.flatten();
    let given = reason(tx, *status, *reason_id).await?;
    // A deal that is closed already is not asked for a reason as well.
    if held.deal.is_open() || reason_id.is_some() {
        let wrong = close_reason::rules::closing(*status, given.clone()).err();
        wrong.into_iter().for_each(|refusal| problems.push(refusal));
    }
    let grant = granted(problems, grant)?;
    let reason = close_reason::rules::closing(*status, given)?;
    held.happen(tx, rules::closing(*status, comment, reason));
    held.save(tx, &grant).await
}

/// Whether there is nothing to do, for whoever may close the deal.
fn is_closed_so(
    tx: &Tx,
    held: &Held,
    command: &CloseDeal,
    comment: &Result<Option<String>>,
) -> bool {
    let CloseDeal { status, reason_id, .. } = command;
    let Ok(comment) = comment else { return false };
    let may = held.grant(tx, Permission::ChangeDeal).is_ok();
    may && rules::is_closed_so(&held.deal, *status, *reason_id, comment.as_deref())
}

/// The reason that was given, which nobody archives until the end; or those to choose from.
async fn reason(tx: &Tx, status: Status, id: Option<CloseReasonId>) -> Result<Given> {
    Ok(match id {
        Some(id) => Given::Reason(id, reasons::keep(tx.conn(), id).await?),
        None => Given::Nothing(reasons::in_use(tx.conn(), status).await?),
    })
}

/// What was said, unless that is nothing.
pub(super) fn said(given: Option<&str>) -> Result<Option<String>> {
    let Some(given) = given else { return Ok(None) };
    let text = text::long(given).map_err(|refusal| refusal.at("comment"))?;
    Ok(Some(text).filter(|text| !text.trim().is_empty()))
}

/// Letting a closed deal run again.
#[derive(Clone, Debug)]
pub struct ReopenDeal {
    /// The deal.
    pub deal_id: DealId,
    /// What to say about it.
    pub comment: Option<String>,
}

impl Command for ReopenDeal {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let done = reopen(tx, self).await;
        with_all(tx, done, Input::Comment(self.comment.as_deref())).await
    }
}

/// Reopens a closed deal (rule 14): from then on it follows the process as it now is.
async fn reopen(tx: &mut Tx, command: &ReopenDeal) -> Result<()> {
    let mut held = hold(tx, command.deal_id).await?;
    let comment = said(command.comment.as_deref());
    let (grant, comment) = both(held.authorize(tx, DealOperation::Reopen), comment)?;
    let before = held.deal.state(&held.version);
    let versions = &Versions::of_unit(tx);
    let process_id = held.deal.row.process_id;
    held.version =
        process::store::version(tx.conn(), versions, process_id, held.process.version).await?;
    let fact = rules::reopening(&held.deal, &held.version, comment);
    held.deal.happen_from(Some(before), fact, &held.version, &stamp(tx));
    held.save(tx, &grant).await
}
