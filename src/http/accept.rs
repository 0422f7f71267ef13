//! Which media type a client wants its answer in (RFC 9110, section 12.5.1).

use axum::http::{HeaderMap, header::ACCEPT};

/// What GraphQL responses can be told from any other JSON by.
const GRAPHQL: Media = Media("application", "graphql-response+json");
const JSON: Media = Media("application", "json");
const EVENTS: Media = Media("text", "event-stream");

/// What a client wants its answer in. Without `Accept`, and for `*/*`, it is plain JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Accepts {
    /// `application/graphql-response+json`, rather than `application/json`.
    pub graphql: bool,
    /// What the client likes best is `text/event-stream`.
    pub event_stream: bool,
    /// It takes neither of the two kinds of JSON.
    pub no_json: bool,
}

#[derive(Clone, Copy, Debug)]
struct Media(&'static str, &'static str);

/// One entry of the header.
struct Range<'a> {
    kind: &'a str,
    subtype: &'a str,
    /// How much the client likes it, in thousandths; zero is not at all.
    weight: u16,
}

/// How much a client likes a media type, and then: whether it says so by name.
type Liking = (u16, bool);

impl Accepts {
    /// What the client says.
    pub fn of(headers: &HeaderMap) -> Self {
        let values = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let entries = values.flat_map(|value| split(value, ','));
        let mut entries = entries.map(str::trim).filter(|entry| !entry.is_empty()).peekable();
        if entries.peek().is_none() {
            return Self::default();
        }
        let ranges: Vec<_> = entries.filter_map(range).collect();
        Self::among(liking(&ranges, GRAPHQL), liking(&ranges, JSON), liking(&ranges, EVENTS))
    }

    fn among(graphql: Liking, json: Liking, events: Liking) -> Self {
        let best = graphql.max(json);
        Self {
            graphql: graphql.1 && graphql.0 > 0 && graphql >= json,
            event_stream: events.0 > best.0,
            no_json: best.0 == 0,
        }
    }
}

/// The most exact range decides.
fn liking(ranges: &[Range<'_>], media: Media) -> Liking {
    let fitting = ranges.iter().filter_map(|range| Some((exactness(range, media)?, range.weight)));
    let best = fitting.max();
    best.map_or((0, false), |(exactness, weight)| (weight, exactness == 2))
}

fn exactness(range: &Range<'_>, Media(kind, subtype): Media) -> Option<u8> {
    if range.kind == "*" && range.subtype == "*" {
        return Some(0);
    }
    if !range.kind.eq_ignore_ascii_case(kind) {
        return None;
    }
    match range.subtype {
        "*" => Some(1),
        given => given.eq_ignore_ascii_case(subtype).then_some(2),
    }
}

/// Nothing, if it is no media range, or asks for another encoding of text than ours.
fn range(entry: &str) -> Option<Range<'_>> {
    let mut parts = split(entry, ';').map(str::trim);
    let (kind, subtype) = parts.next()?.split_once('/')?;
    let mut weight = 1000;
    for part in parts {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let value = value.trim().trim_matches('"');
        match name.trim().to_ascii_lowercase().as_str() {
            "q" => weight = thousandths(value)?,
            "charset" if !value.eq_ignore_ascii_case("utf-8") => return None,
            _ => {}
        }
    }
    Some(Range { kind: kind.trim(), subtype: subtype.trim(), weight })
}

fn thousandths(text: &str) -> Option<u16> {
    let (whole, digits) = text.split_once('.').unwrap_or((text, ""));
    let plain = digits.len() <= 3 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let part = format!("{digits:0<3}").parse::<u16>().ok().filter(|_| plain)?;
    match whole {
        "0" => Some(part),
        "1" if part == 0 => Some(1000),
        _ => None,
    }
}

/// Splits a header, but not within quotes.
fn split(text: &str, at: char) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |char| {
        quoted ^= char == '"';
        char == at && !quoted
    })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn of(lines: &[&str]) -> &'static str {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(ACCEPT, HeaderValue::from_str(line).unwrap());
        }
        match Accepts::of(&headers) {
            Accepts { event_stream: true, .. } => "events",
            Accepts { no_json: true, .. } => "nothing",
            Accepts { graphql: true, .. } => "graphql",
            _ => "json",
        }
    }

    #[test]
    fn plain_json_goes_without_saying() {
        assert_eq!([of(&[]), of(&[""]), of(&[" , "]), of(&["*/*"])], ["json"; 4]);
        assert_eq!(of(&["application/*;q=0.1"]), "json");
        assert_eq!(of(&["text/html, application/xhtml+xml, */*;q=0.8"]), "json");
    }

    #[test]
    fn what_is_named_wins_by_its_weight() {
        for (accept, expected) in [
            ("application/graphql-response+json", "graphql"),
            ("Application/GraphQL-Response+JSON; Charset=UTF-8", "graphql"),
            ("application/graphql-response+json;charset=\"utf-8\"", "graphql"),
            ("application/json, application/graphql-response+json", "graphql"),
            ("application/json, application/graphql-response+json;q=0.9", "json"),
            ("application/json;q=0.5 , application/graphql-response+json ; q=0.9", "graphql"),
            ("application/graphql-response+json;q=0.5, */*", "json"),
            ("application/graphql-response+json, */*", "graphql"),
            ("application/graphql-response+json;q=0, */*", "json"),
            ("application/json;q=0, application/graphql-response+json;q=0.001", "graphql"),
            ("text/plain;a=\"application/graphql-response+json,\", application/json", "json"),
            ("text/event-stream", "events"),
            ("text/*", "events"),
            ("text/event-stream, application/json;q=0.9", "events"),
            ("application/json, text/event-stream", "json"),
            ("application/graphql-response+json, text/event-stream", "graphql"),
            ("text/event-stream, */*", "json"),
        ] {
            assert_eq!(of(&[accept]), expected, "{accept}");
        }
        let lines = ["application/json;q=0.1", "application/graphql-response+json"];
        assert_eq!(of(&lines), "graphql");
    }

    #[test]
    fn nothing_fits_what_is_something_else() {
        for accept in [
            "text/html",
            "application/json;q=0",
            "*/*;q=0",
            "application/xml, text/plain",
            "application/json;charset=iso-8859-2",
            "json",
            "application/json;q=2",
            "application/json;q=-1",
            "application/json;q=0.0001",
            "application/json;q=NaN",
        ] {
            assert_eq!(of(&[accept]), "nothing", "{accept}");
        }
    }
}
