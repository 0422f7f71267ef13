//! Documents that the operator trusts: run by their hash, and, if so configured, nothing else is run.

use std::{borrow::Cow, collections::HashMap, sync::Arc};

use async_graphql::ServerError;
use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::{Asked, Prepared};
use crate::error::{code, request_error};

/// What marks Apollo's kind of manifest.
const APOLLO: &str = "apollo-persisted-query-manifest";
/// Apollo's clients look for these messages, and then send the text, or no hash any more.
const NOT_FOUND: &str = "PersistedQueryNotFound";
const NOT_SUPPORTED: &str = "PersistedQueryNotSupported";

/// The documents that the operator trusts. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Trusted {
    texts: Arc<HashMap<String, String>>,
    /// Those that the server's own pages send. Clients that ask whether anything runs by hash are not told of them.
    own: Arc<HashMap<String, String>>,
    only: bool,
}

/// How a request names its document, besides by its text.
enum Named<'a> {
    /// `documentId`.
    Id(&'a str),
    /// Apollo's `extensions.persistedQuery`.
    Persisted(&'a str),
}

impl Trusted {
    /// These texts by hash; only they may run, if so configured.
    pub fn new(texts: HashMap<String, String>, only: bool) -> Self {
        Self { texts: Arc::new(texts), only, ..Self::default() }
    }

    /// These, and the documents of the server's own pages, by hash.
    #[must_use]
    pub fn with_own(self, own: HashMap<String, String>) -> Self {
        Self { own: Arc::new(own), ..self }
    }

    /// A request with the text that its hash stands for, and whether that is trusted.
    ///
    /// # Errors
    /// The hash is unknown and there is no text; or the text is another than that of the hash.
    pub fn resolve(&self, mut asked: Asked) -> Result<(Asked, bool), ServerError> {
        let Some(named) = named(&asked)? else { return Ok((asked, false)) };
        let hash = named.hash();
        match (self.text(hash), asked.query.as_deref()) {
            (Some(text), None) => asked.query = Some(text.to_owned()),
            (Some(text), Some(given)) if given == text || is_hash(hash, given) => {
                asked.query = Some(text.to_owned());
            }
            (Some(_), Some(_)) => return Err(mismatch()),
            (None, Some(given)) => {
                let wrong = matches!(named, Named::Persisted(_)) && !is_hash(hash, given);
                return if wrong { Err(mismatch()) } else { Ok((asked, false)) };
            }
            (None, None) => return Err(self.unknown(&named)),
        }
        Ok((asked, true))
    }

    /// Whether a document that is not trusted may be looked at for this viewer: some may ask for the schema.
    pub fn admits(&self, trusted: bool, explores: bool) -> Result<(), ServerError> {
        let fine = trusted || !self.only || explores;
        if fine { Ok(()) } else { Err(not_trusted()) }
    }

    /// Whether it may run, as it turned out to be.
    pub fn allows(&self, trusted: bool, prepared: &Prepared) -> Result<(), ServerError> {
        let fine = trusted || !self.only || prepared.is_introspection;
        if fine { Ok(()) } else { Err(not_trusted()) }
    }

    /// Hashes can say how they were made.
    fn text(&self, hash: &str) -> Option<&str> {
        let plain = hash.strip_prefix("sha256:").unwrap_or(hash);
        let (texts, own) = (&self.texts, &self.own);
        let found = texts.get(hash).or_else(|| texts.get(plain));
        found.or_else(|| own.get(plain)).map(String::as_str)
    }

    fn unknown(&self, named: &Named<'_>) -> ServerError {
        match named {
            Named::Persisted(_) if self.texts.is_empty() && !self.only => {
                request_error(code::PERSISTED_QUERY_NOT_SUPPORTED, NOT_SUPPORTED, None)
            }
            Named::Persisted(_) => request_error(code::PERSISTED_QUERY_NOT_FOUND, NOT_FOUND, None),
            Named::Id(_) => {
                let message = "No trusted document has this documentId. Send the text, or give the server the manifest that has it.";
                request_error(code::PERSISTED_QUERY_NOT_FOUND, message, None)
            }
        }
    }
}

impl Named<'_> {
    fn hash(&self) -> &str {
        match self {
            Self::Id(hash) | Self::Persisted(hash) => hash,
        }
    }
}

