//! A database of the time when only case made no difference: nothing of it is lost, and what looks the same by
//! now is told.

use domain::process::definition::{ActionDefinition, Definition, StageDefinition};
use entity::ids::{ActionId, Id, MemberId, StageId};
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Database};
use serde_json::{Value, json};
use uuid::Uuid;

use super::shown::waypost;
use crate::support::{
    Client, Kind, TestApp,
    builders::text,
    database::{self, TestDatabase},
    story::code_and_path,
};

/// The last migration of that time.
const BEFORE: u32 = 10;
const NAMES: [&str; 2] = ["Contact", "Contact\u{ad}"];
const ACTIONS: [&str; 2] = ["Call", "Call\u{202e}"];

fn uuid(number: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + number)
}

/// A UUID as the database of this kind writes it.
fn id(kind: Kind, number: u128) -> String {
    match kind {
        Kind::Sqlite => format!("x'{}'", uuid(number).simple()),
        Kind::Postgres => format!("'{}'", uuid(number)),
    }
}

fn written<K: entity::ids::Kind>(number: u128) -> String {
    Id::<K>::from_uuid(uuid(number)).to_string()
}

fn action(number: u128, name: &str) -> ActionDefinition {
    let settings = json!({ "action_id": ActionId::from_uuid(uuid(number)), "name": name, "weight": 10,
        "mandatory": false, "performers": { "group": "EVERYONE", "members": [] }, "evidence": "NONE",
        "notify": { "groups": [], "members": [] }, "follow_ups": [] });
    serde_json::from_value(settings).unwrap()
}

fn sales() -> Definition {
    let stage = |number, name: &str, actions| StageDefinition {
        stage_id: StageId::from_uuid(uuid(number)),
        name: name.to_owned(),
        hint: String::new(),
        actions,
    };
    let actions = vec![action(30, ACTIONS[0]), action(31, ACTIONS[1])];
    let stages = vec![stage(20, NAMES[0], actions), stage(21, NAMES[1], Vec::new())];
    Definition { name: "Sales".to_owned(), description: String::new(), stages }
}

/// What the program of that time wrote: keys in lower case, each another one.
fn rows(kind: Kind) -> Vec<String> {
    let id = |number| id(kind, number);
    let at = |second: u8| format!("'2026-01-01 00:00:{second:02}+00:00'");
    let mut rows = Vec::new();
    for (number, email, name) in [
        (1, "Ada@Example.org", "Ada"),
        (2, "ann@münchen.example", "Ann"),
        (3, "ann@xn--mnchen-3ya.example", "Anna"),
        (4, "Bob <bob@example.org>", "Bob\u{202e}"),
    ] {
        let (id, key, at) = (id(number), email.to_lowercase(), at(0));
        rows.push(format!(
            "INSERT INTO member (id, email, email_key, name, role, created_at) \
             VALUES ({id}, '{email}', '{key}', '{name}', 'ADMINISTRATOR', {at})"
        ));
    }
    for (number, name, archived) in [
        (10, "Sales", false),
        (11, "Sales\u{200b}", false),
        (12, "Ｏｆｆｅｒｓ", false),
        (13, "SALES", true),
    ] {
        let definition = if number == 10 {
            sales()
        } else {
            Definition { name: name.into(), ..Definition::default() }
        };
        let definition = serde_json::to_string(&definition).unwrap();
        let archived = if archived { at(9) } else { "NULL".to_owned() };
        let (version, row, key, made) =
            (id(number + 30), id(number), name.to_lowercase(), at(number as u8 - 10));
        rows.push(format!(
            "INSERT INTO process (id, name, name_key, description, version, is_default, created_at, archived_at) \
             VALUES ({row}, '{name}', '{key}', '', 1, {}, {made}, {archived})",
            number == 10
        ));
        rows.push(format!(
            "INSERT INTO process_version (id, process_id, number, saved_at, definition) \
             VALUES ({version}, {row}, 1, {made}, '{definition}')"
        ));
    }
    for (position, name) in (0..).zip(NAMES) {
        rows.push(format!(
            "INSERT INTO stage (id, process_id, position, name, hint) VALUES ({}, {}, {position}, '{name}', '')",
            id(20 + position),
            id(10)
        ));
    }
    for (position, name) in (0..).zip(ACTIONS) {
        rows.push(format!(
            "INSERT INTO action (id, process_id, stage_id, position, name, hint, weight, mandatory, performers, \
             evidence, notify, follow_ups) VALUES ({}, {}, {}, {position}, '{name}', '', 10, FALSE, 'EVERYONE', \
             'NONE', '{{\"groups\":[],\"members\":[]}}', '[]')",
            id(30 + position),
            id(10),
            id(20)
        ));
    }
    for (number, name) in [(50, "Price"), (51, "Price\u{2060}")] {
        let (position, key) = (number - 50, name.to_lowercase());
        rows.push(format!(
            "INSERT INTO close_reason (id, status, name, name_key, position, created_at) \
             VALUES ({}, 'LOST', '{name}', '{key}', {position}, {})",
            id(number),
            at(0)
        ));
    }
    for (number, title) in [(60, "ＣＨＡＩＲＳ"), (61, "Chairs\u{202e}")] {
        let (key, at) = (title.to_lowercase(), at(0));
        rows.push(format!(
            "INSERT INTO deal (id, process_id, title, title_key, owner_id, visibility, status, version, \
             stage_position, percent, done_weight, total_weight, created_at, updated_at) \
             VALUES ({}, {}, '{title}', '{key}', {}, 'EVERYONE', 'OPEN', 1, -1, 0, 0, 20, {at}, {at})",
            id(number),
            id(10),
            id(1)
        ));
    }
    rows
}

