//! The names of backups in a folder, which tell when they were made.

use entity::Timestamp;

/// How they begin and end; the time is between.
const BEGIN: &str = "waypost-";
const END: &str = ".tar.gz";

/// The name of a backup that is made at this moment.
pub(super) fn by_time(now: Timestamp) -> String {
    format!("{BEGIN}{}{END}", now.format("%Y%m%dT%H%M%SZ"))
}

/// The backups among these names but so many of the newest, the oldest first. Nothing else is among them.
pub(super) fn older(names: Vec<String>, keep: usize) -> Vec<String> {
    let mut names: Vec<_> = names.into_iter().filter(|name| is_backup(name)).collect();
    names.sort();
    names.truncate(names.len().saturating_sub(keep));
    names
}

/// Whether a file was named by us: nothing else of a folder is touched.
fn is_backup(name: &str) -> bool {
    let time = name.strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(END));
    time.is_some_and(|time| {
        let digits = time.bytes().filter(u8::is_ascii_digit).count();
        (time.len(), digits) == (16, 14) && time.as_bytes()[8] == b'T' && time.ends_with('Z')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_named_by_us_is_a_backup() {
        assert!(is_backup("waypost-20261127T113000Z.tar.gz"));
        assert!(is_backup(&by_time(Timestamp::default())));
        for other in [
            "waypost-files",
            "waypost-20261127.tar.gz",
            "waypost-20261127T113000Z.tar.gz.old",
            "waypost-2026112701130000.tar.gz",
            ".waypost-20261127T113000Z.tar.gz.7.partial",
        ] {
            assert!(!is_backup(other), "{other}");
        }
    }

    #[test]
    fn the_oldest_go_and_so_many_stay() {
        let all = ["2026", "2024", "2025"].map(|year| format!("waypost-{year}0101T000000Z.tar.gz"));
        let names = || [&all[..], &["mine.tar.gz".to_owned()]].concat();
        assert_eq!(older(names(), 1), [all[1].clone(), all[2].clone()]);
        assert_eq!(older(names(), 3), [""; 0]);
    }
}
