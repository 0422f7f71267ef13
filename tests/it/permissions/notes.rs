//! Who edits and withdraws notes: what their buttons say, and what happens when they are pressed (rule 15).

use serde_json::json;

use super::{
    api::attempt,
    buttons::{of_node, press},
};
use crate::support::{Client, builders::text, each, scene::Scene};

const NOTE: &str = "... on Note { permissions { edit { ...P } withdraw { ...P } } }";

#[tokio::test]
async fn the_buttons_of_a_note_say_what_their_mutations_answer_as_evidence_and_on_closed_deals() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        for (who, closed, evidence) in (0..4).flat_map(|case| {
            let all = scene.people.all().into_iter();
            all.map(move |(_, who)| (who.clone(), case & 1 == 1, case & 2 == 2))
        }) {
            for author in [&scene.people.owner, &scene.people.admin] {
                let (deal, _) = scene.deal("EVERYONE").await;
                let note = json!({ "dealId": deal, "body": "see" });
                let note = author.done("addNote", note, "note { id }").await["note"]["id"].take();
                if evidence {
                    let action = scene.process.action("Minutes");
                    let done = json!({ "dealId": deal, "actionId": action, "noteId": note });
                    author.done("completeAction", done, "").await;
                }
                if closed {
                    scene.people.owner.done("loseDeal", json!({ "dealId": deal }), "").await;
                }
                press_note(&who, &text(&note)).await;
            }
        }
    })
    .await;
}

async fn press_note(who: &Client, note: &str) {
    for (button, name) in [("edit", "editNote"), ("withdraw", "withdrawNote")] {
        let seen = of_node(who, note, NOTE).await["permissions"].take();
        let mut input = json!({ "noteId": note });
        if button == "edit" {
            input["body"] = json!("look");
        }
        press(who, &seen[button], name, input).await;
    }
}

/// A note of theirs, written while they took part, or of the owner's.
pub(super) async fn on_note(
    scene: &Scene,
    who: &Client,
    visibility: &str,
    (name, whose): (&str, &str),
) -> String {
    let (deal, _) = scene.deal(visibility).await;
    let (owner, participant) = (&scene.people.owner, &scene.people.participant);
    let author = if whose == "own" { who } else { owner };
    let joins = ![owner.id(), participant.id()].contains(&author.id());
    let member = json!({ "dealId": deal, "memberId": author.id() });
    if joins {
        owner.done("addParticipant", member.clone(), "").await;
    }
    let note = json!({ "dealId": deal, "body": "see" });
    let note = author.done("addNote", note, "note { id }").await["note"]["id"].take();
    if joins {
        owner.done("removeParticipant", member, "").await;
    }
    let input = match name {
        "editNote" => json!({ "noteId": note, "body": "look" }),
        _ => json!({ "noteId": note }),
    };
    attempt(who, name, input).await
}
