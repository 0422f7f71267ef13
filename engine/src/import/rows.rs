//! What the rows say: every value parsed, and everything wrong with a row said at once.

use domain::{
    deal::money::Money,
    email,
    language::Language,
    policy::{Actor, MemberActor},
    refusal::Refusal,
    text,
};
use entity::{Timestamp, deal::Status, event::ReasonFact, ids::ActionId, member::Role};

use super::{
    amount,
    fault::{Fault, Unknown},
    moment,
    names::Names,
    reason,
    table::{Columns, Row, Table},
};
use crate::{
    clock,
    error::{Error, Result},
    member::{self, AddMember},
};

/// The columns of the file of members.
pub(crate) const MEMBERS: Columns =
    Columns { required: &["email", "name", "role"], optional: &[], blank: &[] };
/// The columns of the file of deals.
pub(crate) const DEALS: Columns = Columns {
    required: &["deal", "title", "opened_at", "value", "currency", "owner", "status", "closed_at"],
    optional: &["reason"],
    blank: &["value", "currency", "closed_at", "reason"],
};
/// The columns of the file of completions.
pub(crate) const COMPLETIONS: Columns = Columns {
    required: &["deal", "stage", "action", "done_at", "done_by"],
    optional: &["note"],
    blank: &["note"],
};

/// A deal of the file.
#[derive(Clone, Debug)]
pub(crate) struct DealRow {
    /// The id it had elsewhere.
    pub external_id: String,
    /// What it is called.
    pub title: String,
    /// When it began.
    pub opened_at: Timestamp,
    /// What it is worth.
    pub value: Option<Money>,
    /// Who is responsible.
    pub owner: MemberActor,
    /// How and when it ended; none while it runs.
    pub closed: Option<(Status, Timestamp)>,
    /// Why, where what the file says is the name of a close reason.
    pub reason: Option<ReasonFact>,
    /// What was said on closing, otherwise.
    pub comment: Option<String>,
    /// Times of the row that said nothing of an offset.
    pub local_times: usize,
}

/// A completion of the file.
#[derive(Clone, Debug)]
pub(crate) struct CompletionRow {
    /// Its place among the rows of the file.
    pub index: usize,
    /// What was done.
    pub action_id: ActionId,
    /// When.
    pub done_at: Timestamp,
    /// By whom.
    pub done_by: MemberActor,
    /// The note that came along.
    pub note: Option<String>,
    /// Whether its time said nothing of an offset.
    pub is_local: bool,
}

/// One row while it is read.
struct Reading<'a> {
    table: &'a Table,
    row: &'a Row,
    faults: Vec<Fault>,
    local_times: usize,
}

impl<'a> Reading<'a> {
    fn new(table: &'a Table, row: &'a Row) -> Self {
        Self { table, row, faults: Vec::new(), local_times: 0 }
    }

    /// A row without its key, or with next to nothing else, is a total or a remark: one sentence says so, rather
    /// than one a column.
    fn is_about(&mut self, column: &str, what: &str, columns: Columns) -> bool {
        let remark = remark(self.table, self.row, (column, what), columns);
        if let Some(text) = &remark {
            self.wrong(column, text.as_str());
        }
        remark.is_none()
    }

