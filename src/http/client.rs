//! Where a request comes from.

use std::net::{IpAddr, SocketAddr};

use axum::http::{Extensions, HeaderMap};

/// The other end of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

/// The address of the client itself, as far as is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address(pub IpAddr);

impl Address {
    /// Who asks, as the server noted it.
    pub fn of(extensions: &Extensions) -> Option<Self> {
        extensions.get().copied()
    }

    /// Who asks, where so many proxies of the operator's are in front: each adds at the end of
    /// `X-Forwarded-For` whom it speaks for, and what stands before that may be invented.
    pub fn behind(proxies: usize, peer: Peer, headers: &HeaderMap) -> Self {
        let peer = Self(peer.0.ip());
        let Some(from_the_end) = proxies.checked_sub(1) else { return peer };
        let lines = headers.get_all("x-forwarded-for").iter().rev();
        let mut named = lines.flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
        let text = named.nth(from_the_end).and_then(|text| str::from_utf8(text).ok());
        let address = text.and_then(|text| text.trim().parse().ok());
        address.map_or(peer, Self)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn client(proxies: usize, lines: &[&'static str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", HeaderValue::from_static(line));
        }
        let peer = Peer("10.0.0.1:5000".parse().unwrap());
        Address::behind(proxies, peer, &headers).0.to_string()
    }

    #[test]
    fn only_what_the_operators_own_proxies_add_is_believed() {
        assert_eq!(client(0, &["1.1.1.1"]), "10.0.0.1");
        assert_eq!(client(1, &["6.6.6.6, 1.1.1.1"]), "1.1.1.1");
        assert_eq!(client(1, &["6.6.6.6", "2001:db8::1"]), "2001:db8::1");
        assert_eq!(client(2, &["6.6.6.6, 1.1.1.1", "10.0.0.9"]), "1.1.1.1");
        for strange in [&[][..], &["unknown"], &["1.1.1.1:80"], &[""]] {
            assert_eq!(client(1, strange), "10.0.0.1", "{strange:?}");
        }
        assert_eq!(client(3, &["1.1.1.1"]), "10.0.0.1", "fewer than there should be");
    }
}
