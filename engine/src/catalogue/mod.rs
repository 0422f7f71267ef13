//! The tables of a database, as the database itself tells of them: nothing that a migration adds can be missing
//! from a backup, because nobody lists what there is.

mod store;

pub use store::{references, tables};

/// What a column holds, whatever a database calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A UUID.
    Uuid,
    /// A text.
    Text,
    /// A whole number of at most 64 bits.
    Integer,
    /// True or false.
    Flag,
    /// A moment.
    Moment,
    /// A day.
    Day,
    /// JSON.
    Json,
    /// Bytes.
    Bytes,
}

impl Kind {
    /// What a column of this type holds: by the names that our migrations lead to on either database.
    fn of(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        Some(match name.split('(').next().unwrap_or_default().trim() {
            "uuid" | "uuid_text" => Self::Uuid,
            "text" | "varchar" | "character varying" => Self::Text,
            "integer" | "bigint" | "smallint" => Self::Integer,
            "boolean" => Self::Flag,
            "timestamp with time zone" | "timestamp_with_timezone_text" => Self::Moment,
            "date" | "date_text" => Self::Day,
            "json" | "jsonb" | "json_text" | "jsonb_text" => Self::Json,
            "bytea" | "blob" => Self::Bytes,
            _ => return None,
        })
    }
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Column {
    /// What it is called.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

/// A table: what it is called, its columns, and the columns of its key in their order.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Table {
    /// What it is called.
    pub name: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// The columns of its primary key.
    pub key: Vec<String>,
}

impl Table {
    /// Which of the columns it is, counted from 0.
    pub fn column_index(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|known| known.name == column)
    }
}

/// A column that names a row of another table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The table that names.
    pub table: String,
    /// Its column.
    pub column: String,
    /// The table that is named.
    pub to: String,
    /// Its column.
    pub to_column: String,
}

/// Tables that hold nothing of their own: which migrations were done (a backup says so in its own way), what a
/// server writes to find out whether it can, and what is made anew from other tables.
const DERIVED: [&str; 3] = ["seaql_migrations", "write_probe", "deal_text_number"];

/// Whether a table holds nothing of its own.
pub fn is_derived(table: &str) -> bool {
    DERIVED.contains(&table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_databases_call_a_kind_by_names_of_their_own() {
        for (one, other, kind) in [
            ("uuid_text", "uuid", Kind::Uuid),
            ("timestamp_with_timezone_text", "timestamp with time zone", Kind::Moment),
            ("jsonb_text", "jsonb", Kind::Json),
            ("BLOB", "bytea", Kind::Bytes),
            ("varchar(200)", "character varying", Kind::Text),
        ] {
            assert_eq!((Kind::of(one), Kind::of(other)), (Some(kind), Some(kind)));
        }
        assert_eq!(Kind::of("point"), None);
    }
}