fn named(asked: &Asked) -> Result<Option<Named<'_>>, ServerError> {
    if let Some(id) = &asked.document_id {
        return Ok(Some(Named::Id(id)));
    }
    let extensions = asked.extensions.as_ref();
    let persisted = extensions.and_then(|all| all.get("persistedQuery"));
    let Some(persisted) = persisted.filter(|value| !value.is_null()) else { return Ok(None) };
    let hash = persisted.get("sha256Hash").and_then(Value::as_str);
    if persisted.get("version") != Some(&Value::from(1)) {
        return Err(request_error(code::PERSISTED_QUERY_NOT_SUPPORTED, NOT_SUPPORTED, None));
    }
    hash.map(|hash| Some(Named::Persisted(hash))).ok_or_else(|| {
        let message = "Give extensions.persistedQuery as {version: 1, sha256Hash: \"…\"}.";
        request_error(code::BAD_REQUEST, message, None)
    })
}

fn is_hash(hash: &str, text: &str) -> bool {
    let hash = hash.strip_prefix("sha256:").unwrap_or(hash);
    let bytes = Sha256::digest(text.as_bytes());
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    hex.eq_ignore_ascii_case(hash)
}

fn mismatch() -> ServerError {
    let message = "The text is not the one of this hash. Send only the hash, or only the text.";
    request_error(code::PERSISTED_QUERY_MISMATCH, message, None)
}

fn not_trusted() -> ServerError {
    let message = "This server runs trusted documents only. Send the hash of one; the server's operator can add yours with --trusted-documents.";
    request_error(code::DOCUMENT_NOT_TRUSTED, message, None)
}

/// A document of a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// What it is run by.
    pub hash: String,
    /// The text.
    pub text: String,
}

impl Document {
    /// The name of its first operation, for people.
    pub fn operation(&self) -> Cow<'_, str> {
        let in_name = |c: char| c == '_' || c.is_ascii_alphanumeric();
        let mut words = self
            .text
            .split_whitespace()
            .skip_while(|word| !["query", "mutation", "subscription"].contains(word));
        let name = words.nth(1).and_then(|word| word.split(|c| !in_name(c)).next());
        name.filter(|name| !name.is_empty()).map_or("without a name".into(), Into::into)
    }
}

#[derive(Deserialize)]
struct Apollo {
    version: u32,
    operations: Vec<ApolloOperation>,
}

#[derive(Deserialize)]
struct ApolloOperation {
    id: String,
    body: String,
}

/// The documents of a manifest: as graphql-codegen and relay-compiler write it, texts by hash, or as Apollo's
/// tools do.
///
/// # Errors
/// It is none, and why.
pub fn manifest(json: &str) -> Result<Vec<Document>, String> {
    let all: Map<String, Value> = serde_json::from_str(json)
        .map_err(|error| format!("it must be a JSON object of texts by hash: {error}"))?;
    if all.get("format").and_then(Value::as_str) == Some(APOLLO) {
        return apollo(all.into());
    }
    let documents = all.into_iter().map(|(hash, text)| match text {
        Value::String(text) => Ok(Document { hash, text }),
        _ => Err(format!("what stands under “{hash}” is not the text of a document")),
    });
    documents.collect()
}

