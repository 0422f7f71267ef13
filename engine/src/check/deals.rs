//! All deals, some at a time: each beside its history, and found by its title where titles have an index.

use std::{collections::HashMap, hash::Hash, sync::Arc};

use domain::process::version::Version;
use entity::{
    deal,
    ids::{DealId, ProcessId, StageId},
};
use sea_orm::{ConnectionTrait, DbBackend};

use super::{
    Difference, Found,
    history::{History, Keys},
    store,
};
use crate::{
    app::App,
    db::Unit,
    error::Result,
    process::{self, versions::Versions},
};

/// How many deals are looked at together: with all their events in memory.
const BATCH: u64 = 100;

/// Looks at all deals.
pub(super) async fn look(app: &App, conn: &Unit, found: &mut Found<'_>) -> Result<()> {
    let mut after = None;
    loop {
        let rows = store::deals(conn, after, BATCH).await?;
        let Some(last) = rows.last() else { break };
        after = Some(last.id);
        batch(app, conn, &rows, found).await?;
        found.summary.deals += rows.len() as u64;
        found.listener.progress("deals", found.summary.deals);
    }
    if conn.get_database_backend() == DbBackend::Sqlite {
        titles(conn, found).await?;
    }
    Ok(())
}

async fn batch(app: &App, conn: &Unit, rows: &[deal::Model], found: &mut Found<'_>) -> Result<()> {
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let events = grouped(store::events(conn, &ids).await?, |event| event.deal_id);
    let completions = grouped(store::completions(conn, &ids).await?, |one| one.deal_id);
    let tasks = grouped(store::tasks(conn, &ids).await?, |task| task.deal_id);
    let notes = grouped(store::notes(conn, &ids).await?, |note| note.deal_id);
    let participants = crate::deal::store::participants(conn, &ids).await?;
    let keys = store::keys(conn, &ids).await?;
    let none = Keys::default();
    for row in rows {
        let Some(version) = version(app, conn, row, found).await? else { continue };
        let history = History {
            row,
            keys: keys.get(&row.id).unwrap_or(&none),
            events: of(&events, row.id),
            completions: of(&completions, row.id),
            participants: of(&participants, row.id),
            tasks: of(&tasks, row.id),
            notes: of(&notes, row.id),
            version: &version,
        };
        found.summary.events += history.events.len() as u64;
        one(conn, &history, found).await?;
    }
    Ok(())
}

async fn one(conn: &Unit, history: &History<'_>, found: &mut Found<'_>) -> Result<()> {
    let then = history.replayed();
    let is_replaced = history.row.moved_stage_id != then.row.moved_stage_id
        && went(conn, history.row.process_id, then.row.moved_stage_id).await?;
    for difference in history.differences(&then, is_replaced) {
        found.of_deal(history.row.id, difference);
    }
    if conn.get_database_backend() == DbBackend::Sqlite {
        found_by_title(conn, history, found).await?;
    }
    Ok(())
}

/// The version that decides about a deal; none, told, where there is none.
async fn version(
    app: &App,
    conn: &Unit,
    row: &deal::Model,
    found: &mut Found<'_>,
) -> Result<Option<Arc<Version>>> {
    let newest = store::newest(conn, row.process_id).await?;
    let number = row.closed_process_version.unwrap_or(newest);
    if (1..=newest).contains(&number) && store::is_version(conn, row.process_id, number).await? {
        let kept = Versions::of(app);
        return Ok(Some(process::store::version(conn, kept, row.process_id, number).await?));
    }
    let (of, id) = ("deal".to_owned(), row.id.to_string());
    let what = "version of its process".to_owned();
    let (stored, follows) = (number.to_string(), format!("one of 1 to {newest}"));
    found.add(Difference { of, id, what, stored, follows, derived: false });
    Ok(None)
}

/// Whether a stage was removed from its process at any time: then a save may have replaced it.
async fn went(conn: &Unit, process: ProcessId, stage: Option<StageId>) -> Result<bool> {
    let Some(stage) = stage else { return Ok(false) };
    for number in (1..=store::newest(conn, process).await?).rev() {
        if let Some(Ok(tree)) = store::definition(conn, process, number).await?
            && tree.stage(stage).is_none()
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What the index of titles does not know, and what it knows that is not there.
async fn titles(conn: &Unit, found: &mut Found<'_>) -> Result<()> {
    for id in store::untitled(conn).await? {
        found.of_titles(index(id, "nothing", "its title"));
    }
    let extra = store::titles_of_nothing(conn).await?;
    if extra > 0 {
        found.of_titles(index("index".to_owned(), &format!("{extra} titles of no deal"), "none"));
    }
    Ok(())
}

async fn found_by_title(conn: &Unit, deal: &History<'_>, found: &mut Found<'_>) -> Result<()> {
    let row = deal.row;
    let key = deal.keys.search.as_ref().unwrap_or(&row.title_key);
    if store::is_found_by_title(conn, row.id, key).await? {
        return Ok(());
    }
    found.of_titles(index(row.id.to_string(), "another title", key));
    Ok(())
}

fn index(id: String, stored: &str, follows: &str) -> Difference {
    let (of, what) = ("deal".to_owned(), "index of titles".to_owned());
    let (stored, follows) = (stored.to_owned(), follows.to_owned());
    Difference { of, id, what, stored, follows, derived: true }
}

fn grouped<T, K: Hash + Eq>(rows: Vec<T>, key: impl Fn(&T) -> K) -> HashMap<K, Vec<T>> {
    let mut groups: HashMap<K, Vec<T>> = HashMap::new();
    for row in rows {
        groups.entry(key(&row)).or_default().push(row);
    }
    groups
}

fn of<T>(groups: &HashMap<DealId, Vec<T>>, id: DealId) -> &[T] {
    groups.get(&id).map_or(&[], Vec::as_slice)
}
