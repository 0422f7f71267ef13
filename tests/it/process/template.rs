//! Templates: processes to begin with, as files of the repository, in English and in Polish.

use std::{fs, path::Path};

use domain::process::definition::{ActionDefinition, Definition};
use engine::process::template::{self, Template};
use serde_json::{Value, json};

use crate::support::{
    builders::text,
    each,
    process::{check, fresh},
    scene::People,
    story::{code_and_path, exactly},
};

/// Everything about a template or a process that does not depend on ids.
const TREE: &str = "name description totalWeight stages { name hint actions { name hint weight \
    mandatory performers { group members { id } } evidence notify { groups members { id } } \
    followUps { title description assignee assigneeMember { id } dueInDays } } }";

fn all() -> &'static [Template] {
    template::all().unwrap()
}

/// Every text of a template, in order.
fn texts(definition: &Definition) -> Vec<&str> {
    let mut texts = vec![definition.name.as_str(), &definition.description];
    for stage in &definition.stages {
        texts.extend([stage.name.as_str(), &stage.hint]);
        for action in &stage.actions {
            texts.extend([action.name.as_str(), &action.hint]);
            for task in &action.follow_ups.0 {
                texts.extend([task.title.as_str(), &task.description]);
            }
        }
    }
    texts
}

#[test]
fn every_template_says_everything_and_its_weights_add_up_to_a_hundred() {
    let keys: Vec<_> = all().iter().map(|one| (one.key, one.language)).collect();
    assert_eq!(
        keys,
        [("livespace/en", "en"), ("livespace/pl", "pl"), ("meddic/en", "en"), ("meddic/pl", "pl")]
    );
    for Template { key, definition, .. } in all() {
        let weights = definition.actions().map(|action| u32::from(action.weight));
        assert_eq!(weights.sum::<u32>(), 100, "{key}");
        let silent: Vec<_> = texts(definition).into_iter().filter(|one| one.is_empty()).collect();
        assert_eq!(silent, Vec::<&str>::new(), "{key}");
        assert!(definition.actions().any(|action| action.mandatory), "{key}");
        assert!(definition.actions().any(|action| !action.notify.is_empty()), "{key}");
        assert!(definition.actions().any(|action| !action.follow_ups.0.is_empty()), "{key}");
    }
}

#[test]
fn livespace_has_its_four_stages_and_meddic_its_six() {
    let stages = |key: &str| {
        let template = template::find(key).unwrap();
        let names = template.definition.stages.iter().map(|stage| stage.name.as_str());
        names.collect::<Vec<_>>()
    };
    let english = ["Collect information", "Contact", "Identify needs", "Tendering"];
    assert_eq!(stages("livespace/en"), english);
    let polish = ["Zebranie informacji", "Kontakt", "Badanie potrzeb", "Ofertowanie"];
    assert_eq!(stages("livespace/pl"), polish);
    let mut meddic = stages("meddic/en");
    meddic.sort_unstable();
    let letters = [
        "Champion",
        "Decision criteria",
        "Decision process",
        "Economic buyer",
        "Identify pain",
        "Metrics",
    ];
    assert_eq!(meddic, letters);
}

/// What a template is apart from its texts.
fn structure(template: &Template) -> Vec<Value> {
    let action = |action: &ActionDefinition| {
        let tasks = action.follow_ups.0.iter();
        let tasks: Vec<_> = tasks.map(|task| json!([task.assignee, task.due_in_days])).collect();
        json!([
            action.weight,
            action.mandatory,
            action.performers,
            action.evidence,
            action.notify,
            tasks
        ])
    };
    let stages = template.definition.stages.iter();
    stages.map(|stage| stage.actions.iter().map(action).collect()).collect()
}

#[test]
fn a_template_is_the_same_in_every_language() {
    for (english, polish) in [("livespace/en", "livespace/pl"), ("meddic/en", "meddic/pl")] {
        let (english, polish) = (template::find(english).unwrap(), template::find(polish).unwrap());
        assert_eq!(structure(english), structure(polish));
        let both = texts(&english.definition).into_iter().zip(texts(&polish.definition));
        let same: Vec<_> = both.filter(|(one, other)| one == other).collect();
        assert_eq!(same, Vec::<(&str, &str)>::new(), "not translated");
    }
}

