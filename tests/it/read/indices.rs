//! What lists ask is found by an index, and not by sorting everything.

mod board;
mod pairs;
mod plan;

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::support::{Kind, TestApp, each};
use plan::{plan, statements};

/// The lists of deals with each of these arguments are found without sorting, by indices of these names, on either kind
/// of database; by one of several where they are as good.
async fn are_found_by(lists: &[(String, &str)]) {
    let arguments: Vec<_> = lists.iter().map(|(arguments, _)| arguments.clone()).collect();
    each_plan(&arguments, |_, arguments, plan| {
        let (_, index) = lists.iter().find(|(list, _)| list == arguments).unwrap();
        let is_used = plan.split([' ', ';']).any(|word| index.split('|').any(|one| one == word));
        assert!(is_used, "{arguments}: {plan}");
        let sorts = ["TEMP B-TREE", "Sort"].iter().any(|word| plan.contains(word));
        assert!(!sorts, "{arguments}: {plan}");
    })
    .await;
}

/// How each kind of database finds the lists of deals with each of these arguments.
async fn each_plan(lists: &[String], judge: impl Fn(Kind, &str, &str)) {
    let judge = &judge;
    each(|app| async move {
        for (list, plan) in plans(&app, lists).await {
            judge(app.kind, &list, &plan);
        }
    })
    .await;
}

async fn plans(app: &TestApp, lists: &[String]) -> Vec<(String, String)> {
    let document = |list: &String| {
        (list.clone(), format!("{{ deals({list}, first: 50) {{ nodes {{ title }} }} }}"))
    };
    let documents: Vec<_> = lists.iter().map(document).collect();
    let mut all = Vec::new();
    for (list, asked) in statements(app, &documents).await {
        assert_eq!(asked.len(), 1, "{list}: {asked:?}");
        all.push((list, plan(app, &asked[0]).await));
    }
    all
}

#[tokio::test]
async fn the_first_deals_at_a_stage_are_found_without_sorting_all_of_them() {
    let filter = "filter: { processIds: [$process], stageIds: [$stage] }";
    let indices = "deal_stage_created|deal_stage_alone_created";
    are_found_by(&[(filter.to_owned(), indices)]).await;
}

#[tokio::test]
async fn the_first_deals_in_any_order_are_found_without_sorting_all_of_them() {
    let orders = [
        ("CREATED_AT", "deal_created"),
        ("UPDATED_AT", "deal_updated"),
        ("CLOSED_AT", "deal_closed"),
        ("TITLE", "deal_title_sorted"),
        ("VALUE", "deal_value"),
        ("PROGRESS", "deal_percent"),
        ("STAGE", "deal_stage_position"),
        ("STATUS", "deal_status_sorted"),
        ("OWNER", "deal_owner_sorted"),
        ("LAST_ACTIVITY", "deal_activity"),
    ];
    let both = |(field, index)| {
        ["ASC", "DESC"]
            .map(|way| (format!("orderBy: [{{ field: {field}, direction: {way} }}]"), index))
    };
    let lists: Vec<_> = orders.into_iter().flat_map(both).collect();
    are_found_by(&lists).await;
}

#[tokio::test]
async fn the_first_deals_that_a_filter_lets_through_are_found_without_looking_at_all_others() {
    let filters = [
        ("processIds: [$process]", "deal_process_created"),
        ("stageIds: [$stage]", "deal_stage_alone_created"),
        // PostgreSQL knows no better where there are no deals
        ("unstaged: true", "deal_stage_alone_created|deal_created"),
        ("statuses: [WON]", "deal_status_created"),
        ("ownerIds: [$owner]", "deal_owner_created"),
        ("closeReasonIds: [$reason]", "deal_reason_created"),
        ("participantIds: [$owner]", "deal_participant_created"),
        ("mine: true", "deal_participant_created"),
    ];
    let list = |(filter, index): (&str, _)| {
        let filter = filter.replace("$reason", "\"close_reason_01jd8k2x7sfm5a9k2v0q3c4d5e\"");
        (format!("filter: {{ {filter} }}"), index)
    };
    are_found_by(&filters.map(list)).await;
}

