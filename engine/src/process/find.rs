//! Reading processes: everyone reads all of them (rule 16).

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use domain::member::rules;
use entity::{
    action::{self, PerformerGroup},
    action_performer, ids, process, process_version, stage,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, Iterable, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select, sea_query::Expr,
};

use super::{store, version::Version, versions::Versions};
use crate::{
    error::Result,
    member,
    page::{self, KeyValue, Page, Request, SortKey},
    tx::Snapshot,
};

/// The processes with these ids.
pub async fn many(snapshot: &Snapshot, ids: Vec<ids::ProcessId>) -> Result<Vec<process::Model>> {
    store::find_many(snapshot.conn().await?, ids).await
}

/// The number of the current version of a process, as it is now, whatever else is read: for an answer that needs no more
/// than this.
pub async fn number_alone(snapshot: &Snapshot, id: ids::ProcessId) -> Result<Option<i64>> {
    let query = process::Entity::find_by_id(id).select_only().column(process::Column::Version);
    Ok(query.into_tuple().one(snapshot.alone()).await?)
}

/// Which process new deals take when they name none.
pub async fn default_id(snapshot: &Snapshot) -> Result<Option<ids::ProcessId>> {
    Ok(store::find_default(snapshot.conn().await?).await?.map(|row| row.id))
}

/// A page of processes, the oldest first.
pub async fn page(
    snapshot: &Snapshot,
    include_archived: bool,
    request: &Request,
) -> Result<Page<process::Model>> {
    let keys = [
        SortKey {
            name: "created",
            expr: Expr::col(process::Column::CreatedAt),
            descending: false,
            value: |row: &process::Model| KeyValue::Time(row.created_at),
        },
        SortKey {
            name: "id",
            expr: Expr::col(process::Column::Id),
            descending: false,
            value: |row| KeyValue::Uuid(row.id.uuid()),
        },
    ];
    let query = page::paginate(listed(include_archived), &keys, request)?;
    let rows = query.all(snapshot.conn().await?).await?;
    Ok(page::page(rows, &keys, request))
}

/// How many processes there are.
pub async fn count(snapshot: &Snapshot, include_archived: bool) -> Result<u64> {
    Ok(listed(include_archived).count(snapshot.conn().await?).await?)
}

fn listed(include_archived: bool) -> Select<process::Entity> {
    let query = process::Entity::find();
    if include_archived { query } else { query.filter(process::Column::ArchivedAt.is_null()) }
}

/// Versions as rules read them: from memory, the others with one statement.
pub async fn versions(
    snapshot: &Snapshot,
    keys: Vec<(ids::ProcessId, i64)>,
) -> Result<HashMap<(ids::ProcessId, i64), Arc<Version>>> {
    let kept = Versions::of(snapshot.base());
    let (mut found, mut missing) = (HashMap::new(), Vec::new());
    for key in keys {
        match kept.get(key.0, key.1) {
            Some(version) => drop(found.insert(key, version)),
            None => missing.push(key),
        }
    }
    if !missing.is_empty() {
        found.extend(store::versions(snapshot.conn().await?, kept, &missing).await?);
    }
    Ok(found)
}

/// The stages that were removed from these processes, the last one first.
pub async fn removed_stages(
    snapshot: &Snapshot,
    ids: Vec<ids::ProcessId>,
) -> Result<Vec<(ids::ProcessId, ids::StageId)>> {
    use stage::Column as C;
    let gone = C::ProcessId.is_in(ids).and(C::RemovedAt.is_not_null());
    let query = stage::Entity::find().filter(gone).select_only().columns([C::ProcessId, C::Id]);
    let query = query.order_by_desc(C::RemovedAt).order_by_asc(C::Position).order_by_asc(C::Id);
    Ok(query.into_tuple().all(snapshot.conn().await?).await?)
}

/// The actions that were removed from these processes, the last one first.
pub async fn removed_actions(
    snapshot: &Snapshot,
    ids: Vec<ids::ProcessId>,
) -> Result<Vec<(ids::ProcessId, ids::ActionId)>> {
    use action::Column as C;
    let gone = C::ProcessId.is_in(ids).and(C::RemovedAt.is_not_null());
    let query = action::Entity::find().filter(gone).select_only().columns([C::ProcessId, C::Id]);
    let query = query.order_by_desc(C::RemovedAt).order_by_asc(C::Position).order_by_asc(C::Id);
    Ok(query.into_tuple().all(snapshot.conn().await?).await?)
}

/// A page of the versions of a process, the newest first.
pub async fn version_page(
    snapshot: &Snapshot,
    id: ids::ProcessId,
    request: &Request,
) -> Result<Page<process_version::Model>> {
    let keys = [SortKey {
        name: "number",
        expr: Expr::col(process_version::Column::Number),
        descending: true,
        value: |row: &process_version::Model| KeyValue::Int(row.number),
    }];
    let query = process_version::Entity::find().filter(process_version::Column::ProcessId.eq(id));
    let rows = page::paginate(query, &keys, request)?.all(snapshot.conn().await?).await?;
    Ok(page::page(rows, &keys, request))
}

