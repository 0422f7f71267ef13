//! What the server says comes in the language of whoever reads it: what they chose, or else what their client asks for.

mod files;
mod live;
mod process_files;
mod texts;

use entity::member::Role;
use serde_json::{Value, json};

use crate::support::{Client, each, post::Post, scene::Scene};

/// What a client that asks for these languages is answered.
async fn ask(client: &Client, languages: &str, document: &str, variables: Value) -> Value {
    let body = json!({ "query": document, "variables": variables });
    let request = client.app.http.post(client.app.endpoint()).bearer_auth(&client.secret);
    let request = request.header("accept-language", languages);
    request.json(&body).send().await.unwrap().json().await.unwrap()
}

/// What the member reads from now on.
async fn choose(client: &Client, locale: Value) {
    let input = json!({ "memberId": client.id(), "locale": locale });
    let payload = client.done("updateMember", input, "member { locale }").await;
    assert_eq!(payload["member"]["locale"], locale);
}

const CLOSE: &str =
    "mutation($id: ID!) { winDeal(input: { dealId: $id }) { userErrors { code message } } }";

const MISSING: &str = "query { deal(id: \"nobody\") { id } }";

async fn refusal(client: &Client, languages: &str, deal: &str) -> Value {
    let answer = ask(client, languages, CLOSE, json!({ "id": deal })).await;
    answer["data"]["winDeal"]["userErrors"][0].clone()
}

#[tokio::test]
async fn a_refusal_comes_in_the_language_that_the_client_asks_for() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let owner = &scene.people.owner;
        let before = app.fingerprint().await;
        let english = json!({ "code": "MANDATORY_MISSING",
            "message": "Before this deal can be won, do what is mandatory: “Sign”." });
        let polish = json!({ "code": "MANDATORY_MISSING",
            "message": "Zanim tę szansę będzie można wygrać, trzeba wykonać działania obowiązkowe: „Sign”." });
        for languages in ["pl", "pl-PL,pl;q=0.9,en;q=0.8", "en;q=0.1, pl", "de, pl;q=0.2"] {
            assert_eq!(refusal(owner, languages, &deal).await, polish, "{languages}");
        }
        for languages in ["en", "en-GB, pl;q=0.9", "de", "*", "pl;q=0", "", "ąę"] {
            assert_eq!(refusal(owner, languages, &deal).await, english, "{languages}");
        }
        assert_eq!(before, app.fingerprint().await);
    })
    .await;
}

#[tokio::test]
async fn what_a_member_chose_goes_before_what_their_client_asks_for() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let owner = &scene.people.owner;
        let said = async |languages| refusal(owner, languages, &deal).await["message"].take();
        choose(owner, json!("POLISH")).await;
        assert!(said("en").await.as_str().unwrap().starts_with("Zanim tę szansę"));
        choose(owner, json!("ENGLISH")).await;
        assert!(said("pl").await.as_str().unwrap().starts_with("Before this deal"));
        choose(owner, Value::Null).await;
        assert!(said("pl").await.as_str().unwrap().starts_with("Zanim tę szansę"));
    })
    .await;
}

#[tokio::test]
async fn everyone_chooses_their_own_language_and_administrators_anyone_s() {
    each(|app| async move {
        let admin = app.admin().await;
        let (bea, carl) =
            (app.member("Bea", Role::Salesperson).await, app.member("Carl", Role::Manager).await);
        choose(&bea, json!("POLISH")).await;
        let input = json!({ "memberId": bea.id(), "locale": "ENGLISH" });
        assert_eq!(carl.refusals("updateMember", input.clone()).await, ["FORBIDDEN"]);
        admin.done("updateMember", input, "").await;
        // what is left out stays as it is
        let input = json!({ "memberId": bea.id(), "name": "Beata" });
        let payload = bea.done("updateMember", input, "member { locale name }").await;
        assert_eq!(payload["member"], json!({ "locale": "ENGLISH", "name": "Beata" }));
        let wrong = "mutation($id: ID!) { updateMember(input: { memberId: $id, locale: KLINGON }) {
            member { id } } }";
        assert_eq!(bea.error(wrong, json!({ "id": bea.id() })).await, "GRAPHQL_VALIDATION_FAILED");
    })
    .await;
}

