//! A disk that forgets what was not synced: what files and names there are after a cut.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

/// When something began and was done, in microseconds since 1970.
#[derive(Clone, Copy)]
pub struct Span {
    pub begun: u64,
    pub done: u64,
}

/// What happens to the bytes of a file.
pub enum Change {
    Write(usize, Vec<u8>),
    Cut(usize),
}

/// Everything that happened.
#[derive(Default)]
pub struct Disk {
    files: Vec<File>,
    names: Vec<Naming>,
    /// When folders were synced.
    folders: HashMap<PathBuf, Vec<Span>>,
    /// What was called so last.
    live: HashMap<PathBuf, usize>,
}

#[derive(Default)]
struct File {
    changes: Vec<(Span, Change)>,
    synced: Vec<Span>,
    end: usize,
}

/// A name of a file, or of none from here on.
struct Naming {
    span: Span,
    name: PathBuf,
    file: Option<usize>,
}

/// What a disk does with what nobody told it to keep.
pub type Luck<'a> = &'a mut dyn FnMut() -> bool;

impl Disk {
    pub fn create(&mut self, name: &Path, span: Span, is_emptied: bool) {
        if !self.live.contains_key(name) {
            self.files.push(File::default());
            self.name(name, Some(self.files.len() - 1), span);
        } else if is_emptied {
            self.change(name, span, Change::Cut(0));
        }
    }

    pub fn rename(&mut self, from: &Path, to: &Path, span: Span) {
        self.link(from, to, span);
        self.unlink(from, span);
    }

    pub fn link(&mut self, from: &Path, to: &Path, span: Span) {
        let file = self.live[from];
        self.name(to, Some(file), span);
    }

    pub fn unlink(&mut self, name: &Path, span: Span) {
        self.name(name, None, span);
    }

    fn name(&mut self, name: &Path, file: Option<usize>, span: Span) {
        match file {
            Some(file) => self.live.insert(name.to_owned(), file),
            None => self.live.remove(name),
        };
        self.names.push(Naming { span, name: name.to_owned(), file });
    }

    /// Where what is appended to a file goes.
    pub fn end(&self, name: &Path) -> usize {
        self.live.get(name).map_or(0, |file| self.files[*file].end)
    }

    /// What happens to a file without a name is of no use to anybody.
    pub fn change(&mut self, name: &Path, span: Span, change: Change) {
        let Some(file) = self.live.get(name) else { return };
        let file = &mut self.files[*file];
        file.end = match &change {
            Change::Write(at, bytes) => file.end.max(at + bytes.len()),
            Change::Cut(at) => *at,
        };
        file.changes.push((span, change));
    }

    pub fn sync(&mut self, path: &Path, span: Span) {
        match self.live.get(path) {
            Some(file) => self.files[*file].synced.push(span),
            None => self.folders.entry(path.to_owned()).or_default().push(span),
        }
    }

    /// How many changes of files there were, and how often one was synced.
    pub fn size(&self) -> (usize, usize) {
        let changes = self.files.iter().map(|file| file.changes.len()).sum();
        (changes, self.files.iter().map(|file| file.synced.len()).sum())
    }

    /// What there is after a cut at this moment. Of names that no sync of their folder made last the first few stay, and
    /// of changes of bytes any, as luck has it.
    pub fn after(&self, cut: u64, luck: Luck<'_>) -> HashMap<PathBuf, Vec<u8>> {
        let (mut known, mut unlucky) = (HashMap::new(), Vec::new());
        for naming in self.names.iter().filter(|naming| naming.span.begun <= cut) {
            let folder = naming.name.parent().unwrap();
            let synced = self.folders.get(folder).map_or(&[][..], Vec::as_slice);
            let stays = lasts(synced, naming.span, cut) || (!unlucky.contains(&folder) && luck());
            match naming.file {
                _ if !stays => unlucky.push(folder),
                Some(file) => drop(known.insert(naming.name.clone(), file)),
                None => drop(known.remove(&naming.name)),
            }
        }
        known.into_iter().map(|(name, file)| (name, self.files[file].after(cut, luck))).collect()
    }
}

/// Whether something had been done when a sync began that was done before the cut.
fn lasts(synced: &[Span], span: Span, cut: u64) -> bool {
    synced.iter().any(|sync| sync.done <= cut && span.done <= sync.begun)
}

impl File {
    fn after(&self, cut: u64, luck: Luck<'_>) -> Vec<u8> {
        let synced = self.synced.iter().filter(|sync| sync.done <= cut);
        let safe = synced.map(|sync| sync.begun).max().unwrap_or_default();
        let mut bytes = Vec::new();
        for (span, change) in self.changes.iter().filter(|(span, _)| span.begun <= cut) {
            if span.done <= safe || luck() {
                change.happen(&mut bytes);
            }
        }
        bytes
    }
}

impl Change {
    fn happen(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Cut(at) => bytes.resize(*at, 0),
            Self::Write(at, new) => {
                bytes.resize(bytes.len().max(at + new.len()), 0);
                bytes[*at..at + new.len()].copy_from_slice(new);
            }
        }
    }
}
