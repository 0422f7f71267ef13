//! What is wrong where a text is no YAML, in words for who wrote it.

use granit_parser::{ErrorKind as Kind, ScanError};

use super::{At, Flaw};

/// The flaw of an error of the parser.
pub(crate) fn flaw(error: &ScanError) -> Flaw {
    let reason = reason(error.kind());
    Flaw::new(error.marker().into(), format!("This is not valid YAML: {reason}"))
}

/// A tab in the indentation, which people cannot see and the parser notices elsewhere.
pub(crate) fn tab(text: &str) -> Option<Flaw> {
    let mut lines = (1..).zip(text.lines());
    lines.find_map(|(line, text)| {
        let column = 1 + text.chars().take_while(|letter| *letter == ' ').count() as u64;
        let reason = "This is not valid YAML: a line is indented with spaces, and here is a tab.";
        let content = text.trim();
        let is_tab = text.trim_start_matches(' ').starts_with('\t') && !content.is_empty();
        is_tab.then(|| Flaw::new(At { line, column }, reason))
    })
}

const COLON: &str = "a colon is out of place here. A key stands under the key before it, with one colon after it; a text with a colon in it goes in quotes.";
const KEY: &str = "here a “key: value” is needed. Is a colon missing, or is the line indented otherwise than those above it?";
const INDENTED: &str = "this line is indented otherwise than those above it.";
const DASH: &str = "a “-” that begins an entry of a list stands at the start of its line, under the one before it, with a space after it.";
const BRACKETS: &str = "in brackets, a comma is missing before this, or the closing bracket.";
const UNCLOSED: &str = "a bracket is opened and never closed. Close it, or put the text in quotes.";
const TAB: &str = "here is a tab. Use spaces.";
const QUOTE: &str = "a quote is opened here and never closed.";
const AFTER_QUOTE: &str = "after the closing quote there is more text. A quote within quotes is written twice ('') or after a backslash (\\\").";
const ESCAPE: &str = "in double quotes, a backslash begins a code such as \\n or \\u2013, and this is none. Write \\\\ for a backslash, or use single quotes.";
const TAG: &str =
    "“!” begins a tag, and tags mean nothing here. If it is a text, put it in quotes.";
const BLOCK: &str = "after “|” or “>” the line ends, and the text begins on the next one.";
const DIRECTIVE: &str =
    "a line that begins with “%” says nothing here. Remove it, or put the text in quotes.";
const COMMENT: &str = "a comment begins with a space before the “#”, and not within a text.";
const LIMIT: &str = "there is more within one another here than any process has.";

fn reason(kind: &Kind) -> String {
    let text = match kind {
        Kind::UnclosedFlowCollection { open } => {
            return format!(
                "“{open}” is opened and never closed. Close it, or put the text in quotes."
            );
        }
        Kind::MismatchedFlowCollectionEnd { open, close } => {
            return format!("“{close}” does not close what “{open}” opened.");
        }
        Kind::UnexpectedCharacter { character } => {
            return format!("a text does not begin with “{character}” unless it is in quotes.");
        }
        other => fixed(other),
    };
    text.to_owned()
}

fn fixed(kind: &Kind) -> &'static str {
    structure(kind).or_else(|| quotes(kind)).or_else(|| signs(kind)).unwrap_or(
        "something is out of place here. Look at the quotes, the colons and the indentation of this line and the one above it.",
    )
}

