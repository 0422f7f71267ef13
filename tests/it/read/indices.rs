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
    each(|app| async move {
        if app.kind != Kind::Sqlite {
            return; // PostgreSQL sorts what little there is in a test, whatever indices there are
        }
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
        for (arguments, index) in lists {
            let arguments = ids.iter().fold(arguments.clone(), |text, (name, id)| {
                text.replace(name, &format!("\"{id}\""))
            });
            asked.lock().unwrap().clear();
            let document = format!("{{ deals({arguments}, first: 50) {{ nodes {{ title }} }} }}");
            ada.query(&document, json!({})).await;
            let asked = asked.lock().unwrap().clone();
            assert_eq!(asked.len(), 1);
            let plan = plan(&listening, &asked[0]).await;
            let is_used = plan.split([' ', ';']).any(|word| word == *index);
            assert!(is_used, "{arguments}: {plan}");
            assert!(!plan.contains("TEMP B-TREE"), "{arguments}: {plan}");
        }
        listening.stop().await;
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
        ("TITLE", "deal_title"),
        ("VALUE", "deal_value"),
        ("PROGRESS", "deal_percent"),
        ("STAGE", "deal_stage_position"),
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
    ];
    let list = |(filter, index): (&str, _)| {
        let filter = filter.replace("$owner", "\"member_01jd8k2x7sfm5a9k2v0q3c4d5e\"");
        let filter = filter.replace("$reason", "\"close_reason_01jd8k2x7sfm5a9k2v0q3c4d5e\"");
        (format!("filter: {{ {filter} }}"), index)
    };
    are_found_by(&filters.map(list)).await;
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
