//! Closing deals, and reopening them (rule 14).

use entity::{
    deal::Status,
    ids::{CloseReasonId, DealId},
};

use super::{
    hold,
    rules::{self, Button},
    stamp,
};
use crate::{
    close_reason::{self, rules::Given, store as reasons},
    error::{Error, Problems, Result},
    policy::Permission,
    process, text,
    tx::Tx,
};

/// Closing a deal.
#[derive(Clone, Debug)]
pub struct CloseDeal {
    /// As what.
    pub status: Status,
    /// Why, from the list of that status.
    pub reason_id: Option<CloseReasonId>,
    /// What to say about it.
    pub comment: Option<String>,
}

/// Closes a deal (rule 14). Closed so already, nothing happens.
pub async fn close(tx: &mut Tx, id: DealId, command: &CloseDeal) -> Result<()> {
    let CloseDeal { status, reason_id, comment } = command;
    let mut held = hold(tx, id).await?;
    if held.deal.row.status == *status {
        return held.grant(tx, Permission::ChangeDeal).map(drop);
    }
    let mut problems = Problems::default();
    let grant = problems.take(held.press(tx, Button::Close(*status)))?;
    let comment = comment.as_deref().map(closing_comment).transpose();
    let comment = problems.take(comment)?.flatten();
    let given = reason(tx, *status, *reason_id).await?;
    // A deal that is closed already is not asked for a reason as well.
    if held.deal.is_open() || reason_id.is_some() {
        let wrong = close_reason::rules::closing(*status, given.clone()).err();
        wrong.into_iter().for_each(|refusal| problems.push(refusal));
    }
    problems.check()?;
    let grant = grant.ok_or_else(|| Error::bug("nothing was wrong and nothing allowed"))?;
    let comment = comment.filter(|text| !text.trim().is_empty());
    let reason = close_reason::rules::closing(*status, given)?;
    held.happen(tx, rules::closing(*status, comment, reason));
    held.save(tx, &grant).await
}

/// The reason that was given, which nobody archives until the end; or those to choose from.
async fn reason(tx: &Tx, status: Status, id: Option<CloseReasonId>) -> Result<Given> {
    Ok(match id {
        Some(id) => Given::Reason(id, reasons::keep(tx.conn(), id).await?),
        None => Given::Nothing(reasons::in_use(tx.conn(), status).await?),
    })
}

fn closing_comment(given: &str) -> Result<String> {
    text::long(given).map_err(|refusal| refusal.at("comment").into())
}

/// Reopens a deal (rule 14): from then on it follows the process as it now is.
pub async fn reopen(tx: &mut Tx, id: DealId) -> Result<()> {
    let mut held = hold(tx, id).await?;
    if held.deal.is_open() {
        return held.grant(tx, Permission::ReopenDeal).map(drop);
    }
    let grant = held.press(tx, Button::Reopen)?;
    let before = held.deal.state(&held.version);
    let versions = tx.app().versions();
    let process_id = held.deal.row.process_id;
    held.version = process::store::version(tx.conn(), versions, process_id, held.current).await?;
    let fact = rules::reopening(&held.deal, &held.version);
    held.deal.happen_from(Some(before), fact, &held.version, &stamp(tx));
    held.save(tx, &grant).await
}
