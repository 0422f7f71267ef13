//! Reading an input: ids that name a thing of their kind, and everything that is wrong with it, so that what is wrong
//! with its format is told together with what the use case says.

use async_graphql::ID;
use domain::{
    language::Message,
    refusal::{Problem, Refusal},
};
use engine::error::{Error, Result};
use entity::ids::{Id, Kind, ParseIdError};
use uuid::Uuid;

/// The id of a thing of kind `K`, or the refusal at this field.
pub(crate) fn parse<K: Kind>(id: &ID, field: &str) -> Result<Id<K>> {
    parsed(id).map_err(|refusal| refusal.at(field).into())
}

fn parsed<K: Kind>(id: &ID) -> Result<Id<K>, Refusal> {
    id.parse().map_err(|error: ParseIdError| Problem::not_an_id(&error).refused())
}

/// Ids that one list may hold.
const MOST: usize = 100;
/// The UUIDs of stand-ins come after this one: of no version, so that nobody makes one of them.
const NOTHING: u128 = 0x6e6f_7468_696e_0067_0000_0000_0000_0000;

/// Reads an input and collects what is wrong with it. In the place of an id that is none stands one that names
/// nothing: so all else can be judged too. The whole is refused in any case.
#[derive(Debug, Default)]
pub(crate) struct InputReader {
    wrong: Vec<Refusal>,
    path: Vec<String>,
    stand_ins: u128,
}

/// A command, and what was wrong with the input that it was read from.
#[derive(Clone, Debug)]
pub(crate) struct Asked<C> {
    /// The command: with stand-ins for what is wrong.
    pub command: C,
    /// What was wrong.
    pub flaws: Flaws,
}

/// What was wrong with an input.
#[derive(Clone, Debug)]
pub(crate) struct Flaws {
    subject: &'static str,
    wrong: Vec<Refusal>,
}

impl InputReader {
    /// An id that must be given.
    pub(crate) fn id<K: Kind>(&mut self, id: &ID, field: &str) -> Id<K> {
        parsed(id).unwrap_or_else(|refusal| {
            self.refuse(refusal.at(field));
            self.stand_in()
        })
    }

    /// An id that may be left out.
    pub(crate) fn optional_id<K: Kind>(&mut self, id: Option<&ID>, field: &str) -> Option<Id<K>> {
        id.map(|id| self.id(id, field))
    }

    /// The id that a client made for a new thing; none where it is wrong. It carries a UUID of any version of
    /// RFC 9562: version 7 sorts by time, and older libraries make version 4.
    pub(crate) fn new_id<K: Kind>(&mut self, id: Option<&ID>) -> Option<Id<K>> {
        self.made(id?, "newId").ok()
    }

    /// The id that a client made for a new thing that cannot be without one: a stand-in where it is wrong.
    pub(crate) fn required_new_id<K: Kind>(&mut self, id: &ID, field: &str) -> Id<K> {
        self.made(id, field).unwrap_or_else(|()| self.stand_in())
    }

    fn made<K: Kind>(&mut self, id: &ID, field: &str) -> Result<Id<K>, ()> {
        let id =
            parsed(id).and_then(|id: Id<K>| if id.is_made() { Ok(id) } else { Err(not_made()) });
        id.map_err(|refusal| self.refuse(refusal.at(field)))
    }

    /// A list of ids: at most 100. Each stays at its place; in the place of too many stands one that names nothing.
    pub(crate) fn ids<K: Kind>(&mut self, ids: &[ID], field: &str) -> Vec<Id<K>> {
        if ids.len() > MOST {
            self.refuse(Problem::LimitReached { what: "ids in a list", limit: MOST }.at(field));
            return vec![self.stand_in()];
        }
        let numbered = ids.iter().enumerate();
        self.within(field, |input| numbered.map(|(at, id)| input.id(id, &at.to_string())).collect())
    }

    /// What is within a field of the input.
    pub(crate) fn within<T>(&mut self, field: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(field.to_owned());
        let value = read(self);
        self.path.pop();
        value
    }

    /// Each item of a list, at its place.
    pub(crate) fn each<I, T>(
        &mut self,
        items: &[I],
        field: &str,
        mut read: impl FnMut(&I, &mut Self) -> T,
    ) -> Vec<T> {
        let numbered = items.iter().enumerate();
        self.within(field, |input| {
            numbered
                .map(|(at, item)| input.within(&at.to_string(), |input| read(item, input)))
                .collect()
        })
    }

    /// A value that was checked, unless it is wrong.
    pub(crate) fn valid<T>(&mut self, value: Result<T, Vec<Refusal>>) -> Option<T> {
        value.map_err(|refusals| refusals.into_iter().for_each(|one| self.refuse(one))).ok()
    }

    /// Something that is wrong here.
    pub(crate) fn refuse(&mut self, mut refusal: Refusal) {
        refusal.path.splice(0..0, self.path.iter().cloned());
        self.wrong.push(refusal);
    }

