//! The names of every table that has them, and the keys that are stored with some.

use domain::text;
use entity::{
    action, close_reason, deal,
    ids::{CloseReasonId, DealId, MemberId, ProcessId, StageId},
    member, name_keys, process, stage,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    Value,
    sea_query::{Expr, LockType},
};

use crate::{
    db,
    error::{Error, Result},
};

/// How many deals are looked at together.
const PAGE: u64 = 1000;

/// A name with its stored key.
#[derive(Clone, Debug)]
pub(crate) struct Keyed<I> {
    /// Whose it is.
    pub id: I,
    /// The name.
    pub name: String,
    /// How it is compared, by the rules under which it was stored.
    pub key: String,
    /// Whether no other row may have the key.
    pub is_unique: bool,
}

/// A name that should differ from those beside it.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    /// Of what.
    pub kind: &'static str,
    /// Of which parent; empty where there is none.
    pub of: String,
    /// The id of what it names.
    pub id: String,
    /// The name.
    pub name: String,
}

/// A member, by address.
pub(crate) const MEMBER: &str = "member";
/// A process in use.
pub(crate) const PROCESS: &str = "process";
/// A stage of a process.
pub(crate) const STAGE: &str = "stage";
/// An action of a stage.
pub(crate) const ACTION: &str = "action";
/// A close reason of a status.
pub(crate) const REASON: &str = "close reason";

/// By which rules the stored keys were made. Whoever asks in a unit of work is the only one until its end.
pub(crate) async fn edition(conn: &impl ConnectionTrait) -> Result<i32> {
    let query = name_keys::Entity::find_by_id(1);
    let query = match conn.get_database_backend() {
        DbBackend::Postgres => query.lock_exclusive(),
        _ => query,
    };
    let row = query.one(conn).await?;
    row.map(|row| row.edition).ok_or_else(|| Error::bug("the row of name_keys is gone"))
}

/// Notes by which rules they are made now.
pub(crate) async fn set_edition(conn: &impl ConnectionTrait, edition: i32) -> Result<()> {
    let set = name_keys::Entity::update_many();
    set.col_expr(name_keys::Column::Edition, Expr::value(edition)).exec(conn).await?;
    Ok(())
}

/// The addresses of all members, the oldest first.
pub(crate) async fn members(conn: &impl ConnectionTrait) -> Result<Vec<Keyed<MemberId>>> {
    use member::Column as C;
    let query = member::Entity::find().select_only().columns([C::Id, C::Email, C::EmailKey]);
    let query = query.order_by_asc(C::CreatedAt).order_by_asc(C::Id);
    let rows: Vec<(MemberId, String, String)> = query.into_tuple().all(conn).await?;
    let keyed = |(id, name, key)| Keyed { id, name, key, is_unique: true };
    Ok(rows.into_iter().map(keyed).collect())
}

/// The names of all processes, the oldest first.
pub(crate) async fn processes(conn: &impl ConnectionTrait) -> Result<Vec<Keyed<ProcessId>>> {
    use process::Column as C;
    let query = process::Entity::find().order_by_asc(C::CreatedAt).order_by_asc(C::Id);
    let keyed = |row: process::Model| Keyed {
        id: row.id,
        name: row.name,
        key: row.name_key,
        is_unique: row.archived_at.is_none(),
    };
    Ok(query.all(conn).await?.into_iter().map(keyed).collect())
}

/// The names of all close reasons.
pub(crate) async fn close_reasons(
    conn: &impl ConnectionTrait,
) -> Result<Vec<Keyed<CloseReasonId>>> {
    use close_reason::Column as C;
    let query = close_reason::Entity::find().select_only().columns([C::Id, C::Name, C::NameKey]);
    let rows: Vec<(CloseReasonId, String, String)> = query.into_tuple().all(conn).await?;
    let keyed = |(id, name, key)| Keyed { id, name, key, is_unique: false };
    Ok(rows.into_iter().map(keyed).collect())
}

/// The titles of the next deals after this one.
pub(crate) async fn deals(
    conn: &impl ConnectionTrait,
    after: Option<DealId>,
) -> Result<Vec<Keyed<DealId>>> {
    use deal::Column as C;
    let mut query = deal::Entity::find().select_only().columns([C::Id, C::Title, C::TitleKey]);
    if let Some(after) = after {
        query = query.filter(C::Id.gt(after));
    }
    let query = query.order_by_asc(C::Id).limit(PAGE);
    let rows: Vec<(DealId, String, String)> = query.into_tuple().all(conn).await?;
    let keyed = |(id, name, key)| Keyed { id, name, key, is_unique: false };
    Ok(rows.into_iter().map(keyed).collect())
}

/// Writes the key of a member's address.
pub(crate) async fn set_member_key(
    conn: &impl ConnectionTrait,
    id: MemberId,
    key: String,
) -> Result<u64> {
    use member::Column as C;
    let set = member::Entity::update_many().col_expr(C::EmailKey, Expr::value(key));
    Ok(set.filter(C::Id.eq(id)).exec(conn).await?.rows_affected)
}

/// Writes the key of a process's name.
pub(crate) async fn set_process_key(
    conn: &impl ConnectionTrait,
    id: ProcessId,
    key: String,
) -> Result<u64> {
    use process::Column as C;
    let set = process::Entity::update_many().col_expr(C::NameKey, Expr::value(key));
    Ok(set.filter(C::Id.eq(id)).exec(conn).await?.rows_affected)
}

/// Writes the key of a close reason's name.
pub(crate) async fn set_close_reason_key(
    conn: &impl ConnectionTrait,
    id: CloseReasonId,
    key: String,
) -> Result<u64> {
    use close_reason::Column as C;
    let set = close_reason::Entity::update_many().col_expr(C::NameKey, Expr::value(key));
    Ok(set.filter(C::Id.eq(id)).exec(conn).await?.rows_affected)
}

