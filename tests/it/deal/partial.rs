//! Nothing partial: wherever doing an action fails, all that follows from it is there, or nothing is
//! (rules 19 to 23). The faults are real ones: the server falls after a statement, the database refuses
//! to write a table, or to commit.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use domain::{delivery::Backoff, policy::Credential};
use engine::{
    app::Settings,
    background::start,
    db::StatementHook,
    event::{feed, inbox},
    mail,
};
use entity::{
    completion, event, file, ids::DealId, inbox_event, member::Role, note, notification, task,
};
use futures_util::StreamExt;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use crate::support::{BuiltProcess, Client, Kind, TestApp, each, files::PDF, live::soon};

/// An action from which everything follows: a note with a file, notifications, mail and tasks.
struct Stage {
    app: TestApp,
    process: BuiltProcess,
    performer: Client,
    owner: Client,
}

impl Stage {
    async fn new(app: &TestApp) -> Self {
        let app = app.with(posting(app)).await;
        let ada = app.admin().await;
        let mia = app.member("Mia", Role::Manager).await;
        let performer = app.member("Piotr", Role::Salesperson).await;
        let owner = app.member("Olga", Role::Salesperson).await;
        let process = ada.process("Sales", &[("Offer", &[("Sign", 10)])]).await;
        let groups = ["ADMINISTRATORS", "MANAGERS", "PARTICIPANTS"];
        let input = json!({
            "actionId": process.action("Sign"), "evidence": "NOTE_WITH_FILE",
            "notify": { "groups": groups, "memberIds": [mia.id()] },
            "followUps": [
                { "title": "Send the contract", "assignee": "PERFORMER", "dueInDays": 1 },
                { "title": "Say thank you", "assignee": "OWNER", "dueInDays": 7 },
            ],
        });
        ada.done("updateAction", input, "").await;
        Self { app, process, performer, owner }
    }

    async fn deal(&self) -> String {
        let input = json!({ "processId": self.process.id, "title": "Deal",
            "participantIds": [self.performer.id()] });
        self.owner.deal_of(input).await
    }

    async fn file(&self) -> String {
        self.performer.file("contract.pdf", "application/pdf", PDF).await
    }

    fn input(&self, deal: &str, file: &str) -> Value {
        let note = json!({ "body": "Signed on Monday.", "fileIds": [file] });
        json!({ "dealId": deal, "actionId": self.process.action("Sign"), "note": note })
    }

    /// Does the action at a server that may fall: true if it said that it was done.
    async fn attempt(&self, at: &TestApp, deal: &str, file: &str) -> bool {
        let document = "mutation($input: CompleteActionInput!) { completeAction(input: $input) {
            completion { id } deal { progress { percent } owner { name }
            events { totalCount } notes { totalCount } tasks { totalCount } } userErrors { code } } }";
        let body = json!({ "query": document, "variables": { "input": self.input(deal, file) } });
        let request = at.http.post(at.endpoint()).bearer_auth(&self.performer.secret).json(&body);
        let Ok(answer) = request.send().await else { return false };
        let Ok(answer) = answer.json::<Value>().await else { return false };
        answer["errors"].is_null()
            && answer["data"]["completeAction"]["completion"]["id"].is_string()
    }
}

/// A server that writes mail, and does not send it: nobody does here.
fn posting(app: &TestApp) -> Settings {
    let mail = mail::MailSettings {
        smtp: mail::SmtpUrl::new("smtp://127.0.0.1:9".into()),
        from: "crm@example.org".parse().unwrap(),
        deal_url: "https://crm.example.org/{id}".into(),
        backoff: Backoff::default(),
    };
    mail.add_to(app.app.settings().clone())
}

