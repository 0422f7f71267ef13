//! Making anew what is derived: each deal under its locks, judged again by what is there by then.

use domain::text;
use entity::ids::DealId;

use super::{
    CHECK, Difference, Found,
    history::{ACTIVITY, KEY, OWNER_KEY},
    store,
};
use crate::{app::App, command::Command, deal::hold, error::Result, tx::Tx};

/// Mends what can be mended of what was found.
pub(super) async fn mend(app: &App, found: &mut Found<'_>) -> Result<()> {
    for (deal, differences) in std::mem::take(&mut found.deals) {
        let others = [KEY, OWNER_KEY, ACTIVITY];
        let standing = differences.iter().any(|one| !others.contains(&one.what.as_str()));
        let activity = differences.iter().any(|one| one.what == ACTIVITY);
        app.write(CHECK, Restate { deal, standing, activity }).await?;
        report(found, &differences);
    }
    let titles = std::mem::take(&mut found.titles);
    if !titles.is_empty() {
        app.write(CHECK, IndexTitles).await?;
        report(found, &titles);
    }
    Ok(())
}

fn report(found: &mut Found<'_>, differences: &[Difference]) {
    differences.iter().for_each(|one| found.listener.mended(one));
    found.summary.mended += differences.len() as u64;
}

/// Making anew where a deal stands, when somebody last did something to it, and how its title and owner are compared.
/// Nothing happens to the deal, so there is no event.
struct Restate {
    deal: DealId,
    /// Whether where it stands is mended, too.
    standing: bool,
    /// Whether when somebody last did something to it is mended, too.
    activity: bool,
}

impl Command for Restate {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let mut held = hold(tx, self.deal).await?;
        if self.standing {
            held.deal.recompute(&held.version);
        }
        held.deal.row.title_key = text::key(&held.deal.row.title);
        if self.activity {
            held.deal.recount_activity(&store::events(tx.conn(), &[self.deal]).await?);
        }
        store::restate(tx.conn(), &held.deal.row).await
    }
}

/// Making the index of titles anew.
struct IndexTitles;

impl Command for IndexTitles {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        store::index_titles(tx.conn()).await
    }
}
