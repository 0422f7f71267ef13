//! A board whose viewer gets another role, or loses the right to look at all (rule 17).

use std::collections::BTreeSet;

use engine::{command::Command, deal::CreateDeal};
use entity::{
    deal::Visibility,
    ids::{MemberId, ProcessId},
    member::Role,
};
use serde_json::json;

use super::{cursor, rename, set_role, transfer};
use crate::support::{
    BuiltProcess, Client, TestApp, each,
    feed::{Feed, appeared, changed, withdrawn},
    live::revoke,
    steps, system,
};

/// An administrator, a manager, a process, and deals in it: one for everyone, and hidden ones.
async fn world(app: &TestApp) -> (Client, Client, BuiltProcess, String, BTreeSet<String>) {
    let ada = app.admin().await;
    let mia = app.member("Mia", Role::Manager).await;
    let sales = ada.process("Sales", &[("Contact", &[("Call", 1)])]).await;
    let open = ada.deal(&sales.id, "open").await;
    let mut hidden = BTreeSet::new();
    for number in 0..3 {
        hidden.insert(hide(&ada, &sales, &format!("hidden {number}")).await);
    }
    app.number_log().await;
    (ada, mia, sales, open, hidden)
}

async fn hide(ada: &Client, sales: &BuiltProcess, title: &str) -> String {
    let input = json!({ "processId": sales.id, "title": title, "visibility": "PARTICIPANTS" });
    ada.deal_of(input).await
}

async fn next(feed: &mut Feed, count: usize) -> BTreeSet<String> {
    let mut told = BTreeSet::new();
    for _ in 0..count {
        assert!(told.insert(feed.change().await), "nothing is told twice: {told:?}");
    }
    told
}

fn each_of(deals: &BTreeSet<String>, word: fn(&str) -> String) -> BTreeSet<String> {
    deals.iter().map(|deal| word(deal)).collect()
}

#[tokio::test]
async fn hidden_deals_go_one_by_one_when_a_manager_becomes_a_salesperson_and_come_back() {
    each(|app| async move {
        let background = engine::background::start(&app.app);
        let (ada, mia, sales, open, hidden) = world(&app).await;
        let mut feed = Feed::board(&mia, &sales.id, Some(&cursor(&mia, &sales.id).await)).await;
        feed.mark().await;
        set_role(&app, &mia, Role::Salesperson).await;
        assert_eq!(next(&mut feed, 3).await, each_of(&hidden, withdrawn));
        let unseen = hide(&ada, &sales, "unseen").await;
        rename(&ada, &open, "after").await;
        assert_eq!(feed.change().await, changed(&open));

        // The last deal that goes says with its cursor that all are gone.
        let mut resumed = Feed::board(&mia, &sales.id, Some(&feed.cursor)).await;
        resumed.mark().await;

        set_role(&app, &mia, Role::Manager).await;
        let mut all = hidden.clone();
        all.insert(unseen);
        assert_eq!(next(&mut feed, 4).await, each_of(&all, appeared));
        rename(&ada, &open, "again").await;
        assert_eq!(feed.change().await, changed(&open));
        background.shutdown().await;
    })
    .await;
}

#[tokio::test]
async fn more_deals_than_are_read_at_once_go_and_come_each_once() {
    each(|app| async move {
        let (_, mia, sales, _, mut hidden) = world(&app).await;
        hidden.extend(hide_many(&app, &sales, 197).await);
        app.number_log().await;
        let mut feed = Feed::board(&mia, &sales.id, Some(&cursor(&mia, &sales.id).await)).await;
        feed.mark().await;
        for (epoch, role, word) in [
            (7, Role::Salesperson, withdrawn as fn(&str) -> String),
            (8, Role::Administrator, appeared),
        ] {
            set_role(&app, &mia, role).await;
            app.app.bus().rights_are(epoch);
            assert_eq!(next(&mut feed, 200).await, each_of(&hidden, word));
            Feed::board(&mia, &sales.id, Some(&feed.cursor)).await.mark().await;
        }
    })
    .await;
}

/// Many hidden deals, made in one unit of work.
async fn hide_many(app: &TestApp, sales: &BuiltProcess, count: usize) -> Vec<String> {
    let owner = app.member("Olga", Role::Salesperson).await.member;
    let command: (ProcessId, usize, MemberId) = (sales.id.parse().unwrap(), count, owner);
    let create = app.app.write(
        system(),
        steps(command, |tx, (process, count, owner)| {
            Box::pin(async move {
                let mut made = Vec::new();
                for number in 0..*count {
                    let deal = CreateDeal {
                        new_id: None,
                        process_id: Some(*process),
                        title: format!("{number}"),
                        value: None,
                        owner_id: Some(*owner),
                        visibility: Visibility::Participants,
                        participant_ids: Vec::new(),
                    };
                    made.push(deal.run(tx).await?.to_string());
                }
                Ok(made)
            })
        }),
    );
    create.await.unwrap()
}

