//! What is wrong with a file, said as compilers say it; and words that several places need.

use std::path::Path;

use domain::{
    language::{Language, Message},
    process::file::{Flaw, ProcessFile, in_brackets},
    refusal::{Problem, Refusal},
};
use engine::process::load::Unusable;

use super::FAILED;
use crate::cli::{complain, hint};

/// Tells why a file gives no process.
pub(crate) fn unusable(path: &Path, unusable: Unusable) -> u8 {
    match unusable {
        Unusable::Unreadable(error) => {
            complain(&format!("{}: This file cannot be read: {error}.", path.display()));
            failed(1)
        }
        Unusable::Wrong(flaws, _) => {
            flaws.iter().for_each(|flaw| complain(&format!("{}:{flaw}", path.display())));
            failed(flaws.len())
        }
    }
}

/// Tells why a file is not applied, and what others saved since it was planned.
pub(crate) fn refused(path: &Path, file: &ProcessFile, refusals: &[Refusal], since: &str) -> u8 {
    for refusal in refusals {
        match flaw(file, &refusal.problem) {
            Some(flaw) => complain(&format!("{}:{flaw}", path.display())),
            None => complain(&format!("{}: {}", path.display(), message(&refusal.problem))),
        }
    }
    eprint!("{since}");
    failed(refusals.len())
}

fn flaw(file: &ProcessFile, problem: &Problem) -> Option<Flaw> {
    match problem {
        Problem::InFile { at, reason } => Some(Flaw::new(*at, reason.clone())),
        Problem::StageHasDeals { stage_name, .. } => {
            let what = problem.message(Language::English);
            let stage = in_brackets(stage_name);
            let text = format!(
                "{what} In this file: removedStages: [{{stage: {stage}, moveDealsTo: …}}]. If the stage only has another name, write `was: {stage}` there instead."
            );
            Some(Flaw::new(file.name.at, Message::verbatim(text)))
        }
        _ => None,
    }
}

fn message(problem: &Problem) -> String {
    match problem {
        Problem::VersionConflict { expected: 0, .. } => {
            "A process of this name was created meanwhile. Look at the new plan and apply the file again.".to_owned()
        }
        Problem::VersionConflict { expected, current, .. } => format!(
            "The process was saved meanwhile: this plan was for version {expected}, it is now at {current}. Look at the new plan and apply the file again."
        ),
        other => other.message(Language::English),
    }
}

fn failed(problems: usize) -> u8 {
    hint(&format!("nothing was changed: {}.", count(problems as u64, "problem")));
    FAILED
}

/// `1 deal`, `2 deals`.
pub(crate) fn count(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
