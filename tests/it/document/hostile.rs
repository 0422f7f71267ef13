//! Documents made to break the server: all limits, at the limit and one over, and the work that they cost.

use std::fmt::Write as _;

use gate::{Door, Settings};
use serde_json::{Value, json};
use waypost::graphql::{contract, sdl};

use super::tiny::{House, asked};

/// What is refused, and by which measure.
fn measure(house: &House, query: &str) -> Option<String> {
    let errors = house.plan(query, json!({})).err()?;
    let measure = errors[0]["extensions"]["measure"].as_str();
    Some(measure.map_or_else(|| errors[0]["message"].to_string(), str::to_owned))
}

fn many(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect::<Vec<_>>().join(" ")
}

/// So many operations that all spread one fragment with so many fields.
fn operations(count: usize, fields: usize) -> String {
    let operations = many(count, |n| format!("query q{n} {{ cat {{ ...All }} }} "));
    format!("{operations} fragment All on Cat {{ {} }}", many(fields, |_| "name ".to_owned()))
}

fn deep(levels: usize) -> String {
    format!("{{ cat {} }}", "{ friend ".repeat(levels - 2) + "{ name " + &"}".repeat(levels - 1))
}

#[test]
fn limits_are_kept_at_the_limit_and_one_over() {
    let house = House::new();
    let aliases = |count| format!("{{ cat {{ {} }} }}", many(count, |n| format!("a{n}: name")));
    let directives =
        |count| format!("{{ cat {{ {} }} }}", many(count, |_| "name @skip(if: false)".into()));
    let roots = |count| {
        format!(
            "{{ {} }}",
            many(count, |n| if n < 30 { format!("a{n}: runs") } else { "runs".into() })
        )
    };
    let tokens = |count: usize| format!("{{ {} }}", many(count - 2, |_| "runs".into()));
    let selections =
        |count: usize| format!("{{ cat {{ {} }} }}", many(count - 1, |_| "name".into()));
    let few = |settings: Settings| House::with(settings);
    let wide = few(Settings { tokens: 10_000, root_fields: 10_000, ..Settings::default() });
    for (house, at, over, what) in [
        (&house, deep(15), deep(16), "levels of fields"),
        (&house, aliases(30), aliases(31), "aliases"),
        (&house, directives(50), directives(51), "directives"),
        (&house, roots(20), roots(21), "fields at its root"),
        (
            &few(Settings { root_fields: 10_000, ..Settings::default() }),
            tokens(5_000),
            tokens(5_001),
            "tokens",
        ),
        (&wide, selections(5_000), selections(5_001), "selections"),
    ] {
        assert_eq!(measure(house, &at), None, "{what}");
        assert_eq!(measure(house, &over).as_deref(), Some(what));
    }
    let few = few(Settings { bytes: 100, ..Settings::default() });
    assert_eq!(measure(&few, &format!("{{ runs }}{}", " ".repeat(92))), None);
    assert_eq!(measure(&few, &format!("{{ runs }}{}", " ".repeat(93))).as_deref(), Some("bytes"));
}

#[test]
fn the_standard_introspection_query_passes() {
    let mut types = "name".to_owned();
    for _ in 0..9 {
        types = format!("kind name ofType {{ {types} }}");
    }
    let query = format!(
        "query IntrospectionQuery {{ __schema {{ description queryType {{ name kind }} mutationType {{ name kind }}
         subscriptionType {{ name kind }} types {{ ...FullType }} directives {{ name description isRepeatable locations
         args(includeDeprecated: true) {{ ...InputValue }} }} }} }}
         fragment FullType on __Type {{ kind name description specifiedByURL fields(includeDeprecated: true) {{ name
         description args(includeDeprecated: true) {{ ...InputValue }} type {{ ...TypeRef }} isDeprecated deprecationReason }}
         inputFields(includeDeprecated: true) {{ ...InputValue }} interfaces {{ ...TypeRef }}
         enumValues(includeDeprecated: true) {{ name description isDeprecated deprecationReason }}
         possibleTypes {{ ...TypeRef }} }}
         fragment InputValue on __InputValue {{ name description type {{ ...TypeRef }} defaultValue isDeprecated deprecationReason }}
         fragment TypeRef on __Type {{ kind {types} }}"
    );
    let house = House::new();
    let prepared = house.plan(&query, json!({})).unwrap();
    assert!(prepared.is_introspection);
    let closed = House::with(Settings { introspection: false, ..Settings::default() });
    let (code, message) = closed.refused(&query, json!({}));
    assert_eq!(code, "GRAPHQL_VALIDATION_FAILED", "{message}");
    assert!(closed.plan("{ __typename cat { __typename } }", json!({})).is_ok());
}

