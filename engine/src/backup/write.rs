//! Making a backup: the rows of one moment, then the bytes of the files that they tell of.

use std::io;

use domain::policy::Actor;
use futures_util::future::BoxFuture;
use sea_orm::ConnectionTrait;
use serde_json::Value;

use super::{
    END, End, FORMAT, Fault, HEAD, Head, Progress, ROWS, archive::Packer, files, own, store,
};
use crate::{
    app::App,
    catalogue::{self, Table},
    db::{Unit, known_migrations},
};

/// On whose behalf it reads.
const BACKUP: Actor = Actor::System("backup");
/// How many bytes of rows are an entry, about, and read at a time.
const CHUNK: usize = 1024 * 1024;
/// The most rows that are read at a time, and how many at first.
const MOST: u64 = 2000;
const FIRST: u64 = 16;

/// Where a backup goes.
pub trait Sink: Send {
    /// Takes the next bytes.
    fn take(&mut self, bytes: Vec<u8>) -> BoxFuture<'_, io::Result<()>>;
}

/// What a backup holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Made {
    /// How many rows.
    pub rows: u64,
    /// How many files.
    pub files: u64,
    /// How many bytes were written.
    pub bytes: u64,
    /// Files that notes have and whose bytes are not there, or not all of them: what `check` names.
    pub missing: Vec<String>,
}

/// What is on its way into a backup.
pub(super) struct Writer<'a> {
    pub(super) packer: Packer,
    pub(super) made: Made,
    pub(super) at: i64,
    pub(super) progress: Progress<'a>,
    sink: &'a mut dyn Sink,
}

impl Writer<'_> {
    /// Sends on what is ready.
    pub(super) async fn send(&mut self) -> Result<(), Fault> {
        let bytes = self.packer.take();
        self.made.bytes += bytes.len() as u64;
        Ok(self.sink.take(bytes).await?)
    }
}

/// Writes a backup of the database and its files, while they are used.
///
/// # Errors
/// There is no database of ours, or it is newer than the program; reading or writing failed.
pub async fn write(app: &App, sink: &mut dyn Sink, progress: Progress<'_>) -> Result<Made, Fault> {
    let snapshot = app.read(BACKUP);
    let conn = snapshot.conn().await?;
    let head = head(app, conn).await?;
    let (packer, made, at) = (Packer::new(), Made::default(), head.made_at.timestamp());
    let mut writer = Writer { packer, made, at, progress, sink };
    writer.packer.entry(HEAD, json(&head)?.as_bytes(), at)?;
    let places = Places::read(conn).await?;
    let mut known = files::Known::default();
    for table in &head.tables {
        rows(conn, table, &places, &mut known, &mut writer).await?;
    }
    drop(snapshot);
    files::write(app, &known, &mut writer).await?;
    end(writer).await
}

async fn head(app: &App, conn: &Unit) -> Result<Head, Fault> {
    let all = catalogue::tables(conn).await?;
    if !all.iter().any(|table| table.name == "seaql_migrations") {
        return Err(Fault::NoDatabase);
    }
    let (migrations, known) = (store::migrations(conn).await?, known_migrations());
    if migrations.is_empty() {
        return Err(Fault::NoDatabase);
    }
    if !known.starts_with(&migrations) {
        return Err(crate::error::Error::Internal(Box::new(crate::db::NewerDatabase)).into());
    }
    let (program, made_at) = (env!("CARGO_PKG_VERSION").to_owned(), app.clock().now());
    Ok(Head { format: FORMAT, program, made_at, migrations, tables: own(all) })
}

/// The places in the log of what has none yet.
struct Places {
    last: i64,
    waiting: Vec<i64>,
}

impl Places {
    async fn read(conn: &Unit) -> Result<Self, Fault> {
        let (last, waiting) = store::place_in_log(conn).await?;
        Ok(Self { last, waiting })
    }

    /// Gives a row its place: an event its own, a save that of the event before it.
    fn give(&self, table: &Table, row: &mut [Value]) {
        let is_event = table.name == "event";
        if !is_event && table.name != "process_version" {
            return;
        }
        let (Some(place), Some(id)) =
            (table.column_index("position"), table.column_index("insert_id"))
        else {
            return;
        };
        if let (Value::Null, Some(id)) = (&row[place], row[id].as_i64()) {
            let before = self.waiting.partition_point(|waiting| *waiting < id);
            let before = i64::try_from(before).unwrap_or(i64::MAX);
            row[place] = (self.last + before + i64::from(is_event)).into();
        }
    }
}

async fn rows(
    conn: &impl ConnectionTrait,
    table: &Table,
    places: &Places,
    known: &mut files::Known,
    writer: &mut Writer<'_>,
) -> Result<(), Fault> {
    let (mut after, mut limit, mut number, mut done) = (None::<Vec<Value>>, FIRST, 0, 0);
    loop {
        let mut page = store::page(conn, table, after.as_deref(), limit).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(key(table, last));
        page.iter_mut().for_each(|row| places.give(table, row));
        page.iter().for_each(|row| known.note(table, row));
        let text = lines(&page)?;
        number += 1;
        let name = format!("{ROWS}{}/{number:06}.jsonl", table.name);
        writer.packer.entry(&name, text.as_bytes(), writer.at)?;
        writer.send().await?;
        writer.made.rows += page.len() as u64;
        done += page.len() as u64;
        (writer.progress)(&table.name, done);
        limit = next_limit(page.len(), text.len());
    }
}

/// So many rows that they take about a chunk, if they are as large as those before: a definition may be large.
fn next_limit(rows: usize, bytes: usize) -> u64 {
    let fit = (CHUNK * rows / bytes.max(1)) as u64;
    fit.clamp(1, MOST)
}

fn key(table: &Table, row: &[Value]) -> Vec<Value> {
    let value = |name: &String| table.column_index(name).map(|at| row[at].clone());
    table.key.iter().filter_map(value).collect()
}

fn lines(rows: &[Vec<Value>]) -> Result<String, Fault> {
    let mut text = String::new();
    for row in rows {
        text += &json(row)?;
        text.push('\n');
    }
    Ok(text)
}

fn json(value: &impl serde::Serialize) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|cause| Fault::Io(cause.into()))
}

async fn end(mut writer: Writer<'_>) -> Result<Made, Fault> {
    let sha256 = writer.packer.checksum();
    let end = End { rows: writer.made.rows, files: writer.made.files, sha256 };
    writer.packer.entry(END, json(&end)?.as_bytes(), writer.at)?;
    let bytes = writer.packer.finish()?;
    writer.made.bytes += bytes.len() as u64;
    writer.sink.take(bytes).await?;
    Ok(writer.made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_at_a_time_takes_about_a_chunk_of_memory() {
        assert_eq!(next_limit(16, 16 * 1024 * 1024), 1);
        assert_eq!(next_limit(16, 16 * 1024), 1024);
        assert_eq!(next_limit(16, 16), MOST);
    }
}
