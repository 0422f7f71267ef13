//! Documents that nobody wrote: whatever comes, the door does not panic and its work stays within its
//! limits; and what it lets through answers as the library does by itself, where the library is right.

use proptest::prelude::*;
use serde_json::json;

use super::tiny::House;

/// Fields of a cat, a dog or either: without what the library runs twice or in another order.
fn fields(depth: u32) -> BoxedStrategy<String> {
    let leaf = prop_oneof![Just("name".to_owned()), Just("__typename".to_owned())];
    if depth == 0 {
        return leaf.boxed();
    }
    let inner = prop::collection::vec(fields(depth - 1), 1..4).prop_map(|all| all.join(" "));
    prop_oneof![
        3 => leaf,
        1 => inner.clone().prop_map(|inner| format!("friend {{ {inner} }}")),
        1 => inner.clone().prop_map(|inner| format!("... on Animal {{ {inner} }}")),
        1 => Just("... on Cat { lives }".to_owned()),
        1 => Just("... on Dog { tricks }".to_owned()),
        1 => (inner, any::<bool>()).prop_map(|(inner, skip)| format!("... @skip(if: {skip}) {{ {inner} }}")),
    ]
    .boxed()
}

fn document() -> impl Strategy<Value = String> {
    let sets = prop::collection::vec(fields(4), 1..5);
    sets.prop_map(|sets| format!("{{ animals {{ {} }} }}", sets.join(" ")))
}

/// The answer with its keys sorted: their order is the library's fault, and tested elsewhere.
fn sorted(value: &impl serde::Serialize) -> String {
    json!(value).to_string()
}

/// More than this the door does not look at.
const MOST_WORK: usize = 11 * 5_000;

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_passes_answers_as_it_would_without_the_door(document in document()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let house = House::new();
        let prepared = house.plan(&document, json!({}));
        let prepared = prepared.map_err(|errors| TestCaseError::fail(errors.to_string()))?;
        prop_assert!(prepared.work <= MOST_WORK);
        let with = runtime.block_on(house.execute(prepared));
        let without = runtime.block_on(house.without(&document));
        prop_assert_eq!(sorted(&with.data), sorted(&without.data));
    }

    #[test]
    fn whatever_comes_there_is_no_panic_and_the_work_is_bounded(
        document in document(),
        cut in any::<prop::sample::Index>(),
        end in any::<prop::sample::Index>(),
        noise in "[{}()\\[\\]$@!:.\"#a-zA-Z0-9 \\n\u{0}ż-]{0,12}",
        twice in any::<bool>(),
    ) {
        let house = House::new();
        let (cut, end) = (cut.index(document.len() + 1), end.index(document.len() + 1));
        let (from, to) = (cut.min(end), cut.max(end));
        let middle = if twice { document[from..to].repeat(3) } else { String::new() };
        let mutated = format!("{}{noise}{middle}{}", &document[..from], &document[to..]);
        if let Ok(prepared) = house.plan(&mutated, json!({ "a": 1 })) {
            prop_assert!(prepared.work <= MOST_WORK);
        }
    }
}