    fn text(&self, column: &str) -> &'a str {
        self.table.get(self.row, column)
    }

    fn wrong(&mut self, column: &str, text: impl Into<String>) {
        self.faults.push(self.table.fault(self.row, column, text));
    }

    fn check<T>(&mut self, column: &str, checked: Result<T, Refusal>) -> Option<T> {
        checked
            .map_err(|refusal| self.wrong(column, refusal.problem.message(Language::English)))
            .ok()
    }

    fn time(&mut self, column: &str, names: &Names) -> Option<Timestamp> {
        let given = self.text(column);
        let read = moment::parse(given, names.conventions);
        let moment = read.map_err(|text| self.wrong(column, text)).ok()?;
        let time = clock::to_millis(moment.at);
        if time > names.now {
            self.wrong(
                column,
                format!("{given} is in the future, and history has happened already."),
            );
            return None;
        }
        self.local_times += usize::from(moment.is_local);
        Some(time)
    }

    fn member(&mut self, column: &str, names: &Names) -> Option<MemberActor> {
        let given = self.text(column);
        let key = email::key(given);
        match names.people.get(&key) {
            Some(person) if person.active || person.listed => return Some(person.actor.clone()),
            Some(person) => {
                let text = format!(
                    "{} is deactivated. List them in the file of members, and they count as active while history is replayed.",
                    person.name
                );
                self.wrong(column, text);
            }
            None if given.is_empty() => self.wrong(column, "An e-mail address is needed here."),
            None => match names.unusable.get(&key) {
                Some(place) => {
                    self.wrong(column, format!("This is left out with the member: see {place}."));
                    self.faults.iter_mut().rev().take(1).for_each(|fault| fault.follows = true);
                }
                None => {
                    let given = text::quoted(given);
                    self.wrong(column, format!("There is no member with the address {given}. Add them to the file of members."));
                    if let Some(told) = self.faults.last_mut() {
                        told.unknown = Some(Unknown::Member(key));
                    }
                }
            },
        }
        None
    }

    fn done<T>(self, value: Option<T>) -> Result<T, Vec<Fault>> {
        match value {
            Some(value) if self.faults.is_empty() => Ok(value),
            _ => Err(self.faults()),
        }
    }

    /// Values in each other's columns are one cause, whatever follows from it.
    fn faults(self) -> Vec<Fault> {
        match self.table.shifted(self.row) {
            Some(shifted) if self.faults.len() > 1 => vec![shifted],
            _ => self.faults,
        }
    }
}

/// What is wrong with a row that does not say what it is about, or says next to nothing of it.
pub(crate) fn remark(
    table: &Table,
    row: &Row,
    (key, what): (&str, &str),
    columns: Columns,
) -> Option<String> {
    if table.get(row, key).is_empty() {
        return Some(format!("This row names no {what}. If it is a total or a remark, remove it."));
    }
    let needed = columns.required.iter().filter(|name| !columns.blank.contains(name));
    let needed: Vec<_> = needed.copied().filter(|name| *name != key).collect();
    let missing = needed.iter().copied().filter(|name| table.get(row, name).is_empty());
    let missing: Vec<_> = missing.collect();
    (missing.len() > 1 && missing.len() + 1 >= needed.len()).then(|| {
        let missing = missing.join(", ");
        format!("This row has next to nothing of a {what}: {missing} are missing. If it is a total or a remark, remove it.")
    })
}

/// The member of a row.
pub(crate) fn member(table: &Table, row: &Row) -> Result<AddMember, Vec<Fault>> {
    let mut reading = Reading::new(table, row);
    if !reading.is_about("email", "member", MEMBERS) {
        return Err(reading.faults());
    }
    let email = match member::checked_email(reading.text("email")) {
        Ok(email) => Some(email),
        Err(Error::Refused(all)) => {
            all.iter().for_each(|refusal| {
                reading.wrong("email", refusal.problem.message(Language::English))
            });
            None
        }
        Err(_) => None,
    };
    let name = reading.check("name", text::name(reading.text("name")));
    let role = role(&mut reading);
    let row = email.zip(name).zip(role);
    let row = row.map(|((email, name), role)| AddMember { new_id: None, email, name, role });
    reading.done(row)
}

fn role(reading: &mut Reading<'_>) -> Option<Role> {
    match reading.text("role") {
        "ADMINISTRATOR" => Some(Role::Administrator),
        "MANAGER" => Some(Role::Manager),
        "SALESPERSON" => Some(Role::Salesperson),
        other => {
            reading.wrong(
                "role",
                format!(
                    "{} is no role. The roles are: ADMINISTRATOR, MANAGER, SALESPERSON.",
                    text::quoted(other)
                ),
            );
            None
        }
    }
}

/// The deal of a row.
pub(crate) fn deal(table: &Table, row: &Row, names: &Names) -> Result<DealRow, Vec<Fault>> {
    let mut reading = Reading::new(table, row);
    if !reading.is_about("deal", "deal", DEALS) {
        return Err(reading.faults());
    }
    let external_id = reading.check("deal", text::line("deal id", reading.text("deal")));
    let title = reading.check("title", text::line("title", reading.text("title")));
    let opened_at = reading.time("opened_at", names);
    let value = value(&mut reading);
    let owner = reading.member("owner", names);
    let closed = closed(&mut reading, opened_at, names);
    let comment = comment(&mut reading);
    let said = comment.as_deref().unwrap_or_default();
    let reason = closed.map(|(status, _)| reason::named(&names.reasons, status, said));
    let reason = reason.transpose().map_err(|text| reading.wrong("reason", text));
    let reason = reason.ok().flatten().flatten();
    let comment = comment.filter(|_| reason.is_none());
    let (Some(external_id), Some(title), Some(opened_at), Some(owner)) =
        (external_id, title, opened_at, owner)
    else {
        return Err(reading.faults());
    };
    let local_times = reading.local_times;
    reading.done(Some(DealRow {
        external_id,
        title,
        opened_at,
        value,
        owner,
        closed,
        reason,
        comment,
        local_times,
    }))
}

