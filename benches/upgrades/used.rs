//! A database that was used: by the people of `waypost demo`, and by writers for a while.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::Stdio,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tokio::{task::JoinSet, time::sleep};

use crate::support::{
    Cluster, Database, Server, TOKEN, program, receiver::ALLOWED, writers::Writers,
};

const WRITERS: usize = 4;
/// How long they write.
const LASTS: Duration = Duration::from_secs(10);
/// Where nobody takes what is sent, so that it waits.
const FLAGS: &[&str] = &[
    "--member-rate",
    "0",
    "--address-rate",
    "0",
    ALLOWED[0],
    ALLOWED[1],
    "--smtp-url",
    "smtp://127.0.0.1:9",
    "--mail-from",
    "Waypost <crm@example.org>",
];

/// Makes it, as `used.db` in this folder.
pub async fn make(folder: &Path) {
    let file = folder.join("used.db");
    demo(folder, &file);
    let database = Database::at(format!("sqlite://{}", file.display()));
    let cluster = Cluster::start(&database, &folder.join("files"), FLAGS).await;
    everything(&cluster.servers[0]).await;
    write(&cluster).await;
    while cluster.servers[0].metric("waypost_feed_lag_events").await > 0
        || cluster.servers[0].metric("waypost_webhook_pending").await == 0
    {
        sleep(Duration::from_millis(50)).await;
    }
    cluster.run("check").unwrap();
    drop(cluster);
    let conn = sea_orm::Database::connect(&database.url).await.unwrap();
    conn.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await.unwrap();
    conn.close().await.unwrap();
}

/// What the demo has made when it invites people to look.
fn demo(folder: &Path, file: &Path) {
    let mut demo = program();
    demo.env_clear().env("TMPDIR", folder).env("WAYPOST_ADMIN_TOKEN", TOKEN);
    demo.args(["demo", "--listen", "127.0.0.1:0"]).stdin(Stdio::null()).stderr(Stdio::null());
    let mut demo = demo.stdout(Stdio::piped()).spawn().unwrap();
    let told = BufReader::new(demo.stdout.take().unwrap());
    assert!(told.lines().any(|line| line.unwrap().starts_with("subscription {")));
    demo.kill().unwrap();
    demo.wait().unwrap();
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let own = entries.into_iter().find(|path| path.join("demo.db").exists()).unwrap();
    for ending in ["", "-wal"] {
        let from = own.join(format!("demo.db{ending}"));
        let mut to = file.as_os_str().to_owned();
        to.push(ending);
        std::fs::copy(from, to).unwrap();
    }
}

/// What neither the people nor the writers do.
async fn everything(server: &Server) {
    let webhook = json!({ "name": "Nobody", "url": "http://127.0.0.1:9/" });
    server.done("createWebhook", webhook, "webhook { id }").await;
    let member = json!({ "email": "anna@example.org", "name": "Anna", "role": "SALESPERSON" });
    let member = server.done("addMember", member, "member { id }").await["member"]["id"].take();
    let token = json!({ "memberId": member, "name": "phone" });
    server.done("createToken", token, "secret").await;
    let found = server.query("{ deals(first: 1) { nodes { id } } }", json!({})).await;
    let deal = &found["deals"]["nodes"][0]["id"];
    let joins = json!({ "dealId": deal, "memberId": member });
    server.done("addParticipant", joins, "").await;
    let task =
        json!({ "dealId": deal, "title": "Call", "assigneeId": member, "dueOn": "2026-12-01" });
    server.done("createTask", task, "").await;
    note_with_a_file(server, deal).await;
}

async fn note_with_a_file(server: &Server, deal: &Value) {
    let bytes = b"%PDF-1.7\n".to_vec();
    let file = json!({ "name": "a.pdf", "contentType": "application/pdf", "size": bytes.len() });
    let made = server.done("createFileUpload", file, "file { id } upload { url }").await;
    let url = made["upload"]["url"].as_str().unwrap();
    assert!(server.http.put(url).body(bytes).send().await.unwrap().status().is_success());
    let note = json!({ "dealId": deal, "body": "The offer.", "fileIds": [made["file"]["id"]] });
    server.done("addNote", note, "").await;
}

async fn write(cluster: &Cluster) {
    let world = Arc::new(Writers::new(cluster, false).await);
    let writers: JoinSet<_> = (0..WRITERS).map(|one| world.clone().write(one)).collect();
    sleep(LASTS).await;
    world.is_over.store(true, Ordering::SeqCst);
    writers.join_all().await;
}