/// Writes the key of a deal's title.
pub(crate) async fn set_deal_key(
    conn: &impl ConnectionTrait,
    id: DealId,
    key: String,
) -> Result<u64> {
    use deal::Column as C;
    let set = deal::Entity::update_many().col_expr(C::TitleKey, Expr::value(key));
    Ok(set.filter(C::Id.eq(id)).exec(conn).await?.rows_affected)
}

/// Forgets by which keys titles and names are searched and sorted: they are made anew as those that are missing.
pub(crate) async fn forget(conn: &impl ConnectionTrait) -> Result<()> {
    for sql in [
        "UPDATE deal SET title_search = NULL, title_sort = NULL WHERE title_sort IS NOT NULL",
        "UPDATE member SET search = NULL, name_sort = NULL WHERE name_sort IS NOT NULL",
    ] {
        conn.execute_unprepared(sql).await?;
    }
    Ok(())
}

/// The next deals after this one that miss those keys, each with the key of its title, locked until the end.
pub(crate) async fn unkeyed_deals(
    conn: &impl ConnectionTrait,
    after: Option<DealId>,
) -> Result<Vec<(DealId, String)>> {
    use deal::Column as C;
    let query = deal::Entity::find().select_only().columns([C::Id, C::TitleKey]);
    let query = query.filter(Expr::cust("title_sort IS NULL"));
    let query = after.into_iter().fold(query, |query, after| query.filter(C::Id.gt(after)));
    let query = query.order_by_asc(C::Id).limit(db::MOST_ROWS as u64);
    let query = match conn.get_database_backend() {
        DbBackend::Postgres => query.lock(LockType::NoKeyUpdate),
        _ => query,
    };
    Ok(query.into_tuple().all(conn).await?)
}

/// Writes how these deals are searched and sorted, by the keys of their titles.
pub(crate) async fn fill_deals(
    conn: &impl ConnectionTrait,
    rows: &[(DealId, String)],
) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let values = rows.iter().flat_map(|(id, key)| -> [Value; 3] {
        [(*id).into(), text::search_key(key).into(), text::sort_key(key).into()]
    });
    db::update(conn, "deal", &["id", "title_search", "title_sort"], values.collect(), rows.len())
        .await
}

/// The members that miss those keys.
pub(crate) async fn unkeyed_members(conn: &impl ConnectionTrait) -> Result<Vec<member::Model>> {
    let missing = member::Entity::find().filter(member::Column::NameSort.is_null());
    Ok(missing.all(conn).await?)
}

/// Writes how these members are searched and sorted.
pub(crate) async fn fill_members(
    conn: &impl ConnectionTrait,
    rows: &[member::Model],
) -> Result<()> {
    for rows in rows.chunks(db::MOST_ROWS) {
        let values = rows.iter().flat_map(|row| -> [Value; 3] {
            let search = text::search_person(&row.name, &row.email_key);
            [row.id.into(), search.into(), text::sort_key(&row.name).into()]
        });
        let columns = ["id", "search", "name_sort"];
        db::update(conn, "member", &columns, values.collect(), rows.len()).await?;
    }
    Ok(())
}

/// Every name that should differ from those beside it: of what is in use.
pub(crate) async fn named(conn: &impl ConnectionTrait) -> Result<Vec<Named>> {
    let mut all = people_and_reasons(conn).await?;
    let processes = processes(conn).await?.into_iter().filter(|row| row.is_unique);
    let processes: Vec<_> = processes.collect();
    let stages = stages(conn).await?;
    let stages: Vec<_> =
        stages.into_iter().filter(|(_, of, _)| processes.iter().any(|row| row.id == *of)).collect();
    let actions = actions(conn).await?;
    let used: std::collections::HashSet<_> = stages.iter().map(|(id, ..)| *id).collect();
    let actions = actions.into_iter().filter(|(_, of, _)| used.contains(of));
    all.extend(processes.into_iter().map(|row| one(PROCESS, String::new(), row.id, row.name)));
    all.extend(stages.into_iter().map(|(id, of, name)| one(STAGE, of.to_string(), id, name)));
    all.extend(actions.map(|(id, of, name)| one(ACTION, of.to_string(), id, name)));
    Ok(all)
}

fn one(kind: &'static str, of: String, id: impl ToString, name: String) -> Named {
    Named { kind, of, id: id.to_string(), name }
}

async fn people_and_reasons(conn: &impl ConnectionTrait) -> Result<Vec<Named>> {
    let members = members(conn).await?.into_iter();
    let mut all: Vec<_> = members.map(|row| one(MEMBER, String::new(), row.id, row.name)).collect();
    let reasons = close_reason::Entity::find();
    let reasons = reasons.filter(close_reason::Column::ArchivedAt.is_null()).all(conn).await?;
    let reasons = reasons.into_iter();
    all.extend(reasons.map(|row| one(REASON, format!("{:?}", row.status), row.id, row.name)));
    Ok(all)
}

async fn stages(conn: &impl ConnectionTrait) -> Result<Vec<(StageId, ProcessId, String)>> {
    use stage::Column as C;
    let query = stage::Entity::find().select_only().columns([C::Id, C::ProcessId, C::Name]);
    Ok(query.filter(C::RemovedAt.is_null()).into_tuple().all(conn).await?)
}

async fn actions(
    conn: &impl ConnectionTrait,
) -> Result<Vec<(entity::ids::ActionId, StageId, String)>> {
    use action::Column as C;
    let query = action::Entity::find().select_only().columns([C::Id, C::StageId, C::Name]);
    Ok(query.filter(C::RemovedAt.is_null()).into_tuple().all(conn).await?)
}
