//! When somebody last did something to a deal, and lists by that and by owner.

use chrono::{DateTime, TimeDelta, Utc};
use engine::names;
use entity::member::Role;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::support::{BuiltProcess, Client, Kind, TestApp, builders::text, each, start};

/// So many hours after the beginning.
fn hour(app: &TestApp, hour: i64) -> DateTime<Utc> {
    let now = start() + TimeDelta::hours(hour);
    app.app.clock().set(now);
    now
}

/// When something last happened to a deal, and when somebody last did something to it.
async fn times(client: &Client, deal: &str) -> (DateTime<Utc>, DateTime<Utc>) {
    let document = "query($id: ID!) { deal(id: $id) { updatedAt lastActivityAt } }";
    let data = client.query(document, json!({ "id": deal })).await;
    let time = |field: &str| text(&data["deal"][field]).parse().unwrap();
    (time("updatedAt"), time("lastActivityAt"))
}

/// The titles of a list in this order, read two at a time, which is the same read at once.
async fn titles(client: &Client, filter: Value, order: Value) -> Vec<String> {
    let document = "query($filter: DealFilter, $order: [DealOrder!], $first: Int, $after: Cursor) { \
        deals(filter: $filter, orderBy: $order, first: $first, after: $after) \
        { nodes { title } pageInfo { endCursor hasNextPage } } }";
    let (mut paged, mut after) = (Vec::new(), Value::Null);
    let read = async |first: usize, after: &Value| {
        let variables = json!({ "filter": filter, "order": order, "first": first, "after": after });
        let page = client.query(document, variables).await["deals"].take();
        let nodes = page["nodes"].as_array().unwrap().iter();
        (nodes.map(|node| text(&node["title"])).collect::<Vec<_>>(), page["pageInfo"].clone())
    };
    let (all, _) = read(100, &Value::Null).await;
    loop {
        let (page, info) = read(2, &after).await;
        paged.extend(page);
        if info["hasNextPage"] == false {
            assert_eq!(paged, all, "{order} page by page");
            return all;
        }
        after = info["endCursor"].clone();
    }
}

async fn by(client: &Client, field: &str) -> Vec<String> {
    titles(client, Value::Null, json!([{ "field": field }, { "field": "TITLE" }])).await
}

async fn as_before(app: &TestApp, sql: &str) {
    let conn = app.app.db().begin_write().await.unwrap();
    conn.execute_unprepared(sql).await.unwrap();
    conn.commit().await.unwrap();
}

#[tokio::test]
async fn what_somebody_does_counts_and_what_follows_from_a_save_does_not() {
    each(|app| async move {
        let ada = app.admin().await;
        let began = hour(&app, 1);
        let sales = ada.sales().await;
        let deal = ada.deal(&sales.id, "Chairs").await;
        assert_eq!(times(&ada, &deal).await, (began, began), "its beginning counts");

        let done = hour(&app, 2);
        ada.complete(&deal, sales.action("Call")).await;
        assert_eq!(times(&ada, &deal).await, (done, done));

        let saved = hour(&app, 3);
        let weigh = json!({ "actionId": sales.action("Call"), "weight": 77 });
        ada.done("setActionWeight", weigh, "").await;
        assert_eq!(times(&ada, &deal).await, (saved, done));

        let refused = hour(&app, 4);
        assert_ne!(ada.refused("reopenDeal", json!({ "dealId": deal })).await, Vec::<Value>::new());
        assert_eq!(times(&ada, &deal).await, (saved, done), "{refused}: nothing was done");

        let told = hour(&app, 5);
        let note = json!({ "dealId": deal, "body": "They like us" });
        let document = "deal { lastActivityAt updatedAt }";
        let payload = ada.done("addNote", note, document).await;
        let answered = text(&payload["deal"]["lastActivityAt"]).parse::<DateTime<Utc>>().unwrap();
        assert_eq!((answered, times(&ada, &deal).await), (told, (told, told)));
    })
    .await;
}

