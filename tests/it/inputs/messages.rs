//! Bad input: every message, as people read it, in one table to review. It must say what is wrong and
//! what to do, and nothing may change.

use entity::ids;
use serde_json::{Value, json};

use crate::support::{Client, each, scene::Scene, story::code_and_path};

/// One refusal a line group: what was sent, and what was answered.
async fn told(who: &Client, about: &str, name: &str, input: Value) -> String {
    let errors = who.refused(name, input).await;
    let lines = errors.iter().map(|error| {
        format!("    {}\n        {}\n", code_and_path(error), error["message"].as_str().unwrap())
    });
    format!("{about} ({name})\n{}", lines.collect::<String>())
}

#[tokio::test]
async fn every_refusal_of_a_text_or_a_value_says_what_to_do() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let who = &scene.people.owner;
        let (deal, _) = scene.deal("EVERYONE").await;
        let mut text = String::new();
        for (about, title) in [
            ("an empty title", ""),
            ("a title of spaces", " \t\u{a0} "),
            ("a title of 201 characters", &"ł".repeat(201)),
            ("a title of 10,000 characters", &"x".repeat(10_000)),
            ("a title of two lines", "two\nlines"),
            ("a title with NUL", "a\0b"),
        ] {
            let create = json!({ "processId": scene.process.id, "title": title });
            text += &told(who, about, "createDeal", create).await;
            who.refused("updateDeal", json!({ "dealId": deal, "title": title })).await;
        }
        for (about, amount, currency) in [
            ("a negative amount", "-0.01", "EUR"),
            ("five digits after the point", "0.00001", "EUR"),
            ("an amount beyond the limit", "1000000000000.01", "EUR"),
            ("a currency in small letters", "1", "eur"),
            ("a currency of four letters", "1", "EURO"),
            ("no currency", "1", ""),
            ("amount and currency", "-1", "euro"),
        ] {
            let value = json!({ "amount": amount, "currency": currency });
            let update = json!({ "dealId": deal, "value": value });
            text += &told(who, about, "updateDeal", update).await;
        }
        for (about, body) in [
            ("an empty note", ""),
            ("a note of 10,001 characters", &"ł".repeat(10_001)),
            ("a note with NUL", "a\0b"),
        ] {
            text += &told(who, about, "addNote", json!({ "dealId": deal, "body": body })).await;
        }
        let long = json!({ "dealId": deal, "comment": "x".repeat(10_001) });
        text += &told(who, "a comment of 10,001 characters", "winDeal", long).await;
        insta::assert_snapshot!("refused_values", text);
    })
    .await;
}

#[tokio::test]
async fn every_refusal_of_an_id_says_what_to_do() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let who = &scene.people.owner;
        let (deal, _) = scene.deal("EVERYONE").await;
        let gone = app.member("Gone", entity::member::Role::Salesperson).await;
        app.deactivate(gone.member).await;
        let mut text = String::new();
        for (about, name, input) in [
            ("no id", "winDeal", json!({ "dealId": "42" })),
            ("the id of another kind", "winDeal", json!({ "dealId": scene.process.id })),
            ("an unknown deal", "winDeal", json!({ "dealId": who.new_id::<ids::Deal>() })),
            ("an unknown stage", "moveDeal", json!({ "dealId": deal, "stageId": who.new_id::<ids::Stage>() })),
            ("an unknown completion", "undoCompletion", json!({ "completionId": who.new_id::<ids::Completion>() })),
            ("an unknown member", "addParticipant", json!({ "dealId": deal, "memberId": who.new_id::<ids::Member>() })),
            ("a deactivated member", "addParticipant", json!({ "dealId": deal, "memberId": gone.id() })),
            ("a deactivated owner", "updateDeal", json!({ "dealId": deal, "ownerId": gone.id() })),
            ("the owner leaves", "removeParticipant", json!({ "dealId": deal, "memberId": who.id() })),
            ("a list with wrong ids", "createDeal", json!({ "title": "Chairs", "participantIds": [who.id(), "sam", deal] })),
            ("a list with an unknown member", "createDeal",
                json!({ "title": "Chairs", "participantIds": [who.id(), who.new_id::<ids::Member>(), gone.id()] })),
            ("an unknown process", "createDeal", json!({ "title": "Chairs", "processId": who.new_id::<ids::Process>() })),
            ("an id that is taken", "createDeal", json!({ "title": "Chairs", "newId": deal })),
            ("a new id of another kind", "createDeal", json!({ "title": "Chairs", "newId": who.new_id::<ids::Note>() })),
        ] {
            text += &told(who, about, name, input).await;
        }
        insta::assert_snapshot!("refused_ids", text);
    })
    .await;
}