async fn old(kind: Kind) -> TestDatabase {
    let database = database::create_empty(kind).await;
    let conn = Database::connect(database.url()).await.unwrap();
    Migrator::up(&conn, Some(BEFORE)).await.unwrap();
    for row in rows(kind) {
        conn.execute_unprepared(&row).await.unwrap_or_else(|error| panic!("{row}: {error}"));
    }
    conn.close().await.unwrap();
    database
}

/// An old database that the program has brought up to date, somebody who works on it, and what was told.
async fn upgraded(kind: Kind) -> (TestDatabase, Client, String) {
    let database = old(kind).await;
    let app = TestApp::open(kind, database.url(), &database.folder().join("files")).await;
    let migrated = waypost(&app, &["migrate"]).await;
    let told = String::from_utf8(migrated.stderr).unwrap();
    assert!(migrated.status.success(), "{told}");
    let ada = MemberId::from_uuid(uuid(1));
    let (token, secret) = app.token(ada).await;
    (database, Client::new(app, ada, token, secret), told)
}

async fn each_upgraded<F: Future<Output = ()>>(test: impl Fn(Client, String) -> F) {
    for kind in database::kinds() {
        let (_database, ada, told) = upgraded(kind).await;
        test(ada.clone(), told).await;
        ada.app.stop().await;
    }
}

const TREE: &str =
    "query($id: ID!) { process(id: $id) { version stages { id name actions { id name } } } }";

async fn refused(who: &Client, name: &str, input: Value) -> String {
    code_and_path(&who.refused(name, input).await[0])
}

#[tokio::test]
async fn an_upgrade_keeps_every_name_and_tells_which_look_the_same() {
    each_upgraded(|ada, told| async move {
        let twins: Vec<_> = told.lines().filter(|line| line.contains("give all but one")).collect();
        assert_eq!(twins.len(), 5, "{told}");
        for (what, one, other) in [
            ("members have the same address", "\"ann@münchen.example\"", "\"ann@xn--mnchen-3ya.example\""),
            ("processes look the same", "\"Sales\"", "\"Sales\\u{200b}\""),
            ("stages of a process look the same", "\"Contact\"", "\"Contact\\u{ad}\""),
            ("actions of a stage look the same", "\"Call\"", "\"Call\\u{202e}\""),
            ("close reasons look the same", "\"Price\"", "\"Price\\u{2060}\""),
        ] {
            let all = [what, one, other];
            assert!(twins.iter().any(|line| all.iter().all(|part| line.contains(part))), "{what}: {told}");
        }
        assert!(!told.contains(domain::text::turns), "{told:?}");

        let names = "{ processes(includeArchived: true) { nodes { name } } closeReasons { name } members { nodes { email } } }";
        let all = ada.query(names, json!({})).await.to_string();
        for name in ["Sales\u{200b}", "SALES", "Ｏｆｆｅｒｓ", "Price\u{2060}", "ann@xn--mnchen-3ya.example", "Bob <bob@example.org>"] {
            assert!(all.contains(&format!("\"{name}\"")), "{name:?}: {all}");
        }
        let count = "query($text: String) { deals(filter: { text: $text }) { totalCount } }";
        let found = ada.query(count, json!({ "text": "chairs" })).await;
        assert_eq!(found["deals"]["totalCount"], 2, "titles are found by how they look");

        let before = ada.app.fingerprint().await;
        let again = waypost(&ada.app, &["migrate"]).await;
        let again = String::from_utf8(again.stderr).unwrap();
        assert_eq!(again.matches("give all but one").count(), 5, "told until it is mended: {again}");
        assert_eq!(ada.app.fingerprint().await, before);
    })
    .await;
}

