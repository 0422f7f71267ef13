//! The name of a request: told to the client, in every line of the log, and with every fault of ours.

use std::{fmt, future::Future, sync::Arc};

tokio::task_local! {
    static CURRENT: RequestId;
}

/// The longest name that a client may give, in characters.
const LONGEST: usize = 128;

/// The name of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RequestId(Arc<str>);

impl RequestId {
    /// The one that a client gives: at most 128 visible ASCII characters.
    pub(crate) fn given(text: &str) -> Option<Self> {
        let visible = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        (visible && text.len() <= LONGEST).then(|| Self(text.into()))
    }

    /// A new one.
    pub(crate) fn fresh() -> Self {
        let mut bytes = [0; 8];
        let _ = getrandom::fill(&mut bytes);
        Self(format!("{:016x}", u64::from_be_bytes(bytes)).into())
    }

    /// The one of the request that this task works for.
    pub(crate) fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// Does some work in its name.
    pub(crate) fn scope<F: Future>(self, work: F) -> impl Future<Output = F::Output> {
        CURRENT.scope(self, work)
    }

    /// As text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_short_visible_name_is_taken() {
        assert_eq!(RequestId::given("a-1/B=").unwrap().as_str(), "a-1/B=");
        assert!(RequestId::given(&"x".repeat(128)).is_some());
        let long = "x".repeat(129);
        for wrong in ["", " ", "a b", "a\nb", "ł", "a\u{7f}", long.as_str()] {
            assert!(RequestId::given(wrong).is_none(), "{wrong:?}");
        }
    }

    #[tokio::test]
    async fn work_knows_whose_it_is() {
        assert_eq!(RequestId::current(), None);
        let id = RequestId::fresh();
        let known = id.clone().scope(async { RequestId::current() }).await;
        assert_eq!(known, Some(id));
    }
}
