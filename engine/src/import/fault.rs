//! Something wrong in an imported file, said the way compilers and editors understand.

use std::{fmt, sync::Arc};

use domain::{language::Language, process::file::Flaw, text::escaped};

/// `file:line: column: what is wrong`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file, as it was named.
    pub file: Arc<str>,
    /// The line, as editors count; none when it is about the whole file.
    pub line: Option<u64>,
    /// The column: its name in a CSV file, its number in a YAML file.
    pub column: Option<String>,
    /// What is wrong and what to do.
    pub text: String,
    /// Whether it only follows from another fault, and goes with that.
    pub follows: bool,
    /// What it takes for unknown, if that is what is wrong.
    pub unknown: Option<Unknown>,
}

/// What a row speaks of and no row is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unknown {
    /// The member with this key of an address.
    Member(String),
    /// The deal with this id.
    Deal(String),
}

impl Fault {
    /// Something wrong with a file as a whole.
    pub fn of_file(file: &Arc<str>, text: impl Into<String>) -> Self {
        let (file, text) = (file.clone(), text.into());
        Self { file, line: None, column: None, text, follows: false, unknown: None }
    }

    /// Something wrong with a row as a whole.
    pub fn of_row(file: &Arc<str>, line: u64, text: impl Into<String>) -> Self {
        Self { line: Some(line), ..Self::of_file(file, text) }
    }

    /// Something wrong with one value of a row.
    pub fn of_value(file: &Arc<str>, line: u64, column: &str, text: impl Into<String>) -> Self {
        Self { column: Some(column.to_owned()), ..Self::of_row(file, line, text) }
    }

    /// Something wrong in a YAML file.
    pub fn of_yaml(file: &Arc<str>, flaw: &Flaw) -> Self {
        let column = flaw.at.column.to_string();
        let text = flaw.reason.text(Language::English);
        Self { column: Some(column), ..Self::of_row(file, flaw.at.line, text) }
    }
}

/// Nothing that a file says, or is called, steers the terminal on which it is shown.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", escaped(&self.file))?;
        if let Some(line) = self.line {
            write!(f, "{line}:")?;
        }
        if let Some(column) = &self.column {
            let numbered = column.bytes().all(|byte| byte.is_ascii_digit());
            let space = if numbered { "" } else { " " };
            write!(f, "{space}{}:", escaped(column))?;
        }
        write!(f, " {}", escaped(&self.text))
    }
}

/// An import of which nothing was kept, because of these. It travels as an error through
/// [`crate::app::App::write`], which keeps nothing of a unit of work that ends with one.
#[derive(Debug)]
pub struct Rejected(pub Vec<Fault>);

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the import has {} problems", self.0.len())
    }
}

impl std::error::Error for Rejected {}
