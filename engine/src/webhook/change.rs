//! Adding, changing and removing endpoints: the use cases.

use chrono::TimeDelta;
use domain::{
    language::Message,
    refusal::{Problem, Refusal},
    text::{self, invalid},
    webhook::{place, signature},
};
use entity::{
    event::Kind,
    ids::{MemberId, ProcessId, WebhookId},
    webhook::{self, Kinds, Processes, Secret, Stop},
};
use serde::Serialize;

use super::{changed, manage, payload, settings, store};
use crate::{
    audit,
    command::Command,
    error::{Error, Problems, Result, also},
    event, member, process,
    tx::{Claim, Tx},
};

/// Endpoints that there may be at most.
pub const MOST: usize = 50;
/// How long the old secret signs, too, after it was replaced.
pub const OVERLAP: TimeDelta = TimeDelta::hours(24);

/// What can be said of an endpoint; what is left out stays as it is.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Fields {
    /// What it is called.
    pub name: Option<String>,
    /// Where to.
    pub url: Option<String>,
    /// Of which processes; `Some(None)`: of all.
    pub process_ids: Option<Option<Vec<ProcessId>>>,
    /// Of which kinds of events; `Some(None)`: of all.
    pub kinds: Option<Option<Vec<Kind>>>,
    /// With whose rights.
    pub member_id: Option<MemberId>,
    /// The subscription whose answer is sent; `Some(None)`: what happened, in full.
    pub document: Option<Option<String>>,
}

/// Fields that nothing speaks against.
struct Checked(Fields);

impl Checked {
    fn apply(self, row: webhook::Model) -> webhook::Model {
        let Self(Fields { name, url, process_ids, kinds, member_id, document }) = self;
        webhook::Model {
            name: name.unwrap_or(row.name),
            url: url.unwrap_or(row.url),
            process_ids: process_ids.map_or(row.process_ids, |ids| ids.map(Processes)),
            kinds: kinds.map_or(row.kinds, |kinds| kinds.map(Kinds)),
            member_id: member_id.unwrap_or(row.member_id),
            document: document.unwrap_or(row.document),
            ..row
        }
    }
}

/// All that is wrong with what is said of an endpoint, or what is to be kept.
async fn checked(tx: &Tx, given: &Fields, problems: &mut Problems) -> Result<Checked> {
    let mut kept = given.clone();
    if let Some(name) = &given.name {
        kept.name = problems.take(text::name(name).map_err(|refusal| refusal.at("name")))?;
    }
    if let Some(url) = &given.url {
        let allows_http = !settings(tx.base()).networks.is_empty();
        let url = place::checked(url, allows_http);
        kept.url = problems.take(url.map_err(|refusal| refusal.at("url")))?;
    }
    if let Some(Some(ids)) = &given.process_ids {
        problems.extend(wrong_processes(tx, ids).await?);
    }
    if matches!(&given.kinds, Some(Some(kinds)) if kinds.is_empty()) {
        problems.push(invalid(Message::of("webhook-events-empty")).at("events"));
    }
    if let Some(member) = given.member_id {
        let active = member::keep_active(tx, &[member]).await;
        problems.take(active.map_err(|error| error.at("memberId")))?;
    }
    if let Some(Some(document)) = &given.document {
        let right = payload::check(tx.base(), document);
        problems.take(right.map_err(|refusal| refusal.at("document")))?;
    }
    Ok(Checked(kept))
}

async fn wrong_processes(tx: &Tx, ids: &[ProcessId]) -> Result<Vec<Refusal>> {
    if ids.is_empty() {
        return Ok(vec![invalid(Message::of("webhook-processes-empty")).at("processIds")]);
    }
    let found = process::store::find_many(tx.conn(), ids.to_vec()).await?;
    let unknown = |(_, id): &(usize, &ProcessId)| !found.iter().any(|row| row.id == **id);
    let refused = |(index, id): (usize, &ProcessId)| {
        let problem = Problem::NotFound { kind: "process" };
        problem.at(&index.to_string()).at("processIds").about(id)
    };
    Ok(ids.iter().enumerate().filter(unknown).map(refused).collect())
}

/// A new endpoint.
#[derive(Clone, Debug, Serialize)]
pub struct CreateWebhook {
    /// The id that the client made.
    pub new_id: Option<WebhookId>,
    /// All of it.
    pub fields: Fields,
}

impl Command for CreateWebhook {
    type Output = (WebhookId, Option<String>);

    async fn run(&self, tx: &mut Tx) -> Result<(WebhookId, Option<String>)> {
        create(tx, self).await
    }
}

