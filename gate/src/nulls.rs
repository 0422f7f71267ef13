//! Which variables of a request are null: the library refuses some of them only as it runs, and then does not say which.

use async_graphql::{Name, Value, Variables};

/// The variables of a request that are null. A prepared request carries them in its data.
#[derive(Clone, Debug, Default)]
pub struct Nulls(Vec<Name>);

impl Nulls {
    /// Those of these.
    pub fn of(variables: &Variables) -> Self {
        let nulls = variables.iter().filter(|(_, value)| **value == Value::Null);
        Self(nulls.map(|(name, _)| name.clone()).collect())
    }

    /// Whether this one is null.
    pub fn has(&self, name: &Name) -> bool {
        self.0.contains(name)
    }
}
