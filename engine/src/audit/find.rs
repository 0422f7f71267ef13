//! Reading the audit log: for administrators.

use entity::{
    Timestamp,
    audit_entry::{self, Kind},
    ids::{AuditEntryId, MemberId},
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, Select, sea_query::Expr};

use super::manage;
use crate::{
    error::Result,
    page::{self, KeyValue, Page, Request, SortKey},
    tx::Snapshot,
};

/// Which entries; different fields: all of them.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of one of these kinds.
    pub kinds: Option<Vec<Kind>>,
    /// Done by this member.
    pub actor: Option<MemberId>,
    /// Done to what has this written id.
    pub subject: Option<String>,
    /// Done at this moment or later.
    pub from: Option<Timestamp>,
    /// Done before this moment.
    pub until: Option<Timestamp>,
}

fn filtered(filter: &Filter) -> Select<audit_entry::Entity> {
    let Filter { kinds, actor, subject, from, until } = filter;
    let mut query = audit_entry::Entity::find();
    if let Some(kinds) = kinds {
        query = query.filter(audit_entry::Column::Kind.is_in(kinds.iter().copied()));
    }
    if let Some(actor) = actor {
        query = query.filter(audit_entry::Column::ActorId.eq(*actor));
    }
    if let Some(subject) = subject {
        query = query.filter(audit_entry::Column::Subject.eq(subject.as_str()));
    }
    if let Some(from) = from {
        query = query.filter(audit_entry::Column::RecordedAt.gte(*from));
    }
    if let Some(until) = until {
        query = query.filter(audit_entry::Column::RecordedAt.lt(*until));
    }
    query
}

/// A page of the entries, the newest first.
pub async fn page(
    snapshot: &Snapshot,
    filter: &Filter,
    request: &Request,
) -> Result<Page<audit_entry::Model>> {
    manage(snapshot.actor())?;
    let keys = [
        SortKey {
            name: "recorded",
            expr: Expr::col((audit_entry::Entity, audit_entry::Column::RecordedAt)),
            descending: true,
            value: |row: &audit_entry::Model| KeyValue::Time(row.recorded_at),
        },
        SortKey {
            name: "id",
            expr: Expr::col((audit_entry::Entity, audit_entry::Column::Id)),
            descending: true,
            value: |row| KeyValue::Uuid(row.id.uuid()),
        },
    ];
    let query = page::paginate(filtered(filter), &keys, request)?;
    Ok(page::page(query.all(snapshot.conn().await?).await?, &keys, request))
}

/// How many entries there are.
pub async fn count(snapshot: &Snapshot, filter: &Filter) -> Result<u64> {
    manage(snapshot.actor())?;
    Ok(filtered(filter).count(snapshot.conn().await?).await?)
}

/// The entries with these ids; none for whoever may not look into the log.
pub async fn many(snapshot: &Snapshot, ids: Vec<AuditEntryId>) -> Result<Vec<audit_entry::Model>> {
    if manage(snapshot.actor()).is_err() {
        return Ok(Vec::new());
    }
    let query = audit_entry::Entity::find().filter(audit_entry::Column::Id.is_in(ids));
    Ok(query.all(snapshot.conn().await?).await?)
}
