//! A folder of a store in the cloud: what is directly in it, and removing that.

use object_store::{ObjectStore, ObjectStoreExt, path::Path};

use crate::file::storage;

/// A folder of a store.
pub struct Shelf {
    store: Box<dyn ObjectStore>,
    folder: Path,
}

impl Shelf {
    /// The folder that a URL names; how to sign in there is in the environment.
    ///
    /// # Errors
    /// This program was not built for such a store.
    pub fn at(url: &str) -> Result<Self, String> {
        let (store, folder) = storage::store_at(url)?;
        Ok(Self { store, folder })
    }

    /// The names of all that is in it, and in no folder within it.
    ///
    /// # Errors
    /// The store cannot be reached, or does not let its names be listed.
    pub async fn names(&self) -> Result<Vec<String>, String> {
        let found = self.store.list_with_delimiter(Some(&self.folder)).await;
        let found = found.map_err(|cause| cause.to_string())?;
        Ok(found.objects.iter().filter_map(|object| self.name(&object.location)).collect())
    }

    /// What is beneath the folder, if nothing is between.
    fn name(&self, location: &Path) -> Option<String> {
        let mut parts = location.prefix_match(&self.folder)?;
        let name = parts.next()?;
        parts.next().is_none().then(|| name.as_ref().to_owned())
    }

    /// Removes what has this name in it. What is gone already is gone.
    ///
    /// # Errors
    /// The store cannot be reached, or does not let it be removed.
    pub async fn remove(&self, name: &str) -> Result<(), String> {
        match self.store.delete(&self.folder.clone().join(name)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(cause) => Err(cause.to_string()),
        }
    }
}
