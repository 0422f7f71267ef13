//! What the parser and the compiler say of a document, in words for whoever wrote it: theirs are for programmers of
//! parsers.

/// The most characters of the document that an error quotes at once.
pub(crate) const LONGEST_QUOTE: usize = 60;

/// What is somewhere in a message, and what is said instead of all of it.
const INSTEAD: &[(&str, &str)] = &[
    (
        "at least one Selection in Selection Set",
        "say which fields: between `{` and `}` at least one is expected",
    ),
    (
        "StringValue, Name or OperationDefinition",
        "an operation is expected here: `query`, `mutation`, `subscription` or `{`",
    ),
    ("a valid Value", "a value is expected here"),
    (
        "an Inline Fragment or a Fragment Spread",
        "after `...` the name of a fragment is expected, or `on` with a type",
    ),
    ("a Name in Type Condition", "after `on` the name of a type is expected"),
    ("a Variable Definition", "a variable is expected here, such as `$id: ID!`"),
    ("a Name", "a name is expected here"),
    (
        "Unterminated spread operator",
        "three dots are expected here; a number begins with a digit, as `0.5` does",
    ),
    (
        "escaped character",
        "GraphQL knows no such escape: in a string, write `\\\\` for a backslash",
    ),
    ("surrogate", "an escape in a string names no character"),
    ("unicode escape", "an escape in a string names no character"),
    (
        "line terminator",
        "a string ends on the line on which it begins: put one of several lines between `\"\"\"` and `\"\"\"`",
    ),
    ("unterminated string value", "a string does not end"),
    ("non-significant leading zeroes", "a number does not begin with a zero that says nothing"),
    ("as integer suffix", "a letter follows a number"),
    ("as float suffix", "a letter follows a number"),
    ("Unexpected <EOF>", "the document is empty or breaks off"),
];

/// What the schema says against a document, in words for people: phrases, for a name is one word.
const RULES: &[(&str, &str)] = &[
    (
        "must have a subselection set",
        "this field has fields of its own: say which of them, between `{` and `}`",
    ),
    ("non 32-bit signed integer", "an Int is a whole number between -2147483648 and 2147483647"),
    ("can only be used once per location", "a directive of this name can stand here once only"),
];

/// Characters that the parser calls by name.
const CHARACTERS: &[(&str, &str)] = &[("R_CURLY", "`}`"), ("R_PAREN", "`)`"), ("R_BRACK", "`]`")];

/// At most so many characters of a text; `…` where some are missing.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some(_) => text.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
        None => text.to_owned(),
    }
}

/// What the parser says, in plain words.
pub(crate) fn of_parser(message: &str) -> String {
    let (wanted, got) = message.split_once(", got ").unwrap_or((message, ""));
    if let Some(instead) = said(INSTEAD, wanted) {
        return instead.to_owned();
    }
    let wanted = CHARACTERS
        .iter()
        .fold(wanted.to_owned(), |text, (name, character)| text.replace(name, character));
    match got {
        "" => wanted,
        "EOF" => format!("{wanted}, and the document ends"),
        got => format!("{wanted}, got `{}`", shortened(got, LONGEST_QUOTE)),
    }
}

/// What the compiler says, in plain words.
pub(crate) fn of_compiler(message: &str) -> &str {
    said(RULES, message).unwrap_or(message)
}

fn said(known: &[(&str, &'static str)], message: &str) -> Option<&'static str> {
    known.iter().find(|(part, _)| message.contains(part)).map(|(_, instead)| *instead)
}

#[cfg(test)]
mod tests {
    use apollo_compiler::parser::Parser;

    use super::*;

    fn said_of(document: &str) -> String {
        let faulty = Parser::new().parse_ast(document, "document.graphql").unwrap_err();
        faulty.errors.iter().next().unwrap().error.to_string()
    }

    /// The parser has no kinds of errors that it tells: each is known by its text, which a new version may change.
    #[test]
    fn the_parser_says_each_text_that_is_told_otherwise() {
        let documents = [
            ("at least one Selection in Selection Set", "{ }"),
            ("StringValue, Name or OperationDefinition", "]"),
            ("a valid Value", "{ a(b: ) }"),
            ("an Inline Fragment or a Fragment Spread", "{ ... }"),
            ("a Name in Type Condition", "{ ... on { a } }"),
            ("a Variable Definition", "query() { a }"),
            ("a Name", "query($: Int) { a }"),
            ("Unterminated spread operator", "{ ..a }"),
            ("escaped character", r#"{ a(b: "\x") }"#),
            ("surrogate", r#"{ a(b: "\uD800") }"#),
            ("unicode escape", r#"{ a(b: "\u12") }"#),
            ("line terminator", "{ a(b: \"b\n\") }"),
            ("unterminated string value", r#"{ a(b: "b"#),
            ("non-significant leading zeroes", "{ a(b: 01) }"),
            ("as integer suffix", "{ a(b: 1x) }"),
            ("as float suffix", "{ a(b: 1.5x) }"),
            ("Unexpected <EOF>", ""),
        ];
        assert_eq!(
            documents.map(|(text, _)| text),
            *INSTEAD.iter().map(|(text, _)| *text).collect::<Vec<_>>()
        );
        for ((text, document), (_, instead)) in documents.iter().zip(INSTEAD) {
            assert!(said_of(document).contains(text), "{document}: {}", said_of(document));
            assert_eq!(of_parser(&said_of(document)), *instead, "{document}");
        }
    }

    #[test]
    fn the_parser_calls_characters_by_name() {
        for (document, expected) in [
            ("{ a", "`}`, and the document ends"),
            ("query($a: Int { a }", "`)`, got `{`"),
            ("query($a: [Int) { a }", "`]`, got `)`"),
        ] {
            let told = of_parser(&said_of(document));
            assert!(told.ends_with(expected), "{document}: {told}");
        }
    }
}
