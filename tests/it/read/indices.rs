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

#[tokio::test]
async fn the_first_deals_at_a_stage_are_found_without_sorting_all_of_them() {
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
        let document = "query($process: ID!, $stage: ID!) { deals(filter: { processIds: [$process], \
            stageIds: [$stage] }, first: 50) { nodes { title } } }";
        let variables = json!({ "process": sales.id, "stage": sales.stage("Contact") });
        asked.lock().unwrap().clear();
        ada.query(document, variables).await;
        let asked = asked.lock().unwrap().clone();
        assert_eq!(asked.len(), 1);
        let plan = plan(&listening, &asked[0]).await;
        assert!(plan.contains("deal_stage_created"), "{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
        listening.stop().await;
    })
    .await;
}
