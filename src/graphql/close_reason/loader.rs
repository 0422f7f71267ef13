//! The close reasons, read once for an answer that needs any: there are not many.

use std::sync::Arc;

use engine::{close_reason::find, error::Result};
use entity::close_reason;
use tokio::sync::OnceCell;

use crate::graphql::view::View;

#[derive(Default)]
struct Rows(OnceCell<Arc<Vec<close_reason::Model>>>);

impl View {
    /// All close reasons, in use and archived, each status in its order.
    pub(crate) async fn close_reasons(&self) -> Result<Arc<Vec<close_reason::Model>>> {
        let read = || async { Ok(Arc::new(find::all(self.snapshot()).await?)) };
        self.rows::<Rows>().0.get_or_try_init(read).await.cloned()
    }
}
