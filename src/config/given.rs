//! What is given: one rule for the value of every variable and flag.
//!
//! Empty counts as unset. What secrets managers, `.env` files and mounted files put around a value is no part
//! of it: white space and line ends, a byte order mark, and one pair of quotes. A variable's value can be in
//! a file, which `NAME_FILE` names.

use std::{
    ffi::{OsStr, OsString},
    fs::File,
    io::Read,
};

/// What is appended to a variable's name to name a file that holds its value.
const SUFFIX: &str = "_FILE";
/// No value is longer, in bytes; a device that never ends is no file to read to its end.
const LONGEST: u64 = 64 * 1024;

/// The environment: a variable's value by its name.
pub(crate) type Environment<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// The environment of this program.
pub(crate) fn environment(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// A value without what is no part of it. A pair of quotes is, only if there are no others of its kind between.
pub(crate) fn tidy(text: &str) -> &str {
    let bare = trim(text);
    let inside = |quote| bare.strip_prefix(quote).and_then(|rest: &str| rest.strip_suffix(quote));
    let unquoted = ['"', '\'']
        .into_iter()
        .find_map(|quote| inside(quote).filter(|inside| !inside.contains(quote)));
    unquoted.map_or(bare, trim)
}

/// The items between commas of a value that is a list, each without what was put around it.
pub(crate) fn tidy_list(text: &str) -> Vec<&str> {
    tidy(text).split(',').map(tidy).filter(|item| !item.is_empty()).collect()
}

fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\0'))
}

/// The value of a variable, or of the file that `NAME_FILE` names; none when neither is set. What is wrong
/// is said without the value.
pub(crate) fn variable(name: &str, environment: Environment<'_>) -> Result<Option<String>, String> {
    match (text(name, environment)?, text(&format!("{name}{SUFFIX}"), environment)?) {
        (Some(_), Some(_)) => {
            Err(format!("{name} and {name}{SUFFIX} are both set. Unset one of them."))
        }
        (None, Some(path)) => in_file(name, &path),
        (value, None) => Ok(value),
    }
}

/// The value of a variable alone, for those that no file stands for.
pub(crate) fn text(name: &str, environment: Environment<'_>) -> Result<Option<String>, String> {
    let Some(value) = environment(name) else { return Ok(None) };
    let value = value.to_str().ok_or_else(|| format!("{name}: this is no text in UTF-8."))?;
    Ok(Some(tidy(value)).filter(|value| !value.is_empty()).map(str::to_owned))
}

fn in_file(name: &str, path: &str) -> Result<Option<String>, String> {
    let of = |what: &str| format!("{name}{SUFFIX}: {path} {what}");
    let bytes = read(path.as_ref()).map_err(|cause| of(&format!("cannot be read: {cause}.")))?;
    if bytes.len() as u64 > LONGEST {
        return Err(of("is too long to be the value of a setting."));
    }
    let text = String::from_utf8(bytes).map_err(|_| of("holds no text in UTF-8."))?;
    match tidy(&text) {
        // an empty variable is one that somebody did not fill in; an empty file is one that went wrong
        "" => Err(of(&format!("is empty. Write the value into it, or unset {name}{SUFFIX}."))),
        value => Ok(Some(value.to_owned())),
    }
}

fn read(path: &OsStr) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LONGEST + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_around_a_value_is_no_part_of_it() {
        for around in [
            "v",
            " v ",
            "v\n",
            "v\r\n",
            "\u{feff}v",
            "\"v\"",
            "'v'",
            "\u{feff}\"v\"\r\n",
            "\" v \"",
            "\tv\u{a0}",
            "v\0",
        ] {
            assert_eq!(tidy(around), "v", "{around:?}");
        }
        for empty in ["", " ", "\n", "\"\"", "''", "\u{feff}", "\" \""] {
            assert_eq!(tidy(empty), "", "{empty:?}");
        }
    }

    #[test]
    fn what_is_inside_a_value_stays() {
        for value in
            ["a b", "\"Ann\" <a@b>", "\"a\", \"b\"", "it's", "'", "\"", "\"a'", "a\nb", "p=\"x\""]
        {
            assert_eq!(tidy(value), value);
        }
        assert_eq!(tidy("\"it's\""), "it's");
        assert_eq!(tidy_list("\" a , 'b',, c\""), ["a", "b", "c"]);
    }

    #[test]
    fn a_value_can_be_in_a_file_that_a_variable_names() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path.display().to_string()
        };
        let read = |pairs: &[(&str, &str)]| {
            let find = |name: &str| pairs.iter().find(|(known, _)| *known == name);
            variable("W", &|name| find(name).map(|(_, value)| OsString::from(value)))
        };
        assert_eq!(read(&[]), Ok(None));
        assert_eq!(read(&[("W", " "), ("W_FILE", "")]), Ok(None));
        assert_eq!(read(&[("W", " v ")]), Ok(Some("v".to_owned())));
        let secret = file("secret", b"\xef\xbb\xbfs3cret\r\n");
        assert_eq!(read(&[("W", ""), ("W_FILE", &secret)]), Ok(Some("s3cret".to_owned())));
        for (pairs, named) in [
            (vec![("W", "v"), ("W_FILE", secret.as_str())], "both set"),
            (vec![("W_FILE", "/nowhere/secret")], "/nowhere/secret cannot be read"),
            (vec![("W_FILE", &file("empty", b"\n"))], "is empty"),
            (vec![("W_FILE", &file("bytes", b"s3cret\xff"))], "no text in UTF-8"),
            (vec![("W_FILE", &file("long", &[b's'; 70_000]))], "too long"),
            (vec![("W_FILE", "/dev/zero")], "too long"),
        ] {
            let problem = read(&pairs).unwrap_err();
            assert!(problem.starts_with("W") && problem.contains(named), "{problem}");
            assert!(!problem.contains("s3cret"), "{problem}");
        }
    }
}
