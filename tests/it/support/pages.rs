//! The pages that people read: README.md and everything in `docs/`. A new page is picked up by itself.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A page: where it is below the repository, and what it says.
pub struct Page {
    pub path: String,
    pub text: String,
}

/// The folder of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All pages, README.md first.
pub fn pages() -> Vec<Page> {
    let docs = fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let mut docs: Vec<PathBuf> =
        docs.filter(|path| path.extension().is_some_and(|it| it == "md")).collect();
    docs.sort();
    [root().join("README.md")].into_iter().chain(docs).map(|path| read(&path)).collect()
}

/// A file of the repository as a page.
pub fn read(path: &Path) -> Page {
    let below = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
    Page { path: below, text: fs::read_to_string(path).unwrap() }
}
