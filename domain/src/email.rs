//! E-mail addresses: what mail can go to, and when two are the same. Pure.
//!
//! `lettre`, which sends the mail, decides what an address is; what it lets through and no mail server takes
//! is refused here as well.

use std::net::IpAddr;

use idna::{AsciiDenyList, domain_to_ascii_cow, domain_to_unicode};
use lettre::{Address, address::AddressError, message::Mailbox};

use crate::{
    language::{Language, Message},
    refusal::Refusal,
    text::{self, invalid},
};

/// The longest address that a mail server must take, in bytes (RFC 5321: a path of 256, with its brackets).
const LONGEST: usize = 254;
/// What the name of a host cannot have, besides spaces. An underscore is in some that people use.
const NEVER_IN_A_HOST: AsciiDenyList = AsciiDenyList::new(true, "!\"#$%&'()*+,/:;<=>?@[\\]^`{|}~");

/// One address as `name@example.org`, without the spaces around it, or what is wrong with it.
pub fn checked(given: &str) -> Result<String, Refusal> {
    let email = text::composed(given.trim());
    match fault(&email) {
        Some(fault) => Err(invalid(Message::of("email-malformed").with("fault", fault))),
        None => Ok(email),
    }
}

/// How an address is compared and searched: whatever its case, and the host in the letters of its people,
/// however it is written. What is no address is compared as any text.
pub fn key(email: &str) -> String {
    let email = email.trim();
    match email.rsplit_once('@').map(|(user, domain)| (user, host(domain))) {
        Some((user, Some(host))) => format!("{}@{}", text::key(user), domain_to_unicode(&host).0),
        _ => text::key(email),
    }
}

/// Whom a mail goes to. The host is written as every mail server knows it.
///
/// Fails for an address that mail cannot go to: one that was written when less was refused.
pub fn recipient(name: &str, email: &str) -> Result<Mailbox, String> {
    let wrong =
        |why: &str| format!("{} is no address that mail can go to: {why}", text::quoted(email));
    let said = |fault: Message| fault.text(Language::English);
    let email = checked(email).map_err(|_| wrong(&fault(email).map(said).unwrap_or_default()))?;
    let (user, domain) = email.rsplit_once('@').ok_or_else(|| wrong("it has no @"))?;
    let domain = host(domain).unwrap_or_else(|| domain.to_owned());
    let address = Address::new(user, domain).map_err(|cause| wrong(&cause.to_string()))?;
    Ok(Mailbox::new(Some(text::one_line(name)), address))
}

/// Whom mail is from: one address, alone or in brackets after a name.
pub fn sender(given: &str) -> Result<Mailbox, String> {
    let given = given.trim();
    let (name, email) = match given.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
        Some((name, email)) => (name.trim(), email),
        None => ("", given),
    };
    let email = checked(email).map_err(|refusal| refusal.problem.message(Language::English))?;
    if name.contains(|letter| text::breaks(letter) || text::turns(letter)) {
        return Err(
            "The name before the address is one line of text that does not turn.".to_owned()
        );
    }
    let mailbox: Mailbox = given.parse().map_err(|cause: AddressError| format!("{cause}."))?;
    // The parser stops after the first address, and is silent about the rest.
    if mailbox.email.as_ref() != email {
        return Err("Give one address; this looks like several.".to_owned());
    }
    recipient(mailbox.name.as_deref().unwrap_or_default(), &email)
        .map(|to| Mailbox { name: mailbox.name, ..to })
}

/// The name of a host as mail servers know it: small ASCII letters.
fn host(domain: &str) -> Option<String> {
    domain_to_ascii_cow(domain.as_bytes(), NEVER_IN_A_HOST).ok().map(std::borrow::Cow::into_owned)
}

/// What is wrong with an address, as a sentence.
fn fault(email: &str) -> Option<Message> {
    unseen(email).or_else(|| several(email)).or_else(|| refused(email))
}

