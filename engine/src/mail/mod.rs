//! Mail about notifications: written with them, sent later, at least once. A mail server that is down
//! delays mail and nothing else.

use std::fmt;

use chrono::TimeDelta;
use domain::{
    notification::text,
    policy::{self, Actor, Permission, Subject},
    refusal::Problem,
};
use entity::{
    ids::{DealId, MailId},
    mail::{self, State},
    notification,
};
use lettre::message::Mailbox;

use crate::{
    command::Command,
    error::{Problems, Result},
    tx::Tx,
};

pub mod find;
pub mod outbox;
pub mod send;
mod store;

pub use domain::mail::{backoff, compose};

pub use outbox::{run, run_due};

use backoff::Patience;
use compose::{Letter, Story};
use send::Outcome;

/// On whose behalf mail is sent.
pub const POSTMAN: Actor = Actor::System("mail");

/// How long whoever took mails to send has for it; then others may.
const LEASE: TimeDelta = TimeDelta::minutes(15);

/// How mail goes out.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The mail server.
    pub smtp: SmtpUrl,
    /// Whom mail is from.
    pub from: Mailbox,
    /// Where a deal is shown: `{id}` stands for its id.
    pub deal_url: String,
    /// How often and how long a mail is tried.
    pub patience: Patience,
}

/// The URL of a mail server; shown without its password.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpUrl(String);

impl SmtpUrl {
    /// A URL that was checked.
    pub fn new(url: String) -> Self {
        Self(url)
    }

    /// With the password: for connecting only.
    pub fn secret(&self) -> &str {
        &self.0
    }
}

/// Only scheme and host: user names can be secrets too.
impl fmt::Display for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, rest) = self.0.split_once("://").unwrap_or(("smtp", ""));
        let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
        write!(f, "{scheme}://{}", rest.split(['/', '?', '#']).next().unwrap_or_default())
    }
}

impl fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Writes the mails about new notifications in the unit of work that makes them: none where mail is not
/// configured, and none of a kind that the recipient has turned off.
pub async fn enqueue(tx: &Tx, told: &[notification::Model]) -> Result<()> {
    let Some(settings) = &tx.app().settings().mail else { return Ok(()) };
    let members = told.iter().map(|row| row.member_id).collect();
    let muted = store::muted(tx.conn(), members).await?;
    let wants = |row: &&notification::Model| {
        !muted.get(&row.member_id).is_some_and(|muted| text::is_muted(&muted.0, row))
    };
    let mail = |row: &notification::Model| mail::Model {
        id: tx.new_id(),
        notification_id: row.id,
        state: State::Pending,
        attempts: 0,
        created_at: tx.now(),
        next_attempt_at: tx.now(),
        give_up_at: tx.now() + settings.patience.give_up_after,
        finished_at: None,
        last_error: None,
    };
    store::insert(tx.conn(), told.iter().filter(wants).map(mail).collect()).await
}

/// Mails that one server has taken to send.
#[derive(Clone, Debug, Default)]
pub struct Claimed {
    /// How many were due.
    pub due: usize,
    /// Those that are still wanted, ready to be sent.
    pub letters: Vec<Letter>,
}

/// Taking mails that are due.
#[derive(Clone, Copy, Debug)]
pub struct ClaimMail {
    /// How many at most.
    pub limit: u64,
}

impl Command for ClaimMail {
    type Output = Claimed;

    async fn run(&self, tx: &mut Tx) -> Result<Claimed> {
        claim(tx, self.limit).await
    }
}

/// Takes mails that are due: for a while nobody else does. Rights and wishes are judged anew, and what is
/// not allowed or not wanted any more is cancelled.
async fn claim(tx: &mut Tx, limit: u64) -> Result<Claimed> {
    let Some(settings) = tx.app().settings().mail.clone() else { return Ok(Claimed::default()) };
    let due = store::lock_due(tx.conn(), tx.now(), limit).await?;
    let mut claimed = Claimed { due: due.len(), letters: Vec::new() };
    let mut cancelled = Vec::new();
    for found in store::contents(tx.conn(), due).await? {
        if !found.is_wanted {
            cancelled.push(found.mail.id);
            continue;
        }
        let link = compose::link(&settings.deal_url, found.deal_id);
        let story = Story { link, ..found.story };
        claimed.letters.push(letter(tx, &found.mail, found.recipient, &story));
    }
    let taken = claimed.letters.iter().map(|letter| letter.id).collect();
    store::attempt(tx.conn(), taken, tx.now() + LEASE).await?;
    store::cancel(tx.conn(), cancelled, tx.now()).await?;
    Ok(claimed)
}

