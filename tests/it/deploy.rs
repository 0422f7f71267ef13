//! What `deploy/` names is what there is: settings and metrics.

use std::{collections::BTreeSet, fs};

use crate::cli::waypost;

const COMPOSE: &str = "deploy/compose/compose.yaml";
const KUBERNETES: &str = "deploy/kubernetes/waypost.yaml";
const ALERTS: &str = "deploy/compose/alerts.yaml";
const DASHBOARD: &str = "deploy/compose/grafana/waypost.json";

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap()
}

/// The words in a text that begin so.
fn words<'a>(text: &'a str, prefix: &str) -> BTreeSet<&'a str> {
    let is_part = |char: char| char.is_ascii_alphanumeric() || char == '_';
    let words = text.split(|char| !is_part(char));
    words.filter(|word| word.starts_with(prefix)).collect()
}

#[test]
fn settings_that_deployments_give_are_settings_of_the_server() {
    let help = waypost(&["serve", "--help"]).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let known = words(&help, "WAYPOST_");
    assert!(known.contains("WAYPOST_DATABASE"), "{known:?}");
    for path in [COMPOSE, "deploy/compose/.env.example", KUBERNETES, "deploy/debian/waypost.env"] {
        let text = read(path);
        let given = words(&text, "WAYPOST_");
        let unknown: Vec<_> = given.difference(&known).collect();
        assert!(!given.is_empty() && unknown.is_empty(), "{path}: {unknown:?}");
    }
}

#[test]
fn metrics_that_somebody_is_shown_or_woken_by_are_told_by_the_server() {
    let page = read("docs/operate.md");
    let known = words(&page, "waypost_");
    assert!(known.contains("waypost_operations_total"), "{known:?}");
    for path in [ALERTS, DASHBOARD] {
        let text = read(path);
        let mut asked = words(&text, "waypost_");
        asked.retain(|name| !["_sum", "_count", "_bucket"].iter().any(|end| name.ends_with(end)));
        let unknown: Vec<_> = asked.difference(&known).collect();
        assert!(!asked.is_empty() && unknown.is_empty(), "{path}: {unknown:?}");
    }
}

/// The metrics over which this function of Prometheus is asked somewhere in a text.
fn within<'a>(text: &'a str, function: &str) -> Vec<&'a str> {
    let is_part = |char: char| char.is_ascii_alphanumeric() || char == '_';
    let opening = format!("{function}(");
    let begins = text.match_indices(&opening).filter(|(at, _)| !text[..*at].ends_with(is_part));
    begins
        .map(|(at, _)| text[at + opening.len()..].split(|c| !is_part(c)).next().unwrap())
        .collect()
}

/// `increase` takes a gauge that falls for a counter that began anew, and `delta` a counter that began anew for a fall.
#[test]
fn only_counters_are_asked_for_their_rate_and_only_gauges_for_their_difference() {
    let texts = [read(ALERTS), read(DASHBOARD)].concat();
    let counts =
        |name: &&str| ["_total", "_sum", "_count", "_bucket"].iter().any(|end| name.ends_with(end));
    let of = |functions: [&str; 3]| functions.map(|function| within(&texts, function)).concat();
    let (rates, differences) =
        (of(["rate", "irate", "increase"]), of(["delta", "idelta", "deriv"]));
    assert!(rates.len() > 5 && differences.len() > 1, "{rates:?} {differences:?}");
    assert!(rates.iter().all(counts), "{rates:?}");
    assert!(!differences.iter().any(counts), "{differences:?}");
}

#[test]
fn what_was_given_up_and_what_webhooks_wait_for_is_shown_and_wakes_somebody() {
    let page = read("docs/operate.md");
    let known = words(&page, "waypost_");
    let (shown, wakes) = (read(DASHBOARD), read(ALERTS));
    for name in known.iter().filter(|name| name.ends_with("_dead") || name.contains("_webhook_")) {
        assert!(shown.contains(name), "{DASHBOARD}: {name}");
        let only_shown = *name == "waypost_webhook_pending"; // as many as it may be, while one fails
        assert!(wakes.contains(name) != only_shown, "{ALERTS}: {name}");
    }
}

#[test]
fn what_the_balancer_and_prometheus_ask_is_where_the_servers_answer() {
    let (compose, balancer) = (read(COMPOSE), read("deploy/compose/balancer.conf"));
    let prometheus = read("deploy/compose/prometheus.yaml");
    for server in ["waypost-1", "waypost-2"] {
        assert!(compose.contains(&format!("\n  {server}: *waypost")), "{server}");
        assert!(balancer.contains(&format!("server {server}:8000 ")), "{server}");
        assert!(prometheus.contains(&format!("{server}:9100")), "{server}");
    }
    assert!(compose.contains("WAYPOST_METRICS: 0.0.0.0:9100"));
    assert!(read("deploy/Dockerfile").contains("WAYPOST_LISTEN=0.0.0.0:8000"));
}

#[test]
fn what_the_package_ships_is_there_and_so_is_the_timer_that_the_documentation_promises() {
    let cargo = read("Cargo.toml");
    let (_, assets) = cargo.split_once("\nassets = [").unwrap();
    let (assets, _) = assets.split_once("\n]").unwrap();
    let lines = assets.lines().filter_map(|line| line.trim().strip_prefix("[\""));
    let files: BTreeSet<_> = lines.map(|line| line.split('"').next().unwrap()).collect();
    for file in files.iter().filter(|file| !file.starts_with("target/")) {
        assert!(fs::exists(file).unwrap(), "{file}");
    }
    for unit in ["waypost-backup.timer", "waypost-backup.service"] {
        assert!(files.contains(format!("deploy/systemd/{unit}").as_str()), "{unit}");
    }
    assert!(read("docs/operate.md").contains("systemctl enable --now waypost-backup.timer"));
}

#[test]
fn backups_on_a_schedule_are_commands_that_the_program_takes() {
    let url = "sqlite:///nowhere/waypost.db";
    let unit = read("deploy/systemd/waypost-backup.service");
    let unit =
        unit.lines().find_map(|line| line.strip_prefix("ExecStart=/usr/bin/waypost ")).unwrap();
    let pod = read(KUBERNETES);
    let pod = pod.lines().find_map(|line| line.trim().strip_prefix("args: [")).unwrap();
    let pod = pod.trim_end_matches(']').replace([',', '"'], "");
    for line in [unit, &pod] {
        let mut args: Vec<_> = line.split(' ').collect();
        args.extend(["--database", url]);
        let output = waypost(&args).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_ne!(output.status.code(), Some(2), "{line}: {told}");
        assert!(
            told.contains("/nowhere/waypost.db"),
            "the command is right, and there is no database: {told}"
        );
    }
}
