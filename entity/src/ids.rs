//! Typed ids: a UUID (version 7 when the server makes it) that knows what it names.
//!
//! Stored as a UUID, written as a [TypeID](https://github.com/jetify-com/typeid): `deal_01jd…`.

use std::{fmt, hash::Hash, marker::PhantomData, str::FromStr};

use sea_orm::{
    ColIdx, DbErr, QueryResult, TryFromU64, TryGetError, TryGetable,
    sea_query::{ArrayType, ColumnType, Nullable, Value, ValueType, ValueTypeErr},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use type_safe_id::{DynamicType, TypeSafeId};
use uuid::{Uuid, Variant};

/// What an id can name: gives the prefix of its written form.
pub trait Kind: Copy + Ord + Hash + fmt::Debug + Send + Sync + 'static {
    /// The part before the underscore.
    const PREFIX: &'static str;
}

/// The id of a thing of kind `K`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id<K>(Uuid, PhantomData<K>);

/// Why a text is not an id of the kind asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseIdError {
    /// It names a thing of another kind.
    #[error("this is the id of {}; give the id of {}", a(.found), a(.expected))]
    OtherKind {
        /// The kind that was asked for.
        expected: &'static str,
        /// The kind that the text names.
        found: String,
    },
    /// It says nothing about what it names.
    #[error(
        "this id has no prefix, so it does not say what it names; the id of {} begins with {expected}_",
        a(.expected)
    )]
    NoPrefix {
        /// The kind that was asked for.
        expected: &'static str,
    },
    /// It is not an id at all.
    #[error(
        "this is not the id of {}; such an id looks like {expected}_01jd8k2x7sfm5a9k2v0q3c4d5e",
        a(.expected)
    )]
    Malformed {
        /// The kind that was asked for.
        expected: &'static str,
    },
}

/// A kind as people say it.
fn a(kind: &str) -> String {
    let article = if kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {}", kind.replace('_', " "))
}

impl<K: Kind> Id<K> {
    /// The id with this UUID.
    pub fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }

    /// The UUID of this id.
    pub fn uuid(self) -> Uuid {
        self.0
    }

    /// Whether somebody made it: a UUID of any version of RFC 9562. One of zeros, of ones, or of no version
    /// is what a program sends that made none.
    pub fn is_made(self) -> bool {
        self.0.get_variant() == Variant::RFC4122 && (1..=8).contains(&self.0.get_version_num())
    }
}

impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match DynamicType::new(K::PREFIX) {
            Ok(prefix) => TypeSafeId::from_type_and_uuid(prefix, self.0).fmt(f),
            Err(_) => Err(fmt::Error),
        }
    }
}

impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<K: Kind> FromStr for Id<K> {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        let expected = K::PREFIX;
        let id: TypeSafeId<DynamicType> =
            text.parse().map_err(|_| ParseIdError::Malformed { expected })?;
        match id.type_prefix() {
            found if found == expected => Ok(Self::from_uuid(id.uuid())),
            "" => Err(ParseIdError::NoPrefix { expected }),
            found if PREFIXES.contains(&found) => {
                Err(ParseIdError::OtherKind { expected, found: found.to_owned() })
            }
            _ => Err(ParseIdError::Malformed { expected }),
        }
    }
}

impl<K: Kind> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, K: Kind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl<K: Kind> From<Id<K>> for Value {
    fn from(id: Id<K>) -> Self {
        id.0.into()
    }
}

impl<K: Kind> TryGetable for Id<K> {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        Uuid::try_get_by(row, index).map(Self::from_uuid)
    }
}

impl<K: Kind> ValueType for Id<K> {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        <Uuid as ValueType>::try_from(value).map(Self::from_uuid)
    }

    fn type_name() -> String {
        K::PREFIX.to_owned()
    }

    fn array_type() -> ArrayType {
        <Uuid as ValueType>::array_type()
    }

    fn column_type() -> ColumnType {
        <Uuid as ValueType>::column_type()
    }
}

impl<K: Kind> Nullable for Id<K> {
    fn null() -> Value {
        Uuid::null()
    }
}

