//! Several units of work in one transaction, one after the other: each sees what those before it did, and one that fails is
//! taken back alone.

use std::collections::BTreeSet;

use domain::policy::Actor;
use entity::ids::ProcessId;

use super::{Touched, Tx};
use crate::{base::Parts, error::Result};

/// What those before have touched, should the one that runs now be taken back.
#[derive(Default)]
pub(super) struct Before {
    touched: Touched,
    changes_rights: bool,
}

impl Tx {
    /// From here on it is another unit of work of this transaction, on behalf of this actor.
    pub(crate) async fn follow(&mut self, actor: Actor) -> Result<()> {
        self.conn.mark().await?;
        let changes_rights = *self.changes_rights.get_mut();
        self.before = Before { touched: self.touched.clone(), changes_rights };
        self.actor = actor;
        self.now = self.base.clock().now();
        (self.left, self.is_refused) = (None, false);
        Ok(())
    }

    /// Takes back what the unit of work did that runs now.
    pub(crate) async fn undo(&mut self) -> Result<()> {
        self.conn.undo().await?;
        let Before { touched, changes_rights } = std::mem::take(&mut self.before);
        (self.touched, self.changes_rights) = (touched, changes_rights.into());
        (self.next_position, self.left) = (None, None);
        self.parts = Parts::default();
        Ok(())
    }

    /// Whether every statement went well until here.
    pub(crate) async fn is_sound(&self) -> bool {
        self.conn.is_sound().await
    }

    /// What a module keeps for as long as this transaction: it is gone where some of that is taken back.
    pub(crate) fn part<T: Default + Send + Sync + 'static>(&self) -> &T {
        self.parts.get()
    }

    /// The processes that were saved in this transaction, or in which something has happened.
    pub(crate) fn saved(&self) -> &BTreeSet<ProcessId> {
        &self.touched.processes
    }
}