/// Adds an endpoint, and answers with its secret: the only time that it is shown. It is told of what happens from now
/// on.
async fn create(tx: &mut Tx, command: &CreateWebhook) -> Result<(WebhookId, Option<String>)> {
    manage(tx.actor())?;
    tx.lock_organisation().await?;
    let mut problems = Problems::default();
    let id = match problems.take(tx.claim(command.new_id, command).await)? {
        Some(Claim::Repeated(id)) => return Ok((id, None)),
        Some(Claim::Fresh(id)) => id,
        None => tx.new_id(), // it is refused, and all else is told too
    };
    let fields = checked(tx, &command.fields, &mut problems).await?;
    if store::count(tx.conn()).await? >= MOST as u64 {
        problems.push(Problem::LimitReached { what: "webhooks", limit: MOST }.refused());
    }
    problems.check()?;
    let secret = new_secret()?;
    let row = fields.apply(blank(tx, id, secret.clone()).await?);
    audit::note(tx, audit::Kind::WebhookCreated, id, changed::created(tx, &row).await?).await?;
    store::insert(tx.conn(), row).await?;
    Ok((id, Some(secret)))
}

async fn blank(tx: &Tx, id: WebhookId, secret: String) -> Result<webhook::Model> {
    let nobody = MemberId::from_uuid(id.uuid());
    Ok(webhook::Model {
        id,
        name: String::new(),
        url: String::new(),
        process_ids: None,
        kinds: None,
        member_id: nobody,
        document: None,
        secret: Secret(secret),
        old_secret: None,
        old_secret_until: None,
        created_at: tx.now(),
        position: event::store::last(tx.conn()).await?.position,
        not_before: None,
        told_at: None,
        stop: None,
        stopped_at: None,
    })
}

/// 256 random bits.
fn new_secret() -> Result<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|cause| Error::Internal(Box::new(cause)))?;
    Ok(signature::secret(&bytes))
}

/// Saying something else of an endpoint.
#[derive(Clone, Debug)]
pub struct UpdateWebhook {
    /// Which.
    pub webhook_id: WebhookId,
    /// What.
    pub fields: Fields,
    /// Whether anything is sent to it; left out, that stays as it is.
    pub is_active: Option<bool>,
}

impl Command for UpdateWebhook {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        update(tx, self).await
    }
}

async fn update(tx: &mut Tx, command: &UpdateWebhook) -> Result<()> {
    let held = held(tx, command.webhook_id).await;
    let mut problems = Problems::default();
    if matches!(&held, Err(error) if !error.is_not_found()) {
        return held.map(drop);
    }
    let fields = checked(tx, &command.fields, &mut problems).await?;
    let row = held.map_err(|error| also(error, std::mem::take(&mut problems).into_refusals()))?;
    problems.check()?;
    let before = row.clone();
    let row = fields.apply(row);
    let row = match command.is_active {
        Some(is_active) => switched(tx, row, is_active),
        None => row,
    };
    if row == before {
        return Ok(());
    }
    let told = changed::changed(tx, &before, &row).await?;
    audit::note(tx, audit::Kind::WebhookChanged, row.id, told).await?;
    store::update(tx.conn(), row).await
}

/// It goes on from where it stopped.
fn switched(tx: &Tx, row: webhook::Model, is_active: bool) -> webhook::Model {
    match (is_active, row.stop) {
        (true, _) => webhook::Model { stop: None, stopped_at: None, not_before: None, ..row },
        (false, None) => {
            webhook::Model { stop: Some(Stop::Paused), stopped_at: Some(tx.now()), ..row }
        }
        (false, Some(_)) => row,
    }
}

/// Removing an endpoint, with all that is known of its deliveries.
#[derive(Clone, Copy, Debug)]
pub struct DeleteWebhook {
    /// Which.
    pub webhook_id: WebhookId,
}

impl Command for DeleteWebhook {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let row = held(tx, self.webhook_id).await?;
        audit::note(tx, audit::Kind::WebhookDeleted, row.id, changed::named(&row)).await?;
        store::delete(tx.conn(), row.id).await
    }
}

/// Replacing what signs: for a day the old secret signs, too.
#[derive(Clone, Copy, Debug)]
pub struct RotateWebhookSecret {
    /// Of which.
    pub webhook_id: WebhookId,
}

impl Command for RotateWebhookSecret {
    type Output = String;

    async fn run(&self, tx: &mut Tx) -> Result<String> {
        let row = held(tx, self.webhook_id).await?;
        let secret = new_secret()?;
        let told = changed::named(&row);
        audit::note(tx, audit::Kind::WebhookSecretRotated, row.id, told).await?;
        let row = webhook::Model {
            old_secret: Some(row.secret),
            old_secret_until: Some(tx.now() + OVERLAP),
            secret: Secret(secret.clone()),
            ..row
        };
        store::update(tx.conn(), row).await?;
        Ok(secret)
    }
}

/// An endpoint, locked, for whoever may change it.
pub(super) async fn held(tx: &Tx, id: WebhookId) -> Result<webhook::Model> {
    manage(tx.actor()).map_err(|error| error.about(id))?;
    let unseen = || Problem::NotFound { kind: "webhook" }.at("webhookId").about(id).into();
    store::keep(tx.conn(), id).await?.ok_or_else(unseen)
}
