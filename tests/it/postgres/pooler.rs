//! PgBouncer in transaction mode, with fewer sessions than anybody would like.

use std::process::Command;

use engine::{
    app::App,
    auth, background,
    clock::Clock,
    db::{
        Db,
        postgres::{Contact, Server},
    },
    event::{feed, sequencer},
};
use futures_util::{StreamExt, future::join_all};
use reqwest::Url;
use sea_orm::sqlx::{ConnectOptions, Executor, PgConnection, Row, postgres::PgConnectOptions};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
};

use crate::support::{
    cluster::{Cluster, Pooler},
    line::Line,
    live::{World, create_deal, rename, soon},
};

const SESSIONS: u32 = 3;

async fn behind(cluster: &Cluster) -> Option<Pooler> {
    let pooler = cluster.pooler("transaction", SESSIONS)?;
    cluster.run("CREATE DATABASE w").await;
    Some(pooler)
}

/// A server, which brings the database up to date if need be.
async fn app(url: &str) -> App {
    let db = Db::connect(url, None).await.unwrap();
    db.migrate().await.unwrap();
    App::new(db, Clock::system())
}

/// What is left in each session of the pooler: prepared statements, channels, and settings.
async fn left(pooler: &Pooler) -> Vec<String> {
    let mut held = Vec::new();
    for _ in 0..SESSIONS {
        held.push(holding(&pooler.url("w")).await);
    }
    let (mut sessions, mut left) = (Vec::new(), Vec::new());
    for connection in &mut held {
        let row = connection.fetch_one("SELECT pg_backend_pid(), concat_ws(' ', \
            (SELECT count(*) FROM pg_prepared_statements), (SELECT count(*) FROM pg_listening_channels()), \
            (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'), \
            current_setting('lock_timeout'), current_setting('default_transaction_read_only'))");
        let row = row.await.unwrap();
        sessions.push(row.get::<i32, _>(0));
        left.push(row.get::<String, _>(1));
    }
    sessions.sort_unstable();
    sessions.dedup();
    assert_eq!(sessions.len(), SESSIONS as usize, "each transaction holds a session of its own");
    left
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_share_few_sessions_and_leave_nothing_in_them() {
    let Some(cluster) = Cluster::start().await else { return };
    let Some(pooler) = behind(&cluster).await else { return };
    let apps = [app(&pooler.url("w")).await, app(&pooler.url("w")).await];
    let world = World::new(apps[0].clone()).await;
    let deals = join_all((0..8).map(|_| create_deal(&apps[1], &world.admin, &[]))).await;
    let works = deals.into_iter().enumerate().map(|(number, deal)| {
        let (app, secret) = (apps[number % 2].clone(), world.admin.secret.clone());
        tokio::spawn(async move {
            for title in 0..10 {
                rename(&app, deal, &format!("title {title}")).await;
                auth::authenticate(&app, &secret).await.unwrap();
            }
        })
    });
    for work in join_all(works.collect::<Vec<_>>()).await {
        work.unwrap();
    }
    let (one, two) = tokio::join!(sequencer::number_all(&apps[0]), sequencer::number_all(&apps[1]));
    assert_eq!(one.unwrap() + two.unwrap(), 1 + 8 * 11);
    for app in &apps {
        app.db().migrate().await.unwrap();
    }
    assert_eq!(left(&pooler).await, ["0 0 0 0 off"; SESSIONS as usize]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_server_writes_is_seen_at_another_without_a_session_that_listens() {
    let Some(cluster) = Cluster::start().await else { return };
    let Some(pooler) = behind(&cluster).await else { return };
    let (one, other) = (app(&pooler.url("w")).await, app(&pooler.url("w")).await);
    let background = [background::start(&one), background::start(&other)];
    let world = World::new(one.clone()).await;
    let admin = auth::Credential::Token(world.admin.token);
    let follow = feed::follow(&other, &admin, world.deal, None).await.unwrap();
    let mut items = std::pin::pin!(follow);
    for version in [2, 3] {
        rename(&one, world.deal, &format!("title {version}")).await;
        loop {
            let item = soon(items.next()).await.unwrap().unwrap();
            if item.change.is_some_and(|event| event.version == version) {
                break;
            }
        }
    }
    for background in background {
        soon(background.shutdown()).await;
    }
    assert_eq!(left(&pooler).await, ["0 0 0 0 off"; SESSIONS as usize]);
}

#[tokio::test]
async fn a_pooler_is_noticed_where_it_matters() {
    let Some(cluster) = Cluster::start().await else { return };
    let Some(pooler) = behind(&cluster).await else { return };
    let Some(session) = cluster.pooler("session", SESSIONS) else { return };
    for (url, pooled) in [
        (pooler.url("w"), true),
        (session.url("w"), false),
        (cluster.url("w"), false),
        (format!("{}&pgbouncer=true", cluster.url("w")), true),
        (format!("{}?pgbouncer=false", pooler.url("w")), false),
    ] {
        let contact = Contact::make(&Server::parse(&url).unwrap()).await.unwrap();
        assert_eq!(contact.pooled, pooled, "{url}");
    }
}

#[tokio::test]
async fn a_pooler_that_lets_nobody_else_in_is_taken_for_no_server() {
    let Some(cluster) = Cluster::start().await else { return };
    let Some(pooler) = cluster.pooler_for("transaction", SESSIONS, 1) else { return };
    cluster.run("CREATE DATABASE w").await;
    let contact = Contact::make(&Server::parse(&pooler.url("w")).unwrap()).await.unwrap();
    assert!(contact.pooled, "its sessions are shared, whoever is let in");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pooler_that_is_slow_to_let_anybody_in_is_noticed() {
    let Some(cluster) = Cluster::start().await else { return };
    let Some(pooler) = behind(&cluster).await else { return };
    let line = Line::to_first(1, &pooler.url("w")).await;
    let url = format!("{}?connect_timeout=2", line.url);
    let contact = Contact::make(&Server::parse(&url).unwrap()).await.unwrap();
    assert!(contact.pooled, "who does not answer may be a pooler");
}

/// A connection to the pooler that holds a session.
async fn holding(url: &str) -> PgConnection {
    let options: PgConnectOptions = url.parse().unwrap();
    let mut connection = options.extra_float_digits(None).connect().await.unwrap();
    connection.execute("BEGIN").await.unwrap();
    connection
}

/// The URL of a line to a pooler, over which the second connection gets through after others have used two sessions, and
/// the one that the first connection had is not the last of them.
async fn with_others_between(far: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut near = Url::parse(&far).unwrap();
    near.set_port(Some(listener.local_addr().unwrap().port())).unwrap();
    tokio::spawn(async move {
        let address = far.rsplit_once('@').unwrap().1.split('/').next().unwrap();
        for number in 1.. {
            let mut client = listener.accept().await.unwrap().0;
            if number == 2 {
                let (mut one, mut two) = (holding(&far).await, holding(&far).await);
                one.execute("COMMIT").await.unwrap();
                two.execute("COMMIT").await.unwrap();
            }
            let mut server = TcpStream::connect(address).await.unwrap();
            tokio::spawn(async move { copy_bidirectional(&mut client, &mut server).await });
        }
    });
    near.into()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pooler_that_others_use_meanwhile_is_noticed() {
    let Some(cluster) = Cluster::start().await else { return };
    let Some(pooler) = behind(&cluster).await else { return };
    let url = with_others_between(pooler.url("w")).await;
    let contact = Contact::make(&Server::parse(&url).unwrap()).await.unwrap();
    assert!(contact.pooled, "the order of its sessions tells nothing");
}

#[tokio::test]
async fn a_pooler_that_gives_its_sessions_in_turns_is_noticed() {
    let Some(cluster) = Cluster::start().await else { return };
    let turns = "transaction\nserver_round_robin = 1";
    let Some(pooler) = cluster.pooler(turns, 2) else { return };
    cluster.run("CREATE DATABASE w").await;
    let url = pooler.url("w");
    for mut connection in [holding(&url).await, holding(&url).await] {
        connection.execute("COMMIT").await.unwrap();
    }
    let contact = Contact::make(&Server::parse(&url).unwrap()).await.unwrap();
    assert!(contact.pooled, "two sessions, of which each transaction gets the next");
}

#[tokio::test]
async fn what_a_pooler_refuses_is_said_with_what_to_do() {
    let Some(cluster) = Cluster::start().await else { return };
    let Some(pooler) = behind(&cluster).await else { return };
    let Some(statement) = cluster.pooler("statement", SESSIONS) else { return };
    for (url, named) in [
        (format!("{}?options=-c%20work_mem%3D8MB", pooler.url("w")), "ALTER ROLE"),
        (statement.url("w"), "pool_mode = transaction"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_waypost"));
        let output =
            command.args(["migrate", "--log", "off", "--database", &url]).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(5), "{told}");
        assert!(told.contains(named), "{told}");
    }
}