#[tokio::test]
async fn twins_of_an_old_database_can_be_saved_and_mended() {
    each_upgraded(|ada, _| async move {
        let sales = written::<entity::ids::Process>(10);
        let tree = ada.query(TREE, json!({ "id": sales })).await["process"].take();
        let (version, mut stages) = (tree["version"].clone(), tree["stages"].clone());
        stages[1]["hint"] = json!("new");
        let save =
            json!({ "id": sales, "name": "Sales", "expectedVersion": version, "stages": stages });
        ada.done("saveProcess", save, "").await;
        let (stage, action) = (&stages[1]["id"], &stages[0]["actions"][1]["id"]);
        ada.done("updateStage", json!({ "stageId": stage, "name": NAMES[1], "hint": "newer" }), "")
            .await;
        ada.done(
            "updateAction",
            json!({ "actionId": action, "name": ACTIONS[1], "weight": 7 }),
            "",
        )
        .await;
        ada.done("moveAction", json!({ "actionId": action }), "").await;
        ada.done("moveStage", json!({ "stageId": stage }), "").await;
        let twin = written::<entity::ids::Process>(11);
        let described =
            json!({ "processId": twin, "name": "Sales\u{200b}", "description": "the other" });
        ada.done("updateProcess", described, "").await;
        let reason = written::<entity::ids::CloseReason>(51);
        ada.done("updateCloseReason", json!({ "reasonId": reason, "name": "Price\u{2060}" }), "")
            .await;

        let again = json!({ "stageId": stage, "name": "CONTACT" });
        assert_eq!(refused(&ada, "updateStage", again).await, "NAME_TAKEN name");
        let again = json!({ "actionId": action, "name": "CALL" });
        assert_eq!(refused(&ada, "updateAction", again).await, "NAME_TAKEN name");
        let again = json!({ "reasonId": reason, "name": "PRICE" });
        assert_eq!(refused(&ada, "updateCloseReason", again).await, "NAME_TAKEN name");
        let offers = json!({ "processId": written::<entity::ids::Process>(12), "name": "SALES" });
        assert_eq!(refused(&ada, "updateProcess", offers).await, "NAME_TAKEN name");

        ada.done("updateProcess", json!({ "processId": sales, "name": "First" }), "").await;
        assert_eq!(
            refused(&ada, "createProcess", json!({ "name": "sales" })).await,
            "NAME_TAKEN name"
        );
        ada.done("updateProcess", json!({ "processId": twin, "name": "Second" }), "").await;
        ada.done("createProcess", json!({ "name": "sales" }), "").await;
        ada.done("updateStage", json!({ "stageId": stage, "name": "Offer" }), "").await;
        ada.done("updateAction", json!({ "actionId": action, "name": "Write" }), "").await;
        ada.done("updateCloseReason", json!({ "reasonId": reason, "name": "Time" }), "").await;
        let member =
            json!({ "memberId": written::<entity::ids::Member>(3), "email": "anna@example.org" });
        ada.done("updateMember", member, "").await;
        let told = String::from_utf8(waypost(&ada.app, &["migrate"]).await.stderr).unwrap();
        assert!(!told.contains("give all but one"), "{told}");
    })
    .await;
}

#[tokio::test]
async fn of_twins_the_one_that_is_written_so_is_meant() {
    each_upgraded(|ada, _| async move {
        for (number, name) in [(10, "Sales"), (11, "Sales\u{200b}")] {
            let file = waypost(&ada.app, &["process", "export", name]).await;
            let first = String::from_utf8(file.stdout).unwrap();
            let first = first.lines().next().unwrap().to_owned();
            let expected =
                if number == 10 { "process: Sales" } else { "process: \"Sales\\u200b\"" };
            assert_eq!(first, expected);
        }
        for (number, email) in [
            (2, "ann@münchen.example"),
            (3, "ann@xn--mnchen-3ya.example"),
            (4, "Bob <bob@example.org>"),
        ] {
            let made =
                waypost(&ada.app, &["token", "create", "--name", "x", "--member", email]).await;
            let secret = String::from_utf8(made.stdout).unwrap().trim().to_owned();
            let signed_in = Client { secret, ..ada.clone() };
            let viewer = signed_in.query("{ viewer { member { id } } }", json!({})).await;
            assert_eq!(
                viewer["viewer"]["member"]["id"],
                written::<entity::ids::Member>(number),
                "{email}"
            );
        }
        let export = "query($id: ID!) { exportProcess(id: $id) }";
        let file = ada.query(export, json!({ "id": written::<entity::ids::Process>(10) })).await;
        let file = text(&file["exportProcess"]);
        let errors = ada.refused("importProcess", json!({ "file": file })).await;
        assert!(
            errors.iter().any(|error| text(&error["message"]).contains("is there already in line")),
            "{errors:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn what_is_called_in_a_way_that_is_refused_by_now_can_be_changed_otherwise() {
    each_upgraded(|ada, _| async move {
        let bob = written::<entity::ids::Member>(4);
        let same = json!({ "memberId": bob, "name": "Bob\u{202e}", "email": "Bob <bob@example.org>", "role": "MANAGER" });
        ada.done("updateMember", same, "").await;
        let other = json!({ "memberId": bob, "name": "Bobby\u{202e}" });
        assert_eq!(refused(&ada, "updateMember", other).await, "INVALID_VALUE name");
        let deal = written::<entity::ids::Deal>(61);
        let same = json!({ "dealId": deal, "title": "Chairs\u{202e}" });
        ada.done("updateDeal", same, "deal { title }").await;
        let other = json!({ "dealId": deal, "title": "Tables\u{202e}" });
        assert_eq!(refused(&ada, "updateDeal", other).await, "INVALID_VALUE title");
    })
    .await;
}
