//! A save that more deals follow than go into one statement.

use std::{fmt::Write as _, sync::Arc};

use engine::import::{Outcome, import};
use serde_json::{Value, json};

use crate::{
    import::support::{PLAIN, Texts},
    keep::tools::assert_clean,
    support::{Client, TestApp, each},
};

/// Two statements of 512 deals, and a third one of those that are left.
const DEALS: usize = 1_030;

/// In every other deal the first action is done.
fn texts() -> Texts {
    let (mut deals, mut completions) = (String::new(), String::new());
    for deal in 0..DEALS {
        writeln!(deals, "d{deal},Deal {deal},2026-01-01T08:00:00Z,1,EUR,sal@example.org,OPEN,")
            .unwrap();
        if deal % 2 == 0 {
            writeln!(completions, "d{deal},One,First,2026-01-02T08:00:00Z,sal@example.org")
                .unwrap();
        }
    }
    Texts {
        process: "process: Many\nstages:\n- { stage: One, actions: [{ action: First, weight: 10 }, { action: Second, weight: 30 }] }\n"
            .into(),
        members: "email,name,role\nsal@example.org,Sal,SALESPERSON\n".into(),
        deals: format!("deal,title,opened_at,value,currency,owner,status,closed_at\n{deals}"),
        completions: format!("deal,stage,action,done_at,done_by\n{completions}"),
    }
}

async fn filled(app: &TestApp) -> (Client, String) {
    let files = texts().write(PLAIN).read().unwrap();
    let outcome = import(&app.app, files, false, Arc::new(|_, _| {})).await.unwrap();
    assert!(matches!(outcome, Outcome::Imported(_)), "{outcome:?}");
    let ada = app.admin().await;
    let data = ada.query("{ processes { nodes { id name } } }", json!({})).await;
    let all = data["processes"]["nodes"].as_array().unwrap();
    let many = all.iter().find(|process| process["name"] == "Many").unwrap();
    (ada, many["id"].as_str().unwrap().to_owned())
}

async fn count(ada: &Client, process: &str, percent: i64) -> Value {
    let filter = json!({ "processIds": [process], "progress": { "from": percent, "to": percent } });
    let document = "query($filter: DealFilter) { deals(filter: $filter) { totalCount } }";
    ada.query(document, json!({ "filter": filter })).await["deals"]["totalCount"].take()
}

#[tokio::test]
async fn every_one_of_very_many_deals_follows_a_save_as_its_preview_says() {
    each(|app| async move {
        let (ada, process) = filled(&app).await;
        assert_eq!(count(&ada, &process, 25).await, DEALS / 2);
        let mut input = ada.as_it_is(&process).await;
        input["stages"][0]["actions"][0]["weight"] = json!(30);
        let preview = ada.preview(&input).await;
        assert_eq!(preview["impact"]["openDeals"], DEALS);
        assert_eq!(preview["impact"]["progressRises"], DEALS / 2);
        ada.done("saveProcess", input, "").await;
        assert_eq!(count(&ada, &process, 25).await, 0);
        assert_eq!(count(&ada, &process, 50).await, DEALS / 2);
        assert_eq!(count(&ada, &process, 0).await, DEALS / 2);
        assert_clean(&app).await;
    })
    .await;
}
