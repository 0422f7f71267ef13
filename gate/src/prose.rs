//! What the library says as it runs a prepared operation. It has no kinds of errors, so that some are known by how
//! their texts begin; a test for each beginning fails when the library changes it.

/// How the library begins what it says about a value that it parsed as it ran.
const ABOUT_INPUT: &[&str] = &["Failed to parse", "Expected input", "Invalid value", "Variable "];

/// Whether the library says this about a value that it parsed as it ran.
pub fn is_about_input(message: &str) -> bool {
    ABOUT_INPUT.iter().any(|start| message.starts_with(start))
}

#[cfg(test)]
mod tests {
    use async_graphql::{
        EmptyMutation, EmptySubscription, Object, Schema,
        ValidationMode::{self, Fast, Strict},
    };
    use futures_util::FutureExt;

    use super::*;

    struct Query;

    #[Object]
    impl Query {
        async fn twice(&self, n: i32) -> i32 {
            n * 2
        }
    }

    fn said(mode: ValidationMode, query: &str) -> String {
        let schema = Schema::build(Query, EmptyMutation, EmptySubscription).validation_mode(mode);
        let response = schema.finish().execute(query).now_or_never().unwrap();
        response.errors[0].message.clone()
    }

    #[test]
    fn the_library_begins_so_what_it_says_about_a_value() {
        let found = [
            ("Failed to parse", said(Fast, "{ twice(n: 99999999999) }")),
            ("Expected input", said(Fast, r#"{ twice(n: "two") }"#)),
            ("Invalid value", said(Strict, r#"{ twice(n: "two") }"#)),
            ("Variable ", said(Fast, "{ twice(n: $n) }")),
        ];
        assert_eq!(found.each_ref().map(|(start, _)| *start), ABOUT_INPUT);
        for (start, message) in &found {
            assert!(message.starts_with(start), "{start}: {message}");
            assert!(is_about_input(message), "{message}");
        }
        assert!(!is_about_input(&said(Strict, "{ thrice }")));
    }
}
