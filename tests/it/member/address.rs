//! Addresses: what no mail server takes is refused on every path, and mail goes to what one takes.

use engine::import::Outcome;
use sea_orm::{ConnectionTrait, Database};
use serde_json::json;

use crate::{
    import::support::{NOTHING, counts, on_each_database, small, try_import},
    mail,
    names::shown::waypost,
    support::{
        builders::text,
        each,
        post::{Mood, Post},
        scene::Scene,
        story::code_and_path,
    },
};

/// What people type instead of an address, and what they are told.
const WRONG: [(&str, &str); 14] = [
    ("a@example.org,b@example.org", "several"),
    ("a@example.org; b@example.org", "several"),
    ("a@example.org b@example.org", "several"),
    ("a@@example.org", "two in a row"),
    ("mailto:a@example.org", "mailto:"),
    ("A <a@example.org>", "without a name"),
    ("<a@example.org>", "without a name"),
    ("a\u{200b}@example.org", "U+200B"),
    ("a@exam\u{ad}ple.org", "U+00AD"),
    ("a\u{202e}@example.org", "U+202E"),
    ("a..b@example.org", "before the @"),
    ("a@example..org", "after the @"),
    ("a@exa!mple.org", "after the @"),
    ("example.org", "no @"),
];

#[tokio::test]
async fn the_api_refuses_what_no_mail_server_takes_and_says_why() {
    each(|app| async move {
        let ada = app.admin().await;
        for (wrong, why) in WRONG {
            let add = json!({ "email": wrong, "name": "Ann", "role": "MANAGER" });
            let update = json!({ "memberId": ada.id(), "email": wrong });
            for (name, input) in [("addMember", add), ("updateMember", update)] {
                let errors = ada.refused(name, input).await;
                assert_eq!(errors.len(), 1, "{errors:?}");
                assert_eq!(code_and_path(&errors[0]), "INVALID_VALUE email");
                let message = text(&errors[0]["message"]);
                assert!(
                    message.contains("name@example.org") && message.contains(why),
                    "{wrong}: {message}"
                );
            }
        }
    })
    .await;
}

#[tokio::test]
async fn an_import_refuses_them_at_their_line() {
    on_each_database(async |app| {
        for (wrong, why) in WRONG {
            let mut texts = small();
            texts.members = texts.members.replace("bob@x.example,Bob", &format!("\"{wrong}\",Bob"));
            let told = try_import(&app, &texts, false).await.unwrap_err();
            assert!(
                told[0].starts_with("members.csv:3: email: ") && told[0].contains(why),
                "{told:#?}"
            );
        }
        assert_eq!(counts(&app).await, NOTHING);
    })
    .await;
}

#[tokio::test]
async fn the_command_line_refuses_them_too() {
    each(|app| async move {
        app.admin().await;
        let before = app.fingerprint().await;
        for (wrong, why) in WRONG {
            let admin = ["serve", "--listen", "127.0.0.1:0", "--admin-email", wrong];
            let from = [
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--smtp-url",
                "smtp://127.0.0.1",
                "--mail-from",
                wrong,
            ];
            let token = ["token", "create", "--name", "laptop", "--member", wrong];
            for (args, code) in [(&admin[..], 2), (&token[..], 1)] {
                let refused = waypost(&app, args).await;
                let told = String::from_utf8_lossy(&refused.stderr).into_owned();
                assert_eq!(refused.status.code(), Some(code), "{wrong}: {told}");
                assert!(told.contains(why), "{wrong}: {told}");
            }
            // A sender has a name before the address, and it is no part of it.
            if !wrong.starts_with(['A', '<']) {
                let refused = waypost(&app, &from).await;
                assert_eq!(refused.status.code(), Some(2), "{wrong}: {refused:?}");
            }
        }
        let two = [
            "serve",
            "--smtp-url",
            "smtp://127.0.0.1",
            "--mail-from",
            "A <a@example.org>, B <b@example.org>",
        ];
        assert_eq!(waypost(&app, &two).await.status.code(), Some(2));
        assert_eq!(app.fingerprint().await, before);
    })
    .await;
}