/// Deals of three owners, whose names sort as the language does: Lucy, Łucja, Mira.
async fn owned(app: &TestApp) -> (Client, BuiltProcess, [Client; 3]) {
    let ada = app.admin().await;
    let sales = ada.sales().await;
    let owners = [
        app.member("Łucja", Role::Salesperson).await,
        app.member("Mira", Role::Salesperson).await,
        app.member("Lucy", Role::Salesperson).await,
    ];
    for (second, (title, owner)) in
        [("a", 1), ("b", 0), ("c", 2), ("d", 1), ("e", 2)].into_iter().enumerate()
    {
        app.app.clock().set(start() + TimeDelta::seconds(i64::try_from(second).unwrap()));
        let owner = owners[owner].id();
        ada.deal_of(json!({ "processId": sales.id, "title": title, "ownerId": owner })).await;
    }
    (ada, sales, owners)
}

#[tokio::test]
async fn deals_are_sorted_by_their_owner_as_the_language_sorts_whoever_that_is_by_now() {
    each(|app| async move {
        let (ada, sales, [lucja, mira, lucy]) = owned(&app).await;
        assert_eq!(by(&ada, "OWNER").await, ["c", "e", "b", "a", "d"]);
        let down = json!([{ "field": "OWNER", "direction": "DESC" }, { "field": "TITLE" }]);
        assert_eq!(titles(&ada, Value::Null, down.clone()).await, ["a", "d", "b", "c", "e"]);
        let of_two = json!({ "ownerIds": [mira.id(), lucy.id()] });
        assert_eq!(titles(&ada, of_two, down).await, ["a", "d", "c", "e"]);

        ada.done("updateMember", json!({ "memberId": mira.id(), "name": "Ala" }), "").await;
        assert_eq!(by(&ada, "OWNER").await, ["a", "d", "c", "e", "b"], "renamed");

        let document = "query($filter: DealFilter) { deals(filter: $filter) { nodes { id } } }";
        let of_lucja = json!({ "filter": { "ownerIds": [lucja.id()] } });
        let deal = ada.query(document, of_lucja).await["deals"]["nodes"][0]["id"].clone();
        ada.done("updateDeal", json!({ "dealId": deal, "ownerId": mira.id() }), "").await;
        assert_eq!(by(&ada, "OWNER").await, ["a", "b", "d", "c", "e"], "another owner");

        let all = json!({ "fromMemberId": mira.id(), "toMemberId": lucja.id() });
        ada.done("transferDeals", all, "").await;
        assert_eq!(by(&ada, "OWNER").await, ["c", "e", "a", "b", "d"], "handed over");

        let board = "query($id: ID!) { process(id: $id) { unstagedDeals(orderBy: \
            [{ field: OWNER }, { field: TITLE, direction: DESC }]) { nodes { title } } } }";
        let board = ada.query(board, json!({ "id": sales.id })).await;
        let board = board["process"]["unstagedDeals"]["nodes"].as_array().unwrap().clone();
        let board: Vec<_> = board.iter().map(|node| text(&node["title"])).collect();
        assert_eq!(board, ["e", "c", "d", "b", "a"]);
    })
    .await;
}

#[tokio::test]
async fn deals_are_sorted_by_when_somebody_last_did_something_to_them() {
    each(|app| async move {
        let (ada, sales, _) = owned(&app).await;
        assert_eq!(by(&ada, "LAST_ACTIVITY").await, ["a", "b", "c", "d", "e"]);
        let ids = "{ deals(orderBy: [{ field: TITLE }]) { nodes { id } } }";
        let ids = ada.query(ids, json!({})).await["deals"]["nodes"].take();
        for (at, index) in [(1, 3), (2, 0)] {
            hour(&app, at);
            ada.complete(&text(&ids[index]["id"]), sales.action("Call")).await;
        }
        hour(&app, 3);
        let weigh = json!({ "actionId": sales.action("Call"), "weight": 77 });
        ada.done("setActionWeight", weigh, "").await;
        assert_eq!(by(&ada, "LAST_ACTIVITY").await, ["b", "c", "e", "d", "a"]);
        let down = json!([{ "field": "LAST_ACTIVITY", "direction": "DESC" }]);
        assert_eq!(
            titles(&ada, json!({ "mine": false }), down.clone()).await,
            ["a", "d", "e", "c", "b"]
        );
        assert_eq!(titles(&ada, json!({ "text": "d" }), down).await, ["d"]);
    })
    .await;
}

