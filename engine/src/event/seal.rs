//! Blinding: a cursor tells its holder nothing, neither what it is after nor whether anything has happened since
//! the last one.
//!
//! Cursors are encrypted and authenticated under the log's secret, so that nobody makes one up. The nonce is
//! random, not derived: if the same place always looked the same, whoever asks often would see by the changes
//! that, and how often, something happened to deals that they may not see. A restored backup has the same
//! secret, and is found out by the event that the cursor names. Cursors from before blinding do not open.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit},
};
use hmac::{Hmac, Mac};
use sea_orm::ConnectionTrait;
use sha2::Sha256;
use tokio::sync::OnceCell;

use super::{cursor::FeedCursor, store};
use crate::{
    base::Base,
    error::{Error, Result},
};

/// What else the log's secret may be used for one day takes another key of it.
const PURPOSE: &[u8] = b"waypost feed cursor 1";
const NONCE: usize = 24;

/// The seal of this log, once its secret was read.
#[derive(Default)]
struct Sealing(OnceCell<Seal>);

/// What seals cursors, and opens them.
#[derive(Clone)]
pub struct Seal(XChaCha20Poly1305);

impl Seal {
    /// The seal of a log with this secret; none if that is no secret.
    pub fn new(secret: &[u8]) -> Option<Self> {
        let mut key = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(secret).ok()?;
        key.update(PURPOSE);
        Some(Self(XChaCha20Poly1305::new(&key.finalize().into_bytes())))
    }

    /// The cursor as its holder gets it: never twice the same.
    ///
    /// # Errors
    /// There is no randomness to be had.
    pub fn close(&self, cursor: &FeedCursor) -> Result<String> {
        let mut sealed = vec![0; NONCE];
        getrandom::fill(&mut sealed).map_err(|cause| Error::Internal(Box::new(cause)))?;
        let text = self.0.encrypt(&nonce(&sealed)?, &*cursor.to_bytes());
        sealed.extend(text.map_err(|_| Error::bug("a cursor cannot be sealed"))?);
        Ok(URL_SAFE_NO_PAD.encode(sealed))
    }

    /// The cursor that was sealed so.
    ///
    /// # Errors
    /// [`Error::CursorInvalid`]: it was not sealed here.
    pub fn open(&self, text: &str) -> Result<FeedCursor> {
        let sealed = URL_SAFE_NO_PAD.decode(text).map_err(|_| Error::CursorInvalid)?;
        let (nonce_bytes, text) = sealed.split_at_checked(NONCE).ok_or(Error::CursorInvalid)?;
        let bytes = self.0.decrypt(&nonce(nonce_bytes)?, text);
        let bytes = bytes.map_err(|_| Error::CursorInvalid)?;
        FeedCursor::from_bytes(&bytes).ok_or(Error::CursorInvalid)
    }
}

fn nonce(bytes: &[u8]) -> Result<XNonce> {
    XNonce::try_from(bytes).map_err(|_| Error::bug("a nonce has another length"))
}

/// The seal of this log, whose secret is read once.
pub async fn of(base: &Base, conn: &impl ConnectionTrait) -> Result<Seal> {
    let read = || async {
        let secret = store::secret(conn).await?;
        let seal = secret.as_deref().and_then(Seal::new);
        seal.ok_or_else(|| Error::bug("the log has no secret"))
    };
    base.part::<Sealing>().0.get_or_try_init(read).await.cloned()
}

/// Leaves the secret out.
impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a seal")
    }
}

#[cfg(test)]
mod tests {
    use domain::event::cursor::LogCursor;
    use entity::ids::EventId;
    use uuid::Uuid;

    use super::*;

    fn cursor(position: i64) -> FeedCursor {
        let event = Some(EventId::from_uuid(Uuid::from_u128(7)));
        FeedCursor::Log(LogCursor { position, event })
    }

    #[test]
    fn the_same_place_never_looks_the_same_and_shows_nothing() {
        let seal = Seal::new(&[7; 32]).unwrap();
        let texts: Vec<_> = (0..3).map(|_| seal.close(&cursor(9)).unwrap()).collect();
        assert!(texts[0] != texts[1] && texts[1] != texts[2], "{texts:?}");
        for text in texts {
            let bytes = URL_SAFE_NO_PAD.decode(&text).unwrap();
            let holds = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
            assert!(!holds(&9_i64.to_be_bytes()) && !holds(Uuid::from_u128(7).as_bytes()));
            assert_eq!(seal.open(&text).unwrap(), cursor(9));
        }
    }

    #[test]
    fn what_was_not_sealed_here_does_not_open() {
        let seal = Seal::new(&[7; 32]).unwrap();
        let good = seal.close(&cursor(9)).unwrap();
        let other = Seal::new(&[8; 32]).unwrap().close(&cursor(9)).unwrap();
        let before = URL_SAFE_NO_PAD.encode(cursor(9).to_bytes());
        let mut changed = URL_SAFE_NO_PAD.decode(&good).unwrap();
        *changed.last_mut().unwrap() ^= 1;
        let changed = URL_SAFE_NO_PAD.encode(changed);
        for text in ["", "42", "%%%", &good[1..], &good[..30], &other, &before, &changed] {
            assert!(matches!(seal.open(text), Err(Error::CursorInvalid)), "{text}");
        }
    }
}
