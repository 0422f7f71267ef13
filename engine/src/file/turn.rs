//! One upload of a file at a time: one signed URL cannot fill the disk with unfinished bytes.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use entity::ids::FileId;

use crate::base::Base;

/// The files that are being sent to this server.
#[derive(Clone, Debug, Default)]
pub(crate) struct Uploads(Arc<Mutex<HashSet<FileId>>>);

/// The right to send a file; dropped, another may.
#[derive(Debug)]
pub(crate) struct Turn {
    uploads: Uploads,
    id: FileId,
}

impl Uploads {
    /// Those of this server.
    pub(crate) fn of(base: &Base) -> &Self {
        base.part()
    }

    /// The turn for this file, unless somebody has it.
    pub(crate) fn try_start(&self, id: FileId) -> Option<Turn> {
        self.lock().insert(id).then(|| Turn { uploads: self.clone(), id })
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<FileId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.uploads.lock().remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_file_is_sent_by_one_at_a_time() {
        let (uploads, id) = (Uploads::default(), FileId::from_uuid(Uuid::nil()));
        let turn = uploads.try_start(id);
        assert!(turn.is_some() && uploads.try_start(id).is_none());
        drop(turn);
        assert!(uploads.try_start(id).is_some());
    }
}
