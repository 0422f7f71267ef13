//! A directory of its own for the demo's database, removed at the end.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The directory: there as long as this is.
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// Makes a directory that nobody else uses, or may look into.
    pub(crate) fn new() -> io::Result<Self> {
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let name = format!("waypost-demo-{:016x}", u64::from_be_bytes(random));
        let path = std::env::temp_dir().join(name);
        let explain = |cause: io::Error| {
            let text = format!("{}: {cause}. Name another directory with TMPDIR.", path.display());
            io::Error::new(cause.kind(), text)
        };
        private(&mut fs::DirBuilder::new()).create(&path).map_err(explain)?;
        Ok(Self(path))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            tracing::warn!(path = %self.0.display(), %error, "the demo's database was not removed");
        }
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
