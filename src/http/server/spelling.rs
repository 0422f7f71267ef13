//! Names of headers in the case that RFC 6455 writes them in. They mean the same in any, but there are clients, such
//! as Python's gql, that find the protocol of a socket only under the very letters.

use std::borrow::Cow;

/// How the answer to a handshake begins.
const AGREED: &[u8] = b"HTTP/1.1 101 ";

const NAMES: [&[u8]; 4] =
    [b"Connection", b"Upgrade", b"Sec-WebSocket-Accept", b"Sec-WebSocket-Protocol"];

/// The bytes as they are to be sent: where they are the head of a socket's answer, its names get their own
/// case.
pub(crate) fn spelt(bytes: &[u8]) -> Cow<'_, [u8]> {
    if !bytes.starts_with(AGREED) {
        return bytes.into();
    }
    let mut head = bytes.to_vec();
    for name in NAMES {
        let lines = head.windows(2 + name.len() + 1);
        let found = lines.enumerate().find(|(_, line)| is_line(line, name)).map(|(at, _)| at + 2);
        if let Some(at) = found {
            head[at..at + name.len()].copy_from_slice(name);
        }
    }
    head.into()
}

/// Whether this is the beginning of a line with this name.
fn is_line(bytes: &[u8], name: &[u8]) -> bool {
    let line = bytes.strip_prefix(b"\r\n").and_then(|line| line.strip_suffix(b":"));
    line.is_some_and(|line| line.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    fn spelt(text: &str) -> String {
        String::from_utf8(super::spelt(text.as_bytes()).into()).unwrap()
    }

    #[test]
    fn the_answer_to_a_handshake_has_the_names_of_the_rfc() {
        let head = "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\
            sec-websocket-protocol: graphql-transport-ws\r\nx-upgrade: upgrade:\r\n\r\n";
        let told = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
            Sec-WebSocket-Protocol: graphql-transport-ws\r\nx-upgrade: upgrade:\r\n\r\n";
        assert_eq!(spelt(head), told);
    }

    #[test]
    fn nothing_else_is_touched() {
        for text in ["", "HTTP/1.1 200 OK\r\nupgrade: x\r\n\r\n", "\r\nupgrade: HTTP/1.1 101 "] {
            assert_eq!(spelt(text), text);
        }
    }
}
