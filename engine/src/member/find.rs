//! Reading members: everyone reads all of them (rule 16).

use domain::text;
use entity::{ids::MemberId, member};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, sea_query::Expr};

use crate::{
    error::Result,
    page::{self, KeyValue, Page, Request, SortKey},
    tx::Snapshot,
};

/// Which members.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only active ones, or only deactivated ones.
    pub active: Option<bool>,
    /// Part of the name or of the address, whatever its case and diacritics.
    pub text: Option<String>,
}

/// The members with these ids.
pub async fn many(snapshot: &Snapshot, ids: Vec<MemberId>) -> Result<Vec<member::Model>> {
    super::store::find_many(snapshot.conn().await?, ids).await
}

/// How many active administrators there are.
pub async fn count_administrators(snapshot: &Snapshot) -> Result<u64> {
    super::store::count_administrators(snapshot.conn().await?).await
}

/// A page of members, by name as the language sorts.
pub async fn page(
    snapshot: &Snapshot,
    filter: &Filter,
    request: &Request,
) -> Result<Page<member::Model>> {
    let keys = [
        SortKey {
            name: "name_sort",
            expr: sorted(),
            descending: false,
            value: |row: &member::Model| {
                KeyValue::Text(row.name_sort.as_ref().unwrap_or(&row.email_key).clone())
            },
        },
        SortKey {
            name: "id",
            expr: Expr::col(member::Column::Id),
            descending: false,
            value: |row| KeyValue::Uuid(row.id.uuid()),
        },
    ];
    let query = page::paginate(filtered(filter), &keys, request)?;
    let rows = query.all(snapshot.conn().await?).await?;
    Ok(page::page(rows, &keys, request))
}

/// How many members there are.
pub async fn count(snapshot: &Snapshot, filter: &Filter) -> Result<u64> {
    Ok(filtered(filter).count(snapshot.conn().await?).await?)
}

fn filtered(filter: &Filter) -> sea_orm::Select<member::Entity> {
    let mut query = member::Entity::find();
    match filter.active {
        Some(true) => query = query.filter(member::Column::DeactivatedAt.is_null()),
        Some(false) => query = query.filter(member::Column::DeactivatedAt.is_not_null()),
        None => {}
    }
    if let Some(text) = filter.text.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        query = query.filter(searched().like(page::containing(&text::search_key(text))));
    }
    query
}

/// To the letter as the index on it has it. A program of before writes no key to sort by.
fn sorted() -> Expr {
    Expr::cust("COALESCE(name_sort, email_key)")
}

/// A program of before writes no key to search by.
fn searched() -> Expr {
    Expr::cust("COALESCE(search, email_key)")
}
