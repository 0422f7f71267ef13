//! What comes out: each field once, in the order of the specification, nothing with a variable missing.

use serde_json::json;

use super::tiny::House;

#[tokio::test]
async fn each_field_runs_once_however_often_it_is_asked_for() {
    let house = House::new();
    for (query, answer, runs) in [
        (
            "mutation { ...A touch { runs } ...B } fragment A on Mutation { touch { runs } } fragment B on Mutation { touch { cat { name } } }",
            r#"{"touch":{"runs":1,"cat":{"name":"Tom"}}}"#,
            1,
        ),
        ("{ runs ... { runs } ... on Query { runs } }", r#"{"runs":1}"#, 1),
        (
            "{ animals { friend { name } ... on Cat { friend { ... on Dog { tricks } } } } }",
            r#"{"animals":[{"friend":{"name":"Rex","tricks":["sit","roll"]}},{"friend":{"name":"Tom"}}]}"#,
            2,
        ),
        (
            "{ animals { ... on Cat { friend { name } } ... on Animal { friend { __typename } } } }",
            r#"{"animals":[{"friend":{"name":"Rex","__typename":"Dog"}},{"friend":{"__typename":"Cat"}}]}"#,
            2,
        ),
        (
            "{ animals { friend { name } ... on Dog { friend { name } } } }",
            r#"{"animals":[{"friend":{"name":"Rex"}},{"friend":{"name":"Tom"}}]}"#,
            2,
        ),
    ] {
        assert_eq!(house.data(query, json!({})).await, answer, "{query}");
        assert_eq!(house.ran(), runs, "{query}");
    }
}

#[tokio::test]
async fn keys_come_in_the_order_in_which_they_first_appear() {
    let house = House::new();
    for (query, answer) in [
        (
            "{ b: twice a: twice ...F } fragment F on Query { c: twice b: twice }",
            r#"{"b":42,"a":42,"c":42}"#,
        ),
        (
            "{ animals { ... on Dog { tricks name } ... on Cat { lives } name } }",
            r#"{"animals":[{"lives":9,"name":"Tom"},{"tricks":["sit","roll"],"name":"Rex"}]}"#,
        ),
        (
            "{ animals { ... on Cat { x: name } y: name ... on Dog { x: name } } }",
            r#"{"animals":[{"x":"Tom","y":"Tom"},{"y":"Rex","x":"Rex"}]}"#,
        ),
        (
            "{ pets { ... on Animal { name } __typename ... on Cat { lives } } }",
            r#"{"pets":[{"name":"Tom","__typename":"Cat","lives":9},{"name":"Rex","__typename":"Dog"}]}"#,
        ),
        (
            "{ animals { ... on Pet { ... on Dog { tricks } ... on Animal { name } } } }",
            r#"{"animals":[{"name":"Tom"},{"tricks":["sit","roll"],"name":"Rex"}]}"#,
        ),
        (
            "{ cat { ... on Animal { ... on Cat { lives } name } } }",
            r#"{"cat":{"lives":9,"name":"Tom"}}"#,
        ),
    ] {
        assert_eq!(house.data(query, json!({})).await, answer, "{query}");
    }
}

#[tokio::test]
async fn what_is_skipped_is_not_there() {
    let house = House::new();
    let query = "query($a: Boolean!, $b: Boolean = true) {
        runs @skip(if: $a) x: twice @include(if: $b) ...F @include(if: $a) cat { name @skip(if: $a) }
        y: twice @skip(if: true) z: twice @include(if: true)
    } fragment F on Query { f: twice }";
    for (variables, answer) in [
        (json!({ "a": true }), r#"{"x":42,"f":42,"cat":{},"z":42}"#),
        (json!({ "a": false }), r#"{"runs":1,"x":42,"cat":{"name":"Tom"},"z":42}"#),
        (json!({ "a": true, "b": false }), r#"{"f":42,"cat":{},"z":42}"#),
    ] {
        for _ in 0..3 {
            house.ran();
            assert_eq!(house.data(query, variables.clone()).await, answer, "{variables}");
        }
    }
    let (code, message) = house.refused(query, json!({ "a": true, "b": null }));
    assert_eq!(code, "BAD_USER_INPUT", "{message}");
}

#[tokio::test]
async fn omitted_is_not_null() {
    let house = House::new();
    let change = "mutation($t: String, $d: Int! = 3) { change(input: { title: $t, days: $d }) }";
    for (query, variables, answer) in [
        ("query($t: String) { echo(text: $t) }", json!({}), "omitted"),
        ("query($t: String) { echo(text: $t) }", json!({ "t": null }), "null"),
        ("query($t: String) { echo(text: $t) }", json!({ "t": "x", "other": 1 }), "x"),
        ("query($t: String = \"d\") { echo(text: $t) }", json!({}), "d"),
        (change, json!({}), "omitted [] false None 3"),
        (change, json!({ "t": null, "d": 4 }), "null [] false None 4"),
        (
            "mutation($i: Change!) { change(input: $i) }",
            json!({ "i": {} }),
            "omitted [] false None 7",
        ),
        (
            "mutation($i: Change!) { change(input: $i) }",
            json!({ "i": { "title": "t", "parts": { "name": "a" }, "colour": "RED", "ratio": 1 } }),
            "t [\"a×None\"] true Some(1.0) 7",
        ),
    ] {
        let response = house.answer(query, variables.clone()).await;
        let data = response["data"].as_object().unwrap_or_else(|| panic!("{query}: {response}"));
        assert_eq!(data.values().next(), Some(&json!(answer)), "{query} {variables}");
    }
    assert_eq!(house.data("query($n: Int) { twice(n: $n) }", json!({})).await, r#"{"twice":42}"#);
    assert_eq!(
        house.data("query($n: [Int!]!) { sum(of: $n) }", json!({ "n": 5 })).await,
        r#"{"sum":5}"#
    );
    assert_eq!(house.data("{ sum(of: 5) }", json!({})).await, r#"{"sum":5}"#);
}

#[tokio::test]
async fn nothing_runs_with_a_variable_missing_or_wrong() {
    let house = House::new();
    let change = "mutation($i: Change!) { change(input: $i) }";
    for (query, variables, said) in [
        (
            "mutation($i: Change!) { touch { runs } change(input: $i) }",
            json!({}),
            "The variable `$i` of type `Change!` is required: give it.",
        ),
        (
            change,
            json!({ "i": null }),
            "The variable `$i` got the invalid value null. `Change!` must not be null.",
        ),
        (
            change,
            json!({ "i": { "titel": "x" } }),
            "The variable `$i` got the invalid value {…}. `Change` has no field `titel`. Did you mean `title`?",
        ),
        (
            change,
            json!({ "i": { "title": 5 } }),
            "The variable `$i` got the invalid value 5 at `i.title`. `String` takes a string.",
        ),
        (
            change,
            json!({ "i": { "colour": "RAD" } }),
            "The variable `$i` got the invalid value \"RAD\" at `i.colour`. It is none of the values of `Colour`. Say one of `RED`, `BLUE`.",
        ),
        (
            change,
            json!({ "i": { "parts": [{ "name": "a" }, { "amount": 1 }] } }),
            "The variable `$i` got the invalid value {…} at `i.parts[1]`. The field `name` of type `String!` is required.",
        ),
        (
            change,
            json!({ "i": { "parts": [{ "name": "a", "amount": 2_147_483_648_i64 }] } }),
            "The variable `$i` got the invalid value 2147483648 at `i.parts[0].amount`. `Int` takes an integer between -2147483648 and 2147483647.",
        ),
        (
            change,
            json!({ "i": [] }),
            "The variable `$i` got the invalid value […]. `Change` takes an object.",
        ),
    ] {
        let (code, message) = house.refused(query, variables);
        assert_eq!((code.as_str(), message.as_str()), ("BAD_USER_INPUT", said), "{query}");
    }
    assert_eq!(house.ran(), 0);
    let many: Vec<_> = (0..1000).collect();
    let errors = house.plan("query($t: [String!]!) { a: echo(text: \"\") }", json!({ "t": many }));
    assert_eq!(errors.unwrap_err().as_array().unwrap().len(), 1, "the variable is not even used");
    let errors =
        house.plan("mutation($p: [Part!]) { change(input: { parts: $p }) }", json!({ "p": many }));
    let errors = errors.unwrap_err();
    assert_eq!(errors.as_array().unwrap().len(), 20);
    assert_eq!(errors[0]["locations"], json!([{ "line": 1, "column": 10 }]));
}

#[tokio::test]
async fn exactly_one_field_of_one_of() {
    let house = House::new();
    for (query, variables, answer) in [
        ("{ by(by: { id: 1 }) }", json!({}), "id 1"),
        ("query($n: String!) { by(by: { name: $n }) }", json!({ "n": "x" }), "name x"),
        ("query($by: By!) { by(by: $by) }", json!({ "by": { "name": "x" } }), "name x"),
    ] {
        assert_eq!(
            house.answer(query, variables).await,
            json!({ "data": { "by": answer } }),
            "{query}"
        );
    }
    let by = "query($by: By!) { by(by: $by) }";
    for (query, variables, expected) in [
        ("{ by(by: {}) }", json!({}), "GRAPHQL_VALIDATION_FAILED"),
        ("{ by(by: { id: 1, name: \"x\" }) }", json!({}), "GRAPHQL_VALIDATION_FAILED"),
        ("{ by(by: { id: null }) }", json!({}), "GRAPHQL_VALIDATION_FAILED"),
        (
            "query($n: String) { by(by: { name: $n }) }",
            json!({ "n": "x" }),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (by, json!({ "by": {} }), "BAD_USER_INPUT"),
        (by, json!({ "by": { "id": null } }), "BAD_USER_INPUT"),
        (by, json!({ "by": { "id": 1, "name": "x" } }), "BAD_USER_INPUT"),
        (by, json!({ "by": { "id": 1, "name": null } }), "BAD_USER_INPUT"),
    ] {
        assert_eq!(house.refused(query, variables).0, expected, "{query}");
    }
}

#[tokio::test]
async fn what_the_schema_does_not_have_is_said_with_its_place() {
    let house = House::new();
    for (query, message, line, column) in [
        (
            "# ż\n{ # ż\r\n  echo(text: \"ż\") twicee }",
            "Type `Query` does not have a field `twicee`. Did you mean `twice`?",
            3,
            19,
        ),
        (
            "{ twice(m: 1) }",
            "The argument `m` is not supported by `Query.twice`. Did you mean `n`?",
            1,
            9,
        ),
        (
            "mutation { change(input: { colour: BLU }) }",
            "Value `BLU` does not exist on `Colour`. Say one of `RED`, `BLUE`.",
            1,
            36,
        ),
        (
            "{ cat }",
            "This field has fields of its own: say which of them, between `{` and `}`.",
            1,
            3,
        ),
        ("query($a: Int) { twice }", "Unused variable: `$a`.", 1, 7),
        (
            "{ sum(of: [1]) sum(of: [1, 2]) }",
            "The field `sum` is asked for twice with different arguments. Give one an alias.",
            1,
            20,
        ),
        (
            "mutation { change(input: { title: \"a\", title: \"b\" }) }",
            "The input field `title` is given twice.",
            1,
            47,
        ),
        (
            "mutation($n: String) { change(input: { parts: [{ name: $n }] }) }",
            "The variable `$n` of type `String` cannot be used where `String!` is expected.",
            1,
            56,
        ),
    ] {
        let errors = house.plan(query, json!({})).unwrap_err();
        assert_eq!(errors[0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED", "{query}");
        assert_eq!(errors[0]["message"], message);
        assert_eq!(errors[0]["locations"], json!([{ "line": line, "column": column }]), "{query}");
    }
}

#[tokio::test]
async fn what_cannot_be_parsed_is_said_with_its_place() {
    let house = House::new();
    for (query, message, line, column) in [
        (
            "{",
            "Syntax error: Say which fields: between `{` and `}` at least one is expected.",
            1,
            2,
        ),
        ("{ twice(n: ) }", "Syntax error: A value is expected here.", 1, 12),
        ("{ twice(n) }", "Syntax error: After `n` a colon and a value are expected.", 1, 9),
        (
            "{ twice(n: [{ a }]) }",
            "Syntax error: After `a` a colon and a value are expected.",
            1,
            15,
        ),
        ("", "Syntax error: The document is empty or breaks off.", 1, 1),
        ("{ twice\u{0} }", "", 1, 8),
    ] {
        let errors = house.plan(query, json!({})).unwrap_err();
        assert_eq!(errors[0]["extensions"]["code"], "GRAPHQL_PARSE_FAILED", "{query} {errors}");
        assert_eq!(
            errors[0]["locations"],
            json!([{ "line": line, "column": column }]),
            "{query} {errors}"
        );
        if !message.is_empty() {
            assert_eq!(errors[0]["message"], message, "{query}");
        }
    }
}

#[tokio::test]
async fn one_operation_is_chosen_by_its_name() {
    let house = House::new();
    let query = "query A { a: twice } query B { b: twice }";
    let plan = |name: Option<&str>| {
        let mut asked = super::tiny::asked(query, json!({}));
        asked.operation_name = name.map(str::to_owned);
        house.door.plan(&asked).map(|prepared| prepared.cost).map_err(|errors| json!(errors))
    };
    assert!(plan(Some("A")).is_ok() && plan(Some("B")).is_ok());
    for name in [None, Some(""), Some("C")] {
        let errors = plan(name).unwrap_err();
        assert_eq!(errors[0]["extensions"]["code"], "OPERATION_RESOLUTION_FAILURE", "{name:?}");
    }
}

#[tokio::test]
async fn an_error_nulls_as_much_as_it_must_and_keeps_the_keys() {
    let house = House::new();
    let query = "{ twice fails cat { name required } b: twice }";
    let prepared = house.plan(query, json!({})).unwrap();
    let response = house.execute(prepared).await;
    let data = serde_json::to_string(&response.data).unwrap();
    assert_eq!(data, r#"{"twice":42,"fails":null,"cat":null,"b":42}"#);
    let mut paths: Vec<_> =
        response.errors.iter().map(|error| json!(error.path).to_string()).collect();
    paths.sort();
    assert_eq!(paths, [r#"["cat","required"]"#, r#"["fails"]"#]);
}
