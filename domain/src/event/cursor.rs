//! Where a reader of the log is: a position and the event there, so that a cursor of another log (a
//! restored backup) is found out instead of answered with silence (rule 22). Clients get it sealed.

use entity::ids::{DealId, EventId, InboxEventId, MemberId, ProcessId, ProcessVersionId};
use uuid::Uuid;

/// A place in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
    /// After this event of the whole log.
    Log(LogCursor),
    /// After this version of a process: what `processSaved` follows.
    Saved(SavedCursor),
    /// After a version and an event: what `processProgress` follows.
    Board(BoardCursor),
    /// After something that happened to a member's inbox: what `inboxChanged` follows.
    Inbox(InboxCursor),
}

/// After something that happened to a member's inbox; version 0: before anything did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct InboxCursor {
    /// Whose inbox.
    pub member: MemberId,
    /// The number of what happened within the inbox.
    pub version: i64,
    /// What happened; none at version 0.
    pub event: Option<InboxEventId>,
}

/// After this event of the whole log; position 0: before the first, with no event to name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct LogCursor {
    /// The event's place in the one order of the log.
    pub position: i64,
    /// The event; none at position 0.
    pub event: Option<EventId>,
}

/// After this version of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SavedCursor {
    /// The process.
    pub process: ProcessId,
    /// The number of the version.
    pub number: i64,
    /// The version.
    pub version: ProcessVersionId,
}

/// Where the reader of a board is. Saves have an order of their own, so it is two places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BoardCursor {
    /// After this version of the process.
    pub saved: SavedCursor,
    /// After this event of the log.
    pub log: LogCursor,
    /// Which deals the board holds.
    pub scope: Scope,
}

/// Which deals of its process a board holds: what a change of the viewer's role changes (rule 17).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// All: managers and administrators.
    All,
    /// Those that a salesperson may see.
    Own,
    /// Something in between: the role has changed, and the deals come or go one by one.
    Changing,
}

const DEAL: u8 = b'd';
const LOG: u8 = b'l';
const SAVED: u8 = b's';
const BOARD: u8 = b'b';
const INBOX: u8 = b'i';

const SCOPES: [(Scope, u8); 3] = [(Scope::All, b'a'), (Scope::Own, b'o'), (Scope::Changing, b'c')];

impl FeedCursor {
    /// All of it, in as few bytes as may be.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Bytes(Vec::with_capacity(67));
        match self {
            Self::Deal { deal, version, event } => {
                bytes.byte(DEAL).number(*version).id(deal.uuid()).id(event.uuid());
            }
            Self::Log(place) => drop(bytes.byte(LOG).log(place)),
            Self::Saved(place) => drop(bytes.byte(SAVED).saved(place)),
            Self::Board(place) => {
                let scope = SCOPES.iter().find(|(scope, _)| *scope == place.scope);
                let scope = scope.map_or(0, |(_, byte)| *byte);
                bytes.byte(BOARD).saved(&place.saved).log(&place.log).byte(scope);
            }
            Self::Inbox(place) => {
                let event = place.event.map_or(Uuid::nil(), |id| id.uuid());
                bytes.byte(INBOX).number(place.version).id(place.member.uuid()).id(event);
            }
        }
        bytes.0
    }

    /// The cursor of these bytes; none: they are not those of a cursor.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        parse(&mut Rest(bytes))
    }
}

struct Bytes(Vec<u8>);

impl Bytes {
    fn byte(&mut self, byte: u8) -> &mut Self {
        self.0.push(byte);
        self
    }

    fn number(&mut self, number: i64) -> &mut Self {
        self.0.extend(number.to_be_bytes());
        self
    }

    fn id(&mut self, id: Uuid) -> &mut Self {
        self.0.extend(id.as_bytes());
        self
    }

    fn log(&mut self, place: &LogCursor) -> &mut Self {
        self.number(place.position).id(place.event.map_or(Uuid::nil(), |id| id.uuid()))
    }

    fn saved(&mut self, place: &SavedCursor) -> &mut Self {
        self.number(place.number).id(place.process.uuid()).id(place.version.uuid())
    }
}

fn parse(rest: &mut Rest<'_>) -> Option<FeedCursor> {
    let cursor = match rest.byte()? {
        DEAL => {
            let version = rest.number()?;
            let deal = DealId::from_uuid(rest.id()?);
            FeedCursor::Deal { deal, version, event: EventId::from_uuid(rest.id()?) }
        }
        LOG => FeedCursor::Log(rest.log()?),
        SAVED => FeedCursor::Saved(rest.saved()?),
        BOARD => {
            let (saved, log, byte) = (rest.saved()?, rest.log()?, rest.byte()?);
            let (scope, _) = *SCOPES.iter().find(|(_, known)| *known == byte)?;
            FeedCursor::Board(BoardCursor { saved, log, scope })
        }
        INBOX => {
            let (version, member) = (rest.number()?, MemberId::from_uuid(rest.id()?));
            let event = rest.id()?;
            let event = (!event.is_nil()).then(|| InboxEventId::from_uuid(event));
            FeedCursor::Inbox(InboxCursor { member, version, event })
        }
        _ => return None,
    };
    rest.0.is_empty().then_some(cursor)
}

/// What of a cursor is not read yet.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn number(&mut self) -> Option<i64> {
        let (first, rest) = self.0.split_first_chunk::<8>()?;
        self.0 = rest;
        Some(i64::from_be_bytes(*first))
    }

    fn id(&mut self) -> Option<Uuid> {
        let (first, rest) = self.0.split_first_chunk::<16>()?;
        self.0 = rest;
        Some(Uuid::from_bytes(*first))
    }

    fn log(&mut self) -> Option<LogCursor> {
        let (position, event) = (self.number()?, self.id()?);
        Some(LogCursor { position, event: (!event.is_nil()).then(|| EventId::from_uuid(event)) })
    }

    fn saved(&mut self) -> Option<SavedCursor> {
        let number = self.number()?;
        let process = ProcessId::from_uuid(self.id()?);
        Some(SavedCursor { process, number, version: ProcessVersionId::from_uuid(self.id()?) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_being_written_and_read() {
        let deal = DealId::from_uuid(Uuid::from_u128(1));
        let event = EventId::from_uuid(Uuid::from_u128(2));
        let log = LogCursor { position: 9, event: Some(event) };
        let process = ProcessId::from_uuid(Uuid::from_u128(3));
        let version = ProcessVersionId::from_uuid(Uuid::from_u128(4));
        let saved = SavedCursor { process, number: 5, version };
        let member = MemberId::from_uuid(Uuid::from_u128(6));
        let inbox = InboxEventId::from_uuid(Uuid::from_u128(7));
        for cursor in [
            FeedCursor::Deal { deal, version: 7, event },
            FeedCursor::Log(LogCursor::default()),
            FeedCursor::Log(log),
            FeedCursor::Saved(saved),
            FeedCursor::Inbox(InboxCursor { member, version: 0, event: None }),
            FeedCursor::Inbox(InboxCursor { member, version: 8, event: Some(inbox) }),
            FeedCursor::Board(BoardCursor { saved, log, scope: Scope::All }),
            FeedCursor::Board(BoardCursor { saved, log, scope: Scope::Own }),
            FeedCursor::Board(BoardCursor { saved, log, scope: Scope::Changing }),
        ] {
            assert_eq!(FeedCursor::from_bytes(&cursor.to_bytes()).unwrap(), cursor);
        }
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        for text in ["", "42", "deal", "bbb", "sss"] {
            assert!(FeedCursor::from_bytes(text.as_bytes()).is_none(), "{text}");
        }
    }
}
