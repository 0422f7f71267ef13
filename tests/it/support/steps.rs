//! What a test does in a unit of work of its own.

use engine::{command::Command, error::Result, tx::Tx};
use futures_util::future::BoxFuture;

/// Steps that no command of the application takes, or several at once.
pub struct Steps<C, W> {
    with: C,
    work: W,
}

/// These steps, with what they need.
pub fn steps<C, T, W>(with: C, work: W) -> Steps<C, W>
where
    W: for<'a> Fn(&'a mut Tx, &'a C) -> BoxFuture<'a, Result<T>>,
{
    Steps { with, work }
}

impl<C, T, W> Command for Steps<C, W>
where
    C: Send + Sync + 'static,
    T: Send + 'static,
    W: for<'a> Fn(&'a mut Tx, &'a C) -> BoxFuture<'a, Result<T>> + Send + Sync + 'static,
{
    type Output = T;

    async fn run(&self, tx: &mut Tx) -> Result<T> {
        (self.work)(tx, &self.with).await
    }
}
