//! What is wrong with a JSON text, in words for whoever sent it: the parser's own are for programmers.

use serde_json::{Error, error::Category};

/// What the parser says somewhere in its text, and what it means.
const MEANINGS: [(&str, &str); 11] = [
    ("recursion limit", "it is nested too deeply"),
    ("number out of range", "a number in it is too large"),
    (
        "control character",
        "a string in it holds a control character: write it as an escape, such as \\n",
    ),
    ("trailing characters", "something follows it"),
    ("trailing comma", "a comma in it is one too many"),
    ("surrogate", "an escape in a string names no character"),
    ("unicode code point", "an escape in a string names no character"),
    ("hex escape", "an escape in a string names no character"),
    ("invalid escape", "JSON knows no such escape: in a string, write \\\\ for a backslash"),
    ("key must be a string", "a name in it is not in double quotes"),
    ("invalid number", "a number in it is not written as JSON writes one"),
];

/// What is wrong and where: a sentence without its full stop.
pub(crate) fn why(error: &Error) -> String {
    let said = error.to_string();
    let place = format!("line {}, column {}", error.line(), error.column());
    if error.classify() == Category::Eof {
        return format!("it breaks off ({place})");
    }
    if let Some((_, name)) = said.split_once("duplicate field `") {
        let name = name.split('`').next().unwrap_or_default();
        return format!("`{name}` is in it twice ({place})");
    }
    let known = MEANINGS.iter().find(|(part, _)| said.contains(part));
    let meaning = known.map_or("it is not valid JSON", |(_, meaning)| meaning);
    format!("{meaning} ({place})")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_str};

    use super::*;

    #[test]
    fn what_is_wrong_with_a_json_text_is_said_in_plain_words() {
        for (text, told) in [
            ("{", "it breaks off (line 1, column 1)"),
            ("{\n\"a\": \"b", "it breaks off (line 2, column 7)"),
            ("{} {}", "something follows it (line 1, column 4)"),
            ("{\"a\": 1,}", "a comma in it is one too many (line 1, column 9)"),
            ("{\"a\": 1e999}", "a number in it is too large (line 1, column 11)"),
            ("{a: 1}", "a name in it is not in double quotes (line 1, column 2)"),
            ("{\"a\" 1}", "it is not valid JSON (line 1, column 6)"),
            ("{\"a\": nope}", "it is not valid JSON (line 1, column 8)"),
            ("{\"a\": 01}", "a number in it is not written as JSON writes one (line 1, column 8)"),
            (
                r#""\x""#,
                "JSON knows no such escape: in a string, write \\\\ for a backslash (line 1, column 3)",
            ),
            (r#""\ud800""#, "an escape in a string names no character (line 1, column 8)"),
        ] {
            let error = from_str::<Value>(text).unwrap_err();
            assert_eq!(why(&error), told, "{text}: {error}");
        }
        assert!(why(&from_str::<Value>("\"\n\"").unwrap_err()).starts_with("a string in it holds"));
        let deep = from_str::<Value>(&"[".repeat(1000)).unwrap_err();
        assert!(why(&deep).starts_with("it is nested too deeply"));
    }
}
