//! Signed URLs: whoever has one may do one thing with one file until it expires. Pure.
//!
//! What is signed names the credential that the URL was made for. So a URL is worth nothing any more once that is
//! taken back or its member deactivated (rule 17): whoever takes the URL signs the credential in again.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::{Timestamp, ids::FileId};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::policy::Credential;

/// How long a URL is good for, in minutes.
pub const MINUTES: i64 = 15;

/// What signs URLs: 256 random bits.
#[derive(Clone)]
pub struct Key([u8; 32]);

/// What a URL is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Sending the bytes.
    Upload,
    /// Fetching them.
    Download,
}

/// Everything that is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// What for.
    pub purpose: Purpose,
    /// Which file.
    pub file: FileId,
    /// For whom: what they are signed in with.
    pub credential: Credential,
    /// Until when, in milliseconds since 1970.
    pub expires: i64,
}

impl Purpose {
    /// The method of HTTP that does it.
    pub fn method(self) -> &'static str {
        match self {
            Self::Upload => "PUT",
            Self::Download => "GET",
        }
    }
}

impl Key {
    /// The key of these bytes; none if they are not 32.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The path and query of the URL below the address of the server.
    pub fn path(&self, ticket: &Ticket) -> Option<String> {
        let signature = URL_SAFE_NO_PAD.encode(self.mac(ticket)?.finalize().into_bytes());
        let Ticket { file, credential, expires, .. } = ticket;
        let Credential::Token(token) = credential;
        Some(format!("/files/{file}?token={token}&expires={expires}&signature={signature}"))
    }

    /// Whether this is the signature of exactly that; takes the same time whatever is wrong.
    pub fn signed(&self, ticket: &Ticket, signature: &str) -> bool {
        let Ok(signature) = URL_SAFE_NO_PAD.decode(signature) else { return false };
        self.mac(ticket).is_some_and(|mac| mac.verify_slice(&signature).is_ok())
    }

    /// The fields cannot run into each other: none holds a line break.
    fn mac(&self, ticket: &Ticket) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        let Ticket { purpose, file, credential, expires } = ticket;
        let Credential::Token(token) = credential;
        let text = format!("waypost file 1\n{}\n{file}\n{token}\n{expires}", purpose.method());
        mac.update(text.as_bytes());
        Some(mac)
    }
}

impl Ticket {
    /// A ticket from now on.
    pub fn from(now: Timestamp, purpose: Purpose, file: FileId, credential: Credential) -> Self {
        let expires = now.timestamp_millis() + MINUTES * 60_000;
        Self { purpose, file, credential, expires }
    }
}

/// Leaves the secret out.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }
}

#[cfg(test)]
mod tests {
    use entity::ids::TokenId;
    use uuid::Uuid;

    use super::*;

    fn ticket() -> Ticket {
        Ticket {
            purpose: Purpose::Upload,
            file: FileId::from_uuid(Uuid::from_u128(1)),
            credential: Credential::Token(TokenId::from_uuid(Uuid::from_u128(2))),
            expires: 3,
        }
    }

    #[test]
    fn a_signature_is_good_for_one_ticket_of_one_key() {
        let key = Key::new(&[7; 32]).unwrap();
        let path = key.path(&ticket()).unwrap();
        let signature = path.split_once("signature=").unwrap().1;
        assert!(key.signed(&ticket(), signature));
        assert!(!Key::new(&[8; 32]).unwrap().signed(&ticket(), signature));
        let other = |change: fn(&mut Ticket)| {
            let mut other = ticket();
            change(&mut other);
            other
        };
        for other in [
            other(|it| it.purpose = Purpose::Download),
            other(|it| it.file = FileId::from_uuid(Uuid::nil())),
            other(|it| it.credential = Credential::Token(TokenId::from_uuid(Uuid::nil()))),
            other(|it| it.expires += 1),
        ] {
            assert!(!key.signed(&other, signature), "{other:?}");
        }
        for wrong in ["", "A", "not base64!", &signature[1..], &signature.to_lowercase()] {
            assert!(!key.signed(&ticket(), wrong), "{wrong}");
        }
    }
}
