//! The messages of the protocol, and the codes that sockets are closed with.

use std::{borrow::Cow, collections::HashMap};

use async_graphql::ServerError;
use domain::text::shortened;
use gate::Asked;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The subprotocol.
pub(crate) const NAME: &str = "graphql-transport-ws";

/// How many characters of an id fit into a reason, of four bytes at most each.
const LONGEST_ID: usize = 20;

/// Why a socket is closed, in the words of the protocol where it has some. Clients of npm `graphql-ws` come back after 1001 and 1013, later each time, and
/// after 4403 and 4408; the rest is theirs to mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Close {
    /// The code.
    pub code: u16,
    /// The reason, at most 123 bytes.
    pub reason: Cow<'static, str>,
}

impl Close {
    /// The server stops.
    pub(crate) const GOING_AWAY: Self = Self::new(1001, "The server stops: reconnect");
    /// What came is no WebSocket frame.
    pub(crate) const BAD_FRAME: Self = Self::new(1002, "Invalid frame received");
    /// A text message is not UTF-8.
    pub(crate) const NOT_TEXT: Self = Self::new(1007, "A message is not UTF-8");
    /// A message was longer than the limit.
    pub(crate) const TOO_BIG: Self = Self::new(1009, "A message is longer than this server takes");
    /// The client does not read what it asked for.
    pub(crate) const TOO_SLOW: Self =
        Self::new(1013, "Nothing was read for too long: reconnect and resume");
    /// The database does not answer, and has not for a while.
    pub(crate) const UNAVAILABLE: Self =
        Self::new(1013, "The database does not answer: reconnect and resume");
    /// The server cannot answer now.
    pub(crate) const FAULT: Self = Self::new(1013, "A fault here: reconnect and resume");
    /// The member has as many sockets as they may. Another may end at any time, so that the client is to
    /// come back: 4429 would end it for good.
    pub(crate) const TOO_MANY: Self = Self::new(
        1013,
        "You have as many sockets and event streams as a member may: close one, then reconnect",
    );
    /// Others needed the place of a client that had not introduced itself.
    pub(crate) const CROWDED: Self = Self::new(
        1013,
        "Others needed this place before connection_init came: reconnect, and send it at once",
    );
    /// What came is no message of the protocol.
    pub(crate) const BAD_MESSAGE: Self = Self::new(4400, "Invalid message received");
    /// It is JSON with what belongs to no JSON.
    pub(crate) const MARKED: Self =
        Self::new(4400, "Invalid message received: it begins with a byte order mark (U+FEFF)");
    /// What came is a message of the protocol before this one.
    pub(crate) const OLD_MESSAGE: Self = Self::new(
        4400,
        "Invalid message received: it is subscriptions-transport-ws; speak graphql-transport-ws",
    );
    /// An operation came before the introduction was acknowledged.
    pub(crate) const UNAUTHORIZED: Self = Self::new(4401, "Unauthorized");
    /// No valid token, or no longer.
    pub(crate) const FORBIDDEN: Self =
        Self::new(4403, "Forbidden: the token is unknown, expired or revoked");
    /// The client speaks another protocol.
    pub(crate) const SUBPROTOCOL: Self =
        Self::new(4406, "Subprotocol not acceptable: offer graphql-transport-ws");
    /// The client does not introduce itself.
    pub(crate) const GREETING_TIMEOUT: Self = Self::new(4408, "Connection initialisation timeout");
    /// The client introduced itself before.
    pub(crate) const GREETED_TWICE: Self = Self::new(4429, "Too many initialisation requests");

    /// An operation of that id is running.
    pub(crate) fn duplicate(id: &str) -> Self {
        let id = shortened(id, LONGEST_ID);
        Self { code: 4409, reason: format!("Subscriber for {id} already exists").into() }
    }

    const fn new(code: u16, reason: &'static str) -> Self {
        Self { code, reason: Cow::Borrowed(reason) }
    }
}

/// What a client says.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum ClientMessage {
    /// Who it is.
    ConnectionInit {
        /// Its token, and where its operations got to.
        payload: Option<Map<String, Value>>,
    },
    /// Is anybody there?
    Ping {
        /// Whatever it likes.
        payload: Option<Map<String, Value>>,
    },
    /// Somebody is here.
    Pong {
        /// Whatever it likes.
        #[allow(dead_code, reason = "read only to see that it is what it must be")]
        payload: Option<Map<String, Value>>,
    },
    /// Run this.
    Subscribe {
        /// Under this id.
        id: String,
        /// The operation.
        payload: Asked,
    },
    /// Stop that.
    Complete {
        /// The id of the operation.
        id: String,
    },
}

