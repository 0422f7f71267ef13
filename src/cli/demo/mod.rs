//! `waypost demo`: an invented sales team at work, on a database that is removed at the end.

use std::collections::HashSet;

use engine::{
    app::{App, Settings},
    clock::Clock,
    error::{Error, Result},
    webhook::with_documents,
};
use entity::ids::DealId;
use tokio::net::TcpListener;

use super::{Failure, Outcome, handed::Entrance, print, serve, signals::Signals, start, start_log};
use crate::{
    config::{self, Admin, DatabaseUrl, DemoArgs, DemoConfig},
    graphql::webhook,
    http,
};

mod act;
mod folder;
mod history;
mod plans;
mod processes;
mod reasons;
mod team;
mod trickle;

use folder::Folder;
use plans::{PLANS, STAR};
use processes::Processes;
use team::{AGNIESZKA, MARTA, Team};
use trickle::Trickle;

/// How many of the planned deals the team works on while you watch.
const AT_WORK: usize = 10;

/// The invented organisation, ready to be visited.
struct Scene {
    app: App,
    team: Team,
    processes: Processes,
    deals: Vec<DealId>,
    admin_token: String,
}

/// Serves the demo until told to stop.
pub(crate) async fn run(args: &DemoArgs) -> Outcome {
    let DemoConfig { listen, admin, public_url, log } = args.check().map_err(Failure::Usage)?;
    start_log(log);
    let mut signals = Signals::new()?;
    let listener = start::listen("--listen", &listen).await?;
    let folder = Folder::new()?;
    let files = config::in_folder(&folder.path().join("files"))?;
    if public_url.is_none() {
        start::warn_of_this_machine(listener.local_addr()?, false);
    }
    let settings = start::settings(listener.local_addr()?, public_url, files);
    let documents = webhook::document::documents(http::Settings::default().documents);
    let settings = with_documents(settings, documents);
    let scene = tokio::select! {
        scene = prepare(&folder, settings, &admin) => scene?,
        () = signals.next() => return Ok(()),
    };
    play(scene, listener, &mut signals).await
}

async fn prepare(
    folder: &Folder,
    settings: Settings,
    admin: &Admin,
) -> std::result::Result<Scene, Failure> {
    let database = DatabaseUrl::file_at(&folder.path().join("demo.db"));
    let app = start::open(&database, settings).await?;
    let scene = build(app, admin).await;
    scene.map_err(|error| Failure::of_database(&error, &database))
}

/// Everything happens at its time in the last weeks, by a clock that is set for each step.
async fn build(app: App, admin: &Admin) -> Result<Scene> {
    let now = app.clock().now();
    let longest = PLANS.iter().map(|plan| plan.days_ago).max().unwrap_or_default();
    let past = Clock::fixed(now - chrono::TimeDelta::days(longest + 1));
    let back_then = App::with(app.db().clone(), past, app.settings().clone());
    let created = start::first_administrator(&back_then, admin).await?;
    let admin_token = created.ok_or_else(|| Error::bug("the demo's database was not empty"))?;
    let team = Team::hire(&back_then).await?;
    let processes = processes::create(&back_then, &team).await?;
    reasons::create(&back_then, &team).await?;
    let deals = history::replay(&back_then, &team, &processes, &PLANS, now).await?;
    Ok(Scene { app, team, processes, deals, admin_token })
}

async fn play(scene: Scene, listener: TcpListener, signals: &mut Signals) -> Outcome {
    print(&invitation(&scene, &scene.app.settings().public_url).await?)?;
    let star = scene.deals[STAR];
    let others = at_work(&scene.deals);
    let (team, processes) = (scene.team, scene.processes);
    let (app, falling) = (scene.app, HashSet::new());
    let trickle = Trickle { app: app.clone(), team, processes, star, others, falling };
    let mut stopping = app.bus().stopping();
    tokio::spawn(async move {
        tokio::select! {
            () = trickle.run() => {}
            _ = stopping.wait_for(|stopping| *stopping) => {}
        }
    });
    serve::until_stopped(&app, Entrance::own(listener), http::Settings::default(), signals).await
}

/// Open deals of every owner, to go on with.
fn at_work(deals: &[DealId]) -> Vec<DealId> {
    let planned = deals.iter().zip(&PLANS).skip(STAR + 1);
    let open = planned.filter(|(_, plan)| plan.course.is_open()).map(|(deal, _)| *deal);
    open.step_by(2).take(AT_WORK).collect()
}

/// What to do first.
async fn invitation(scene: &Scene, origin: &str) -> Result<String> {
    let link = start::link(origin, &scene.admin_token);
    let manager = scene.team.token(&scene.app, MARTA).await?;
    let salesperson = scene.team.token(&scene.app, AGNIESZKA).await?;
    let (deal, title) = (scene.deals[STAR], PLANS[STAR].title);
    Ok(format!(
        "A sales team of eight, with forty deals. Everything is removed when you stop it.

Open the screen signed in as an administrator:

    {link}

Sign in as others with their tokens:

    manager      Marta Kowalczyk      {manager}
    salesperson  Agnieszka Dąbrowska  {salesperson}

Watch “{title}” live: open it there, or paste this into the explorer, at /explorer, and
press play.

subscription {{
  dealProgress(dealId: \"{deal}\") {{
    caughtUp
    event {{ summary occurredAt actor {{ name }} }}
    deal {{ progress {{ percent }} stage {{ name }} }}
  }}
}}
"
    ))
}
