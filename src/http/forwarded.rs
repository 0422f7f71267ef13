//! Whom proxies say that they speak for, in every notation that is in use: `X-Forwarded-For`, and
//! `Forwarded` (RFC 7239). What cannot be read is nobody's address.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderName, header::FORWARDED};

use super::field::{from_the_end, split, unquoted};

/// What nearly all proxies write.
pub(crate) const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// A header in which proxies name their clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyHeader {
    /// `X-Forwarded-For`.
    XForwardedFor,
    /// `Forwarded`.
    Forwarded,
}

/// Whom a request is made for, as the proxies say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// They say nothing: whoever connects asks.
    Nobody,
    /// They name somebody, but it cannot be read whom.
    Unreadable,
    /// This address.
    Client(IpAddr),
}

/// Whom so many proxies name in this header; in whichever comes where none is given. A header that the
/// proxies do not write is the client's own invention: two that disagree say nothing.
pub(crate) fn client(proxies: usize, header: Option<ProxyHeader>, headers: &HeaderMap) -> Named {
    let unless = |other| header != Some(other);
    let plain =
        unless(ProxyHeader::Forwarded).then(|| named(proxies, headers, &X_FORWARDED_FOR, address));
    let standard = unless(ProxyHeader::XForwardedFor)
        .then(|| named(proxies, headers, &FORWARDED, |element| address(&node(element)?)));
    match (plain.unwrap_or(Named::Nobody), standard.unwrap_or(Named::Nobody)) {
        (one, Named::Nobody) => one,
        (Named::Nobody, other) => other,
        (one, other) if one == other => one,
        _ => Named::Unreadable,
    }
}

/// Each proxy adds at the end whom it speaks for, and what stands before that may be invented. If fewer are
/// named than there are proxies, the first of them was asked by the client itself.
fn named(
    proxies: usize,
    headers: &HeaderMap,
    name: &HeaderName,
    read: impl Fn(&str) -> Option<IpAddr>,
) -> Named {
    let lines = headers.get_all(name).iter().rev();
    let lines: Vec<_> = lines.map(|line| String::from_utf8_lossy(line.as_bytes())).collect();
    let elements = lines.iter().flat_map(|line| from_the_end(line));
    let added = elements.filter(|element| !element.is_empty()).take(proxies);
    let outermost = added.last();
    outermost.map_or(Named::Nobody, |text| read(text).map_or(Named::Unreadable, Named::Client))
}

/// The `for` of an element of `Forwarded`.
fn node(element: &str) -> Option<String> {
    let pairs = split(element, ';').filter_map(|pair| pair.split_once('='));
    let mut nodes = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("for"));
    let (_, node) = nodes.next()?;
    nodes.next().is_none().then(|| unquoted(node.trim()).into_owned())
}

/// The address in `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]:4711` and their like; none in
/// `unknown`, in names that hide one such as `_hidden`, and in addresses that nobody has.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim_matches(['"', ' ', '\t']);
    let (host, port) = match text.strip_prefix('[') {
        Some(text) => text.split_once(']')?,
        None if text.matches(':').count() == 1 => text.split_at(text.find(':')?),
        None => (text, ""),
    };
    let address = is_port(port).then(|| ip(host).or_else(|| without_port(host)))??.to_canonical();
    (!address.is_unspecified()).then_some(address)
}

/// Without the zone, which says by which network of its own the proxy was reached.
fn ip(host: &str) -> Option<IpAddr> {
    host.split('%').next()?.parse().ok()
}

/// Some write an IPv6 address in full with a port behind it, and no brackets.
fn without_port(host: &str) -> Option<IpAddr> {
    let (address, port) = host.rsplit_once(':')?;
    if port.bytes().all(|byte| byte.is_ascii_digit()) { ip(address) } else { None }
}

