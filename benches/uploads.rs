//! What many uploads at once cost, and many downloads: in time, and in memory of the server.
//!
//!     cargo bench --bench uploads
//!
//! `WAYPOST_BENCH_UPLOADS` says how many (200), `WAYPOST_BENCH_MIB` how large each is (20). The server is the
//! program itself, so the memory told is its own. On PostgreSQL too where `WAYPOST_TEST_POSTGRES` names a
//! server.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that fails says why"
)]

mod support;

use std::{
    path::Path,
    time::{Duration, Instant},
};

use bytes::Bytes;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use support::Server;
use tokio::task::JoinSet;

const MIB: usize = 1024 * 1024;
const ANNOUNCE: &str = "mutation($input: CreateFileUploadInput!) { createFileUpload(input: $input) { \
    file { id } upload { url } userErrors { message } } }";
const DOWNLOAD: &str = "query($id: ID!) { node(id: $id) { ... on File { download { url } } } }";

#[tokio::main]
async fn main() {
    let (uploads, mib) = (number("WAYPOST_BENCH_UPLOADS", 200), number("WAYPOST_BENCH_MIB", 20));
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/bench.db?mode=rwc", folder.path().display());
    measure("SQLite", &url, folder.path(), uploads, mib).await;
    let Ok(server) = std::env::var("WAYPOST_TEST_POSTGRES") else {
        println!("PostgreSQL: not measured, WAYPOST_TEST_POSTGRES is not set");
        return;
    };
    let (base, _) = server.rsplit_once('/').unwrap();
    let admin = sea_orm::Database::connect(&server).await.unwrap();
    let name = format!("waypost_bench_{}", std::process::id());
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    measure("PostgreSQL", &format!("{base}/{name}"), folder.path(), uploads, mib).await;
    admin.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
}

fn number(variable: &str, usual: usize) -> usize {
    std::env::var(variable).map_or(usual, |text| text.parse().unwrap())
}

async fn measure(kind: &str, url: &str, folder: &Path, uploads: usize, mib: usize) {
    println!("\n{kind}: {uploads} files of {mib} MiB at once");
    let files = folder.join(format!("files-{kind}"));
    let server = Server::start(url, &files, &["--max-file-size", "1GiB"]).await;
    let idle = peak(&server);
    let mut body = b"%PDF-1.7\n".to_vec();
    body.resize(mib * MIB, b'x');
    let body = Bytes::from(body);
    let announced = announce(&server, uploads, body.len()).await;
    let before = peak(&server);

    let started = Instant::now();
    let mut tasks = JoinSet::new();
    for (_, url) in &announced {
        tasks.spawn(upload(server.http.clone(), url.clone(), body.clone()));
    }
    tasks.join_all().await;
    told("sent", started.elapsed(), uploads * mib);
    println!(
        "  peak memory of the server {} MiB ({idle} MiB idle, {before} MiB after announcing)",
        peak(&server)
    );

    let mut urls = Vec::new();
    for (id, _) in &announced {
        urls.push(download(&server, id).await);
    }
    let started = Instant::now();
    let mut tasks = JoinSet::new();
    for url in urls {
        tasks.spawn(fetch(server.http.clone(), url, body.len()));
    }
    tasks.join_all().await;
    told("fetched", started.elapsed(), uploads * mib);
    println!("  peak memory of the server {} MiB, with fetching", peak(&server));
    drop(server);
    std::fs::remove_dir_all(files).unwrap();
}

fn told(what: &str, time: Duration, mib: usize) {
    let seconds = time.as_secs_f64();
    println!("  {what} in {seconds:.2} s, {:.0} MiB a second", mib as f64 / seconds);
}

async fn upload(http: reqwest::Client, url: String, body: Bytes) {
    let answer = http.put(url).body(body).send().await.unwrap();
    assert_eq!(answer.status(), 204, "{}", answer.text().await.unwrap());
}

/// Reads piece by piece: the memory of this program is not what is measured, but there should be some.
async fn fetch(http: reqwest::Client, url: String, size: usize) {
    let mut answer = http.get(url).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let mut seen = 0;
    while let Some(piece) = answer.chunk().await.unwrap() {
        seen += piece.len();
    }
    assert_eq!(seen, size);
}

/// The ids of new files, and where to send them.
async fn announce(server: &Server, count: usize, size: usize) -> Vec<(String, String)> {
    let mut announced = Vec::new();
    for at in 0..count {
        let input =
            json!({ "name": format!("{at}.pdf"), "contentType": "application/pdf", "size": size });
        let data = server.query(ANNOUNCE, json!({ "input": input })).await;
        let made = &data["createFileUpload"];
        assert_eq!(made["userErrors"], json!([]));
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        announced.push((text(&made["file"]["id"]), text(&made["upload"]["url"])));
    }
    announced
}

async fn download(server: &Server, id: &str) -> String {
    let data = server.query(DOWNLOAD, json!({ "id": id })).await;
    data["node"]["download"]["url"].as_str().unwrap().to_owned()
}

/// The most memory that the server has had, in MiB.
fn peak(server: &Server) -> u64 {
    server.peak_memory() / 1024
}
