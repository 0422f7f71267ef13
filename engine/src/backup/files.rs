//! The bytes of files in a backup.

use std::collections::HashSet;

use entity::ids::FileId;
use futures_util::StreamExt;
use serde_json::Value;
use uuid::Uuid;

use super::{FILES, Fault, write::Writer};
use crate::{
    app::App,
    catalogue::Table,
    error::Result,
    file::storage::{Arrived, Storage},
};

/// The files whose bytes had come: no more of each than is needed, because there may be very many.
#[derive(Default)]
pub(super) struct Known(Vec<(FileId, u64, bool)>);

impl Known {
    /// Notes the row of a file.
    pub(super) fn note(&mut self, table: &Table, row: &[Value]) {
        if table.name != "file" {
            return;
        }
        let of = |column: &str| table.column_index(column).map_or(&Value::Null, |at| &row[at]);
        let id = of("id").as_str().and_then(|id| id.parse::<Uuid>().ok());
        if let (Some(id), Some(size), Some("READY")) =
            (id, of("size").as_u64(), of("state").as_str())
        {
            self.0.push((FileId::from_uuid(id), size, !of("note_id").is_null()));
        }
    }

    /// Those of no note whose bytes are not among what came: they had been swept.
    pub(super) fn swept(&self, incoming: &Incoming) -> Vec<FileId> {
        let came: HashSet<_> = incoming.arrived.iter().map(|(_, id)| *id).collect();
        let unused = self.0.iter().filter(|(id, _, is_used)| !is_used && !came.contains(id));
        unused.map(|(id, ..)| *id).collect()
    }
}

/// Writes the bytes of the files. What no note uses may have been swept meanwhile.
pub(super) async fn write(
    app: &App,
    known: &Known,
    writer: &mut Writer<'_>,
) -> std::result::Result<(), Fault> {
    let storage = &crate::file::settings(app).storage;
    for (id, size, is_used) in &known.0 {
        if storage.size(*id).await? == Some(*size) {
            one(storage, *id, *size, writer).await?;
            writer.made.files += 1;
            (writer.progress)("files", writer.made.files);
        } else if *is_used {
            writer.made.missing.push(id.to_string());
        }
    }
    Ok(())
}

async fn one(
    storage: &Storage,
    id: FileId,
    size: u64,
    writer: &mut Writer<'_>,
) -> std::result::Result<(), Fault> {
    let name = format!("{FILES}{id}");
    let (mut left, mut bytes) = (size, storage.read(id).await?);
    writer.packer.open_entry(&name, size, writer.at)?;
    while let Some(piece) = bytes.next().await {
        let piece = piece?;
        left = left.checked_sub(piece.len() as u64).ok_or_else(changed)?;
        writer.packer.piece(&piece)?;
        writer.send().await?;
    }
    if left > 0 {
        return Err(changed());
    }
    Ok(writer.packer.end()?)
}

/// Bytes of files never change.
fn changed() -> Fault {
    Fault::Io(std::io::Error::other("the bytes of a file changed while they were read"))
}

/// Files on their way into the place of files: under names of their own until all of the backup was read.
pub(super) struct Incoming {
    storage: Storage,
    arrived: Vec<(Arrived, FileId)>,
    kept: usize,
}

impl Incoming {
    pub(super) fn new(storage: Storage) -> Self {
        Self { storage, arrived: Vec::new(), kept: 0 }
    }

    pub(super) fn storage(&self) -> &Storage {
        &self.storage
    }

    /// These bytes came whole.
    pub(super) fn add(&mut self, arrived: Arrived, id: FileId) {
        self.arrived.push((arrived, id));
    }

    pub(super) fn count(&self) -> u64 {
        self.arrived.len() as u64
    }

    /// Puts all of them under their ids.
    pub(super) async fn keep(&mut self) -> Result<()> {
        for (arrived, id) in &self.arrived {
            self.storage.keep(arrived, *id).await?;
            self.kept += 1;
        }
        Ok(())
    }

    /// Throws away what came, and takes away what was put under its id.
    pub(super) async fn discard(self) {
        for (number, (arrived, id)) in self.arrived.iter().enumerate() {
            if number < self.kept {
                let _ = self.storage.remove(*id).await;
            } else {
                self.storage.discard(arrived).await;
            }
        }
    }
}

/// The id in the name of an entry.
pub(super) fn id(name: &str) -> Option<FileId> {
    name.strip_prefix(FILES)?.parse().ok()
}