#[tokio::test]
async fn every_refusal_by_a_rule_says_what_to_do() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let people = &scene.people;
        let (deal, completion) = scene.deal("EVERYONE").await;
        let (won, won_completion) = scene.deal("EVERYONE").await;
        people.owner.complete(&won, scene.process.action("Sign")).await;
        people.owner.done("winDeal", json!({ "dealId": won }), "").await;
        let other = people.admin.process("Renewals", &[("Ask", &[("Write", 1)])]).await;
        let old = people.admin.process("Old", &[]).await;
        people.admin.done("archiveProcess", json!({ "processId": old.id }), "").await;
        let spare = people
            .admin
            .action(json!({ "stageId": scene.process.stage("Offer"), "name": "Spare" }))
            .await;
        people.admin.done("removeAction", json!({ "actionId": spare }), "").await;
        let complete = |deal: &str, action: &str| json!({ "dealId": deal, "actionId": action });
        let action = |name: &str| scene.process.action(name);
        let mut text = String::new();
        for (about, who, name, input) in [
            ("a mandatory action is missing", &people.owner, "winDeal", json!({ "dealId": deal })),
            ("a closed deal", &people.owner, "moveDeal", json!({ "dealId": won, "stageId": null })),
            (
                "an action of a closed deal",
                &people.owner,
                "completeAction",
                complete(&won, action("Send")),
            ),
            (
                "undo on a closed deal",
                &people.owner,
                "undoCompletion",
                json!({ "completionId": won_completion }),
            ),
            ("another ending", &people.owner, "loseDeal", json!({ "dealId": won })),
            (
                "an action of another process",
                &people.owner,
                "completeAction",
                complete(&deal, other.action("Write")),
            ),
            ("a removed action", &people.owner, "completeAction", complete(&deal, &spare)),
            (
                "an action that needs a note",
                &people.owner,
                "completeAction",
                complete(&deal, action("Minutes")),
            ),
            (
                "an action that needs a file",
                &people.owner,
                "completeAction",
                complete(&deal, action("Scan")),
            ),
            (
                "an action for managers",
                &people.owner,
                "completeAction",
                complete(&deal, action("Discount")),
            ),
            (
                "an action for administrators",
                &people.manager,
                "completeAction",
                complete(&deal, action("Audit")),
            ),
            (
                "an action for the chosen",
                &people.admin,
                "completeAction",
                complete(&deal, action("Approve")),
            ),
            (
                "an action of another's deal",
                &people.stranger,
                "completeAction",
                complete(&deal, action("Send")),
            ),
            (
                "a change of another's deal",
                &people.stranger,
                "updateDeal",
                json!({ "dealId": deal, "title": "Mine" }),
            ),
            (
                "undoing what another did",
                &people.participant,
                "undoCompletion",
                json!({ "completionId": completion }),
            ),
            (
                "reopening another's deal",
                &people.participant,
                "reopenDeal",
                json!({ "dealId": won }),
            ),
            (
                "winning a won deal of another's",
                &people.stranger,
                "winDeal",
                json!({ "dealId": won }),
            ),
            (
                "another process, of another's deal",
                &people.stranger,
                "changeDealProcess",
                json!({ "dealId": deal, "processId": other.id }),
            ),
            (
                "a closed deal to an archived process, with actions of neither",
                &people.owner,
                "changeDealProcess",
                json!({ "dealId": won, "processId": old.id,
                    "mapping": [{ "fromActionId": other.action("Write"), "toActionId": action("Call") }] }),
            ),
            (
                "an action that is mapped twice",
                &people.owner,
                "changeDealProcess",
                json!({ "dealId": deal, "processId": other.id, "mapping": [
                    { "fromActionId": action("Call"), "toActionId": other.action("Write") },
                    { "fromActionId": action("Call"), "toActionId": other.action("Write") } ] }),
            ),
            ("configuring", &people.manager, "createProcess", json!({ "name": "Mine" })),
        ] {
            text += &told(who, about, name, input).await;
        }
        insta::assert_snapshot!("refused_by_rules", text);
    })
    .await;
}

/// What GraphQL itself refuses is a fault of the request: an error at the top, with the reason.
#[tokio::test]
async fn a_float_is_no_amount() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let owner = &scene.people.owner;
        let (deal, _) = scene.deal("EVERYONE").await;
        let before = app.fingerprint().await;
        let literal = format!(
            "mutation {{ updateDeal(input: {{ dealId: \"{deal}\", value: {{ amount: 1.5, currency: \"EUR\" }} }}) \
             {{ userErrors {{ code }} }} }}"
        );
        let variable = "mutation($value: MoneyInput!, $deal: ID!) { updateDeal(input: { dealId: $deal, value: $value })
            { userErrors { code } } }";
        for amount in [json!(1.5), json!("1,5"), json!("a lot"), json!("1_000"), json!("1e3"), json!(""), json!(true), json!("0.00000000000000000000000000000000001")]
        {
            let value = json!({ "amount": amount, "currency": "EUR" });
            let answer = owner.raw(variable, json!({ "deal": deal, "value": value })).await;
            let message = answer["errors"][0]["message"].as_str().unwrap();
            assert!(message.contains("Decimal"), "{amount}: {message}");
        }
        let answer = owner.raw(&literal, json!({})).await;
        assert!(answer["errors"][0]["message"].as_str().unwrap().contains("never a float"));
        assert_eq!(app.fingerprint().await, before);

        let whole = json!({ "dealId": deal, "value": { "amount": 20, "currency": "EUR" } });
        owner.happens(&deal, "updateDeal", whole, &[("DealUpdated", "Changed value (no value → 20 EUR)")]).await;
    })
    .await;
}

#[tokio::test]
async fn the_longest_title_and_the_greatest_amount_are_taken() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let input = json!({ "title": "ł".repeat(200),
            "value": { "amount": "1000000000000.0000", "currency": "PLN" } });
        let selection = "deal { title value { amount } }";
        let made = scene.people.owner.done("createDeal", input, selection).await;
        let expected = json!({ "title": "ł".repeat(200), "value": { "amount": "1000000000000" } });
        assert_eq!(made["deal"], expected);
    })
    .await;
}
