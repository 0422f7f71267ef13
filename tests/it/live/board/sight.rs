//! Deals that come into sight of a salesperson's board, and go out of it (rule 23).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::member::Role;
use serde_json::json;

use super::{cursor, rename, transfer};
use crate::support::{
    BuiltProcess, Client, TestApp, each,
    feed::{Feed, appeared, changed, withdrawn},
};

/// An administrator, a salesperson, and a process.
async fn world(app: &TestApp) -> (Client, Client, BuiltProcess) {
    let ada = app.admin().await;
    let sam = app.member("Sam", Role::Salesperson).await;
    let sales = ada.process("Sales", &[("Contact", &[("Call", 1)])]).await;
    (ada, sam, sales)
}

async fn deal(ada: &Client, process: &BuiltProcess, visibility: &str) -> String {
    let input = json!({ "processId": process.id, "title": "x", "visibility": visibility });
    ada.deal_of(input).await
}

/// The board as it is now, live.
async fn live(app: &TestApp, client: &Client, process: &BuiltProcess) -> Feed {
    app.number_log().await;
    let after = cursor(client, &process.id).await;
    let mut feed = Feed::board(client, &process.id, Some(&after)).await;
    feed.mark().await;
    feed
}

/// A mutation of a deal by the administrator, seen by all who may.
async fn happen(app: &TestApp, ada: &Client, name: &str, input: serde_json::Value) {
    ada.done(name, input, "").await;
    app.number_log().await;
}

#[tokio::test]
async fn what_a_viewer_may_not_see_is_never_on_their_board() {
    each(|app| async move {
        let (ada, sam, sales) = world(&app).await;
        let hidden = deal(&ada, &sales, "PARTICIPANTS").await;
        let mut feed = live(&app, &sam, &sales).await;
        rename(&ada, &hidden, "secret").await;
        ada.complete(&hidden, sales.action("Call")).await;
        deal(&ada, &sales, "PARTICIPANTS").await;
        let service = ada.process("Service", &[]).await;
        transfer(&ada, &hidden, &service.id).await;
        let open = deal(&ada, &sales, "EVERYONE").await;
        app.number_log().await;
        assert_eq!(feed.change().await, appeared(&open));
    })
    .await;
}

#[tokio::test]
async fn taking_part_brings_a_deal_and_leaving_takes_it_away() {
    each(|app| async move {
        let (ada, sam, sales) = world(&app).await;
        let hidden = deal(&ada, &sales, "PARTICIPANTS").await;
        let mut feed = live(&app, &sam, &sales).await;
        let sam_s = json!({ "dealId": hidden, "memberId": sam.id() });
        happen(&app, &ada, "addParticipant", sam_s.clone()).await;
        assert_eq!(feed.change().await, appeared(&hidden));
        rename(&ada, &hidden, "ours").await;
        app.number_log().await;
        assert_eq!(feed.change().await, changed(&hidden));
        happen(&app, &ada, "removeParticipant", sam_s).await;
        assert_eq!(feed.change().await, withdrawn(&hidden));
        rename(&ada, &hidden, "theirs").await;
        let open = deal(&ada, &sales, "EVERYONE").await;
        app.number_log().await;
        assert_eq!(feed.change().await, appeared(&open));
    })
    .await;
}

#[tokio::test]
async fn visibility_brings_a_deal_and_takes_it_away() {
    each(|app| async move {
        let (ada, sam, sales) = world(&app).await;
        let hidden = deal(&ada, &sales, "PARTICIPANTS").await;
        let mut feed = live(&app, &sam, &sales).await;
        let show = json!({ "dealId": hidden, "visibility": "EVERYONE" });
        let hide = json!({ "dealId": hidden, "visibility": "PARTICIPANTS" });
        happen(&app, &ada, "updateDeal", show).await;
        assert_eq!(feed.change().await, appeared(&hidden));
        happen(&app, &ada, "updateDeal", hide).await;
        assert_eq!(feed.change().await, withdrawn(&hidden));
    })
    .await;
}

#[tokio::test]
async fn a_new_owner_gets_the_deal_and_the_old_one_keeps_it_as_a_participant() {
    each(|app| async move {
        let (ada, sam, sales) = world(&app).await;
        let hidden = deal(&ada, &sales, "PARTICIPANTS").await;
        let mut feed = live(&app, &sam, &sales).await;
        happen(&app, &ada, "updateDeal", json!({ "dealId": hidden, "ownerId": sam.id() })).await;
        assert_eq!(feed.change().await, appeared(&hidden));
        happen(&app, &ada, "updateDeal", json!({ "dealId": hidden, "ownerId": ada.id() })).await;
        loop {
            let next = feed.change().await;
            if next == changed(&hidden) {
                break;
            }
            assert_eq!(next, appeared(&hidden), "becoming the owner may tell of taking part too");
        }
        let leave = json!({ "dealId": hidden, "memberId": sam.id() });
        happen(&app, &ada, "removeParticipant", leave).await;
        assert_eq!(feed.change().await, withdrawn(&hidden));
    })
    .await;
}