/// Keys, lists, brackets and indentation.
fn structure(kind: &Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::UnexpectedEofFlowSequence
        | Kind::UnexpectedEofFlowMapping
        | Kind::UnexpectedEofImplicitFlowMapping => UNCLOSED,
        Kind::ExpectedFlowMappingSeparator | Kind::ExpectedFlowSequenceSeparator => BRACKETS,
        Kind::MisplacedFlowCollectionEnd => "a bracket is closed here that was not opened.",
        Kind::ExpectedBlockMappingKey
        | Kind::SimpleKeyExpected
        | Kind::InvalidSimpleKey
        | Kind::UnexpectedEofBlockMapping
        | Kind::ExpectedNodeContent => KEY,
        Kind::ExpectedBlockSequenceEntry
        | Kind::BlockEntryInFlowCollection
        | Kind::BlockSequenceEntryNotAllowed
        | Kind::InvalidBlockEntryWhitespace
        | Kind::PlainScalarStartsWithDashFlowIndicator => DASH,
        Kind::InvalidColonPlacement
        | Kind::MappingKeyNotAllowed
        | Kind::MappingValueNotAllowed
        | Kind::InvalidMappingValueWhitespace
        | Kind::FlowMappingValueAdjacentCollection => COLON,
        Kind::InvalidIndentation
        | Kind::InvalidBlockScalarIndent
        | Kind::InvalidQuotedScalarIndent
        | Kind::InvalidFlowScalarIndent => INDENTED,
        Kind::TabNotAllowed
        | Kind::TabInBlockIndentation
        | Kind::TabAtBlockScalarStart
        | Kind::TabInIndentation
        | Kind::TabInPlainScalar => TAB,
        Kind::RecursionLimitExceeded | Kind::AnchorCountOverflow => LIMIT,
        _ => return None,
    })
}

/// Texts in quotes.
fn quotes(kind: &Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::UnclosedQuotedScalar | Kind::DocumentIndicatorInQuotedScalar => QUOTE,
        Kind::InvalidTrailingSingleQuotedScalar | Kind::InvalidTrailingDoubleQuotedScalar => {
            AFTER_QUOTE
        }
        Kind::UnknownQuotedScalarEscape
        | Kind::InvalidQuotedScalarHexEscape
        | Kind::InvalidLowSurrogateHexEscape
        | Kind::InvalidLowSurrogate
        | Kind::MissingLowSurrogate
        | Kind::UnpairedLowSurrogate
        | Kind::InvalidUnicodeEscape => ESCAPE,
        _ => return None,
    })
}

/// Signs that mean something in YAML: tags, blocks, directives, comments, documents.
fn signs(kind: &Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::UndeclaredTagHandle
        | Kind::ExpectedTagBang
        | Kind::InvalidGlobalTagCharacter
        | Kind::InvalidTagTerminator
        | Kind::MissingTagUri
        | Kind::UnclosedVerbatimTag
        | Kind::InvalidTagEscape
        | Kind::InvalidTagUtf8LeadingByte
        | Kind::InvalidTagUtf8TrailingByte
        | Kind::InvalidTagUtf8 => TAG,
        Kind::MissingAnchorOrAliasName => {
            "“&” and “*” begin a name. If it is a text, put it in quotes."
        }
        Kind::ZeroBlockScalarIndent | Kind::InvalidBlockScalarHeader => BLOCK,
        Kind::CommentNotSeparated | Kind::CommentInterceptedScalar => COMMENT,
        Kind::ExpectedWhitespace => "a space is missing here.",
        Kind::DirectiveDisallowed
        | Kind::InvalidDirectiveTerminator
        | Kind::MissingYamlVersionSeparator
        | Kind::MissingDirectiveName
        | Kind::InvalidDirectiveName
        | Kind::DirectiveByteLimitExceeded { .. }
        | Kind::TooManyReservedDirectiveParams { .. }
        | Kind::YamlVersionTooLong
        | Kind::MissingYamlVersion
        | Kind::DuplicateVersionDirective
        | Kind::UnsupportedYamlMajorVersion
        | Kind::DuplicateTagDirective
        | Kind::ExpectedTagDirectiveBang
        | Kind::InvalidTagDirectiveTerminator
        | Kind::MissingDocumentEndBeforeDirective => DIRECTIVE,
        Kind::InvalidDocumentEnd => "after “...” there is nothing more on its line.",
        Kind::ExpectedDocumentStart => KEY,
        Kind::BomInsideDocument => {
            "here is a character that nobody sees (a byte order mark). Remove it."
        }
        _ => return None,
    })
}
