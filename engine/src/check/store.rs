//! What is looked at, and what is written when something derived is mended.

use std::collections::HashMap;

use domain::{process::definition::Definition, text};
use entity::{
    Timestamp, action, completion, deal, event,
    file::{self, State},
    ids::{DealId, FileId, NoteId, ProcessId},
    note, process, stage, task,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QueryResult,
    QuerySelect, Statement, Value, sea_query::Expr,
};
use uuid::Uuid;

use super::history::{Keys, Note};
use crate::{
    catalogue::Reference,
    db::{self, padded},
    error::{Error, Result},
};

/// How many rows are named of those that break one rule: the rest is told by looking again.
const NAMED: u64 = 1000;

/// All processes.
pub(super) async fn processes(conn: &impl ConnectionTrait) -> Result<Vec<process::Model>> {
    Ok(process::Entity::find().order_by_asc(process::Column::Id).all(conn).await?)
}

/// How many versions a process has, and the first and last number of them.
pub(super) async fn numbers(conn: &impl ConnectionTrait, id: ProcessId) -> Result<(i64, i64, i64)> {
    let sql = "SELECT count(*), coalesce(min(number), 0), coalesce(max(number), 0) FROM process_version WHERE process_id = ";
    three(conn, &format!("{sql}{}", placeholder(conn)), vec![id.into()]).await
}

/// The number of the newest version of a process.
pub(super) async fn newest(conn: &impl ConnectionTrait, id: ProcessId) -> Result<i64> {
    Ok(numbers(conn, id).await?.2)
}

/// Whether a process has a version of this number.
pub(super) async fn is_version(
    conn: &impl ConnectionTrait,
    id: ProcessId,
    number: i64,
) -> Result<bool> {
    Ok(crate::event::store::version_id(conn, id, number).await?.is_some())
}

/// A version as it was saved, or why it cannot be read; none when there is none.
pub(super) async fn definition(
    conn: &impl ConnectionTrait,
    id: ProcessId,
    number: i64,
) -> Result<Option<std::result::Result<Definition, String>>> {
    let row = crate::process::store::version_row(conn, id, number).await?;
    Ok(row.map(|row| serde_json::from_str(&row.definition).map_err(|cause| cause.to_string())))
}

/// The stages and actions of a process that are in use, in their order.
pub(super) async fn nodes(
    conn: &impl ConnectionTrait,
    id: ProcessId,
) -> Result<(Vec<stage::Model>, Vec<action::Model>)> {
    let stages = stage::Entity::find()
        .filter(stage::Column::ProcessId.eq(id))
        .filter(stage::Column::RemovedAt.is_null())
        .order_by_asc(stage::Column::Position);
    let actions = action::Entity::find()
        .filter(action::Column::ProcessId.eq(id))
        .filter(action::Column::RemovedAt.is_null())
        .order_by_asc(action::Column::Position);
    Ok((stages.all(conn).await?, actions.all(conn).await?))
}

/// The next deals.
pub(super) async fn deals(
    conn: &impl ConnectionTrait,
    after: Option<DealId>,
    limit: u64,
) -> Result<Vec<deal::Model>> {
    let mut query = deal::Entity::find().order_by_asc(deal::Column::Id).limit(limit);
    if let Some(after) = after {
        query = query.filter(deal::Column::Id.gt(after));
    }
    Ok(query.all(conn).await?)
}

/// What happened to these deals, in the order in which it did.
pub(super) async fn events(
    conn: &impl ConnectionTrait,
    deals: &[DealId],
) -> Result<Vec<event::Model>> {
    let query = event::Entity::find()
        .filter(event::Column::DealId.is_in(padded(deals.to_vec())))
        .order_by_asc(event::Column::Version);
    Ok(query.all(conn).await?)
}

/// What was done for these deals, undone or not.
pub(super) async fn completions(
    conn: &impl ConnectionTrait,
    deals: &[DealId],
) -> Result<Vec<completion::Model>> {
    let these = completion::Column::DealId.is_in(padded(deals.to_vec()));
    Ok(completion::Entity::find().filter(these).all(conn).await?)
}

/// The tasks of these deals.
pub(super) async fn tasks(
    conn: &impl ConnectionTrait,
    deals: &[DealId],
) -> Result<Vec<task::Model>> {
    let these = task::Column::DealId.is_in(padded(deals.to_vec()));
    Ok(task::Entity::find().filter(these).all(conn).await?)
}