/// Giving up a mail that is not wanted any more.
#[derive(Clone, Copy, Debug)]
pub struct CancelMail {
    /// The mail.
    pub mail_id: MailId,
}

impl Command for CancelMail {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        cancel(tx, self.mail_id).await
    }
}

/// Gives up a mail that is not wanted any more.
async fn cancel(tx: &mut Tx, id: MailId) -> Result<()> {
    store::cancel(tx.conn(), vec![id], tx.now()).await
}

fn letter(tx: &Tx, mail: &mail::Model, to: (String, String), story: &Story) -> Letter {
    let (subject, text, html) = compose::compose(story);
    let message_id = compose::message_id(mail.id, &tx.app().settings().public_url);
    Letter {
        id: mail.id,
        attempt: mail.attempts + 1,
        date: mail.created_at,
        give_up_at: mail.give_up_at,
        message_id,
        to,
        subject,
        text,
        html,
    }
}

/// An attempt, and what became of it.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// What was sent, or not.
    pub letter: Letter,
    /// What became of it.
    pub outcome: Outcome,
    /// Any number: what spreads the next attempts.
    pub jitter: u16,
}

impl Command for Attempt {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        finish(tx, self).await
    }
}

/// Writes what became of an attempt: sent, tried again later, or given up.
async fn finish(tx: &mut Tx, attempt: &Attempt) -> Result<()> {
    let Attempt { letter, outcome, jitter } = attempt;
    let patience = tx.app().settings().mail.as_ref().map(|mail| mail.patience).unwrap_or_default();
    let failures = letter.attempt.unsigned_abs();
    let next = patience.next((tx.now(), letter.give_up_at), failures, *jitter);
    match (outcome, next) {
        (Outcome::Sent, _) => store::sent(tx.conn(), letter.id, tx.now()).await,
        (Outcome::Later(reason), Some(at)) => store::later(tx.conn(), letter, reason, at).await,
        (Outcome::Later(reason) | Outcome::Never(reason), _) => {
            store::dead(tx.conn(), letter, reason, tx.now()).await
        }
    }
}

/// Which dead letters to send again.
#[derive(Clone, Debug)]
pub enum Retry {
    /// These.
    These(Vec<MailId>),
    /// All.
    All,
}

impl Command for Retry {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        retry(tx, self).await
    }
}

/// Sends dead letters again: as patiently as when they were new. A mail that is not dead stays as it is.
async fn retry(tx: &mut Tx, which: &Retry) -> Result<()> {
    policy::require(tx.actor(), Permission::ManageMail, Subject::Organisation)?;
    let patience = tx.app().settings().mail.as_ref().map(|mail| mail.patience).unwrap_or_default();
    if let Retry::These(ids) = which {
        let known = store::known(tx.conn(), ids).await?;
        let mut problems = Problems::default();
        for (index, id) in ids.iter().enumerate().filter(|(_, id)| !known.contains(id)) {
            let unknown = Problem::NotFound { kind: "mail" }.at(&index.to_string()).at("ids");
            problems.push(unknown.about(id));
        }
        problems.check()?;
    }
    store::revive(tx.conn(), which, (tx.now(), tx.now() + patience.give_up_after)).await
}

/// Whether this member may look after mail; nothing is told to others, not even that there is none.
pub fn manage(actor: &Actor) -> Result<()> {
    policy::require(actor, Permission::ManageMail, Subject::Organisation)?;
    Ok(())
}

/// What a mail to send is made of.
#[derive(Clone, Debug)]
pub struct Content {
    /// The mail.
    pub mail: mail::Model,
    /// The deal it is about.
    pub deal_id: DealId,
    /// The name and the address of whom it goes to.
    pub recipient: (String, String),
    /// Whether it is still allowed and wanted.
    pub is_wanted: bool,
    /// What it tells of; its link is still missing.
    pub story: Story,
}