/// The versions of a process after one and up to another, in order: who, when and what they said. There
/// may be many, so their definitions stay where they are.
pub async fn versions_between(
    snapshot: &Snapshot,
    id: ids::ProcessId,
    between: (i64, i64),
) -> Result<Vec<process_version::Model>> {
    use process_version::Column as C;
    let query = numbered_between(id, between)
        .select_only()
        .columns(C::iter().filter(|column| !matches!(column, C::Definition)))
        .column_as(Expr::value(""), "definition")
        .order_by_asc(C::Number);
    Ok(query.all(snapshot.conn().await?).await?)
}

/// How long the definitions of the same versions are together, in characters.
pub async fn length_between(
    snapshot: &Snapshot,
    id: ids::ProcessId,
    between: (i64, i64),
) -> Result<u64> {
    let length = Expr::cust("CAST(coalesce(sum(length(definition)), 0) AS BIGINT)");
    let query = numbered_between(id, between).select_only().column_as(length, "length");
    let found: Option<i64> = query.into_tuple().one(snapshot.conn().await?).await?;
    Ok(found.unwrap_or_default().unsigned_abs())
}

fn numbered_between(
    id: ids::ProcessId,
    (after, until): (i64, i64),
) -> Select<process_version::Entity> {
    process_version::Entity::find()
        .filter(process_version::Column::ProcessId.eq(id))
        .filter(process_version::Column::Number.gt(after))
        .filter(process_version::Column::Number.lte(until))
}

/// The rows of versions by process and number: author, time and message.
pub async fn numbered_rows(
    snapshot: &Snapshot,
    keys: Vec<(ids::ProcessId, i64)>,
) -> Result<Vec<process_version::Model>> {
    let query = process_version::Entity::find().filter(store::any_of(&keys));
    Ok(query.all(snapshot.conn().await?).await?)
}

/// The rows of versions by their own ids.
pub async fn version_rows(
    snapshot: &Snapshot,
    ids: Vec<ids::ProcessVersionId>,
) -> Result<Vec<process_version::Model>> {
    let query = process_version::Entity::find().filter(process_version::Column::Id.is_in(ids));
    Ok(query.all(snapshot.conn().await?).await?)
}

/// The rows of stages, removed or not.
pub async fn stages(snapshot: &Snapshot, ids: Vec<ids::StageId>) -> Result<Vec<stage::Model>> {
    store::stages(snapshot.conn().await?, ids).await
}

/// The rows of actions, removed or not.
pub async fn actions(snapshot: &Snapshot, ids: Vec<ids::ActionId>) -> Result<Vec<action::Model>> {
    store::actions(snapshot.conn().await?, ids).await
}

/// The members chosen to do these actions.
pub async fn performers(
    snapshot: &Snapshot,
    ids: Vec<ids::ActionId>,
) -> Result<Vec<action_performer::Model>> {
    store::performers(snapshot.conn().await?, ids).await
}

/// An action that nobody could do if one of those who are chosen for it left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeftAlone {
    /// Whose leaving it is about.
    pub member_id: ids::MemberId,
    /// The process.
    pub process_id: ids::ProcessId,
    /// The action.
    pub action_id: ids::ActionId,
    /// Whether deals cannot be won without it.
    pub mandatory: bool,
}

/// For each of these members, the actions that nobody could do without them. Those who left are looked at as if they
/// left now.
pub async fn left_alone_by(
    snapshot: &Snapshot,
    members: Vec<ids::MemberId>,
) -> Result<Vec<LeftAlone>> {
    use action_performer::Column as C;
    let conn = snapshot.conn().await?;
    let theirs = action_performer::Entity::find().filter(C::MemberId.is_in(members));
    let theirs = theirs.order_by_asc(C::ActionId).all(conn).await?;
    let ids: HashSet<_> = theirs.iter().map(|row| row.action_id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let actions = in_use(conn, &ids).await?;
    let mut chosen: HashMap<_, Vec<_>> = HashMap::new();
    for row in store::performers(conn, ids).await? {
        chosen.entry(row.action_id).or_default().push(row.member_id);
    }
    let people: HashSet<_> = chosen.values().flatten().copied().collect();
    let people = member::find::many(snapshot, people.into_iter().collect()).await?;
    let active: HashSet<_> =
        people.iter().filter(|one| one.is_active()).map(|one| one.id).collect();
    let alone = theirs.into_iter().filter_map(|row| {
        let (process_id, mandatory) = *actions.get(&row.action_id)?;
        let (member_id, action_id) = (row.member_id, row.action_id);
        let is_active = |id| active.contains(&id);
        rules::leaves_nobody(&chosen[&action_id], member_id, is_active).then_some(LeftAlone {
            member_id,
            process_id,
            action_id,
            mandatory,
        })
    });
    Ok(alone.collect())
}

/// Of these actions those that are done by chosen members and were not removed: whose they are, and whether they are
/// mandatory.
async fn in_use(
    conn: &impl ConnectionTrait,
    ids: &HashSet<ids::ActionId>,
) -> Result<HashMap<ids::ActionId, (ids::ProcessId, bool)>> {
    use action::Column as C;
    let these = C::Id.is_in(ids.iter().copied()).and(C::RemovedAt.is_null());
    let query = action::Entity::find().filter(these.and(C::Performers.eq(PerformerGroup::Chosen)));
    let query = query.select_only().columns([C::Id, C::ProcessId, C::Mandatory]);
    let rows: Vec<(_, _, _)> = query.into_tuple().all(conn).await?;
    Ok(rows.into_iter().map(|(id, process, mandatory)| (id, (process, mandatory))).collect())
}