/// How much of each kind there is about a deal: completions, notes, files of notes, events, tasks, notifications,
/// inbox events and mails.
async fn found(app: &TestApp, deal: &str) -> [u64; 8] {
    let id: DealId = deal.parse().unwrap();
    let conn = app.app.db().reader();
    let completions = completion::Entity::find().filter(completion::Column::DealId.eq(id));
    let notes = note::Entity::find().filter(note::Column::DealId.eq(id));
    let events = event::Entity::find().filter(event::Column::DealId.eq(id));
    let tasks = task::Entity::find().filter(task::Column::DealId.eq(id));
    let told = notification::Entity::find().filter(notification::Column::DealId.eq(id));
    let noted: Vec<_> =
        notes.clone().all(conn).await.unwrap().into_iter().map(|row| row.id).collect();
    let files = file::Entity::find().filter(file::Column::NoteId.is_in(noted));
    let ids: Vec<_> = told.clone().all(conn).await.unwrap().into_iter().map(|row| row.id).collect();
    let inboxes = inbox_event::Entity::find().all(conn).await.unwrap().into_iter();
    let inboxes = inboxes.filter(|row| row.notification_ids.0.iter().any(|id| ids.contains(id)));
    let mails = entity::mail::Entity::find();
    let mails = mails.filter(entity::mail::Column::NotificationId.is_in(ids.clone()));
    [
        completions.count(conn).await.unwrap(),
        notes.count(conn).await.unwrap(),
        files.count(conn).await.unwrap(),
        events.count(conn).await.unwrap(),
        tasks.count(conn).await.unwrap(),
        told.count(conn).await.unwrap(),
        inboxes.count() as u64,
        mails.count(conn).await.unwrap(),
    ]
}

/// Created, done, and two tasks; the administrator, the manager and the owner are told once each.
const ALL: [u64; 8] = [1, 1, 1, 4, 2, 3, 3, 3];

#[tokio::test]
async fn a_server_that_falls_after_any_statement_leaves_all_or_nothing() {
    each(|app| async move {
        let stage = Stage::new(&app).await;
        let fall_at = Arc::new(AtomicUsize::new(0));
        let left = fall_at.clone();
        let hook: StatementHook = Arc::new(move |_| {
            let count = left.load(Ordering::SeqCst);
            if count > 0 && left.fetch_sub(1, Ordering::SeqCst) == 1 {
                panic!("the server falls here, as the test asks it to");
            }
        });
        let falling = stage.app.with_hook(hook).await;
        let (mut nothing, mut all) = (0, 0);
        for number in 1.. {
            let (deal, file) = (stage.deal().await, stage.file().await);
            let before = app.fingerprint().await;
            fall_at.store(number, Ordering::SeqCst);
            let done = stage.attempt(&falling, &deal, &file).await;
            let fell = fall_at.swap(0, Ordering::SeqCst) == 0;
            if app.fingerprint().await == before {
                assert!(!done, "it said that it was done, and it was not");
                assert_eq!(all, 0, "what was there after {} statements is gone", number - 1);
                nothing += 1;
            } else {
                assert_eq!(found(&app, &deal).await, ALL, "after {number} statements");
                all += 1;
            }
            if !fell {
                assert!(done && all > 1, "the last time nothing fell");
                break;
            }
        }
        assert!(nothing > 10, "it fell in the unit of work {nothing} times only");
        falling.stop().await;
    })
    .await;
}

/// The tables that doing an action writes.
const TABLES: [&str; 10] = [
    "deal",
    "note",
    "file",
    "completion",
    "event",
    "task",
    "notification",
    "inbox",
    "inbox_event",
    "mail",
];

#[tokio::test]
async fn a_database_that_refuses_any_of_it_gets_nothing_of_it() {
    each(|app| async move {
        let stage = Stage::new(&app).await;
        let (deal, file) = (stage.deal().await, stage.file().await);
        let before = app.fingerprint().await;
        for table in TABLES {
            refuse(&app, table).await;
            assert!(!stage.attempt(&stage.app, &deal, &file).await, "{table} was not written");
            accept(&app, table).await;
            assert_eq!(app.fingerprint().await, before, "{table}");
        }
        assert!(stage.attempt(&stage.app, &deal, &file).await, "and then it works");
        assert_eq!(found(&app, &deal).await, ALL);
    })
    .await;
}

