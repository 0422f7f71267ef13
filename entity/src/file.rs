//! A file that belongs to a note: what is known of it. Its bytes are in the file store, under its id.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    ids::{FileId, MemberId, NoteId},
};

/// Whether the bytes are there.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// They are still to come.
    #[sea_orm(string_value = "PENDING")]
    Pending,
    /// They are there, and were checked.
    #[sea_orm(string_value = "READY")]
    Ready,
}

/// One row of `file`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "file")]
pub struct Model {
    /// The file's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FileId,
    /// The name to show and to save it under: never a path.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// What it is: as announced, and when ready, its bytes were found to fit it.
    #[sea_orm(column_type = "Text")]
    pub content_type: String,
    /// How many bytes it has.
    pub size: i64,
    /// Whether the bytes are there.
    pub state: State,
    /// SHA-256 of the bytes, once they are there.
    pub checksum: Option<Vec<u8>>,
    /// SHA-256 that the bytes must have, if the uploader said so.
    pub expected_checksum: Option<Vec<u8>>,
    /// Who uploads it.
    pub uploader_id: MemberId,
    /// The note it belongs to; none until it is used in one.
    pub note_id: Option<NoteId>,
    /// Its 0-based place among the files of the note.
    pub position: i32,
    /// When it was announced.
    pub created_at: Timestamp,
}

impl ActiveModelBehavior for ActiveModel {}