#[tokio::test]
async fn whoever_sees_more_on_return_gets_it_and_whoever_sees_less_reads_the_board_again() {
    each(|app| async move {
        let (_, mia, sales, _, hidden) = world(&app).await;
        let as_manager = cursor(&mia, &sales.id).await;
        set_role(&app, &mia, Role::Salesperson).await;
        let mut feed = Feed::board(&mia, &sales.id, Some(&as_manager)).await;
        assert_eq!(feed.code().await, "CURSOR_INVALID");
        let as_salesperson = cursor(&mia, &sales.id).await;
        Feed::board(&mia, &sales.id, Some(&as_salesperson)).await.mark().await;

        set_role(&app, &mia, Role::Manager).await;
        let mut feed = Feed::board(&mia, &sales.id, Some(&as_salesperson)).await;
        let told = next(&mut feed, 1).await;
        // Torn off half-way, it begins with the whole of it: a deal that is there may come again.
        let mut resumed = Feed::board(&mia, &sales.id, Some(&feed.cursor)).await;
        let all = next(&mut resumed, 3).await;
        assert_eq!(all, each_of(&hidden, appeared));
        assert!(all.is_superset(&told));
        resumed.mark().await;
        Feed::board(&mia, &sales.id, Some(&resumed.cursor)).await.mark().await;
    })
    .await;
}

#[tokio::test]
async fn another_s_cursor_tells_a_salesperson_of_nothing_hidden() {
    each(|app| async move {
        let (ada, _, sales, _, _) = world(&app).await;
        let sam = app.member("Sam", Role::Salesperson).await;
        let of_ada = cursor(&ada, &sales.id).await;
        let mut feed = Feed::board(&sam, &sales.id, Some(&of_ada)).await;
        assert_eq!(feed.code().await, "CURSOR_INVALID");
    })
    .await;
}

#[tokio::test]
async fn a_deal_that_left_meanwhile_goes_too_and_one_that_began_meanwhile_is_not_told_of() {
    each(|app| async move {
        let (ada, mia, sales, _, hidden) = world(&app).await;
        let service = ada.process("Service", &[]).await;
        let mut feed = Feed::board(&mia, &sales.id, Some(&cursor(&mia, &sales.id).await)).await;
        feed.mark().await;
        // The deal leaves the process after the role has changed, and nobody has told the board of either.
        let gone = hidden.first().unwrap().clone();
        set_role(&app, &mia, Role::Salesperson).await;
        transfer(&ada, &gone, &service.id).await;
        app.app.bus().rights_are(7);
        assert_eq!(next(&mut feed, 3).await, each_of(&hidden, withdrawn));
        hide(&ada, &sales, "never seen").await;
        let open = ada.deal(&sales.id, "open").await;
        app.number_log().await;
        assert_eq!(feed.change().await, appeared(&open));
    })
    .await;
}

#[tokio::test]
async fn a_revoked_token_ends_boards_and_saves() {
    each(|app| async move {
        let background = engine::background::start(&app.app);
        let (_, mia, sales, _, _) = world(&app).await;
        for name in ["processProgress", "processSaved"] {
            let (token, secret) = app.token(mia.member).await;
            let viewer = Client { token, secret, ..mia.clone() };
            let mut feed = Feed::open(&viewer, name, &sales.id, None, None).await;
            feed.mark().await;
            revoke(&app.app, token).await;
            feed.ended().await;
        }
        background.shutdown().await;
    })
    .await;
}

#[tokio::test]
async fn what_came_into_sight_before_a_promotion_appears_to_whoever_was_away() {
    each(|app| async move {
        let background = engine::background::start(&app.app);
        let (ada, _, sales, _, hidden) = world(&app).await;
        let sam = app.member("Sam", Role::Salesperson).await;
        let place = cursor(&sam, &sales.id).await;
        let deal = hidden.first().unwrap();
        let open = json!({ "dealId": deal, "visibility": "EVERYONE" });
        ada.done("updateDeal", open, "").await;
        app.number_log().await;
        set_role(&app, &sam, Role::Manager).await;
        let mut feed = Feed::board(&sam, &sales.id, Some(&place)).await;
        assert_eq!(next(&mut feed, 3).await, each_of(&hidden, appeared));
        feed.mark().await;
        background.shutdown().await;
    })
    .await;
}
