//! A notification as a mail: subject, plain text and HTML. Pure.

use entity::{Timestamp, ids::MailId, notification::Kind};

use crate::{
    language::{Language, Message},
    notification::text,
    text::one_line,
};

/// What a mail tells of.
#[derive(Clone, Debug)]
pub struct Story {
    /// Of what.
    pub kind: Kind,
    /// Whether a task of the member's follows from it, or is what it tells of.
    pub has_task: bool,
    /// Who did it; none when the system did.
    pub actor: Option<String>,
    /// The action that was done, or the task that was given.
    pub what: Option<String>,
    /// What the deal is called.
    pub deal: String,
    /// Where the deal is shown.
    pub link: String,
    /// What the recipient reads.
    pub language: Language,
}

/// A mail that is ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// When it was written.
    pub date: Timestamp,
    /// What stays the same at every attempt: by it, mail programs recognise a mail that came twice.
    pub message_id: String,
    /// The name and the address of the recipient.
    pub to: (String, String),
    /// One line.
    pub subject: String,
    /// The text.
    pub text: String,
    /// What the text says, in HTML.
    pub html: String,
}

/// The subject, the text and the HTML.
pub fn compose(story: &Story) -> (String, String, String) {
    let actor = story.actor.as_deref();
    let summary =
        text::summary((story.kind, story.has_task), actor, story.what.as_deref(), &story.deal);
    // Nothing that people wrote begins another header, or turns what others read after it.
    let language = story.language;
    let summary = one_line(&summary.text(language));
    let subject = summary.trim_end_matches('.').to_owned();
    let link = &story.link;
    let why = Message::of("mail-why").text(language);
    let text = format!("{summary}\n\n{link}\n\n-- \n{why}\n");
    let (summary, link, why) = (escape(&summary), escape(link), escape(&why));
    let tag = language.tag();
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"{tag}\"><head><meta charset=\"utf-8\"><title>{summary}</title></head><body>\n\
         <p>{summary}</p>\n<p><a href=\"{link}\">{link}</a></p>\n<p><small>{why}</small></p>\n</body></html>\n"
    );
    (subject, text, html)
}

/// The link to a deal, by the operator's template.
pub fn link(template: &str, deal: impl ToString) -> String {
    template.replace("{id}", &deal.to_string())
}

/// `<mail_…@host>`: unique in the world, and the same for ever.
pub fn message_id(mail: MailId, public_url: &str) -> String {
    format!("<{mail}@{}>", host(public_url))
}

/// The host that people reach the server at.
pub fn host(public_url: &str) -> String {
    let rest = public_url.split_once("://").map_or(public_url, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => format!("ipv6-{}", address.replace(':', "-")),
        None => host.split(':').next().unwrap_or_default().to_owned(),
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    if host.is_empty() || !host.chars().all(plain) { "waypost.invalid".to_owned() } else { host }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn story(deal: &str) -> Story {
        let link = link("https://crm.example.org/deals/{id}", "deal_1");
        let (actor, what) = (Some("Olga".into()), Some("Call".into()));
        let (kind, has_task, deal) = (Kind::ActionCompleted, false, deal.into());
        Story { kind, has_task, actor, what, deal, link, language: Language::English }
    }

    #[test]
    fn a_mail_says_what_happened_and_leads_to_the_deal() {
        let (subject, text, html) = compose(&story("Chairs"));
        assert_eq!(subject, "Olga did “Call” for “Chairs”");
        for body in [text, html] {
            assert!(body.contains("Olga did “Call” for “Chairs”."), "{body}");
            assert!(body.contains("https://crm.example.org/deals/deal_1"), "{body}");
        }
    }

    #[test]
    fn a_mail_is_in_the_language_of_its_reader() {
        let (subject, text, html) =
            compose(&Story { language: Language::Polish, ..story("Krzesła") });
        assert_eq!(subject, "Olga: wykonano działanie „Call” w szansie „Krzesła”");
        assert!(text.contains("\n-- \nOtrzymujesz tę wiadomość, bo "), "{text}");
        assert!(html.contains("<html lang=\"pl\">"), "{html}");
    }

    #[test]
    fn what_people_wrote_is_text_and_never_markup_or_a_header() {
        let (subject, _, html) = compose(&story("<b onclick='x'>&\r\nBcc: all@example.org"));
        assert!(!subject.contains(['\r', '\n']), "{subject}");
        assert!(html.contains("&lt;b onclick=&#39;x&#39;&gt;&amp;"), "{html}");
        assert!(!html.contains("<b "), "{html}");
    }

    #[test]
    fn what_people_wrote_turns_and_breaks_nothing() {
        let (subject, text, html) = compose(&story("Chairs\u{202e}\u{2028}\u{85}\u{b}\u{2066}x"));
        assert_eq!(subject, "Olga did “Call” for “Chairs   x”");
        for body in [text, html] {
            assert!(body.contains("Olga did “Call” for “Chairs   x”."), "{body}");
            assert!(!body.contains(crate::text::turns), "{body:?}");
        }
    }

    #[test]
    fn a_message_id_ends_with_the_host_of_the_server() {
        let hosts = [
            ("https://sales.example.org/crm", "sales.example.org"),
            ("http://127.0.0.1:8000", "127.0.0.1"),
            ("http://[::1]:8000", "ipv6---1"),
            ("https://spółka.pl", "waypost.invalid"),
        ];
        for (url, expected) in hosts {
            assert_eq!(host(url), expected);
        }
    }
}
