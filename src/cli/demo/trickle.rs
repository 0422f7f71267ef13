//! People at work while you watch: every few seconds somebody does something.

use std::{collections::HashSet, time::Duration};

use engine::{app::App, error::Result};
use entity::{deal::Status, ids::DealId};

use super::{
    act::{self, Next},
    history,
    plans::INCOMING,
    processes::Processes,
    team::Team,
};

/// How many deals the team works on besides the one to be watched; more would be too much to follow.
const AT_WORK: usize = 12;

/// The team at work.
pub(crate) struct Trickle {
    /// The application.
    pub app: App,
    /// Who works.
    pub team: Team,
    /// For new deals.
    pub processes: Processes,
    /// The deal to be watched: every second step is about it.
    pub star: DealId,
    /// The other deals.
    pub others: Vec<DealId>,
    /// Deals whose actions are being undone again, so that there is always something to see.
    pub falling: HashSet<DealId>,
}

impl Trickle {
    /// Works until it is stopped. Visitors may have changed anything, so a refusal is no news.
    pub(crate) async fn run(mut self) {
        for step in 0_usize.. {
            let pause = 2500 + 250 * (step * 3 % 5) as u64;
            tokio::time::sleep(Duration::from_millis(pause)).await;
            if let Err(error) = self.step(step).await {
                tracing::debug!(%error, "the demo was refused something");
            }
        }
    }

    async fn step(&mut self, step: usize) -> Result<()> {
        let turn = step / 2;
        if step.is_multiple_of(2) {
            return self.watch_me(turn).await;
        }
        if turn % 6 == 5 || self.others.is_empty() {
            return self.add_deal(turn / 6).await;
        }
        let place = turn % self.others.len();
        let deal = self.others[place];
        match turn % 5 {
            3 => self.wander(deal, turn).await,
            4 => act::undo_latest(&self.app, &self.team, deal).await.map(drop),
            _ => self.advance(deal, place).await,
        }
    }

    /// The deal to be watched goes up to the last action and down again, and is moved now and then.
    async fn watch_me(&mut self, turn: usize) -> Result<()> {
        let (app, team, star) = (&self.app, &self.team, self.star);
        if turn % 7 == 6 {
            return self.wander(star, turn).await;
        }
        let moved = match self.falling.contains(&star) {
            true => act::undo_latest(app, team, star).await?,
            false => act::do_next(app, team, star, Next::Any).await?,
        };
        if !moved && !self.falling.remove(&star) {
            self.falling.insert(star);
        }
        Ok(())
    }

    async fn wander(&self, deal: DealId, turn: usize) -> Result<()> {
        let stages = act::look(&self.app, deal).await?.version.definition.stages.len().max(1);
        act::move_to(&self.app, &self.team, deal, Some(turn % stages)).await
    }

    /// A deal whose actions are all done is won, and makes room for another.
    async fn advance(&mut self, deal: DealId, place: usize) -> Result<()> {
        let (app, team) = (&self.app, &self.team);
        if act::do_next(app, team, deal, Next::Any).await.unwrap_or(false) {
            return Ok(());
        }
        self.others.swap_remove(place);
        act::close(app, team, deal, Status::Won, "Done and dusted.").await
    }

    async fn add_deal(&mut self, turn: usize) -> Result<()> {
        let plan = &INCOMING[turn % INCOMING.len()];
        let deal = history::create_deal(&self.app, &self.team, &self.processes, plan).await?;
        self.others.push(deal);
        if self.others.len() > AT_WORK {
            let given_up = self.others.remove(0);
            let why = "We have better things to do.";
            return act::close(&self.app, &self.team, given_up, Status::Lost, why).await;
        }
        Ok(())
    }
}