impl<K: Kind> TryFromU64 for Id<K> {
    fn try_from_u64(_: u64) -> Result<Self, DbErr> {
        Err(DbErr::ConvertFromU64("a typed id"))
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $alias:ident $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $kind;

        impl Kind for $kind {
            const PREFIX: &'static str = $prefix;
        }

        $(#[$doc])*
        pub type $alias = Id<$kind>;
    )*

        /// What ids of all kinds begin with.
        const PREFIXES: &[&str] = &[$($prefix),*];
    };
}

kinds! {
    /// Names a member.
    Member MemberId "member";
    /// Names a token.
    Token TokenId "token";
    /// Names a process.
    Process ProcessId "process";
    /// Names one version of a process.
    ProcessVersion ProcessVersionId "version";
    /// Names a stage.
    Stage StageId "stage";
    /// Names an action.
    Action ActionId "action";
    /// Names a deal.
    Deal DealId "deal";
    /// Names a completion.
    Completion CompletionId "completion";
    /// Names a note.
    Note NoteId "note";
    /// Names an event.
    Event EventId "event";
    /// Names a file.
    File FileId "file";
    /// Names a close reason.
    CloseReason CloseReasonId "close_reason";
    /// Names a task.
    Task TaskId "task";
    /// Names a notification.
    Notification NotificationId "notification";
    /// Names something that happened to an inbox.
    InboxEvent InboxEventId "inbox_event";
    /// Names a mail to send.
    Mail MailId "mail";
    /// Names an entry of the audit log.
    AuditEntry AuditEntryId "audit_entry";
    /// Names an endpoint that is told what happens.
    Webhook WebhookId "webhook";
    /// Names an event on its way to an endpoint.
    WebhookDelivery WebhookDeliveryId "webhook_delivery";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_being_written_and_read() {
        let id = DealId::from_uuid(Uuid::from_u128(0x0193_4f6b_1c2d_7000_8000_0000_0000_0001));
        assert!(id.to_string().starts_with("deal_"));
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn an_id_of_another_kind_is_refused_with_both_kinds() {
        let stage = StageId::from_uuid(Uuid::nil()).to_string();
        let error = stage.parse::<DealId>().unwrap_err().to_string();
        assert_eq!(error, "this is the id of a stage; give the id of a deal");
    }

    #[test]
    fn an_id_that_does_not_say_what_it_names_is_told_so() {
        let id = DealId::from_uuid(Uuid::from_u128(0x0193_4f6b_1c2d_7000_8000_0000_0000_0001));
        let written = id.to_string();
        let (_, suffix) = written.split_once('_').unwrap();
        let error = suffix.parse::<DealId>().unwrap_err();
        assert_eq!(error, ParseIdError::NoPrefix { expected: "deal" });
        assert!(error.to_string().ends_with("the id of a deal begins with deal_"), "{error}");
        let other = format!("invoice_{suffix}").parse::<DealId>();
        assert_eq!(other, Err(ParseIdError::Malformed { expected: "deal" }));
    }

    #[test]
    fn an_id_is_made_if_its_uuid_is_of_a_version() {
        let is_made = |text: &str| DealId::from_uuid(text.parse().unwrap()).is_made();
        for made in ["01934f6b-1c2d-7000-8000-000000000001", "9d3a5f52-7c5e-4f0e-a8c5-1d2c3b4a5f6e"]
        {
            assert!(is_made(made), "{made}");
        }
        for not in [
            "00000000-0000-0000-0000-000000000000",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
            "01934f6b-1c2d-0000-8000-000000000001",
            "01934f6b-1c2d-9000-8000-000000000001",
            "01934f6b-1c2d-7000-c000-000000000001",
        ] {
            assert!(!is_made(not), "{not}");
        }
    }

    #[test]
    fn kinds_are_named_as_people_say_them() {
        let error = "x".parse::<CloseReasonId>().unwrap_err().to_string();
        assert!(error.starts_with("this is not the id of a close reason;"), "{error}");
        let error = "x".parse::<ActionId>().unwrap_err().to_string();
        assert!(error.starts_with("this is not the id of an action;"), "{error}");
    }

    #[test]
    fn what_is_no_id_is_refused_with_an_example() {
        assert!(matches!("42".parse::<DealId>(), Err(ParseIdError::Malformed { .. })));
    }
}
