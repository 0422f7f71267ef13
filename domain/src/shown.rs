//! Text from outside as a terminal, a log or a browser may have it: nothing in it steers them. Pure.

use std::borrow::Cow;

/// The text with every character written out that steers a terminal, turns or breaks lines, or is not
/// seen: `<U+001B>`.
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return text.into();
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        if is_hidden(letter) {
            shown.push_str(&format!("<U+{:04X}>", u32::from(letter)));
        } else {
            shown.push(letter);
        }
    }
    shown.into()
}

/// Whether a character does something else than showing itself.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{feff}')
        || matches!(letter, '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(letter, '\u{2060}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_written_out() {
        assert_eq!(plain("Łódź – “a”\u{a0}b"), "Łódź – “a”\u{a0}b");
        assert_eq!(plain("a\u{1b}[31m\r\nb"), "a<U+001B>[31m<U+000D><U+000A>b");
        assert_eq!(plain("a\u{202e}b\u{9b}c\u{feff}"), "a<U+202E>b<U+009B>c<U+FEFF>");
    }
}
