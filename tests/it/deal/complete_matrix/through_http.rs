//! One request for each answer that doing an action can have: the way to the rule changes nothing of it.

use entity::{
    action::Evidence,
    deal::{Status, Visibility},
    member::Role,
};
use serde_json::{Value, json};

use super::{Gives, May, Relation, Try, answers};
use crate::support::{Client, TestApp, builders::text, each, files::PDF};

/// Somebody of each role, and an administrator who sets it all up.
struct People {
    ada: Client,
    other: Client,
    by_role: [(Role, Client); 3],
}

impl People {
    async fn new(app: &TestApp) -> Self {
        Self {
            ada: app.admin().await,
            other: app.member("Otto", Role::Salesperson).await,
            by_role: [
                (Role::Administrator, app.member("Adam", Role::Administrator).await),
                (Role::Manager, app.member("Mia", Role::Manager).await),
                (Role::Salesperson, app.member("Sam", Role::Salesperson).await),
            ],
        }
    }

    fn me(&self, role: Role) -> &Client {
        let mut all = self.by_role.iter();
        &all.find(|(one, _)| *one == role).unwrap().1
    }
}

fn evidence(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::None => "NONE",
        Evidence::Note => "NOTE",
        Evidence::NoteWithFile => "NOTE_WITH_FILE",
    }
}

fn performers(may: May, me: &Client, other: &Client) -> Value {
    match may {
        May::Everyone => json!({ "group": "EVERYONE" }),
        May::Managers => json!({ "group": "MANAGERS" }),
        May::Administrators => json!({ "group": "ADMINISTRATORS" }),
        May::Chosen => json!({ "group": "CHOSEN", "memberIds": [other.id(), me.id()] }),
        May::ChosenOthers => json!({ "group": "CHOSEN", "memberIds": [other.id()] }),
    }
}

/// The input of `completeAction` for this try, with everything around it as the try says.
async fn arrange(people: &People, one: &Try, number: usize) -> Value {
    let People { ada, other, .. } = people;
    let me = people.me(one.role);
    let process =
        ada.process(&format!("Process {number}"), &[("A", &[("a", 10), ("b", 10)])]).await;
    let settings = json!({ "actionId": process.action("a"), "evidence": evidence(one.evidence),
        "performers": performers(one.may, me, other) });
    ada.done("updateAction", settings, "").await;
    let owner = if one.relation == Relation::Owner { me } else { other };
    let participants = if one.relation == Relation::Participant { vec![me.id()] } else { vec![] };
    let visibility =
        if one.visibility == Visibility::Everyone { "EVERYONE" } else { "PARTICIPANTS" };
    let new = json!({ "processId": process.id, "title": "Chairs", "ownerId": owner.id(),
        "visibility": visibility, "participantIds": participants });
    let deal = ada.deal_of(new.clone()).await;
    let mut input = json!({ "dealId": deal, "actionId": process.action("a") });
    let with = give((ada, me), &deal, &new, process.action("b"), one.gives).await;
    for (field, value) in with.as_object().unwrap() {
        input[field] = value.clone();
    }
    let close = match one.status {
        Status::Open => return input,
        Status::Won => "winDeal",
        Status::Lost => "loseDeal",
        Status::Outdated => "outdateDeal",
    };
    ada.done(close, json!({ "dealId": deal }), "").await;
    input
}

async fn give(
    (ada, me): (&Client, &Client),
    deal: &str,
    new: &Value,
    spare: &str,
    gives: Gives,
) -> Value {
    match gives {
        Gives::Nothing => json!({}),
        Gives::Note => json!({ "note": { "body": "see" } }),
        Gives::UsedNote => {
            let note = add_note(ada, deal).await;
            let used = json!({ "dealId": deal, "actionId": spare, "noteId": note });
            ada.done("completeAction", used, "").await;
            json!({ "noteId": note })
        }
        Gives::ForeignNote => {
            json!({ "noteId": add_note(ada, &ada.deal_of(new.clone()).await).await })
        }
        Gives::TwoNotes => {
            json!({ "note": { "body": "see" }, "noteId": add_note(ada, deal).await })
        }
        Gives::NoteBefore => json!({ "noteId": add_note(ada, deal).await }),
        Gives::NoteBeforeWithFile => {
            let file = ada.file("scan.pdf", "application/pdf", PDF).await;
            let note = json!({ "dealId": deal, "body": "the minutes", "fileIds": [file] });
            json!({ "noteId": ada.done("addNote", note, "note { id }").await["note"]["id"] })
        }
        Gives::NoteWithFile => {
            let file = me.file("scan.pdf", "application/pdf", PDF).await;
            json!({ "note": { "body": "see", "fileIds": [file] } })
        }
    }
}

async fn add_note(ada: &Client, deal: &str) -> String {
    let note = json!({ "dealId": deal, "body": "the minutes" });
    text(&ada.done("addNote", note, "note { id }").await["note"]["id"])
}

#[tokio::test]
async fn each_answer_is_given_through_http_too() {
    each(|app| async move {
        let people = People::new(&app).await;
        for (number, (answer, (_, one))) in answers().into_iter().enumerate() {
            let input = arrange(&people, &one, number).await;
            let me = people.me(one.role);
            if answer.is_empty() {
                me.done("completeAction", input, "").await;
                continue;
            }
            let mut codes = me.refusals("completeAction", input).await;
            codes.sort();
            assert_eq!(codes, answer, "{one:?}");
        }
    })
    .await;
}