    /// An id that names nothing, where none was given.
    pub(crate) fn stand_in<K: Kind>(&mut self) -> Id<K> {
        self.stand_ins += 1;
        Id::from_uuid(Uuid::from_u128(NOTHING + self.stand_ins))
    }

    /// Refused, if anything was wrong: for queries, which have nothing else to judge.
    pub(crate) fn check(self) -> Result<()> {
        if self.wrong.is_empty() { Ok(()) } else { Err(Error::Refused(self.wrong)) }
    }

    /// The command that was read. What is wrong and has no place of its own is about this field.
    pub(crate) fn asked<C>(self, subject: &'static str, command: C) -> Asked<C> {
        let wrong = self.wrong.into_iter().map(|one| one.or_at(subject));
        Asked { command, flaws: Flaws { subject, wrong: wrong.collect() } }
    }
}

/// Whether both are about the same place: in a file, that is a place of the file.
fn is_said(one: &Refusal, other: &Refusal) -> bool {
    match (&one.problem, &other.problem) {
        (Problem::InFile { at, .. }, Problem::InFile { at: place, .. }) => at == place,
        _ => one.path == other.path,
    }
}

/// Whether both say that the viewer has not the right: that is said once, whatever was to be done with it.
fn is_no_right(one: &Refusal, other: &Refusal) -> bool {
    matches!(one.problem, Problem::Forbidden { .. }) && one.problem == other.problem
}

fn not_made() -> Refusal {
    Problem::InvalidId { reason: Message::of("id-not-made") }.refused()
}

/// Whether an id, as it is written, stands for one that was none.
fn is_stand_in(id: &str) -> bool {
    let (_, written) = id.rsplit_once('_').unwrap_or(("", id));
    written.get(..13) == STAND_IN.get(..13)
}

/// How stand-ins are written.
const STAND_IN: &str = "3edxt6gtbe01kg000000000000";

impl Flaws {
    /// Whether the input cannot be what it should: whatever the use case says, it is refused.
    pub(crate) fn any(&self) -> bool {
        !self.wrong.is_empty()
    }

    /// The outcome of the use case, unless the input was wrong: then everything that is wrong.
    pub(crate) fn judged<T>(&self, outcome: Result<T>) -> Result<T> {
        match outcome {
            Ok(value) if !self.any() => Ok(value),
            Ok(_) => Err(Error::Refused(self.wrong.clone())),
            Err(Error::Refused(found)) => Err(Error::Refused(self.all(found))),
            Err(fault) => Err(fault),
        }
    }

    /// What was wrong with the input, and what else was found: each with its place. What was said of a stand-in
    /// was said of the input already.
    pub(crate) fn all(&self, found: Vec<Refusal>) -> Vec<Refusal> {
        let known = |one: &Refusal| {
            let said =
                self.wrong.iter().any(|wrong| is_said(wrong, one) || is_no_right(wrong, one));
            said || one.node_id.as_deref().is_some_and(is_stand_in)
        };
        let found = found.into_iter().filter(|one| self.wrong.is_empty() || !known(one));
        let mut all = self.wrong.clone();
        all.extend(found.map(|one| one.or_at(self.subject)));
        all
    }
}

#[cfg(test)]
mod tests {
    use entity::ids::{Deal, DealId, Member};

    use super::*;

    fn paths(refusals: &[Refusal]) -> Vec<String> {
        refusals.iter().map(|one| one.path.join(".")).collect()
    }

    #[test]
    fn what_is_wrong_with_an_input_is_told_with_what_the_use_case_says() {
        let mut reader = InputReader::default();
        let deal: DealId = reader.id(&ID::from("x"), "dealId");
        reader.ids::<Member>(&["y".into(), "z".into()], "memberIds");
        let flaws = reader.asked("dealId", ()).flaws;
        let unknown = Problem::NotFound { kind: "deal" }.at("dealId").about(deal);
        let other = Problem::IdTaken.at("newId");
        let Err(Error::Refused(all)) = flaws.judged::<()>(Err(Error::Refused(vec![
            unknown,
            other,
            Problem::DealOpen.refused(),
        ]))) else {
            panic!("it was not refused");
        };
        assert_eq!(paths(&all), ["dealId", "memberIds.0", "memberIds.1", "newId", "dealId"]);
        assert!(matches!(flaws.judged(Ok(())), Err(Error::Refused(all)) if all.len() == 3));
    }

    #[test]
    fn stand_ins_name_nothing_and_are_known() {
        let mut reader = InputReader::default();
        let one: DealId = reader.id(&ID::from("x"), "dealId");
        let other: DealId = reader.id(&ID::from("x"), "dealId");
        assert!(one != other && !one.is_made());
        assert!(is_stand_in(&one.to_string()) && is_stand_in(&other.to_string()));
        assert!(!is_stand_in("deal_01jd8k2x7sfm5a9k2v0q3c4d5e"));
        let nil = DealId::from_uuid(Uuid::nil()).to_string();
        assert_eq!(InputReader::default().new_id::<Deal>(Some(&nil.into())), None);
    }
}
