//! Boards and saves as front ends follow them: `processProgress` and `processSaved`.

mod order;
mod progress;
mod resume;
mod role;
mod rounds;
mod saved;
mod sight;

use entity::{member, member::Role};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::json;

use crate::support::{Client, TestApp, builders::text, steps, system};

/// Renames a deal.
async fn rename(client: &Client, deal: &str, title: &str) {
    client.done("updateDeal", json!({ "dealId": deal, "title": title }), "").await;
}

/// The `feedCursor` of a process.
async fn cursor(client: &Client, process: &str) -> String {
    let document = "query($id: ID!) { process(id: $id) { feedCursor } }";
    text(&client.query(document, json!({ "id": process })).await["process"]["feedCursor"])
}

/// Gives a member another role, as an administrator will.
async fn set_role(app: &TestApp, of: &Client, role: Role) {
    let change = app.app.write(
        system(),
        steps((of.member, role), |tx, (id, role)| {
            Box::pin(async move {
                let query = member::Entity::update_many()
                    .col_expr(member::Column::Role, Expr::value(*role))
                    .filter(member::Column::Id.eq(*id));
                query.exec(tx.conn()).await?;
                tx.raise_rights_epoch().await
            })
        }),
    );
    change.await.unwrap();
}

/// A deal goes to another process.
async fn transfer(client: &Client, deal: &str, to: &str) {
    client.done("changeDealProcess", json!({ "dealId": deal, "processId": to }), "").await;
}
