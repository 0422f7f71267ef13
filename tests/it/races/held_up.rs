//! Whoever needs a process that somebody else has for long, such as a save that many deals follow, keeps nobody waiting who
//! needs another one. On SQLite all that is written waits for the one writer.

use domain::{
    policy::Actor,
    process::change::{ActionSettings, Change},
};
use engine::{
    app::App,
    deal::AddNote,
    process::{EditProcess, Target},
};
use entity::ids::{ActionId, DealId};
use futures_util::poll;
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::turns::{actor, deals_of_one_lane};
use crate::support::{Kind, database::wait_until_somebody_waits, each};

async fn edit(app: App, by: Actor, action: String, weight: i64) {
    let id: ActionId = action.parse().unwrap();
    let settings = ActionSettings { weight: Some(weight), ..ActionSettings::default() };
    let change = Change::UpdateAction(id, settings);
    let command = EditProcess::small(Target::Action(id), change, None, &None);
    app.write(by, command).await.unwrap();
}

#[tokio::test]
async fn a_long_save_of_one_process_delays_nobody_of_another() {
    each(|app| async move {
        if app.kind == Kind::Sqlite {
            return;
        }
        let ada = app.admin().await;
        let (busy, free) =
            (ada.sales().await, ada.process("Service", &[("A", &[("Call", 10)])]).await);
        let (stuck, other) =
            (deals_of_one_lane(&ada, &busy.id).await, deals_of_one_lane(&ada, &free.id).await);
        let by = actor(&ada).await;
        // the save waits for a deal that has to follow it, and has its process meanwhile
        let held = app.app.db().begin_write().await.unwrap();
        let id: DealId = stuck[0].parse().unwrap();
        let row = format!("SELECT id FROM deal WHERE id = '{}' FOR UPDATE", id.uuid());
        held.execute_unprepared(&row).await.unwrap();
        let server = app.again().await;
        let action = busy.actions[0].1.clone();
        let save = tokio::spawn(edit(server.app.clone(), by.clone(), action.clone(), 77));
        wait_until_somebody_waits(app.app.db().reader()).await;
        let note = |deal: &str| {
            let deal_id = deal.parse().unwrap();
            AddNote { deal_id, new_id: None, body: "Called.".to_owned(), files: Vec::new() }
        };
        // behind the save, in the lane of its deal and in that of its process
        let mut waits = Box::pin(app.app.write(by.clone(), note(&stuck[1])));
        assert!(poll!(&mut waits).is_pending());
        let mut edits = Box::pin(edit(app.app.clone(), by.clone(), action, 78));
        assert!(poll!(&mut edits).is_pending());
        for deal in &other {
            app.app.write(by.clone(), note(deal)).await.unwrap();
        }
        edit(app.app.clone(), by.clone(), free.action("Call").to_owned(), 20).await;
        assert!(
            poll!(&mut waits).is_pending() && poll!(&mut edits).is_pending() && !save.is_finished()
        );
        held.rollback().await.unwrap();
        save.await.unwrap();
        waits.await.unwrap();
        edits.await;
        let document = "query($id: ID!) { process(id: $id) { stages { actions { weight } } } }";
        let found = ada.query(document, json!({ "id": busy.id })).await;
        assert_eq!(found["process"]["stages"][0]["actions"][0]["weight"], 78);
        server.stop().await;
    })
    .await;
}
