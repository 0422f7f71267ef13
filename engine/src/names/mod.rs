//! The stored keys of names: made anew when the rules for them have changed, and names told that look the
//! same since then. The one place that knows the names of every noun.

use std::collections::{BTreeMap, HashSet};

use domain::{
    email,
    policy::Actor,
    text::{self, EDITION},
};

use entity::ids::DealId;

use crate::{app::App, command::Command, error::Result, tx::Tx};

mod store;

use store::{Keyed, Named};

/// On whose behalf keys are made anew.
const RENEWAL: Actor = Actor::System("new keys of names");

/// Makes all stored keys anew, unless that was done by the rules of this program: all or nothing, and one
/// server after the other. No name changes. Of names that must differ and look the same by now, the oldest gets
/// the key, and the others keep theirs: nobody asks for those, and all of them are compared by name.
pub async fn renew(app: &App) -> Result<()> {
    app.write(RENEWAL, Renew).await?;
    fill(app).await
}

/// Makes the keys that are missing by which titles and names are searched and sorted, some at a time: of a database of
/// before, and of what a program of before has written beside this one. No key has to wait for another.
async fn fill(app: &App) -> Result<()> {
    app.write(RENEWAL, FillMembers).await?;
    let mut after = None;
    loop {
        after = app.write(RENEWAL, FillDeals { after }).await?;
        if after.is_none() {
            return Ok(());
        }
    }
}

/// Making what is missing of all members.
struct FillMembers;

impl Command for FillMembers {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let rows = store::unkeyed_members(tx.conn()).await?;
        if rows.is_empty() {
            return Ok(());
        }
        tx.lock_members().await?;
        store::fill_members(tx.conn(), &store::unkeyed_members(tx.conn()).await?).await
    }
}

/// Making what is missing of the next deals after this one.
struct FillDeals {
    after: Option<DealId>,
}

impl Command for FillDeals {
    type Output = Option<DealId>;

    async fn run(&self, tx: &mut Tx) -> Result<Option<DealId>> {
        let rows = store::unkeyed_deals(tx.conn(), self.after).await?;
        store::fill_deals(tx.conn(), &rows).await?;
        Ok(rows.last().map(|(id, _)| *id))
    }
}

/// Making keys anew.
struct Renew;

impl Command for Renew {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        renew_once(tx).await
    }
}

async fn renew_once(tx: &mut Tx) -> Result<()> {
    let conn = tx.conn();
    if store::edition(conn).await? == EDITION {
        return Ok(());
    }
    tx.lock_members().await?;
    tx.lock_organisation().await?;
    let mut changed = 0;
    for (id, key) in renewed(store::members(conn).await?, email::key) {
        changed += store::set_member_key(conn, id, key).await?;
    }
    for (id, key) in renewed(store::processes(conn).await?, text::key) {
        changed += store::set_process_key(conn, id, key).await?;
    }
    for (id, key) in renewed(store::close_reasons(conn).await?, text::key) {
        changed += store::set_close_reason_key(conn, id, key).await?;
    }
    changed += renew_deals(tx).await?;
    store::forget(conn).await?;
    store::set_edition(conn, EDITION).await?;
    if changed > 0 {
        tracing::info!(target: "waypost::names", changed, "names are compared as people see them: their keys were made anew");
    }
    Ok(())
}

/// There are many: they come page by page.
async fn renew_deals(tx: &Tx) -> Result<u64> {
    let (mut changed, mut after) = (0, None);
    loop {
        let deals = store::deals(tx.conn(), after).await?;
        let Some(last) = deals.last() else { return Ok(changed) };
        after = Some(last.id);
        for (id, key) in renewed(deals, text::key) {
            changed += store::set_deal_key(tx.conn(), id, key).await?;
        }
    }
}

/// The keys to write, in this order: at no moment do two rows have one key that only one may have.
fn renewed<I: Copy>(rows: Vec<Keyed<I>>, key: fn(&str) -> String) -> Vec<(I, String)> {
    let of_one = rows.iter().filter(|row| row.is_unique);
    let mut held: HashSet<String> = of_one.map(|row| row.key.clone()).collect();
    let mut changed = Vec::new();
    for row in rows {
        let new = key(&row.name);
        if new == row.key || (row.is_unique && held.contains(&new)) {
            continue;
        }
        if row.is_unique {
            held.remove(&row.key);
            held.insert(new.clone());
        }
        changed.push((row.id, new));
    }
    changed
}

/// Logs each group of names that look the same and should not, until somebody has renamed all but one.
pub async fn warn_of_twins(app: &App) -> Result<()> {
    let snapshot = app.read(RENEWAL);
    let all = store::named(snapshot.conn().await?).await?;
    twins(all)
        .iter()
        .for_each(|twins| tracing::warn!(target: "waypost::names", "{}", warning(twins)));
    Ok(())
}

/// Names that look the same in one place: two or more in each group.
fn twins(all: Vec<Named>) -> Vec<Vec<Named>> {
    let mut places: BTreeMap<_, Vec<Named>> = BTreeMap::new();
    for named in all {
        let key = if named.kind == store::MEMBER { email::key } else { text::key };
        places.entry((named.kind, named.of.clone(), key(&named.name))).or_default().push(named);
    }
    places.into_values().filter(|group| group.len() > 1).collect()
}

/// Written so that what nobody sees is seen.
fn warning(twins: &[Named]) -> String {
    let names: Vec<_> = twins.iter().map(|one| format!("{:?} ({})", one.name, one.id)).collect();
    let (what, how) = match twins.first().map(|one| one.kind) {
        Some(store::MEMBER) => {
            ("members have the same address", "another address with updateMember")
        }
        Some(store::PROCESS) => ("processes look the same", "another name with updateProcess"),
        Some(store::STAGE) => {
            ("stages of a process look the same", "another name with updateStage")
        }
        Some(store::ACTION) => {
            ("actions of a stage look the same", "another name with updateAction")
        }
        _ => ("close reasons look the same", "another name with updateCloseReason"),
    };
    format!("these {what}: {}. They stay as they are; give all but one {how}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: u8, name: &str, key: &str) -> Keyed<u8> {
        Keyed { id, name: name.into(), key: key.into(), is_unique: true }
    }

    #[test]
    fn the_oldest_of_twins_gets_the_key_and_no_two_ever_have_one() {
        let rows = vec![
            row(1, "Sales", "sales"),
            row(2, "Sales\u{200b}", "sales\u{200b}"),
            row(3, "Ｏｆｆｅｒ", "ｏｆｆｅｒ"),
            row(4, "OFFER\u{ad}", "offer\u{ad}"),
        ];
        assert_eq!(renewed(rows, text::key), [(3, "offer".to_owned())]);
    }

    #[test]
    fn a_key_that_is_given_up_is_free_for_the_next() {
        let rows = vec![row(1, "b", "a"), row(2, "a", "x")];
        assert_eq!(renewed(rows, text::key), [(1, "b".to_owned()), (2, "a".to_owned())]);
        let rows = vec![row(1, "b", "a"), row(2, "c", "b")];
        assert_eq!(renewed(rows, text::key), [(2, "c".to_owned())]);
    }

    #[test]
    fn names_that_need_not_differ_all_get_their_keys() {
        let any = |id, name: &str| Keyed { is_unique: false, ..row(id, name, "old") };
        let keys = renewed(vec![any(1, "A"), any(2, "a\u{200b}")], text::key);
        assert_eq!(keys, [(1, "a".to_owned()), (2, "a".to_owned())]);
    }
}
