//! The tables of processes: the rows of now, and the versions of then.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use domain::text;
use entity::{
    Timestamp, action, action_performer,
    ids::{ActionId, ProcessId, StageId},
    process, process_version, stage,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

use super::{version::Version, versions::Versions};
use crate::{
    db::padded,
    error::{Error, Result},
    tx::Tx,
};

mod written;

pub(crate) use written::{insert_version, sync, update};

/// The process with this id.
pub async fn find(conn: &impl ConnectionTrait, id: ProcessId) -> Result<Option<process::Model>> {
    Ok(process::Entity::find_by_id(id).one(conn).await?)
}

/// The processes with these ids.
pub async fn find_many(
    conn: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = ProcessId>,
) -> Result<Vec<process::Model>> {
    Ok(process::Entity::find().filter(process::Column::Id.is_in(ids)).all(conn).await?)
}

/// The process in use whose name looks like this; of several, the one of exactly this name.
pub async fn find_by_name(
    conn: &impl ConnectionTrait,
    name: &str,
) -> Result<Option<process::Model>> {
    let key = text::key(name);
    let named = names_in_use(conn).await?.into_iter().filter(|(_, other)| text::key(other) == key);
    match named.min_by_key(|(_, other)| other != name) {
        Some((id, _)) => find(conn, id).await,
        None => Ok(None),
    }
}

/// The names of all processes in use. They are compared by name and not by the stored keys: of names that
/// looked different when they were given, only one has the key that it would get today.
pub async fn names_in_use(conn: &impl ConnectionTrait) -> Result<Vec<(ProcessId, String)>> {
    let names = process::Entity::find()
        .filter(process::Column::ArchivedAt.is_null())
        .select_only()
        .columns([process::Column::Id, process::Column::Name])
        .order_by_asc(process::Column::CreatedAt)
        .order_by_asc(process::Column::Id);
    Ok(names.into_tuple().all(conn).await?)
}

/// The process that deals take when they name none.
pub async fn find_default(conn: &impl ConnectionTrait) -> Result<Option<process::Model>> {
    Ok(process::Entity::find().filter(process::Column::IsDefault.eq(true)).one(conn).await?)
}

/// How many processes are in use.
pub async fn count_in_use(conn: &impl ConnectionTrait) -> Result<u64> {
    let found = process::Entity::find().filter(process::Column::ArchivedAt.is_null());
    Ok(found.count(conn).await?)
}

/// The processes in use, by name as the language sorts.
pub async fn in_use(conn: &impl ConnectionTrait) -> Result<Vec<process::Model>> {
    let found = process::Entity::find().filter(process::Column::ArchivedAt.is_null());
    let mut found = found.all(conn).await?;
    found.sort_by_cached_key(|process| text::sort_key(&process.name));
    Ok(found)
}

/// How many processes there are.
pub async fn count(conn: &impl ConnectionTrait) -> Result<u64> {
    Ok(process::Entity::find().count(conn).await?)
}

/// The row of a stage, removed or not.
pub async fn stage(conn: &impl ConnectionTrait, id: StageId) -> Result<Option<stage::Model>> {
    Ok(stage::Entity::find_by_id(id).one(conn).await?)
}

/// The rows of these stages, removed or not.
pub async fn stages(
    conn: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = StageId>,
) -> Result<Vec<stage::Model>> {
    Ok(stage::Entity::find().filter(stage::Column::Id.is_in(ids)).all(conn).await?)
}

/// The row of an action, removed or not.
pub async fn action(conn: &impl ConnectionTrait, id: ActionId) -> Result<Option<action::Model>> {
    Ok(action::Entity::find_by_id(id).one(conn).await?)
}

/// The rows of these actions, removed or not.
pub async fn actions(
    conn: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = ActionId>,
) -> Result<Vec<action::Model>> {
    Ok(action::Entity::find().filter(action::Column::Id.is_in(ids)).all(conn).await?)
}

/// The processes of these stages, removed or not.
pub(crate) async fn processes_of_stages(
    conn: &impl ConnectionTrait,
    ids: Vec<StageId>,
) -> Result<Vec<(StageId, ProcessId)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    use stage::Column as C;
    let of_them = stage::Entity::find().filter(C::Id.is_in(padded(ids)));
    Ok(of_them.select_only().columns([C::Id, C::ProcessId]).into_tuple().all(conn).await?)
}

/// The processes of these actions, removed or not.
pub(crate) async fn processes_of_actions(
    conn: &impl ConnectionTrait,
    ids: Vec<ActionId>,
) -> Result<Vec<(ActionId, ProcessId)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    use action::Column as C;
    let of_them = action::Entity::find().filter(C::Id.is_in(padded(ids)));
    Ok(of_them.select_only().columns([C::Id, C::ProcessId]).into_tuple().all(conn).await?)
}

/// The members chosen to do these actions.
pub async fn performers(
    conn: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = ActionId>,
) -> Result<Vec<action_performer::Model>> {
    Ok(action_performer::Entity::find()
        .filter(action_performer::Column::ActionId.is_in(ids))
        .order_by_asc(action_performer::Column::MemberId)
        .all(conn)
        .await?)
}

