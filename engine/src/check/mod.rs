//! `waypost check`: whether the log and the state that it led to still say the same, row by row, and whether what
//! is derived from both is what follows from them. It reads one snapshot, in batches, while servers may run.
//!
//! Only what is derived can be mended: where a deal stands, how its title is compared, and the index of titles.
//! What people did is told and left alone.

use std::collections::BTreeMap;

use domain::policy::Actor;
use entity::ids::DealId;
use serde::Serialize;

use crate::{app::App, error::Result};

mod deals;
mod files;
mod history;
mod mend;
mod processes;
mod rows;
mod store;

/// On whose behalf it reads and mends.
const CHECK: Actor = Actor::System("check");

/// What to look at, and whether to mend what is derived.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    /// Whether the bytes of files are read, too.
    pub files: bool,
    /// Whether what is derived is made anew where it differs.
    pub repair: bool,
}

/// Something that is stored, and something else that follows from the rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Of what: `deal`, `process`, `file`, or the name of a table.
    pub of: String,
    /// Which one.
    pub id: String,
    /// What about it.
    pub what: String,
    /// What is stored.
    pub stored: String,
    /// What follows.
    pub follows: String,
    /// Whether it is derived, so that it can be mended.
    pub derived: bool,
}

/// How much was looked at, and what came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Deals.
    pub deals: u64,
    /// Their events.
    pub events: u64,
    /// Processes.
    pub processes: u64,
    /// Files whose bytes were read.
    pub files: u64,
    /// What differs.
    pub differences: u64,
    /// How much of that was mended.
    pub mended: u64,
}

impl Summary {
    /// Whether nothing differs, or nothing any more.
    pub fn is_clean(&self) -> bool {
        self.differences == self.mended
    }
}

/// Who is told, as it is found.
pub trait Listener: Sync {
    /// Something differs.
    fn differs(&self, difference: &Difference);
    /// This was mended.
    fn mended(&self, difference: &Difference);
    /// So many of these were looked at.
    fn progress(&self, what: &'static str, done: u64);
}

/// What was found, on its way to whoever is told.
struct Found<'a> {
    listener: &'a dyn Listener,
    summary: Summary,
    /// What can be mended of which deal.
    deals: BTreeMap<DealId, Vec<Difference>>,
    /// What can be mended by making the index of titles anew.
    titles: Vec<Difference>,
}

impl Found<'_> {
    fn add(&mut self, difference: Difference) {
        self.listener.differs(&difference);
        self.summary.differences += 1;
    }

    fn of_deal(&mut self, deal: DealId, difference: Difference) {
        if difference.derived {
            self.deals.entry(deal).or_default().push(difference.clone());
        }
        self.add(difference);
    }

    fn of_titles(&mut self, difference: Difference) {
        self.titles.push(difference.clone());
        self.add(difference);
    }
}

/// Looks at everything, tells what differs, and mends what is derived if that is wished.
///
/// # Errors
/// The database or the place of files cannot be read.
pub async fn check(app: &App, wish: Wish, listener: &dyn Listener) -> Result<Summary> {
    let (summary, deals, titles) = (Summary::default(), BTreeMap::new(), Vec::new());
    let mut found = Found { listener, summary, deals, titles };
    look(app, &mut found).await?;
    if wish.files {
        files::look(app, &mut found).await?;
    }
    if wish.repair {
        mend::mend(app, &mut found).await?;
    }
    Ok(found.summary)
}

async fn look(app: &App, found: &mut Found<'_>) -> Result<()> {
    let snapshot = app.read(CHECK);
    let conn = snapshot.conn().await?;
    rows::look(conn, found).await?;
    processes::look(conn, found).await?;
    deals::look(app, conn, found).await
}

/// A value as people read it.
fn display(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::Null) => "nothing".to_owned(),
        Ok(serde_json::Value::String(text)) => text,
        Ok(other) => other.to_string(),
        Err(cause) => cause.to_string(),
    }
}
