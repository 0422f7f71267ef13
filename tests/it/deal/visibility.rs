//! Who sees a deal, and what it looks like to whoever does not (rule 16).

use entity::{ids, member::Role};
use serde_json::{Value, json};

use crate::support::{
    Client,
    builders::text,
    each,
    scene::{People, Scene},
};

const SEEN: &str =
    "query($id: ID!) { deal(id: $id) { id title } node(id: $id) { id } nodes(ids: [$id]) { id }
    deals { totalCount nodes { id } } }";

async fn sees(client: &Client, deal: &str) -> bool {
    let data = client.query(SEEN, json!({ "id": deal })).await;
    let seen = !data["deal"].is_null();
    let listed = data["deals"]["nodes"].as_array().unwrap().iter().any(|node| node["id"] == deal);
    let by_node = !data["node"].is_null();
    let by_nodes = !data["nodes"][0].is_null();
    assert_eq!([listed, by_node, by_nodes], [seen; 3], "every way to it agrees");
    seen
}

#[tokio::test]
async fn a_deal_for_participants_is_seen_by_them_and_by_those_who_lead() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (open, _) = scene.deal("EVERYONE").await;
        let (hidden, _) = scene.deal("PARTICIPANTS").await;
        for (name, person) in scene.people.all() {
            assert!(sees(person, &open).await, "{name}");
            let expected = !["stranger", "chosen performer"].contains(&name);
            assert_eq!(sees(person, &hidden).await, expected, "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn visibility_and_participants_take_effect_at_the_next_request() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let People { owner, stranger, .. } = &scene.people;
        owner.done("updateDeal", json!({ "dealId": deal, "visibility": "PARTICIPANTS" }), "").await;
        assert!(!sees(stranger, &deal).await);
        let stranger_joins = json!({ "dealId": deal, "memberId": stranger.id() });
        owner.done("addParticipant", stranger_joins.clone(), "").await;
        assert!(sees(stranger, &deal).await);
        stranger.done("updateDeal", json!({ "dealId": deal, "title": "Tables" }), "").await;
        owner.done("removeParticipant", stranger_joins, "").await;
        assert!(!sees(stranger, &deal).await);
    })
    .await;
}

#[tokio::test]
async fn what_belongs_to_a_hidden_deal_is_hidden_too() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, completion) = scene.deal("PARTICIPANTS").await;
        let People { owner, stranger, .. } = &scene.people;
        let input = json!({ "dealId": deal, "body": "secret" });
        let note = owner.done("addNote", input, "note { id }").await;
        let document =
            "query($id: ID!) { deal(id: $id) { checklist { id } events { nodes { id } } } }";
        let data = owner.query(document, json!({ "id": deal })).await;
        let ids = [
            deal,
            completion,
            text(&note["note"]["id"]),
            text(&data["deal"]["checklist"][0]["id"]),
            text(&data["deal"]["events"]["nodes"][0]["id"]),
        ];
        let document = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
        let seen = owner.query(document, json!({ "ids": ids })).await;
        assert!(seen["nodes"].as_array().unwrap().iter().all(|node| !node.is_null()));
        let seen = stranger.query(document, json!({ "ids": ids })).await;
        assert_eq!(seen["nodes"], json!([null, null, null, null, null]));
    })
    .await;
}

/// The whole answer to a mutation, with the id that it names taken out.
async fn answer(client: &Client, mutation: &str, input: &Value, id: &str, payload: &str) -> String {
    client.refused(mutation, input.clone()).await;
    client.mutate(mutation, input.clone(), payload).await.to_string().replace(id, "ID")
}

