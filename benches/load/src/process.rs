//! What the system tells of a process: the processor time that it has used, and its memory.

use std::fs;

use crate::server::Result;

/// Ticks of a second, as Linux counts processor time for programs.
const TICKS: f64 = 100.0;

/// Seconds of processor time that a process has used, and those of its children.
pub fn cpu(pid: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    let ticks =
        fields.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok());
    ticks.sum::<f64>() / TICKS
}

/// Of all processes with this name in front of their command line: a database server has one for each connection.
pub fn cpu_of_all(name: &str) -> f64 {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let named = |pid: &u32| {
        fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|comm| comm.starts_with(name))
    };
    pids.filter(named).map(cpu).sum()
}

/// Memory of a process that is in use, in KiB: now, and the most so far.
pub fn memory(pid: u32) -> (u64, u64) {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let of = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse::<u64>().ok()
    };
    (of("VmRSS:").unwrap_or_default(), of("VmHWM:").unwrap_or_default())
}

/// Files and connections that this program has open besides those that are counted.
const OTHER_FILES: usize = 400;

/// Fails unless this program, and what it starts, may open so many connections: it would otherwise fail half-way,
/// with a message about something else.
pub fn may_open(connections: usize) -> Result<()> {
    let needed = connections + OTHER_FILES;
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let limit = line.and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok());
    match limit {
        Some(limit) if limit < needed => Err(format!(
            "{connections} connections at once need {needed} open files, and this shell allows {limit}. \
             Raise it with `ulimit -n {needed}`, or ask for fewer with --subscribers and --connections."
        )
        .into()),
        _ => Ok(()),
    }
}
