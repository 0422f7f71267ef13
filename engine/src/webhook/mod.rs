//! Endpoints of other programs that are told what happens (rule 25): each a reader of the log with its own place, its
//! own deliveries and its own failures.

use std::{fmt, io, net::IpAddr, sync::Arc};

use chrono::TimeDelta;
use domain::policy::{self, Actor, Permission, Subject};
use futures_util::{FutureExt, future::BoxFuture};
use ipnet::IpNet;

use crate::{
    base::{Base, Settings},
    delivery::Backoff,
    error::Result,
};

mod again;
mod change;
mod changed;
pub mod deliver;
pub mod find;
mod lease;
mod payload;
mod prune;
mod read;
mod run;
pub mod send;
pub mod store;
mod trial;

pub use domain::webhook::{address, place, signature};

pub use again::{Redeliver, Replay};
pub use change::{
    CreateWebhook, DeleteWebhook, Fields, MOST, OVERLAP, RotateWebhookSecret, UpdateWebhook,
};
pub use lease::{hold, let_go};
pub use payload::Payloads;
pub use prune::prune;
pub use run::run;
pub use trial::{Trial, known, try_out};

/// On whose behalf events are delivered.
pub const COURIER: Actor = Actor::System("webhooks");

/// Finds the addresses of a host.
pub type Lookup = Arc<dyn Fn(String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync>;

/// How events are delivered.
#[derive(Clone)]
pub struct WebhookSettings {
    /// The networks besides the open internet that endpoints may be in. Only these take unencrypted HTTP.
    pub networks: Vec<IpNet>,
    /// How often and how long a delivery is tried.
    pub backoff: Backoff,
    /// How many events may wait for one endpoint before nothing more is read for it.
    pub most_waiting: u64,
    /// How long what was delivered is kept to be looked at.
    pub kept_for: TimeDelta,
    /// Finds the addresses of hosts.
    pub lookup: Lookup,
}

impl Default for WebhookSettings {
    fn default() -> Self {
        Self {
            networks: Vec::new(),
            backoff: Backoff::default(),
            most_waiting: 10_000,
            kept_for: TimeDelta::days(7),
            lookup: Arc::new(|host| look_up(host).boxed()),
        }
    }
}

/// These settings, with somebody who runs the documents of webhooks.
pub fn with_documents(all: Settings, payloads: Arc<dyn Payloads>) -> Settings {
    all.with(payload::Documents(payloads))
}

impl fmt::Debug for WebhookSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "webhooks, allowed in {:?}", self.networks)
    }
}

async fn look_up(host: String) -> io::Result<Vec<IpAddr>> {
    let found = tokio::net::lookup_host((host, 0)).await?;
    Ok(found.map(|address| address.ip()).collect())
}

/// How events are delivered here.
pub fn settings(base: &Base) -> &WebhookSettings {
    base.settings_of()
}

/// Whether this member may look after webhooks; nothing is told to others, not even that there is none.
pub fn manage(actor: &Actor) -> Result<()> {
    policy::require(actor, Permission::ManageWebhooks, Subject::Organisation)?;
    Ok(())
}
