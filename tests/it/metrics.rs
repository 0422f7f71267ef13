//! `/metrics`: what it counts, and who may see it.

use std::collections::BTreeMap;

use entity::member::Role;
use serde_json::json;

use crate::{
    cli,
    support::{Client, Kind, TestApp, database, each, pages},
};

/// The samples of a text in the format of Prometheus: each with its labels as they are written.
pub struct Samples {
    text: String,
    values: BTreeMap<String, f64>,
}

impl Samples {
    /// Every line is a comment or a sample, and the last one says that all of it is there.
    fn of(text: String) -> Self {
        assert!(text.ends_with("# EOF\n"), "{text}");
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let sample = |line: &str| {
            let (name, value) =
                line.rsplit_once(' ').unwrap_or_else(|| panic!("no sample: {line}"));
            (name.to_owned(), value.parse().unwrap_or_else(|_| panic!("no value: {line}")))
        };
        let values = lines.map(sample).collect();
        Self { text, values }
    }

    /// As it is now, at this server, for an administrator.
    pub async fn read(who: &Client) -> Self {
        let response = scrape(who).await;
        assert_eq!(response.status(), 200);
        let media = response.headers()["content-type"].to_str().unwrap().to_owned();
        assert!(media.starts_with("application/openmetrics-text; version=1.0.0"), "{media}");
        Self::of(response.text().await.unwrap())
    }

    pub fn value(&self, name: &str) -> f64 {
        *self.values.get(name).unwrap_or_else(|| panic!("no {name}:\n{}", self.text))
    }

    /// By how much a counter has grown since then.
    fn grown(&self, since: &Self, name: &str) -> f64 {
        self.value(name) - since.values.get(name).copied().unwrap_or_default()
    }
}

async fn scrape(who: &Client) -> reqwest::Response {
    let url = format!("http://{}/metrics", who.app.address);
    who.app.http.get(url).bearer_auth(&who.secret).send().await.unwrap()
}

fn operations(kind: &str, outcome: &str, operation: &str) -> String {
    format!(
        "waypost_operations_total{{kind=\"{kind}\",transport=\"http\",outcome=\"{outcome}\",operation=\"{operation}\"}}"
    )
}

/// Where a change is counted that is of no deal: SQLite's one writer takes it with what else waits.
fn writer(kind: Kind) -> &'static str {
    match kind {
        Kind::Sqlite => "waypost_writer_turn_units_sum",
        Kind::Postgres => "waypost_writer_alone_total",
    }
}

/// The figures of a server on this database that was not asked yet.
async fn fresh(who: &Client) -> Samples {
    let again = who.app.again().await;
    let samples = Samples::read(&who.at(&again)).await;
    again.stop().await;
    samples
}

#[tokio::test]
async fn operations_are_counted_by_kind_and_outcome_and_errors_by_code() {
    each(|app| async move {
        let (ada, sam) = (app.admin().await, app.member("Sam", Role::Salesperson).await);
        let before = Samples::read(&ada).await;
        for _ in 0..3 {
            ada.query("query Secret { viewer { member { id } } }", json!({})).await;
        }
        let several = "query Secret { viewer { member { id } } members { totalCount } }";
        ada.query(several, json!({})).await;
        ada.error("{ nothing }", json!({})).await;
        let input = json!({ "status": "LOST", "name": "Price" });
        ada.done("addCloseReason", input.clone(), "").await;
        sam.mutate("addCloseReason", input, "").await;
        let after = Samples::read(&ada).await;
        let invalid = "GRAPHQL_VALIDATION_FAILED";
        for (name, count) in [
            (operations("query", "OK", "viewer"), 3.0),
            (operations("query", "OK", "other"), 1.0),
            (operations("unknown", invalid, "other"), 1.0),
            (operations("mutation", "OK", "addCloseReason"), 1.0),
            (operations("mutation", "REFUSED", "addCloseReason"), 1.0),
            (format!("waypost_errors_total{{code=\"{invalid}\"}}"), 1.0),
            ("waypost_refusals_total{code=\"FORBIDDEN\"}".to_owned(), 1.0),
            (writer(app.kind).to_owned(), 2.0),
        ] {
            assert_eq!(after.grown(&before, &name), count, "{name}");
        }
        let took = "waypost_operation_duration_seconds_count{kind=\"query\",transport=\"http\"}";
        assert_eq!(after.grown(&before, took), 4.0);
        let answered = "waypost_http_responses_total{route=\"graphql\",status=\"200\"}";
        assert!(after.grown(&before, answered) >= 6.0);
        assert!(!after.text.contains("Secret"), "no label is a client's to choose");
        assert_eq!(after.value("waypost_database_answers"), 1.0);
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(after.value(&format!("waypost_build_info{{version=\"{version}\"}}")), 1.0);
    })
    .await;
}

