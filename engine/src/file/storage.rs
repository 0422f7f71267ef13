//! Where the bytes are: a folder, or a store in the cloud. Each file is under its id, never its name.

use std::{fmt, fs, io, path::PathBuf, sync::Arc};

use bytes::{Bytes, BytesMut};
use entity::{Timestamp, ids::FileId};
use futures_util::{StreamExt, stream::BoxStream};
use object_store::{
    MultipartUpload, ObjectStore, ObjectStoreExt, PutPayload, local::LocalFileSystem,
    memory::InMemory, path::Path, prefix::PrefixStore,
};
use uuid::Uuid;

use super::Space;
use crate::{
    db::file::close_to_others,
    error::{Error, Result},
};

/// Where bytes are that are still coming.
const INCOMING: &str = "incoming";
/// What is held in memory of each upload, in bytes: a folder takes small pieces.
const SMALL: usize = 128 * 1024;
/// The smallest piece that stores in the cloud take, in bytes.
const LARGE: usize = 5 * 1024 * 1024;

/// A store of bytes: cheap to clone.
#[derive(Clone)]
pub struct Storage {
    store: Arc<dyn ObjectStore>,
    folder: Option<PathBuf>,
    piece: usize,
}

/// Bytes that are still coming. Dropped, they go.
pub struct Incoming {
    path: Path,
    upload: Box<dyn MultipartUpload>,
    buffer: BytesMut,
    piece: usize,
}

/// Bytes that came whole, and are not under the id of a file yet.
#[derive(Clone, Debug)]
pub struct Arrived(Path);

impl Storage {
    /// A folder, made when it is missing, that nobody else may look into.
    pub fn folder(folder: PathBuf) -> io::Result<Self> {
        private(fs::DirBuilder::new().recursive(true)).create(folder.join(INCOMING))?;
        close_to_others(&folder, 0o700);
        let store = LocalFileSystem::new_with_prefix(&folder).map_err(io::Error::other)?;
        // What is acknowledged is on disk, as with the database.
        let store = Arc::new(store.with_fsync(true));
        Ok(Self { store, folder: Some(folder), piece: SMALL })
    }

    /// A store of another kind, by its URL; how to sign in there is in the environment.
    pub fn at(url: &str) -> std::result::Result<Self, String> {
        let (store, path) = store_at(url)?;
        let store = Arc::new(PrefixStore::new(store, path));
        Ok(Self { store, folder: None, piece: LARGE })
    }

    /// A store that is gone with the program: for commands that need none.
    pub fn in_memory() -> Self {
        Self { store: Arc::new(InMemory::new()), folder: None, piece: SMALL }
    }

    /// The disk that the folder is on, if it is one.
    pub fn space(&self) -> Option<Space> {
        Space::around(self.folder.as_ref()?)
    }

    /// Begins to take bytes, under a name of their own.
    pub async fn receive(&self, name: Uuid) -> Result<Incoming> {
        let path = Path::from_iter([INCOMING, &name.simple().to_string()]);
        let upload = self.store.put_multipart(&path).await.map_err(fault)?;
        let piece = self.piece;
        Ok(Incoming { path, upload, buffer: BytesMut::with_capacity(piece), piece })
    }

    /// Puts bytes that came under the id of their file. Done twice, it is done.
    pub async fn keep(&self, arrived: &Arrived, id: FileId) -> Result<()> {
        match self.store.rename(&arrived.0, &path(id)).await {
            Err(object_store::Error::NotFound { .. }) => {
                self.store.head(&path(id)).await.map_err(fault).map(drop)
            }
            other => other.map_err(fault),
        }
    }

    /// Throws bytes away that came.
    pub async fn discard(&self, arrived: &Arrived) {
        if let Err(cause) = gone(self.store.delete(&arrived.0).await) {
            tracing::warn!(target: "waypost::file::storage", %cause, "bytes that were refused are still there; they are swept later");
        }
    }

