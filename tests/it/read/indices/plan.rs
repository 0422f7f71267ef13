//! How each kind of database finds what is asked of it.

use std::sync::{Arc, Mutex};

use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use serde_json::json;

use crate::support::{Kind, TestApp};

/// How a statement finds what it asks for.
pub async fn plan(app: &TestApp, sql: &str) -> String {
    match app.kind {
        Kind::Sqlite => plan_on_sqlite(app, sql).await,
        Kind::Postgres => plan_among_many(app, sql).await,
    }
}

async fn plan_on_sqlite(app: &TestApp, sql: &str) -> String {
    let values = vec![Value::String(None); sql.matches('?').count()];
    let explain = format!("EXPLAIN QUERY PLAN {sql}");
    let statement = Statement::from_sql_and_values(DbBackend::Sqlite, explain, values);
    let rows = app.app.db().reader().query_all_raw(statement).await.unwrap();
    let details = rows.iter().map(|row| row.try_get::<String>("", "detail").unwrap());
    details.collect::<Vec<_>>().join("; ")
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
    let given = if values.is_empty() { values } else { format!("({values})") };
    let explain = format!("EXPLAIN (COSTS OFF) EXECUTE asked{given}");
    let explain = Statement::from_string(DbBackend::Postgres, explain);
    let rows = conn.query_all_raw(explain).await.unwrap();
    conn.execute_unprepared("DEALLOCATE asked").await.unwrap();
    conn.commit().await.unwrap();
    rows.iter().map(|row| row.try_get_by::<String, _>(0).unwrap()).collect::<Vec<_>>().join("; ")
}

/// Of each of these documents, by its name, the statements that read deals.
pub async fn statements(
    app: &TestApp,
    documents: &[(String, String)],
) -> Vec<(String, Vec<String>)> {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = asked.clone();
    let hook = move |sql: &str| {
        if sql.starts_with("SELECT") && sql.contains(r#"FROM "deal""#) {
            heard.lock().unwrap().push(sql.to_owned());
        }
    };
    let listening = app.with_hook(Arc::new(hook)).await;
    let ada = listening.admin().await;
    let sales = ada.sales().await;
    ada.done("addCloseReason", json!({ "status": "LOST", "name": "Price" }), "").await;
    let owner = ada.id();
    let ids = [
        ("$process", sales.id.as_str()),
        ("$stage", sales.stage("Contact")),
        ("$owner", owner.as_str()),
    ];
    let mut found = Vec::new();
    for (name, document) in documents {
        let document = ids
            .iter()
            .fold(document.clone(), |text, (name, id)| text.replace(name, &format!("\"{id}\"")));
        asked.lock().unwrap().clear();
        ada.query(&document, json!({})).await;
        found.push((name.clone(), std::mem::take(&mut *asked.lock().unwrap())));
    }
    listening.stop().await;
    found
}
