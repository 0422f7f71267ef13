//! Text from outside as a terminal, a log or a browser may have it: nothing in it steers them. Pure.

use std::borrow::Cow;

use super::{breaks, is_ignorable, turns};

/// The text with every character written out that steers a terminal, turns or breaks lines, or is not
/// seen: `<U+001B>`.
pub fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return text.into();
    }
    let mut written = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        if is_hidden(letter) {
            written.push_str(&format!("<U+{:04X}>", u32::from(letter)));
        } else {
            written.push(letter);
        }
    }
    written.into()
}

/// Whether a character does something else than showing itself.
fn is_hidden(letter: char) -> bool {
    let annotates = matches!(letter, '\u{fff9}'..='\u{fffb}');
    breaks(letter) || turns(letter) || annotates || is_ignorable(letter) && !shapes(letter)
}

/// Whether it joins its neighbours or selects their shapes, as in many emoji: it is seen in what they become.
fn shapes(letter: char) -> bool {
    matches!(letter, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_written_out() {
        assert_eq!(escaped("Łódź – “a”\u{a0}b"), "Łódź – “a”\u{a0}b");
        assert_eq!(escaped("a\u{1b}[31m\r\nb"), "a<U+001B>[31m<U+000D><U+000A>b");
        assert_eq!(escaped("❤\u{fe0f} 👩\u{200d}🚀"), "❤\u{fe0f} 👩\u{200d}🚀");
        assert_eq!(escaped("a\u{200b}\u{e0041}\u{2066}b"), "a<U+200B><U+E0041><U+2066>b");
        assert_eq!(escaped("a\u{202e}b\u{9b}c\u{feff}"), "a<U+202E>b<U+009B>c<U+FEFF>");
    }
}
