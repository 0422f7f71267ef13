//! What is written: the events that the API would have written, at the times of then.

use domain::close_reason::Position;
use engine::{
    app::App,
    close_reason::{self, AddCloseReason},
};
use entity::{
    completion, deal,
    deal::{Status, Visibility},
    event,
    event::{Fact, ReasonFact},
    inbox_event, member, note, notification,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder,
};

use super::support::{Texts, counts, on_each_database, small, try_import};

fn time(text: &str) -> entity::Timestamp {
    text.parse().unwrap()
}

async fn deal(app: &App, external_id: &str) -> deal::Model {
    let query = deal::Entity::find().filter(deal::Column::ExternalId.eq(external_id));
    query.one(app.db().reader()).await.unwrap().unwrap()
}

async fn events(app: &App, external_id: &str) -> Vec<event::Model> {
    let query = event::Entity::find()
        .filter(event::Column::DealId.eq(deal(app, external_id).await.id))
        .order_by_asc(event::Column::Version);
    query.all(app.db().reader()).await.unwrap()
}

async fn member(app: &App, email: &str) -> member::Model {
    let query = member::Entity::find().filter(member::Column::Email.eq(email));
    query.one(app.db().reader()).await.unwrap().unwrap()
}

#[tokio::test]
async fn events_tell_of_then_and_were_recorded_now() {
    on_each_database(async |app| {
        let before = app.clock().now();
        let mut texts = small();
        texts.deals = texts
            .deals
            .replace("closed_at\n", "closed_at,reason\n")
            .replace("09T10:00:00Z\n", "09T10:00:00Z,\"Price, and speed\"\n")
            .replace("OPEN,\n", "OPEN,,\n");
        try_import(&app, &texts, false).await.unwrap();
        let [ann, eve] =
            [member(&app, "ann@x.example").await, member(&app, "legal@x.example").await];
        let found = events(&app, "d1").await;
        let told: Vec<_> =
            found.iter().map(|e| (e.version, e.actor_id.unwrap(), e.occurred_at)).collect();
        assert_eq!(
            told,
            [
                (1, ann.id, time("2026-01-01T10:00:00Z")),
                (2, ann.id, time("2026-01-03T10:00:00Z")),
                (3, eve.id, time("2026-01-05T10:00:00Z")),
                (4, ann.id, time("2026-01-09T10:00:00Z")),
            ]
        );
        assert!(found.iter().all(|event| event.recorded_at >= before));
        let title = "First".to_owned();
        assert_eq!(
            found[0].fact,
            Fact::DealCreated {
                title,
                visibility: Visibility::Everyone,
                participant_ids: vec![ann.id, eve.id],
            }
        );
        assert_eq!(
            found[3].fact,
            Fact::DealWon { comment: Some("Price, and speed".into()), reason: None }
        );
        assert_eq!(found[3].before, Some(found[2].after.clone()));
        let row = deal(&app, "d1").await;
        assert_eq!((row.created_at, row.closed_at), (told[0].2, Some(told[3].2)));
        assert_eq!(row.last_activity_at, told[3].2, "somebody closed it then, and not now");
        assert_eq!((row.version, row.percent, row.closed_process_version), (4, 66, Some(1)));
        assert_eq!(
            (row.value_amount, row.value_currency.as_deref()),
            (Some(10_000_000), Some("EUR"))
        );
        assert_eq!(deal(&app, "d2").await.value_amount, None);
    })
    .await;
}

