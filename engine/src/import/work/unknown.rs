//! What rows speak of and no row is about; and where that only follows from a row that does not say, or not in a
//! way that can be read, whom or what it is about.

use std::collections::{BTreeSet, HashSet};

use domain::{email, language::Language, process::file::Flaw, text};

use super::Work;
use crate::import::{
    fault::{Fault, Unknown},
    rows,
    table::{Row, Table},
};

/// What is said of a member whose row is not taken.
const LEFT_OUT: &str = "This is left out with the member: see ";

/// How many rows are about somebody or something, and nobody can tell about whom or what.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Nameless {
    members: usize,
    deals: usize,
}

impl Nameless {
    /// Looks at a row of a member with which these things are wrong.
    pub(super) fn see_member(&mut self, table: &Table, row: &Row, faults: &[Fault]) {
        let is_wrong = faults.iter().any(|fault| fault.column.as_deref() == Some("email"));
        let is_remark = table.get(row, "name").is_empty() || table.get(row, "role").is_empty();
        self.members += usize::from(is_wrong && !is_remark);
    }

    /// Looks at a row of a deal.
    pub(super) fn see_deal(&mut self, table: &Table, row: &Row) {
        let is_remark = table.get(row, "title").is_empty() || table.get(row, "status").is_empty();
        self.deals += usize::from(table.get(row, "deal").is_empty() && !is_remark);
    }
}

impl Work<'_> {
    /// Tells of completions of deals that are neither in the file nor there already.
    pub(super) fn refuse_unknown_deals(&mut self, known: &HashSet<String>) {
        let files = &self.import.files;
        let deals = files.deals.rows.iter().map(|row| files.deals.get(row, "deal"));
        let listed: HashSet<&str> = deals.filter(|id| !id.is_empty()).collect();
        for (id, given) in &self.completions {
            if listed.contains(id) || known.contains(*id) {
                continue;
            }
            self.summary.left_out.completions += given.len();
            if files.deals.unread.values.contains(*id) {
                continue;
            }
            let given = given.iter().map(|index| &files.completions.rows[*index]);
            let mut faults: Vec<_> = given.map(|row| self.of_nowhere(id, row)).collect();
            self.faults.append(&mut faults);
        }
    }

    /// What is wrong with a completion of a deal that is nowhere: it may be no completion.
    fn of_nowhere(&self, id: &str, row: &Row) -> Fault {
        let files = &self.import.files;
        let table = &files.completions;
        let remark = rows::remark(table, row, ("deal", "deal"), rows::COMPLETIONS);
        let unknown = || format!("There is no deal {} in {}.", text::quoted(id), files.deals.file);
        let is_unknown = remark.is_none();
        let fault = table.fault(row, "deal", remark.unwrap_or_else(unknown));
        let unknown = is_unknown.then(|| Unknown::Deal(id.to_owned()));
        Fault { unknown, ..fault }
    }

    /// Where no more is unknown than there are rows about nobody knows what, those rows are the cause.
    pub(super) fn find_causes(&mut self) {
        let unknown: BTreeSet<_> = self.faults.iter().filter_map(|it| it.unknown.clone()).collect();
        let members = unknown.iter().filter(|one| matches!(one, Unknown::Member(_))).count();
        let deals = unknown.len() - members;
        let Nameless { members: no_member, deals: no_deal } = self.nameless;
        for fault in &mut self.faults {
            fault.follows |= match fault.unknown {
                Some(Unknown::Member(_)) => members <= no_member,
                Some(Unknown::Deal(_)) => deals <= no_deal,
                None => false,
            };
        }
    }

    /// Why nobody has this address, as the file of the process says it.
    pub(super) fn nobody(&self, email: &str) -> String {
        let place = self.names.unusable.get(&email::key(email)).cloned();
        let of_the_file = || self.import.files.members.file.to_string();
        let place = place.or_else(|| (self.nameless.members > 0).then(of_the_file));
        match place {
            Some(place) => format!("{LEFT_OUT}{place}."),
            None => format!(
                "There is no member with the address {}. Add them to the file of members.",
                text::quoted(email)
            ),
        }
    }

    /// Whether something wrong in the file of the process is so for a reason of its own, or has to be told with its
    /// consequences.
    pub(super) fn is_cause(&self, flaw: &Flaw) -> bool {
        self.import.keep_going || !flaw.reason.text(Language::English).contains(LEFT_OUT)
    }
}
