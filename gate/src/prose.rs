//! What the library says as it runs a prepared operation. It has no kinds of errors, so that some are known by how
//! their texts begin; a test for each beginning fails when the library changes it.

/// How the library begins what it says about a value that it parsed as it ran.
const ABOUT_INPUT: &[&str] = &["Failed to parse", "Expected input", "Invalid value", "Variable "];

/// Whether the library says this about a value that it parsed as it ran.
pub fn is_about_input(message: &str) -> bool {
    ABOUT_INPUT.iter().any(|start| message.starts_with(start))
}
