//! Units of work that cannot be decided together, one after the other in one transaction, on SQLite: it has one writer, for
//! which all of them wait anyway, and so they wait for the disk once. Each sees what those before it did; what is refused
//! takes back what it did itself, and nobody is answered before the commit. Whatever else goes wrong runs alone afterwards,
//! where its faults are its own.

use std::{
    panic::AssertUnwindSafe,
    time::{Duration, Instant},
};

use domain::policy::Actor;
use futures_util::FutureExt;

use super::{
    AnyDone, App, judged,
    lanes::{MOST, Way},
    lost_a_race,
    turn::Request,
};
use crate::{
    error::{Error, Result},
    trouble,
    tx::{Touched, Tx},
};

/// After how long nobody else begins in a series: those who are done wait for its commit.
#[derive(Clone, Copy, Debug)]
pub struct SeriesLimit(pub Duration);

impl Default for SeriesLimit {
    fn default() -> Self {
        Self(Duration::from_millis(5))
    }
}

/// On whose behalf it begins; each unit of work has its own actor.
const SERIES: Actor = Actor::System("series");

/// A unit of work that has come to its end, and what it is answered with once that is true. Where the series fails, that is
/// never said: it runs again, or is answered with what failed.
type Ended = (Request, Result<AnyDone>);

impl App {
    /// Runs this unit of work and those who wait behind it, and answers all of them.
    pub(super) async fn run_series(&self, first: Request) {
        let mut ended = Vec::new();
        let outcome = match Tx::begin(self.base.clone(), SERIES).await {
            Ok(tx) => self.run_all(tx, first, &mut ended).await,
            Err(error) => {
                ended.push((first, Err(Error::Again)));
                Err(error)
            }
        };
        self.measures().turns.observe(ended.len() as f64);
        match outcome {
            Ok(touched) => {
                self.publish(&touched);
                ended.into_iter().for_each(|(request, result)| self.answer(request, result));
            }
            Err(Error::Unsure(cause)) => {
                self.answer_unsure(ended.into_iter().map(|(request, _)| request), &cause);
            }
            Err(error) => self.run_each_alone(ended, error),
        }
    }

    /// Nothing of it is true. The fault of the only one is its own, unless trying again is the answer.
    fn run_each_alone(&self, mut ended: Vec<Ended>, error: Error) {
        if ended.len() == 1
            && !lost_a_race(&error)
            && let Some((request, _)) = ended.pop()
        {
            return self.answer(request, Err(error));
        }
        tracing::debug!(target: "waypost::app::series", %error, units = ended.len(), "a series failed; its units of work run alone");
        ended.into_iter().for_each(|(request, _)| self.run_alone(request));
    }

    fn answer(&self, request: Request, result: Result<AnyDone>) {
        if let Err(error) = &result {
            self.writing().ended_with(error);
        }
        drop(request.answer.send(result));
    }

    async fn run_all(&self, mut tx: Tx, first: Request, ended: &mut Vec<Ended>) -> Result<Touched> {
        match self.run_until_long(&mut tx, first, ended).await {
            Ok(()) => self.commit(tx).await,
            Err(error) => {
                if let Err(fault) = tx.rollback().await {
                    trouble::note("a series was not rolled back in order", &fault);
                }
                Err(error)
            }
        }
    }

    async fn run_until_long(
        &self,
        tx: &mut Tx,
        first: Request,
        ended: &mut Vec<Ended>,
    ) -> Result<()> {
        let (begun, limit) = (Instant::now(), self.settings_of::<SeriesLimit>().0);
        let mut next = Some(first);
        while let Some(request) = next {
            match run_one(tx, &request, ended.is_empty()).await {
                Ok(Some(result)) => ended.push((request, result)),
                Ok(None) => self.run_alone(request),
                Err(error) => {
                    ended.push((request, Err(Error::Again)));
                    return Err(error);
                }
            }
            let goes_on = ended.len() < MOST && begun.elapsed() < limit;
            next = goes_on.then(|| self.next_in(Way::Series)).flatten();
        }
        Ok(())
    }
}

/// What a unit of work led to; none where it has to run alone, because only what is done, or refused, is believed of one that
/// is not the first. An error says that nothing of the series can become true.
async fn run_one(
    tx: &mut Tx,
    request: &Request,
    is_first: bool,
) -> Result<Option<Result<AnyDone>>> {
    tx.follow(request.actor.clone()).await?;
    let outcome = AssertUnwindSafe(judged(tx, &*request.command)).catch_unwind().await;
    let is_sound = tx.is_sound().await;
    let result = match outcome {
        Ok(Ok(value)) if is_sound => {
            return Ok(Some(Ok(AnyDone { value, left: tx.left() })));
        }
        Ok(Err(error)) if is_refusal(&error) || is_first && !lost_a_race(&error) => {
            Some(Err(error))
        }
        _ => None,
    };
    tx.undo().await?;
    Ok(result)
}

fn is_refusal(error: &Error) -> bool {
    matches!(error, Error::Refused(_) | Error::Unauthenticated)
}
