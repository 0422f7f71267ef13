//! What the system tells of this program, under the names that Prometheus has for it; left out where it tells nothing.

use std::fs;

use prometheus_client::registry::Registry;

use super::read::gauge;

/// Tells it.
pub(super) fn tell(told: &mut Registry) {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    if let Some(bytes) = kibibytes(&status, "VmRSS:") {
        let help = "How much memory the program has";
        gauge(told, "process_resident_memory_bytes", help, bytes);
    }
    if let Ok(open) = fs::read_dir("/proc/self/fd") {
        // The one by which they are counted is among them.
        let open = open.count().saturating_sub(1);
        gauge(told, "process_open_fds", "Open file descriptors", open as f64);
    }
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    if let Some(most) = most_open_files(&limits) {
        gauge(told, "process_max_fds", "How many file descriptors may be open", most);
    }
}

/// A line such as `VmRSS:   1234 kB`, in bytes.
fn kibibytes(status: &str, name: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse::<f64>().ok().map(|number| number * 1024.0)
}

/// A line such as `Max open files  1024  524288  files`: the first is what counts.
fn most_open_files(limits: &str) -> Option<f64> {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_linux_writes_is_read() {
        let status = "Name:\twaypost\nVmRSS:\t   68000 kB\nThreads:\t4\n";
        assert_eq!(kibibytes(status, "VmRSS:"), Some(68_000.0 * 1024.0));
        assert_eq!(kibibytes("", "VmRSS:"), None);
        let limits = "Max file locks            unlimited            unlimited            locks\n\
            Max open files            1024                 524288               files\n";
        assert_eq!(most_open_files(limits), Some(1024.0));
        assert_eq!(most_open_files("Max open files  unlimited  unlimited  files\n"), None);
    }
}