#[tokio::test]
async fn what_a_program_of_before_writes_is_sorted_by_its_owner_too() {
    each(|app| async move {
        let (ada, _, [lucja, ..]) = owned(&app).await;
        let copied = "process_id, 'z', 'z', owner_id, visibility, status, version, stage_position, \
            percent, done_weight, total_weight, created_at, updated_at FROM deal WHERE title = 'b'";
        let id = match app.kind {
            Kind::Sqlite => "x'01900000000070008000000000000001'",
            Kind::Postgres => "'01900000-0000-7000-8000-000000000001'::uuid",
        };
        as_before(
            &app,
            &format!(
                "INSERT INTO deal (id, process_id, title, title_key, owner_id, visibility, status, \
                version, stage_position, percent, done_weight, total_weight, created_at, updated_at) \
                SELECT {id}, {copied}"
            ),
        )
        .await;
        assert_eq!(by(&ada, "OWNER").await, ["c", "e", "b", "z", "a", "d"]);
        let first = titles(&ada, Value::Null, json!([{ "field": "LAST_ACTIVITY" }])).await;
        assert_eq!(first[..3], ["a", "z", "b"].map(str::to_owned), "it has begun");

        let owner = "UPDATE deal SET owner_id = (SELECT id FROM member WHERE name = 'Mira') WHERE title = 'c'";
        as_before(&app, owner).await;
        assert_eq!(by(&ada, "OWNER").await, ["e", "b", "z", "a", "c", "d"]);
        as_before(&app, "UPDATE member SET name = 'Ala' WHERE name = 'Mira'").await;
        names::renew(&app.app).await.unwrap();
        assert_eq!(by(&ada, "OWNER").await, ["a", "c", "d", "e", "b", "z"], "{}", lucja.id());
    })
    .await;
}

#[tokio::test]
async fn deals_in_which_one_takes_part_are_the_same_by_every_way_to_them() {
    each(|app| async move {
        let (ada, _, [lucja, mira, lucy]) = owned(&app).await;
        let add = "{ deals(filter: { text: \"c\" }) { nodes { id } } }";
        let deal = ada.query(add, json!({})).await["deals"]["nodes"][0]["id"].clone();
        ada.done("addParticipant", json!({ "dealId": deal, "memberId": mira.id() }), "").await;
        for (way, expected) in [("ASC", ["a", "c", "d"]), ("DESC", ["d", "c", "a"])] {
            let order = json!([{ "field": "CREATED_AT", "direction": way }]);
            let others = json!([{ "field": "CREATED_AT", "direction": way }, { "field": "TITLE" }]);
            let one = json!({ "participantIds": [mira.id()] });
            assert_eq!(titles(&ada, one.clone(), order.clone()).await, expected);
            assert_eq!(titles(&ada, one, others).await, expected);
            assert_eq!(titles(&mira, json!({ "mine": true }), order.clone()).await, expected);
        }
        let order = json!([{ "field": "CREATED_AT" }]);
        let two = json!({ "participantIds": [mira.id(), lucja.id()] });
        assert_eq!(titles(&ada, two, order.clone()).await, ["a", "b", "c", "d"]);
        let narrower = json!({ "participantIds": [mira.id()], "ownerIds": [lucy.id()] });
        assert_eq!(titles(&ada, narrower, order.clone()).await, ["c"]);
        let both = json!({ "participantIds": [mira.id()], "mine": true });
        assert_eq!(titles(&lucy, both, order.clone()).await, ["c"]);
        let not_mine = json!({ "participantIds": [mira.id()], "mine": false });
        assert_eq!(titles(&lucy, not_mine, order.clone()).await, ["a", "d"]);
        assert!(titles(&ada, json!({ "participantIds": [] }), order).await.is_empty());
    })
    .await;
}
