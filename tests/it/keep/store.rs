//! Files and backups in a store in the cloud, by the program as it is: `cargo test --features s3`.

use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::{
    cli::{Running, sqlite, told, waypost},
    support::bucket::Store,
};

const TOKEN: &str = "wp_chosen-by-the-operator";

/// The program, which can sign in at the store.
fn at(store: &Store, args: &[&str]) -> Command {
    let mut command = waypost(args);
    command.envs(store.variables());
    command
}

/// Runs it, while the store answers.
async fn run(store: &Store, args: &[&str]) -> Output {
    let mut command = at(store, args);
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

async fn ask(address: &str, query: &str) -> Value {
    let request = reqwest::Client::new().post(format!("http://{address}/graphql"));
    let request = request.bearer_auth(TOKEN).json(&json!({ "query": query }));
    request.send().await.unwrap().json().await.unwrap()
}

/// A PDF of more than one piece, sent to a server: its id.
async fn upload(address: &str, bytes: &[u8]) -> String {
    let announce = format!(
        "mutation {{ createFileUpload(input: {{ name: \"a.pdf\", contentType: \"application/pdf\", size: {} }}) {{ file {{ id }} upload {{ url }} }} }}",
        bytes.len()
    );
    let made = ask(address, &announce).await["data"]["createFileUpload"].take();
    let url = made["upload"]["url"].as_str().unwrap();
    let sent = reqwest::Client::new().put(url).body(bytes.to_vec()).send().await.unwrap();
    assert_eq!(sent.status(), 204, "{}", sent.text().await.unwrap());
    made["file"]["id"].as_str().unwrap().to_owned()
}

async fn download(address: &str, file: &str) -> Vec<u8> {
    let query = format!("{{ node(id: \"{file}\") {{ ... on File {{ download {{ url }} }} }} }}");
    let known = ask(address, &query).await;
    let url = known["data"]["node"]["download"]["url"].as_str().unwrap();
    reqwest::get(url).await.unwrap().bytes().await.unwrap().to_vec()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_and_a_backup_are_in_a_store_and_come_back_from_it() {
    let (store, folder) = (Store::start().await, tempfile::tempdir().unwrap());
    let url = sqlite(folder.path());
    let mut bytes = b"%PDF-1.7\n".to_vec();
    bytes.extend((0..6_000_000_u32).map(|at| (at % 251) as u8));
    let args =
        ["serve", "--listen", "127.0.0.1:0", "--files", "s3://first/files", "--database", &url];
    let mut command = at(&store, &args);
    command.env("WAYPOST_ADMIN_TOKEN", TOKEN);
    let server = tokio::task::spawn_blocking(move || Running::start(&mut command)).await.unwrap();
    let file = upload(server.address(), &bytes).await;
    assert_eq!(store.names(), [format!("first/files/{file}")], "nothing is left of its arrival");
    assert_eq!(store.parts_and_uploads(), (2, 0), "it came in pieces");
    assert!(download(server.address(), &file).await == bytes);

    let backup =
        ["backup", "s3://kept/b.tar.gz", "--files", "s3://first/files", "--database", &url];
    let made = run(&store, &backup).await;
    assert!(
        made.status.success() && told(&made).contains("and 1 files in s3://kept/b.tar.gz"),
        "{}",
        told(&made)
    );
    let again = run(&store, &backup).await;
    assert_eq!(again.status.code(), Some(1));
    assert!(told(&again).contains("--force"), "{}", told(&again));
    let forced = run(&store, &[&backup[..], &["--force"]].concat()).await;
    assert!(forced.status.success(), "{}", told(&forced));
    assert_eq!(store.parts_and_uploads().1, 0, "no upload is left");
    tokio::task::spawn_blocking(|| server.stop()).await.unwrap();

    let nightly = ["backup", "s3://nights/x/", "--files", "s3://first/files", "--database", &url];
    store.put("nights/x/waypost-20200101T000000Z.tar.gz");
    store.put("nights/x/mine.tar.gz");
    store.put("nights/x/deeper/waypost-20200101T000000Z.tar.gz");
    let made = run(&store, &[&nightly[..], &["--keep", "1"]].concat()).await;
    assert!(made.status.success(), "{}", told(&made));
    assert!(told(&made).contains("removed waypost-20200101T000000Z.tar.gz"), "{}", told(&made));
    let mut nights = store.names();
    nights.retain(|name| name.starts_with("nights/x/"));
    assert_eq!(nights.len(), 3, "{nights:?}");
    assert!(nights[2].starts_with("nights/x/waypost-2") && nights[1] == "nights/x/mine.tar.gz");

    let other = format!("sqlite://{}", folder.path().join("other.db").display());
    let from = "s3://kept/b.tar.gz";
    let args = ["restore", from, "--files", "s3://second/x/y", "--database", &other];
    let restored = run(&store, &args).await;
    assert!(
        restored.status.success() && told(&restored).contains("nothing differs"),
        "{}",
        told(&restored)
    );
    assert!(store.object(&format!("second/x/y/{file}")) == bytes);
    assert_eq!(store.names().len(), 6, "{:?}", store.names());
}
