//! Closing deals, and reopening them (rule 14).

use entity::{deal::Status, ids::DealId};

use super::{
    hold,
    rules::{self, Button},
    stamp,
};
use crate::{
    error::{Error, Problems, Result},
    policy::Permission,
    process, text,
    tx::Tx,
};

/// Closes a deal (rule 14). Closed so already, nothing happens.
pub async fn close(tx: &mut Tx, id: DealId, status: Status, comment: Option<&str>) -> Result<()> {
    let mut held = hold(tx, id).await?;
    if held.deal.row.status == status {
        return held.grant(tx, Permission::ChangeDeal).map(drop);
    }
    let mut problems = Problems::default();
    let grant = problems.take(held.press(tx, Button::Close(status)))?;
    let comment = problems.take(comment.map(closing_comment).transpose())?.flatten();
    problems.check()?;
    let grant = grant.ok_or_else(|| Error::bug("nothing was wrong and nothing allowed"))?;
    held.happen(tx, rules::closing(status, comment.filter(|text| !text.trim().is_empty())));
    held.save(tx, &grant).await
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