    /// The bytes of a file, piece by piece.
    pub async fn read(&self, id: FileId) -> Result<BoxStream<'static, io::Result<Bytes>>> {
        let found = self.store.get(&path(id)).await.map_err(fault)?;
        Ok(found.into_stream().map(|piece| piece.map_err(io::Error::other)).boxed())
    }

    /// How many bytes a file has; none where there are none.
    pub async fn size(&self, id: FileId) -> Result<Option<u64>> {
        match self.store.head(&path(id)).await {
            Ok(known) => Ok(Some(known.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(cause) => Err(fault(cause)),
        }
    }

    /// Removes the bytes of a file, if they are there.
    pub async fn remove(&self, id: FileId) -> Result<()> {
        gone(self.store.delete(&path(id)).await).map_err(fault)
    }

    /// Removes what began to come before this moment and never came whole: how many.
    pub async fn sweep_incoming(&self, moment: Timestamp) -> Result<usize> {
        match self.folder.clone() {
            Some(folder) => {
                let swept = move || sweep_folder(&folder.join(INCOMING), moment);
                let swept = tokio::task::spawn_blocking(swept).await.map_err(io::Error::other);
                swept.and_then(|swept| swept).map_err(|cause| Error::Unavailable(cause.into()))
            }
            None => self.sweep_store(moment).await,
        }
    }

    async fn sweep_store(&self, moment: Timestamp) -> Result<usize> {
        let mut swept = 0;
        let mut all = self.store.list(Some(&Path::from(INCOMING)));
        while let Some(found) = all.next().await {
            let found = found.map_err(fault)?;
            if found.last_modified < moment {
                gone(self.store.delete(&found.location).await).map_err(fault)?;
                swept += 1;
            }
        }
        Ok(swept)
    }
}

impl Incoming {
    /// Takes a few bytes; they leave memory whenever there is a piece of them.
    pub async fn write(&mut self, mut bytes: Bytes) -> Result<()> {
        while !bytes.is_empty() {
            let fits = bytes.len().min(self.piece - self.buffer.len());
            self.buffer.extend_from_slice(&bytes.split_to(fits));
            if self.buffer.len() == self.piece {
                self.flush().await?;
            }
        }
        Ok(())
    }

    async fn flush(&mut self) -> Result<()> {
        let piece = std::mem::replace(&mut self.buffer, BytesMut::with_capacity(self.piece));
        self.upload.put_part(PutPayload::from(piece.freeze())).await.map_err(fault)
    }

    /// All of it came.
    pub async fn arrived(mut self) -> Result<Arrived> {
        if !self.buffer.is_empty() {
            self.flush().await?;
        }
        self.upload.complete().await.map_err(fault)?;
        Ok(Arrived(self.path))
    }

    /// It is not wanted any more.
    pub async fn abort(mut self) {
        if let Err(cause) = self.upload.abort().await {
            tracing::warn!(target: "waypost::file::storage", %cause, "an upload was not thrown away; it is swept later");
        }
    }
}

/// The store of a URL, and the place in it; how to sign in there is in the environment.
pub(crate) fn store_at(url: &str) -> std::result::Result<(Box<dyn ObjectStore>, Path), String> {
    let unfit = |cause: &dyn fmt::Display| cause.to_string();
    let parsed = url.parse().map_err(|cause| unfit(&cause))?;
    let variables = std::env::vars_os().filter_map(|(name, value)| {
        Some((name.into_string().ok()?.to_lowercase(), value.into_string().ok()?))
    });
    object_store::parse_url_opts(&parsed, variables).map_err(|cause| unfit(&cause))
}

/// Whether there was no room for bytes.
pub fn is_full(error: &Error) -> bool {
    let Error::Unavailable(cause) = error else { return false };
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(cause.as_ref());
    while let Some(cause) = next {
        let full = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        if matches!(full, Some(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)) {
            return true;
        }
        next = cause.source();
    }
    false
}

/// The programs that died in the middle left pieces that the store itself does not list.
fn sweep_folder(folder: &std::path::Path, moment: Timestamp) -> io::Result<usize> {
    let mut swept = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        // What has come whole meanwhile is no longer here.
        let Ok(data) = entry.metadata() else { continue };
        if data.is_file() && Timestamp::from(data.modified()?) < moment {
            swept += usize::from(fs::remove_file(entry.path()).is_ok());
        }
    }
    Ok(swept)
}

fn path(id: FileId) -> Path {
    Path::from(id.to_string())
}

fn gone(deleted: object_store::Result<()>) -> object_store::Result<()> {
    match deleted {
        Err(object_store::Error::NotFound { .. }) => Ok(()),
        other => other,
    }
}

/// What is wrong with the store, or with the way to it, passes; what is asked of it wrongly does not.
fn fault(cause: object_store::Error) -> Error {
    use object_store::Error::{Generic, PermissionDenied, Unauthenticated};
    match cause {
        Generic { .. } | PermissionDenied { .. } | Unauthenticated { .. } => {
            Error::Unavailable(Box::new(cause))
        }
        _ => Error::Internal(Box::new(cause)),
    }
}

#[cfg(unix)]
fn private(builder: &mut fs::DirBuilder) -> &fs::DirBuilder {
    use std::os::unix::fs::DirBuilderExt;
    builder.mode(0o700)
}

#[cfg(not(unix))]
fn private(builder: &mut fs::DirBuilder) -> &fs::DirBuilder {
    builder
}

impl fmt::Debug for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.store)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_from_other_faults() {
        let full = io::Error::from(io::ErrorKind::StorageFull);
        let wrapped = object_store::Error::Generic { store: "folder", source: Box::new(full) };
        assert!(is_full(&fault(wrapped)));
        assert!(!is_full(&Error::bug("something else")));
    }
}
