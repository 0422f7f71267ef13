//! A backup into a store in the cloud, piece by piece: it is there under its name when all of it came.

use std::io;

use futures_util::future::{BoxFuture, FutureExt};
use object_store::{MultipartUpload, ObjectStore, ObjectStoreExt, PutPayload, path::Path};

use super::Sink;
use crate::file::storage;

/// The smallest piece that stores in the cloud take, in bytes.
const PIECE: usize = 5 * 1024 * 1024;

/// A backup on its way into a store.
pub struct Upload {
    upload: Box<dyn MultipartUpload>,
    buffer: Vec<u8>,
}

impl Upload {
    /// Begins it, under the name that a URL says; how to sign in there is in the environment.
    ///
    /// # Errors
    /// This program was not built for such a store, it cannot be reached, or something is there that may not be
    /// replaced.
    pub async fn open(url: &str, replace: bool) -> Result<Self, String> {
        let (store, path) = storage::store_at(url)?;
        if !replace && is_there(&*store, &path).await? {
            return Err(
                "there is something already. Choose another name, or replace it with --force"
                    .into(),
            );
        }
        let upload = store.put_multipart(&path).await.map_err(|cause| cause.to_string())?;
        Ok(Self { upload, buffer: Vec::new() })
    }

    /// All of it came.
    pub async fn finish(mut self) -> io::Result<()> {
        self.send().await?;
        self.upload.complete().await.map(drop).map_err(io::Error::other)
    }

    /// It is not wanted any more.
    pub async fn abort(mut self) {
        if let Err(cause) = self.upload.abort().await {
            tracing::warn!(target: "waypost::backup::upload", %cause, "a part of a backup may still be in the store");
        }
    }

    async fn send(&mut self) -> io::Result<()> {
        let piece = std::mem::take(&mut self.buffer);
        self.upload.put_part(PutPayload::from(piece)).await.map_err(io::Error::other)
    }
}

async fn is_there(store: &dyn ObjectStore, path: &Path) -> Result<bool, String> {
    match store.head(path).await {
        Ok(_) => Ok(true),
        Err(object_store::Error::NotFound { .. }) => Ok(false),
        Err(cause) => Err(cause.to_string()),
    }
}

impl Sink for Upload {
    fn take(&mut self, bytes: Vec<u8>) -> BoxFuture<'_, io::Result<()>> {
        async move {
            self.buffer.extend(bytes);
            if self.buffer.len() < PIECE { Ok(()) } else { self.send().await }
        }
        .boxed()
    }
}
