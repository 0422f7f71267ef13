//! Documents and their variables.

use std::time::Duration;

use futures_util::future::BoxFuture;
use serde_json::json;

use super::{Attack, Target};

const fn attack(name: &'static str, run: fn(Target) -> BoxFuture<'static, String>) -> Attack {
    Attack { name, patience: Duration::ZERO, run }
}

pub const ATTACKS: &[Attack] = &[
    attack("depth 400,000", |target| ask(target, "{a".repeat(400_000))),
    attack("values nested 400,000 deep", |target| {
        ask(target, format!("{{ deal(id: {}", "[".repeat(400_000)))
    }),
    attack("10,000 aliases", |target| {
        let aliases: String = (0..10_000).map(|number| format!("a{number}: __typename ")).collect();
        ask(target, format!("{{ {aliases} }}"))
    }),
    attack("10,000 directives", |target| {
        ask(target, format!("{{ __typename {} }}", "@skip(if: false) ".repeat(10_000)))
    }),
    attack("fragment cycles", |target| {
        let text = "query { ...A } fragment A on Query { ...B } fragment B on Query { ...A }";
        ask(target, text.to_owned())
    }),
    attack("fragments doubled 40 times", |target| ask(target, doubled(40))),
    attack("fields that may clash", |target| {
        let fields = "viewer { member { name } } ".repeat(400);
        ask(target, format!("{{ {fields} ...F ...F }} fragment F on Query {{ {fields} }}"))
    }),
    attack("1e400 as a number", |target| {
        let body = r#"{"query":"query($n: Int) { deals(first: $n) { totalCount } }","variables":{"n":1e400}}"#;
        post(target, body.into())
    }),
    attack("NUL in a document", |target| {
        ask(target, "{ viewer\0 { member { name } } }".to_owned())
    }),
    attack("a page of 100 pages of 100 pages", |target| {
        let text = "{ processes(first: 100) { nodes { stages { deals(first: 100) { nodes { \
                    process { stages { deals(first: 100) { nodes { \
                    events(first: 100) { nodes { id } } } } } } } } } } } }";
        ask(target, text.to_owned())
    }),
];

fn doubled(levels: usize) -> String {
    let mut text = "{ ...F0 }".to_owned();
    for level in 0..levels {
        let next = level + 1;
        text += &format!(" fragment F{level} on Query {{ ...F{next} ...F{next} }}");
    }
    text + &format!(" fragment F{levels} on Query {{ __typename }}")
}

fn ask(target: Target, document: String) -> BoxFuture<'static, String> {
    post(target, json!({ "query": document }).to_string().into())
}

/// Twenty times, of which four at once.
fn post(target: Target, body: Vec<u8>) -> BoxFuture<'static, String> {
    Box::pin(async move {
        let mut answer = String::new();
        for _ in 0..5 {
            let asked = (0..4).map(|_| target.post(body.clone()));
            answer = futures_util::future::join_all(asked).await.swap_remove(0);
        }
        answer
    })
}
