//! Boards, their pages and their counts: found by an index, each column by itself.

use super::{is_by_index, plan, statements};
use crate::support::each;

const FILTERS: [&str; 5] = [
    "{}",
    "{ statuses: [OPEN] }",
    "{ ownerIds: [$owner] }",
    "{ mine: true }",
    "{ statuses: [OPEN], ownerIds: [$owner] }",
];

/// Each of these documents, with each filter, reads deals by an index, in every statement.
async fn are_by_index(documents: &[&str]) {
    let filtered = |document: &&str| {
        let document = (*document).to_owned();
        FILTERS.map(|filter| (format!("{document} {filter}"), document.replace("$filter", filter)))
    };
    let documents: Vec<_> = documents.iter().flat_map(filtered).collect();
    let documents = &documents;
    each(|app| async move {
        for (name, asked) in statements(&app, documents).await {
            assert!(!asked.is_empty(), "{name}");
            for sql in asked {
                let plan = plan(&app, &sql).await;
                assert!(is_by_index(app.kind, &plan), "{name}: {sql}\n{plan}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn the_columns_of_a_board_are_found_by_an_index() {
    are_by_index(&[
        "{ process(id: $process) { stages { deals(first: 50, filter: $filter) { nodes { id } } } } }",
        "{ process(id: $process) { unstagedDeals(first: 50, filter: $filter) { nodes { id } } } }",
        "{ process(id: $process) { stages { deals(first: 50, filter: $filter, orderBy: [{ field: VALUE }]) { nodes { id } } } } }",
        "{ closeReasons { deals(first: 50, filter: $filter) { nodes { id } } } }",
    ])
    .await;
}

#[tokio::test]
async fn what_boards_and_lists_count_is_found_by_an_index() {
    are_by_index(&[
        "{ process(id: $process) { stages { deals(first: 50, filter: $filter) { totalCount } } unstagedDeals(filter: $filter) { totalCount } } }",
        "{ closeReasons { deals(filter: $filter) { totalCount } } }",
        "{ deals(filter: $filter) { totalCount } }",
    ])
    .await;
}
