//! What a plan means for running deals, in words.

use std::fmt::Write;

use domain::deal::outlook::{DealImpact, Impact, ImpactKind};

use crate::cli::process::messages::count;

/// How many open deals change in a way that somebody would notice.
pub fn changed(impact: &Impact) -> u64 {
    let kinds = KINDS.map(|(kind, _)| kind);
    let noticed = |deal: &&DealImpact| {
        deal.completions_dropped > 0 || kinds.iter().any(|kind| deal.is(*kind))
    };
    impact.deals.iter().filter(noticed).count() as u64
}

/// What becomes of the open deals.
pub(crate) fn render(impact: &Impact) -> String {
    let deals = count(impact.open_deals, "open deal");
    let changed = changed(impact);
    if changed == 0 {
        return match impact.open_deals {
            0 => "There are no open deals.\n".to_owned(),
            1 => "Nothing changes for the 1 open deal.\n".to_owned(),
            _ => format!("Nothing changes for the {deals}.\n"),
        };
    }
    let mut text = format!("Of {deals}, this changes {changed}:\n");
    for (kind, what) in KINDS {
        let number = impact.count(kind);
        if number > 0 {
            let more =
                if kind == ImpactKind::ProgressFall { largest(impact) } else { String::new() };
            let _ = writeln!(text, "  {number} {what}{more}");
        }
    }
    let dropped = impact.completions_dropped();
    if dropped > 0 {
        let verb = if dropped == 1 { "stops" } else { "stop" };
        let _ = writeln!(text, "  {} {verb} counting", count(dropped, "completion"));
    }
    text
}

const KINDS: [(ImpactKind, &str); 5] = [
    (ImpactKind::StageChange, "at another stage"),
    (ImpactKind::ProgressRise, "with more progress"),
    (ImpactKind::ProgressFall, "with less progress"),
    (ImpactKind::WinBlocked, "that could be won now and then could not"),
    (ImpactKind::WinUnblocked, "that cannot be won now and then could"),
];

fn largest(impact: &Impact) -> String {
    let points = u64::try_from(impact.largest_fall()).unwrap_or(0);
    format!(", by at most {}", count(points, "point"))
}