#[test]
fn hostile_documents_are_refused_with_little_work() {
    let house = House::new();
    let mut doubling = "{ cat { ...F0 } }".to_owned();
    for level in 0..40 {
        let next = level + 1;
        write!(doubling, " fragment F{level} on Cat {{ ...F{next} ...F{next} }}").unwrap();
    }
    doubling += " fragment F40 on Cat { name }";
    let chain = |length: usize| {
        let chain = many(length, |n| format!("fragment F{n} on Cat {{ ...F{} }}", n + 1));
        format!("{{ cat {{ ...F0 }} }} {chain} fragment F{length} on Cat {{ name }}")
    };
    let by_types = format!(
        "{{ animals {} }}",
        "{ name ... on Cat { friend { name } } friend ".repeat(13) + "{ name }" + &"}".repeat(13)
    );
    for (document, expected) in [
        ("{a".repeat(400_000), "DOCUMENT_TOO_LARGE"),
        ("[".repeat(400_000), "DOCUMENT_TOO_LARGE"),
        (
            format!("{{ sum(of: {}1{}) }}", "[".repeat(200_000), "]".repeat(200_000)),
            "DOCUMENT_TOO_LARGE",
        ),
        (
            format!("{{ sum(of: {}1{}) }}", "[".repeat(2_000), "]".repeat(2_000)),
            "DOCUMENT_TOO_LARGE",
        ),
        (format!("{{ sum(of: {}", "{a:".repeat(1_500)), "DOCUMENT_TOO_LARGE"),
        ("{cat".repeat(2_400), "DOCUMENT_TOO_LARGE"),
        ("{...".repeat(2_400), "DOCUMENT_TOO_LARGE"),
        (
            format!("query($a: {}Int{}) {{ runs }}", "[".repeat(2_000), "]".repeat(2_000)),
            "DOCUMENT_TOO_LARGE",
        ),
        (format!("{{ runs }} {}", ",".repeat(200_000)), "DOCUMENT_TOO_LARGE"),
        (format!("{{ {} }}", many(10_000, |n| format!("a{n}: runs"))), "DOCUMENT_TOO_LARGE"),
        (format!("{{ runs {} }}", "@skip(if: false)".repeat(10_000)), "DOCUMENT_TOO_LARGE"),
        (format!("{{ {} }}", many(1_600, |n| format!("a{n}: runs"))), "QUERY_TOO_COMPLEX"),
        (format!("{{ runs {} }}", "@skip(if: false)".repeat(700)), "QUERY_TOO_COMPLEX"),
        (format!("{{ runs {} }}", "@a".repeat(2_400)), "QUERY_TOO_COMPLEX"),
        (format!("{{ {}: runs }}", "a".repeat(201)), "DOCUMENT_TOO_LARGE"),
        (operations(30, 2_000), "DOCUMENT_TOO_LARGE"),
        (doubling, "QUERY_TOO_COMPLEX"),
        (chain(600), "QUERY_TOO_COMPLEX"),
        (by_types, "QUERY_TOO_COMPLEX"),
        (
            "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }".into(),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "{ cat { ...A } } fragment A on Cat { friend { ...A } }".into(),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (format!("{{ {} }}", many(2_400, |n| format!("nobody{n}"))), "GRAPHQL_VALIDATION_FAILED"),
        (many(900, |n| format!("query Q{n} {{ x }}")), "GRAPHQL_VALIDATION_FAILED"),
        (
            format!("{{ runs }} {}", many(600, |n| format!("fragment F{n} on Cat {{ name }}"))),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        ("{ runs } \u{0}".into(), "GRAPHQL_PARSE_FAILED"),
        ("{ sum(of: 1e400) }".into(), "GRAPHQL_VALIDATION_FAILED"),
        ("mutation { change(input: { ratio: 1e400 }) }".into(), "GRAPHQL_VALIDATION_FAILED"),
        ("\u{FEFF}\"\"\"".into(), "GRAPHQL_PARSE_FAILED"),
        ("type Query { a: Int }".into(), "GRAPHQL_VALIDATION_FAILED"),
    ] {
        let begun = document.chars().take(60).collect::<String>();
        let errors = house.plan(&document, json!({})).expect_err(&begun);
        let all = errors.as_array().unwrap();
        assert_eq!(all[0]["extensions"]["code"], expected, "{begun} {}", all[0]);
        assert!(all.len() <= 20 && all.iter().all(is_short), "{begun}");
    }
    assert_eq!(house.ran(), 0);
}

fn is_short(error: &Value) -> bool {
    error["message"].as_str().is_some_and(|message| message.chars().count() < 300)
}

/// A fragment's values are written wherever it is spread.
#[test]
fn values_that_fragments_multiply_are_bounded() {
    let door = Door::new(contract(&sdl()), Settings::default());
    let plan = |length: usize| {
        let parents = many(20, |n| format!("p{n}: process(id: \"x\") {{ ...F }}"));
        let text = "x".repeat(length);
        let query = format!(
            "{{ {parents} }} fragment F on Process {{ unstagedDeals(after: \"{text}\") {{ totalCount }} }}"
        );
        door.plan(&asked(&query, json!({})))
    };
    assert!(plan(1_000).is_ok());
    let errors = plan(200_000).unwrap_err();
    let extensions = errors[0].extensions.as_ref().unwrap();
    let measure = extensions.get("measure").unwrap().to_string();
    assert_eq!(measure, "\"bytes in the values of its arguments\"");
}

#[test]
fn the_cost_is_the_most_objects_that_may_be_answered() {
    let house = House::new();
    for (query, variables, cost) in [
        ("{ runs twice }", json!({}), 0),
        ("{ cat { name } }", json!({}), 1),
        ("{ animals { name friend { name } } }", json!({}), 20),
        ("{ cats { totalCount } }", json!({}), 1),
        ("{ cats { nodes { name } } }", json!({}), 21),
        ("{ cats(first: 100) { nodes { name friend { name } } } }", json!({}), 201),
        ("query($n: Int) { cats(last: $n) { nodes { name } } }", json!({ "n": 7 }), 8),
        ("query($n: Int) { cats(last: $n) { nodes { name } } }", json!({}), 21),
        ("query($n: Int) { cats(first: $n, last: 7) { nodes { name } } }", json!({}), 8),
        ("{ cats(first: null, last: 7) { nodes { name } } }", json!({}), 8),
        ("{ cats(first: -5) { nodes { name } } }", json!({}), 1),
        (
            "{ animals { ... on Cat { friend { name } } ... on Dog { friend { name friend { name } } } } }",
            json!({}),
            30,
        ),
    ] {
        assert_eq!(house.plan(query, variables).unwrap().cost, cost, "{query}");
    }
    let house = House::with(Settings { cost: 21, ..Settings::default() });
    assert!(house.plan("{ cats { nodes { name } } }", json!({})).is_ok());
    let errors = house.plan("{ cats(first: 21) { nodes { name } } }", json!({})).unwrap_err();
    let extensions = &errors[0]["extensions"];
    assert_eq!((&extensions["cost"], &extensions["limit"]), (&json!(22), &json!(21)));
    let errors = house.plan("{ cats(first: 999999999999999999999) { nodes { name } } }", json!({}));
    assert!(errors.is_err());
}

#[test]
fn documents_are_kept_from_the_second_time_on_within_their_memory() {
    let house = House::new();
    let query = "query($a: Boolean!) { runs @skip(if: $a) twice }";
    let work = |a: bool| house.plan(query, json!({ "a": a })).unwrap().work;
    assert!(work(true) > 0 && house.door.kept().0 == 0, "once is not kept");
    assert!(work(true) > 0 && house.door.kept().0 == 1, "twice is");
    assert_eq!(work(true), 0);
    assert!(work(false) > 0, "another choice is another plan");
    assert_eq!((work(false), work(true)), (0, 0));
    for invalid in ["{ nobody }", "{"] {
        for _ in 0..3 {
            assert!(house.plan(invalid, json!({})).is_err());
        }
    }
    assert_eq!(house.door.kept().0, 1);
    for n in 0..1000 {
        house.plan(&format!("{{ a{n}: runs }}"), json!({})).unwrap();
    }
    assert_eq!((house.door.kept().0, work(true)), (1, 0), "variety pushes nothing out");

    let small = House::with(Settings { cache: 200_000, ..Settings::default() });
    for n in 0..500 {
        for _ in 0..2 {
            small.plan(&format!("{{ a{n}: runs }}"), json!({})).unwrap();
        }
        assert!(small.door.kept().1 <= 200_000);
    }
    assert!(small.door.kept().0 > 10);
    let large = format!("{{ cat {{ name }} }} # {}", "x".repeat(20_000));
    for _ in 0..3 {
        assert!(small.plan(&large, json!({})).unwrap().work > 0, "larger than its part");
    }
    let none = House::with(Settings { cache: 0, ..Settings::default() });
    for _ in 0..3 {
        assert!(none.plan("{ runs }", json!({})).unwrap().work > 0);
    }
}
