//! Notes about deals.

use std::sync::Arc;

use async_graphql::{ID, Object, SimpleObject};
use domain::deal::rules::{self, Case};
use engine::error::{Error, Result};
use entity::{ids::NoteId, note};

use crate::graphql::{
    context::semanticNonNull,
    deal::Deal,
    error::{Field, field, maybe},
    file::{self, File},
    member::{self, Member},
    permission::Permission,
    scalar::DateTime,
    view::View,
};

pub(crate) mod loader;
pub(crate) mod mutation;

/// What the viewer may do to a note now: the very answers that the mutations would give.
#[derive(SimpleObject)]
pub(crate) struct NotePermissions {
    /// `editNote`.
    pub edit: Permission,
    /// `withdrawNote`.
    pub withdraw: Permission,
}

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

    async fn read_permissions(&self) -> Result<NotePermissions> {
        let deal = self.view.deal(self.row.deal_id).await?;
        let deal = deal.ok_or_else(|| Error::bug("a note is shown without its deal"))?;
        let (deal, version) = self.view.case(&deal).await?;
        let case = Case { deal: &deal, version: &version, actor: self.view.actor() };
        let can = Permission::new(&self.view, rules::note_blockers(case, &self.row));
        Ok(NotePermissions { edit: can.clone(), withdraw: can })
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

    /// When its text was last changed; null if it never was.
    async fn edited_at(&self) -> Option<DateTime> {
        self.row.edited_at.map(DateTime)
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

    /// What the viewer may do to it now.
    #[graphql(directive = semanticNonNull::apply())]
    async fn permissions(&self) -> Field<NotePermissions> {
        field(self.read_permissions().await)
    }
}
