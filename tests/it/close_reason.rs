//! Close reasons: the lists that administrators keep.

mod closing;
mod totals;

use entity::ids;
use serde_json::{Value, json};

use crate::support::{Client, builders::text, each, scene::Scene};

const LIST: &str = "query($status: ClosingStatus, $all: Boolean!) {
    closeReasons(status: $status, includeArchived: $all) { name status archivedAt } }";

impl Client {
    /// A new reason at the end of the list of a status: its id.
    pub async fn reason(&self, status: &str, name: &str) -> String {
        let input = json!({ "status": status, "name": name });
        text(&self.done("addCloseReason", input, "closeReason { id }").await["closeReason"]["id"])
    }

    /// The names of the reasons in use of a status, in order.
    async fn reasons(&self, status: &str) -> String {
        let data = self.query(LIST, json!({ "status": status, "all": false })).await;
        names(&data["closeReasons"])
    }
}

fn names(all: &Value) -> String {
    let names = all.as_array().unwrap().iter().map(|one| text(&one["name"]));
    names.collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn reasons_are_added_renamed_moved_archived_and_restored() {
    each(|app| async move {
        let ada = app.admin().await;
        let price = ada.reason("LOST", "Price").await;
        let rival = ada.reason("LOST", "Rival").await;
        let first = json!({ "status": "LOST", "name": "Silence", "afterId": null });
        let made = ada.done("addCloseReason", first, "closeReasons { name }").await;
        assert_eq!(names(&made["closeReasons"]), "Silence Price Rival");
        let after = json!({ "status": "LOST", "name": "Time", "afterId": price });
        ada.done("addCloseReason", after, "").await;
        ada.reason("WON", "Price").await;
        assert_eq!(ada.reasons("LOST").await, "Silence Price Time Rival");
        assert_eq!(ada.reasons("WON").await, "Price", "each status has its own list");

        let rename = json!({ "reasonId": price, "name": "PRICE" });
        ada.done("updateCloseReason", rename.clone(), "").await;
        ada.calm("updateCloseReason", rename, "").await;
        ada.calm("updateCloseReason", json!({ "reasonId": price }), "").await;
        let to_end = json!({ "reasonId": price, "afterId": rival });
        ada.done("moveCloseReason", to_end.clone(), "").await;
        ada.calm("moveCloseReason", to_end, "").await;
        assert_eq!(ada.reasons("LOST").await, "Silence Time Rival PRICE");
        ada.done("moveCloseReason", json!({ "reasonId": rival, "afterId": null }), "").await;
        assert_eq!(ada.reasons("LOST").await, "Rival Silence Time PRICE");

        let rival = json!({ "reasonId": rival });
        let archived =
            ada.done("archiveCloseReason", rival.clone(), "closeReason { archivedAt }").await;
        assert_eq!(archived["closeReason"]["archivedAt"], "2026-03-02T08:00:00.000Z");
        ada.calm("archiveCloseReason", rival.clone(), "").await;
        assert_eq!(ada.reasons("LOST").await, "Silence Time PRICE");
        let all = ada.query(LIST, json!({ "status": "LOST", "all": true })).await;
        assert_eq!(names(&all["closeReasons"]), "Silence Time PRICE Rival");
        ada.done("restoreCloseReason", rival.clone(), "").await;
        ada.calm("restoreCloseReason", rival, "").await;
        assert_eq!(ada.reasons("LOST").await, "Silence Time PRICE Rival");
    })
    .await;
}

#[tokio::test]
async fn adding_a_reason_twice_with_the_same_id_adds_one() {
    each(|app| async move {
        let ada = app.admin().await;
        let id = ada.new_id::<ids::CloseReason>();
        let input = json!({ "newId": id, "status": "LOST", "name": "Price" });
        ada.done("addCloseReason", input.clone(), "").await;
        let again = ada.calm("addCloseReason", input.clone(), "closeReason { id }").await;
        assert_eq!(again["closeReason"]["id"], json!(id));
        let mut other = input;
        other["name"] = json!("Rival");
        assert_eq!(ada.refusal("addCloseReason", other).await, "ID_TAKEN newId");
        let node = ada.query("query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
        assert_eq!(node["node"]["id"], json!(id));
    })
    .await;
}

#[tokio::test]
async fn names_are_unique_among_the_reasons_in_use_of_a_status() {
    each(|app| async move {
        let ada = app.admin().await;
        let price = ada.reason("LOST", "Łódź").await;
        let rival = ada.reason("LOST", "Rival").await;
        let twin = json!({ "status": "LOST", "name": " łódź " });
        assert_eq!(ada.refusal("addCloseReason", twin.clone()).await, "NAME_TAKEN name");
        let rename = json!({ "reasonId": rival, "name": "ŁÓDŹ" });
        assert_eq!(ada.refusal("updateCloseReason", rename).await, "NAME_TAKEN name");
        ada.done("archiveCloseReason", json!({ "reasonId": price }), "").await;
        ada.done("addCloseReason", twin, "").await;
        let back = json!({ "reasonId": price });
        assert_eq!(ada.refusal("restoreCloseReason", back.clone()).await, "NAME_TAKEN reasonId");
        ada.done("updateCloseReason", json!({ "reasonId": price, "name": "Kraków" }), "").await;
        ada.done("restoreCloseReason", back, "").await;
        assert_eq!(ada.reasons("LOST").await, "Rival łódź Kraków");
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_with_a_reason_is_told() {
    each(|app| async move {
        let ada = app.admin().await;
        let won = ada.reason("WON", "Price").await;
        let lost = ada.reason("LOST", "Price").await;
        let gone = ada.reason("LOST", "Gone").await;
        ada.done("archiveCloseReason", json!({ "reasonId": gone }), "").await;
        let unknown = ada.new_id::<ids::CloseReason>();
        for (name, input, expected) in [
            ("addCloseReason", json!({ "status": "WON", "name": "" }), "INVALID_VALUE name"),
            (
                "addCloseReason",
                json!({ "status": "WON", "name": "x".repeat(201) }),
                "INVALID_VALUE name",
            ),
            (
                "addCloseReason",
                json!({ "status": "WON", "name": "New", "afterId": lost }),
                "NOT_A_SIBLING afterId",
            ),
            (
                "addCloseReason",
                json!({ "status": "LOST", "name": "New", "afterId": gone }),
                "NOT_A_SIBLING afterId",
            ),
            (
                "moveCloseReason",
                json!({ "reasonId": won, "afterId": lost }),
                "NOT_A_SIBLING afterId",
            ),
            (
                "moveCloseReason",
                json!({ "reasonId": won, "afterId": won }),
                "NOT_A_SIBLING afterId",
            ),
            ("moveCloseReason", json!({ "reasonId": won }), "INVALID_VALUE afterId"),
            (
                "moveCloseReason",
                json!({ "reasonId": gone, "afterId": null }),
                "CLOSE_REASON_ARCHIVED reasonId",
            ),
            (
                "moveCloseReason",
                json!({ "reasonId": unknown, "afterId": null }),
                "NOT_FOUND reasonId",
            ),
            (
                "updateCloseReason",
                json!({ "reasonId": unknown, "name": "x" }),
                "NOT_FOUND reasonId",
            ),
            ("updateCloseReason", json!({ "reasonId": won, "name": " " }), "INVALID_VALUE name"),
            ("archiveCloseReason", json!({ "reasonId": unknown }), "NOT_FOUND reasonId"),
            ("restoreCloseReason", json!({ "reasonId": unknown }), "NOT_FOUND reasonId"),
            ("restoreCloseReason", json!({ "reasonId": "42" }), "INVALID_ID reasonId"),
        ] {
            assert_eq!(ada.refusal(name, input.clone()).await, expected, "{name} {input}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_status_has_at_most_a_hundred_reasons_in_use() {
    each(|app| async move {
        let ada = app.admin().await;
        let first = ada.reason("OUTDATED", "0").await;
        for number in 1..100 {
            ada.reason("OUTDATED", &number.to_string()).await;
        }
        let more = json!({ "status": "OUTDATED", "name": "100" });
        assert_eq!(ada.refusal("addCloseReason", more.clone()).await, "LIMIT_REACHED status");
        ada.done("archiveCloseReason", json!({ "reasonId": first }), "").await;
        ada.done("addCloseReason", more, "").await;
        let back = json!({ "reasonId": first });
        assert_eq!(ada.refusal("restoreCloseReason", back).await.trim(), "LIMIT_REACHED");
        ada.reason("LOST", "another list").await;
    })
    .await;
}

#[tokio::test]
async fn administrators_keep_the_lists_and_everybody_reads_them() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let price = scene.people.admin.reason("LOST", "Price").await;
        for (name, person) in scene.people.all() {
            let configure = "query($id: ID!) { node(id: $id) { ... on CloseReason { configure { allowed } } } }";
            let seen = person.query(configure, json!({ "id": price })).await;
            let may = name == "administrator";
            assert_eq!(seen["node"]["configure"]["allowed"], json!(may), "{name}");
            for (mutation, input) in [
                ("addCloseReason", json!({ "status": "LOST", "name": "Rival" })),
                ("updateCloseReason", json!({ "reasonId": price, "name": "Cost" })),
                ("moveCloseReason", json!({ "reasonId": price, "afterId": null })),
                ("archiveCloseReason", json!({ "reasonId": price })),
                ("restoreCloseReason", json!({ "reasonId": price })),
            ] {
                if may {
                    person.done(mutation, input, "").await;
                } else {
                    assert_eq!(person.refusal(mutation, input).await, "FORBIDDEN", "{name} {mutation}");
                }
            }
        }
    })
    .await;
}
