//! Flags about documents.

use clap::Args;
use gate::Settings as Documents;

use crate::{config::Problems, http::Settings};

/// Deeper than this the library does not follow.
const DEEPEST: usize = 30;

/// Flags about documents.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Documents")]
pub struct DocumentArgs {
    /// The most bytes of a document
    #[arg(long, env = "WAYPOST_MAX_DOCUMENT_BYTES", default_value_t = Documents::default().bytes, value_name = "BYTES")]
    pub max_document_bytes: usize,
    /// The most tokens of a document
    #[arg(long, env = "WAYPOST_MAX_TOKENS", default_value_t = Documents::default().tokens, value_name = "NUMBER")]
    pub max_tokens: usize,
    /// How deeply the fields of an operation may be nested
    #[arg(long, env = "WAYPOST_MAX_DEPTH", default_value_t = Documents::default().depth, value_name = "NUMBER")]
    pub max_depth: usize,
    /// The most aliases of an operation
    #[arg(long, env = "WAYPOST_MAX_ALIASES", default_value_t = Documents::default().aliases, value_name = "NUMBER")]
    pub max_aliases: usize,
    /// The most directives of an operation
    #[arg(long, env = "WAYPOST_MAX_DIRECTIVES", default_value_t = Documents::default().directives, value_name = "NUMBER")]
    pub max_directives: usize,
    /// The most fields at the root of an operation
    #[arg(long, env = "WAYPOST_MAX_ROOT_FIELDS", default_value_t = Documents::default().root_fields, value_name = "NUMBER")]
    pub max_root_fields: usize,
    /// The most selections of an operation, its fragments expanded
    #[arg(long, env = "WAYPOST_MAX_SELECTIONS", default_value_t = Documents::default().selections, value_name = "NUMBER")]
    pub max_selections: usize,
    /// The highest cost of a request: the most objects that its answer may hold
    #[arg(long, env = "WAYPOST_MAX_COST", default_value_t = Documents::default().cost, value_name = "NUMBER")]
    pub max_cost: u64,
    /// How much memory prepared documents may take; 0 keeps none
    #[arg(long, env = "WAYPOST_DOCUMENT_CACHE", default_value_t = Documents::default().cache, value_name = "BYTES")]
    pub document_cache: usize,
    /// Whether members may ask for the schema, as explorers and code generators do
    #[arg(long, env = "WAYPOST_INTROSPECTION", default_value_t = true, action = clap::ArgAction::Set, value_name = "BOOL")]
    pub introspection: bool,
    /// Whether errors suggest names that exist: “Did you mean …?”
    #[arg(long, env = "WAYPOST_SUGGESTIONS", default_value_t = true, action = clap::ArgAction::Set, value_name = "BOOL")]
    pub suggestions: bool,
}

impl DocumentArgs {
    /// Puts what they say into the settings, and gives what is wrong with it.
    pub fn check(&self, settings: &mut Settings) -> Problems {
        let documents = &mut settings.documents;
        documents.bytes = self.max_document_bytes;
        documents.tokens = self.max_tokens;
        documents.depth = self.max_depth;
        documents.aliases = self.max_aliases;
        documents.directives = self.max_directives;
        documents.root_fields = self.max_root_fields;
        documents.selections = self.max_selections;
        documents.cost = self.max_cost;
        documents.cache = self.document_cache;
        documents.introspection = self.introspection;
        documents.suggestions = self.suggestions;
        self.problems()
    }

    fn problems(&self) -> Problems {
        let least_one = [
            ("--max-document-bytes", self.max_document_bytes),
            ("--max-tokens", self.max_tokens),
            ("--max-depth", self.max_depth),
            ("--max-root-fields", self.max_root_fields),
            ("--max-selections", self.max_selections),
        ];
        let zero = least_one.into_iter().filter(|(_, number)| *number == 0);
        let mut problems: Problems =
            zero.map(|(flag, _)| format!("{flag} must be at least 1.")).collect();
        if self.max_depth > DEEPEST {
            problems.push(format!("--max-depth must be at most {DEEPEST}."));
        }
        problems
    }
}
