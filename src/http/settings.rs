//! What an operator configures about the transport.

use std::{num::NonZeroU32, time::Duration};

use axum::http::HeaderName;

use super::{
    forwarded::ProxyHeader,
    origin::Origins,
    rates::{Rate, RateLimits},
    socket,
};
use crate::metrics::Meters;

/// What an operator configures about the transport.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// About documents.
    pub documents: gate::Settings,
    /// About requests and their time.
    pub limits: Limits,
    /// About connections.
    pub connections: Connections,
    /// Which web pages may call this server.
    pub origins: Origins,
    /// The headers that such pages may send, besides those that this server reads; none: whichever they ask for.
    pub allowed_headers: Vec<HeaderName>,
    /// About sockets.
    pub sockets: socket::Limits,
    /// What the server counts.
    pub meters: Meters,
}

/// What a request may take.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The most that the body of a request may hold, in bytes.
    pub body: usize,
    /// How long a body may take to arrive.
    pub body_time: Duration,
    /// How long a query or a mutation may run.
    pub operation: Duration,
    /// How often somebody may ask.
    pub rates: RateLimits,
}

/// What a connection may take.
#[derive(Clone, Copy, Debug)]
pub struct Connections {
    /// How many may be open at once.
    pub most: usize,
    /// How many of one address may be open whose clients have not signed in, or have sent only a part of their request.
    pub strangers: usize,
    /// How many proxies are in front, each of which adds whom it speaks for.
    pub trusted_proxies: usize,
    /// In which header they do; none: in whichever comes.
    pub proxy_header: Option<ProxyHeader>,
    /// How long the headers of a request may take to arrive.
    pub header_time: Duration,
    /// The most that these headers may hold, in bytes; at least 8 KiB.
    pub header_size: usize,
    /// How many headers there may be.
    pub headers: usize,
    /// How long a connection stays open without a request.
    pub idle: Duration,
    /// How long a client may take nothing of what it is told.
    pub write: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 1024 * 1024,
            body_time: Duration::from_secs(30),
            operation: Duration::from_secs(15),
            rates: RateLimits::default(),
        }
    }
}

impl Default for RateLimits {
    fn default() -> Self {
        let rate = |per_second, burst| {
            let numbers = NonZeroU32::new(per_second).zip(NonZeroU32::new(burst));
            numbers.map(|(per_second, burst)| Rate { per_second, burst })
        };
        Self { member: rate(200, 2_000), address: rate(1_000, 10_000) }
    }
}

impl Default for Connections {
    fn default() -> Self {
        Self {
            most: 1024,
            strangers: 256,
            trusted_proxies: 0,
            proxy_header: None,
            header_time: Duration::from_secs(10),
            header_size: 64 * 1024,
            headers: 100,
            idle: Duration::from_secs(75),
            write: Duration::from_secs(30),
        }
    }
}
