//! The language that whoever is answered reads: what they chose as a member, or else what their client asks for, or else
//! English.

use std::{cell::Cell, future::Future};

use domain::language::Language;
use entity::member;

tokio::task_local! {
    static CURRENT: Cell<Language>;
}

/// The one in which the request that this task works for is answered; English outside of requests.
pub(crate) fn current() -> Language {
    CURRENT.try_with(Cell::get).unwrap_or_default()
}

/// The one that this member reads.
pub(crate) fn of(member: &member::Model) -> Language {
    member.locale.unwrap_or_else(current)
}

/// Does some work for whoever asks for this language.
pub(crate) fn scope<F: Future>(language: Language, work: F) -> impl Future<Output = F::Output> {
    CURRENT.scope(Cell::new(language), work)
}

/// Whoever is answered is known now, and reads this language. It is changed in its place: each scope within another makes
/// larger what every request moves.
pub(crate) fn becomes(language: Language) {
    let _ = CURRENT.try_with(|current| current.set(language));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_knows_for_whom_it_writes() {
        assert_eq!(current(), Language::English);
        assert_eq!(scope(Language::Polish, async { current() }).await, Language::Polish);
        let known = scope(Language::English, async {
            becomes(Language::Polish);
            current()
        });
        assert_eq!(known.await, Language::Polish);
        becomes(Language::Polish);
        assert_eq!(current(), Language::English);
    }
}
