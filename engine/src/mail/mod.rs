//! Mail about notifications: written with them, and delivered after the commit.

use std::fmt;

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
use futures_util::FutureExt;
use lettre::message::Mailbox;

use crate::{
    base::{self, Base},
    command::Command,
    delivery::{self, Backoff},
    error::{Problems, Result},
    notification::with_channel,
    tx::Tx,
};

mod channel;
pub mod find;
pub mod send;
pub(crate) mod store;

pub use domain::mail::compose;

pub use channel::run;

use compose::Story;

/// On whose behalf mail is sent.
pub const POSTMAN: Actor = Actor::System("mail");

/// How mail goes out.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// The mail server.
    pub smtp: SmtpUrl,
    /// Whom mail is from.
    pub from: Mailbox,
    /// Where a deal is shown: `{id}` stands for its id.
    pub deal_url: String,
    /// How often and how long a mail is tried.
    pub backoff: Backoff,
}

impl MailSettings {
    /// The settings of a program whose notifications go out by mail, too.
    pub fn add_to(self, all: base::Settings) -> base::Settings {
        with_channel(all, "mail", |tx, rows| enqueue(tx, rows).boxed()).with(self)
    }
}

/// How mail goes out, if it does.
pub fn settings(base: &Base) -> Option<&MailSettings> {
    base.settings().get()
}

fn backoff(base: &Base) -> Backoff {
    settings(base).map(|mail| mail.backoff).unwrap_or_default()
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
async fn enqueue(tx: &Tx, rows: &[notification::Model]) -> Result<()> {
    let Some(settings) = settings(tx.base()) else { return Ok(()) };
    let members = rows.iter().map(|row| row.member_id).collect();
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
        give_up_at: tx.now() + settings.backoff.give_up_after,
        finished_at: None,
        last_error: None,
    };
    store::insert(tx.conn(), rows.iter().filter(wants).map(mail).collect()).await
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
    if let Retry::These(ids) = which {
        let known = store::known(tx.conn(), ids).await?;
        let mut problems = Problems::default();
        for (index, id) in ids.iter().enumerate().filter(|(_, id)| !known.contains(id)) {
            let unknown = Problem::NotFound { kind: "mail" }.at(&index.to_string()).at("ids");
            problems.push(unknown.about(id));
        }
        problems.check()?;
    }
    let which = match which {
        Retry::These(ids) => Some(&ids[..]),
        Retry::All => None,
    };
    let times = (tx.now(), tx.now() + backoff(tx.base()).give_up_after);
    delivery::store::revive::<mail::Entity>(tx.conn(), which, times).await
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