fn value(reading: &mut Reading<'_>) -> Option<Money> {
    let given = reading.text("value");
    if given.is_empty() {
        return None; // nothing known of its worth, whatever the currency
    }
    let amount = amount::parse(given).map_err(|text| reading.wrong("value", text)).ok()?;
    Money::new(amount, reading.text("currency"))
        .map_err(|refusal| {
            let currency = refusal.path.iter().any(|field| field == "currency");
            let column = if currency { "currency" } else { "value" };
            reading.wrong(column, refusal.problem.message(Language::English));
        })
        .ok()
}

fn closed(
    reading: &mut Reading<'_>,
    opened_at: Option<Timestamp>,
    names: &Names,
) -> Option<(Status, Timestamp)> {
    let status = match reading.text("status") {
        "OPEN" => return open(reading),
        "WON" => Status::Won,
        "LOST" => Status::Lost,
        "OUTDATED" => Status::Outdated,
        other => {
            reading.wrong(
                "status",
                format!(
                    "{} is no status. They are: OPEN, WON, LOST, OUTDATED.",
                    text::quoted(other)
                ),
            );
            return None;
        }
    };
    if reading.text("closed_at").is_empty() {
        reading.wrong("closed_at", "A deal that is not OPEN needs the time it was closed at.");
        return None;
    }
    let closed_at = reading.time("closed_at", names)?;
    if opened_at.is_some_and(|opened_at| closed_at < opened_at) {
        reading.wrong(
            "closed_at",
            "The deal would be closed before it was opened. Correct one of the two times.",
        );
        return None;
    }
    Some((status, closed_at))
}

fn open(reading: &mut Reading<'_>) -> Option<(Status, Timestamp)> {
    for column in ["closed_at", "reason"] {
        if !reading.text(column).is_empty() {
            reading.wrong(column, "A deal that is OPEN has none. Leave this empty, or give the status it was closed as.");
        }
    }
    None
}

fn comment(reading: &mut Reading<'_>) -> Option<String> {
    let given = reading.text("reason");
    if given.is_empty() {
        return None;
    }
    reading.check("reason", text::long(given))
}

/// The completion of a row, the `index`-th of its file.
pub(crate) fn completion(
    table: &Table,
    index: usize,
    names: &Names,
) -> Result<CompletionRow, Vec<Fault>> {
    let mut reading = Reading::new(table, &table.rows[index]);
    let action_id = action(&mut reading, names);
    let done_at = reading.time("done_at", names);
    let done_by = reading.member("done_by", names);
    let note = note(&mut reading);
    let is_local = reading.local_times > 0;
    let row = action_id.zip(done_at).zip(done_by).map(|((action_id, done_at), done_by)| {
        CompletionRow { index, action_id, done_at, done_by, note, is_local }
    });
    reading.done(row)
}

fn action(reading: &mut Reading<'_>, names: &Names) -> Option<ActionId> {
    let (stage, action) = (reading.text("stage"), reading.text("action"));
    let Some(actions) = names.actions.get(stage) else {
        reading.wrong("stage", format!("The process has no stage {}.", text::quoted(stage)));
        return None;
    };
    let found = actions.get(action);
    if found.is_none() {
        reading.wrong(
            "action",
            format!("The stage “{stage}” has no action {}.", text::quoted(action)),
        );
    }
    found.copied()
}

fn note(reading: &mut Reading<'_>) -> Option<String> {
    let given = reading.text("note");
    if given.is_empty() {
        return None;
    }
    reading.check("note", text::filled(given))
}

/// The actor of whom a row tells.
pub(crate) fn actor(member: &MemberActor) -> Actor {
    Actor::Member(member.clone())
}
