//! How often a member, and an address, may ask.

use std::{
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use entity::ids::MemberId;
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};

/// What a sign-in that failed costs an address more than one that did not, in requests.
const FAILED_SIGN_IN: NonZeroU32 = NonZeroU32::MIN.saturating_add(8);
/// After so many requests, and after so long, those who have not asked for a while are forgotten.
const SWEEP: usize = 1024;
const SWEEP_EVERY: Duration = Duration::from_secs(10);

/// How often somebody may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Requests a second, in the long run.
    pub per_second: NonZeroU32,
    /// Requests at once, after a pause.
    pub burst: NonZeroU32,
}

/// How often members and addresses may ask; `None` is as often as they like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimits {
    /// A member: requests, and operations on sockets.
    pub member: Option<Rate>,
    /// An address (of IPv6 a whole network of 64 bits), before anybody has signed in.
    pub address: Option<Rate>,
}

/// Somebody asked too often, and may ask again after this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait(Duration);

impl Wait {
    /// In whole seconds, at least one.
    pub fn seconds(self) -> u64 {
        let started = u64::from(self.0.subsec_nanos() > 0);
        (self.0.as_secs() + started).max(1)
    }
}

/// Who asked how often. One is shared by all requests.
#[derive(Debug)]
pub struct Rates {
    members: Option<Counter<MemberId>>,
    addresses: Option<Counter<IpAddr>>,
}

impl Rates {
    /// Nobody has asked yet.
    pub fn new(limits: RateLimits) -> Self {
        Self {
            members: limits.member.map(Counter::new),
            addresses: limits.address.map(Counter::new),
        }
    }

    /// Counts a request, or an operation of a socket, of a member who is signed in.
    ///
    /// # Errors
    /// It is one too many now.
    pub fn member(&self, id: MemberId) -> Result<(), Wait> {
        self.members.as_ref().map_or(Ok(()), |members| members.count(id, NonZeroU32::MIN))
    }

    /// Counts a request from an address.
    ///
    /// # Errors
    /// It is one too many now.
    pub fn address(&self, address: IpAddr) -> Result<(), Wait> {
        let network = network(address);
        self.addresses.as_ref().map_or(Ok(()), |all| all.count(network, NonZeroU32::MIN))
    }

    /// Counts a sign-in that failed, in addition to its request.
    pub fn failed(&self, address: IpAddr) {
        if let Some(addresses) = &self.addresses {
            let _ = addresses.count(network(address), FAILED_SIGN_IN);
        }
    }
}

#[derive(Debug)]
struct Counter<K: Hash + Eq + Clone> {
    limiter: DefaultKeyedRateLimiter<K>,
    counted: AtomicUsize,
    swept: Mutex<Instant>,
}

impl<K: Hash + Eq + Clone> Counter<K> {
    fn new(rate: Rate) -> Self {
        let quota = Quota::per_second(rate.per_second).allow_burst(rate.burst);
        let limiter = RateLimiter::keyed(quota);
        Self { limiter, counted: AtomicUsize::new(0), swept: Mutex::new(Instant::now()) }
    }

    fn count(&self, key: K, requests: NonZeroU32) -> Result<(), Wait> {
        self.sweep(Instant::now());
        match self.limiter.check_key_n(&key, requests) {
            Ok(Err(not_yet)) => Err(Wait(not_yet.wait_time_from(DefaultClock::default().now()))),
            // more at once than ever possible: the burst is tiny, and one request is judged alone
            Ok(Ok(())) | Err(_) => Ok(()),
        }
    }

    /// Whoever may ask as much as somebody new is nobody to remember.
    fn sweep(&self, now: Instant) {
        let many = self.counted.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1;
        let mut swept = self.swept.lock().unwrap_or_else(PoisonError::into_inner);
        if many || now.saturating_duration_since(*swept) >= SWEEP_EVERY {
            *swept = now;
            drop(swept);
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
    }
}

/// Whoever has one address of IPv6 has 2⁶⁴ of them: they count as one.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(burst: u32) -> Rates {
        let slow = Rate { per_second: NonZeroU32::MIN, burst: burst.try_into().unwrap() };
        Rates::new(RateLimits { member: None, address: Some(slow) })
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn each_address_has_a_burst_of_its_own_and_then_waits() {
        let rates = rates(2);
        for text in ["10.0.0.1", "10.0.0.2", "2001:db8::1", "2001:db8:0:1::1"] {
            let address = address(text);
            assert_eq!((rates.address(address), rates.address(address)), (Ok(()), Ok(())));
            assert_eq!(rates.address(address).unwrap_err().seconds(), 1);
        }
        assert!(rates.address(address("2001:db8::ffff:1")).is_err(), "the same network");
        assert!(rates.address(address("::ffff:10.0.0.1")).is_err(), "the same address");
    }

    #[test]
    fn a_failed_sign_in_costs_as_much_as_ten_requests() {
        let rates = rates(20);
        let somebody = address("10.0.0.1");
        for _ in 0..2 {
            assert!(rates.address(somebody).is_ok());
            rates.failed(somebody);
        }
        assert!(rates.address(somebody).is_err());
    }

    #[test]
    fn those_who_come_once_are_forgotten() {
        let fast = Rate { per_second: u32::MAX.try_into().unwrap(), burst: NonZeroU32::MIN };
        let rates = Rates::new(RateLimits { member: None, address: Some(fast) });
        for number in 0..100_000_u32 {
            assert!(rates.address(std::net::Ipv4Addr::from_bits(number).into()).is_ok());
        }
        assert!(rates.addresses.unwrap().limiter.len() <= SWEEP);
    }

    #[test]
    fn whoever_left_is_forgotten_by_the_next_who_comes() {
        let fast = Rate { per_second: u32::MAX.try_into().unwrap(), burst: NonZeroU32::MIN };
        let rates = Rates::new(RateLimits { member: Some(fast), address: Some(fast) });
        let member = |number| MemberId::from_uuid(uuid::Uuid::from_u128(number));
        for number in 0..100 {
            assert!(rates.member(member(number)).is_ok());
        }
        let members = rates.members.unwrap();
        assert!(members.limiter.len() >= 99);
        members.sweep(Instant::now() + SWEEP_EVERY);
        assert!(members.limiter.is_empty());
    }

    #[test]
    fn without_a_limit_nobody_waits() {
        let rates = Rates::new(RateLimits { member: None, address: None });
        for _ in 0..100_000 {
            assert!(rates.address(address("10.0.0.1")).is_ok());
        }
    }

    #[test]
    fn a_wait_is_told_in_whole_seconds() {
        let told = |millis| Wait(Duration::from_millis(millis)).seconds();
        assert_eq!([told(0), told(1), told(1000), told(1001)], [1, 1, 1, 2]);
    }
}