#[tokio::test]
async fn a_commit_that_fails_leaves_nothing() {
    each(|app| async move {
        let stage = Stage::new(&app).await;
        let (deal, file) = (stage.deal().await, stage.file().await);
        let before = app.fingerprint().await;
        refuse_commit(&app).await;
        assert!(!stage.attempt(&stage.app, &deal, &file).await, "it was not committed");
        assert_eq!(app.fingerprint().await, before);
        accept(&app, "event").await;
        assert!(stage.attempt(&stage.app, &deal, &file).await, "and then it works");
        assert_eq!(found(&app, &deal).await, ALL);
    })
    .await;
}

#[tokio::test]
async fn a_server_that_falls_before_it_wakes_anybody_loses_nothing() {
    each(|app| async move {
        let stage = Stage::new(&app).await;
        let (deal, file) = (stage.deal().await, stage.file().await);
        let background = start(&app.app);
        let owner = Credential::Token(stage.owner.token);
        let deals = feed::follow(&app.app, &owner, deal.parse().unwrap(), None).await.unwrap();
        let told = inbox::follow(&app.app, &owner, None).await.unwrap();
        let (mut deals, mut told) = (Box::pin(deals), Box::pin(told));
        assert!(soon(deals.next()).await.unwrap().unwrap().change.is_none(), "it is live");
        assert!(soon(told.next()).await.unwrap().unwrap().change.is_none(), "it is live");
        // This server runs nothing that numbers or tells: after its commit nobody hears of it from here.
        assert!(stage.attempt(&stage.app, &deal, &file).await);
        for version in 2..=4 {
            let item = soon(deals.next()).await.unwrap().unwrap();
            assert_eq!(item.change.unwrap().version, version);
        }
        assert!(soon(told.next()).await.unwrap().unwrap().change.is_some());
        drop((deals, told));
        background.shutdown().await;
    })
    .await;
}

const FAULT: &str = "CREATE OR REPLACE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS \
    $$ BEGIN RAISE EXCEPTION 'the disk is on fire'; END $$";

/// From now on the database refuses to write this table.
async fn refuse(app: &TestApp, table: &str) {
    if app.kind == Kind::Postgres {
        run(app, FAULT).await;
        let event = "BEFORE INSERT OR UPDATE";
        let call = "FOR EACH ROW EXECUTE FUNCTION fault()";
        return run(app, &format!("CREATE TRIGGER fault {event} ON {table} {call}")).await;
    }
    for (name, event) in [("fault", "INSERT"), ("fault_too", "UPDATE")] {
        let raise = "BEGIN SELECT RAISE(ABORT, 'the disk is on fire'); END";
        run(app, &format!("CREATE TRIGGER {name} BEFORE {event} ON {table} {raise}")).await;
    }
}

/// From now on the database refuses to commit what writes events.
async fn refuse_commit(app: &TestApp) {
    if app.kind == Kind::Postgres {
        run(app, FAULT).await;
        let deferred = "AFTER INSERT ON event DEFERRABLE INITIALLY DEFERRED";
        let call = "FOR EACH ROW EXECUTE FUNCTION fault()";
        return run(app, &format!("CREATE CONSTRAINT TRIGGER fault {deferred} {call}")).await;
    }
    run(app, "CREATE TABLE parent (id INTEGER PRIMARY KEY)").await;
    let child = "parent_id INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED";
    run(app, &format!("CREATE TABLE child ({child})")).await;
    let orphan = "BEGIN INSERT INTO child VALUES (1); END";
    run(app, &format!("CREATE TRIGGER fault AFTER INSERT ON event {orphan}")).await;
}

async fn accept(app: &TestApp, table: &str) {
    if app.kind == Kind::Postgres {
        return run(app, &format!("DROP TRIGGER fault ON {table}")).await;
    }
    for name in ["fault", "fault_too"] {
        run(app, &format!("DROP TRIGGER IF EXISTS {name}")).await;
    }
}

async fn run(app: &TestApp, sql: &str) {
    app.app.db().reader().execute_unprepared(sql).await.unwrap();
}
