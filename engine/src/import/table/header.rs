//! The header: which column each value belongs to.

use std::sync::Arc;

use domain::text;

use super::{Columns, Fault, layout::Layout, trimmed};

/// What is wrong with a header.
pub(crate) struct Wrong {
    /// Whether it names no column of the file at all.
    pub names_none: bool,
    unknown: Vec<String>,
    twice: Vec<&'static str>,
    missing: Vec<&'static str>,
    columns: Columns,
}

/// The column of each value; none where the header has no name. Names may be in any case.
pub(crate) fn read(
    layout: &Layout,
    columns: Columns,
) -> Result<Vec<Option<&'static str>>, Box<Wrong>> {
    let (mut header, mut unknown, mut twice) = (Vec::new(), Vec::new(), Vec::new());
    for name in &layout.names {
        let column = known(name, columns);
        if column.is_none() && !trimmed(name).is_empty() {
            unknown.push(text::quoted(trimmed(name)));
        }
        twice.extend(column.filter(|_| header.contains(&column)));
        header.push(column);
    }
    let missing = columns.required.iter().copied().filter(|name| !header.contains(&Some(*name)));
    let missing: Vec<_> = missing.collect();
    while header.last().is_some_and(Option::is_none) && unknown.is_empty() {
        header.pop();
    }
    if unknown.is_empty() && twice.is_empty() && missing.is_empty() {
        return Ok(header);
    }
    let names_none = header.iter().all(Option::is_none);
    Err(Box::new(Wrong { names_none, unknown, twice, missing, columns }))
}

/// The column of a name, whatever its case, with spaces or dashes for underscores.
pub(crate) fn known(name: &str, columns: Columns) -> Option<&'static str> {
    let name = trimmed(name).to_lowercase();
    let words = name.split(|sign: char| sign.is_whitespace() || matches!(sign, '_' | '-'));
    let name = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_");
    columns.all().find(|column| *column == name)
}

impl Wrong {
    /// One sentence for a cause: a wrong name and the one that is missing for it are one.
    pub(crate) fn faults(self, file: &Arc<str>, line: u64) -> Vec<Fault> {
        let all: Vec<_> = self.columns.all().collect();
        let all = all.join(", ");
        if self.names_none {
            let text = format!("This line names no column of this file. The columns are: {all}.");
            return vec![Fault::of_row(file, line, text)];
        }
        let twice = self.twice.iter();
        let mut faults: Vec<_> = twice
            .map(|name| Fault::of_value(file, line, name, "This column is there twice."))
            .collect();
        let missing = self.missing.join(", ");
        let is_missing = if self.missing.len() == 1 { "is missing" } else { "are missing" };
        if !self.unknown.is_empty() {
            let (names, some) = (self.unknown.join(", "), !self.missing.is_empty());
            let such = if self.unknown.len() == 1 {
                "There is no such column"
            } else {
                "There are no such columns"
            };
            let lost = if some { format!(", and {missing} {is_missing}") } else { String::new() };
            let text = format!("{such}{lost}. The columns are: {all}.");
            faults.push(Fault::of_value(file, line, &names, text));
        } else if self.missing.len() == 1 {
            faults.push(Fault::of_value(file, line, &missing, "This column is missing."));
        } else if !self.missing.is_empty() {
            let text = format!("These columns are missing: {missing}.");
            faults.push(Fault::of_row(file, line, text));
        }
        faults
    }
}
