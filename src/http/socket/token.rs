//! The token of a socket: in `connection_init`, or else in the upgrade request; and what to tell a client that
//! puts it somewhere else. What is told never repeats a token.

use std::borrow::Cow;

use axum::{
    extract::Request,
    http::header::{AUTHORIZATION, COOKIE, SEC_WEBSOCKET_PROTOCOL},
};
use domain::language::Language;
use engine::auth::{self, PREFIX};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::protocol::Close;
use crate::http::accept_language::{asked, asked_in};

/// How much of a place that a client chose is told, in characters.
const LONGEST: usize = 30;
/// So deep a token is looked for.
const DEEPEST: usize = 5;
/// How clients call what holds a token, without what stands between the words.
const NAMES: [&str; 10] = [
    "authorization",
    "authentication",
    "auth",
    "token",
    "authtoken",
    "accesstoken",
    "bearertoken",
    "bearer",
    "jwt",
    "apikey",
];

/// What the upgrade request says about who asks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Upgrade {
    authorization: Option<String>,
    language: Language,
    /// Where a token is that is not read.
    elsewhere: Option<Cow<'static, str>>,
}

impl Upgrade {
    /// What this request says.
    pub(crate) fn of(request: &Request) -> Self {
        let text = |value: &axum::http::HeaderValue| Some(value.to_str().ok()?.to_owned());
        let authorization = request.headers().get(AUTHORIZATION).and_then(text);
        let language = asked(request.headers());
        Self { authorization, language, elsewhere: elsewhere(request) }
    }

    /// The secret of whoever introduces itself so.
    ///
    /// # Errors
    /// There is none: what the client has to change.
    pub(crate) fn secret<'a>(&'a self, payload: &'a Map<String, Value>) -> Result<&'a str, Close> {
        let mut entries = payload.iter();
        let found = entries.find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        match found.map(|(_, value)| value) {
            None | Some(Value::Null) => {}
            Some(Value::String(text)) if text.trim().is_empty() => {}
            Some(Value::String(text)) => return auth::bearer(text).ok_or_else(|| WORDLESS.close()),
            Some(_) => return Err(NO_TEXT.close()),
        }
        match &self.authorization {
            Some(text) => auth::bearer(text).ok_or_else(|| WORDLESS_UPGRADE.close()),
            None => Err(self.missing(payload)),
        }
    }

    /// The language that the client asks for: in `connection_init`, as browsers can, or else in the upgrade request.
    pub(crate) fn language(&self, payload: &Map<String, Value>) -> Language {
        let mut entries = payload.iter();
        let found = entries.find(|(name, _)| name.eq_ignore_ascii_case("accept-language"));
        let asked = found.and_then(|(_, value)| asked_in(value.as_str()?));
        asked.unwrap_or(self.language)
    }

    fn missing(&self, payload: &Map<String, Value>) -> Close {
        let in_payload = || misplaced(payload, DEEPEST).map(|path| format!("at {path}").into());
        match self.elsewhere.clone().or_else(in_payload) {
            None => MISSING.close(),
            Some(place) => forbidden(format!(
                "the token belongs at \"Authorization\" of connection_init, not {place}"
            )),
        }
    }
}

/// What is wrong with what a client says of itself.
struct Wrong(&'static str);

const MISSING: Wrong =
    Wrong("no token: send {\"Authorization\": \"Bearer wp_...\"} as connection_init's payload");
const WORDLESS: Wrong = Wrong("Authorization must begin with the word Bearer: \"Bearer wp_...\"");
const WORDLESS_UPGRADE: Wrong =
    Wrong("the upgrade's Authorization must begin with the word Bearer: \"Bearer wp_...\"");
const NO_TEXT: Wrong = Wrong("Authorization must be a text such as \"Bearer wp_...\"");

impl Wrong {
    fn close(&self) -> Close {
        forbidden(self.0.to_owned())
    }
}

fn forbidden(why: String) -> Close {
    Close { reason: format!("Forbidden: {why}").into(), ..Close::FORBIDDEN }
}

/// Where in the upgrade request something is that looks like a token.
fn elsewhere(request: &Request) -> Option<Cow<'static, str>> {
    let query = request.uri().query().unwrap_or_default();
    let query = percent_decode_str(query).decode_utf8_lossy();
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let mut pairs = pairs.filter(|(_, value)| !value.is_empty());
    if pairs.any(|(name, value)| is_name(name) || holds_token(value)) {
        return Some("in the URL".into());
    }
    let mut others = request.headers().iter().filter(|(name, _)| *name != AUTHORIZATION);
    let found = others.find(|(_, value)| value.to_str().is_ok_and(holds_token));
    let (name, _) = found?;
    Some(match name {
        name if name == COOKIE => "in a cookie".into(),
        name if name == SEC_WEBSOCKET_PROTOCOL => "among the subprotocols".into(),
        name => format!("in the header {}", printable(name.as_str())).into(),
    })
}

/// The path to something that looks like a token.
fn misplaced(payload: &Map<String, Value>, depth: usize) -> Option<String> {
    payload.iter().find_map(|(name, value)| {
        let inner = match value {
            Value::String(text) if is_name(name) || holds_token(text) => Some(None),
            Value::Object(inner) if depth > 0 => misplaced(inner, depth - 1).map(Some),
            _ => None,
        };
        inner.map(|inner| match inner {
            None => printable(name),
            Some(inner) => printable(&format!("{name}.{inner}")),
        })
    })
}