fn apollo(manifest: Value) -> Result<Vec<Document>, String> {
    let manifest: Apollo = serde_json::from_value(manifest)
        .map_err(|error| format!("it is no manifest of Apollo's as it should be: {error}"))?;
    if manifest.version != 1 {
        return Err(format!("version {} of Apollo's manifests is not known", manifest.version));
    }
    let operations = manifest.operations.into_iter();
    Ok(operations.map(|one| Document { hash: one.id, text: one.body }).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TEXT: &str = "query Me { me }";
    const HASH: &str = "00000000000000000000000000000000000000000000000000000000000000ff";

    fn trusted() -> Trusted {
        Trusted::new(HashMap::from([("abc".to_owned(), TEXT.to_owned())]), false)
    }

    fn asked(json: Value) -> Asked {
        serde_json::from_value(json).unwrap()
    }

    fn resolved_or_code(trusted: &Trusted, json: Value) -> Result<(String, bool), String> {
        let resolved = trusted.resolve(asked(json));
        let code =
            |error: ServerError| match error.extensions.and_then(|all| all.get("code").cloned()) {
                Some(async_graphql::Value::String(code)) => code,
                other => panic!("{other:?}"),
            };
        resolved.map(|(asked, trusted)| (asked.query.unwrap_or_default(), trusted)).map_err(code)
    }

    fn persisted(hash: &str) -> Value {
        json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } })
    }

    #[test]
    fn a_hash_stands_for_its_text() {
        let mine = Ok((TEXT.to_owned(), true));
        assert_eq!(resolved_or_code(&trusted(), json!({ "documentId": "abc" })), mine);
        assert_eq!(resolved_or_code(&trusted(), json!({ "documentId": "sha256:abc" })), mine);
        assert_eq!(resolved_or_code(&trusted(), json!({ "extensions": persisted("abc") })), mine);
        assert_eq!(
            resolved_or_code(&trusted(), json!({ "documentId": "abc", "query": TEXT })),
            mine
        );
    }

    #[test]
    fn a_text_runs_as_it_is_and_must_be_the_one_of_its_hash() {
        let (own, hash) = ("{ a }", hex("{ a }"));
        let text = Ok((own.to_owned(), false));
        assert_eq!(resolved_or_code(&trusted(), json!({ "query": own })), text);
        assert_eq!(resolved_or_code(&trusted(), json!({ "query": own, "extensions": {} })), text);
        assert_eq!(
            resolved_or_code(&trusted(), json!({ "query": own, "extensions": persisted(&hash) })),
            text
        );
        let mismatch = Err("PERSISTED_QUERY_MISMATCH".to_owned());
        assert_eq!(
            resolved_or_code(&trusted(), json!({ "query": own, "documentId": "abc" })),
            mismatch
        );
        let other = json!({ "query": "{ b }", "extensions": persisted(&hash) });
        assert_eq!(resolved_or_code(&trusted(), other), mismatch);
    }

    #[test]
    fn clients_learn_whether_to_send_the_text_or_to_send_no_hash() {
        let unknown = Err("PERSISTED_QUERY_NOT_FOUND".to_owned());
        assert_eq!(resolved_or_code(&trusted(), json!({ "documentId": HASH })), unknown);
        assert_eq!(resolved_or_code(&trusted(), json!({ "extensions": persisted(HASH) })), unknown);
        let unsupported = Err("PERSISTED_QUERY_NOT_SUPPORTED".to_owned());
        let none = Trusted::default();
        assert_eq!(resolved_or_code(&none, json!({ "extensions": persisted(HASH) })), unsupported);
        assert_eq!(resolved_or_code(&none, json!({ "documentId": HASH })), unknown);
        let other = json!({ "extensions": { "persistedQuery": { "version": 2 } } });
        assert_eq!(resolved_or_code(&trusted(), other), unsupported);
        let without = json!({ "extensions": { "persistedQuery": { "version": 1 } } });
        assert_eq!(resolved_or_code(&trusted(), without), Err("BAD_REQUEST".to_owned()));
    }

    #[test]
    fn manifests_of_all_tools_are_read() {
        let document = |hash: &str, text: &str| Document { hash: hash.into(), text: text.into() };
        let codegen =
            r#"{"3bf4":"query A {\n  viewer {\n    id\n  }\n}","9c1e":"mutation B { b }"}"#;
        let read = manifest(codegen).unwrap();
        assert_eq!(read[1], document("9c1e", "mutation B { b }"));
        assert_eq!(read[0].operation(), "A");
        let apollo = r#"{"format":"apollo-persisted-query-manifest","version":1,"operations":[
            {"id":"dc67","name":"C","type":"query","body":"query C($n: Int) { c(n: $n) }"}]}"#;
        assert_eq!(manifest(apollo).unwrap(), [document("dc67", "query C($n: Int) { c(n: $n) }")]);
        assert_eq!(manifest(apollo).unwrap()[0].operation(), "C");
        assert_eq!(document("1", "{ a }").operation(), "without a name");
        for wrong in
            ["", "[]", r#"{"a":1}"#, &apollo.replace(":1,", ":2,"), &apollo.replace("body", "x")]
        {
            assert!(manifest(wrong).is_err(), "{wrong}");
        }
    }

    fn hex(text: &str) -> String {
        Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
