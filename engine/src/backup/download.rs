//! A backup from a store in the cloud, as it is read: piece by piece, so that it takes no more room than a piece.

use std::{
    io::{self, Read},
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
};

use bytes::{Buf, Bytes};
use futures_util::StreamExt;
use object_store::{GetResult, ObjectStoreExt};
use tokio::{runtime, sync::oneshot};

use crate::file::storage;

/// How many pieces wait for whoever reads.
const WAITING: usize = 4;

/// A backup on its way from a store.
pub struct Download {
    pieces: Receiver<io::Result<Bytes>>,
    piece: Bytes,
}

impl Download {
    /// Begins it, from where a URL says; how to sign in there is in the environment. It comes on a thread of its own:
    /// whoever reads waits for it without letting anything else run.
    ///
    /// # Errors
    /// This program was not built for such a store, it cannot be reached, or there is nothing of this name.
    pub async fn open(url: &str) -> Result<Self, String> {
        let (sends, pieces) = sync_channel(WAITING);
        let (says, begun) = oneshot::channel();
        let url = url.to_owned();
        thread::spawn(move || match runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime.block_on(come(&url, says, &sends)),
            Err(cause) => drop(says.send(Err(cause.to_string()))),
        });
        begun.await.map_err(|cause| cause.to_string())??;
        Ok(Self { pieces, piece: Bytes::new() })
    }
}

/// Says whether it begins, and then sends what comes until all of it did, or nobody reads any more.
async fn come(
    url: &str,
    says: oneshot::Sender<Result<(), String>>,
    sends: &SyncSender<io::Result<Bytes>>,
) {
    let found = match find(url).await {
        Ok(found) => found,
        Err(reason) => return drop(says.send(Err(reason))),
    };
    let _ = says.send(Ok(()));
    let mut stream = found.into_stream();
    while let Some(piece) = stream.next().await {
        if sends.send(piece.map_err(io::Error::other)).is_err() {
            return;
        }
    }
}

async fn find(url: &str) -> Result<GetResult, String> {
    let (store, path) = storage::store_at(url)?;
    match store.get(&path).await {
        Ok(found) => Ok(found),
        Err(object_store::Error::NotFound { .. }) => Err("there is no such file".to_owned()),
        Err(cause) => Err(cause.to_string()),
    }
}

impl Read for Download {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() {
            match self.pieces.recv() {
                Ok(piece) => self.piece = piece?,
                Err(_) => return Ok(0),
            }
        }
        let size = self.piece.len().min(buffer.len());
        self.piece.copy_to_slice(&mut buffer[..size]);
        Ok(size)
    }
}
