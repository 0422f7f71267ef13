//! What a program did to the files of a folder, and when: read from what `strace` wrote down.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
};

use super::disk::{Change, Disk, Span};

/// What changes a file, a name, or is the word that it is to last.
const CALLS: &str = "open,openat,creat,write,pwrite64,writev,pwritev,fsync,fdatasync,ftruncate,truncate,rename,renameat,\
    renameat2,link,linkat,unlink,unlinkat,fallocate,copy_file_range,sendfile,splice,sync_file_range";

/// How `strace` is asked: with times, with the path of each descriptor, and with everything that is written, in hex.
pub fn arguments(to: &Path) -> Vec<String> {
    let usual = "-f --seccomp-bpf -ttt -T -y -xx -s 67108864 -e signal=none -o";
    let mut all: Vec<_> = usual.split(' ').map(str::to_owned).collect();
    all.extend([to.display().to_string(), "-e".to_owned(), format!("trace={CALLS}")]);
    all
}

/// Reads what happened in this folder, in the order in which it was done.
pub fn read(from: &Path, folder: &Path) -> Disk {
    let (mut disk, mut begun) = (Disk::default(), HashMap::new());
    for line in BufReader::new(std::fs::File::open(from).unwrap()).lines() {
        let line = line.unwrap();
        let (process, rest) = line.split_once(' ').unwrap();
        let (at, call) = rest.trim_start().split_once(' ').unwrap();
        if let Some(first) = call.strip_suffix(" <unfinished ...>") {
            begun.insert(process.to_owned(), (at.to_owned(), first.to_owned()));
        } else if let Some((_, rest)) = call.split_once(" resumed>") {
            if let Some((at, first)) = begun.remove(process) {
                note(&mut disk, folder, &at, &(first + rest));
            }
        } else {
            note(&mut disk, folder, at, call);
        }
    }
    disk
}

/// A call that came to its end.
fn note(disk: &mut Disk, folder: &Path, at: &str, call: &str) {
    let Some((name, rest)) = call.split_once('(') else { return };
    let Some((arguments, result)) = rest.rsplit_once(" = ") else { return };
    let Some(given) = result.split([' ', '<']).next().and_then(|text| text.parse::<i64>().ok())
    else {
        return;
    };
    let Some((_, takes)) = result.rsplit_once(" <") else { return };
    if given < 0 {
        return;
    }
    let begun = micros(at);
    let span = Span { begun, done: begun + micros(takes.trim_end_matches('>')) };
    let of = Call { name, arguments, result, given: given.unsigned_abs() as usize };
    of.happen(disk, folder, span);
}

/// Seconds as microseconds.
fn micros(text: &str) -> u64 {
    let (whole, part) = text.split_once('.').unwrap();
    whole.parse::<u64>().unwrap() * 1_000_000 + part.parse::<u64>().unwrap()
}

struct Call<'a> {
    name: &'a str,
    arguments: &'a str,
    result: &'a str,
    given: usize,
}

impl Call<'_> {
    fn happen(&self, disk: &mut Disk, folder: &Path, span: Span) {
        let texts = texts(self.arguments);
        let paths: Vec<_> = texts.iter().map(|text| path(text)).collect();
        let is_within = |path: &Path| path.starts_with(folder);
        match self.name {
            "open" | "openat" => {
                let at =
                    self::texts(self.result).first().map(|text| path(text)).unwrap_or_default();
                if self.arguments.contains("O_CREAT") && is_within(&at) {
                    disk.create(&at, span, self.arguments.contains("O_TRUNC"));
                }
            }
            "rename" if is_within(&paths[1]) => disk.rename(&paths[0], &paths[1], span),
            "renameat" | "renameat2" if is_within(&paths[3]) => {
                disk.rename(&paths[1], &paths[3], span)
            }
            "link" if is_within(&paths[1]) => disk.link(&paths[0], &paths[1], span),
            "linkat" if is_within(&paths[3]) => disk.link(&paths[1], &paths[3], span),
            "unlink" if is_within(&paths[0]) => disk.unlink(&paths[0], span),
            "unlinkat" if is_within(&paths[1]) => disk.unlink(&paths[1], span),
            _ if paths.first().is_some_and(|path| is_within(path)) => {
                self.change(disk, &paths[0], texts, span)
            }
            _ => {}
        }
    }

    /// A call about an open file.
    fn change(&self, disk: &mut Disk, path: &Path, texts: Vec<Vec<u8>>, span: Span) {
        let mut data = texts.into_iter().skip(1).flatten().take(self.given).collect();
        match self.name {
            "write" | "writev" => {
                let at = disk.end(path);
                disk.change(path, span, Change::Write(at, std::mem::take(&mut data)));
            }
            "pwrite64" | "pwritev" => disk.change(path, span, Change::Write(self.last(), data)),
            "ftruncate" | "truncate" => disk.change(path, span, Change::Cut(self.last())),
            "fsync" | "fdatasync" => disk.sync(path, span),
            "rename" | "renameat" | "renameat2" | "link" | "linkat" | "unlink" | "unlinkat" => {}
            other => panic!("nobody thought of {other}: {path:?}"),
        }
    }

    /// The last argument, which is a number.
    fn last(&self) -> usize {
        let all = self.arguments.trim_end_matches(')');
        all.rsplit(", ").next().unwrap().parse().unwrap()
    }
}

fn path(text: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(text).into_owned())
}

/// The texts of what was traced: all that is written in hex, piece by piece.
fn texts(of: &str) -> Vec<Vec<u8>> {
    let (mut all, mut rest) = (Vec::new(), of);
    while let Some(start) = rest.find("\\x") {
        let mut bytes = Vec::new();
        rest = &rest[start..];
        while rest.starts_with("\\x") {
            bytes.push(u8::from_str_radix(&rest[2..4], 16).unwrap());
            rest = &rest[4..];
        }
        all.push(bytes);
    }
    all
}