/// What cannot be read cannot be corrected: it is named by its number.
fn unseen(email: &str) -> Option<Message> {
    let odd = |letter: &char| {
        text::breaks(*letter) || text::turns(*letter) || text::is_ignorable(*letter)
    };
    let found = email.chars().find(odd)?;
    Some(Message::of("email-unseen").with("character", text::code_point(found)))
}

/// What people write around an address, or between two.
fn several(email: &str) -> Option<Message> {
    let is_link = email.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("mailto:"));
    let fault = if email.is_empty() {
        Message::of("email-empty")
    } else if is_link {
        Message::of("email-link")
    } else if email.contains(['<', '>']) {
        Message::of("email-with-name")
    } else if email.contains("@@") {
        Message::of("email-at-twice")
    } else if email.contains([',', ';']) || email.matches('@').count() > 1 {
        Message::of("email-several")
    } else if email.contains(char::is_whitespace) {
        Message::of("email-with-space")
    } else {
        return None;
    };
    Some(fault)
}

/// What mail servers refuse.
fn refused(email: &str) -> Option<Message> {
    let fault = match email.parse::<Address>() {
        Err(AddressError::MissingParts) => Message::of("email-without-at"),
        Err(AddressError::InvalidUser) => Message::of("email-user"),
        Err(_) => Message::of("email-host"),
        Ok(address) if !is_reachable(address.domain()) => Message::of("email-host"),
        Ok(_) if email.len() > LONGEST => Message::of("email-too-long"),
        Ok(_) => return None,
    };
    Some(fault)
}

