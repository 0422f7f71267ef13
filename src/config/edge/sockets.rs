//! Flags about sockets and event streams.

use std::time::Duration;

use clap::Args;

use super::quantity::{number, size, time};
use crate::{config::Problems, http::Settings};

/// Flags about sockets and event streams.
#[derive(Args, Clone, Debug)]
pub struct SocketArgs {
    /// How long a socket's client may wait before it sends connection_init
    #[arg(long, env = "WAYPOST_SOCKET_INIT_TIMEOUT", value_name = "TIME", default_value = "10s")]
    pub socket_init_timeout: String,
    /// How long the reader of a socket may take nothing of what is written: then it is closed, and
    /// resumes when it comes back
    #[arg(long, env = "WAYPOST_SOCKET_WRITE_TIMEOUT", value_name = "TIME", default_value = "5s")]
    pub socket_write_timeout: String,
    /// How often a socket's client is asked whether it is still there; who is silent three times is not
    #[arg(long, env = "WAYPOST_SOCKET_PING_INTERVAL", value_name = "TIME")]
    #[arg(default_value = "20s")]
    pub socket_ping_interval: String,
    /// The longest message that a socket takes: bytes, or with KiB or MiB [default: as --max-body]
    #[arg(long, env = "WAYPOST_SOCKET_MAX_MESSAGE", value_name = "SIZE")]
    pub socket_max_message: Option<String>,
    /// How many operations may be open on a socket; of queries and mutations four run at a time
    #[arg(
        long,
        env = "WAYPOST_SOCKET_MAX_OPERATIONS",
        value_name = "NUMBER",
        default_value = "100"
    )]
    pub socket_max_operations: String,
    /// How many sockets and event streams a member may have open
    #[arg(long, env = "WAYPOST_SOCKETS_PER_MEMBER", value_name = "NUMBER", default_value = "50")]
    pub sockets_per_member: String,
    /// How many sockets may be open whose clients have not said yet who they are
    #[arg(long, env = "WAYPOST_SOCKETS_UNKNOWN", value_name = "NUMBER", default_value = "1000")]
    pub sockets_unknown: String,
    /// How often a silent event stream sends a comment, so that nobody between takes it for dead
    #[arg(long, env = "WAYPOST_SSE_KEEP_ALIVE", value_name = "TIME", default_value = "12s")]
    pub sse_keep_alive: String,
}

impl SocketArgs {
    /// Puts what they say into the settings, in which those of requests are already, and gives what is wrong
    /// with it.
    pub fn check(&self, settings: &mut Settings) -> Problems {
        let sockets = &mut settings.sockets;
        sockets.message = settings.limits.body;
        let mut given = self.socket_max_message.iter().filter(|text| !text.trim().is_empty());
        let message = given.find_map(|text| {
            size("--socket-max-message", text, 1024..=64 * 1024 * 1024)
                .map(|value| sockets.message = value)
                .err()
        });
        let wait = |flag, text: &str, place: &mut Duration| {
            time(flag, text).map(|value| *place = value).err()
        };
        let count = |flag, text: &str, place: &mut usize| {
            number(flag, text, 1..=1_000_000).map(|value| *place = value).err()
        };
        let problems = [
            wait("--socket-init-timeout", &self.socket_init_timeout, &mut sockets.greeting),
            wait("--socket-write-timeout", &self.socket_write_timeout, &mut sockets.write),
            wait("--socket-ping-interval", &self.socket_ping_interval, &mut sockets.ping),
            message,
            count("--socket-max-operations", &self.socket_max_operations, &mut sockets.operations),
            count("--sockets-per-member", &self.sockets_per_member, &mut sockets.each),
            count("--sockets-unknown", &self.sockets_unknown, &mut sockets.strangers),
            wait("--sse-keep-alive", &self.sse_keep_alive, &mut sockets.keep_alive),
        ];
        problems.into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use crate::config::EdgeArgs;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: EdgeArgs,
    }

    fn longest(args: &[&str]) -> usize {
        let line = Line::parse_from(["waypost"].iter().chain(args));
        line.args.check().unwrap().sockets.message
    }

    #[test]
    fn a_message_may_be_as_long_as_a_body_unless_the_operator_says_otherwise() {
        assert_eq!(longest(&[]), 1024 * 1024);
        assert_eq!(longest(&["--max-body=2MiB"]), 2 * 1024 * 1024);
        assert_eq!(longest(&["--max-body=2MiB", "--socket-max-message=64KiB"]), 64 * 1024);
        assert_eq!(longest(&["--socket-max-message="]), 1024 * 1024);
    }
}
