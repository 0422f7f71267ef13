//! What the parser and the compiler say of a document, in words for whoever wrote it: theirs are for programmers of
//! parsers.

use crate::text::shortened;

/// The most characters of the document that an error quotes at once.
const LONGEST_QUOTE: usize = 60;

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
    ("Unterminated string value", "a string does not end"),
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
const CHARACTERS: &[(&str, &str)] = &[
    ("L_CURLY", "`{`"),
    ("R_CURLY", "`}`"),
    ("L_PAREN", "`(`"),
    ("R_PAREN", "`)`"),
    ("L_BRACK", "`[`"),
    ("R_BRACK", "`]`"),
    ("COLON", "`:`"),
    ("DOLLAR", "`$`"),
    ("EQ", "`=`"),
    ("BANG", "`!`"),
    ("IDENT", "a name"),
];

/// What the parser says, in plain words.
pub fn of_parser(message: &str) -> String {
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
pub fn of_compiler(message: &str) -> &str {
    said(RULES, message).unwrap_or(message)
}

fn said(known: &[(&str, &'static str)], message: &str) -> Option<&'static str> {
    known.iter().find(|(part, _)| message.contains(part)).map(|(_, instead)| *instead)
}
