//! Where a backup goes: a file that is there when it is whole, on a disk or in a store, or stdout.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use engine::backup::{Sink, Upload};
use entity::Timestamp;
use futures_util::future::{BoxFuture, FutureExt};

use super::{Failure, named, restore::STORES};

/// Where somebody wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Destination {
    Stdout,
    Folder(PathBuf),
    File(PathBuf),
    /// In a store, by its URL.
    Store(String),
    /// In a folder of a store, by its URL: it ends with a slash.
    StoreFolder(String),
}

impl Destination {
    pub(super) fn of(text: &str) -> Self {
        let path = PathBuf::from(text);
        match text {
            "-" => Self::Stdout,
            _ if text.contains("://") && text.ends_with('/') => Self::StoreFolder(text.to_owned()),
            _ if text.contains("://") => Self::Store(text.to_owned()),
            _ if text.ends_with('/') || path.is_dir() => Self::Folder(path),
            _ => Self::File(path),
        }
    }

    /// Whether backups there are named with the time, so that old ones can go.
    pub(super) fn is_folder(&self) -> bool {
        matches!(self, Self::Folder(_) | Self::StoreFolder(_))
    }
}

/// What takes a backup. Dropped before it was kept, nothing of it stays.
pub(super) enum Target {
    Stdout(io::Stdout),
    File(Partial),
    Store(Upload, String),
}

/// A file under a name of its own until it is whole.
pub(super) struct Partial {
    file: File,
    path: PathBuf,
    whole: PathBuf,
    force: bool,
    is_kept: bool,
}

impl Target {
    /// Begins it, unless something is there that may not be replaced.
    pub(super) async fn open(
        place: &Destination,
        now: Timestamp,
        force: bool,
    ) -> Result<Self, Failure> {
        let whole = match place {
            Destination::Stdout => return Ok(Self::Stdout(io::stdout())),
            Destination::Store(url) => return uploading(url, force).await,
            Destination::StoreFolder(url) => {
                return uploading(&format!("{url}{}", named::by_time(now)), force).await;
            }
            Destination::Folder(folder) => folder.join(named::by_time(now)),
            Destination::File(file) => file.clone(),
        };
        if whole.exists() && !force {
            return Err(there(&whole));
        }
        Partial::create(&whole, force).map(Self::File).map_err(|cause| unwritable(&whole, &cause))
    }

    /// It is whole: what it is called.
    pub(super) async fn keep(self) -> Result<String, Failure> {
        match self {
            Self::Store(upload, url) => {
                let done = upload.finish().await;
                done.map(|()| url.clone()).map_err(|cause| unwritable(Path::new(&url), &cause))
            }
            Self::Stdout(mut stdout) => {
                stdout.flush().map_err(|cause| Failure::Other(format!("stdout: {cause}")))?;
                Ok("stdout".to_owned())
            }
            Self::File(partial) => partial.keep(),
        }
    }

    /// It failed: what went wrong, with where. Nothing of it stays.
    pub(super) async fn abandon(self, failure: Failure) -> Failure {
        let name = match &self {
            Self::Stdout(_) => "stdout".to_owned(),
            Self::File(partial) => partial.whole.display().to_string(),
            Self::Store(_, url) => url.clone(),
        };
        if let Self::Store(upload, _) = self {
            upload.abort().await;
        }
        match failure {
            Failure::Other(text) => {
                let text = text.trim_end_matches('.');
                Failure::Other(format!("{name}: {text}. There is no backup."))
            }
            other => other,
        }
    }
}

async fn uploading(url: &str, force: bool) -> Result<Target, Failure> {
    let upload = Upload::open(url, force)
        .await
        .map_err(|cause| Failure::Other(format!("{url}: {cause}. {STORES}")))?;
    Ok(Target::Store(upload, url.to_owned()))
}

impl Sink for Target {
    fn take(&mut self, bytes: Vec<u8>) -> BoxFuture<'_, io::Result<()>> {
        async move {
            match self {
                Self::Stdout(stdout) => stdout.write_all(&bytes).and_then(|()| stdout.flush()),
                Self::File(partial) => partial.file.write_all(&bytes),
                Self::Store(upload, _) => upload.take(bytes).await,
            }
        }
        .boxed()
    }
}

impl Partial {
    fn create(whole: &Path, force: bool) -> io::Result<Self> {
        let name = whole.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        let mut partial = std::ffi::OsString::from(".");
        partial.push(name);
        partial.push(format!(".{}.partial", std::process::id()));
        let path = whole.with_file_name(partial);
        let file = private().open(&path)?;
        Ok(Self { file, path, whole: whole.to_owned(), force, is_kept: false })
    }

    /// On disk first, then under its name, and that on disk, too. A link fails where a name is taken meanwhile.
    fn keep(mut self) -> Result<String, Failure> {
        let explain = |cause: io::Error| match cause.kind() {
            io::ErrorKind::AlreadyExists => there(&self.whole),
            _ => unwritable(&self.whole, &cause),
        };
        self.file.sync_all().map_err(explain)?;
        if self.force {
            fs::rename(&self.path, &self.whole).map_err(explain)?;
        } else {
            put_under(&self.path, &self.whole).map_err(explain)?;
        }
        sync_folder(&self.whole).map_err(explain)?;
        self.is_kept = true;
        Ok(self.whole.display().to_string())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.is_kept {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Where there are no hard links, a name that is taken at this very moment is replaced.
fn put_under(path: &Path, whole: &Path) -> io::Result<()> {
    match fs::hard_link(path, whole) {
        Ok(()) => fs::remove_file(path),
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => Err(cause),
        Err(_) => fs::rename(path, whole),
    }
}

#[cfg(unix)]
fn sync_folder(file: &Path) -> io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn private() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    options
}

#[cfg(not(unix))]
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    options
}

fn there(file: &Path) -> Failure {
    let file = file.display();
    Failure::Other(format!(
        "{file} is there already. Choose another name, or replace it with --force."
    ))
}

fn unwritable(file: &Path, cause: &io::Error) -> Failure {
    let file = file.display();
    Failure::Other(format!(
        "{file} cannot be written: {cause}. There is no backup. Name another place, or let this user write there."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_stdout_a_folder_or_a_file() {
        assert_eq!(Destination::of("-"), Destination::Stdout);
        assert_eq!(Destination::of("backups/"), Destination::Folder("backups/".into()));
        assert_eq!(Destination::of("/"), Destination::Folder("/".into()));
        assert_eq!(Destination::of("s3://b/w"), Destination::Store("s3://b/w".into()));
        assert_eq!(Destination::of("s3://b/w/"), Destination::StoreFolder("s3://b/w/".into()));
        assert_eq!(Destination::of("today.tar.gz"), Destination::File("today.tar.gz".into()));
    }
}
