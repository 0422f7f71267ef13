//! Where a reader of the log is: a position and the event there, so that a cursor of another log (a
//! restored backup) is found out instead of answered with silence (rule 22).

use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::ids::{DealId, EventId};
use uuid::Uuid;

use crate::error::Error;

/// A place in the log, written so that clients can keep it and give it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedCursor {
    /// After this event of one deal: what `dealProgress` follows (`deal.version`, decision 4).
    Deal {
        /// The deal.
        deal: DealId,
        /// The event's number within the deal.
        version: i64,
        /// The event.
        event: EventId,
    },
    /// After this event of the whole log; position 0: before the first, with no event to name.
    Log {
        /// The event's place in the one order of the log.
        position: i64,
        /// The event; none at position 0.
        event: Option<EventId>,
    },
}

const DEAL: u8 = b'd';
const LOG: u8 = b'l';

impl fmt::Display for FeedCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = Vec::with_capacity(41);
        match self {
            Self::Deal { deal, version, event } => {
                bytes.push(DEAL);
                bytes.extend(version.to_be_bytes());
                bytes.extend(deal.uuid().as_bytes());
                bytes.extend(event.uuid().as_bytes());
            }
            Self::Log { position, event } => {
                bytes.push(LOG);
                bytes.extend(position.to_be_bytes());
                bytes.extend(event.map_or(Uuid::nil(), |id| id.uuid()).as_bytes());
            }
        }
        f.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl FromStr for FeedCursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| Error::CursorInvalid)?;
        parse(&bytes).ok_or(Error::CursorInvalid)
    }
}

fn parse(bytes: &[u8]) -> Option<FeedCursor> {
    let (kind, rest) = bytes.split_first()?;
    let (number, rest) = rest.split_first_chunk::<8>()?;
    let number = i64::from_be_bytes(*number);
    match (*kind, rest.len()) {
        (DEAL, 32) => {
            let (deal, event) = rest.split_at(16);
            let deal = DealId::from_uuid(Uuid::from_slice(deal).ok()?);
            let event = EventId::from_uuid(Uuid::from_slice(event).ok()?);
            Some(FeedCursor::Deal { deal, version: number, event })
        }
        (LOG, 16) => {
            let event = Uuid::from_slice(rest).ok()?;
            let event = (!event.is_nil()).then(|| EventId::from_uuid(event));
            Some(FeedCursor::Log { position: number, event })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_being_written_and_read() {
        let deal = DealId::from_uuid(Uuid::from_u128(1));
        let event = EventId::from_uuid(Uuid::from_u128(2));
        for cursor in [
            FeedCursor::Deal { deal, version: 7, event },
            FeedCursor::Log { position: 0, event: None },
            FeedCursor::Log { position: 9, event: Some(event) },
        ] {
            assert_eq!(cursor.to_string().parse::<FeedCursor>().unwrap(), cursor);
        }
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        for text in ["", "42", "%%%", "ZGVhbA"] {
            assert!(text.parse::<FeedCursor>().is_err(), "{text}");
        }
    }
}