/// Where an order is not that of the index of a filter, either may be the better one; none looks at every row of the table.
#[tokio::test]
async fn each_filter_in_each_order_is_found_by_an_index() {
    let span = "{ from: \"2026-01-01T00:00:00Z\", to: \"2026-02-01T00:00:00Z\" }";
    let filters = [
        "processIds: [$process]".to_owned(),
        "stageIds: [$stage]".to_owned(),
        "unstaged: true".to_owned(),
        "statuses: [WON]".to_owned(),
        "ownerIds: [\"member_01jd8k2x7sfm5a9k2v0q3c4d5e\"]".to_owned(),
        "participantIds: [\"member_01jd8k2x7sfm5a9k2v0q3c4d5e\"]".to_owned(),
        "closeReasonIds: [\"close_reason_01jd8k2x7sfm5a9k2v0q3c4d5e\"]".to_owned(),
        "mine: true".to_owned(),
        "mine: false".to_owned(),
        "text: \"ab\"".to_owned(),
        format!("created: {span}"),
        format!("updated: {span}"),
        format!("closed: {span}"),
        "value: { currency: \"EUR\", from: \"1\", to: \"2\" }".to_owned(),
        "progress: { from: 20, to: 80 }".to_owned(),
    ];
    let fields = [
        "CREATED_AT",
        "UPDATED_AT",
        "CLOSED_AT",
        "TITLE",
        "VALUE",
        "PROGRESS",
        "STAGE",
        "STATUS",
        "OWNER",
        "LAST_ACTIVITY",
    ];
    let lists = filters.iter().flat_map(|filter| {
        fields.map(|field| format!("filter: {{ {filter} }}, orderBy: [{{ field: {field} }}]"))
    });
    let lists: Vec<_> = lists.collect();
    each_plan(&lists, |kind, arguments, plan| {
        assert!(is_by_index(kind, plan), "{arguments}: {plan}");
    })
    .await;
}

/// Whether no row is looked at but by an index.
fn is_by_index(kind: Kind, plan: &str) -> bool {
    match kind {
        Kind::Sqlite => {
            plan.contains("INDEX")
                && plan
                    .split("; ")
                    .all(|step| !step.trim().starts_with("SCAN deal") || step.contains("INDEX"))
        }
        Kind::Postgres => plan.contains("Index") && !plan.contains("Seq Scan on deal"),
    }
}

#[tokio::test]
async fn ranges_are_found_by_the_index_of_what_they_are_of() {
    let span = "{ from: \"2026-01-01T00:00:00Z\", to: \"2026-02-01T00:00:00Z\" }";
    are_found_by(&[
        (format!("filter: {{ created: {span} }}"), "deal_created"),
        (
            format!("filter: {{ updated: {span} }}, orderBy: [{{ field: UPDATED_AT }}]"),
            "deal_updated",
        ),
        (format!("filter: {{ closed: {span} }}, orderBy: [{{ field: CLOSED_AT }}]"), "deal_closed"),
        (
            "filter: { progress: { from: 20 } }, orderBy: [{ field: PROGRESS }]".to_owned(),
            "deal_percent",
        ),
    ])
    .await;
}

#[tokio::test]
async fn sqlite_prepares_a_statement_once_and_gives_each_connection_a_cache() {
    each(|app| async move {
        if app.kind != Kind::Sqlite {
            return;
        }
        let asked = Statement::from_string(DbBackend::Sqlite, "PRAGMA compile_options");
        let rows = app.app.db().reader().query_all_raw(asked).await.unwrap();
        let options: Vec<String> = rows.iter().map(|row| row.try_get_by(0).unwrap()).collect();
        let has = |option: &str| options.iter().any(|one| one == option);
        assert!(has("ENABLE_QPSG"), "build where .cargo/config.toml is: {options:?}");
        assert!(!has("ENABLE_MEMORY_MANAGEMENT"), "{options:?}");
    })
    .await;
}
