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
use tokio::{net::TcpListener, sync::oneshot, task::AbortHandle, time::timeout};

use super::{
    Failure, Outcome,
    handed::{self, Entrance, Handed},
    print,
    signals::Signals,
    start, start_log,
};
use crate::{
    config::{Admin, Config, DatabaseUrl, Outside, ServeArgs},
    graphql::webhook,
    http,
};

/// How long requests may take to finish, and clients to leave, once the server is told to stop.
const PATIENCE: Duration = Duration::from_millis(7_500);
/// When it has stopped at the latest, whatever clients and the database do: what is left of ten seconds is for the
/// runtime.
const LONGEST: Duration = Duration::from_millis(9_200);

/// Serves until told to stop.
pub(crate) async fn run(args: &ServeArgs, handed: Handed) -> Outcome {
    let Config { listen, metrics, database, admin, outside, http, log } =
        args.check().map_err(Failure::Usage)?;
    start_log(log);
    let mut signals = Signals::new()?;
    let entrance = handed.entrance(&listen).await?;
    let metrics = match &metrics {
        Some(address) => Some(start::listen("--metrics", address).await?),
        None => None,
    };
    let turn = Turn::take(database.secret());
    let _turn = turn.map_err(|served| Failure::Database(served.to_string()))?;
    let app = tokio::select! {
        app = ready(&entrance.listener, (outside, http.documents.clone()), &database, &admin) => app?,
        () = signals.next() => return Ok(()),
    };
    let watched = metrics.map(|metrics| tell_metrics(&app, metrics, &http)).transpose()?;
    let outcome = until_stopped(&app, entrance, http, &mut signals).await;
    watched.inspect(AbortHandle::abort);
    outcome
}

/// Tells what the server counts at an address of its own, to its end: whoever watches it sees it stop.
fn tell_metrics(
    app: &App,
    listener: TcpListener,
    http: &http::Settings,
) -> Result<AbortHandle, Failure> {
    tracing::info!("metrics at {}/metrics", start::origin(listener.local_addr()?));
    let router = http::metrics_router(app.clone(), http.meters.clone());
    let (connections, never) = (http::settings::Connections::default(), std::future::pending());
    let served = http::server::serve(listener, router, connections, never);
    Ok(tokio::spawn(served).abort_handle())
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
    let settings = settings.with(outside.webhooks).with(outside.traces);
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
        "Created the administrator {email}. Their token is shown only now; keep it:\n\n    {token}\n\nOpen it in a browser, signed in:\n\n    {}\n",
        start::link(origin, token)
    ))
}

/// Serves until told to stop, then begins nothing more, finishes what is running and closes the database, within ten
/// seconds; told again, it stops at once.
pub(crate) async fn until_stopped(
    app: &App,
    Entrance { listener, is_handed }: Entrance,
    settings: http::Settings,
    signals: &mut Signals,
) -> Outcome {
    tracing::info!(
        "serving {origin}/graphql, the screen at {origin}/, the explorer at {origin}/explorer; Ctrl-C stops",
        origin = start::origin(listener.local_addr()?)
    );
    let (stop, stopped) = oneshot::channel::<()>();
    let connections = settings.connections;
    let router = http::router(app.clone(), settings);
    let background = background::start(app);
    let stopped = async {
        let _ = stopped.await;
    };
    let gone = all_gone(app.clone());
    let mut server = match is_handed {
        true => tokio::spawn(http::server::serve_in_turn(listener, router, connections, stopped)),
        false => {
            let all = http::server::serve_until_gone(listener, router, connections, stopped, gone);
            tokio::spawn(all)
        }
    };
    handed::tell_ready();
    tokio::select! {
        ended = &mut server => {
            let _ = timeout(PATIENCE, app.db().close()).await;
            return ended_early(ended);
        }
        () = signals.next() => {}
    }
    tracing::info!("stopping: finishing what is running; Ctrl-C again stops at once");
    handed::tell_stopping();
    app.bus().begin_to_stop();
    let _ = stop.send(());
    let finished = async {
        if timeout(PATIENCE, &mut server).await.is_err() {
            tracing::warn!("some clients neither took their answers nor let go: they are cut off");
            server.abort();
        }
        background.end().await;
        background::finish(app).await;
        app.db().close().await;
    };
    patiently(finished, signals).await
}

/// Returns when every socket and event stream has ended.
async fn all_gone(app: App) {
    app.bus().all_gone().await;
}

async fn patiently(finished: impl Future<Output = ()>, signals: &mut Signals) -> Outcome {
    tokio::select! {
        finished = timeout(LONGEST, finished) => {
            if finished.is_err() {
                tracing::warn!("the database was still busy when the program ended; what was acknowledged is saved");
            }
            Ok(())
        }
        () = signals.next() => Err(Failure::Interrupted),
    }
}

fn ended_early(ended: Result<(), tokio::task::JoinError>) -> Outcome {
    let cause = match ended {
        Ok(()) => return Ok(()),
        Err(cause) => cause.to_string(),
    };
    Err(Failure::Other(format!("the server ended: {cause}")))
}
