//! Handing mail to the mail server, with the crate `lettre`: one pool of connections.

use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::email;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::{self, AsyncSmtpTransportBuilder, PoolConfig, extension::ClientId},
};

use super::{
    SmtpUrl,
    compose::{self, Letter},
};
use crate::delivery::Outcome;

/// How many mails are on their way at once.
pub const PARALLEL: usize = 8;

/// How long the mail server may take for one mail. `lettre` bounds only the connecting.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long it may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(5);

/// The way to the mail server.
pub struct Mailer {
    builder: AsyncSmtpTransportBuilder,
    transport: Mutex<(u64, Transport)>,
    from: Mailbox,
    patience: Duration,
}

type Transport = AsyncSmtpTransport<Tokio1Executor>;

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mailer from {}", self.from)
    }
}

impl Mailer {
    /// The way to this mail server; it connects when there is something to send.
    pub fn new(url: &SmtpUrl, from: &Mailbox, public_url: &str) -> Result<Self, smtp::Error> {
        let pool = PoolConfig::new().max_size(u32::try_from(PARALLEL).unwrap_or(1));
        let builder = Transport::from_url(url.secret())?
            .hello_name(ClientId::Domain(compose::host(public_url)))
            .timeout(Some(PATIENCE))
            .pool_config(pool);
        let transport = Mutex::new((0, builder.clone().build()));
        Ok(Self { builder, transport, from: from.clone(), patience: PATIENCE })
    }

    /// A sender that waits so long for each mail.
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Hands one mail over.
    pub async fn send(&self, letter: &Letter) -> Outcome {
        let message = match self.message(letter) {
            Ok(message) => message,
            Err(reason) => return Outcome::Never(reason),
        };
        let (number, transport) = self.current().clone();
        match tokio::time::timeout(self.patience, transport.send(message)).await {
            Ok(Ok(_)) => Outcome::Sent,
            Ok(Err(error)) if is_final(&error) => Outcome::Never(reason(&error)),
            Ok(Err(error)) => Outcome::Later(reason(&error)),
            Err(_) => {
                self.give_up(number);
                Outcome::Later("the mail server did not answer in time".to_owned())
            }
        }
    }

    fn current(&self) -> MutexGuard<'_, (u64, Transport)> {
        self.transport.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins with new connections. The one that was waited for in vain goes back to its pool, and its
    /// late answer would be taken for the answer to the next mail.
    fn give_up(&self, number: u64) {
        let mut current = self.current();
        if current.0 != number {
            return;
        }
        let next = (number + 1, self.builder.clone().build());
        let (_, old) = std::mem::replace(&mut *current, next);
        tokio::spawn(async move {
            let _ = tokio::time::timeout(GOODBYE, old.shutdown()).await;
        });
    }

    fn message(&self, letter: &Letter) -> Result<Message, String> {
        let (name, address) = &letter.to;
        let to = email::recipient(name, address)?;
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        Message::builder()
            .message_id(Some(letter.message_id.clone()))
            .date(letter.date.into())
            .from(self.from.clone())
            .to(to)
            .subject(letter.subject.clone())
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
            .multipart(MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone()))
            .map_err(|cause| cause.to_string())
    }
}

/// Whether the mail server will never take this mail: also where it does not know the letters of the address. That it does not let us in (530 to 538) is a matter
/// of the configuration, and no fault of the mail.
fn is_final(error: &smtp::Error) -> bool {
    let code = error.status().map_or(0, u16::from);
    let cannot_be_named = error.is_client() && reason(error).contains("SMTPUTF8");
    cannot_be_named || error.is_permanent() && !(530..=538).contains(&code)
}

/// What went wrong, short enough to be kept.
fn reason(error: &smtp::Error) -> String {
    let mut text = error.to_string();
    if let Some(cause) = std::error::Error::source(error) {
        let cause = cause.to_string();
        if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text.replace('\0', " ").chars().take(500).collect()
}