/// A version as rules read it: from memory, or read and parsed once.
pub async fn version(
    conn: &impl ConnectionTrait,
    versions: &Versions,
    id: ProcessId,
    number: i64,
) -> Result<Arc<Version>> {
    if let Some(version) = versions.get(id, number) {
        return Ok(version);
    }
    let row = version_row(conn, id, number).await?;
    let row = row.ok_or_else(|| Error::bug("a process has no such version"))?;
    let definition = serde_json::from_str(&row.definition)?;
    Ok(versions.keep(Version::new(id, number, definition)))
}

/// Several versions as rules read them, read with one statement.
pub async fn versions(
    conn: &impl ConnectionTrait,
    kept: &Versions,
    keys: &[(ProcessId, i64)],
) -> Result<HashMap<(ProcessId, i64), Arc<Version>>> {
    let mut found = HashMap::new();
    for keys in keys.chunks(MOST_ALTERNATIVES) {
        for row in process_version::Entity::find().filter(any_of(keys)).all(conn).await? {
            let definition = serde_json::from_str(&row.definition)?;
            let version = kept.keep(Version::new(row.process_id, row.number, definition));
            found.insert((row.process_id, row.number), version);
        }
    }
    Ok(found)
}

/// SQLite takes expressions that are at most 1,000 deep.
const MOST_ALTERNATIVES: usize = 500;

/// These versions as rules read them: those that are kept, and the others read with one statement.
pub(crate) async fn known_versions(
    tx: &Tx,
    wanted: &BTreeSet<(ProcessId, i64)>,
) -> Result<HashMap<(ProcessId, i64), Arc<Version>>> {
    let kept = &Versions::of_unit(tx);
    let known = wanted.iter().filter_map(|key| Some((*key, kept.get(key.0, key.1)?)));
    let mut found: HashMap<_, _> = known.collect();
    let missing: Vec<_> = wanted.iter().filter(|key| !found.contains_key(key)).copied().collect();
    found.extend(versions(tx.conn(), kept, &missing).await?);
    match found.len() == wanted.len() {
        true => Ok(found),
        false => Err(Error::bug("a process has no such version")),
    }
}

/// The condition that a version is one of these.
pub fn any_of(keys: &[(ProcessId, i64)]) -> Condition {
    let mut any = Condition::any();
    for (id, number) in keys {
        let this = process_version::Column::ProcessId.eq(*id);
        any = any.add(this.and(process_version::Column::Number.eq(*number)));
    }
    any
}

/// A version as it was saved, by its number; none when there is none.
pub async fn version_row(
    conn: &impl ConnectionTrait,
    id: ProcessId,
    number: i64,
) -> Result<Option<process_version::Model>> {
    Ok(process_version::Entity::find()
        .filter(process_version::Column::ProcessId.eq(id))
        .filter(process_version::Column::Number.eq(number))
        .one(conn)
        .await?)
}

/// The numbers of the versions of a process that were saved at this moment and follow another one, the newest first: one,
/// unless two saves came within a millisecond.
pub async fn numbers_saved_at(
    conn: &impl ConnectionTrait,
    id: ProcessId,
    moment: Timestamp,
) -> Result<Vec<i64>> {
    use process_version::Column as C;
    let of_it = C::ProcessId.eq(id).and(C::SavedAt.eq(moment)).and(C::Number.gt(1));
    let numbers = process_version::Entity::find().filter(of_it).order_by_desc(C::Number);
    Ok(numbers.select_only().column(C::Number).into_tuple().all(conn).await?)
}

/// Writes a process for the first time.
pub async fn insert(conn: &impl ConnectionTrait, row: process::Model) -> Result<()> {
    process::Entity::insert(row.into_active_model()).exec_without_returning(conn).await?;
    Ok(())
}

/// This process is the default from now on: nothing else of its row is touched, because somebody
/// else may be changing it.
pub async fn set_default(conn: &impl ConnectionTrait, id: ProcessId) -> Result<()> {
    process::Entity::update_many()
        .col_expr(process::Column::IsDefault, Expr::value(true))
        .filter(process::Column::Id.eq(id))
        .exec(conn)
        .await?;
    Ok(())
}

/// No process is the default any more.
pub async fn clear_default(conn: &impl ConnectionTrait) -> Result<()> {
    process::Entity::update_many()
        .col_expr(process::Column::IsDefault, Expr::value(false))
        .filter(process::Column::IsDefault.eq(true))
        .exec(conn)
        .await?;
    Ok(())
}

/// How many open deals a version has changed the stage or progress of; said by whoever wrote it, before
/// anybody else sees it.
pub async fn set_recalculated(
    conn: &impl ConnectionTrait,
    process: ProcessId,
    number: i64,
    deals: i64,
) -> Result<()> {
    process_version::Entity::update_many()
        .col_expr(process_version::Column::Recalculated, Expr::value(deals))
        .filter(process_version::Column::ProcessId.eq(process))
        .filter(process_version::Column::Number.eq(number))
        .exec(conn)
        .await?;
    Ok(())
}
