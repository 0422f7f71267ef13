//! The notes that one answer needs: by their ids, and those of deals.

use std::sync::Arc;

use engine::{
    deal::find,
    error::Result,
    page::{Page, Request},
};
use entity::{
    ids::{DealId, NoteId},
    note,
};

use crate::graphql::{
    batch::{Batch, by},
    deal::loader::{ByDeal, deals_at_once},
    view::View,
};

#[derive(Default)]
struct Rows {
    notes: Batch<NoteId, Arc<note::Model>>,
    used: Batch<NoteId, ()>,
    of_deals: ByDeal<Request, Page<note::Model>>,
    counts: ByDeal<(), u64>,
}

/// Whatever this id names will be asked for, if it is of a note.
pub(crate) fn expect_id(view: &View, id: &str) {
    view.expect_note_ids(id.parse().ok());
}

impl View {
    /// These notes will be asked for.
    pub(crate) fn expect_note_ids(&self, ids: impl IntoIterator<Item = NoteId>) {
        self.rows::<Rows>().notes.want(ids);
    }

    /// These notes will be asked whether they were used, and for their files.
    pub(crate) fn expect_notes<'a>(&self, rows: impl Iterator<Item = &'a note::Model>) {
        for row in rows {
            self.expect_members([row.author_id]);
            self.rows::<Rows>().used.want([row.id]);
            self.expect_files_of([row.id]);
        }
    }

    /// A note of a deal that the viewer may see was read.
    pub(crate) fn know_note(&self, row: note::Model) {
        self.rows::<Rows>().notes.put(row.id, Some(Arc::new(row)));
    }

    /// A note, of a deal that the viewer may see.
    pub(crate) async fn note(&self, id: NoteId) -> Result<Option<Arc<note::Model>>> {
        let load = |ids| async {
            let rows = find::notes(self.snapshot(), ids).await?;
            self.expect_notes(rows.iter());
            Ok(by(rows, |row| row.id))
        };
        self.rows::<Rows>().notes.get(id, load).await
    }

    /// Whether a note was given as evidence.
    pub(crate) async fn note_is_used(&self, id: NoteId) -> Result<bool> {
        let load = |ids| async {
            let used = find::used_notes(self.snapshot(), ids).await?;
            Ok(used.into_iter().map(|id| (id, ())).collect())
        };
        Ok(self.rows::<Rows>().used.get(id, load).await?.is_some())
    }

    /// A page of the notes of a deal; one that goes on after a place is read alone.
    pub(crate) async fn notes_of(&self, deal: DealId, page: &Request) -> Result<Page<note::Model>> {
        if page.cursor.is_some() {
            let page = find::notes_of(self.snapshot(), deal, page).await?;
            self.expect_notes(page.rows.iter().map(|(_, row)| row));
            return Ok(page);
        }
        let load = |ids| async {
            let found = find::notes_of_each(self.snapshot(), ids, page).await?;
            self.expect_notes(found.values().flat_map(|page| page.rows.iter().map(|(_, row)| row)));
            Ok(found)
        };
        let batch = self.rows::<Rows>().of_deals.batch(self, page.clone());
        Ok(batch.get_among(deals_at_once(page.limit), deal, load).await?.unwrap_or_default())
    }

    /// How many notes a deal has.
    pub(crate) async fn count_notes_of(&self, deal: DealId) -> Result<u64> {
        let load = |ids| find::count_notes(self.snapshot(), ids);
        let batch = self.rows::<Rows>().counts.batch(self, ());
        Ok(batch.get(deal, load).await?.unwrap_or_default())
    }
}
