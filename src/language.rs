//! The language that whoever is answered reads: what they chose as a member, or else what their client asks for, or else
//! English.

use std::future::Future;

use domain::language::Language;
use entity::member;

tokio::task_local! {
    static CURRENT: Language;
}

/// The one in which the request that this task works for is answered; English outside of requests.
pub(crate) fn current() -> Language {
    CURRENT.try_with(|language| *language).unwrap_or_default()
}

/// The one that this member reads.
pub(crate) fn of(member: &member::Model) -> Language {
    member.locale.unwrap_or_else(current)
}

/// Does some work for whoever reads this language.
pub(crate) async fn scope<T>(language: Language, work: impl Future<Output = T>) -> T {
    CURRENT.scope(language, work).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_knows_for_whom_it_writes() {
        assert_eq!(current(), Language::English);
        assert_eq!(scope(Language::Polish, async { current() }).await, Language::Polish);
    }
}