#[tokio::test]
async fn an_error_comes_in_the_language_of_the_reader() {
    each(|app| async move {
        let admin = app.admin().await;
        let said = async |languages| {
            let answer = ask(&admin, languages, MISSING, json!({})).await;
            answer["errors"][0]["message"].as_str().unwrap().to_owned()
        };
        assert!(said("en").await.starts_with("This is not the id of a deal; "));
        assert!(said("pl").await.starts_with("To nie jest identyfikator szansy sprzedaży; "));
        choose(&admin, json!("POLISH")).await;
        assert!(said("en").await.starts_with("To nie jest identyfikator szansy sprzedaży; "));
        let request = app.http.post(app.endpoint()).header("accept-language", "pl");
        let answer = request.json(&json!({ "query": "{ __typename }" })).send().await.unwrap();
        assert_eq!(answer.status(), 401);
        let answer: Value = answer.json().await.unwrap();
        let text = answer["errors"][0]["message"].as_str().unwrap();
        assert!(text.starts_with("Wyślij ważny token"), "{text}");
        // what is wrong with a document is for who wrote it
        let wrong = ask(&admin, "pl", "{ nothing }", json!({})).await;
        assert!(wrong["errors"][0]["message"].as_str().unwrap().contains("nothing"), "{wrong}");
        assert_eq!(wrong["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED");
    })
    .await;
}

const BUTTONS: &str = "query($id: ID!) { deal(id: $id) {
    permissions { reopen { blockers { code message } } win { blockers { code message } } }
    checklist { action { name } blockers { code message } } } }";

#[tokio::test]
async fn what_is_in_the_way_is_told_in_turns_in_both_languages() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let (deal, _) = scene.deal("EVERYONE").await;
        let stranger = &scene.people.stranger;
        let mut answers = Vec::new();
        for languages in ["en", "pl", "en", "pl"] {
            let answer = ask(stranger, languages, BUTTONS, json!({ "id": deal })).await;
            answers.push(answer["data"]["deal"].to_string());
        }
        assert_eq!(answers[0], answers[2]);
        assert_eq!(answers[1], answers[3]);
        let (english, polish) = (&answers[0], &answers[1]);
        assert!(english.contains("This deal is open already") && !english.contains("szans"));
        assert!(polish.contains("Ta szansa jest już otwarta") && !polish.contains("This deal"));
        assert!(polish.contains("Może to zrobić opiekun szansy"), "{polish}");
        let codes = |text: &str| text.matches("\"code\":\"").count();
        assert_eq!(codes(english), codes(polish));
    })
    .await;
}

const HISTORY: &str = "query($id: ID!) { deal(id: $id) { title events(first: 50) { nodes { __typename summary } } } }";

#[tokio::test]
async fn history_is_told_in_turns_in_both_languages() {
    each(|app| async move {
        let scene = Scene::new(&app).await;
        let owner = &scene.people.owner;
        let deal = owner.deal(&scene.process.id, "Krzesła").await;
        owner.complete(&deal, scene.process.action("Call")).await;
        let input = json!({ "dealId": deal, "value": { "amount": "1200.5", "currency": "PLN" } });
        owner.done("updateDeal", input, "").await;
        owner.done("loseDeal", json!({ "dealId": deal }), "").await;
        let told = async |languages| {
            let answer = ask(owner, languages, HISTORY, json!({ "id": deal })).await;
            let nodes = answer["data"]["deal"]["events"]["nodes"].as_array().unwrap().clone();
            let texts = nodes.iter().map(|node| node["summary"].as_str().unwrap().to_owned());
            texts.collect::<Vec<_>>()
        };
        for _ in 0..2 {
            let (english, polish) = (told("en").await.join("; "), told("pl").await.join("; "));
            for text in [
                "Deal “Krzesła” began",
                "Did “Call” (",
                "Changed value (no value → 1200.5 PLN)",
                "Lost",
            ] {
                assert!(english.contains(text), "{text}: {english}");
            }
            for text in [
                "Utworzono szansę „Krzesła”",
                "Wykonano działanie „Call” (0% → ",
                "Zmieniono: wartość (brak wartości → 1200,5 PLN)",
                "Szansa przegrana",
            ] {
                assert!(polish.contains(text), "{text}: {polish}");
            }
        }
    })
    .await;
}