/// The name of a host, or the number of one in brackets.
fn is_reachable(domain: &str) -> bool {
    let literal = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let Some(literal) = literal else { return host(domain).is_some() };
    let number = literal.strip_prefix("IPv6:").unwrap_or(literal);
    number.parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(wrong: &str) -> String {
        let refused = checked(wrong).expect_err(wrong).problem.message(Language::English);
        assert!(
            refused.starts_with("An e-mail address looks like name@example.org. "),
            "{refused}"
        );
        refused
    }

    #[test]
    fn what_a_mail_server_takes_is_an_address() {
        for fine in [
            "ann@example.org",
            "Ann.O'Neil+crm@Example.ORG",
            "łucja@example.org",
            "ann@münchen.example",
            "ann@xn--mnchen-3ya.example",
            "ann@localhost",
            "ann@my_domain.example",
            "ann@[192.0.2.1]",
            "ann@[IPv6:2001:db8::1]",
            "x@r3---sn.example.org",
        ] {
            assert_eq!(checked(fine), Ok(fine.to_owned()));
            assert!(recipient("Ann", fine).is_ok(), "{fine}");
        }
        assert_eq!(checked(" ann@example.org\t"), Ok("ann@example.org".to_owned()));
    }

    #[test]
    fn what_no_mail_server_takes_is_none_and_it_is_said_why() {
        for (wrong, why) in [
            ("", "empty"),
            (" \t", "empty"),
            ("ann", "no @"),
            ("ann@", "after the @"),
            ("@example.org", "before the @"),
            ("ann@@example.org", "two in a row"),
            ("ann@example.org@example.org", "several"),
            ("ann@example.org,bob@example.org", "several"),
            ("ann@example.org bob@example.org", "several"),
            ("ann@example.org;", "several"),
            ("mailto:ann@example.org", "mailto:"),
            ("MAILTO:ann@example.org", "mailto:"),
            ("Ann <ann@example.org>", "without a name"),
            ("<ann@example.org>", "without a name"),
            ("ann@example.org>", "without a name"),
            ("ann (work)@example.org", "space"),
            ("an n@example.org", "space"),
            ("an\u{a0}n@example.org", "space"),
            ("ann\u{200b}@example.org", "U+200B"),
            ("ann@exam\u{ad}ple.org", "U+00AD"),
            ("\u{feff}ann@example.org", "U+FEFF"),
            ("ann\u{202e}@example.org", "U+202E"),
            ("ann\u{2066}@example.org", "U+2066"),
            ("ann@exam\u{fe0f}ple.org", "U+FE0F"),
            ("ann\n@example.org", "U+000A"),
            ("ann\0@example.org", "U+0000"),
            ("ann@example\u{2028}.org", "U+2028"),
            (".ann@example.org", "before the @"),
            ("ann.@example.org", "before the @"),
            ("an..n@example.org", "before the @"),
            ("ann(work)@example.org", "before the @"),
            ("ann:x@example.org", "before the @"),
            ("ann\\x@example.org", "before the @"),
            ("\"ann@example.org", "before the @"),
            ("ann@example..org", "after the @"),
            ("ann@.example.org", "after the @"),
            ("ann@example.org.", "after the @"),
            ("ann@-example.org", "after the @"),
            ("ann@exa!mple.org", "after the @"),
            ("ann@example/org", "after the @"),
            ("ann@[example]", "after the @"),
            ("ann@[]", "after the @"),
            ("ann@xn--zzzzzzzzz-.org", "after the @"),
            ("ann@2001:db8::1", "after the @"),
        ] {
            assert!(message(wrong).contains(why), "{wrong:?}: {}", message(wrong));
            assert!(recipient("Ann", wrong).is_err() || wrong.trim() != wrong, "{wrong:?}");
        }
        let user = "u".repeat(64);
        assert!(message(&format!("{user}u@example.org")).contains("before the @"));
        let long = [&"d".repeat(60)[..]; 4].join(".");
        assert!(message(&format!("{user}@{long}")).contains("longer"));
    }

    #[test]
    fn addresses_are_the_same_whatever_their_case_and_script_of_the_host() {
        for (one, other) in [
            ("Ann@Example.ORG", " ann@example.org "),
            ("ŁUCJA@example.org", "łucja@example.org"),
            ("ann@MÜNCHEN.example", "ann@xn--mnchen-3ya.example"),
            ("ann@ｅxample.org", "ann@example.org"),
            ("Not an address", "not an  ADDRESS"),
            ("a@b@C", "A@b@c"),
        ] {
            assert_eq!(key(one), key(other));
            assert_eq!(key(&key(one)), key(one));
        }
        assert_ne!(key("ann@straße.example"), key("ann@strasse.example"));
        assert_ne!(key("ann@example.org"), key("an.n@example.org"));
    }

    #[test]
    fn a_mail_goes_to_a_host_as_every_server_knows_it_and_a_name_that_does_not_turn() {
        let to = recipient("Ann\u{202e}\r\nBcc: x", "ann@münchen.example").unwrap();
        assert_eq!(to.email.to_string(), "ann@xn--mnchen-3ya.example");
        assert_eq!(to.name.as_deref(), Some("Ann  Bcc: x"));
    }

    #[test]
    fn mail_is_from_one_address() {
        for (given, shown) in [
            ("crm@example.org", "crm@example.org"),
            ("Waypost <crm@example.org>", "Waypost <crm@example.org>"),
            ("\"Waypost, Inc.\" <crm@example.org>", "\"Waypost, Inc.\" <crm@example.org>"),
            ("<crm@example.org>", "crm@example.org"),
        ] {
            assert_eq!(sender(given).unwrap().to_string(), shown);
        }
        for wrong in [
            "nobody",
            "a@example.org, b@example.org",
            "A <a@example.org>, B <b@example.org>",
            "A <a@example.org> b@example.org",
            "mailto:a@example.org",
            "A <mailto:a@example.org>",
            "A\u{202e} <a@example.org>",
            "A\nBcc: x <a@example.org>",
            "A <a@exam\u{ad}ple.org>",
        ] {
            assert!(sender(wrong).is_err(), "{wrong}");
        }
    }
}
