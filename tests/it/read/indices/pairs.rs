//! Two filters at once, as screens ask for them: rows are found by one of the two, not by looking at all.

use super::{each_plan, is_by_index};
use crate::support::Kind;

/// Whether an index is looked into for what is asked, and not read from one end to the other.
fn is_searched(kind: Kind, plan: &str) -> bool {
    match kind {
        Kind::Sqlite => plan.contains("SEARCH deal"),
        Kind::Postgres => plan.contains("Index Cond"),
    }
}

#[tokio::test]
async fn two_filters_are_found_by_one_of_them() {
    let span = "{ from: \"2026-01-01T00:00:00Z\", to: \"2026-02-01T00:00:00Z\" }";
    let reason = "[\"close_reason_01jd8k2x7sfm5a9k2v0q3c4d5e\"]";
    let pairs = [
        "processIds: [$process], statuses: [OPEN]".to_owned(),
        "processIds: [$process], ownerIds: [$owner]".to_owned(),
        "processIds: [$process], unstaged: true".to_owned(),
        "processIds: [$process], text: \"chairs\"".to_owned(),
        "stageIds: [$stage], statuses: [OPEN]".to_owned(),
        "stageIds: [$stage], ownerIds: [$owner]".to_owned(),
        "ownerIds: [$owner], statuses: [OPEN]".to_owned(),
        "participantIds: [$owner], statuses: [OPEN]".to_owned(),
        "mine: true, statuses: [OPEN]".to_owned(),
        "mine: true, processIds: [$process]".to_owned(),
        "statuses: [WON], text: \"chairs\"".to_owned(),
        format!("statuses: [WON], closed: {span}"),
        format!("processIds: [$process], created: {span}"),
        format!("ownerIds: [$owner], updated: {span}"),
        format!("closeReasonIds: {reason}, closed: {span}"),
        "processIds: [$process], value: { currency: \"EUR\", from: \"1\" }".to_owned(),
        "statuses: [OPEN], progress: { from: 80 }".to_owned(),
    ];
    let lists = pairs.map(|pair| format!("filter: {{ {pair} }}"));
    each_plan(&lists, |kind, arguments, plan| {
        let is_found = is_by_index(kind, plan) && is_searched(kind, plan);
        assert!(is_found, "{arguments}: {plan}");
    })
    .await;
}
