//! Filling an empty database: tables of the backup's version, its rows, and the bytes of its files.

use std::io::BufRead;

use bytes::Bytes;
use sea_orm::Value as Bound;
use serde_json::Value;

use super::{
    END, End, FILES, Fault, Head, Progress, ROWS,
    archive::{Entry, Unpacker},
    damaged,
    files::{self, Incoming, Known},
    own, store, value,
};
use crate::{
    catalogue::{self, Table},
    db::Whole,
    file::storage::Incoming as Coming,
};

/// The most bytes of an entry that is held in memory: a chunk is one MiB, or one row.
const LARGEST: usize = 64 * 1024 * 1024;
/// The most values of one statement: SQLite takes 32,766.
const VALUES: usize = 16_000;
/// How many bytes of a file are held in memory.
const PIECE: usize = 128 * 1024;
/// Tables in which a migration, or the first server, puts what it needs before anybody does anything.
const SETTLED: [&str; 4] = ["file_secret", "log_secret", "log_state", "name_keys"];

/// What is being filled, and what was put into it so far.
pub(super) struct Filling<'a, R> {
    pub(super) whole: &'a Whole,
    pub(super) head: &'a Head,
    pub(super) unpacker: Unpacker<R>,
    pub(super) incoming: &'a mut Incoming,
    pub(super) progress: Progress<'a>,
    pub(super) rows: u64,
    known: Known,
    of_table: (String, u64),
}

impl<'a, R: BufRead> Filling<'a, R> {
    pub(super) fn new(
        (whole, head): (&'a Whole, &'a Head),
        unpacker: Unpacker<R>,
        incoming: &'a mut Incoming,
        progress: Progress<'a>,
    ) -> Self {
        let (known, of_table) = (Known::default(), (String::new(), 0));
        Self { whole, head, unpacker, incoming, progress, rows: 0, known, of_table }
    }

    /// Makes the tables, fills them, and brings them up to date.
    pub(super) async fn fill(mut self) -> Result<u64, Fault> {
        self.tables().await?;
        let loosened = store::loosen(self.whole).await?;
        store::clear(self.whole, &self.head.tables).await?;
        self.entries().await?;
        for id in self.known.swept(self.incoming) {
            store::remove(self.whole, "file", id.uuid()).await?;
        }
        if let Some(table) = store::hold(self.whole, &loosened).await? {
            return Err(damaged(format!("rows of {table} name what is not there")));
        }
        store::count_on(self.whole).await?;
        self.whole.migrate(None).await?;
        store::new_secret(self.whole).await?;
        self.incoming.keep().await?;
        Ok(self.rows)
    }

    /// The tables as the backup has them, and nothing in them.
    async fn tables(&self) -> Result<(), Fault> {
        for table in own(catalogue::tables(self.whole).await?) {
            let is_ours = !SETTLED.contains(&table.name.as_str());
            if is_ours && store::has_rows(self.whole, &table.name).await? {
                return Err(Fault::NotEmpty(table.name));
            }
        }
        let (applied, wanted) = (self.whole.applied().await?, &self.head.migrations);
        if applied.is_empty() {
            self.whole.migrate(u32::try_from(wanted.len()).ok()).await?;
        } else if applied != *wanted {
            return Err(Fault::OtherLevel);
        }
        match are_same(&own(catalogue::tables(self.whole).await?), &self.head.tables) {
            true => Ok(()),
            false => Err(damaged("its tables are not those of its version")),
        }
    }

    async fn entries(&mut self) -> Result<(), Fault> {
        loop {
            let Some(entry) = self.unpacker.next()? else {
                return Err(damaged("it has no end"));
            };
            if entry.name == END {
                return self.end(&entry);
            }
            self.unpacker.count(&entry);
            if let Some(rest) = entry.name.strip_prefix(ROWS) {
                self.chunk(rest).await?;
            } else if entry.name.starts_with(FILES) {
                self.file(&entry).await?;
            } else {
                return Err(damaged("it has an entry that none has"));
            }
        }
    }

    async fn chunk(&mut self, name: &str) -> Result<(), Fault> {
        let name = name.split('/').next().unwrap_or_default();
        let table = self.head.tables.iter().find(|table| table.name == name);
        let table = table.ok_or_else(|| damaged("it has rows of no table"))?;
        let bytes = self.unpacker.all(LARGEST)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| damaged("rows are no text"))?;
        let lines: Vec<_> = text.lines().collect();
        for lines in lines.chunks((VALUES / table.columns.len().max(1)).max(1)) {
            let values = self.values(table, lines)?;
            store::insert(self.whole, table, lines.len(), values).await?;
        }
        self.tell(name, lines.len() as u64);
        Ok(())
    }

    fn values(&mut self, table: &Table, lines: &[&str]) -> Result<Vec<Bound>, Fault> {
        let mut values = Vec::with_capacity(lines.len() * table.columns.len());
        for line in lines {
            let row: Vec<Value> =
                serde_json::from_str(line).map_err(|_| damaged("a row cannot be read"))?;
            if row.len() != table.columns.len() {
                return Err(damaged("a row has other columns than its table"));
            }
            self.known.note(table, &row);
            for (value, column) in row.into_iter().zip(&table.columns) {
                values.push(value::bound(value, column)?);
            }
        }
        Ok(values)
    }

    fn tell(&mut self, table: &str, rows: u64) {
        if self.of_table.0 != table {
            self.of_table = (table.to_owned(), 0);
        }
        self.of_table.1 += rows;
        self.rows += rows;
        (self.progress)(table, self.of_table.1);
    }

    async fn file(&mut self, entry: &Entry) -> Result<(), Fault> {
        let id = files::id(&entry.name).ok_or_else(|| damaged("a file has no id"))?;
        let mut bytes = self.incoming.storage().receive(id.uuid()).await?;
        if let Err(fault) = self.pieces(&mut bytes).await {
            bytes.abort().await;
            return Err(fault);
        }
        self.incoming.add(bytes.arrived().await?, id);
        (self.progress)("files", self.incoming.count());
        Ok(())
    }

    async fn pieces(&mut self, bytes: &mut Coming) -> Result<(), Fault> {
        let mut buffer = vec![0; PIECE];
        loop {
            match self.unpacker.piece(&mut buffer)? {
                0 => return Ok(()),
                size => bytes.write(Bytes::copy_from_slice(&buffer[..size])).await?,
            }
        }
    }

    fn end(&mut self, entry: &Entry) -> Result<(), Fault> {
        let told =
            End { rows: self.rows, files: self.incoming.count(), sha256: self.unpacker.checksum() };
        let bytes = self.unpacker.all(LARGEST)?;
        let end: Option<End> = serde_json::from_slice(&bytes).ok();
        if end.is_none_or(|end| end != told) {
            return Err(damaged(format!("{} does not say what it holds", entry.name)));
        }
        match self.unpacker.next()? {
            None => Ok(()),
            Some(_) => Err(damaged("something comes after its end")),
        }
    }
}

/// Whether these are the same tables with the same columns, whatever their order.
fn are_same(here: &[Table], there: &[Table]) -> bool {
    let columns = |table: &Table| {
        let mut names: Vec<_> = table.columns.iter().map(|one| format!("{one:?}")).collect();
        names.sort();
        (table.name.clone(), names)
    };
    let all = |tables: &[Table]| {
        let mut all: Vec<_> = tables.iter().map(columns).collect();
        all.sort();
        all
    };
    all(here) == all(there)
}
