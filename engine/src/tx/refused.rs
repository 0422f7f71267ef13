//! Units of work that are refused in any case, and run to tell everything that is wrong.

use std::hash::Hash;

use entity::ids::{Id, Kind};
use serde::Serialize;

use super::{Claim, Tx};
use crate::error::{Error, Result};

impl Tx {
    /// Whatever becomes of it, nothing of it will be true: its input is wrong, and it runs to tell what else is.
    pub fn refuse(&mut self) {
        self.is_refused = true;
    }

    /// Ends what is refused in any case once all of it is judged, before it does what takes long.
    pub fn go_on(&self) -> Result<()> {
        if self.is_refused { Err(Error::Refused(Vec::new())) } else { Ok(()) }
    }

    /// Claims an id that the client made, if it made one; true when the same input came before under it.
    pub async fn is_claimed<K: Kind + Hash>(
        &self,
        wanted: Option<Id<K>>,
        input: &impl Serialize,
    ) -> Result<bool> {
        match wanted {
            Some(_) => Ok(matches!(self.claim(wanted, input).await?, Claim::Repeated(_))),
            None => Ok(false),
        }
    }
}
