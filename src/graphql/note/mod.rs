//! Notes about deals.

use std::sync::Arc;

use async_graphql::{ID, Object};
use engine::error::Result;
use entity::{ids::NoteId, note};

use crate::graphql::{
    context::semanticNonNull,
    deal::Deal,
    error::{Field, field, maybe},
    file::{self, File},
    member::{self, Member},
    scalar::DateTime,
    view::View,
};

pub(crate) mod loader;

/// What a member wrote about a deal.
#[derive(Clone)]
pub(crate) struct Note {
    view: View,
    row: Arc<note::Model>,
}

impl Note {
    /// The note of this row.
    pub(crate) fn new(view: &View, row: Arc<note::Model>) -> Self {
        Self { view: view.clone(), row }
    }

    /// The note with this id.
    pub(crate) async fn find(view: &View, id: NoteId) -> Result<Option<Self>> {
        Ok(view.note(id).await?.map(|row| Self::new(view, row)))
    }
}

/// What a member wrote about a deal. It can be evidence for one action.
#[Object]
impl Note {
    /// The note's id.
    pub async fn id(&self) -> ID {
        self.row.id.to_string().into()
    }

    /// The text (Markdown).
    async fn body(&self) -> &str {
        &self.row.body
    }

    /// Who wrote it.
    #[graphql(directive = semanticNonNull::apply())]
    async fn author(&self) -> Field<Member> {
        member::member(&self.view, self.row.author_id).await
    }

    /// Its files, in their order.
    #[graphql(directive = semanticNonNull::apply())]
    async fn files(&self) -> Field<Vec<File>> {
        file::of_note(&self.view, self.row.id).await
    }

    /// When it was written.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// The deal it is about.
    #[graphql(directive = semanticNonNull::apply())]
    async fn deal(&self) -> Field<Deal> {
        maybe(Deal::find(&self.view, self.row.deal_id).await)
    }

    /// Whether it was given as evidence: a note counts once.
    #[graphql(directive = semanticNonNull::apply())]
    async fn is_evidence(&self) -> Field<bool> {
        field(self.view.note_is_used(self.row.id).await)
    }
}
