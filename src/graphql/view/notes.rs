//! Notes and their files, as one answer needs them.

use std::{collections::HashMap, sync::Arc};

use domain::file::sign::Purpose;
use engine::{
    deal::find,
    error::Result,
    file::{self as uploads, SignedUrl, find as files},
};
use entity::{
    file,
    ids::{FileId, NoteId},
    note,
};

use crate::graphql::batch::Batch;
use crate::graphql::view::{View, by};

/// The notes and files read so far.
#[derive(Default)]
pub struct Notes {
    rows: Batch<NoteId, Arc<note::Model>>,
    uses: Batch<NoteId, ()>,
    files: Batch<FileId, Arc<file::Model>>,
    files_of: Batch<NoteId, Vec<file::Model>>,
}

impl Notes {
    /// These notes will be asked for.
    pub fn want(&self, ids: impl IntoIterator<Item = NoteId>) {
        self.rows.want(ids);
    }

    /// Whatever this id names will be asked for.
    pub fn expect(&self, id: &str) {
        self.rows.want(id.parse().ok());
        self.files.want(id.parse().ok());
    }
}

impl View {
    /// A note, of a deal that the viewer may see.
    pub async fn note(&self, id: NoteId) -> Result<Option<Arc<note::Model>>> {
        let load = |ids| async {
            let rows = find::notes(self.snapshot(), ids).await?;
            self.expect_notes(rows.iter());
            Ok(by(rows, |row| row.id))
        };
        self.0.notes.rows.get(id, load).await
    }

    /// These notes will be asked whether they were used, and for their files.
    pub fn expect_notes<'a>(&self, rows: impl Iterator<Item = &'a note::Model>) {
        for row in rows {
            self.0.members.want([row.author_id]);
            self.0.notes.uses.want([row.id]);
            self.0.notes.files_of.want([row.id]);
        }
    }

    /// Whether a note was given as evidence.
    pub async fn note_is_used(&self, id: NoteId) -> Result<bool> {
        let load = |ids| async {
            let used = find::used_notes(self.snapshot(), ids).await?;
            Ok(used.into_iter().map(|id| (id, ())).collect())
        };
        Ok(self.0.notes.uses.get(id, load).await?.is_some())
    }

    /// The files of a note that the viewer sees, in their order.
    pub async fn files_of(&self, note: NoteId) -> Result<Vec<file::Model>> {
        let load = |ids| async {
            let found: HashMap<_, Vec<file::Model>> = files::of_notes(self.snapshot(), ids).await?;
            self.expect_files(found.values().flatten());
            Ok(found)
        };
        Ok(self.0.notes.files_of.get(note, load).await?.unwrap_or_default())
    }

    /// A file that the viewer may see.
    pub async fn file(&self, id: FileId) -> Result<Option<Arc<file::Model>>> {
        let load = |ids| async {
            let rows = files::many(self.snapshot(), ids).await?;
            self.expect_files(rows.iter());
            Ok(by(rows, |row| row.id))
        };
        self.0.notes.files.get(id, load).await
    }

    fn expect_files<'a>(&self, rows: impl Iterator<Item = &'a file::Model>) {
        for row in rows {
            self.0.members.want([row.uploader_id]);
            self.0.notes.want(row.note_id);
        }
    }

    /// A URL for whoever looks.
    pub async fn signed_url(&self, file: FileId, purpose: Purpose) -> Result<SignedUrl> {
        uploads::signed_url(self.snapshot(), &self.session().credential, file, purpose).await
    }
}
