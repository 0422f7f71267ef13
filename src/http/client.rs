//! Where a request comes from.

use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use axum::http::{Extensions, HeaderMap, HeaderName, header::FORWARDED};
use domain::text::shortened;

use super::forwarded::{self, Named, ProxyHeader, X_FORWARDED_FOR};

/// How much of a header that cannot be read is noted in the log, in characters.
const NOTED: usize = 200;

/// The other end of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

/// The address of the client itself, as far as is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address(pub IpAddr);

impl Address {
    /// All those whose proxies name nobody that can be read: no client has this address, so that they are
    /// counted apart from everybody else.
    pub const UNREADABLE: Self = Self(IpAddr::V6(Ipv6Addr::UNSPECIFIED));

    /// Who asks, as the server noted it.
    pub fn of(extensions: &Extensions) -> Option<Self> {
        extensions.get().copied()
    }
}

impl From<Peer> for Address {
    fn from(Peer(peer): Peer) -> Self {
        Self(peer.ip().to_canonical())
    }
}

/// The proxies in front of this server, and whether one of them was not understood yet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Proxies {
    number: usize,
    header: Option<ProxyHeader>,
    noted: Arc<AtomicBool>,
}

impl Proxies {
    /// So many, which write this header; either of the two where none is given.
    pub(crate) fn new(number: usize, header: Option<ProxyHeader>) -> Self {
        Self { number, header, noted: Arc::default() }
    }

    /// Who asks, where this peer connects.
    pub(crate) fn client(&self, peer: Peer, headers: &HeaderMap) -> Address {
        match forwarded::client(self.number, self.header, headers) {
            Named::Client(address) => Address(address),
            Named::Nobody => peer.into(),
            Named::Unreadable => {
                self.note(headers);
                Address::UNREADABLE
            }
        }
    }

    /// Once: a proxy goes on as it began.
    fn note(&self, headers: &HeaderMap) {
        if self.noted.swap(true, Ordering::Relaxed) {
            return;
        }
        let (plain, standard) = (text(headers, &X_FORWARDED_FOR), text(headers, &FORWARDED));
        tracing::warn!(
            x_forwarded_for = ?plain, forwarded = ?standard,
            "whom a proxy speaks for cannot be read: such requests share one limit, apart from all others. \
             --trusted-proxies says how many proxies there are, and --proxy-header which header they write"
        );
    }
}

fn text(headers: &HeaderMap, name: &HeaderName) -> String {
    let lines = headers.get_all(name).iter();
    let lines: Vec<_> = lines.map(|line| String::from_utf8_lossy(line.as_bytes())).collect();
    shortened(&lines.join(", "), NOTED)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn client(proxies: usize, named: &'static str) -> Address {
        let mut headers = HeaderMap::new();
        headers.append(X_FORWARDED_FOR, HeaderValue::from_static(named));
        let peer = Peer("[::ffff:10.0.0.1]:5000".parse().unwrap());
        Proxies::new(proxies, None).client(peer, &headers)
    }

    #[test]
    fn without_a_proxy_whoever_connects_asks() {
        assert_eq!(client(0, "1.1.1.1"), Address("10.0.0.1".parse().unwrap()));
        assert_eq!(client(1, ""), Address("10.0.0.1".parse().unwrap()));
        assert_eq!(client(1, "1.1.1.1"), Address("1.1.1.1".parse().unwrap()));
    }

    #[test]
    fn who_cannot_be_read_is_neither_the_proxy_nor_a_client() {
        assert_eq!(client(1, "unknown"), Address::UNREADABLE);
        assert_eq!(client(2, "_hidden, 10.0.0.9"), Address::UNREADABLE);
    }
}
