//! Programs of Debian's packages that tests and benches start, as a user who is not the superuser.

use std::{
    fs,
    net::TcpListener,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tempfile::TempDir;

/// Who runs the programs when we are the superuser, who they refuse to be.
pub const USER: &str = "postgres";

/// A folder of the user whom programs run as.
pub fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    if let Some((user, group)) = other_user() {
        chown(folder.path(), Some(user), Some(group)).unwrap();
    }
    folder
}

/// A program, to be run as that user.
pub fn demoted(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.stdin(Stdio::null()).env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C");
    if let Some((user, group)) = other_user() {
        command.uid(user).gid(group);
    }
    command
}

/// Whom to run programs as, where we are the superuser.
fn other_user() -> Option<(u32, u32)> {
    let number = |args: &[&str]| {
        let output = Command::new("id").args(args).output().ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse::<u32>().ok()
    };
    if number(&["-u"])? != 0 {
        return None;
    }
    Some((number(&["-u", USER])?, number(&["-g", USER])?))
}

/// Where a program is: Debian keeps PostgreSQL's out of the way, the newest last.
pub fn installed(program: &str) -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<_> = versions.map(|version| version.path().join("bin")).collect();
    folders.sort();
    folders.extend(["/usr/bin", "/usr/sbin", "/usr/local/bin"].map(PathBuf::from));
    folders.into_iter().rev().map(|folder| folder.join(program)).find(|path| path.exists())
}

/// A port that nobody has.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
