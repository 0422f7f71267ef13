//! Flags for mail: the mail server, whom mail is from, and where its links lead.

use clap::Args;
use domain::{delivery::Backoff, email, text};
use engine::mail::{MailSettings, SmtpUrl, send::Mailer};
use lettre::message::Mailbox;

use super::{ProblemsFound, PublicUrl};

/// How mail goes out.
#[derive(Args, Clone, Debug)]
pub struct MailArgs {
    /// Mail server for notifications: smtp://USER:PASSWORD@HOST?tls=required (STARTTLS, port 587),
    /// smtps://USER:PASSWORD@HOST (TLS, port 465), or smtp://HOST (neither, port 25); a password that
    /// everybody on the way may read needs ?tls=none [default: no mail]
    #[arg(long, env = "WAYPOST_SMTP_URL", value_name = "URL", hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// Whom mail is from, such as "Waypost <crm@example.org>"; goes with --smtp-url
    #[arg(long, env = "WAYPOST_MAIL_FROM", value_name = "ADDRESS")]
    pub mail_from: Option<String>,
    /// Where your front end shows a deal, for links in mail: {id} stands for the deal's id
    /// [default: its page below --public-url]
    #[arg(long, env = "WAYPOST_DEAL_URL", value_name = "URL")]
    pub deal_url: Option<String>,
}

/// Where the server's own screen shows a deal, for when no front end is named.
const OWN: &str = "/deals/{id}";

/// How mail goes out, checked; where its links lead may still be unknown.
#[derive(Clone, Debug)]
pub struct MailConfig {
    smtp: SmtpUrl,
    from: Mailbox,
    deal_url: Option<String>,
}

impl MailConfig {
    /// The settings of a server that people reach at this URL.
    pub fn settings(self, public_url: &str) -> MailSettings {
        let deal_url = self.deal_url.unwrap_or_else(|| format!("{public_url}{OWN}"));
        let (smtp, from) = (self.smtp, self.from);
        MailSettings { smtp, from, deal_url, backoff: Backoff::default() }
    }
}

impl MailArgs {
    /// How mail goes out: `Some(None)` when it does not, none when something is wrong.
    pub fn check(&self, found: &mut ProblemsFound) -> Option<Option<MailConfig>> {
        let Some(url) = self.smtp_url.as_deref().filter(|url| !url.is_empty()) else {
            return found.keep(self.unused()).map(|()| None);
        };
        let deal_url = found.keep(self.deal_url.as_deref().map(deal_url).transpose());
        let from = found.keep(from(self.mail_from.as_deref()));
        let smtp = found.keep(smtp(url));
        let (smtp, from, deal_url) = (smtp?, from?, deal_url?);
        found.keep(usable(&smtp, &from))?;
        Some(Some(MailConfig { smtp, from, deal_url }))
    }

    /// Without a mail server these flags would do nothing, silently.
    fn unused(&self) -> Result<(), String> {
        let given = |value: &Option<String>| value.as_deref().is_some_and(|text| !text.is_empty());
        if given(&self.mail_from) || given(&self.deal_url) {
            return Err("--mail-from, --deal-url: no mail is sent without --smtp-url. Give it too, or leave these out.".into());
        }
        Ok(())
    }
}

/// The refusal never repeats the URL: it may hold a password.
fn smtp(url: &str) -> Result<SmtpUrl, String> {
    let wrong = |reason: &str| {
        format!(
            "--smtp-url: {reason}. Say for example smtp://user:password@mail.example.org?tls=required."
        )
    };
    let (scheme, rest) = url.split_once("://").unwrap_or_default();
    let scheme = scheme.to_ascii_lowercase();
    if !matches!(scheme.as_str(), "smtp" | "smtps") {
        return Err(wrong("this is no URL of a mail server"));
    }
    let (place, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let (user, host) = match place.rsplit_once('@') {
        Some((user, host)) => (Some(user), host),
        None => (None, place),
    };
    if host.is_empty() || host.starts_with(['/', ':']) {
        return Err(wrong("it names no host"));
    }
    if user.is_some_and(|user| !is_whole(user)) {
        return Err(wrong(
            "it names a user without a password, or the other way round, so nobody could sign in: write user:password@, or leave both out",
        ));
    }
    let tls = tls(parameters).map_err(wrong)?;
    match (scheme.as_str(), tls) {
        ("smtps", Tls::Unsaid | Tls::Required) | ("smtp", Tls::None) => {
            Ok(SmtpUrl::new(format!("{scheme}://{place}")))
        }
        ("smtps", _) => Err(wrong("smtps:// is always TLS: leave tls out, or say smtp://")),
        (_, Tls::Unsaid | Tls::Opportunistic) if user.is_some() => Err(wrong(
            "the password could cross the network for everybody to read: add ?tls=required, or use smtps://; on a network that you trust, say so with ?tls=none",
        )),
        _ => Ok(SmtpUrl::new(format!("{scheme}://{rest}"))),
    }
}

/// Whether it has a user and a password.
fn is_whole(user: &str) -> bool {
    user.split_once(':').is_some_and(|(user, password)| !user.is_empty() && !password.is_empty())
}

/// What a URL says of TLS.
enum Tls {
    Unsaid,
    /// STARTTLS, or nothing is sent.
    Required,
    /// STARTTLS where the server offers it, which somebody between can prevent.
    Opportunistic,
    /// In the clear, a password too.
    None,
}

fn tls(parameters: &str) -> Result<Tls, &'static str> {
    match parameters {
        "" => Ok(Tls::Unsaid),
        "tls=required" => Ok(Tls::Required),
        "tls=opportunistic" => Ok(Tls::Opportunistic),
        "tls=none" => Ok(Tls::None),
        _ => Err(
            "after “?” comes tls=required, tls=opportunistic or tls=none, and nothing else; in a password, write %3F for “?”",
        ),
    }
}

