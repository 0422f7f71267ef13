//! Where units of work wait for their turn. A lane has one turn at a time, so that whatever comes while it is taken goes
//! together in the next one: under load turns grow by themselves, and without it nobody waits. Those whose process somebody
//! else has, such as a save that many deals follow, wait in lanes of their own. What cannot be decided among
//! others waits in a lane of its own, on SQLite, whose one writer does them one after the other with one commit.

use std::{
    collections::VecDeque,
    iter, mem,
    sync::{Mutex, MutexGuard, PoisonError},
};

use domain::policy::Actor;
use entity::ids::{DealId, MemberId};
use sea_orm::DbBackend;
use tokio::sync::oneshot;

use super::{AnyDone, App, turn::Request};
use crate::{
    command::{Among, AnyCommand},
    error::{Error, Result},
};

/// How many units of work go in one turn at most.
pub(super) const MOST: usize = 64;
/// How many turns of deals there are at a time on PostgreSQL: while one waits for the disk, another decides. SQLite has one
/// writer. Turns of processes lock them against each other: one at a time.
const LANES: usize = 4;

/// The lanes of this program.
#[derive(Default)]
pub(super) struct Lanes {
    deals: [Mutex<Lane>; LANES],
    processes: Mutex<Lane>,
    held_up_deals: Mutex<Lane>,
    held_up_processes: Mutex<Lane>,
    series: Mutex<Lane>,
}

/// How a unit of work goes with others.
#[derive(Clone, Copy)]
pub(super) enum Way {
    /// All of a turn are read for, decided and written together; whoever needs what somebody else has goes a patient way.
    Turn(Among),
    /// The same, and the turn waits: only those wait with it who do so anyway.
    Patient(Among),
    /// One after the other in one transaction.
    Series,
}

/// Those who wait, by member and in the order in which they came; members take turns.
#[derive(Default)]
struct Lane {
    is_taken: bool,
    waiting: VecDeque<(Option<MemberId>, VecDeque<Request>)>,
}

impl Lane {
    fn add(&mut self, request: Request) {
        let member = request.actor.member_id();
        match self.waiting.iter_mut().find(|(other, _)| *other == member) {
            Some((_, theirs)) => theirs.push_back(request),
            None => self.waiting.push_back((member, VecDeque::from([request]))),
        }
    }

    /// Who goes next: one of each member, then another one of each. Whoever has more waits behind the others.
    fn next(&mut self) -> Option<Request> {
        let (member, mut theirs) = self.waiting.pop_front()?;
        let next = theirs.pop_front();
        if !theirs.is_empty() {
            self.waiting.push_back((member, theirs));
        }
        next
    }
}

impl Lanes {
    fn of(&self, app: &App, way: Way) -> &Mutex<Lane> {
        match way {
            Way::Turn(Among::Deals(deal)) => self.of_deal(app, deal),
            Way::Turn(Among::Processes) => &self.processes,
            Way::Patient(Among::Deals(_)) => &self.held_up_deals,
            Way::Patient(Among::Processes) => &self.held_up_processes,
            Way::Series => &self.series,
        }
    }

    /// A deal is always in the same lane.
    fn of_deal(&self, app: &App, deal: DealId) -> &Mutex<Lane> {
        let lanes = if app.db().backend() == DbBackend::Postgres { LANES } else { 1 };
        let (_, low) = deal.uuid().as_u64_pair();
        &self.deals[usize::from(low.to_le_bytes()[0]) % lanes]
    }
}

fn lock(lane: &Mutex<Lane>) -> MutexGuard<'_, Lane> {
    lane.lock().unwrap_or_else(PoisonError::into_inner)
}

impl App {
    /// Runs a unit of work with others that go this way.
    pub(super) async fn write_among(
        &self,
        actor: Actor,
        command: Box<dyn AnyCommand>,
        way: Way,
    ) -> Result<AnyDone> {
        let (answer, result) = oneshot::channel();
        self.enqueue(Request { actor, command, answer }, way);
        result.await.map_err(|_| Error::bug("a turn ended without an answer"))?
    }

