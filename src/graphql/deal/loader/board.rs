//! The columns of boards that one answer needs: all columns of a board are read with the first.

use std::{collections::HashMap, sync::Arc};

use engine::{
    deal::{
        board::{self, By, Columns, Totals},
        find::{Filter, Order},
        titled,
    },
    error::Result,
    page::Page,
};
use entity::{deal, ids::DealId};
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::graphql::{batch::Batch, view::View};

type ColumnTotals = HashMap<Option<Uuid>, Totals>;
type ColumnCounts = HashMap<Option<Uuid>, u64>;

/// Which columns of a board were asked for.
type BoardKey = (By, Filter, Vec<Order>, usize);

#[derive(Default)]
struct Rows {
    titled: Batch<String, Vec<DealId>>,
    columns: Mutex<HashMap<BoardKey, Arc<Columns>>>,
    totals: Mutex<HashMap<(By, Filter), Arc<ColumnTotals>>>,
    counts: Mutex<HashMap<(By, Filter), Arc<ColumnCounts>>>,
}

impl View {
    /// This filter, with the deals that have its text where they are few. A text is looked up once, however many columns
    /// have it.
    pub(crate) async fn looked_up(&self, filter: Filter) -> Result<Filter> {
        let Some(text) = filter.text.clone() else { return Ok(filter) };
        let look_up = |texts: Vec<String>| async move {
            let mut found = HashMap::new();
            for text in texts {
                let few = titled::few(self.snapshot(), &text).await?;
                found.extend(few.map(|deals| (text, deals)));
            }
            Ok(found)
        };
        let among = self.rows::<Rows>().titled.get(text, look_up).await?;
        Ok(Filter { among, ..filter })
    }

    /// The first deals of one column (or of none); those of all its siblings are read with it. Where these are known, no
    /// more is read; a column that is none of them is not found.
    pub(crate) async fn column(
        &self,
        key: BoardKey,
        column: Option<Uuid>,
        siblings: Option<&[Option<Uuid>]>,
    ) -> Result<Option<Page<deal::Model>>> {
        let mut boards = self.rows::<Rows>().columns.lock().await;
        if let Some(board) = boards.get(&key) {
            return Ok(board.get(&column).cloned());
        }
        let (snapshot, (by, filter, order, limit)) = (self.snapshot(), &key);
        let board = match siblings {
            Some(siblings) => {
                board::columns_of(snapshot, *by, siblings, (filter, order, *limit)).await?
            }
            None => board::columns(snapshot, *by, filter, order, *limit).await?,
        };
        for page in board.values() {
            self.expect_deals(page.rows.iter().map(|(_, row)| row));
        }
        let page = board.get(&column).cloned();
        boards.insert(key, Arc::new(board));
        Ok(page)
    }

    /// How many deals one column has (or none); its siblings are counted with it.
    pub(crate) async fn column_count(
        &self,
        key: (By, Filter),
        column: Option<Uuid>,
    ) -> Result<u64> {
        let mut counts = self.rows::<Rows>().counts.lock().await;
        if let Some(found) = counts.get(&key) {
            return Ok(found.get(&column).copied().unwrap_or_default());
        }
        let found = board::column_counts(self.snapshot(), key.0, &key.1).await?;
        let one = found.get(&column).copied().unwrap_or_default();
        counts.insert(key, Arc::new(found));
        Ok(one)
    }

    /// The totals of one column (or of none); those of all its siblings are read with it.
    pub(crate) async fn column_totals(
        &self,
        key: (By, Filter),
        column: Option<Uuid>,
    ) -> Result<Totals> {
        let mut totals = self.rows::<Rows>().totals.lock().await;
        if let Some(found) = totals.get(&key) {
            return Ok(found.get(&column).cloned().unwrap_or_default());
        }
        let found = board::column_totals(self.snapshot(), key.0, &key.1).await?;
        let one = found.get(&column).cloned().unwrap_or_default();
        totals.insert(key, Arc::new(found));
        Ok(one)
    }
}
