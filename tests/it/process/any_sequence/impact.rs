//! What a preview must have said about the deals, worked out from the deals before and after.

use serde_json::{Value, json};

use super::running::Look;
use crate::support::oracle::{Past, Place};

const KINDS: [&str; 6] = [
    "STAGE_CHANGE",
    "PROGRESS_RISE",
    "PROGRESS_FALL",
    "WIN_BLOCKED",
    "WIN_UNBLOCKED",
    "COMPLETION_DROPPED",
];

const OUTLOOK: &str = "{ stageId stageName percent doneWeight totalWeight canBeWon }";

/// Every number of an impact, and the deals behind each.
pub fn selection() -> String {
    let lists = KINDS.map(|kind| {
        format!(
            "{kind}: deals(kind: {kind}, first: 5) {{ totalCount nodes {{ \
             deal {{ id }} completionsDropped before {OUTLOOK} after {OUTLOOK} }} }}"
        )
    });
    format!(
        "openDeals stageChanges progressRises progressFalls largestFall winsBlocked winsUnblocked \
         completionsDropped {}",
        lists.join(" ")
    )
}

/// One open deal before and after.
struct Reached {
    id: String,
    before: (Place, Option<String>),
    after: (Place, Option<String>),
    dropped: usize,
}

impl Reached {
    fn fall(&self) -> i32 {
        self.before.0.percent - self.after.0.percent
    }

    fn is(&self, kind: &str) -> bool {
        let (before, after) = (&self.before.0, &self.after.0);
        match kind {
            "STAGE_CHANGE" => before.stage != after.stage,
            "PROGRESS_RISE" => self.fall() < 0,
            "PROGRESS_FALL" => self.fall() > 0,
            "WIN_BLOCKED" => before.can_be_won && !after.can_be_won,
            "WIN_UNBLOCKED" => !before.can_be_won && after.can_be_won,
            _ => self.dropped > 0,
        }
    }

    fn shown(&self) -> Value {
        let side = |(place, name): &(Place, Option<String>)| {
            json!({
                "stageId": place.stage,
                "stageName": name,
                "percent": place.percent,
                "doneWeight": place.done_weight,
                "totalWeight": place.total_weight,
                "canBeWon": place.can_be_won,
            })
        };
        json!({
            "deal": { "id": self.id },
            "completionsDropped": self.dropped,
            "before": side(&self.before),
            "after": side(&self.after),
        })
    }
}

/// The impact that leads from one look to the next.
pub fn of(old: &Look, new: &Look) -> Value {
    let mut reached: Vec<_> = old
        .open()
        .zip(new.open())
        .map(|(old_deal, new_deal)| {
            let ((row, past, before), (_, _, after)) = (old_deal, new_deal);
            let id = row.id.to_string();
            let dropped = dropped(old, new, past);
            Reached { id, before: named(old, before), after: named(new, after), dropped }
        })
        .collect();
    reached.sort_by(|one, other| one.id.cmp(&other.id));
    let count = |kind: &str| reached.iter().filter(|deal| deal.is(kind)).count();
    let mut impact = json!({
        "openDeals": reached.len(),
        "stageChanges": count("STAGE_CHANGE"),
        "progressRises": count("PROGRESS_RISE"),
        "progressFalls": count("PROGRESS_FALL"),
        "largestFall": reached.iter().map(Reached::fall).max().unwrap_or(0).max(0),
        "winsBlocked": count("WIN_BLOCKED"),
        "winsUnblocked": count("WIN_UNBLOCKED"),
        "completionsDropped": reached.iter().map(|deal| deal.dropped).sum::<usize>(),
    });
    for kind in KINDS {
        let nodes: Vec<_> =
            reached.iter().filter(|deal| deal.is(kind)).map(Reached::shown).collect();
        impact[kind] = json!({ "totalCount": nodes.len(), "nodes": nodes });
    }
    impact
}

fn dropped(old: &Look, new: &Look, past: &Past) -> usize {
    let done = past.done.values().filter(|(action, _)| {
        old.tree().action_index(*action).is_some() && new.tree().action_index(*action).is_none()
    });
    done.count()
}

fn named(look: &Look, place: Place) -> (Place, Option<String>) {
    let stage = place.stage.and_then(|id| look.tree().stage(id));
    let name = stage.map(|stage| stage.name.clone());
    (place, name)
}
