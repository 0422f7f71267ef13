//! What a program of before writes beside this one, which knows nothing of the keys by which titles and names are searched
//! and sorted: it is found and sorted by the key that it wrote, until the next start makes the others.

use engine::names;
use entity::member::Role;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::support::{Client, TestApp, builders::text, each};

async fn as_before(app: &TestApp, sql: &str) {
    let conn = app.app.db().begin_write().await.unwrap();
    conn.execute_unprepared(sql).await.unwrap();
    conn.commit().await.unwrap();
}

fn fields(rows: &Value, field: &str) -> Vec<String> {
    rows["nodes"].as_array().unwrap().iter().map(|row| text(&row[field])).collect()
}

async fn found(client: &Client, part: &str) -> Vec<String> {
    let document = "query($text: String) { deals(filter: { text: $text }, orderBy: [{ field: TITLE }]) { nodes { title } } }";
    fields(&client.query(document, json!({ "text": part })).await["deals"], "title")
}

async fn people(client: &Client, part: &str) -> Vec<String> {
    let document = "query($text: String) { members(text: $text) { nodes { name } } }";
    fields(&client.query(document, json!({ "text": part })).await["members"], "name")
}

/// All titles in their order, one a page.
async fn paged(client: &Client) -> Vec<String> {
    let document = "query($after: Cursor) { deals(first: 1, after: $after, orderBy: [{ field: TITLE }]) \
        { nodes { title version } pageInfo { endCursor hasNextPage } } }";
    let (mut titles, mut after) = (Vec::new(), Value::Null);
    loop {
        let data = client.query(document, json!({ "after": after })).await;
        titles.extend(fields(&data["deals"], "title"));
        if data["deals"]["pageInfo"]["hasNextPage"] == false {
            return titles;
        }
        after = data["deals"]["pageInfo"]["endCursor"].clone();
    }
}

#[tokio::test]
async fn a_title_that_a_program_of_before_wrote_is_found_and_sorted_and_its_keys_are_made_by_the_next_start()
 {
    each(|app| async move {
        let ada = app.admin().await;
        let sales = ada.sales().await;
        for title in ["Łęczyca", "Lublin", "Mława"] {
            ada.deal(&sales.id, title).await;
        }
        let rename =
            "UPDATE deal SET title = 'Chairs', title_key = 'chairs', version = version + 1 WHERE title_key = 'mława'";
        as_before(&app, rename).await;
        assert_eq!(
            (found(&ada, "mlawa").await, found(&ada, "CHAIR").await),
            (vec![], vec!["Chairs".into()])
        );
        let mut all = paged(&ada).await;
        all.sort();
        assert_eq!(all, ["Chairs", "Lublin", "Łęczyca"], "no page loses or repeats it");
        as_before(
            &app,
            "UPDATE deal SET title = 'Źródła', title_key = 'źródła', version = version + 1 WHERE title_key = 'chairs'",
        )
        .await;
        names::renew(&app.app).await.unwrap();
        assert_eq!(paged(&ada).await, ["Lublin", "Łęczyca", "Źródła"]);
        assert_eq!(
            (found(&ada, "chairs").await, found(&ada, "zrodla").await),
            (vec![], vec!["Źródła".into()])
        );
    })
    .await;
}

#[tokio::test]
async fn a_name_that_a_program_of_before_wrote_is_found_by_the_address_and_its_keys_are_made_by_the_next_start()
 {
    each(|app| async move {
        let ada = app.admin().await;
        app.member("Lucy", Role::Manager).await;
        as_before(&app, "UPDATE member SET name = 'Łucja' WHERE name = 'Lucy'").await;
        assert_eq!(people(&ada, "lucy@").await, ["Łucja"]);
        names::renew(&app.app).await.unwrap();
        assert_eq!(
            (people(&ada, "lucja").await, people(&ada, "").await),
            (vec!["Łucja".to_owned()], vec!["Ada".into(), "Łucja".into()])
        );
    })
    .await;
}
