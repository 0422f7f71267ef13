//! A unit of work that shares a turn with others: it decides in memory, and all that the turn decides is written at its end,
//! a kind of rows at a time. One that asks the database for something of its own runs alone instead.

use std::{
    any::Any,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use domain::policy::Actor;
use futures_util::future::BoxFuture;

use super::{Answers, Question, Touched, Tx};
use crate::error::{Error, Result};

/// Rows to write: now, or together with others at the end of a turn.
pub(crate) trait Work: Send + Sync + 'static {
    /// Takes in what was decided later.
    fn add(&mut self, later: Self);

    /// Writes them.
    fn write(self, tx: &mut Tx) -> impl Future<Output = Result<()>> + Send;
}

trait AnyWork: Any + Send + Sync {
    fn write_any<'a>(self: Box<Self>, tx: &'a mut Tx) -> BoxFuture<'a, Result<()>>;
    /// Adds this to the work of its kind among these, or after them.
    fn join(self: Box<Self>, all: &mut Vec<Box<dyn AnyWork>>);
}

impl<W: Work> AnyWork for W {
    fn write_any<'a>(self: Box<Self>, tx: &'a mut Tx) -> BoxFuture<'a, Result<()>> {
        Box::pin((*self).write(tx))
    }

    fn join(self: Box<Self>, all: &mut Vec<Box<dyn AnyWork>>) {
        for one in all.iter_mut() {
            let one: &mut dyn Any = &mut **one;
            if let Some(same) = one.downcast_mut::<W>() {
                return same.add(*self);
            }
        }
        all.push(self);
    }
}

/// What was decided and is not written yet, in the order in which it has to be written.
#[derive(Default)]
pub(crate) struct Works(Vec<Box<dyn AnyWork>>);

/// What a unit of work that succeeds has the others of its turn know.
type Lesson = Box<dyn FnOnce(&Answers) + Send + Sync>;

/// A flag that is only ever raised.
#[derive(Default)]
pub(super) struct Flag(AtomicBool);

impl Flag {
    pub(super) fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// The part that one unit of work has in a turn.
pub(super) struct Share {
    pub(super) answers: Arc<Answers>,
    pub(super) is_waiting: Flag,
    is_held_up: Flag,
    works: Works,
    lessons: Vec<Lesson>,
}

/// How a unit of work that shares a turn went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Went {
    /// It has come to its end.
    Through,
    /// It asked for what is not known yet.
    Waiting,
    /// Somebody else has what it needs, and its turn does not wait for that.
    HeldUp,
    /// It asked the database for something of its own.
    Alone,
}

impl Tx {
    /// A unit of work of this turn, which has no connection.
    pub(crate) fn within(turn: &Self, answers: &Arc<Answers>, actor: Actor) -> Self {
        let share = Share {
            answers: answers.clone(),
            is_waiting: Flag::default(),
            is_held_up: Flag::default(),
            works: Works::default(),
            lessons: Vec::new(),
        };
        let conn = turn.conn.absent();
        let next_position = turn.next_position;
        Self { next_position, share: Some(share), ..Self::on(turn.base.clone(), conn, actor) }
    }

    /// How it went, whatever it led to.
    pub(crate) fn went(&self) -> Went {
        match &self.share {
            Some(share) if share.is_held_up.get() => Went::HeldUp,
            _ if self.conn.was_missed() => Went::Alone,
            Some(share) if share.is_waiting.get() => Went::Waiting,
            _ => Went::Through,
        }
    }

    /// Writes this: at once, or with what else is decided in this turn.
    pub(crate) async fn write<W: Work>(&mut self, work: W) -> Result<()> {
        match &mut self.share {
            Some(share) => {
                Box::new(work).join(&mut share.works.0);
                Ok(())
            }
            None => work.write(self).await,
        }
    }

    /// From now on this is so, for all units of work that follow in this turn.
    pub(crate) fn learn<Q: Question>(&mut self, key: Q::Key, answer: Q::Answer) {
        if let Some(share) = &mut self.share {
            share.lessons.push(Box::new(move |answers| answers.put::<Q>(key, answer)));
        }
    }

    /// For what cannot be decided among others.
    pub(crate) fn expect_alone(&self) -> Result<()> {
        match &self.share {
            Some(_) => {
                self.conn.miss();
                Err(Error::Again)
            }
            None => Ok(()),
        }
    }

    /// For what somebody else has, while its turn does not wait.
    pub(crate) fn held_up(&self) -> Error {
        if let Some(share) = &self.share {
            share.is_held_up.set();
        }
        Error::Again
    }

    /// The turn takes over what one of its units of work decided.
    pub(crate) fn take_over(&mut self, works: &mut Works, one: Self) {
        let Some(share) = one.share else { return };
        self.next_position = one.next_position;
        self.touched.add(one.touched);
        share.works.0.into_iter().for_each(|work| work.join(&mut works.0));
        share.lessons.into_iter().for_each(|lesson| lesson(&share.answers));
    }

    /// Writes what the turn decided.
    pub(crate) async fn write_all(&mut self, works: Works) -> Result<()> {
        for work in works.0 {
            work.write_any(self).await?;
        }
        Ok(())
    }
}

impl Touched {
    fn add(&mut self, other: Self) {
        self.deals.extend(other.deals);
        self.members.extend(other.members);
        self.people |= other.people;
        self.processes.extend(other.processes);
    }
}