/// Nothing, a number, or a name that hides one.
fn is_port(text: &str) -> bool {
    let Some(port) = text.strip_prefix(':') else { return text.is_empty() };
    let hidden = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    match port.strip_prefix('_') {
        Some(name) => name.bytes().all(hidden),
        None => port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    /// Whom the lines name, each `name: value`.
    fn client_text(proxies: usize, header: Option<ProxyHeader>, lines: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            let (name, value) = line.split_once(": ").unwrap();
            let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
            headers.append(HeaderName::try_from(name).unwrap(), value);
        }
        match client(proxies, header, &headers) {
            Named::Nobody => "nobody".to_owned(),
            Named::Unreadable => "unreadable".to_owned(),
            Named::Client(address) => address.to_string(),
        }
    }

    fn one(line: &str) -> String {
        client_text(1, None, &[line])
    }

    #[test]
    fn an_address_is_read_in_every_notation() {
        for (text, expected) in [
            ("192.0.2.1", "192.0.2.1"),
            ("192.0.2.1:4711", "192.0.2.1"), // Azure
            ("\"192.0.2.1:4711\"", "192.0.2.1"),
            ("192.0.2.1:_hidden", "192.0.2.1"),
            ("2001:db8::1", "2001:db8::1"), // AWS
            ("2001:DB8::21f:5bff:febf:ce22:8a2e", "2001:db8:0:21f:5bff:febf:ce22:8a2e"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:4711", "2001:db8::1"), // Azure
            ("\"[2001:db8::1]:4711\"", "2001:db8::1"),
            ("2001:db8:0:0:0:0:0:1:4711", "2001:db8::1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("[::ffff:192.0.2.1]:4711", "192.0.2.1"),
            ("::ffff:192.0.2.1:4711", "192.0.2.1"),
            ("fe80::1%eth0", "fe80::1"),
            ("[fe80::1%25eth0]:4711", "fe80::1"),
            ("\t192.0.2.1 ", "192.0.2.1"),
        ] {
            assert_eq!(one(&format!("X-Forwarded-For: {text}")), expected, "{text}");
            let quoted = text.trim_matches(['"', '\t', ' ']);
            let forwarded = format!("Forwarded: proto=https; For=\"{quoted}\";host=\"a,b;for=c\"");
            assert_eq!(one(&forwarded), expected, "{text}");
        }
        assert_eq!(one("Forwarded: for=192.0.2.1:4711;by=10.0.0.1"), "192.0.2.1");
    }

    #[test]
    fn what_names_no_address_is_unreadable() {
        for text in [
            "unknown",
            "_hidden",
            "_hidden:4711",
            "192.0.2.1:port",
            "192.0.2.1:123456",
            "192.0.2.256",
            "[2001:db8::1",
            "[2001:db8::1]4711",
            "crm.example.org",
            "0.0.0.0",
            "::",
            "[]",
            "\u{fc}",
            "-",
        ] {
            assert_eq!(one(&format!("X-Forwarded-For: 1.1.1.1, {text}")), "unreadable", "{text}");
            let forwarded = format!("Forwarded: for=1.1.1.1, for=\"{text}\"");
            assert_eq!(one(&forwarded), "unreadable", "{text}");
        }
        for element in ["proto=https", "for", "for=", "for=1.1.1.1;for=2.2.2.2"] {
            assert_eq!(one(&format!("Forwarded: {element}")), "unreadable", "{element}");
        }
    }

    #[test]
    fn only_what_the_operators_own_proxies_add_is_believed() {
        for name in ["X-Forwarded-For: ", "Forwarded: "] {
            let line = |nodes: &str| match name {
                "Forwarded: " => {
                    format!("{name}{}", nodes.replace('<', "for=\"").replace('>', "\""))
                }
                _ => format!("{name}{}", nodes.replace(['<', '>'], "")),
            };
            let behind = |proxies, lines: &[&str]| {
                let lines: Vec<_> = lines.iter().map(|text| line(text)).collect();
                client_text(proxies, None, &lines.iter().map(String::as_str).collect::<Vec<_>>())
            };
            assert_eq!(behind(1, &["<6.6.6.6>, <1.1.1.1>"]), "1.1.1.1");
            assert_eq!(behind(1, &["<6.6.6.6>", "<2001:db8::1>"]), "2001:db8::1");
            assert_eq!(behind(2, &["<6.6.6.6>, <1.1.1.1>", "<10.0.0.9>"]), "1.1.1.1");
            assert_eq!(behind(1, &["<nonsense, <1.1.1.1>, ,"]), "1.1.1.1");
            assert_eq!(behind(1, &["\"<\u{fc}\\, <1.1.1.1>"]), "1.1.1.1");
            assert_eq!(behind(3, &["<1.1.1.1>, <10.0.0.9>"]), "1.1.1.1", "one proxy was passed by");
            assert_eq!(behind(1, &[""]), "nobody");
        }
        assert_eq!(client_text(1, None, &[]), "nobody");
    }

    #[test]
    fn a_header_that_the_proxies_do_not_write_frames_nobody() {
        let (honest, invented) = ("X-Forwarded-For: 1.1.1.1", "Forwarded: for=6.6.6.6");
        assert_eq!(
            client_text(1, None, &[honest, "Forwarded: for=\"[::ffff:1.1.1.1]:9\""]),
            "1.1.1.1"
        );
        assert_eq!(client_text(1, None, &[honest, invented]), "unreadable");
        assert_eq!(
            client_text(1, Some(ProxyHeader::XForwardedFor), &[honest, invented]),
            "1.1.1.1"
        );
        assert_eq!(client_text(1, Some(ProxyHeader::Forwarded), &[honest, invented]), "6.6.6.6");
        assert_eq!(client_text(1, Some(ProxyHeader::Forwarded), &[honest]), "nobody");
    }
}
