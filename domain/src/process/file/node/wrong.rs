//! What is wrong where a text is no YAML, in words for who wrote it.

use granit_parser::{ErrorKind as Kind, ScanError};

use super::{At, Flaw};
use crate::language::Message;

/// The flaw of an error of the parser.
pub(crate) fn flaw(error: &ScanError) -> Flaw {
    Flaw::new(error.marker().into(), invalid(reason(error.kind())))
}

fn invalid(reason: Message) -> Message {
    Message::of("yaml-invalid").with("reason", reason)
}

/// A tab in the indentation, which people cannot see and the parser notices elsewhere.
pub(crate) fn tab(text: &str) -> Option<Flaw> {
    let mut lines = (1..).zip(text.lines());
    lines.find_map(|(line, text)| {
        let column = 1 + text.chars().take_while(|letter| *letter == ' ').count() as u64;
        let reason = Message::of("yaml-tab-first");
        let content = text.trim();
        let is_tab = text.trim_start_matches(' ').starts_with('\t') && !content.is_empty();
        is_tab.then(|| Flaw::new(At { line, column }, invalid(reason)))
    })
}

const COLON: &str = "yaml-colon";
const KEY: &str = "yaml-key";
const INDENTED: &str = "yaml-indented";
const DASH: &str = "yaml-dash";
const BRACKETS: &str = "yaml-brackets";
const UNCLOSED: &str = "yaml-unclosed";
const TAB: &str = "yaml-tab";
const QUOTE: &str = "yaml-quote";
const AFTER_QUOTE: &str = "yaml-after-quote";
const ESCAPE: &str = "yaml-escape";
const TAG: &str = "yaml-tag";
const BLOCK: &str = "yaml-block";
const DIRECTIVE: &str = "yaml-directive";
const COMMENT: &str = "yaml-comment";
const LIMIT: &str = "yaml-limit";

fn reason(kind: &Kind) -> Message {
    match kind {
        Kind::UnclosedFlowCollection { open } => {
            Message::of("yaml-unclosed-one").with("open", open.to_string())
        }
        Kind::MismatchedFlowCollectionEnd { open, close } => Message::of("yaml-mismatched")
            .with("open", open.to_string())
            .with("close", close.to_string()),
        Kind::UnexpectedCharacter { character } => {
            Message::of("yaml-character").with("character", character.to_string())
        }
        other => Message::of(fixed(other)),
    }
}

fn fixed(kind: &Kind) -> &'static str {
    structure(kind).or_else(|| quotes(kind)).or_else(|| signs(kind)).unwrap_or("yaml-unknown")
}

/// Keys, lists, brackets and indentation.
fn structure(kind: &Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::UnexpectedEofFlowSequence
        | Kind::UnexpectedEofFlowMapping
        | Kind::UnexpectedEofImplicitFlowMapping => UNCLOSED,
        Kind::ExpectedFlowMappingSeparator | Kind::ExpectedFlowSequenceSeparator => BRACKETS,
        Kind::MisplacedFlowCollectionEnd => "yaml-unopened",
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
        Kind::MissingAnchorOrAliasName => "yaml-anchor",
        Kind::ZeroBlockScalarIndent | Kind::InvalidBlockScalarHeader => BLOCK,
        Kind::CommentNotSeparated | Kind::CommentInterceptedScalar => COMMENT,
        Kind::ExpectedWhitespace => "yaml-space",
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
        Kind::InvalidDocumentEnd => "yaml-document-end",
        Kind::ExpectedDocumentStart => KEY,
        Kind::BomInsideDocument => "yaml-byte-order",
        _ => return None,
    })
}
