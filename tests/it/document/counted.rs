//! What operations are counted by: as many names as trusted documents and the schema have, whatever clients send.

use std::collections::HashMap;

use gate::{Asked, Door, Settings, trusted::Trusted};
use serde_json::{Value, json};
use waypost::graphql::{contract, sdl};

const MINE: &str = "query Mine { viewer { member { id } } members { totalCount } }";

fn door() -> Door {
    let texts = [("mine", MINE), ("unnamed", "{ viewer { member { id } } }")];
    let texts = texts.map(|(hash, text)| (hash.to_owned(), text.to_owned()));
    let trusted = Trusted::new(HashMap::from(texts), false);
    Door::new(contract(&sdl()), Settings { trusted, ..Settings::default() })
}

fn counted(door: &Door, asked: Value) -> Option<String> {
    let asked: Asked = serde_json::from_value(asked).unwrap();
    let prepared = door.prepare(asked, false).unwrap();
    prepared.counted_as.map(|name| name.to_string())
}

#[test]
fn it_is_the_one_root_field_whatever_the_client_calls_it() {
    let door = door();
    let skip =
        "query($s: Boolean!) { viewer @skip(if: $s) { member { id } } members { totalCount } }";
    for (text, skips, expected) in [
        ("{ viewer { member { id } } }", None, Some("viewer")),
        ("query Whatever { __typename mine: viewer { member { id } } }", None, Some("viewer")),
        ("{ a: viewer { member { id } } b: viewer { member { id } } }", None, Some("viewer")),
        ("{ ...F } fragment F on Query { viewer { member { id } } }", None, Some("viewer")),
        (MINE, None, None),
        ("{ __typename }", None, None),
        (skip, Some(true), Some("members")),
        (skip, Some(false), None),
        ("subscription S { inboxChanged { cursor } }", None, Some("inboxChanged")),
    ] {
        let variables = skips.map_or(json!({}), |skips| json!({ "s": skips }));
        let asked = json!({ "query": text, "variables": variables });
        for _ in 0..2 {
            assert_eq!(counted(&door, asked.clone()).as_deref(), expected, "{text}");
        }
    }
}

#[test]
fn it_is_the_name_in_a_trusted_document_and_in_no_other() {
    let door = door();
    let by_hash = |hash: &str| counted(&door, json!({ "documentId": hash }));
    assert_eq!(by_hash("mine").as_deref(), Some("Mine"));
    assert_eq!(by_hash("unnamed").as_deref(), Some("viewer"));
    assert_eq!(counted(&door, json!({ "query": MINE })), None, "by its text anybody sends it");
    let other = MINE.replace("Mine", "Theirs");
    assert_eq!(counted(&door, json!({ "query": other, "documentId": "unknown" })), None);
}
