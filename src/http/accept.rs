//! Which media type a client wants its answer in (RFC 9110, section 12.5.1). It is read here, because `headers` has no
//! `Accept`, and `mime` knows no weights and refuses ranges that clients really send, such as Java's `*`.

use std::borrow::Cow;

use axum::http::{HeaderMap, header::ACCEPT};

use super::field::{split, unquoted};

/// What GraphQL responses can be told from any other JSON by.
const GRAPHQL: Media = Media("application", "graphql-response+json");
const JSON: Media = Media("application", "json");
const EVENTS: Media = Media("text", "event-stream");
const PAGE: Media = Media("text", "html");

/// What a client wants its answer in. Without `Accept`, and for `*/*`, it is plain JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Accepts {
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
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let values = lines(headers);
        let entries = values.iter().flat_map(|value| split(value, ','));
        let mut entries = entries.filter(|entry| !entry.is_empty()).peekable();
        if entries.peek().is_none() {
            return Self::default();
        }
        let ranges: Vec<_> = entries.filter_map(range).collect();
        Self::among(liking(&ranges, GRAPHQL), liking(&ranges, JSON), liking(&ranges, EVENTS))
    }

    fn among(graphql: Liking, json: Liking, events: Liking) -> Self {
        let best = graphql.max(json);
        Self {
            // Where it likes both alike, only who names what is special about GraphQL gets it.
            graphql: graphql.0 > json.0 || graphql.1 && graphql.0 > 0 && graphql.0 == json.0,
            event_stream: events.0 > best.0,
            no_json: best.0 == 0,
        }
    }
}

/// Whether the client would rather have a page than JSON, and says so by name, as browsers do.
pub(crate) fn prefers_page(headers: &HeaderMap) -> bool {
    let values = lines(headers);
    let entries = values.iter().flat_map(|value| split(value, ','));
    let ranges: Vec<_> = entries.filter_map(range).collect();
    let page = liking(&ranges, PAGE);
    let (weight, is_named) = page;
    is_named && weight > 0 && page > liking(&ranges, JSON)
}

fn lines(headers: &HeaderMap) -> Vec<Cow<'_, str>> {
    let values = headers.get_all(ACCEPT).iter();
    values.map(|value| String::from_utf8_lossy(value.as_bytes())).collect()
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

/// Nothing, if it is no media range. Parameters other than the weight say nothing about JSON, which has none:
/// it is UTF-8, whatever a `charset` says (RFC 8259, section 11), and so is a stream of events.
fn range(entry: &str) -> Option<Range<'_>> {
    let mut parts = split(entry, ';');
    let (kind, subtype) = match parts.next()? {
        // Java's own client says so when nobody tells it otherwise.
        "*" => ("*", "*"),
        media => media.split_once('/')?,
    };
    Some(Range { kind: kind.trim(), subtype: subtype.trim(), weight: weight(parts)? })
}

/// How much a client likes something with these parameters, in thousandths; nothing, if that is no number.
pub(super) fn weight<'a>(mut parameters: impl Iterator<Item = &'a str>) -> Option<u16> {
    let weight = parameters.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| thousandths(&unquoted(value.trim())))
    });
    weight.unwrap_or(Some(1000))
}

/// From 0 to 1; what is finer than a thousandth is left out, and so may the zero before the point be.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, digits) = text.split_once('.').unwrap_or((text, ""));
    if text == "." || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = format!("{digits:0<3}").get(..3)?.parse::<u16>().ok()?;
    match whole {
        "0" => Some(part),
        "" if !digits.is_empty() => Some(part),
        "1" if digits.bytes().all(|digit| digit == b'0') => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn of(lines: &[&str]) -> &'static str {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(ACCEPT, HeaderValue::from_bytes(line.as_bytes()).unwrap());
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
            ("application/json;charset=iso-8859-2", "json"),
            ("application/graphql-response+json; charset=utf-16", "graphql"),
            ("application/json; odata=verbose; indent=4", "json"),
            (
                "application/json;;q=0.5;charset=utf-8, application/graphql-response+json;Q=0.4",
                "json",
            ),
            (
                "application/json ;\tq=\"0.1\" , application/graphql-response+json;q=0.2;q=0",
                "graphql",
            ),
            (r#"text/plain;a="\",", application/graphql-response+json"#, "graphql"),
            ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "json"),
            ("application/graphql-response+json;q=1., application/json;q=0.99999", "graphql"),
            (",,application/graphql-response+json,,", "graphql"),
            ("application/json;q=0, */*", "graphql"),
            ("application/json;q=0, application/*;q=0.1", "graphql"),
            ("application/json;q=0.5, application/*;q=0.9", "graphql"),
            ("application/json;q=0.9, */*", "graphql"),
            ("application/json;q=0.9, */*;q=0.8", "json"),
            ("application/json, */*", "json"),
            ("application/*, */*;q=0.1", "json"),
            ("application/json;q=0, application/graphql-response+json;q=0, */*", "events"),
            ("application/json;q=0, application/*;q=0, */*;q=0.5", "events"),
            ("application/*;q=0, application/json", "json"),
            ("application/*;q=0, application/graphql-response+json;q=0.1", "graphql"),
            ("text/plain;title=\"\u{fc}\", application/graphql-response+json", "graphql"),
        ] {
            assert_eq!(of(&[accept]), expected, "{accept}");
        }
        let lines = ["application/json;q=0.1", "application/graphql-response+json"];
        assert_eq!(of(&lines), "graphql");
    }

    #[test]
    fn a_page_is_for_who_names_it_before_json() {
        let of = |accept| {
            prefers_page(&HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(accept))]))
        };
        let firefox = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        for accept in [firefox, "text/html", "text/html, */*", "application/json;q=0.5, text/html"]
        {
            assert!(of(accept), "{accept}");
        }
        for accept in ["", "*/*", "text/*", "text/html;q=0", "application/json, text/html"] {
            assert!(!of(accept), "{accept}");
        }
        assert!(!prefers_page(&HeaderMap::new()));
    }

    #[test]
    fn nothing_fits_what_is_something_else() {
        for accept in [
            "text/html",
            "application/json;q=0",
            "*/*;q=0",
            "application/xml, text/plain",
            "json",
            "*/json",
            "application/json;q=",
            "application/json;q=.",
            "application/json;q=2",
            "application/json;q=-1",
            "application/json;q=0.0001",
            "application/json;q=NaN",
        ] {
            assert_eq!(of(&[accept]), "nothing", "{accept}");
        }
    }
}
