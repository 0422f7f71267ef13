//! Where units of work wait for their turn. A lane has one turn at a time, so that whatever comes while it is taken goes
//! together in the next one: under load turns grow by themselves, and without it nobody waits.

use std::{
    collections::VecDeque,
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
};

use domain::policy::Actor;
use entity::ids::{DealId, MemberId};
use sea_orm::DbBackend;
use tokio::sync::oneshot;

use super::{AnyDone, App, turn::Request};
use crate::{
    command::AnyCommand,
    error::{Error, Result},
};

/// How many units of work go in one turn at most.
const MOST: usize = 64;
/// How many turns there are at a time on PostgreSQL: while one waits for the disk, another decides. SQLite has one writer.
const LANES: usize = 4;

/// The lanes of this program.
#[derive(Default)]
pub(super) struct Lanes([Mutex<Lane>; LANES]);

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

    /// Those who go next: one of each member, then another one of each. Whoever has more waits behind the others.
    fn next(&mut self) -> Vec<Request> {
        let mut going = Vec::new();
        while going.len() < MOST {
            let Some((member, mut theirs)) = self.waiting.pop_front() else { break };
            going.extend(theirs.pop_front());
            if !theirs.is_empty() {
                self.waiting.push_back((member, theirs));
            }
        }
        going
    }
}

impl Lanes {
    /// Deals are always in the same lane.
    fn of(&self, app: &App, deal: DealId) -> &Mutex<Lane> {
        let lanes = if app.db().backend() == DbBackend::Postgres { LANES } else { 1 };
        let (_, low) = deal.uuid().as_u64_pair();
        &self.0[usize::from(low.to_le_bytes()[0]) % lanes]
    }
}

fn lock(lane: &Mutex<Lane>) -> MutexGuard<'_, Lane> {
    lane.lock().unwrap_or_else(PoisonError::into_inner)
}

impl App {
    /// Runs a unit of work that is about this deal together with others.
    pub(super) async fn write_together(
        &self,
        actor: Actor,
        command: Box<dyn AnyCommand>,
        deal: DealId,
    ) -> Result<AnyDone> {
        let (answer, result) = oneshot::channel();
        let request = Request { actor, command, answer };
        let is_first = {
            let mut lane = lock(self.part::<Lanes>().of(self, deal));
            lane.add(request);
            self.measures().waiting.inc();
            !mem::replace(&mut lane.is_taken, true)
        };
        if is_first {
            let app = self.clone();
            tokio::spawn(async move { app.take_turns(deal).await });
        }
        result.await.map_err(|_| Error::bug("a turn ended without an answer"))?
    }

    /// Takes turns in the lane of this deal until nobody waits there.
    async fn take_turns(&self, deal: DealId) {
        let lane = self.part::<Lanes>().of(self, deal);
        loop {
            let going = {
                let mut lane = lock(lane);
                let going = lane.next();
                lane.is_taken = !going.is_empty();
                going
            };
            if going.is_empty() {
                return;
            }
            self.measures().waiting.dec_by(going.len().try_into().unwrap_or(i64::MAX));
            self.measures().turns.observe(going.len() as f64);
            let app = self.clone();
            // On a task of its own: were it to panic, those who wait behind it are not to wait for ever.
            let _ = tokio::spawn(async move { app.take_turn(going).await }).await;
        }
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

    fn members(going: &[Request]) -> Vec<u128> {
        let id = |request: &Request| request.actor.member_id().map(|id| id.uuid().as_u128());
        going.iter().filter_map(id).collect()
    }

    #[test]
    fn whoever_asks_a_thousand_times_delays_another_one_by_no_more_than_the_turn_that_is_taken() {
        let mut lane = Lane::default();
        (0..1_000).for_each(|_| lane.add(request(1)));
        assert_eq!(members(&lane.next()), [1; MOST]);
        lane.add(request(2));
        let going = members(&lane.next());
        assert_eq!((going.len(), going.iter().filter(|id| **id == 2).count()), (MOST, 1));
    }

    #[test]
    fn members_take_turns_and_each_is_served_in_order() {
        let mut lane = Lane::default();
        [1, 1, 1, 2, 3, 3].into_iter().for_each(|member| lane.add(request(member)));
        assert_eq!(members(&lane.next()), [1, 2, 3, 1, 3, 1]);
        assert!(lane.next().is_empty());
    }
}
