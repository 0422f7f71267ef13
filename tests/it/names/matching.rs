//! Whatever is found by its name is found by one that looks the same.

use engine::import::Outcome;
use serde_json::{Value, json};

use crate::{
    import::support::{on_each_database, small, try_import},
    support::{builders::text, each, scene::Scene},
};

const EXPORT: &str = "query($id: ID!) { exportProcess(id: $id) }";

#[tokio::test]
async fn a_file_means_the_nodes_whose_names_look_like_its_own() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (ada, process) = (&scene.people.admin, &scene.process);
        let file = text(&ada.query(EXPORT, json!({ "id": process.id })).await["exportProcess"]);
        let file = file
            .replace("process: Sales", "process: ＳＡＬＥＳ")
            .replace("stage: Contact", "stage: Ｃｏｎｔａｃｔ");
        let file = file.replace("action: Call", "action: \"Ca\\u00adll\"");
        let version = "query($id: ID!) { process(id: $id) { version } }";
        let version =
            ada.query(version, json!({ "id": process.id })).await["process"]["version"].take();
        let selection = "process { id stages { id name actions { id name } } }";
        let input = json!({ "file": file, "expectedVersion": version });
        let made = ada.done("importProcess", input, selection).await;
        let stage = &made["process"]["stages"][0];
        assert_eq!(made["process"]["id"], process.id.as_str());
        assert_eq!(stage["id"], process.stage("Contact"));
        assert_eq!(stage["name"], "Ｃｏｎｔａｃｔ");
        assert_eq!(stage["actions"][0]["id"], process.action("Call"));
        assert_eq!(stage["actions"][0]["name"], "Ca\u{ad}ll");
        let twins = "process: New\nstages:\n  - stage: A\n  - stage: \"Ａ\"\n";
        let payload = ada.mutate("importProcess", json!({ "file": twins }), "").await;
        let message = text(&payload["userErrors"][0]["message"]);
        assert!(message.starts_with("“Ａ” is there already in line 3"), "{message}");
    })
    .await;
}

#[tokio::test]
async fn what_was_done_follows_to_the_action_that_looks_the_same() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let people = &scene.people;
        let (deal, _) = scene.deal("EVERYONE").await;
        let actions: &[(&str, i64)] = &[("ｃａｌｌ", 1), ("Other", 1)];
        let other = people.admin.process("Renewals", &[("Con\u{200b}tact", actions)]).await;
        let change = json!({ "dealId": deal, "processId": other.id });
        people.owner.done("changeDealProcess", change, "").await;
        assert_eq!(people.owner.state(&deal).await, (50, Some("Con\u{200b}tact".to_owned())));
    })
    .await;
}

#[tokio::test]
async fn deals_are_found_by_a_part_that_looks_like_their_title() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let owner = &scene.people.owner;
        owner.deal(&scene.process.id, "Ｃｈａｉｒｓ for ΟΔΟΣ").await;
        let document = "query($text: String) { deals(filter: { text: $text }) { totalCount } }";
        for part in ["chairs", "ＨＡＩＲ", "for  οδος", "cha\u{ad}irs"] {
            let found: Value = owner.query(document, json!({ "text": part })).await;
            assert_eq!(found["deals"]["totalCount"], 1, "{part}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_import_means_what_its_names_look_like() {
    on_each_database(async |app| {
        let mut texts = small();
        texts.completions = texts.completions.replace("Contact,Call", "ＣＯＮＴＡＣＴ,ca\u{ad}ll");
        texts.completions =
            texts.completions.replace("Contact,Write", "Con\u{200b}tact,\u{a0}WRITE");
        texts.deals = texts.deals.replace("ann@x.example", "ANN@Ｘ.example");
        let outcome = try_import(&app, &texts, false).await.unwrap();
        let Outcome::Imported(summary) = outcome else { panic!("{outcome:?}") };
        assert_eq!((summary.deals, summary.completions), (2, 3));
    })
    .await;
}

#[tokio::test]
async fn an_import_refuses_names_that_nobody_sees_or_that_turn() {
    on_each_database(async |app| {
        for (from, to, why) in [
            ("d1,First", "d1,\u{200b}", "deals.csv:2: title: A title is needed"),
            (
                "d2,Second",
                "d2,a\u{202e}b",
                "deals.csv:3: title: A title has no characters that turn",
            ),
            ("d2,Second", "d2,a\u{2028}b", "deals.csv:3: title: A title is one line"),
        ] {
            let mut texts = small();
            texts.deals = texts.deals.replace(from, to);
            let told = try_import(&app, &texts, false).await.unwrap_err();
            assert!(told.iter().any(|line| line.starts_with(why)), "{told:#?}");
        }
        for (from, to, why) in [
            (",Bob,", ",\u{3164},", "members.csv:3: name: A name is needed: this one has no"),
            (",Bob,", ",Bob\u{2066},", "members.csv:3: name: A name has no characters that turn"),
        ] {
            let mut texts = small();
            texts.members = texts.members.replace(from, to);
            let told = try_import(&app, &texts, false).await.unwrap_err();
            assert!(told.iter().any(|line| line.starts_with(why)), "{told:#?}");
        }
        let mut texts = small();
        texts.completions = texts.completions.replace("They like us", "\u{200b}");
        let told = try_import(&app, &texts, false).await.unwrap_err();
        assert!(
            told[0].starts_with("completions.csv:4: note: This action needs a note"),
            "{told:#?}"
        );
    })
    .await;
}