/// What became of the notes of these deals.
pub(super) async fn notes(conn: &impl ConnectionTrait, deals: &[DealId]) -> Result<Vec<Note>> {
    type Row = (DealId, NoteId, Option<Timestamp>, Option<Timestamp>);
    let query = note::Entity::find()
        .select_only()
        .columns([note::Column::DealId, note::Column::Id])
        .columns([note::Column::EditedAt, note::Column::WithdrawnAt])
        .filter(note::Column::DealId.is_in(padded(deals.to_vec())));
    let rows: Vec<Row> = query.into_tuple().all(conn).await?;
    let note = |(deal_id, id, edited, withdrawn): Row| {
        let (is_edited, is_withdrawn) = (edited.is_some(), withdrawn.is_some());
        Note { deal_id, id, is_edited, is_withdrawn }
    };
    Ok(rows.into_iter().map(note).collect())
}

/// The next files whose bytes came.
pub(super) async fn files(
    conn: &impl ConnectionTrait,
    after: Option<FileId>,
    limit: u64,
) -> Result<Vec<file::Model>> {
    let mut query = file::Entity::find()
        .filter(file::Column::State.eq(State::Ready))
        .order_by_asc(file::Column::Id)
        .limit(limit);
    if let Some(after) = after {
        query = query.filter(file::Column::Id.gt(after));
    }
    Ok(query.all(conn).await?)
}

/// Whether there is such a file.
pub(super) async fn is_file(conn: &impl ConnectionTrait, id: FileId) -> Result<bool> {
    Ok(crate::file::store::find(conn, id).await?.is_some())
}

/// How many events have a place in the log, and the first and last of these places.
pub(super) async fn places(conn: &impl ConnectionTrait) -> Result<(i64, i64, i64)> {
    let sql = r#"SELECT count("position"), coalesce(min("position"), 0), coalesce(max("position"), 0) FROM event"#;
    three(conn, sql, Vec::new()).await
}

/// What SQLite finds wrong with its own file.
pub(super) async fn damage(conn: &impl ConnectionTrait) -> Result<Vec<String>> {
    let lines = rows(conn, "PRAGMA integrity_check(100)", Vec::new()).await?;
    let lines = lines.iter().map(|row| row.try_get_by_index::<String>(0));
    let lines: Vec<_> = lines.collect::<std::result::Result<_, _>>()?;
    // The index of titles is looked at by what it finds: of one without content, SQLite takes pages of what was
    // removed for damage after enough titles have changed.
    Ok(lines.into_iter().filter(|line| line != "ok" && !line.contains("deal_text")).collect())
}

/// The ids that a statement finds, as text.
pub(super) async fn ids(conn: &impl ConnectionTrait, sql: &str) -> Result<Vec<String>> {
    let rows = rows(conn, &format!("{sql} LIMIT {NAMED}"), Vec::new()).await?;
    rows.iter().map(|row| uuid(row, "id")).collect()
}

/// The rows of a table that name rows of another which are not there: each with what it names.
pub(super) async fn dangling(
    conn: &impl ConnectionTrait,
    reference: &Reference,
    key: &str,
) -> Result<Vec<(String, String)>> {
    let Reference { table, column, to, to_column } = reference;
    let sql = format!(
        r#"SELECT one."{key}" AS "id", one."{column}" AS "named" FROM "{table}" AS one
        WHERE one."{column}" IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM "{to}" AS other WHERE other."{to_column}" = one."{column}") LIMIT {NAMED}"#
    );
    let rows = rows(conn, &sql, Vec::new()).await?;
    rows.iter().map(|row| Ok((uuid(row, "id")?, uuid(row, "named")?))).collect()
}

/// The deals that the index of titles does not know.
pub(super) async fn untitled(conn: &impl ConnectionTrait) -> Result<Vec<String>> {
    let known =
        "SELECT 1 FROM deal_text_number AS n INNER JOIN deal_text_docsize AS d ON d.id = n.number";
    ids(conn, &format!("SELECT id FROM deal WHERE NOT EXISTS ({known} WHERE n.deal_id = deal.id)"))
        .await
}

/// How many titles the index has of no deal.
pub(super) async fn titles_of_nothing(conn: &impl ConnectionTrait) -> Result<i64> {
    let of_deal = "SELECT 1 FROM deal_text_number AS n INNER JOIN deal ON deal.id = n.deal_id";
    let sql = format!(
        "SELECT count(*), 0, 0 FROM deal_text_docsize AS d WHERE NOT EXISTS ({of_deal} WHERE n.number = d.id)"
    );
    Ok(three(conn, &sql, Vec::new()).await?.0)
}

/// By what the titles and owners of these deals are searched and sorted.
pub(super) async fn keys(
    conn: &impl ConnectionTrait,
    ids: &[DealId],
) -> Result<HashMap<DealId, Keys>> {
    type Texts = (DealId, Option<String>, Option<String>, Option<String>, Option<String>);
    let query = deal::Entity::find()
        .select_only()
        .column(deal::Column::Id)
        .column_as(Expr::cust("title_search"), "search")
        .column_as(Expr::cust("title_sort"), "sort")
        .column_as(Expr::cust("owner_key"), "owner")
        .column_as(Expr::cust(KEY_OF_OWNER), "member")
        .filter(deal::Column::Id.is_in(ids.iter().copied()));
    let rows: Vec<Texts> = query.into_tuple().all(conn).await?;
    let keys = |(id, search, sort, owner, member)| (id, Keys { search, sort, owner, member });
    Ok(rows.into_iter().map(keys).collect())
}