#[tokio::test]
async fn whoever_leads_sees_changes_where_others_see_deals_come_and_go() {
    each(|app| async move {
        let (ada, _, sales) = world(&app).await;
        let mia = app.member("Mia", Role::Manager).await;
        let hidden = deal(&ada, &sales, "PARTICIPANTS").await;
        let mut feed = live(&app, &mia, &sales).await;
        let mia_s = json!({ "dealId": hidden, "memberId": mia.id() });
        for (name, input) in [
            ("addParticipant", mia_s.clone()),
            ("removeParticipant", mia_s),
            ("updateDeal", json!({ "dealId": hidden, "visibility": "EVERYONE" })),
            ("updateDeal", json!({ "dealId": hidden, "visibility": "PARTICIPANTS" })),
        ] {
            happen(&app, &ada, name, input).await;
            assert_eq!(feed.change().await, changed(&hidden), "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_came_and_went_while_nobody_looked_leaves_the_board_right() {
    each(|app| async move {
        let (ada, sam, sales) = world(&app).await;
        let service = ada.process("Service", &[]).await;
        let (gone, left) =
            (deal(&ada, &sales, "EVERYONE").await, deal(&ada, &sales, "EVERYONE").await);
        let never = deal(&ada, &sales, "PARTICIPANTS").await;
        let came = deal(&ada, &sales, "PARTICIPANTS").await;
        app.number_log().await;
        let after = cursor(&sam, &sales.id).await;
        let (hide, show) = ("PARTICIPANTS", "EVERYONE");
        happen(&app, &ada, "updateDeal", json!({ "dealId": gone, "visibility": hide })).await;
        // Seen when it left the process, and hidden since: it is on the board and must go.
        transfer(&ada, &left, &service.id).await;
        happen(&app, &ada, "updateDeal", json!({ "dealId": left, "visibility": hide })).await;
        transfer(&ada, &never, &service.id).await;
        happen(&app, &ada, "updateDeal", json!({ "dealId": came, "visibility": show })).await;
        let mut feed = Feed::board(&sam, &sales.id, Some(&after)).await;
        assert_eq!(feed.change().await, withdrawn(&gone));
        assert_eq!(feed.change().await, withdrawn(&left));
        assert_eq!(feed.change().await, appeared(&came));
        feed.mark().await;
    })
    .await;
}

/// Whoever asks often sees neither how much happens to deals that are hidden from them, nor that anything does.
#[tokio::test]
async fn a_cursor_tells_nothing_of_what_its_holder_may_not_see() {
    each(|app| async move {
        let ada = app.admin().await;
        let sam = app.member("Sam", Role::Salesperson).await;
        let sales = ada.process("Sales", &[]).await;
        app.number_log().await;
        let mut cursors = vec![cursor(&sam, &sales.id).await, cursor(&sam, &sales.id).await];
        let hidden =
            json!({ "processId": sales.id, "title": "Hidden", "visibility": "PARTICIPANTS" });
        let hidden = ada.deal_of(hidden).await;
        app.number_log().await;
        cursors.push(cursor(&sam, &sales.id).await);
        let mut seen: Vec<_> = cursors.iter().map(|text| text.len()).collect();
        seen.dedup();
        assert_eq!(seen.len(), 1, "they are all as long");
        assert!(cursors[0] != cursors[1] && cursors[1] != cursors[2], "{cursors:?}");
        let place = app.opened(&cursors[2]).await;
        let id = hidden.parse::<entity::ids::DealId>().unwrap().uuid();
        for text in &cursors {
            let bytes = URL_SAFE_NO_PAD.decode(text).unwrap();
            assert!(!bytes.windows(16).any(|window| window == id.as_bytes()));
        }
        // As cursors were written before they were blinded.
        let bare = URL_SAFE_NO_PAD.encode(place.to_bytes());
        assert_eq!(Feed::board(&sam, &sales.id, Some(&bare)).await.code().await, "CURSOR_INVALID");
        Feed::board(&sam, &sales.id, Some(&cursors[2])).await.mark().await;
    })
    .await;
}
