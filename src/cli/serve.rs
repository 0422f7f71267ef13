//! `waypost serve`: start, serve, and stop without cutting anybody off.

use std::{future::Future, time::Duration};

use engine::{
    app::{App, Settings},
    background,
    clock::Clock,
    db::file::Turn,
    names,
    webhook::with_documents,
};
use tokio::{net::TcpListener, sync::oneshot};

use super::{Failure, Outcome, hint, print, signals::Signals, start, start_log};
use crate::{
    config::{Admin, Config, DatabaseUrl, Outside, ServeArgs},
    graphql::webhook,
    http,
};

/// How long requests may take to finish once the server is told to stop.
const PATIENCE: Duration = Duration::from_secs(10);

/// Serves until told to stop.
pub(crate) async fn run(args: &ServeArgs) -> Outcome {
    let Config { listen, database, admin, outside, http, log } =
        args.check().map_err(Failure::Usage)?;
    start_log(log);
    let mut signals = Signals::new()?;
    let listener = start::listen(&listen).await?;
    let turn = Turn::take(database.secret());
    let _turn = turn.map_err(|served| Failure::Database(served.to_string()))?;
    let app = tokio::select! {
        app = ready(&listener, (outside, http.documents.clone()), &database, &admin) => app?,
        () = signals.next() => return Ok(()),
    };
    let outcome = until_stopped(&app, listener, http, &mut signals).await;
    close(&app).await;
    outcome
}

/// The application on a database that is up to date and has an administrator.
async fn ready(
    listener: &TcpListener,
    (outside, documents): (Outside, gate::Settings),
    database: &DatabaseUrl,
    admin: &Admin,
) -> Result<App, Failure> {
    // The database first: a mistyped name of it must not leave a folder for files behind.
    let db = start::connect(database).await?;
    let settings = settings(listener, outside, database)?;
    let settings = with_documents(settings, webhook::document::documents(documents));
    let public_url = settings.public_url.clone();
    let app = App::with(db, Clock::system(), settings);
    let explain = |error| Failure::of_database(&error, database);
    names::warn_of_twins(&app).await.map_err(explain)?;
    let created = start::first_administrator(&app, admin).await.map_err(explain)?;
    welcome(&public_url, admin, created.as_deref())?;
    Ok(app)
}

fn settings(
    listener: &TcpListener,
    outside: Outside,
    database: &DatabaseUrl,
) -> Result<Settings, Failure> {
    let files = outside.files.open(database).map_err(Failure::Other)?;
    let listening = listener.local_addr()?;
    if outside.public_url.is_none() {
        start::warn_of_this_machine(listening, outside.mail.is_some());
    }
    let settings = start::settings(listening, outside.public_url, files);
    let settings = settings.with(outside.webhooks);
    let Some(mail) = outside.mail else { return Ok(settings) };
    let mail = mail.settings(&settings.public_url);
    tracing::info!(server = %mail.smtp, from = %mail.from, "notifications go out by mail");
    Ok(mail.add_to(settings))
}

/// Prints the new token, once; one that the operator chose is known to them.
fn welcome(origin: &str, admin: &Admin, created: Option<&str>) -> Outcome {
    let Some(token) = created else { return Ok(()) };
    let email = &admin.email;
    if admin.token.is_some() {
        tracing::info!(%email, "created the administrator, with the token that was given");
        return Ok(());
    }
    print(&format!(
        "Created the administrator {email}. Their token is shown only now; keep it:\n\n    {token}\n\nOpen the explorer signed in:\n\n    {}\n",
        start::link(origin, token)
    ))
}

/// Serves until told to stop, then finishes what is running; told again, or after ten seconds, it
/// stops at once.
pub(crate) async fn until_stopped(
    app: &App,
    listener: TcpListener,
    settings: http::Settings,
    signals: &mut Signals,
) -> Outcome {
    tracing::info!(
        "serving {origin}/graphql, explorer at {origin}/explorer; Ctrl-C stops",
        origin = start::origin(listener.local_addr()?)
    );
    let (stop, stopped) = oneshot::channel::<()>();
    let connections = settings.connections;
    let router = http::router(app.clone(), settings);
    let background = background::start(app);
    let stopped = async {
        let _ = stopped.await;
    };
    let mut server = tokio::spawn(http::server::serve(listener, router, connections, stopped));
    tokio::select! {
        ended = &mut server => return ended_early(ended),
        () = signals.next() => {}
    }
    tracing::info!("stopping: finishing what is running; Ctrl-C again stops at once");
    let _ = stop.send(());
    let finished = async {
        // streams end first: the server waits for those that are open
        background.shutdown().await;
        let _ = (&mut server).await;
        background::finish(app).await;
    };
    let outcome = patiently(finished, signals).await;
    server.abort();
    outcome
}

async fn patiently(finished: impl Future<Output = ()>, signals: &mut Signals) -> Outcome {
    tokio::select! {
        () = finished => Ok(()),
        () = signals.next() => Err(Failure::Interrupted),
        () = tokio::time::sleep(PATIENCE) => {
            hint("some requests did not end within 10 seconds");
            Err(Failure::Interrupted)
        }
    }
}

fn ended_early(ended: Result<(), tokio::task::JoinError>) -> Outcome {
    let cause = match ended {
        Ok(()) => return Ok(()),
        Err(cause) => cause.to_string(),
    };
    Err(Failure::Other(format!("the server ended: {cause}")))
}

/// Closes the database, though not at any price: what is committed is on disk.
pub(crate) async fn close(app: &App) {
    if tokio::time::timeout(Duration::from_secs(5), app.db().close()).await.is_err() {
        tracing::warn!("the database was still busy when the program ended");
    }
}
