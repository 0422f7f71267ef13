//! Those who see all deals of a board rest together, and are given what one of them found: all of it, in its order, and
//! each in their language. Whoever sees fewer deals looks for themselves.

use entity::member::Role;
use serde_json::json;
use tokio::task::JoinSet;

use super::{cursor, rename, set_role};
use crate::{
    live::rounds::{Document, EVENTS, comes_and_goes, following, item, versions},
    support::{Client, each, live::server::Client as Socket},
};

fn of_board(process: &str, after: Option<&str>) -> String {
    let after = after.map(|after| format!(", after: \"{after}\"")).unwrap_or_default();
    format!(
        "subscription {{ processProgress(processId: \"{process}\"{after}) {{ cursor caughtUp change {{ __typename \
         ... on DealChanged {{ event {{ summary after {{ version }} }} deal {{ title }} }} \
         ... on DealWithdrawn {{ dealId }} ... on ProcessRecalculated {{ dealCount }} }} }} }}"
    )
}

/// Every how many events the process is saved.
const SAVED: i64 = 10;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_and_goes_misses_no_event_and_no_save_and_gets_none_twice() {
    each(|app| async move {
        let background = engine::background::start(&app.app);
        let ada = app.admin().await;
        let sales = ada.sales().await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        let mut all = JoinSet::new();
        for number in 0..4 {
            let role = if number == 0 { Role::Salesperson } else { Role::Manager };
            let member = app.member(&format!("Member{number}"), role).await;
            let place = cursor(&member, &sales.id).await;
            for seed in 0..4 {
                let what = (of_board as Document, sales.id.clone());
                let number = number * 100 + seed;
                all.spawn(comes_and_goes(member.clone(), what, place.clone(), number));
            }
        }
        for version in 1..EVENTS {
            if version % SAVED == 0 {
                let weight = json!({ "actionId": sales.actions[0].1, "weight": 100 + version });
                ada.done("updateAction", weight, "").await;
            }
            rename(&ada, &deal, &format!("{version}")).await;
        }
        for saves in all.join_all().await {
            assert_eq!(saves as i64, (EVENTS - 1) / SAVED);
        }
        background.shutdown().await;
    })
    .await;
}

async fn summaries(socket: &mut Socket, count: usize) -> Vec<String> {
    let mut told = Vec::new();
    for _ in 0..count {
        let item = item(&socket.receive().await);
        told.push(item["change"]["event"]["summary"].as_str().unwrap().to_owned());
    }
    told
}

#[tokio::test]
async fn each_is_told_in_their_language() {
    each(|app| async move {
        let background = engine::background::start(&app.app);
        let ada = app.admin().await;
        let (ewa, mia) =
            (app.member("Ewa", Role::Manager).await, app.member("Mia", Role::Manager).await);
        let choose = |client: &Client, locale: &str| {
            let (client, input) =
                (client.clone(), json!({ "memberId": client.id(), "locale": locale }));
            async move { client.done("updateMember", input, "").await }
        };
        choose(&ewa, "POLISH").await;
        let sales = ada.sales().await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        app.number_log().await;
        let document = of_board(&sales.id, None);
        let mut english = Vec::new();
        let mut polish = Vec::new();
        for _ in 0..3 {
            english.push(following(&ada, &document).await);
            polish.push(following(&ewa, &document).await);
        }
        let mut changing = following(&mia, &document).await;
        rename(&ada, &deal, "Tables").await;
        versions(&mut changing, &[2]).await;
        choose(&mia, "POLISH").await;
        rename(&ada, &deal, "Lamps").await;
        versions(&mut changing, &[3]).await;
        rename(&ada, &deal, "Desks").await;
        versions(&mut changing, &[4]).await;
        let expected = summaries(&mut english[0], 3).await;
        assert!(expected.iter().all(|told| told.starts_with("Changed")), "{expected:?}");
        for socket in &mut english[1..] {
            assert_eq!(summaries(socket, 3).await, expected);
        }
        let expected = summaries(&mut polish[0], 3).await;
        assert!(!expected.iter().any(|told| told.starts_with("Changed")), "{expected:?}");
        for socket in &mut polish[1..] {
            assert_eq!(summaries(socket, 3).await, expected);
        }
        background.shutdown().await;
    })
    .await;
}

#[tokio::test]
async fn whoever_leads_no_more_is_told_no_more_of_hidden_deals_and_the_others_of_all() {
    each(|app| async move {
        let background = engine::background::start(&app.app);
        let ada = app.admin().await;
        let mia = app.member("Mia", Role::Manager).await;
        let sales = ada.sales().await;
        let open = ada.deal(&sales.id, "open").await;
        let hidden =
            json!({ "processId": sales.id, "title": "hidden", "visibility": "PARTICIPANTS" });
        let hidden = ada.deal_of(hidden).await;
        app.number_log().await;
        let document = of_board(&sales.id, None);
        let mut all = Vec::new();
        for client in [&mia, &ada, &mia, &ada] {
            all.push((client.id(), following(client, &document).await));
        }
        rename(&ada, &hidden, "seen by all").await;
        for (_, socket) in &mut all {
            versions(socket, &[2]).await;
        }
        set_role(&app, &mia, Role::Salesperson).await;
        rename(&ada, &hidden, "not seen by Mia").await;
        rename(&ada, &open, "seen by all").await;
        for (who, socket) in &mut all {
            if *who == mia.id() {
                assert_eq!(item(&socket.receive().await)["change"]["dealId"], json!(hidden));
                versions(socket, &[2]).await;
            } else {
                versions(socket, &[3, 2]).await;
            }
        }
        // Those who see fewer deals do not look for those who see all.
        rename(&ada, &hidden, "not seen by Mia either").await;
        rename(&ada, &open, "seen by all again").await;
        for (who, socket) in &mut all {
            let expected: &[i64] = if *who == mia.id() { &[3] } else { &[4, 3] };
            versions(socket, expected).await;
        }
        background.shutdown().await;
    })
    .await;
}
