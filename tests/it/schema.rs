//! The contract: `schema.graphql` is what the server serves, and a stranger can read it.

use std::{fs, path::Path};

use waypost::graphql;

#[test]
fn schema_graphql_is_up_to_date() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.graphql");
    let served = graphql::sdl();
    if std::env::var_os("WAYPOST_UPDATE_SCHEMA").is_some() {
        fs::write(&file, &served).unwrap();
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        kept == served,
        "schema.graphql is out of date: run `WAYPOST_UPDATE_SCHEMA=1 cargo test --test it schema` and review the difference"
    );
}
