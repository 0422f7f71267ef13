//! What a member wrote about a deal.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{DealId, MemberId, NoteId},
};

/// One row of `note`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "note")]
pub struct Model {
    /// The note's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NoteId,
    /// What it is about.
    pub deal_id: DealId,
    /// Who wrote it.
    pub author_id: MemberId,
    /// The text (Markdown).
    #[sea_orm(column_type = "Text")]
    pub body: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// When its text was last changed; none if it never was.
    pub edited_at: Option<Timestamp>,
    /// When it was withdrawn: from then on it has no text, and nobody finds it.
    pub withdrawn_at: Option<Timestamp>,
}

impl ActiveModelBehavior for ActiveModel {}