#[tokio::test]
async fn what_is_refused_of_many_at_once_is_counted_too() {
    each(|app| async move {
        let ada = app.admin().await;
        let process = ada.process("Sales", &[("Offer", &[("Call", 10)])]).await;
        let deal = ada.deal(&process.id, "Deal").await;
        let (before, nowhere) = (Samples::read(&ada).await, ada.new_id::<entity::ids::Deal>());
        let item = |deal: &str| json!({ "dealId": deal, "actionId": process.action("Call") });
        let input = json!({ "items": [item(&deal), item(&nowhere), item(&nowhere)] });
        ada.mutate("completeActions", input, "results { userErrors { code } }").await;
        let input = json!({ "items": vec![item(&deal); 101] });
        ada.mutate("completeActions", input, "").await;
        ada.mutate("testWebhook", json!({ "webhookId": ada.new_id::<entity::ids::Webhook>() }), "")
            .await;
        let after = Samples::read(&ada).await;
        for (name, count) in [
            ("waypost_refusals_total{code=\"NOT_FOUND\"}".to_owned(), 3.0),
            ("waypost_refusals_total{code=\"LIMIT_REACHED\"}".to_owned(), 1.0),
            (operations("mutation", "REFUSED", "completeActions"), 2.0),
            (operations("mutation", "REFUSED", "testWebhook"), 1.0),
        ] {
            assert_eq!(after.grown(&before, &name), count, "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn turns_of_the_writer_what_is_kept_and_how_far_the_feed_is_behind_are_told() {
    each(|app| async move {
        let ada = app.admin().await;
        let process = ada.process("Sales", &[("Offer", &[("Call", 10)])]).await;
        let deal = ada.deal(&process.id, "Deal").await;
        let before = Samples::read(&ada).await;
        ada.complete(&deal, process.action("Call")).await;
        let document = "query($id: ID!) { process(id: $id) { name stages { name } } }";
        for _ in 0..3 {
            ada.query(document, json!({ "id": process.id })).await;
        }
        let after = Samples::read(&ada).await;
        assert_eq!(after.grown(&before, "waypost_writer_turn_units_count"), 1.0);
        assert_eq!(after.grown(&before, "waypost_writer_turn_units_sum"), 1.0);
        assert_eq!(after.value("waypost_writer_queue_units"), 0.0);
        assert!(after.grown(&before, "waypost_kept_hits_total") >= 1.0);
        assert!(after.grown(&before, "waypost_kept_misses_total") >= 1.0);
        assert!(after.value("waypost_kept_bytes") > 0.0);
        assert!(after.value("waypost_database_connections_limit{pool=\"reader\"}") >= 8.0);

        // Nobody numbers the log in this test: on PostgreSQL both events wait.
        let events = if app.kind == database::Kind::Postgres { 2.0 } else { 0.0 };
        assert_eq!(fresh(&ada).await.value("waypost_feed_lag_events"), events);
        app.number_log().await;
        let numbered = fresh(&ada).await;
        assert_eq!(numbered.value("waypost_feed_lag_events"), 0.0);
        assert_eq!(numbered.value("waypost_feed_lag_seconds"), 0.0);
        assert_eq!(numbered.value("waypost_mail_pending"), 0.0);
        assert_eq!(numbered.value("waypost_files_bytes"), 0.0);
    })
    .await;
}

#[tokio::test]
async fn only_administrators_see_it_where_everybody_comes() {
    each(|app| async move {
        let max = app.member("Max", Role::Manager).await;
        let refused = scrape(&max).await;
        assert_eq!(refused.status(), 403);
        assert!(refused.text().await.unwrap().contains("FORBIDDEN"));
        let nobody = app.http.get(format!("http://{}/metrics", app.address));
        assert_eq!(nobody.send().await.unwrap().status(), 401);
    })
    .await;
}

/// The names of all that is told, as its samples have them.
fn names(app: &Samples) -> Vec<String> {
    let types = app.text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    let name = |line: &str| match line.split_once(' ').unwrap() {
        (name, "counter") => format!("{name}_total"),
        (name, "info") => format!("{name}_info"),
        (name, _) => name.to_owned(),
    };
    types.map(name).collect()
}

#[tokio::test]
async fn the_program_tells_it_at_an_address_of_its_own_and_all_of_it_is_documented() {
    let folder = tempfile::tempdir().unwrap();
    let args = ["--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0", "--database"];
    let mut command = cli::waypost(&[&args[..], &[&cli::sqlite(folder.path())]].concat());
    let server =
        cli::Running::start(command.env("WAYPOST_ADMIN_TOKEN", "wp_chosen-by-the-operator"));
    let url = server.said().split("metrics at ").nth(1).unwrap();
    let url = url.split_whitespace().next().unwrap().to_owned();
    let ask = reqwest::Client::new().post(format!("http://{}/graphql", server.address()));
    let wrong = json!({ "query": "mutation { addMember(input: { email: \"x\", name: \"x\", role: MANAGER }) { userErrors { code } } }" });
    ask.bearer_auth("wp_chosen-by-the-operator").json(&wrong).send().await.unwrap();
    let ask = reqwest::Client::new().post(format!("http://{}/graphql", server.address()));
    let wrong = json!({ "query": "{ nothing }" });
    ask.bearer_auth("wp_chosen-by-the-operator").json(&wrong).send().await.unwrap();
    let samples = Samples::of(reqwest::get(&url).await.unwrap().text().await.unwrap());
    let elsewhere = url.replace("/metrics", "/graphql");
    assert_eq!(reqwest::get(elsewhere).await.unwrap().status(), 404);
    assert!(samples.value("waypost_disk_free_bytes{holds=\"database\"}") > 0.0);
    assert!(samples.value("waypost_disk_size_bytes{holds=\"files\"}") > 0.0);
    if cfg!(target_os = "linux") {
        assert!(samples.value("process_resident_memory_bytes") > 1_000_000.0);
        assert!(samples.value("process_open_fds") > 5.0);
    }
    let page = pages::read(&pages::root().join("docs/operate.md"));
    let names = names(&samples);
    assert!(names.len() > 30, "{names:?}");
    let silent = names.iter().filter(|name| !page.text.contains(&format!("`{name}`")));
    assert_eq!(silent.collect::<Vec<_>>(), Vec::<&String>::new(), "docs/operate.md says nothing");
    assert_eq!(server.stop().0, 0);
}

#[tokio::test]
async fn sockets_streams_and_subscriptions_are_counted_while_they_are_there() {
    use crate::support::live::server::Client as Socket;
    each(|app: TestApp| async move {
        let ada = app.admin().await;
        let mut socket =
            Socket::connect(&app.address.to_string(), Some("graphql-transport-ws")).await;
        socket.introduce(&ada.secret, json!({})).await;
        socket.subscribe("1", "subscription { inboxChanged { cursor } }").await;
        assert_eq!(socket.receive().await["type"], "next");
        let there = Samples::read(&ada).await;
        assert_eq!(there.value("waypost_sockets"), 1.0);
        assert_eq!(there.value("waypost_subscriptions"), 1.0);
        assert_eq!(there.value("waypost_subscription_results_total"), 1.0);
        drop(socket);
        while Samples::read(&ada).await.value("waypost_sockets") > 0.0 {}
        while Samples::read(&ada).await.value("waypost_subscriptions") > 0.0 {}
        let ended = "waypost_operations_total{kind=\"subscription\",transport=\"websocket\",outcome=\"OK\",operation=\"inboxChanged\"}";
        assert_eq!(Samples::read(&ada).await.value(ended), 1.0);
    })
    .await;
}