    /// Whoever is the first in a lane that nobody serves has it served.
    pub(super) fn enqueue(&self, request: Request, way: Way) {
        let is_first = {
            let mut lane = lock(self.part::<Lanes>().of(self, way));
            lane.add(request);
            self.measures().waiting.inc();
            !mem::replace(&mut lane.is_taken, true)
        };
        if is_first {
            let app = self.clone();
            tokio::spawn(async move { app.serve(way).await });
        }
    }

    /// Takes turns in this lane until nobody waits there.
    async fn serve(&self, way: Way) {
        while let Some(first) = self.next_or_leave(way) {
            let app = self.clone();
            // On a task of its own: were it to panic, those who wait behind it are not to wait for ever.
            let turn = tokio::spawn(async move {
                match way {
                    Way::Turn(_) => app.take_turn(app.among(first, way), false).await,
                    Way::Patient(_) => app.take_turn(app.among(first, way), true).await,
                    Way::Series => app.run_series(first).await,
                }
            });
            let _ = turn.await;
        }
    }

    /// This one and those who go in one turn with it.
    fn among(&self, first: Request, way: Way) -> Vec<Request> {
        let others = iter::from_fn(|| self.next_in(way));
        iter::once(first).chain(others).take(MOST).collect()
    }

    /// Who goes next in this lane, if anybody waits.
    pub(super) fn next_in(&self, way: Way) -> Option<Request> {
        let next = lock(self.part::<Lanes>().of(self, way)).next()?;
        self.measures().waiting.dec();
        Some(next)
    }

    /// Who goes next in this lane; where nobody waits, whoever comes next has it served again.
    fn next_or_leave(&self, way: Way) -> Option<Request> {
        let mut lane = lock(self.part::<Lanes>().of(self, way));
        let next = lane.next();
        lane.is_taken = next.is_some();
        drop(lane);
        if next.is_some() {
            self.measures().waiting.dec();
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use domain::policy::MemberActor;
    use entity::member::Role;
    use uuid::Uuid;

    use super::*;
    use crate::{command::Command, tx::Tx};

    struct Nothing;

    impl Command for Nothing {
        type Output = ();

        async fn run(&self, _: &mut Tx) -> Result<()> {
            Ok(())
        }
    }

    fn request(member: u128) -> Request {
        let id = MemberId::from_uuid(Uuid::from_u128(member));
        let actor = MemberActor { id, role: Role::Salesperson, credential: None };
        let (answer, _) = oneshot::channel();
        Request { actor: Actor::Member(actor), command: Box::new(Nothing), answer }
    }

    fn turn(lane: &mut Lane) -> Vec<Request> {
        iter::from_fn(|| lane.next()).take(MOST).collect()
    }

    fn members(going: &[Request]) -> Vec<u128> {
        let id = |request: &Request| request.actor.member_id().map(|id| id.uuid().as_u128());
        going.iter().filter_map(id).collect()
    }

    #[test]
    fn whoever_asks_a_thousand_times_delays_another_one_by_no_more_than_the_turn_that_is_taken() {
        let mut lane = Lane::default();
        (0..1_000).for_each(|_| lane.add(request(1)));
        assert_eq!(members(&turn(&mut lane)), [1; MOST]);
        lane.add(request(2));
        let going = members(&turn(&mut lane));
        assert_eq!((going.len(), going.iter().filter(|id| **id == 2).count()), (MOST, 1));
    }

    #[test]
    fn members_take_turns_and_each_is_served_in_order() {
        let mut lane = Lane::default();
        [1, 1, 1, 2, 3, 3].into_iter().for_each(|member| lane.add(request(member)));
        assert_eq!(members(&turn(&mut lane)), [1, 2, 3, 1, 3, 1]);
        assert!(lane.next().is_none());
    }
}
