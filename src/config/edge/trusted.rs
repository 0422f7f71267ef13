//! Flags about trusted documents.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use clap::Args;
use gate::{
    Door,
    trusted::{Document, Trusted, manifest},
};

use crate::{config::Problems, graphql, http::Settings};

/// Flags about trusted documents.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Documents")]
pub struct TrustedArgs {
    /// A manifest of documents that clients may run by hash, as graphql-codegen, relay-compiler and
    /// Apollo's tools write it; may be given several times
    #[arg(long, env = "WAYPOST_TRUSTED_DOCUMENTS", value_name = "FILE", value_delimiter = ',')]
    pub trusted_documents: Vec<PathBuf>,
    /// Run nothing but trusted documents; administrators may still ask for the schema
    #[arg(long, env = "WAYPOST_TRUSTED_ONLY", value_name = "BOOL", action = clap::ArgAction::Set)]
    #[arg(default_value_t = false, num_args = 0..=1, default_missing_value = "true")]
    pub trusted_only: bool,
}

impl TrustedArgs {
    /// Puts what they say into the settings, and gives what is wrong with it: with each file, and with each
    /// document in it.
    pub fn check(&self, settings: &mut Settings) -> Problems {
        let mut problems = Problems::new();
        if self.trusted_documents.is_empty() {
            if self.trusted_only {
                problems.push(
                    "--trusted-only: nothing could run. Name a manifest with --trusted-documents."
                        .into(),
                );
            }
            return problems;
        }
        let sdl = graphql::sdl();
        let door = Door::new(graphql::contract(&sdl), settings.documents.clone());
        let mut texts = HashMap::new();
        for file in &self.trusted_documents {
            match read(file) {
                Ok(documents) => documents.into_iter().for_each(|document| {
                    problems.extend(add(&mut texts, file, document, &door));
                }),
                Err(problem) => problems.push(problem),
            }
        }
        settings.documents.trusted = Trusted::new(texts, self.trusted_only);
        problems
    }
}

fn read(file: &Path) -> Result<Vec<Document>, String> {
    let name = file.display();
    let text = std::fs::read_to_string(file)
        .map_err(|cause| format!("--trusted-documents: {name} cannot be read: {cause}."))?;
    manifest(&text).map_err(|problem| format!("--trusted-documents: {name}: {problem}."))
}

fn add(
    texts: &mut HashMap<String, String>,
    file: &Path,
    document: Document,
    door: &Door,
) -> Problems {
    let (name, operation) = (file.display(), document.operation());
    let about = format!("--trusted-documents: {name}: {} ({operation})", document.hash);
    let mut problems: Problems = match door.check(&document.text) {
        Ok(()) => Vec::new(),
        Err(errors) => errors.iter().map(|error| format!("{about}: {}", error.message)).collect(),
    };
    let before = texts.insert(document.hash, document.text.clone());
    if before.is_some_and(|before| before != document.text) {
        problems.push(format!("{about}: another document has the same hash."));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(files: &[&str], only: bool) -> Problems {
        let folder = tempfile::tempdir().unwrap();
        let paths = files.iter().enumerate().map(|(number, text)| {
            let path = folder.path().join(format!("{number}.json"));
            std::fs::write(&path, text).unwrap();
            path
        });
        let args = TrustedArgs { trusted_documents: paths.collect(), trusted_only: only };
        args.check(&mut Settings::default())
    }

    #[test]
    fn documents_that_the_schema_has_are_taken() {
        let codegen =
            r#"{"1":"query Me($id: ID!) { viewer { __typename } node(id: $id) { id } }"}"#;
        let apollo = r#"{"format":"apollo-persisted-query-manifest","version":1,"operations":[
            {"id":"2","name":"Me","type":"query","body":"query Me { viewer { __typename } }"}]}"#;
        assert_eq!(problems(&[codegen, apollo, codegen], true), Problems::new());
        assert_eq!(problems(&[], false), Problems::new());
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let wrong = r#"{"1":"query Me { nobody }","2":"query { viewer { __typename } }","3":"{"}"#;
        let told =
            problems(&[wrong, "{", r#"{"2":"query Other { viewer { __typename } }"}"#], true);
        assert_eq!(told.len(), 4, "{told:#?}");
        assert!(told[0].contains("0.json: 1 (Me): "), "{told:#?}");
        assert!(told[1].contains("0.json: 3 (without a name): "), "{told:#?}");
        assert!(told[2].contains("1.json: it must be a JSON object"), "{told:#?}");
        assert!(
            told[3].ends_with("2.json: 2 (Other): another document has the same hash."),
            "{told:#?}"
        );
    }

    #[test]
    fn without_a_manifest_nothing_could_run() {
        assert!(problems(&[], true)[0].starts_with("--trusted-only: "));
    }
}
