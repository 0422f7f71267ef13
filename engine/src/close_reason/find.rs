//! Reading close reasons: everyone reads all of them.

use entity::close_reason::Model;

use super::store;
use crate::{error::Result, tx::Snapshot};

/// All of them, in use and archived, status by status in their order: there are not many.
pub async fn all(snapshot: &Snapshot) -> Result<Vec<Model>> {
    store::all(snapshot.conn().await?).await
}
