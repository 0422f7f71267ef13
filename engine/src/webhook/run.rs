//! Delivering until the server stops: a task for each endpoint with something to do, so that one that does not answer
//! holds up no other.

use std::{collections::HashSet, sync::Arc, time::Duration};

use entity::ids::WebhookId;
use tokio::{task::JoinSet, time::Instant};

use super::{deliver, hold, prune, send::Sender, settings, store};
use crate::{app::App, error::Result, trouble};

/// How long something new waits at most until somebody looks.
const POLL: Duration = Duration::from_millis(500);
/// How often what was delivered long ago is removed.
const SWEEP: Duration = Duration::from_secs(60 * 60);

/// Delivers until the server stops.
pub async fn run(app: App) {
    let sender = match Sender::new(settings(&app)) {
        Ok(sender) => Arc::new(sender),
        Err(reason) => {
            tracing::error!(target: "waypost::webhook", %reason, "events cannot be delivered");
            return;
        }
    };
    let mut stopping = app.bus().stopping();
    let (mut at_work, mut swept) = (AtWork::default(), Instant::now());
    while !*stopping.borrow() {
        if let Err(error) = look(&app, &sender, &mut at_work, &mut swept).await {
            trouble::note("events were not delivered to webhooks", &error);
        }
        tokio::select! {
            _ = stopping.changed() => {}
            () = tokio::time::sleep(POLL) => {}
        }
    }
    while at_work.tasks.join_next().await.is_some() {}
}

/// The endpoints that something is being delivered to.
#[derive(Default)]
struct AtWork {
    tasks: JoinSet<WebhookId>,
    ids: HashSet<WebhookId>,
}

impl AtWork {
    fn spawn(&mut self, app: &App, sender: &Arc<Sender>, id: WebhookId) {
        if self.ids.insert(id) {
            let (app, sender) = (app.clone(), sender.clone());
            self.tasks.spawn(async move { work(app, sender, id).await });
        }
    }

    fn note_ended(&mut self) {
        while let Some(ended) = self.tasks.try_join_next() {
            match ended {
                Ok(id) => {
                    self.ids.remove(&id);
                }
                // a panic: which one it was is not known, and a second task for one endpoint does no lasting harm
                Err(_) => self.ids.clear(),
            }
        }
    }
}

async fn look(
    app: &App,
    sender: &Arc<Sender>,
    at_work: &mut AtWork,
    swept: &mut Instant,
) -> Result<()> {
    at_work.note_ended();
    let busy = store::busy(app.db().reader(), app.clock().now()).await?;
    if (!busy.is_empty() || !at_work.ids.is_empty()) && hold(app).await? {
        busy.into_iter().for_each(|id| at_work.spawn(app, sender, id));
    }
    if swept.elapsed() > SWEEP {
        *swept = Instant::now();
        prune(app).await?;
    }
    Ok(())
}

/// Delivers to one endpoint as long as there is something to do.
async fn work(app: App, sender: Arc<Sender>, id: WebhookId) -> WebhookId {
    let stopping = app.bus().stopping();
    loop {
        match deliver::step(&app, &sender, id).await {
            Ok(true) if !*stopping.borrow() => {}
            Ok(_) => return id,
            Err(error) => {
                trouble::note("an event was not delivered to a webhook", &error);
                return id;
            }
        }
    }
}