#[tokio::test]
async fn a_hidden_deal_answers_exactly_as_one_that_does_not_exist() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (hidden, done) = scene.deal("PARTICIPANTS").await;
        let (closed, closed_done) = scene.deal("PARTICIPANTS").await;
        scene.people.owner.done("loseDeal", json!({ "dealId": closed }), "").await;
        let stranger = &scene.people.stranger;
        let unknown = stranger.new_id::<ids::Deal>();
        let unknown_done = stranger.new_id::<ids::Completion>();
        let unknown_inputs = scene.mutations(&unknown, &unknown_done);
        for (deal, done) in [(&hidden, &done), (&closed, &closed_done)] {
            for ((name, input), (_, other)) in
                scene.mutations(deal, done).iter().zip(&unknown_inputs)
            {
                let is_undo = *name == "undoCompletion";
                let (id, other_id) = if is_undo { (done, &unknown_done) } else { (deal, &unknown) };
                let payload = match *name {
                    "completeAction" => "deal { id } item { id } completion { id } alreadyDone",
                    "undoCompletion" => "deal { id } item { id } completion { id }",
                    "addNote" => "deal { id } note { id }",
                    _ => "deal { id }",
                };
                let seen = answer(stranger, name, input, id, payload).await;
                assert_eq!(seen, answer(stranger, name, other, other_id, payload).await, "{name}");
                assert!(seen.contains("NOT_FOUND"), "{name}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_used_completion_id_tells_nothing_of_a_hidden_deal() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (hidden, done) = scene.deal("PARTICIPANTS").await;
        let stranger = &scene.people.stranger;
        let input =
            json!({ "dealId": hidden, "actionId": scene.process.action("Call"), "newId": done });
        assert_eq!(stranger.refusal("completeAction", input).await, "NOT_FOUND dealId");
    })
    .await;
}

#[tokio::test]
async fn an_id_of_another_kind_is_refused_by_every_mutation() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, completion) = scene.deal("EVERYONE").await;
        let owner = &scene.people.owner;
        for wrong in [owner.id(), "42".into(), String::new()] {
            for (name, input) in scene.mutations(&wrong, &wrong) {
                let field = if name == "undoCompletion" { "completionId" } else { "dealId" };
                let told = owner.refusal(name, input).await;
                assert_eq!(told, format!("INVALID_ID {field}"), "{name}");
            }
        }
        assert_ne!(deal, completion);
    })
    .await;
}

#[tokio::test]
async fn the_chosen_act_on_any_deal_they_see_and_nobody_else_does() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let approve = json!({ "dealId": deal, "actionId": scene.process.action("Approve") });
        for (name, person) in scene.people.all() {
            if name != "chosen performer" {
                let told = person.refusal("completeAction", approve.clone()).await;
                assert_eq!(told, "NOT_A_PERFORMER", "{name}");
            }
        }
        let approved = [("ActionCompleted", "Did “Approve” (10 % → 20 %, Contact → Offer)")];
        scene.people.lawyer.happens(&deal, "completeAction", approve, &approved).await;
        let title = json!({ "dealId": deal, "title": "Tables" });
        assert_eq!(scene.people.lawyer.refusal("updateDeal", title).await, "FORBIDDEN");
    })
    .await;
}

#[tokio::test]
async fn the_chosen_do_not_find_a_deal_that_they_may_not_see() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("PARTICIPANTS").await;
        let approve = json!({ "dealId": deal, "actionId": scene.process.action("Approve") });
        let lawyer = &scene.people.lawyer;
        assert_eq!(lawyer.refusal("completeAction", approve).await, "NOT_FOUND dealId");
    })
    .await;
}

#[tokio::test]
async fn everyone_reads_processes_and_members() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let fresh = app.member("Nina", Role::Salesperson).await;
        let document = "query($id: ID!) { process(id: $id) { name stages { actions { name } } }
            processes { totalCount } members { totalCount } }";
        let data = fresh.query(document, json!({ "id": scene.process.id })).await;
        assert_eq!(data["process"]["stages"].as_array().unwrap().len(), 2);
        assert_eq!(data["processes"]["totalCount"], 2);
        assert_eq!(data["members"]["totalCount"], 7);
    })
    .await;
}
