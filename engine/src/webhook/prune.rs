//! Removing what was delivered long ago. What could not be delivered stays until somebody delivers it.

use entity::Timestamp;

use super::{COURIER, settings, store};
use crate::{app::App, command::Command, error::Result, tx::Tx};

/// Removing some of what ended before a moment.
struct Prune(Timestamp);

impl Command for Prune {
    type Output = u64;

    async fn run(&self, tx: &mut Tx) -> Result<u64> {
        store::remove_some(tx.conn(), self.0).await
    }
}

/// Removes all deliveries that ended longer ago than they are kept, and tells how many.
pub async fn prune(app: &App) -> Result<u64> {
    let before = app.clock().now() - settings(app).kept_for;
    let mut removed = 0;
    loop {
        match app.write(COURIER, Prune(before)).await? {
            0 => return Ok(removed),
            some => removed += some,
        }
    }
}