const PREVIEW: &str = "query($input: SaveProcessInput!) { processPreview(input: $input) {
    changes { __typename summary } } }";

#[tokio::test]
async fn a_preview_says_in_the_language_of_the_reader_what_changes() {
    each(|app| async move {
        let admin = app.admin().await;
        let process = admin.process("Sales", &[("Begin", &[("Call", 5)])]).await;
        let version = "query($id: ID!) { process(id: $id) { version } }";
        let version = admin.query(version, json!({ "id": process.id })).await;
        let version = &version["process"]["version"];
        let input = json!({ "id": process.id, "expectedVersion": version, "stages": [
            { "id": process.stage("Begin"), "name": "Start", "actions": [
                { "id": process.action("Call"), "name": "Call", "weight": 7 } ] },
            { "clientKey": "end", "name": "End", "actions": [] } ] });
        let said = async |languages| {
            let answer = ask(&admin, languages, PREVIEW, json!({ "input": input })).await;
            let changes = answer["data"]["processPreview"]["changes"].clone();
            let changes = changes.as_array().unwrap_or_else(|| panic!("{answer:#}")).clone();
            changes
                .iter()
                .map(|one| one["summary"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        let mut english = said("en").await;
        let mut polish = said("pl").await;
        english.sort();
        polish.sort();
        assert_eq!(
            english,
            [
                "Added the stage “End”",
                "Changed the weight of “Call” from 5 to 7",
                "Renamed the stage “Begin” to “Start”",
            ]
        );
        assert_eq!(
            polish,
            [
                "Dodano etap „End”",
                "Zmieniono nazwę etapu z „Begin” na „Start”",
                "Zmieniono wagę działania „Call” z 5 na 7",
            ]
        );
    })
    .await;
}

const INBOX: &str = "{ viewer { notifications { nodes { summary } } } }";
const AUDIT: &str = "{ auditLog(first: 1) { nodes { summary } } }";

#[tokio::test]
async fn notifications_and_mail_come_in_the_language_of_the_recipient() {
    each(|app| async move {
        let post = Post::start(|_| crate::support::post::Mood::Take).await;
        let (app, scene) = crate::mail::scene(&app, &post).await;
        let people = &scene.people;
        let (deal, _) = scene.deal("PARTICIPANTS").await;
        let join = json!({ "dealId": deal, "memberId": people.manager.id() });
        people.owner.done("addParticipant", join, "").await;
        choose(&people.participant, json!("POLISH")).await;
        people.owner.complete(&deal, scene.process.action("Send")).await;
        let said = async |who: &Client, languages| {
            let answer = ask(who, languages, INBOX, json!({})).await;
            let nodes = &answer["data"]["viewer"]["notifications"]["nodes"];
            nodes[0]["summary"].as_str().unwrap_or_else(|| panic!("{answer:#}")).to_owned()
        };
        let polish = "Olga: wykonano działanie „Send” w szansie „Chairs”.";
        let english = "Olga did “Send” for “Chairs”.";
        assert_eq!(said(&people.participant, "en").await, polish);
        assert_eq!(said(&people.manager, "en").await, english);
        assert_eq!(said(&people.manager, "pl").await, polish);
        crate::mail::send(&app).await;
        let sent = post.received();
        assert_eq!(sent.len(), 2);
        for mail in sent {
            let is_polish = mail.to.contains("piotr");
            assert_eq!(
                mail.text.contains("<html lang=3D\"pl\">")
                    || mail.text.contains("<html lang=\"pl\">"),
                is_polish,
                "{}",
                mail.text
            );
            assert_eq!(mail.text.contains("did"), !is_polish, "{}", mail.text);
        }
        let log = ask(&people.admin, "pl", AUDIT, json!({})).await;
        let entry = log["data"]["auditLog"]["nodes"][0]["summary"].as_str().unwrap();
        assert!(entry.starts_with("Zapisano proces „"), "{entry}");
        app.stop().await;
    })
    .await;
}
