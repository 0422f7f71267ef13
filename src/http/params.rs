//! The parameters of a GraphQL request, out of a body or of a URL.

use std::borrow::Cow;

use gate::Asked;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{json::why, rejection::Rejection};

const SHAPE: &str = r#"The body must be one JSON object such as {"query": "…", "variables": {…}}"#;
const NOTHING: &str =
    "Say what to run: a document in `query`, or the hash of a trusted one in `documentId`.";

/// What came, of whatever type: `null` is as good as nothing.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object")]
struct Given {
    query: Option<Value>,
    document_id: Option<Value>,
    operation_name: Option<Value>,
    variables: Option<Value>,
    extensions: Option<Value>,
}

/// The parameters in the body of a `POST`.
pub(crate) fn of_body(bytes: &[u8]) -> Result<Asked, Rejection> {
    require_json(bytes)?;
    if first(bytes) == Some(&b'[') {
        return Err(Rejection::bad("Send one operation a request: batches are not taken."));
    }
    let text = std::str::from_utf8(bytes);
    let text = text.map_err(|_| Rejection::bad(format!("{SHAPE}, in UTF-8.")))?;
    // An array would do for an object otherwise, by the order of its fields.
    if first(bytes) != Some(&b'{') {
        return Err(Rejection::bad(format!("{SHAPE}.")));
    }
    let given: Given = serde_json::from_str(text)
        .map_err(|error| Rejection::bad(format!("{SHAPE}: {}.", why(&error))))?;
    given.checked()
}

/// JSON is UTF-8 without a byte order mark (RFC 8259, section 8.1): anything else would be told as a character
/// that nobody sees.
fn require_json(bytes: &[u8]) -> Result<(), Rejection> {
    match bytes {
        [0xEF, 0xBB, 0xBF, ..] => Err(Rejection::bad(marked("The body"))),
        [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..] | [0, ..] | [_, 0, ..] => {
            Err(Rejection::bad(format!("{SHAPE}, in UTF-8: this is UTF-16 or UTF-32.")))
        }
        _ => Ok(()),
    }
}

fn marked(what: &str) -> String {
    format!(
        "{what} begins with a byte order mark (U+FEFF), which JSON has none of. Send it without."
    )
}

fn first(bytes: &[u8]) -> Option<&u8> {
    bytes.iter().find(|byte| !byte.is_ascii_whitespace())
}

/// The parameters in the URL of a `GET`: `variables` and `extensions` are JSON there.
pub(crate) fn of_url(query: Option<&str>) -> Result<Asked, Rejection> {
    let mut given = Given::default();
    for pair in query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decoded(name)?, decoded(value)?);
        let (place, value) = match &*name {
            "query" => (&mut given.query, Value::from(value)),
            "documentId" => (&mut given.document_id, text(value)),
            "operationName" => (&mut given.operation_name, text(value)),
            "variables" => (&mut given.variables, json(&name, &value)?),
            "extensions" => (&mut given.extensions, json(&name, &value)?),
            _ => continue,
        };
        if place.replace(value).is_some() {
            return Err(Rejection::bad(format!("Give `{name}` once.")));
        }
    }
    given.checked()
}

/// An empty parameter of a URL is as good as none.
fn text(value: String) -> Value {
    if value.is_empty() { Value::Null } else { value.into() }
}

fn json(name: &str, text: &str) -> Result<Value, Rejection> {
    if text.is_empty() {
        return Ok(Value::Null);
    }
    if text.starts_with('\u{feff}') {
        return Err(Rejection::bad(marked(&format!("`{name}`"))));
    }
    serde_json::from_str(text).map_err(|error| {
        Rejection::bad(format!("`{name}` must be a JSON object: {}.", why(&error)))
    })
}

fn decoded(text: &str) -> Result<String, Rejection> {
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8().map(Cow::into_owned);
    decoded.map_err(|_| Rejection::bad("The parameters in the URL must be UTF-8, percent-encoded."))
}

impl Given {
    fn checked(self) -> Result<Asked, Rejection> {
        let asked = Asked {
            query: string("query", self.query)?.filter(|query| !query.is_empty()),
            document_id: string("documentId", self.document_id)?,
            operation_name: string("operationName", self.operation_name)?,
            variables: object("variables", self.variables)?,
            extensions: object("extensions", self.extensions)?,
        };
        if !asked.names_a_document() {
            return Err(Rejection::bad(NOTHING));
        }
        Ok(asked)
    }
}

fn string(name: &str, value: Option<Value>) -> Result<Option<String>, Rejection> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Rejection::bad(format!("`{name}` must be a string."))),
    }
}

