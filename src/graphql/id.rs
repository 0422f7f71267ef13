//! Ids from clients: typed, so that one of another kind is an error with a path and not a surprise.

use async_graphql::ID;
use entity::ids::{Id, Kind};

use crate::{
    error::{Error, Problems, Result},
    refusal::Problem,
};

/// The id of a thing of kind `K`, or the refusal at this field.
pub fn parse<K: Kind>(id: &ID, field: &str) -> Result<Id<K>> {
    id.parse().map_err(|error: entity::ids::ParseIdError| {
        Problem::InvalidId { reason: error.to_string() }.at(field).into()
    })
}

/// Ids that one list may hold.
const MOST: usize = 100;

/// Parses ids and collects what is wrong with them.
#[derive(Default)]
pub struct Ids(Problems);

impl Ids {
    /// An id that must be given.
    pub fn one<K: Kind>(&mut self, id: &ID, field: &str) -> Result<Option<Id<K>>> {
        self.0.take(parse(id, field))
    }

    /// An id that may be left out.
    pub fn maybe<K: Kind>(&mut self, id: Option<&ID>, field: &str) -> Result<Option<Id<K>>> {
        match id {
            Some(id) => self.one(id, field),
            None => Ok(None),
        }
    }

    /// A list of ids: at most 100.
    pub fn all<K: Kind>(&mut self, ids: &[ID], field: &str) -> Result<Vec<Id<K>>> {
        if ids.len() > MOST {
            let problem = Problem::LimitReached { what: "ids in a list", limit: MOST };
            self.0.push(problem.at(field));
            return Ok(Vec::new());
        }
        let mut parsed = Vec::with_capacity(ids.len());
        for (index, id) in ids.iter().enumerate() {
            let one = parse(id, &index.to_string()).map_err(|error| error.at(field));
            parsed.extend(self.0.take(one)?);
        }
        Ok(parsed)
    }

    /// Ids of an input within the input.
    pub fn below<T>(
        &mut self,
        field: &str,
        read: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut inner = Self::default();
        let value = read(&mut inner)?;
        self.0.take(inner.check().map(|()| value).map_err(|error| error.at(field)))
    }

    /// Another value that may be refused.
    pub fn value<T>(&mut self, value: Result<T>) -> Result<Option<T>> {
        self.0.take(value)
    }

    /// Refused, if any was wrong.
    pub fn check(self) -> Result<()> {
        self.0.check()
    }
}

/// The value, unless ids were wrong: then it is missing for that reason.
pub fn checked<T>(ids: Ids, value: Option<T>) -> Result<T> {
    ids.check()?;
    value.ok_or_else(|| Error::bug("an id is neither right nor wrong"))
}
