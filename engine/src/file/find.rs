//! Reading files: those of notes whose deals the viewer may see, and the viewer's own that are in none.

use std::collections::HashMap;

use domain::policy::Actor;
use entity::{
    file,
    ids::{FileId, NoteId},
    note,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use crate::{error::Result, tx::Snapshot, visible::seen_deals};

/// The files with these ids that the viewer may see.
pub async fn many(snapshot: &Snapshot, ids: Vec<FileId>) -> Result<Vec<file::Model>> {
    let query = file::Entity::find()
        .filter(file::Column::Id.is_in(ids))
        .filter(visible_to(snapshot.actor()));
    Ok(query.all(snapshot.conn().await?).await?)
}

/// A file is seen by whoever sees the deal of its note, and before that by its uploader alone.
fn visible_to(actor: &Actor) -> Condition {
    let notes = note::Entity::find()
        .select_only()
        .column(note::Column::Id)
        .filter(note::Column::DealId.in_subquery(seen_deals(actor)));
    let used = Condition::any().add(file::Column::NoteId.in_subquery(notes.into_query()));
    match actor.member_id() {
        Some(member) => used.add(
            Condition::all()
                .add(file::Column::NoteId.is_null())
                .add(file::Column::UploaderId.eq(member)),
        ),
        None => used,
    }
}

/// The files of these notes, which the viewer sees, each in its order.
pub async fn of_notes(
    snapshot: &Snapshot,
    notes: Vec<NoteId>,
) -> Result<HashMap<NoteId, Vec<file::Model>>> {
    let query = file::Entity::find()
        .filter(file::Column::NoteId.is_in(notes))
        .order_by_asc(file::Column::Position);
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for row in query.all(snapshot.conn().await?).await? {
        if let Some(note) = row.note_id {
            found.entry(note).or_default().push(row);
        }
    }
    Ok(found)
}