fn from(address: Option<&str>) -> Result<Mailbox, String> {
    let example = "Say for example --mail-from \"Waypost <crm@example.org>\".";
    let Some(address) = address else {
        return Err(format!("--mail-from: mail needs an address that it is from. {example}"));
    };
    email::sender(address).map_err(|why| {
        let address = text::quoted(address);
        format!("--mail-from: {address} is no address that mail can be from. {why} {example}")
    })
}

fn deal_url(url: &str) -> Result<String, String> {
    let rest = url.split_once("{id}").map(|(before, _)| before);
    match rest.map(str::parse::<PublicUrl>) {
        Some(_)
            if !url.contains(|c: char| c.is_whitespace() || c.is_control())
                && (url.starts_with("https://") || url.starts_with("http://")) =>
        {
            Ok(url.to_owned())
        }
        _ => Err(format!(
            "--deal-url: “{url}” leads to no deal. Say for example https://crm.example.org/deals/{{id}}."
        )),
    }
}

/// Whether the mail client can make something of it.
fn usable(smtp: &SmtpUrl, from: &Mailbox) -> Result<(), String> {
    let made = Mailer::new(smtp, from, "http://localhost");
    made.map(drop).map_err(|cause| {
        format!("--smtp-url: {smtp} cannot be used: {cause}. Say for example smtps://user:password@mail.example.org.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(smtp: &str, from: Option<&str>, deal: Option<&str>) -> Result<String, String> {
        let own = |text: Option<&str>| text.map(str::to_owned);
        let args =
            MailArgs { smtp_url: Some(smtp.into()), mail_from: own(from), deal_url: own(deal) };
        let mut found = ProblemsFound::default();
        let checked = args.check(&mut found).flatten();
        checked
            .map(|mail| format!("{:?}", mail.settings("https://a.example")))
            .ok_or(found.0.join("\n"))
    }

    // The pool of connections wants a runtime around it.
    #[tokio::test]
    async fn mail_is_configured_whole_or_not_at_all() {
        let shown = check(
            "smtp://ann:se:cr@t@mail.example.org?tls=required",
            Some("A <a@b.example>"),
            None,
        );
        let shown = shown.unwrap();
        assert!(shown.contains("smtp://mail.example.org"), "{shown}");
        assert!(!shown.contains("cr@t") && !shown.contains("se:"), "{shown}");
        assert!(shown.contains("https://a.example/deals/{id}"), "{shown}");
        let none = MailArgs { smtp_url: None, mail_from: None, deal_url: None };
        assert!(none.check(&mut ProblemsFound::default()).is_some_and(|mail| mail.is_none()));
        let (mut alone, mut found) = (none, ProblemsFound::default());
        alone.mail_from = Some("a@b.example".to_owned());
        assert!(alone.check(&mut found).is_none() && found.0.len() == 1, "{found:?}");
    }

    // The pool of connections wants a runtime around it.
    #[tokio::test]
    async fn everything_wrong_is_said_at_once_and_no_password_with_it() {
        let problems = check("ftp://ann:secret@h", None, Some("https://crm/deals")).unwrap_err();
        assert_eq!(problems.lines().count(), 3, "{problems}");
        for url in [
            "smtp://",
            "smtp://ann:secret@h?tls=perhaps",
            "smtp://ann:sec?ret@h",
            "smtps://ann:secret@h?tls=none",
        ] {
            let problem = check(url, Some("a@b.example"), None).unwrap_err();
            assert!(!problem.contains("sec"), "{problem}");
        }
        assert!(check("smtp://h", Some("nobody"), None).is_err());
    }

    // The pool of connections wants a runtime around it.
    #[tokio::test]
    async fn a_password_goes_in_the_clear_only_where_the_url_says_so() {
        let sent = |url: &str| check(url, Some("a@b.example"), None);
        for refused in [
            "smtp://ann:secret@mail.example.org",
            "smtp://ann:secret@mail.example.org:587/",
            "smtp://ann:secret@mail.example.org?tls=opportunistic",
            "smtp://ann:secret@localhost",
            "smtp://ann:secret@127.0.0.1:2525",
            "smtp://ann:secret@[::1]",
            "SMTP://ann:secret@mail.example.org",
            "smtp://ann:tls=required@mail.example.org",
            "smtp://ann:secret@mail.example.org?tls=opportunistic&tls=required",
        ] {
            let problem = sent(refused).unwrap_err();
            assert!(
                problem.contains("tls=none") && !problem.contains("ann"),
                "{refused}: {problem}"
            );
        }
        for taken in [
            "smtp://ann:secret@mail.example.org?tls=required",
            "smtp://ann:secret@mail.example.org?tls=none",
            "smtp://ann:secret@[::1]:2525?tls=none",
            "smtps://ann:secret@mail.example.org",
            "smtps://ann:secret@mail.example.org?tls=required",
            "smtp://mail.example.org",
            "smtp://mail.example.org?tls=opportunistic",
            "SMTP://mail.example.org",
            "SMTPS://ann:secret@mail.example.org",
            "Smtp://ann:secret@mail.example.org?tls=required",
        ] {
            assert!(sent(taken).is_ok(), "{taken}: {:?}", sent(taken));
        }
        for half in [
            "smtp://ann@mail.example.org",
            "smtp://ann:@mail.example.org?tls=none",
            "smtps://:secret@mail.example.org",
            "smtp://@mail.example.org",
        ] {
            let problem = sent(half).unwrap_err();
            assert!(problem.contains("user:password@"), "{half}: {problem}");
            assert!(!problem.contains("ann") && !problem.contains("tls=none"), "{problem}");
        }
    }
}
