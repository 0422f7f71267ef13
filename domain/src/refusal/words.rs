//! The longer of the texts that tell people what is wrong and what to do.

use entity::{
    action::{Evidence, PerformerGroup},
    deal::Status,
    ids::ActionId,
};

/// Reasons from elsewhere begin small and have no full stop.
pub(super) fn sentence(reason: &str) -> String {
    let mut rest = reason.trim_end_matches('.').chars();
    let first = rest.next().map(|first| first.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), rest.as_str())
}

pub(super) fn not_a_sibling(kind: &str) -> String {
    let parent = match kind {
        "stage" => "of this process",
        "close reason" => "in use of the same status",
        _ => "of the stage it goes to",
    };
    format!("afterId must name another {kind} {parent}, or be null to come first.")
}

pub(super) fn stage_has_deals(stage: &str, deals: u64) -> String {
    let (count, verb) = if deals == 1 {
        ("1 open deal".to_owned(), "was")
    } else {
        (format!("{deals} open deals"), "were")
    };
    format!(
        "{count} {verb} moved to “{stage}” by hand. Say with moveDealsTo which stage takes its place."
    )
}

pub(super) fn closed_as(status: Status) -> &'static str {
    match status {
        Status::Open => "open",
        Status::Won => "won",
        Status::Lost => "lost",
        Status::Outdated => "outdated",
    }
}

pub(super) fn not_a_performer(performers: PerformerGroup) -> &'static str {
    match performers {
        PerformerGroup::Everyone => {
            "The deal's owner, its participants, managers and administrators may do this. Ask one of them to add you as a participant."
        }
        PerformerGroup::Managers => "Managers and administrators may do this. Ask one of them.",
        PerformerGroup::Administrators => "Administrators may do this. Ask one of them.",
        PerformerGroup::Chosen => {
            "Only the members chosen for this action may do it. Ask one of them."
        }
    }
}

/// How many people a message names.
const NAMED: usize = 5;

pub(super) fn only_these(names: &[String]) -> String {
    match names {
        [] => "Only members who are deactivated now may do this. Ask an administrator to choose others.".into(),
        [one] => format!("Only {one} may do this. Ask them."),
        [most @ .., last] if names.len() <= NAMED => {
            format!("Only {} and {last} may do this. Ask one of them.", most.join(", "))
        }
        _ => {
            let (first, others) = (names[..NAMED].join(", "), names.len() - NAMED);
            let members = if others == 1 { "member" } else { "members" };
            format!("Only {first} and {others} other {members} may do this. Ask one of them.")
        }
    }
}

pub(super) fn evidence_required(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::None => "This action needs no evidence.",
        Evidence::Note => {
            "This action needs a note: write one, or choose one that you added to the deal before."
        }
        Evidence::NoteWithFile => {
            "This action needs a note with a file: write one and attach a file, or choose such a note that you added to the deal before."
        }
    }
}

pub(super) fn mandatory_missing(actions: &[(ActionId, String)]) -> String {
    let names: Vec<_> = actions.iter().map(|(_, name)| format!("“{name}”")).collect();
    format!("Before this deal can be won, do what is mandatory: {}.", names.join(", "))
}