#[tokio::test]
async fn an_address_is_taken_however_its_host_is_written() {
    each(|app| async move {
        let ada = app.admin().await;
        let add = |email: &str| json!({ "email": email, "name": "Ann", "role": "MANAGER" });
        let made = ada.done("addMember", add("ann@münchen.example"), "member { id email }").await;
        assert_eq!(made["member"]["email"], "ann@münchen.example", "kept as it is written");
        for twin in
            ["ANN@MÜNCHEN.example", "ann@xn--mnchen-3ya.example", " Ann@mu\u{308}nchen.example"]
        {
            let errors = ada.refused("addMember", add(twin)).await;
            assert_eq!(errors[0]["path"], json!(["email"]), "{twin}");
            assert_eq!(errors[0]["nodeId"], made["member"]["id"], "{twin}");
        }
        let document = "query($text: String) { members(text: $text) { nodes { email } } }";
        let found = ada.query(document, json!({ "text": "MÜNCHEN" })).await;
        assert_eq!(found["members"]["nodes"], json!([{ "email": "ann@münchen.example" }]));
        let args = ["token", "create", "--name", "x", "--member", "ann@xn--mnchen-3ya.example"];
        assert!(waypost(&app, &args).await.status.success());
    })
    .await;
}

#[tokio::test]
async fn mail_goes_to_a_host_as_every_mail_server_knows_it() {
    each(|app| async move {
        let post = Post::start(|_| Mood::Take).await;
        let (app, scene) = mail::scene(&app, &post).await;
        let (ada, piotr) = (&scene.people.admin, scene.people.participant.id());
        let update = json!({ "memberId": piotr, "email": "piotr@münchen.example" });
        ada.done("updateMember", update, "").await;
        let (deal, _) = scene.deal("PARTICIPANTS").await;
        scene.people.owner.complete(&deal, scene.process.action("Send")).await;
        assert_eq!(mail::send(&app).await.sent, 1);
        assert_eq!(post.received()[0].to, "piotr@xn--mnchen-3ya.example");
        app.stop().await;
    })
    .await;
}

/// From a time when more was taken: kept, and told when mail cannot go there.
#[tokio::test]
async fn a_wrong_address_that_is_there_is_kept_and_its_mail_is_a_dead_letter() {
    each(|app| async move {
        let post = Post::start(|_| Mood::Take).await;
        let (app, scene): (_, Scene) = mail::scene(&app, &post).await;
        let (ada, piotr) = (&scene.people.admin, scene.people.participant.id());
        let (deal, _) = scene.deal("PARTICIPANTS").await;
        scene.people.owner.complete(&deal, scene.process.action("Send")).await;
        let wrong = "Piotr <piotr@example.org>, x@example.org";
        let conn = Database::connect(&app.url).await.unwrap();
        let set =
            format!("UPDATE member SET email = '{wrong}', email_key = 'old' WHERE name = 'Piotr'");
        conn.execute_unprepared(&set).await.unwrap();
        conn.close().await.unwrap();
        let same = json!({ "memberId": piotr, "email": wrong, "name": "Peter" });
        let kept = ada.done("updateMember", same, "member { email name }").await;
        assert_eq!(kept["member"], json!({ "email": wrong, "name": "Peter" }));
        assert_eq!(mail::send(&app).await.sent, 0);
        let dead = ada.query("{ deadLetters { nodes { lastError } } }", json!({})).await;
        let told = text(&dead["deadLetters"]["nodes"][0]["lastError"]);
        assert!(
            told.contains("is no address that mail can go to") && told.contains("without a name"),
            "{told}"
        );
        assert_eq!(post.received(), []);
        app.stop().await;
    })
    .await;
}

#[tokio::test]
async fn an_import_finds_members_however_their_address_is_written() {
    on_each_database(async |app| {
        let mut texts = small();
        texts.members = texts.members.replace("bob@x.example", "bob@münchen.example");
        texts.deals = texts.deals.replace("bob@x.example", "BOB@xn--mnchen-3ya.example");
        let outcome = try_import(&app, &texts, false).await.unwrap();
        assert!(matches!(outcome, Outcome::Imported(_)), "{outcome:?}");
    })
    .await;
}
