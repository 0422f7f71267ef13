//! Mail as a channel of deliveries: what is sent, whether it is still wanted, and how it goes.

use std::collections::HashMap;

use domain::policy::Actor;
use entity::{ids::MailId, mail};
use sea_orm::ConnectionTrait;

use super::{
    Content, POSTMAN,
    compose::{self, Letter, Story},
    send::{self, Mailer},
    settings, store,
};
use crate::{
    app::App,
    base::Base,
    delivery::{self, Backoff, Channel, News, Outcome},
    error::{Error, Result},
};

impl Channel for Mailer {
    type Table = mail::Entity;
    type Message = Letter;

    const ACTOR: Actor = POSTMAN;
    const PARALLEL: usize = send::PARALLEL;

    fn backoff(base: &Base) -> Backoff {
        super::backoff(base)
    }

    async fn compose<C: ConnectionTrait>(
        base: &Base,
        conn: &C,
        rows: Vec<mail::Model>,
    ) -> Result<HashMap<MailId, Letter>> {
        let settings = settings(base).ok_or_else(|| Error::bug("mail is not configured"))?;
        let contents = store::contents(conn, rows).await?.into_iter();
        let wanted = contents.filter(|found| found.is_wanted);
        let letters = wanted.map(|found| {
            let link = compose::link(&settings.deal_url, found.deal_id);
            (found.mail.id, letter(base, found, link))
        });
        Ok(letters.collect())
    }

    async fn send(&self, letter: &Letter) -> Outcome {
        Mailer::send(self, letter).await
    }

    fn log(news: &News<'_>) {
        match news {
            News::Parked(mail, reason) => {
                tracing::warn!(target: "waypost::mail::outbox", %mail, %reason, "a mail cannot be delivered: an administrator finds it among the dead letters");
            }
            News::Stuck(reason) => {
                tracing::warn!(target: "waypost::mail::outbox", %reason, "mail does not go out; it is kept and tried again");
            }
            News::Flows => {
                tracing::info!(target: "waypost::mail::outbox", "mail goes out again");
            }
        }
    }
}

fn letter(base: &Base, found: Content, link: String) -> Letter {
    let (subject, text, html) = compose::compose(&Story { link, ..found.story });
    Letter {
        date: found.mail.created_at,
        message_id: compose::message_id(found.mail.id, &base.settings().public_url),
        to: found.recipient,
        subject,
        text,
        html,
    }
}

/// Sends mail until the server stops; where mail is not configured, it returns.
pub async fn run(app: App) {
    let Some(settings) = settings(&app) else { return };
    match Mailer::new(&settings.smtp, &settings.from, &app.settings().public_url) {
        Ok(mailer) => delivery::run(app, mailer).await,
        Err(error) => {
            tracing::error!(target: "waypost::mail::outbox", %error, "mail cannot be sent");
        }
    }
}