fn is_name(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let plain = plain.to_ascii_lowercase();
    let plain = plain.strip_prefix('x').filter(|rest| NAMES.contains(rest)).unwrap_or(&plain);
    NAMES.contains(&plain)
}

/// Whether a word in it is a token: the secret after the prefix may begin with a dash.
fn holds_token(text: &str) -> bool {
    let is_word = |char: char| char.is_ascii_alphanumeric() || char == '_';
    text.match_indices(PREFIX).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + PREFIX.len()..]);
        !before.ends_with(is_word) && after.starts_with(|char| is_word(char) || char == '-')
    })
}

/// A name from outside, short and in ASCII. Somebody's token may be the name itself.
fn printable(name: &str) -> String {
    if holds_token(name) {
        return "a name".to_owned();
    }
    let plain = |char: char| if char.is_ascii_graphic() { char } else { '?' };
    let mut text: String = name.chars().take(LONGEST).map(plain).collect();
    if name.chars().nth(LONGEST).is_some() {
        text.push_str("...");
    }
    text
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use serde_json::json;

    use super::*;

    /// The secret, or the reason why there is none.
    fn secret_or_reason(uri: &str, headers: &[(&str, &str)], payload: Value) -> String {
        let mut request = axum::http::Request::get(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let upgrade = Upgrade::of(&request.body(Body::empty()).unwrap());
        let payload = payload.as_object().cloned().unwrap_or_default();
        let secret = upgrade.secret(&payload).map(str::to_owned);
        secret.unwrap_or_else(|close| {
            assert_eq!(close.code, 4403);
            assert!(close.reason.len() <= 123, "{}", close.reason);
            assert!(
                !close.reason.contains("wp_s") && !close.reason.contains("wp_-"),
                "{}",
                close.reason
            );
            close.reason.strip_prefix("Forbidden: ").unwrap().to_owned()
        })
    }

    #[test]
    fn the_introduction_says_who_it_is_or_else_the_upgrade() {
        let upgrade = [("authorization", "bearer wp_upgrade")];
        let given = json!({ "authorization": "Bearer wp_init" });
        assert_eq!(secret_or_reason("/graphql", &[], given.clone()), "wp_init");
        assert_eq!(secret_or_reason("/graphql?token=wp_secret", &upgrade, given), "wp_init");
        for none in [
            json!(null),
            json!({}),
            json!({ "Authorization": null }),
            json!({ "Authorization": "" }),
        ] {
            assert_eq!(secret_or_reason("/graphql", &upgrade, none), "wp_upgrade");
        }
        let wrong = json!({ "Authorization": "wp_secret" });
        assert_eq!(secret_or_reason("/graphql", &upgrade, wrong), WORDLESS.0);
    }

    #[test]
    fn a_wrong_place_is_told() {
        let belongs = "the token belongs at \"Authorization\" of connection_init, not ";
        for (payload, place) in [
            (json!({ "token": "abc" }), "at token"),
            (json!({ "authToken": "Bearer wp_secret" }), "at authToken"),
            (json!({ "X-API-Key": "abc" }), "at X-API-Key"),
            (json!({ "whatever": "wp_secret" }), "at whatever"),
            (json!({ "whatever": "wp_-secret" }), "at whatever"),
            (json!({ "wp_-secret": "x-wp_-s" }), "at a name"),
            (
                json!({ "headers": { "Authorization": "Bearer wp_secret" } }),
                "at headers.Authorization",
            ),
            (json!({ "a": { "b": { "c": "wp_secret" } } }), "at a.b.c"),
            (json!({ "wp_secret": "wp_secret" }), "at a name"),
            (json!({ ("ł".repeat(99)): "wp_secret" }), &format!("at {}...", "?".repeat(30))),
        ] {
            assert_eq!(
                secret_or_reason("/graphql", &[], payload.clone()),
                format!("{belongs}{place}"),
                "{payload}"
            );
        }
        for (uri, headers, place) in [
            ("/graphql?access_token=abc", &[][..], "in the URL"),
            ("/graphql?x=Bearer%20wp_secret", &[], "in the URL"),
            ("/graphql", &[("cookie", "a=b; session=wp_secret")], "in a cookie"),
            ("/graphql", &[("x-api-key", "wp_secret")], "in the header x-api-key"),
            (
                "/graphql",
                &[("x-a-header-whose-name-goes-on-for-ever-and-ever", "wp_secret")],
                "in the header x-a-header-whose-name-goes-on-...",
            ),
            (
                "/graphql",
                &[("sec-websocket-protocol", "graphql-transport-ws, wp_secret")],
                "among the subprotocols",
            ),
        ] {
            assert_eq!(
                secret_or_reason(uri, headers, json!({})),
                format!("{belongs}{place}"),
                "{uri}"
            );
        }
    }

    #[test]
    fn a_token_that_is_none_is_told() {
        let basic = [("authorization", "Basic abc")];
        assert_eq!(
            secret_or_reason("/graphql?a=b", &[("cookie", "a=b")], json!({ "resume": {} })),
            MISSING.0
        );
        assert_eq!(secret_or_reason("/graphql", &basic, json!({})), WORDLESS_UPGRADE.0);
        assert_eq!(secret_or_reason("/graphql", &[], json!({ "Authorization": 7 })), NO_TEXT.0);
        assert_eq!(
            secret_or_reason("/graphql", &[], json!({ "Authorization": "Bearer" })),
            WORDLESS.0
        );
    }
}