/// By what members are sorted: as the database itself copies it to their deals.
const KEY_OF_OWNER: &str =
    "(SELECT COALESCE(name_sort, email_key) FROM member WHERE member.id = owner_id)";

/// Whether the index leads from the title of a deal to it, if it knows the deal; it knows no title of less than
/// three characters.
pub(super) async fn is_found_by_title(
    conn: &impl ConnectionTrait,
    deal: DealId,
    key: &str,
) -> Result<bool> {
    if key.chars().count() < 3 {
        return Ok(true);
    }
    let phrase = format!("\"{}\"", key.replace('"', "\"\""));
    let sql = "SELECT n.number FROM deal_text_number AS n WHERE n.deal_id = ? AND n.number NOT IN
        (SELECT rowid FROM deal_text WHERE deal_text MATCH ?
            AND rowid = (SELECT number FROM deal_text_number WHERE deal_id = ?))
        AND EXISTS (SELECT 1 FROM deal_text_docsize AS d WHERE d.id = n.number)";
    Ok(rows(conn, sql, vec![deal.into(), phrase.into(), deal.into()]).await?.is_empty())
}

/// Writes where a deal stands, when somebody last did something to it, and how its title and owner are compared, searched
/// and sorted, and nothing else of it. Where the title
/// is compared otherwise than before, the database forgets what follows from that, so that is written last.
pub(super) async fn restate(conn: &impl ConnectionTrait, row: &deal::Model) -> Result<()> {
    let columns = [
        "id",
        "title_key",
        "last_activity_at",
        "stage_id",
        "stage_position",
        "percent",
        "done_weight",
        "total_weight",
    ];
    let values = vec![
        row.id.into(),
        row.title_key.clone().into(),
        row.last_activity_at.into(),
        row.stage_id.into(),
        row.stage_position.into(),
        row.percent.into(),
        row.done_weight.into(),
        row.total_weight.into(),
    ];
    db::update(conn, "deal", &columns, values, 1).await?;
    let (search, sort) = (text::search_key(&row.title_key), text::sort_key(&row.title_key));
    let values = vec![row.id.into(), search.into(), sort.into()];
    db::update(conn, "deal", &["id", "title_search", "title_sort"], values, 1).await?;
    deal::Entity::update_many()
        .col_expr("owner_key", Expr::cust(KEY_OF_OWNER))
        .filter(deal::Column::Id.eq(row.id))
        .exec(conn)
        .await?;
    Ok(())
}

/// Makes the index of titles anew, as the migration that brought it did.
pub(super) async fn index_titles(conn: &impl ConnectionTrait) -> Result<()> {
    let made = "SELECT sql FROM sqlite_master WHERE name = 'deal_text'";
    let made = rows(conn, made, Vec::new()).await?;
    let made = made.first().ok_or_else(|| Error::bug("there is no index of titles"))?;
    let made: String = made.try_get_by_index(0)?;
    for sql in [
        "DELETE FROM deal_text_number",
        "DROP TABLE deal_text",
        &made,
        "INSERT INTO deal_text_number (deal_id) SELECT id FROM deal",
        "INSERT INTO deal_text (rowid, title_key) SELECT number, COALESCE(title_search, deal.title_key)
            FROM deal_text_number INNER JOIN deal ON deal.id = deal_id",
    ] {
        conn.execute_unprepared(sql).await?;
    }
    Ok(())
}

fn placeholder(conn: &impl ConnectionTrait) -> &'static str {
    if conn.get_database_backend() == DbBackend::Postgres { "$1" } else { "?" }
}

async fn rows(
    conn: &impl ConnectionTrait,
    sql: &str,
    values: Vec<Value>,
) -> Result<Vec<QueryResult>> {
    let backend = conn.get_database_backend();
    Ok(conn.query_all_raw(Statement::from_sql_and_values(backend, sql, values)).await?)
}

async fn three(
    conn: &impl ConnectionTrait,
    sql: &str,
    values: Vec<Value>,
) -> Result<(i64, i64, i64)> {
    let rows = rows(conn, sql, values).await?;
    let row = rows.first().ok_or_else(|| Error::bug("a count has no row"))?;
    let at = |index| row.try_get_by_index::<i64>(index);
    Ok((at(0)?, at(1)?, at(2)?))
}

/// What names a row: mostly a UUID.
fn uuid(row: &QueryResult, column: &str) -> Result<String> {
    let uuid = row.try_get::<Uuid>("", column).map(|id| id.to_string());
    Ok(uuid.or_else(|_| row.try_get::<String>("", column))?)
}
