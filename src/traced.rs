//! The span of the request that a task works for.

use std::future::Future;

use engine::traces::Span;

tokio::task_local! {
    static CURRENT: Span;
}

/// The span of the request that this task works for; outside of one it tells nothing.
pub(crate) fn current() -> Span {
    CURRENT.try_with(Clone::clone).unwrap_or_default()
}

/// Does some work as a part of it.
pub(crate) fn scope<F: Future>(span: Span, work: F) -> impl Future<Output = F::Output> {
    CURRENT.scope(span, work)
}
