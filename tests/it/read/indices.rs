//! What lists ask is found by an index, and not by sorting everything.

use std::sync::{Arc, Mutex};

use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use serde_json::json;

use crate::support::{Kind, TestApp, each};

/// How SQLite would find what a statement asks for.
async fn plan(app: &TestApp, sql: &str) -> String {
    let values = vec![Value::String(None); sql.matches('?').count()];
    let explain = format!("EXPLAIN QUERY PLAN {sql}");
    let statement = Statement::from_sql_and_values(DbBackend::Sqlite, explain, values);
    let rows = app.app.db().reader().query_all_raw(statement).await.unwrap();
    let details = rows.iter().map(|row| row.try_get::<String>("", "detail").unwrap());
    details.collect::<Vec<_>>().join("; ")
}

/// The lists of deals with each of these arguments are found without sorting, by indices of these names.
async fn are_found_by(lists: &[(String, &str)]) {
    let arguments: Vec<_> = lists.iter().map(|(arguments, _)| arguments.clone()).collect();
    each_plan(&arguments, |arguments, plan| {
        let (_, index) = lists.iter().find(|(list, _)| list == arguments).unwrap();
        let is_used = plan.split([' ', ';']).any(|word| word == *index);
        assert!(is_used, "{arguments}: {plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{arguments}: {plan}");
    })
    .await;
}

/// How SQLite finds the lists of deals with each of these arguments.
async fn each_plan(lists: &[String], judge: impl Fn(&str, &str)) {
    let judge = &judge;
    each(|app| async move {
        if app.kind != Kind::Sqlite {
            return; // PostgreSQL sorts what little there is in a test, whatever indices there are
        }
        for (list, sql) in statements(&app, lists).await {
            judge(&list, &plan(&app, &sql).await);
        }
    })
    .await;
}

/// The statement that each of these lists of deals asks.
async fn statements(app: &TestApp, lists: &[String]) -> Vec<(String, String)> {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = asked.clone();
    let hook = move |sql: &str| {
        if sql.starts_with("SELECT \"deal\".") {
            heard.lock().unwrap().push(sql.to_owned());
        }
    };
    let listening = app.with_hook(Arc::new(hook)).await;
    let ada = listening.admin().await;
    let sales = ada.sales().await;
    let ids = [("$process", &sales.id), ("$stage", &sales.stage("Contact").to_owned())];
    let mut found = Vec::new();
    for list in lists {
        let arguments = ids
            .iter()
            .fold(list.clone(), |text, (name, id)| text.replace(name, &format!("\"{id}\"")));
        asked.lock().unwrap().clear();
        let document = format!("{{ deals({arguments}, first: 50) {{ nodes {{ title }} }} }}");
        ada.query(&document, json!({})).await;
        let asked = asked.lock().unwrap().clone();
        assert_eq!(asked.len(), 1);
        found.push((list.clone(), asked[0].clone()));
    }
    listening.stop().await;
    found
}

/// How PostgreSQL would find what a statement asks for, whatever it is asked with, if it cost much to sort and to look
/// through: in a test there is too little for that.
async fn plan_among_many(app: &TestApp, sql: &str) -> String {
    let conn = app.app.db().begin_write().await.unwrap();
    let off = [
        "enable_seqscan",
        "enable_bitmapscan",
        "enable_sort",
        "enable_hashjoin",
        "enable_mergejoin",
    ];
    let off = off.map(|setting| format!("SET LOCAL {setting} = off; ")).concat();
    conn.execute_unprepared(&format!("{off}SET LOCAL plan_cache_mode = force_generic_plan"))
        .await
        .unwrap();
    conn.execute_unprepared(&format!("PREPARE asked AS {sql}")).await.unwrap();
    let values = vec!["NULL"; sql.matches('$').count()].join(", ");
    let explain = format!("EXPLAIN (COSTS OFF) EXECUTE asked({values})");
    let explain = Statement::from_string(DbBackend::Postgres, explain);
    let rows = conn.query_all_raw(explain).await.unwrap();
    conn.execute_unprepared("DEALLOCATE asked").await.unwrap();
    conn.commit().await.unwrap();
    rows.iter().map(|row| row.try_get_by::<String, _>(0).unwrap()).collect::<Vec<_>>().join("; ")
}

#[tokio::test]
async fn postgresql_finds_the_first_deals_by_the_same_indices() {
    each(|app| async move {
        if app.kind == Kind::Sqlite {
            return;
        }
        let orders = [
            ("OWNER", "deal_owner_sorted"),
            ("LAST_ACTIVITY", "deal_activity"),
            ("TITLE", "deal_title_sorted"),
        ];
        let ways = ["ASC", "DESC"];
        let order = |(field, index)| {
            ways.map(|way| (format!("orderBy: [{{ field: {field}, direction: {way} }}]"), index))
        };
        let mut lists: Vec<_> = orders.into_iter().flat_map(order).collect();
        let member = "\"member_01jd8k2x7sfm5a9k2v0q3c4d5e\"";
        lists.push((
            format!("filter: {{ participantIds: [{member}] }}"),
            "deal_participant_created",
        ));
        lists.push(("filter: { mine: true }".to_owned(), "deal_participant_created"));
        let arguments: Vec<_> = lists.iter().map(|(list, _)| list.clone()).collect();
        for (list, sql) in statements(&app, &arguments).await {
            let (_, index) = lists.iter().find(|(one, _)| *one == list).unwrap();
            let plan = plan_among_many(&app, &sql).await;
            assert!(plan.contains(index) && !plan.contains("Sort"), "{list}: {plan}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_first_deals_at_a_stage_are_found_without_sorting_all_of_them() {
    let filter = "filter: { processIds: [$process], stageIds: [$stage] }";
    are_found_by(&[(filter.to_owned(), "deal_stage_created")]).await;
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
        ("unstaged: true", "deal_stage_alone_created"),
        ("statuses: [WON]", "deal_status_created"),
        ("ownerIds: [$owner]", "deal_owner_created"),
        ("closeReasonIds: [$reason]", "deal_reason_created"),
        ("participantIds: [$owner]", "deal_participant_created"),
        ("mine: true", "deal_participant_created"),
    ];
    let list = |(filter, index): (&str, _)| {
        let filter = filter.replace("$owner", "\"member_01jd8k2x7sfm5a9k2v0q3c4d5e\"");
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
    each_plan(&lists, |arguments, plan| {
        let looked_through = plan.split("; ").any(|step| step == "SCAN deal");
        assert!(!looked_through && plan.contains("INDEX"), "{arguments}: {plan}");
    })
    .await;
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
