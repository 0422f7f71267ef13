//! Two administrators copy processes and choose the default at the same moment.

use serde_json::json;

use super::{ROUNDS, race, two};
use crate::support::{Client, builders::text, each, process::check};

async fn defaults(client: &Client) -> Vec<String> {
    let document = "{ processes(includeArchived: true, first: 100) { nodes { id isDefault } } }";
    let data = client.query(document, json!({})).await;
    let nodes = data["processes"]["nodes"].as_array().unwrap().clone();
    let defaults = nodes.iter().filter(|node| node["isDefault"] == true);
    defaults.map(|node| text(&node["id"])).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_who_choose_the_default_at_once_exactly_one_choice_stays() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        let first = here.process("First", &[]).await.id;
        let (one, other) = (here.process("One", &[]).await.id, here.process("Other", &[]).await.id);
        for _ in 0..ROUNDS {
            let choose = |id: &str| ("setDefaultProcess", json!({ "processId": id }));
            let outcome = race((&here, choose(&one)), (&there, choose(&other))).await;
            assert_eq!(outcome, (vec![], vec![]));
            let chosen = defaults(&here).await;
            assert!(chosen == [one.as_str()] || chosen == [other.as_str()], "{chosen:?}");
            here.done("setDefaultProcess", json!({ "processId": first }), "").await;
        }
        assert_eq!(here.version(&one).await, 1);
        there.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_process_is_archived_or_chosen_to_be_the_default_and_never_both() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        let first = here.process("First", &[]).await.id;
        for round in 0..ROUNDS {
            let next = here.process(&format!("Process {round}"), &[]).await.id;
            let choose = ("setDefaultProcess", json!({ "processId": next }));
            let archive = ("archiveProcess", json!({ "processId": next }));
            let (chosen, archived) = race((&here, choose), (&there, archive)).await;
            if chosen.is_empty() {
                assert_eq!(archived, ["DEFAULT_PROCESS"]);
                assert_eq!(defaults(&here).await, [next.as_str()]);
                here.done("setDefaultProcess", json!({ "processId": first }), "").await;
            } else {
                assert_eq!((chosen, archived), (vec!["PROCESS_ARCHIVED".to_owned()], vec![]));
                assert_eq!(defaults(&here).await, [first.as_str()]);
            }
        }
        there.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_copies_made_at_once_have_different_names_and_are_whole() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        let sales = here.sales().await;
        for _ in 0..ROUNDS {
            let copy = || ("duplicateProcess", json!({ "processId": sales.id }));
            let outcome = race((&here, copy()), (&there, copy())).await;
            assert_eq!(outcome, (vec![], vec![]));
        }
        let document = "{ processes(first: 100) { nodes { id name totalWeight } } }";
        let data = here.query(document, json!({})).await;
        let nodes = data["processes"]["nodes"].as_array().unwrap();
        let mut names: Vec<_> = nodes.iter().map(|node| text(&node["name"])).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 2 * ROUNDS + 1);
        for node in nodes {
            assert_eq!(node["totalWeight"], 100);
            check(&app, node["id"].as_str().unwrap()).await;
        }
        there.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_copy_made_while_its_source_changes_is_of_one_version() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        let sales = here.process("Sales", &[("A", &[("a", 0)])]).await;
        for round in 1..=ROUNDS {
            let copy = (
                "duplicateProcess",
                json!({ "processId": sales.id, "name": format!("Copy {round}") }),
            );
            let weight = json!({ "actionId": sales.action("a"), "weight": round });
            let outcome = race((&here, copy), (&there, ("setActionWeight", weight))).await;
            assert_eq!(outcome, (vec![], vec![]));
        }
        let document =
            "{ processes(first: 100) { nodes { name totalWeight latest { message } } } }";
        let data = here.query(document, json!({})).await;
        for node in &data["processes"]["nodes"].as_array().unwrap()[1..] {
            let weight = node["totalWeight"].as_i64().unwrap();
            let message = format!("Copy of “Sales”, version {}", weight + 3);
            assert_eq!(node["latest"]["message"], message, "{node}");
        }
        there.app.stop().await;
    })
    .await;
}
