//! Why a deal was closed, by the rule of the API (rule 14): an import is no way around it.

use domain::{
    close_reason::rules::{Given, closing},
    language::Language,
    refusal::Problem,
    text,
};
use entity::{close_reason::Model, deal::Status, event::ReasonFact};

/// The close reason that the text names; none where none is in use: then the text is a comment. Otherwise
/// what is wrong.
pub(crate) fn named(
    all: &[Model],
    status: Status,
    said: &str,
) -> Result<Option<ReasonFact>, String> {
    closing(status, given(all, status, said)).map_err(|refusal| match refusal.problem {
        Problem::CloseReasonRequired { reasons } => {
            let names: Vec<_> = reasons.iter().map(|(_, name)| format!("“{name}”")).collect();
            format!("Name the close reason of this deal. Choose one of: {}.", names.join(", "))
        }
        other => other.message(Language::English),
    })
}

/// Of two with the same name, the one that is in use; of two that look the same, the one that is written so.
fn given(all: &[Model], status: Status, said: &str) -> Given {
    let (key, of_status) = (text::key(said), all.iter().filter(|one| one.status == status));
    let in_use = of_status.clone().filter(|one| one.archived_at.is_none());
    let named = of_status.filter(|one| one.name_key == key);
    match named.min_by_key(|one| (one.archived_at.is_some(), one.name != said.trim())) {
        Some(named) => Given::Reason(named.id, Some(named.clone())),
        None => Given::Nothing(in_use.cloned().collect()),
    }
}
