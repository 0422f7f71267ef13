//! What can be done: one trait for all use cases, so that whatever begins, tries again and commits is made once for
//! all of them.

use std::any::Any;

use entity::ids::DealId;
use futures_util::future::BoxFuture;

use crate::{
    error::{Error, Result},
    tx::{Left, Tx},
};

/// Among which others a unit of work can be decided, all in one transaction, where all that it asks for in the usual case
/// can be read for many at once. It may be run several times before it is known to have been done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Among {
    /// Those about deals; it is about this one.
    Deals(DealId),
    /// Those that change the settings of processes.
    Processes,
}

/// Something to do in a unit of work. Commands compose: one runs others in its own unit of work.
pub trait Command: Send + Sync + 'static {
    /// What it leads to.
    type Output: Send + 'static;

    /// Among which others it can be decided, if it can.
    fn among(&self) -> Option<Among> {
        None
    }

    /// Does it. Where the unit of work lost a race, it is done again from the beginning.
    fn run(&self, tx: &mut Tx) -> impl Future<Output = Result<Self::Output>> + Send;
}

/// A command whose kind is forgotten: what does not ask for the kind is compiled once, and not once for each.
pub trait AnyCommand: Send + Sync + 'static {
    /// Among which others it can be decided, if it can.
    fn among(&self) -> Option<Among>;

    /// Does it, and forgets the kind of what it leads to.
    fn run_any<'a>(&'a self, tx: &'a mut Tx) -> BoxFuture<'a, Result<AnyOutput>>;
}

/// What a command led to, and what its unit of work left behind: whatever it was about, as it was at the commit. Who
/// answers with it needs to read nothing. It is a type of the noun that left it.
pub struct Done<T> {
    /// What it led to.
    pub value: T,
    /// What it left.
    pub left: Left,
}

/// What a command of any kind led to.
pub type AnyOutput = Box<dyn Any + Send>;

impl<C: Command> AnyCommand for C {
    fn among(&self) -> Option<Among> {
        Command::among(self)
    }

    fn run_any<'a>(&'a self, tx: &'a mut Tx) -> BoxFuture<'a, Result<AnyOutput>> {
        Box::pin(async move { Ok(Box::new(self.run(tx).await?) as AnyOutput) })
    }
}

/// What a command of this kind led to.
pub fn output<C: Command>(any: AnyOutput) -> Result<C::Output> {
    let output = any.downcast().map_err(|_| Error::bug("a command led to something else"))?;
    Ok(*output)
}
