//! The JSON Schema of the file is published, and knows what the reader knows.

use domain::process::file;
use serde_json::Value;

#[test]
fn the_schema_that_is_checked_in_is_the_one_that_is_printed() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("process.schema.json");
    if std::env::var_os("WAYPOST_UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, file::schema_text()).unwrap();
    }
    let found = std::fs::read_to_string(path).unwrap();
    assert_eq!(found, file::schema_text(), "write it with WAYPOST_UPDATE_SCHEMA=1");
}

/// Every map of the file is closed, and everything in it is described.
#[test]
fn every_map_is_closed_and_every_key_is_described() {
    fn walk(schema: &Value, maps: &mut usize) {
        if let Some(properties) = schema["properties"].as_object() {
            *maps += 1;
            assert_eq!(schema["additionalProperties"], false, "{schema}");
            for (key, property) in properties {
                let described = property["description"].is_string() || property["$ref"].is_string();
                assert!(described, "{key}");
            }
        }
        match schema {
            Value::Object(all) => all.values().for_each(|one| walk(one, maps)),
            Value::Array(all) => all.iter().for_each(|one| walk(one, maps)),
            _ => {}
        }
    }
    let mut maps = 0;
    walk(&file::schema(), &mut maps);
    assert_eq!(maps, 6, "process, stage, action, its old place, follow-up, removed stage");
}

/// The reader takes exactly the keys that the schema names: a wrong one is answered with all of them.
#[test]
fn the_reader_knows_the_same_keys() {
    let schema = file::schema();
    let cases = [
        ("xxxxxxxxx: 1", &schema["properties"]),
        ("stages: [{xxxxxxxxx: 1}]", &schema["definitions"]["stage"]["properties"]),
        (
            "stages: [{stage: S, actions: [{xxxxxxxxx: 1}]}]",
            &schema["definitions"]["action"]["properties"],
        ),
        (
            "stages: [{stage: S, actions: [{action: A, followUps: [{xxxxxxxxx: 1}]}]}]",
            &schema["definitions"]["followUp"]["properties"],
        ),
        ("removedStages: [{xxxxxxxxx: 1}]", &schema["definitions"]["removedStage"]["properties"]),
    ];
    for (text, properties) in cases {
        let flaws = file::parse(text).unwrap_err();
        let flaws: Vec<_> = flaws.iter().map(ToString::to_string).collect();
        let told = flaws.iter().find_map(|flaw| flaw.split_once("There are: ")).unwrap().1;
        let mut told: Vec<_> = told.trim_end_matches('.').split(", ").collect();
        told.sort_unstable();
        let known: Vec<_> = properties.as_object().unwrap().keys().collect();
        assert_eq!(told, known, "{text}");
    }
}
