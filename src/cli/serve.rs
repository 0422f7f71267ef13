//! `waypost serve`: start, serve, and stop without cutting anybody off.

use std::{future::Future, io, time::Duration};

use tokio::{net::TcpListener, sync::oneshot};

use super::{Failure, Outcome, hint, print, signals::Signals, start, start_log};
use crate::{
    app::App,
    config::{Admin, Config, DatabaseUrl, ServeArgs},
    event, graphql, http,
};

/// How long requests may take to finish once the server is told to stop.
const PATIENCE: Duration = Duration::from_secs(10);

/// Serves until told to stop.
pub async fn run(args: &ServeArgs) -> Outcome {
    let Config { listen, database, admin, log } = args.check().map_err(Failure::Usage)?;
    start_log(log);
    let mut signals = Signals::new()?;
    let listener = start::listen(&listen).await?;
    let app = tokio::select! {
        app = ready(&listener, &database, &admin) => app?,
        () = signals.next() => return Ok(()),
    };
    let outcome = until_stopped(&app, listener, &mut signals).await;
    close(&app).await;
    outcome
}

/// The application on a database that is up to date and has an administrator.
async fn ready(
    listener: &TcpListener,
    database: &DatabaseUrl,
    admin: &Admin,
) -> Result<App, Failure> {
    let app = start::open(database).await?;
    let created = start::first_administrator(&app, admin).await;
    let created = created.map_err(|error| Failure::of_database(&error, database))?;
    welcome(&start::origin(listener.local_addr()?), admin, created.as_deref())?;
    Ok(app)
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
pub async fn until_stopped(app: &App, listener: TcpListener, signals: &mut Signals) -> Outcome {
    tracing::info!(
        "serving {origin}/graphql, explorer at {origin}/explorer; Ctrl-C stops",
        origin = start::origin(listener.local_addr()?)
    );
    let (stop, stopped) = oneshot::channel::<()>();
    let router = http::router(app.clone(), graphql::schema(app.clone()));
    let background = event::start(app);
    let server = axum::serve(listener, router).with_graceful_shutdown(async {
        let _ = stopped.await;
    });
    let mut server = tokio::spawn(server.into_future());
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

fn ended_early(ended: Result<io::Result<()>, tokio::task::JoinError>) -> Outcome {
    let cause = match ended {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(cause)) => cause.to_string(),
        Err(cause) => cause.to_string(),
    };
    Err(Failure::Other(format!("the server ended: {cause}")))
}

/// Closes the database, though not at any price: what is committed is on disk.
pub async fn close(app: &App) {
    if tokio::time::timeout(Duration::from_secs(5), app.db().close()).await.is_err() {
        tracing::warn!("the database was still busy when the program ended");
    }
}
