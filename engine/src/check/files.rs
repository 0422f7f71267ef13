//! The bytes of files: there, as many as are known of, and with their checksum.

use entity::file;
use futures_util::StreamExt;
use sha2::{Digest, Sha256};

use super::{CHECK, Difference, Found, store};
use crate::{
    app::App,
    error::{Error, Result},
};

const BATCH: u64 = 200;

/// Looks at all files whose bytes came. A file that was swept meanwhile is not missed: whoever misses one asks again.
pub(super) async fn look(app: &App, found: &mut Found<'_>) -> Result<()> {
    let mut after = None;
    loop {
        let rows = store::files(app.read(CHECK).alone(), after, BATCH).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = Some(last.id);
        for row in &rows {
            one(app, row, found).await?;
            found.summary.files += 1;
            found.listener.progress("files", found.summary.files);
        }
    }
}

async fn one(app: &App, row: &file::Model, found: &mut Found<'_>) -> Result<()> {
    let storage = &crate::file::settings(app).storage;
    match storage.size(row.id).await? {
        None if !store::is_file(app.read(CHECK).alone(), row.id).await? => {}
        None => {
            found.add(difference(row, "bytes", "nothing".into(), format!("{} of them", row.size)))
        }
        Some(size) if i64::try_from(size).ok() != Some(row.size) => {
            found.add(difference(row, "size", size.to_string(), row.size.to_string()));
        }
        Some(_) => checksum(app, row, found).await?,
    }
    Ok(())
}

async fn checksum(app: &App, row: &file::Model, found: &mut Found<'_>) -> Result<()> {
    let mut bytes = crate::file::settings(app).storage.read(row.id).await?;
    let mut hash = Sha256::new();
    while let Some(piece) = bytes.next().await {
        hash.update(piece.map_err(|cause| Error::Unavailable(cause.into()))?);
    }
    let (stored, follows) = (hash.finalize().to_vec(), row.checksum.clone().unwrap_or_default());
    if stored != follows {
        found.add(difference(row, "checksum", hex(&stored), hex(&follows)));
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn difference(row: &file::Model, what: &str, stored: String, follows: String) -> Difference {
    let (of, id, what) = ("file".to_owned(), row.id.to_string(), what.to_owned());
    Difference { of, id, what, stored, follows, derived: false }
}