#[tokio::test]
async fn history_tells_nobody_whatever_the_actions_say() {
    on_each_database(async |app| {
        let mut texts = small();
        let action = "- action: Call\n";
        assert!(texts.process.contains(action), "{}", texts.process);
        let indent = texts.process.split(action).next().and_then(|text| text.lines().last());
        let told = format!("{action}{}  notify: [PARTICIPANTS]\n", indent.unwrap());
        texts.process = texts.process.replace(action, &told);
        try_import(&app, &texts, false).await.unwrap();
        let db = app.db().reader();
        assert!(completion::Entity::find().one(db).await.unwrap().is_some());
        assert_eq!(notification::Entity::find().one(db).await.unwrap(), None);
        assert_eq!(inbox_event::Entity::find().one(db).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_note_of_the_file_is_evidence_by_whoever_did_the_action() {
    on_each_database(async |app| {
        try_import(&app, &small(), false).await.unwrap();
        let db = app.db().reader();
        let note = note::Entity::find().one(db).await.unwrap().unwrap();
        assert_eq!(
            (note.body.as_str(), note.author_id),
            ("They like us", member(&app, "ann@x.example").await.id)
        );
        assert_eq!(note.created_at, time("2026-01-04T10:00:00Z"));
        let used = completion::Entity::find().filter(completion::Column::NoteId.eq(note.id));
        assert_eq!(used.one(db).await.unwrap().unwrap().deal_id, deal(&app, "d2").await.id);
    })
    .await;
}

#[tokio::test]
async fn facts_come_in_order_of_time_then_of_line_whatever_the_order_of_the_file() {
    on_each_database(async |app| {
        let mut texts = small();
        texts.completions = "deal,stage,action,done_at,done_by,note\n\
            d1,Contract,Approve,2026-01-09T11:00:00+01:00,legal@x.example,\n\
            d1,Contact,Write,2026-01-09T10:00:00Z,ann@x.example,first\n\
            d1,Contact,Write,2026-01-09T10:00:00Z,ann@x.example,again\n\
            d1,Contact,Call,2026-01-09T09:59:00Z,ann@x.example,\n"
            .into();
        try_import(&app, &texts, false).await.unwrap();
        let names = events(&app, "d1").await.into_iter().filter_map(|event| match event.fact {
            Fact::ActionCompleted { action, .. } => Some(action.action_name),
            Fact::DealWon { .. } => Some("won".into()),
            _ => None,
        });
        assert_eq!(names.collect::<Vec<_>>(), ["Call", "Approve", "Write", "won"]);
    })
    .await;
}

/// One deal more than before, so that there is something to import.
fn more() -> Texts {
    let mut texts = small();
    texts.deals += "d5,Fifth,2026-01-02T10:00:00Z,5,PLN,bob@x.example,OPEN,\n";
    texts.completions += "d5,Contact,Call,2026-01-05T10:00:00Z,ann@x.example,\n";
    texts
}

#[tokio::test]
async fn listed_members_count_as_active_and_keep_what_they_are() {
    on_each_database(async |app| {
        try_import(&app, &small(), false).await.unwrap();
        let mut ann = member(&app, "ann@x.example").await.into_active_model();
        ann.deactivated_at = Set(Some(app.clock().now()));
        ann.name = Set("Ann Smith".into());
        ann.update(app.db().reader()).await.unwrap();
        let unlisted = Texts { members: "email,name,role\n".into(), ..more() };
        let said = try_import(&app, &unlisted, false).await.unwrap_err();
        assert_eq!(said, ["completions.csv:5: done_by: Ann Smith is deactivated. List them in the file of members, and they count as active while history is replayed."]);
        try_import(&app, &more(), false).await.unwrap();
        let ann = member(&app, "ann@x.example").await;
        assert_eq!((ann.name.as_str(), ann.is_active()), ("Ann Smith", false));
    })
    .await;
}

#[tokio::test]
async fn a_process_in_use_is_used_as_it_is() {
    on_each_database(async |app| {
        try_import(&app, &small(), false).await.unwrap();
        let mut texts = more();
        texts.process = texts
            .process
            .replace("process: Sales", "process: SALES")
            .replace("mandatory: true", "weight: 500");
        try_import(&app, &texts, false).await.unwrap();
        assert_eq!(deal(&app, "d5").await.percent, 33);
        assert_eq!(counts(&app).await[1..3], [1, 1]);
    })
    .await;
}

#[tokio::test]
async fn an_archived_process_takes_no_deals_and_known_ones_are_still_skipped() {
    on_each_database(async |app| {
        try_import(&app, &small(), false).await.unwrap();
        let row = entity::process::Entity::find().one(app.db().reader()).await.unwrap().unwrap();
        let mut row = row.into_active_model();
        row.archived_at = Set(Some(app.clock().now()));
        row.is_default = Set(false);
        row.update(app.db().reader()).await.unwrap();
        let before = counts(&app).await;
        let said = try_import(&app, &more(), false).await.unwrap_err();
        assert_eq!(said, ["process.yaml:1:10: The process “Sales” is archived and takes no new deals. Give the process another name in this file."]);
        try_import(&app, &small(), false).await.unwrap();
        assert_eq!(counts(&app).await, before);
    })
    .await;
}

async fn reason(app: &App, status: Status, name: &str) -> entity::ids::CloseReasonId {
    let name = name.to_owned();
    let command = AddCloseReason { new_id: None, status, name, place: Position::Last };
    let add = app.write(crate::support::system(), command);
    add.await.unwrap()
}

/// The small files, whose won deal has this id and was closed for this reason.
fn closed_for(id: &str, said: &str) -> Texts {
    let mut texts = small();
    texts.deals = texts
        .deals
        .replace("closed_at\n", "closed_at,reason\n")
        .replace("09T10:00:00Z\n", &format!("09T10:00:00Z,{said}\n"))
        .replace("OPEN,\n", "OPEN,,\n")
        .replace("d1,", &format!("{id},"));
    texts.completions = texts.completions.replace("d1,", &format!("{id},"));
    texts
}

#[tokio::test]
async fn a_reason_of_the_file_is_a_close_reason_or_a_comment_where_none_is_in_use() {
    on_each_database(async |app| {
        reason(&app, Status::Lost, "Speed").await;
        try_import(&app, &closed_for("d3", "Speed"), false).await.unwrap();
        let row = deal(&app, "d3").await;
        assert_eq!((row.close_reason_id, row.close_comment.as_deref()), (None, Some("Speed")));
        let price = reason(&app, Status::Won, "Price").await;
        try_import(&app, &closed_for("d1", "pRICE "), false).await.unwrap();
        let row = deal(&app, "d1").await;
        assert_eq!((row.close_reason_id, row.close_comment), (Some(price), None));
        let last = events(&app, "d1").await.pop().unwrap();
        let reason = ReasonFact { reason_id: price, name: "Price".into() };
        assert_eq!(last.fact, Fact::DealWon { comment: None, reason: Some(reason) });
    })
    .await;
}

/// The rule of the API (rules 14 and 15): an import is no way around it.
#[tokio::test]
async fn a_deal_without_a_close_reason_is_refused_where_one_is_needed() {
    on_each_database(async |app| {
        reason(&app, Status::Won, "Price").await;
        let old = reason(&app, Status::Won, "Old").await;
        let archive = app.write(crate::support::system(), close_reason::ArchiveCloseReason { reason_id: old });
        archive.await.unwrap();
        let before = counts(&app).await;
        for said in ["Speed", ""] {
            let wrong = try_import(&app, &closed_for("d1", said), false).await.unwrap_err();
            assert_eq!(wrong, ["deals.csv:2: reason: Name the close reason of this deal. Choose one of: “Price”."]);
        }
        let wrong = try_import(&app, &closed_for("d1", "Old"), false).await.unwrap_err();
        assert_eq!(wrong, ["deals.csv:2: reason: The reason “Old” is archived and not offered any more. Choose another one."]);
        assert_eq!(counts(&app).await, before);
    })
    .await;
}

#[tokio::test]
async fn history_makes_no_tasks_and_tells_nobody() {
    on_each_database(async |app| {
        let mut texts = small();
        let follow_ups = "mandatory: true\n        followUps: [{title: Thank, assignee: OWNER, dueInDays: 2}]\n        notify: [PARTICIPANTS]";
        texts.process = texts.process.replace("mandatory: true", follow_ups);
        try_import(&app, &texts, false).await.unwrap();
        let db = app.db().reader();
        let call = entity::action::Entity::find().filter(entity::action::Column::Name.eq("Call"));
        assert_eq!(call.one(db).await.unwrap().unwrap().follow_ups.0.len(), 1);
        assert!(entity::task::Entity::find().all(db).await.unwrap().is_empty());
        assert!(entity::notification::Entity::find().all(db).await.unwrap().is_empty());
    })
    .await;
}
