//! Everything wrong with an input is told in one round: of format and of existence, for every mutation, each at its
//! place; and the payload holds what there is all the same.

use std::collections::BTreeSet;

use entity::{ids, member::Role};
use serde_json::{Value, json};

use crate::support::{Client, TestApp, builders::text, each, scene::Scene, story::exactly};

mod deals;
mod omitted;
mod organisation;
mod processes;

/// Everything that inputs name: what is there, and what is not.
pub struct World {
    pub scene: Scene,
    /// A deal of the owner's that the stranger does not see.
    pub deal: String,
    /// One that was lost.
    pub lost: String,
    /// A deactivated member.
    pub gone: String,
    /// The version of the scene's process.
    pub version: i64,
    /// Longer than any text.
    pub long: String,
    /// Longer than any name.
    pub name: String,
}

/// A mutation, what is sent, and what is told: `CODE path`, in any order. Then what the payload holds in spite of all.
pub type Case = (&'static str, Value, &'static str, &'static str);

impl World {
    async fn new(app: &TestApp) -> Self {
        let scene = Scene::new(app).await;
        let (deal, _) = scene.deal("PARTICIPANTS").await;
        let (lost, _) = scene.deal("EVERYONE").await;
        scene.people.owner.done("loseDeal", json!({ "dealId": lost }), "").await;
        let gone = app.member("Gone", Role::Salesperson).await;
        app.deactivate(gone.member).await;
        let (long, name) = ("x".repeat(10_001), "x".repeat(201));
        let document = "query($id: ID!) { process(id: $id) { version } }";
        let now = scene.people.admin.query(document, json!({ "id": scene.process.id })).await;
        let version = now["process"]["version"].as_i64().unwrap();
        Self { scene, deal, lost, gone: gone.id(), version, long, name }
    }

    /// An id of this kind that nothing has.
    pub fn nothing<K: ids::Kind>(&self) -> String {
        self.scene.people.admin.new_id::<K>()
    }
}

/// What is told of an input, sorted.
async fn told(who: &Client, name: &str, input: &Value) -> Vec<String> {
    let errors = who.refused(name, input.clone()).await;
    let mut told: Vec<_> = errors.iter().map(exactly).collect();
    told.sort_unstable();
    told
}

async fn check(who: &Client, (name, input, expected, held): &Case) {
    let mut expected: Vec<_> = expected.split_whitespace().map(str::to_owned).collect();
    let expected: Vec<_> = {
        let mut lines = Vec::new();
        while !expected.is_empty() {
            let pair: Vec<_> = expected.drain(..2).collect();
            lines.push(pair.join(" "));
        }
        lines.sort_unstable();
        lines
    };
    assert_eq!(told(who, name, input).await, expected, "{name} {input}");
    for field in held.split_whitespace() {
        let payload = who.mutate(name, input.clone(), &format!("{field} {{ id }}")).await;
        assert!(!payload[field].is_null(), "{name} holds no {field}: {payload}");
    }
}

#[tokio::test]
async fn all_that_is_wrong_with_an_input_is_told_at_once() {
    each(|app| async move {
        let world = World::new(&app).await;
        let admin = &world.scene.people.admin;
        for case in cases(&world) {
            check(admin, &case).await;
        }
    })
    .await;
}

fn cases(world: &World) -> Vec<Case> {
    let mut cases = processes::cases(world);
    cases.extend(deals::cases(world));
    cases.extend(organisation::cases(world));
    cases
}

/// Mutations with one thing in their input that can be wrong.
const OF_ONE_FIELD: &str = "setDefaultProcess completeTask reopenTask deleteTask withdrawNote \
    deactivateMember reactivateMember revokeToken archiveCloseReason restoreCloseReason updateMailPreferences \
    deleteWebhook rotateWebhookSecret redeliverWebhook";

#[tokio::test]
async fn no_mutation_is_forgotten_here() {
    each(|app| async move {
        let world = World::new(&app).await;
        let document = "{ __schema { mutationType { fields { name } } } }";
        let schema = world.scene.people.admin.query(document, json!({})).await;
        let fields = schema["__schema"]["mutationType"]["fields"].as_array().unwrap();
        let mutations: BTreeSet<_> = fields.iter().map(|field| text(&field["name"])).collect();
        let cases = cases(&world).into_iter().map(|case| case.0.to_owned());
        let known = cases.chain(OF_ONE_FIELD.split_whitespace().map(str::to_owned));
        assert_eq!(known.chain(["completeActions".into()]).collect::<BTreeSet<_>>(), mutations);
    })
    .await;
}

/// What a stranger may not see is as if it did not exist, whatever else is wrong.
#[tokio::test]
async fn a_hidden_deal_is_told_like_an_unknown_one_with_all_else_that_is_wrong() {
    each(|app| async move {
        let world = World::new(&app).await;
        let stranger = &world.scene.people.stranger;
        for (name, input, ..) in deals::cases(&world) {
            for field in ["dealId"] {
                if input[field].is_null() {
                    continue;
                }
                let (mut hidden, mut unknown) = (input.clone(), input.clone());
                hidden[field] = json!(world.deal);
                unknown[field] = json!(world.nothing::<ids::Deal>());
                let of_hidden = told(stranger, name, &hidden).await;
                assert_eq!(of_hidden, told(stranger, name, &unknown).await, "{name} {input}");
                assert!(of_hidden.contains(&"NOT_FOUND dealId".to_owned()), "{name} {of_hidden:?}");
            }
        }
        // A note of a hidden deal is one that there is not, whichever deal it is said of.
        let note = json!({ "dealId": world.deal, "body": "They like us" });
        let owner = &world.scene.people.owner;
        let note = text(&owner.done("addNote", note, "note { id }").await["note"]["id"]);
        for deal in [&world.deal, &world.nothing::<ids::Deal>()] {
            for note in [&note, &world.nothing::<ids::Note>()] {
                let action = world.scene.process.action("Call");
                let input = json!({ "dealId": deal, "actionId": action, "noteId": note });
                let told = told(stranger, "completeAction", &input).await;
                assert_eq!(told, ["NOT_FOUND dealId", "NOT_FOUND noteId"]);
            }
        }
        let alone = json!({ "dealId": world.deal, "title": "Chairs" });
        assert_eq!(told(stranger, "updateDeal", &alone).await, ["NOT_FOUND dealId"]);
    })
    .await;
}

#[tokio::test]
async fn each_of_many_items_is_told_all_at_once() {
    each(|app| async move {
        let world = World::new(&app).await;
        let wrong = json!({ "dealId": "x", "actionId": world.nothing::<ids::Action>(), "newId": "y",
            "note": { "body": "", "fileIds": ["z"] }, "noteId": "w" });
        let input = json!({ "items": [wrong, wrong] });
        let admin = &world.scene.people.admin;
        let selection = "results { userErrors { code path } }";
        let payload = admin.mutate("completeActions", input, selection).await;
        for (number, result) in payload["results"].as_array().unwrap().iter().enumerate() {
            let errors = result["userErrors"].as_array().unwrap();
            let mut told: Vec<_> = errors.iter().map(exactly).collect();
            told.sort_unstable();
            let expected = [
                ("INVALID_ID", "dealId"),
                ("INVALID_ID", "newId"),
                ("INVALID_ID", "note.fileIds.0"),
                ("INVALID_ID", "noteId"),
                ("INVALID_VALUE", "note.body"),
                ("NOT_FOUND", "actionId"),
            ];
            let expected = expected.map(|(code, path)| format!("{code} items.{number}.{path}"));
            assert_eq!(told, expected);
        }
    })
    .await;
}

/// Whoever may not do a thing at all is told where: at what it is about.
#[tokio::test]
async fn every_refusal_has_a_place() {
    each(|app| async move {
        let world = World::new(&app).await;
        let people = &world.scene.people;
        let all = cases(&world).into_iter().map(|(name, input, ..)| (name, input));
        let single = world.scene.mutations(&world.lost, &world.nothing::<ids::Completion>());
        for (name, input) in all.chain(single).chain(forbidden(&world)) {
            for who in [&people.admin, &people.manager, &people.stranger] {
                let payload = who.mutate(name, input.clone(), "").await;
                for error in payload["userErrors"].as_array().unwrap() {
                    assert!(
                        !error["path"].as_array().unwrap().is_empty(),
                        "{name} {input}: {error}"
                    );
                }
            }
        }
    })
    .await;
}

/// What is wrong whoever asks is told with it; never what is there.
#[tokio::test]
async fn whoever_may_not_do_a_thing_is_told_what_else_is_wrong_with_it() {
    each(|app| async move {
        let World { scene, long, gone, .. } = &World::new(&app).await;
        let offer = scene.process.stage("Offer");
        for (name, input, expected) in [
            (
                "addAction",
                json!({ "stageId": offer, "name": "", "weight": 5000, "message": long }),
                "FORBIDDEN stageId, INVALID_VALUE message, INVALID_VALUE name, INVALID_VALUE weight",
            ),
            (
                "createProcess",
                json!({ "name": "", "template": "nope", "description": long, "message": long }),
                "FORBIDDEN newId, INVALID_VALUE description, INVALID_VALUE message, INVALID_VALUE name, INVALID_VALUE template",
            ),
            ("createProcess", json!({ "name": "service" }), "FORBIDDEN newId"),
            (
                "addMember",
                json!({ "email": "nobody", "name": "", "role": "MANAGER" }),
                "FORBIDDEN newId, INVALID_VALUE email, INVALID_VALUE name",
            ),
            (
                "createToken",
                json!({ "memberId": gone, "name": "", "expiresAt": "2020-01-01T00:00:00Z" }),
                "FORBIDDEN memberId, INVALID_VALUE expiresAt, INVALID_VALUE name",
            ),
        ] {
            let told = told(&scene.people.stranger, name, &input).await;
            assert_eq!(told.join(", "), expected, "{name} {input}");
        }
    })
    .await;
}

/// Mutations that a salesperson may not do, with inputs that are right.
fn forbidden(world: &World) -> Vec<(&'static str, Value)> {
    let scene = &world.scene;
    let (process, owner) = (&scene.process.id, scene.people.owner.id());
    vec![
        ("createProcess", json!({ "name": "Sales" })),
        ("addStage", json!({ "processId": process, "name": "Contact" })),
        ("addMember", json!({ "name": "Ada", "email": "ada@example.org", "role": "MANAGER" })),
        ("updateMember", json!({ "memberId": owner, "role": "MANAGER" })),
        ("createToken", json!({ "memberId": world.gone, "name": "phone" })),
        ("importProcess", json!({ "file": "process: Sales" })),
        ("addCloseReason", json!({ "status": "LOST", "name": "Price", "afterId": owner })),
        ("retryMail", json!({ "all": true })),
        ("createWebhook", json!({ "name": "ERP", "url": "https://example.org/" })),
        ("transferDeals", json!({ "fromMemberId": owner, "toMemberId": owner })),
        (
            "completeAction",
            json!({ "dealId": world.lost, "actionId": scene.process.action("Audit") }),
        ),
    ]
}