fn object(name: &str, value: Option<Value>) -> Result<Option<Map<String, Value>>, Rejection> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(map)) => Ok(Some(map)),
        Some(_) => Err(Rejection::bad(format!("`{name}` must be a JSON object."))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(asked: Result<Asked, Rejection>) -> String {
        let Asked { query, document_id, operation_name, variables, extensions } = match asked {
            Ok(asked) => asked,
            Err(refusal) => return refusal.message,
        };
        let texts = [query, document_id, operation_name].map(Option::unwrap_or_default);
        let maps = [variables, extensions].map(|map| map.map(Value::from).unwrap_or_default());
        format!("{} {} {}", texts.join(","), maps[0], maps[1])
    }

    #[test]
    fn a_url_says_what_to_run() {
        let url = "query=%7B+a%20%7D&operationName=B&variables=%7B%22n%22:1%7D&extensions=&x=%00";
        assert_eq!(text_of(of_url(Some(url))), "{ a },,B {\"n\":1} null");
        assert_eq!(
            text_of(of_url(Some("documentId=sha256:1&operationName"))),
            ",sha256:1, null null"
        );
        assert_eq!(text_of(of_url(Some("query={a}&variables=null"))), "{a},, null null");
        let persisted = r#"extensions={"persistedQuery":{"version":1}}"#;
        assert!(of_url(Some(persisted)).is_ok());
    }

    #[test]
    fn what_is_wrong_with_a_url_is_said() {
        for (url, problem) in [
            (None, NOTHING),
            (Some("variables={}"), NOTHING),
            (Some("query={a}&query={b}"), "Give `query` once."),
            (Some("query={a}&variables=[]"), "`variables` must be a JSON object."),
            (Some("query={a}&extensions=1"), "`extensions` must be a JSON object."),
            (
                Some("query={a}&variables=%EF%BB%BF{}"),
                "`variables` begins with a byte order mark (U+FEFF), which JSON has none of. Send it without.",
            ),
            (Some("query=%FF"), "The parameters in the URL must be UTF-8, percent-encoded."),
        ] {
            assert_eq!(text_of(of_url(url)), problem, "{url:?}");
        }
        let broken = text_of(of_url(Some("query={a}&variables={")));
        assert!(broken.starts_with("`variables` must be a JSON object: it breaks off"), "{broken}");
    }

    #[test]
    fn a_body_says_what_to_run() {
        let body = br#" {"query":"{a}","operationName":null,"variables":{"n":1},"id":[]} "#;
        assert_eq!(text_of(of_body(body)), "{a},, {\"n\":1} null");
        assert!(of_body(br#"{"documentId":"x","query":null}"#).is_ok());
    }

    #[test]
    fn what_is_wrong_with_a_body_is_said() {
        for (body, problem) in [
            (&br#"{"query":1}"#[..], "`query` must be a string."),
            (br#"{"query":"{a}","variables":"{}"}"#, "`variables` must be a JSON object."),
            (br#"{"query":"{a}","extensions":[]}"#, "`extensions` must be a JSON object."),
            (br#"{"query":"{a}","operationName":1}"#, "`operationName` must be a string."),
            (br#"{"documentId":{}}"#, "`documentId` must be a string."),
            (b"{}", NOTHING),
            (br#"{"query":""}"#, NOTHING),
            (b" [{}]", "Send one operation a request: batches are not taken."),
            (br#"{"query":"{a}","query":"{b}"}"#, "`query` is in it twice"),
            (br#"{"query":"{a}"} {}"#, "something follows it"),
            (b"{\"query\":\"\xff\"}", "in UTF-8."),
            (br#"{"query":"{a}","variables":{"n":1e400}}"#, "a number in it is too large"),
            (b"\xef\xbb\xbf{\"query\":\"{a}\"}", "The body begins with a byte order mark (U+FEFF)"),
            (b"\xef\xbb\xbf[{}]", "byte order mark"),
            (b"\xff\xfe{\0}\0", "in UTF-8: this is UTF-16"),
            (b"{\0\"\0}\0", "in UTF-8: this is UTF-16"),
            (b"\0\0\0{", "in UTF-8: this is UTF-16 or UTF-32"),
            (b"\"{a}\"", SHAPE),
            (b"", SHAPE),
            (b"{\"query\":\"\0\"}", "a control character"),
        ] {
            let told = text_of(of_body(body));
            assert!(told.contains(problem), "{told}");
            assert!(!told.contains("struct"), "{told}");
        }
        let deep = format!(r#"{{"query":"{{a}}","variables":{{"n":{}"#, "[".repeat(100_000));
        assert!(text_of(of_body(deep.as_bytes())).contains("nested too deeply"));
    }
}
