//! `transferDeals`: what somebody owns becomes another one's, all at once.

mod tasks;

use engine::command::Command;
use entity::{ids, member::Role};
use serde_json::{Value, json};

use crate::support::{
    BuiltProcess, Client, TestApp, each,
    feed::{Feed, appeared},
    steps,
    story::{code_and_path, told},
};

struct World {
    ada: Client,
    mia: Client,
    from: Client,
    to: Client,
    sales: BuiltProcess,
    service: BuiltProcess,
}

async fn world(app: &TestApp) -> World {
    let ada = app.admin().await;
    let contact: &[(&str, i64)] = &[("Call", 50), ("Meet", 50)];
    World {
        mia: app.member("Mia", Role::Manager).await,
        from: app.member("Fred", Role::Salesperson).await,
        to: app.member("Tom", Role::Salesperson).await,
        sales: ada.process("Sales", &[("Contact", contact)]).await,
        service: ada.process("Service", &[("Contact", contact)]).await,
        ada,
    }
}

impl World {
    fn input(&self) -> Value {
        json!({ "fromMemberId": self.from.id(), "toMemberId": self.to.id() })
    }

    async fn owner(&self, deal: &str) -> String {
        let document = "query($id: ID!) { deal(id: $id) { owner { name } } }";
        let data = self.ada.query(document, json!({ "id": deal })).await;
        data["deal"]["owner"]["name"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn all_open_deals_change_their_owner_and_nothing_else() {
    each(|app| async move {
        let world = world(&app).await;
        let World { mia, from, to, sales, service, .. } = &world;
        let one = from.deal(&sales.id, "Chairs").await;
        from.complete(&one, sales.action("Call")).await;
        let other = from.deal(&service.id, "Tables").await;
        let takes_part = json!({ "processId": sales.id, "title": "Lamps", "ownerId": from.id(),
            "participantIds": [to.id()] });
        let shared = from.deal_of(takes_part).await;
        let lost = from.deal(&sales.id, "Lost").await;
        from.done("loseDeal", json!({ "dealId": lost }), "").await;
        let own = to.deal(&sales.id, "Own").await;

        let selection = "count fromMember { id openDealCount } toMember { id openDealCount }";
        let payload = mia.done("transferDeals", world.input(), selection).await;
        assert_eq!(payload["count"], 3);
        assert_eq!(payload["fromMember"], json!({ "id": from.id(), "openDealCount": 0 }));
        assert_eq!(payload["toMember"], json!({ "id": to.id(), "openDealCount": 4 }));
        for (deal, owner) in [(&one, "Tom"), (&other, "Tom"), (&shared, "Tom"), (&lost, "Fred")] {
            assert_eq!(world.owner(deal).await, owner);
        }
        let events = mia.history(&one).await;
        let joined = ("ParticipantAdded", "A participant was added");
        assert_eq!(told(&events[2..]), [joined, ("DealUpdated", "Changed owner")]);
        assert_eq!(events[2]["actor"]["id"], mia.id());
        assert_eq!(mia.state(&one).await, (50, Some("Contact".into())));
        assert_eq!(told(&mia.history(&shared).await[1..]), [("DealUpdated", "Changed owner")]);
        assert_eq!(mia.history(&own).await.len(), 1);
        let again = mia.calm("transferDeals", world.input(), "count").await;
        assert_eq!(again["count"], 0);
    })
    .await;
}

#[tokio::test]
async fn the_deals_of_one_process_can_be_handed_over_alone_also_by_a_member_who_left() {
    each(|app| async move {
        let world = world(&app).await;
        let World { ada, from, sales, service, .. } = &world;
        let one = from.deal(&sales.id, "Chairs").await;
        let other = from.deal(&service.id, "Tables").await;
        ada.done("deactivateMember", json!({ "memberId": from.id() }), "").await;
        let mut input = world.input();
        input["processId"] = json!(sales.id);
        assert_eq!(ada.done("transferDeals", input, "count").await["count"], 1);
        assert_eq!(
            (world.owner(&one).await, world.owner(&other).await),
            ("Tom".into(), "Fred".into())
        );
    })
    .await;
}

#[tokio::test]
async fn managers_hand_over_anyone_s_deals_and_salespeople_their_own() {
    each(|app| async move {
        let world = world(&app).await;
        let World { from, to, sales, .. } = &world;
        let deal = from.deal(&sales.id, "Chairs").await;
        assert_eq!(to.refusal("transferDeals", world.input()).await, "FORBIDDEN");
        assert_eq!(from.done("transferDeals", world.input(), "count").await["count"], 1);
        assert_eq!(world.owner(&deal).await, "Tom");
        assert_eq!(
            from.refusal(
                "transferDeals",
                json!({ "fromMemberId": to.id(),
            "toMemberId": from.id() })
            )
            .await,
            "FORBIDDEN"
        );
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_with_it_is_told_at_once() {
    each(|app| async move {
        let world = world(&app).await;
        let World { ada, mia, from, to, sales, .. } = &world;
        from.deal(&sales.id, "Chairs").await;
        ada.done("deactivateMember", json!({ "memberId": to.id() }), "").await;
        assert_eq!(mia.refusal("transferDeals", world.input()).await, "MEMBER_INACTIVE toMemberId");
        let same = json!({ "fromMemberId": from.id(), "toMemberId": from.id() });
        assert_eq!(mia.refusal("transferDeals", same).await, "INVALID_VALUE toMemberId");
        let unknown = json!({ "fromMemberId": mia.new_id::<ids::Member>(),
            "toMemberId": mia.new_id::<ids::Member>(), "processId": mia.new_id::<ids::Process>() });
        let errors = mia.refused("transferDeals", unknown).await;
        let told: Vec<_> = errors.iter().map(code_and_path).collect();
        assert_eq!(told, ["NOT_FOUND fromMemberId", "NOT_FOUND toMemberId", "NOT_FOUND processId"]);
    })
    .await;
}

#[tokio::test]
async fn boards_tell_of_it_and_a_hidden_deal_appears_to_its_new_owner() {
    each(|app| async move {
        let world = world(&app).await;
        let World { mia, from, to, sales, .. } = &world;
        let hidden =
            json!({ "processId": sales.id, "title": "Chairs", "visibility": "PARTICIPANTS" });
        let hidden = from.deal_of(hidden).await;
        app.number_log().await;
        let cursor = "query($id: ID!) { process(id: $id) { feedCursor } }";
        let data = to.query(cursor, json!({ "id": sales.id })).await;
        let cursor = data["process"]["feedCursor"].as_str().unwrap();
        let mut feed = Feed::board(to, &sales.id, Some(cursor)).await;
        feed.mark().await;
        mia.done("transferDeals", world.input(), "").await;
        app.number_log().await;
        // by taking part, and again by owning it: each event alone would have brought it
        assert_eq!(feed.change().await, appeared(&hidden));
        assert_eq!(feed.change().await, appeared(&hidden));
    })
    .await;
}

#[tokio::test]
async fn more_deals_than_are_read_at_once_are_handed_over_with_a_statement_or_two_each() {
    each(|app| async move {
        let world = world(&app).await;
        let count = 1_100;
        let command = (world.sales.id.parse().unwrap(), world.from.member);
        let made = app.app.write(
            crate::support::system(),
            steps(command, move |tx, (process, owner)| {
                Box::pin(async move {
                    for number in 0..count {
                        let deal = engine::deal::CreateDeal {
                            new_id: None,
                            process_id: Some(*process),
                            title: format!("{number}"),
                            value: None,
                            owner_id: Some(*owner),
                            visibility: entity::deal::Visibility::Everyone,
                            participant_ids: Vec::new(),
                        };
                        deal.run(tx).await?;
                    }
                    Ok(())
                })
            }),
        );
        made.await.unwrap();
        let work =
            world.mia.done("transferDeals", world.input(), "count toMember { openDealCount }");
        let (statements, payload) = app.statements(work).await;
        assert_eq!(payload["count"], count);
        assert_eq!(payload["toMember"]["openDealCount"], count);
        assert!(statements < count + 60, "{statements} statements on {:?}", app.kind);
    })
    .await;
}
