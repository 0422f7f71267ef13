//! Two administrators change processes at the same moment.

use serde_json::json;

use super::{ROUNDS, race, two};
use crate::support::{Client, builders::text, each, process::check};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_changes_from_one_version_exactly_one_wins() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        let sales = here.process("Sales", &[]).await.id;
        for round in 0..ROUNDS {
            let version = here.version(&sales).await;
            let add = |who: &str| {
                let name = format!("{who} {round}");
                (
                    "addStage",
                    json!({ "processId": sales, "name": name, "expectedVersion": version }),
                )
            };
            let (one, other) = race((&here, add("here")), (&there, add("there"))).await;
            let mut outcomes = [one, other];
            outcomes.sort();
            assert_eq!(outcomes, [vec![], vec!["VERSION_CONFLICT".to_owned()]]);
            assert_eq!(here.version(&sales).await, version + 1);
        }
        check(&app, &sales).await;
        there.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn changes_that_name_no_version_both_happen_one_after_the_other() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        let sales = here.process("Sales", &[("A", &[("a", 1)]), ("B", &[("b", 1)])]).await;
        for round in 0..ROUNDS {
            let version = here.version(&sales.id).await;
            let add =
                json!({ "stageId": sales.stage("A"), "name": format!("{round}"), "afterId": null });
            let to = if round % 2 == 0 { "A" } else { "B" };
            let to = json!({ "actionId": sales.action("b"), "stageId": sales.stage(to) });
            let outcome = race((&here, ("addAction", add)), (&there, ("moveAction", to))).await;
            assert_eq!(outcome, (vec![], vec![]));
            assert_eq!(there.version(&sales.id).await, version + 2);
            check(&app, &sales.id).await;
        }
        there.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_name_goes_to_one_of_two_who_want_it() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        let (one, other) = (here.process("One", &[]).await.id, here.process("Other", &[]).await.id);
        for round in 0..ROUNDS {
            let rename = |id: &str| {
                ("updateProcess", json!({ "processId": id, "name": format!("Łódź {round}") }))
            };
            let create = ("createProcess", json!({ "name": format!("ŁÓDŹ {round}") }));
            let second = if round % 2 == 0 { rename(&other) } else { create };
            let (first, second) = race((&here, rename(&one)), (&there, second)).await;
            let mut outcomes = [first, second];
            outcomes.sort();
            assert_eq!(outcomes, [vec![], vec!["NAME_TAKEN".to_owned()]]);
        }
        there.app.stop().await;
    })
    .await;
}

async fn defaults(client: &Client) -> Vec<String> {
    let data = client.query("{ processes { nodes { name isDefault } } }", json!({})).await;
    let nodes = data["processes"]["nodes"].as_array().unwrap().clone();
    let defaults = nodes.iter().filter(|node| node["isDefault"] == true);
    defaults.map(|node| text(&node["name"])).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_next_default_loses_no_change_that_is_made_at_the_same_moment() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        let mut default = here.process("Process 0", &[]).await.id;
        for round in 1..=ROUNDS {
            let next = here.process(&format!("Process {round}"), &[]).await.id;
            let input = json!({ "processId": default, "newDefaultId": next });
            let archive = ("archiveProcess", input);
            let add = ("addStage", json!({ "processId": next, "name": "A" }));
            let outcome = race((&here, archive), (&there, add)).await;
            assert_eq!(outcome, (vec![], vec![]));
            assert_eq!(here.version(&next).await, 2);
            assert_eq!(defaults(&here).await, [format!("Process {round}")]);
            check(&app, &next).await;
            default = next;
        }
        there.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_archived_at_once_leave_one_default() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        here.process("Last", &[]).await;
        for round in 0..ROUNDS {
            let one = here.process(&format!("One {round}"), &[]).await.id;
            let other = here.process(&format!("Other {round}"), &[]).await.id;
            let archive = |id: &str| ("archiveProcess", json!({ "processId": id }));
            let outcome = race((&here, archive(&one)), (&there, archive(&other))).await;
            assert_eq!(outcome, (vec![], vec![]));
            let again = race((&here, archive(&one)), (&there, archive(&one))).await;
            assert_eq!(again, (vec![], vec![]));
            assert_eq!(here.version(&one).await, 2);
            assert_eq!(defaults(&here).await, ["Last"]);
        }
        there.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_default_that_is_archived_while_it_is_chosen_leaves_one_default_in_use() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        let mut default = here.process("Process 0", &[]).await.id;
        here.process("Bystander", &[]).await;
        for round in 1..=ROUNDS {
            let next = here.process(&format!("Process {round}"), &[]).await.id;
            let input = json!({ "processId": default, "newDefaultId": next });
            let gone = ("archiveProcess", json!({ "processId": next }));
            let (chosen, gone) = race((&here, ("archiveProcess", input)), (&there, gone)).await;
            if chosen.is_empty() {
                assert_eq!(gone, ["DEFAULT_PROCESS"]);
                default = next;
            } else {
                assert_eq!((chosen, gone), (vec!["PROCESS_ARCHIVED".into()], vec![]));
            }
            assert_eq!(defaults(&here).await.len(), 1, "round {round}");
        }
        there.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_processes_made_at_once_on_an_empty_database_one_is_the_default() {
    each(|app| async move {
        let (here, there) = two(&app).await;
        for round in 0..ROUNDS {
            let create = |who: &str| ("createProcess", json!({ "name": format!("{who} {round}") }));
            let outcome = race((&here, create("here")), (&there, create("there"))).await;
            assert_eq!(outcome, (vec![], vec![]));
            assert_eq!(defaults(&here).await.len(), 1);
            archive_all(&here).await;
        }
        there.app.stop().await;
    })
    .await;
}

async fn archive_all(client: &Client) {
    let data = client.query("{ processes { nodes { id isDefault } } }", json!({})).await;
    let mut nodes = data["processes"]["nodes"].as_array().unwrap().clone();
    nodes.sort_by_key(|node| node["isDefault"] == true); // the default one goes last
    for node in nodes {
        client.done("archiveProcess", json!({ "processId": node["id"] }), "").await;
    }
}
