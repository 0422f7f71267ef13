//! A thousand notifications, and a mail server that is stopped, restarted, falls, refuses for now at
//! random, and takes mails without being able to say so.

use std::collections::{BTreeMap, BTreeSet};

use engine::{app::Settings, mail};
use entity::{mail::State, member::Role};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;

use super::send;
use crate::support::{
    TestApp, each,
    post::{Mood, Post, a_while},
};

const RECIPIENTS: usize = 25;
const ACTIONS: usize = 40;
/// Many more than it takes: the server falls once in a hundred mails, in an order that nobody knows.
const ROUNDS: i32 = 300;
/// Whose mailbox is gone for ever.
const GONE: &str = "gone@example.org";

/// Small random numbers, the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) % bound
    }
}

fn moods() -> impl FnMut(&str) -> Mood + Send + 'static {
    let mut random = Random(7);
    move |to| match random.below(100) {
        0..20 => Mood::RefuseForNow,
        20..30 => Mood::RefuseForNowLate,
        30 => Mood::Fall,
        _ if to == GONE => Mood::Refuse,
        31..36 => Mood::TakeAndHangUp,
        _ => Mood::Take,
    }
}

/// Settings with which no mail is given up in all these rounds.
fn patient(post: &Post) -> Settings {
    let settings = post.settings();
    let mut mail = settings.get::<mail::MailSettings>().unwrap().clone();
    mail.backoff.give_up_after = a_while() * ROUNDS;
    settings.with(mail)
}

/// 25 members are told of 40 actions done.
async fn tell(app: &TestApp) {
    let ada = app.admin().await;
    let mut members = vec![app.member("Gone", Role::Manager).await.id()];
    for number in 1..RECIPIENTS {
        members.push(app.member(&format!("M{number}"), Role::Manager).await.id());
    }
    let sales = ada.process("Sales", &[("All", &[])]).await;
    let deal = ada.deal(&sales.id, "Chairs").await;
    for number in 0..ACTIONS {
        let input = json!({ "stageId": sales.stage("All"), "name": format!("Do {number}"),
            "notify": { "memberIds": members } });
        let action = ada.action(input).await;
        ada.complete(&deal, &action).await;
    }
}

async fn count(app: &TestApp, state: State) -> u64 {
    let query = entity::mail::Entity::find().filter(entity::mail::Column::State.eq(state));
    query.count(app.app.db().reader()).await.unwrap()
}

#[tokio::test]
async fn a_thousand_notifications_all_arrive_whatever_the_mail_server_does() {
    each(|app| async move {
        let mut post = Post::start(moods()).await;
        let app = app.with(patient(&post)).await;
        tell(&app).await;
        assert_eq!(count(&app, State::Pending).await, 1000);
        let mut random = Random(3);
        let mut rounds = 0;
        while count(&app, State::Pending).await > 0 {
            match random.below(6) {
                0 => post.stop().await,
                1 => post.restart().await,
                _ if post.is_down() => post.restart().await,
                _ => {}
            }
            while send(&app).await.due > 0 {}
            app.app.clock().set(app.app.clock().now() + a_while());
            rounds += 1;
            if rounds % 5 == 0 {
                post.restart().await;
            }
            assert!(rounds < ROUNDS, "so many rounds were not enough");
        }
        let (sent, dead) = (count(&app, State::Sent).await, count(&app, State::Dead).await);
        assert_eq!((sent, dead), (960, 40), "after {rounds} rounds");
        arrived(&post);
        app.stop().await;
    })
    .await;
}

/// Each mail arrived; those that came twice have the same `Message-ID`, recipient and text.
fn arrived(post: &Post) {
    let mut mails = BTreeMap::new();
    for mail in post.received() {
        let known = mails.entry(mail.message_id.clone()).or_insert_with(|| mail.clone());
        assert_eq!(known.to, mail.to);
        assert!(mail.to != GONE);
    }
    assert_eq!(mails.len(), 960);
    let recipients: BTreeSet<_> = mails.values().map(|mail| mail.to.clone()).collect();
    for recipient in &recipients {
        let own = mails.values().filter(|mail| mail.to == *recipient).count();
        assert_eq!(own, ACTIONS, "{recipient}");
    }
    assert_eq!(recipients.len(), RECIPIENTS - 1);
    assert!(post.received().len() > mails.len(), "some came twice, or the test tests nothing");
}
