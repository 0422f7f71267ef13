//! Any bytes as a document, an operation's name and variables: the front door neither panics nor works more
//! than its limits allow. Run it with `cargo +nightly fuzz run document`.

#![no_main]

use std::sync::LazyLock;

use gate::{Asked, Contract, Door, Settings};
use libfuzzer_sys::fuzz_target;

// The server's own schema; what its scalars take is tested beside them.
const CONTRACT: Contract<'_> =
    Contract { sdl: include_str!("../../schema.graphql"), page: 20, check_scalar: |_, _| Ok(()) };

static DOOR: LazyLock<Door> = LazyLock::new(|| Door::new(CONTRACT, Settings::default()));

fuzz_target!(|input: (String, Option<String>, String)| {
    let (query, operation_name, variables) = input;
    let variables = serde_json::from_str(&variables).ok();
    let asked = Asked { query: Some(query), operation_name, variables, ..Asked::default() };
    let most = 11 * Settings::default().selections;
    match DOOR.plan(&asked) {
        Ok(prepared) => assert!(prepared.work <= most, "{} selections looked at", prepared.work),
        Err(errors) => assert!(!errors.is_empty()),
    }
    assert!(DOOR.kept().1 <= Settings::default().cache);
});
