//! The disk that something is on.

use std::path::Path;

/// How large a disk is, and how much of it is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Space {
    /// How many bytes it has.
    pub size: u64,
    /// How many of them this program may still use.
    pub free: u64,
}

impl Space {
    /// The disk that this file or folder is on, where the system tells.
    #[cfg(unix)]
    pub fn around(path: &Path) -> Option<Self> {
        let disk = rustix::fs::statvfs(path).ok()?;
        let bytes = |blocks: u64| blocks.saturating_mul(disk.f_frsize);
        Some(Self { size: bytes(disk.f_blocks), free: bytes(disk.f_bavail) })
    }

    /// The disk that this file or folder is on: not told here.
    #[cfg(not(unix))]
    pub fn around(_: &Path) -> Option<Self> {
        None
    }
}