#[test]
fn each_language_has_its_own_quotation_marks() {
    for Template { key, language, file, .. } in all() {
        let count = |mark: char| file.matches(mark).count();
        let (opening, foreign) = if *language == "pl" { ('„', '“') } else { ('“', '„') };
        assert_eq!((count(opening), count(foreign)), (count('”'), 0), "{key}");
        assert_eq!(file.matches(" - ").count(), file.matches("  - ").count(), "{key}: a dash is –");
    }
}

#[tokio::test]
async fn everybody_reads_the_templates_in_the_language_they_ask_for() {
    each(|app| async move {
        let people = People::new(&app).await;
        let document = "query($language: String) { processTemplates(language: $language) { key language file } }";
        for (language, keys) in [
            (json!(null), &["livespace/en", "livespace/pl", "meddic/en", "meddic/pl"][..]),
            (json!("en"), &["livespace/en", "meddic/en"]),
            (json!("pl"), &["livespace/pl", "meddic/pl"]),
            (json!("pl-PL"), &["livespace/pl", "meddic/pl"]),
            (json!("EN_gb"), &["livespace/en", "meddic/en"]),
            (json!("de"), &[]),
            (json!(""), &[]),
        ] {
            let data = people.stranger.query(document, json!({ "language": language })).await;
            let found = data["processTemplates"].as_array().unwrap();
            let found_keys: Vec<_> = found.iter().map(|one| text(&one["key"])).collect();
            assert_eq!(found_keys, keys, "{language}");
            for one in found {
                let name = text(&one["key"]).replace('/', ".");
                let path = format!("{}/templates/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
                assert_eq!(text(&one["file"]), fs::read_to_string(Path::new(&path)).unwrap());
            }
        }
    })
    .await;
}

#[tokio::test]
async fn reading_templates_asks_the_database_for_nothing_but_the_token() {
    each(|app| async move {
        let ada = app.admin().await;
        let nothing = app.statements(ada.query("{ __typename }", json!({}))).await.0;
        let document = format!("{{ processTemplates {{ key {TREE} file }} }}");
        assert_eq!(app.statements(ada.query(&document, json!({}))).await.0, nothing);
    })
    .await;
}

#[tokio::test]
async fn a_process_begun_with_a_template_is_exactly_the_template() {
    each(|app| async move {
        let ada = app.admin().await;
        let document = format!("{{ processTemplates {{ key {TREE} }} }}");
        let data = ada.query(&document, json!({})).await;
        for mut template in data["processTemplates"].as_array().unwrap().clone() {
            let key = template.as_object_mut().unwrap().remove("key").unwrap();
            let selection = format!("process {{ id version {TREE} }}");
            let made = ada.done("createProcess", json!({ "template": key }), &selection).await;
            let mut process = made["process"].clone();
            let fields = process.as_object_mut().unwrap();
            let id = text(&fields.remove("id").unwrap());
            assert_eq!(fields.remove("version").unwrap(), 1);
            assert_eq!(process, template, "{key}");
            check(&app, &id).await;
        }
    })
    .await;
}

#[tokio::test]
async fn what_the_caller_says_wins_over_the_template() {
    each(|app| async move {
        let ada = app.admin().await;
        let selection = "process { name description stages { name } latest { message } }";
        let input = json!({ "template": "meddic/en", "name": " Big deals ", "description": "", "message": "New" });
        let made = ada.done("createProcess", input, selection).await["process"].take();
        assert_eq!(
            (&made["name"], &made["description"], &made["latest"]["message"]),
            (&json!("Big deals"), &json!(""), &json!("New"))
        );
        assert_eq!(made["stages"].as_array().unwrap().len(), 6);
        let input = json!({ "template": null, "name": "Bare", "description": null });
        let made = ada.done("createProcess", input, selection).await["process"].take();
        assert_eq!(made["stages"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn deals_run_through_a_process_begun_with_a_template() {
    each(|app| async move {
        let ada = app.admin().await;
        let selection = "process { stages { actions { id name } } }";
        let input = json!({ "template": "livespace/pl" });
        let made = ada.done("createProcess", input, selection).await["process"].take();
        let deal = ada.deal_of(json!({ "title": "Krzesła" })).await;
        let action = |stage: usize, at: usize| text(&made["stages"][stage]["actions"][at]["id"]);
        ada.complete(&deal, &action(0, 0)).await;
        assert_eq!(ada.state(&deal).await, (3, Some("Zebranie informacji".into())));
        let call = json!({ "dealId": deal, "actionId": action(1, 0) });
        assert_eq!(ada.refusals("completeAction", call.clone()).await, ["EVIDENCE_REQUIRED"]);
        let mut call = call;
        call["note"] = json!({ "body": "Odezwą się w maju." });
        ada.done("completeAction", call, "").await;
        assert_eq!(ada.state(&deal).await, (11, Some("Kontakt".into())));
        assert_eq!(ada.refusals("winDeal", json!({ "dealId": deal })).await, ["MANDATORY_MISSING"]);
    })
    .await;
}

#[tokio::test]
async fn beginning_with_a_template_again_with_its_id_answers_with_what_is_there() {
    each(|app| async move {
        let ada = app.admin().await;
        let new_id = fresh(&app, "process");
        let input = json!({ "newId": new_id, "template": "livespace/en" });
        let selection = "process { id name stages { id actions { id } } }";
        let made = ada.done("createProcess", input.clone(), selection).await;
        assert_eq!(made["process"]["id"], new_id);
        assert_eq!(ada.calm("createProcess", input, selection).await, made);
        for (other, expected) in [
            (json!({ "template": "livespace/pl" }), &["ID_TAKEN newId"][..]),
            (
                json!({ "template": "livespace/en", "name": "Sales process" }),
                &["ID_TAKEN newId", "NAME_TAKEN name"],
            ),
            (json!({ "name": "Sales process" }), &["ID_TAKEN newId", "NAME_TAKEN name"]),
        ] {
            let mut input = other.clone();
            input["newId"] = json!(new_id);
            let errors = ada.refused("createProcess", input).await;
            assert_eq!(errors.iter().map(exactly).collect::<Vec<_>>(), expected, "{other}");
        }
        let twice = json!({ "template": "livespace/en" });
        assert_eq!(ada.refusal("createProcess", twice).await, "NAME_TAKEN name");
    })
    .await;
}

#[tokio::test]
async fn an_unknown_template_is_refused_with_those_that_there_are() {
    each(|app| async move {
        let ada = app.admin().await;
        let unknown = "There is no such template. Choose one of livespace/en, livespace/pl, meddic/en, meddic/pl.";
        for key in ["", "livespace", "LIVESPACE/EN", "livespace/de", "../livespace/en"] {
            let errors = ada.refused("createProcess", json!({ "template": key })).await;
            let all: Vec<_> = errors.iter().map(code_and_path).collect();
            assert_eq!(all, ["INVALID_VALUE template"], "{key}");
            assert_eq!(errors[0]["message"], unknown);
        }
        let input = json!({ "template": "spin", "name": " ", "message": "a\0b" });
        let errors = ada.refused("createProcess", input).await;
        let all: Vec<_> = errors.iter().map(code_and_path).collect();
        assert_eq!(all, ["INVALID_VALUE template", "INVALID_VALUE message", "INVALID_VALUE name"]);
    })
    .await;
}

#[tokio::test]
async fn without_a_template_a_process_needs_a_name() {
    each(|app| async move {
        let ada = app.admin().await;
        for input in [json!({}), json!({ "name": null }), json!({ "template": null, "name": "" })] {
            let errors = ada.refused("createProcess", input).await;
            assert_eq!(code_and_path(&errors[0]), "INVALID_VALUE name");
            let message = "A name is needed: 1 to 200 characters that are not all spaces.";
            assert_eq!((errors.len(), &errors[0]["message"]), (1, &json!(message)));
        }
    })
    .await;
}

#[tokio::test]
async fn only_administrators_begin_processes_with_templates() {
    each(|app| async move {
        let people = People::new(&app).await;
        for who in [&people.manager, &people.owner] {
            let input = json!({ "template": "livespace/en" });
            assert_eq!(who.refusal("createProcess", input).await, "FORBIDDEN");
            let input = json!({ "template": "unknown" });
            let told = who.refusals("createProcess", input).await;
            assert_eq!(told, ["FORBIDDEN", "INVALID_VALUE"]);
        }
    })
    .await;
}
