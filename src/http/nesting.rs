//! How deeply brackets are nested in a document: counted before anything that would recurse into them,
//! because the parser bounds the depth of selections but not that of values and types.

/// The deepest nesting that is taken; people's documents have a tenth of it.
pub const DEEPEST: usize = 64;

/// Whether brackets are nested too deeply for a document to be read.
pub fn is_too_deep(document: &str) -> bool {
    let mut depth = 0_usize;
    let mut rest = document.as_bytes();
    while let Some((byte, tail)) = rest.split_first() {
        rest = match byte {
            b'#' => skip_comment(tail),
            b'"' => skip_string(rest),
            _ => tail,
        };
        match byte {
            b'{' | b'[' | b'(' => depth += 1,
            b'}' | b']' | b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return true;
        }
    }
    false
}

fn skip_comment(rest: &[u8]) -> &[u8] {
    let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
    end.map_or(&[], |end| &rest[end..])
}

/// What follows a string or block string that begins here; nothing when it never ends.
fn skip_string(rest: &[u8]) -> &[u8] {
    let (quote, escape): (&[u8], &[u8]) =
        if rest.starts_with(br#"""""#) { (br#"""""#, br#"\""""#) } else { (b"\"", b"\\") };
    let mut rest = &rest[quote.len()..];
    while !rest.is_empty() && !rest.starts_with(quote) {
        let escaped = rest.starts_with(escape);
        let step = if !escaped {
            1
        } else if escape.len() == 1 {
            2
        } else {
            escape.len()
        };
        rest = rest.get(step..).unwrap_or_default();
    }
    rest.get(quote.len()..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nested(open: &str, close: &str, depth: usize) -> String {
        format!("{{a(b:{}1{})}}", open.repeat(depth), close.repeat(depth))
    }

    #[test]
    fn values_types_and_selections_count_alike() {
        for (open, close) in [("[", "]"), ("{a:", "}"), ("{a", "}")] {
            assert!(!is_too_deep(&nested(open, close, DEEPEST - 2)), "{open}");
            assert!(is_too_deep(&nested(open, close, DEEPEST - 1)), "{open}");
            assert!(is_too_deep(&open.repeat(100_000)), "{open}");
        }
    }

    #[test]
    fn brackets_in_strings_and_comments_do_not_count() {
        let many = "[".repeat(1000);
        for document in [
            format!("{{a(b: \"{many}\")}}"),
            format!("{{a(b: \"\\\"{many}\")}}"),
            format!("{{a(b: \"\"\"{many} \\\"\"\" \" {many}\"\"\")}}"),
            format!("# {many}\n{{a}}"),
        ] {
            assert!(!is_too_deep(&document), "{document}");
        }
        assert!(is_too_deep(&format!("# a comment\n{{a(b: \"\" c: {many}")));
    }
}
