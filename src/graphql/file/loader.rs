//! The files that one answer needs: by their ids, and those of notes.

use std::{collections::HashMap, sync::Arc};

use domain::file::sign::Purpose;
use engine::{
    error::Result,
    file::{self as uploads, SignedUrl, find},
};
use entity::{
    file,
    ids::{FileId, NoteId},
};

use crate::graphql::{
    batch::{Batch, by},
    view::View,
};

#[derive(Default)]
struct Rows {
    files: Batch<FileId, Arc<file::Model>>,
    of_notes: Batch<NoteId, Vec<file::Model>>,
}

/// Whatever this id names will be asked for, if it is of a file.
pub(crate) fn expect_id(view: &View, id: &str) {
    view.rows::<Rows>().files.want(id.parse().ok());
}

impl View {
    /// The files of these notes will be asked for.
    pub(crate) fn expect_files_of(&self, notes: impl IntoIterator<Item = NoteId>) {
        self.rows::<Rows>().of_notes.want(notes);
    }

    fn expect_files<'a>(&self, rows: impl Iterator<Item = &'a file::Model>) {
        for row in rows {
            self.expect_members([row.uploader_id]);
            self.expect_note_ids(row.note_id);
        }
    }

    /// A file that the viewer may see.
    pub(crate) async fn file(&self, id: FileId) -> Result<Option<Arc<file::Model>>> {
        let load = |ids| async {
            let rows = find::many(self.snapshot(), ids).await?;
            self.expect_files(rows.iter());
            Ok(by(rows, |row| row.id))
        };
        self.rows::<Rows>().files.get(id, load).await
    }

    /// The files of a note that the viewer sees, in their order.
    pub(crate) async fn files_of(&self, note: NoteId) -> Result<Vec<file::Model>> {
        let load = |ids| async {
            let found: HashMap<_, Vec<file::Model>> = find::of_notes(self.snapshot(), ids).await?;
            self.expect_files(found.values().flatten());
            Ok(found)
        };
        Ok(self.rows::<Rows>().of_notes.get(note, load).await?.unwrap_or_default())
    }

    /// A URL for whoever looks.
    pub(crate) async fn signed_url(&self, file: FileId, purpose: Purpose) -> Result<SignedUrl> {
        uploads::signed_url(self.snapshot(), &self.session().credential, file, purpose).await
    }
}