/// What the server says.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum ServerMessage<'a> {
    /// Welcome.
    ConnectionAck,
    /// Somebody is here.
    Pong {
        /// What came with the ping.
        #[serde(skip_serializing_if = "Option::is_none")]
        payload: Option<Map<String, Value>>,
    },
    /// An operation ended, because of these errors.
    Error {
        /// The id of the operation.
        id: &'a str,
        /// What is wrong.
        payload: Vec<ServerError>,
    },
    /// An operation ended.
    Complete {
        /// The id of the operation.
        id: &'a str,
    },
}

/// A result of an operation, of which the body is written already.
pub(crate) fn next(id: &str, payload: &str) -> String {
    let id = Value::from(id);
    format!("{{\"type\":\"next\",\"id\":{id},\"payload\":{payload}}}")
}

/// What a client of subscriptions-transport-ws says, the protocol before this one, that this one has not.
const OLD: [&str; 3] = ["start", "stop", "connection_terminate"];

/// Just the type of a message.
#[derive(Deserialize)]
struct Typed<'a> {
    #[serde(borrow)]
    r#type: Cow<'a, str>,
}

fn no_message(text: &str) -> Close {
    let old = serde_json::from_str(text).is_ok_and(|Typed { r#type }| OLD.contains(&&*r#type));
    if old { Close::OLD_MESSAGE } else { Close::BAD_MESSAGE }
}

/// What a client said, if that makes sense.
pub(crate) fn parse(text: &str) -> Result<ClientMessage, Close> {
    if text.starts_with('\u{feff}') {
        return Err(Close::MARKED);
    }
    let message = serde_json::from_str(text).map_err(|_| no_message(text))?;
    match &message {
        ClientMessage::Subscribe { id, .. } | ClientMessage::Complete { id } if id.is_empty() => {
            Err(Close::BAD_MESSAGE)
        }
        ClientMessage::Subscribe { payload, .. } if !payload.names_a_document() => {
            Err(Close::BAD_MESSAGE)
        }
        _ => Ok(message),
    }
}

/// Where the client's operations got to before it reconnected, by id.
pub(crate) fn resume(payload: &mut Map<String, Value>) -> Result<HashMap<String, String>, Close> {
    match payload.remove("resume") {
        None | Some(Value::Null) => Ok(HashMap::new()),
        Some(map) => serde_json::from_value(map).map_err(|_| Close::BAD_MESSAGE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_message_is_refused() {
        for text in [
            "",
            "[]",
            "null",
            r#"{"type":"begin"}"#,
            r#"{"type":"subscribe"}"#,
            r#"{"type":"subscribe","id":"","payload":{"query":"{a}"}}"#,
            r#"{"type":"subscribe","id":1,"payload":{"query":"{a}"}}"#,
            r#"{"type":"subscribe","id":"1","payload":{}}"#,
            r#"{"type":"connection_init","payload":"x"}"#,
            r#"{"type":"ping","payload":3}"#,
            r#"{"type":"pong","payload":[]}"#,
            r#"{"type":"connection_ack"}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":[]}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","operationName":1}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","extensions":"x"}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":1}}"#,
            r#"{"type":"subscribe","payload":{"query":"{a}"}}"#,
            r#"{"type":"complete","id":""}"#,
            r#"{"type":"complete"}"#,
        ] {
            assert_eq!(parse(text).unwrap_err(), Close::BAD_MESSAGE, "{text}");
        }
    }

    #[test]
    fn the_older_protocol_is_named() {
        for text in [r#"{"id":"1","type":"start","payload":{"query":"{a}"}}"#, r#"{"type":"stop"}"#]
        {
            assert_eq!(parse(text).unwrap_err(), Close::OLD_MESSAGE);
        }
    }

    #[test]
    fn a_byte_order_mark_is_named() {
        assert_eq!(parse("\u{feff}{\"type\":\"ping\"}").unwrap_err(), Close::MARKED);
    }

    #[test]
    fn what_clients_may_leave_out_is_not_missed() {
        for text in [
            r#"{"type":"connection_init"}"#,
            r#"{"type":"connection_init","payload":null}"#,
            r#"{"type":"ping"}"#,
            r#"{"type":"ping","payload":null}"#,
            r#"{"type":"pong","payload":{"a":1}}"#,
            r#"{"id":"1","payload":{"query":"{a}","variables":null,"operationName":null,"extensions":null},"type":"subscribe"}"#,
        ] {
            assert!(parse(text).is_ok(), "{text}");
        }
    }
}
