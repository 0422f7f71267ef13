//! The tables of files.

use entity::{
    Timestamp,
    file::{self, State},
    file_secret,
    ids::{FileId, MemberId, NoteId},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{CaseStatement, Expr, OnConflict},
};

use crate::{
    db::in_state,
    error::{Error, Result},
};

/// How many files one sweep takes at once.
const CHUNK: u64 = 500;

/// How many files have come whole, and how many bytes they have together.
pub(crate) async fn volume(conn: &impl ConnectionTrait) -> Result<(u64, u64)> {
    let query = file::Entity::find()
        .select_only()
        .column_as(Expr::cust("count(*)"), "files")
        .column_as(Expr::cust("CAST(coalesce(sum(size), 0) AS BIGINT)"), "bytes")
        .filter(in_state(file::Column::State, State::Ready));
    let found: Option<(i64, i64)> = query.into_tuple().one(conn).await?;
    let (files, bytes) = found.unwrap_or_default();
    Ok((files.unsigned_abs(), bytes.unsigned_abs()))
}

/// A file.
pub async fn find(conn: &impl ConnectionTrait, id: FileId) -> Result<Option<file::Model>> {
    Ok(file::Entity::find_by_id(id).one(conn).await?)
}

/// These files, locked until the end of the unit of work in the order of their ids. SQLite has one
/// writer and needs none.
pub async fn lock(conn: &impl ConnectionTrait, ids: &[FileId]) -> Result<Vec<file::Model>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = file::Entity::find()
        .filter(file::Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(file::Column::Id);
    Ok(for_update(conn, query).all(conn).await?)
}

fn for_update(conn: &impl ConnectionTrait, query: Select<file::Entity>) -> Select<file::Entity> {
    match conn.get_database_backend() {
        DbBackend::Postgres => query.lock_exclusive(),
        _ => query,
    }
}

/// Writes a new file.
pub async fn insert(conn: &impl ConnectionTrait, row: file::Model) -> Result<()> {
    file::Entity::insert(row.into_active_model()).exec_without_returning(conn).await?;
    Ok(())
}

/// How many files of a member are in no note.
pub async fn count_unused(conn: &impl ConnectionTrait, member: MemberId) -> Result<u64> {
    let query = file::Entity::find()
        .filter(file::Column::UploaderId.eq(member))
        .filter(file::Column::NoteId.is_null());
    Ok(query.count(conn).await?)
}

/// How many bytes files have together, those to come with them: of a member, or of all.
pub async fn bytes(conn: &impl ConnectionTrait, member: Option<MemberId>) -> Result<i64> {
    let sum = Expr::cust("CAST(coalesce(sum(size), 0) AS BIGINT)");
    let all = file::Entity::find().select_only().column_as(sum, "bytes");
    let query = match member {
        Some(member) => all.filter(file::Column::UploaderId.eq(member)),
        None => all,
    };
    Ok(query.into_tuple().one(conn).await?.unwrap_or_default())
}

/// Whether a note has files.
pub async fn note_has_files(conn: &impl ConnectionTrait, note: NoteId) -> Result<bool> {
    let query = file::Entity::find().filter(file::Column::NoteId.eq(note));
    Ok(query.one(conn).await?.is_some())
}

/// Makes files those of a note, in this order.
pub async fn attach(conn: &impl ConnectionTrait, note: NoteId, files: &[FileId]) -> Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    let mut position = CaseStatement::new();
    for (place, id) in (0_i32..).zip(files) {
        let this = Expr::col(file::Column::Id).eq(*id);
        position = position.case(this, Expr::value(place));
    }
    let done = file::Entity::update_many()
        .col_expr(file::Column::NoteId, Expr::value(note))
        .col_expr(file::Column::Position, position.into())
        .filter(file::Column::Id.is_in(files.iter().copied()))
        .filter(file::Column::NoteId.is_null())
        .exec(conn)
        .await?;
    if done.rows_affected != files.len() as u64 {
        return Err(Error::bug("a file was used in two notes at once"));
    }
    Ok(())
}

/// The files of a note are of none: what nobody uses is removed.
pub(crate) async fn detach(conn: &impl ConnectionTrait, note: NoteId) -> Result<()> {
    file::Entity::update_many()
        .col_expr(file::Column::NoteId, Expr::value(None::<NoteId>))
        .col_expr(file::Column::Position, Expr::value(0))
        .filter(file::Column::NoteId.eq(note))
        .exec(conn)
        .await?;
    Ok(())
}

/// The bytes of a file are there.
pub async fn ready(conn: &impl ConnectionTrait, id: FileId, checksum: Vec<u8>) -> Result<()> {
    let row = file::ActiveModel {
        id: Set(id),
        state: Set(State::Ready),
        checksum: Set(Some(checksum)),
        ..Default::default()
    };
    file::Entity::update(row).exec(conn).await?;
    Ok(())
}

/// Deletes some of the files that are older than this and in no note: which.
pub async fn take_unused(conn: &impl ConnectionTrait, before: Timestamp) -> Result<Vec<FileId>> {
    let query = file::Entity::find()
        .filter(file::Column::NoteId.is_null())
        .filter(file::Column::CreatedAt.lt(before))
        .order_by_asc(file::Column::Id)
        .limit(CHUNK);
    let rows = for_update(conn, query).all(conn).await?;
    let ids: Vec<_> = rows.into_iter().map(|row| row.id).collect();
    let delete = file::Entity::delete_many().filter(file::Column::Id.is_in(ids.iter().copied()));
    if !ids.is_empty() {
        delete.exec(conn).await?;
    }
    Ok(ids)
}

/// What signs the URLs of files, if it was made.
pub async fn secret(conn: &impl ConnectionTrait) -> Result<Option<Vec<u8>>> {
    let row = file_secret::Entity::find_by_id(file_secret::ONLY).one(conn).await?;
    Ok(row.map(|row| row.secret))
}

/// Makes what signs the URLs of files, unless it is there; of servers that do so at once, one does.
pub async fn make_secret(conn: &impl ConnectionTrait) -> Result<()> {
    if secret(conn).await?.is_some() {
        return Ok(());
    }
    let mut random = vec![0; 32];
    getrandom::fill(&mut random).map_err(|cause| Error::bug(format!("no randomness: {cause}")))?;
    let row = file_secret::ActiveModel { id: Set(file_secret::ONLY), secret: Set(random) };
    file_secret::Entity::insert(row)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(conn)
        .await?;
    Ok(())
}
