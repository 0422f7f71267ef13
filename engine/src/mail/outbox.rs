//! Sending what is due, until the server stops.

use std::time::Duration;

use futures_util::{StreamExt, stream};

use super::{
    Attempt, CancelMail, ClaimMail, POSTMAN,
    compose::Letter,
    send,
    send::{Mailer, Outcome},
    store,
};
use crate::{app::App, error::Result};

/// How many mails are taken at once: with patience for each step, they are gone within the lease.
const BATCH: u64 = 50;
/// How long a new mail waits at most until somebody looks.
const POLL: Duration = Duration::from_secs(1);

/// What one look led to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// How many mails were due.
    pub due: usize,
    /// How many of them the mail server took.
    pub sent: usize,
    /// What went wrong with one that is tried again.
    pub trouble: Option<String>,
}

/// Sends what is due now: at most one batch. Nothing is locked while the mail server is waited for.
pub async fn run_due(app: &App, mailer: &Mailer) -> Result<Round> {
    if !store::is_due(app.db().reader(), app.clock().now()).await? {
        return Ok(Round::default());
    }
    let claimed = app.write(POSTMAN, ClaimMail { limit: BATCH }).await?;
    let mut round = Round { due: claimed.due, ..Round::default() };
    let sending = claimed.letters.into_iter().map(|letter| deliver(app, mailer, letter));
    let mut sending = stream::iter(sending).buffer_unordered(send::PARALLEL);
    let mut fault = Ok(());
    // To the end whatever happens: a mail dropped in the middle would leave its answer in the connection,
    // and the next one would take it for its own.
    while let Some(outcome) = sending.next().await {
        match outcome {
            Ok(Some(Outcome::Sent)) => round.sent += 1,
            Ok(Some(Outcome::Later(reason))) => round.trouble = Some(reason),
            Ok(Some(Outcome::Never(_)) | None) => {}
            Err(error) => fault = Err(error),
        }
    }
    fault.map(|()| round)
}

/// Sends a mail that was taken, unless it waited here until it was not allowed or not wanted any more
/// (rules 17 and 19): then nothing comes of it.
pub async fn deliver(app: &App, mailer: &Mailer, letter: Letter) -> Result<Option<Outcome>> {
    if !store::is_wanted(app.db().reader(), letter.id).await? {
        app.write(POSTMAN, CancelMail { mail_id: letter.id }).await?;
        return Ok(None);
    }
    let outcome = mailer.send(&letter).await;
    if let Outcome::Never(reason) = &outcome {
        tracing::warn!(target: "waypost::mail::outbox", mail = %letter.id, %reason, "a mail cannot be delivered: an administrator finds it among the dead letters");
    }
    let mut bytes = [0; 2];
    let _ = getrandom::fill(&mut bytes);
    let jitter = u16::from_be_bytes(bytes);
    let attempt = Attempt { letter, outcome: outcome.clone(), jitter };
    app.write(POSTMAN, attempt).await?;
    Ok(Some(outcome))
}

/// Sends mail until the server stops; what is on its way then is finished first.
pub async fn run(app: App) {
    let Some(settings) = app.settings().mail.clone() else { return };
    let mailer = match Mailer::new(&settings.smtp, &settings.from, &app.settings().public_url) {
        Ok(mailer) => mailer,
        Err(error) => {
            tracing::error!(target: "waypost::mail::outbox", %error, "mail cannot be sent");
            return;
        }
    };
    let mut stopping = app.bus().stopping();
    let mut trouble = Trouble::default();
    while !*stopping.borrow() {
        let more = match run_due(&app, &mailer).await {
            Ok(round) => trouble.after(&round),
            Err(error) => trouble.is(&error.to_string()),
        };
        if more {
            continue;
        }
        tokio::select! {
            _ = stopping.changed() => {}
            () = tokio::time::sleep(POLL) => {}
        }
    }
}

/// Whether mail is in trouble: told once when it begins, and once when it ends.
#[derive(Default)]
struct Trouble(bool);

impl Trouble {
    /// Whether to look again at once: a mail server in trouble is left alone for a moment.
    fn after(&mut self, round: &Round) -> bool {
        match &round.trouble {
            Some(reason) => {
                self.is(reason);
            }
            None if round.sent > 0 && std::mem::take(&mut self.0) => {
                tracing::info!(target: "waypost::mail::outbox", "mail goes out again");
            }
            None => {}
        }
        round.due > 0 && round.trouble.is_none()
    }

    fn is(&mut self, reason: &str) -> bool {
        if !std::mem::replace(&mut self.0, true) {
            tracing::warn!(target: "waypost::mail::outbox", %reason, "mail does not go out; it is kept and tried again");
        }
        false
    }
}
