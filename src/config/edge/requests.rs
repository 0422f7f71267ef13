//! Flags about requests and connections.

use std::num::NonZeroU32;

use axum::http::HeaderName;
use clap::Args;

use super::quantity::{number, size, time};
use crate::{
    config::{Problems, ProblemsFound},
    http::{
        Settings,
        forwarded::ProxyHeader,
        origin::Origins,
        rates::{Rate, RateLimits},
        settings::{Connections, Limits},
    },
};

/// Flags about requests.
#[derive(Args, Clone, Debug)]
pub struct RequestArgs {
    /// Origins whose web pages may call this server from a browser, such as https://crm.example.org;
    /// several with commas between, or * for all [default: the server's own pages only]
    #[arg(long, env = "WAYPOST_ALLOW_ORIGIN", value_name = "ORIGIN", value_delimiter = ',')]
    pub allow_origin: Vec<String>,
    /// Headers that such pages may send, besides those that this server reads, such as traceparent;
    /// several with commas between, or * for all [default: whichever they ask for]
    #[arg(long, env = "WAYPOST_ALLOW_HEADER", value_name = "NAME", value_delimiter = ',')]
    pub allow_header: Vec<String>,
    /// The longest body of a request: bytes, or with KiB or MiB
    #[arg(long, env = "WAYPOST_MAX_BODY", value_name = "SIZE", default_value = "1MiB")]
    pub max_body: String,
    /// How long a body may take to arrive (uploaded files: 30s without a byte)
    #[arg(long, env = "WAYPOST_BODY_TIMEOUT", value_name = "TIME", default_value = "30s")]
    pub body_timeout: String,
    /// How long a query or a mutation may run
    #[arg(long, env = "WAYPOST_OPERATION_TIMEOUT", value_name = "TIME", default_value = "15s")]
    pub operation_timeout: String,
    /// How often a member may ask, in the long run: requests, and operations on sockets, a second;
    /// 0 for as often as they like
    #[arg(long, env = "WAYPOST_MEMBER_RATE", value_name = "PER-SECOND", default_value = "200")]
    pub member_rate: String,
    /// How often a member may ask at once, after a pause
    #[arg(long, env = "WAYPOST_MEMBER_BURST", value_name = "NUMBER", default_value = "2000")]
    pub member_burst: String,
    /// How often an address may ask, whoever is there (a sign-in that fails counts as ten): requests a
    /// second; 0 for as often as it likes
    #[arg(long, env = "WAYPOST_ADDRESS_RATE", value_name = "PER-SECOND", default_value = "1000")]
    pub address_rate: String,
    /// How often an address may ask at once, after a pause
    #[arg(long, env = "WAYPOST_ADDRESS_BURST", value_name = "NUMBER", default_value = "10000")]
    pub address_burst: String,
    /// About connections.
    #[command(flatten)]
    pub connections: ConnectionArgs,
}

/// Flags about connections.
#[derive(Args, Clone, Debug)]
pub struct ConnectionArgs {
    /// How many connections may be open at once; further ones are told to come back (the system's limit
    /// on open files must be higher)
    #[arg(long, env = "WAYPOST_MAX_CONNECTIONS", value_name = "NUMBER", default_value = "1024")]
    pub max_connections: String,
    /// How many connections of one address may be open whose clients have not signed in, or have sent only
    /// a part of their request: the one that has waited longest makes room for one more
    #[arg(long, env = "WAYPOST_STRANGERS_PER_ADDRESS", value_name = "NUMBER")]
    #[arg(default_value = "256")]
    pub strangers_per_address: String,
    /// How many proxies stand in front of this server and add to X-Forwarded-For, or to Forwarded, whom
    /// they speak for; with 0, whoever connects is the client
    #[arg(long, env = "WAYPOST_TRUSTED_PROXIES", value_name = "NUMBER", default_value = "0")]
    pub trusted_proxies: String,
    /// Which header those proxies write: X-Forwarded-For or Forwarded [default: whichever comes; two that
    /// disagree are not believed]
    #[arg(long, env = "WAYPOST_PROXY_HEADER", value_name = "NAME")]
    pub proxy_header: Option<String>,
    /// How long the headers of a request may take to arrive
    #[arg(long, env = "WAYPOST_HEADER_TIMEOUT", value_name = "TIME", default_value = "10s")]
    pub header_timeout: String,
    /// The longest headers of a request, together with its URL: bytes, or with KiB
    #[arg(long, env = "WAYPOST_MAX_HEADER_SIZE", value_name = "SIZE", default_value = "64KiB")]
    pub max_header_size: String,
    /// How many headers a request may have
    #[arg(long, env = "WAYPOST_MAX_HEADERS", value_name = "NUMBER", default_value = "100")]
    pub max_headers: String,
    /// How long a connection stays open between two requests; sockets and event streams live longer
    #[arg(long, env = "WAYPOST_IDLE_TIMEOUT", value_name = "TIME", default_value = "75s")]
    pub idle_timeout: String,
    /// How long a client may take nothing of an answer before its connection is closed
    #[arg(long, env = "WAYPOST_WRITE_TIMEOUT", value_name = "TIME", default_value = "30s")]
    pub write_timeout: String,
}

impl RequestArgs {
    /// Puts what they say into the settings, and gives what is wrong with it.
    pub fn check(&self, settings: &mut Settings) -> Problems {
        let mut found = ProblemsFound::default();
        let origins = found.keep(origins(&self.allow_origin));
        let headers = found.keep(headers(&self.allow_header));
        let limits = self.limits(&mut found);
        let connections = self.connections.check(&mut found);
        if let (Some(origins), Some(headers), Some(limits), Some(connections)) =
            (origins, headers, limits, connections)
        {
            settings.origins = origins;
            settings.allowed_headers = headers;
            settings.limits = limits;
            settings.connections = connections;
        }
        found.0
    }

    fn limits(&self, found: &mut ProblemsFound) -> Option<Limits> {
        let body = size("--max-body", &self.max_body, 1024..=64 * 1024 * 1024);
        let (body, body_time) =
            (found.keep(body), found.keep(time("--body-timeout", &self.body_timeout)));
        let operation = found.keep(time("--operation-timeout", &self.operation_timeout));
        let rates = self.rates(found);
        Some(Limits { body: body?, body_time: body_time?, operation: operation?, rates: rates? })
    }

    fn rates(&self, found: &mut ProblemsFound) -> Option<RateLimits> {
        let member = found.keep(rate("--member-rate", &self.member_rate));
        let member_burst = found.keep(burst("--member-burst", &self.member_burst));
        let address = found.keep(rate("--address-rate", &self.address_rate));
        let address_burst = found.keep(burst("--address-burst", &self.address_burst));
        let (member_burst, address_burst) = (member_burst?, address_burst?);
        Some(RateLimits {
            member: member?.map(|per_second| Rate { per_second, burst: member_burst }),
            address: address?.map(|per_second| Rate { per_second, burst: address_burst }),
        })
    }
}

impl ConnectionArgs {
    fn check(&self, found: &mut ProblemsFound) -> Option<Connections> {
        let most = found.keep(number("--max-connections", &self.max_connections, 1..=1_000_000));
        let strangers =
            number("--strangers-per-address", &self.strangers_per_address, 1..=1_000_000);
        let strangers = found.keep(strangers);
        let proxies = found.keep(number("--trusted-proxies", &self.trusted_proxies, 0..=16));
        let proxy_header = found.keep(proxy_header(self.proxy_header.as_deref()));
        let header_time = found.keep(time("--header-timeout", &self.header_timeout));
        let header_size = size("--max-header-size", &self.max_header_size, 8192..=1024 * 1024);
        let header_size = found.keep(header_size);
        let headers = found.keep(number("--max-headers", &self.max_headers, 10..=1000));
        let idle = found.keep(time("--idle-timeout", &self.idle_timeout));
        let write = found.keep(time("--write-timeout", &self.write_timeout));
        Some(Connections {
            most: most?,
            strangers: strangers?,
            trusted_proxies: proxies?,
            proxy_header: proxy_header?,
            header_time: header_time?,
            header_size: header_size?,
            headers: headers?,
            idle: idle?,
            write: write?,
        })
    }
}

fn origins(texts: &[String]) -> Result<Origins, String> {
    let given = texts.iter().map(String::as_str).filter(|text| !text.trim().is_empty());
    Origins::parse(given).map_err(|wrong| {
        format!("--allow-origin: “{wrong}” is no origin of web pages. Say for example https://crm.example.org, without a path, or * for all.")
    })
}

/// None is all there are.
fn headers(texts: &[String]) -> Result<Vec<HeaderName>, String> {
    let given = texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty());
    let given: Vec<_> = given.collect();
    if given.contains(&"*") {
        return Ok(Vec::new());
    }
    let name = |text: &str| {
        text.parse().map_err(|_| format!("--allow-header: “{text}” is no name of a header. Say for example traceparent, or * for all."))
    };
    given.into_iter().map(name).collect()
}

fn proxy_header(text: Option<&str>) -> Result<Option<ProxyHeader>, String> {
    match text.unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "" => Ok(None),
        "x-forwarded-for" => Ok(Some(ProxyHeader::XForwardedFor)),
        "forwarded" => Ok(Some(ProxyHeader::Forwarded)),
        other => Err(format!(
            "--proxy-header: “{other}” names no client. Say X-Forwarded-For or Forwarded."
        )),
    }
}

/// Requests a second; none is no limit.
fn rate(flag: &str, text: &str) -> Result<Option<NonZeroU32>, String> {
    number(flag, text, 0..=1_000_000).map(NonZeroU32::new)
}

fn burst(flag: &str, text: &str) -> Result<NonZeroU32, String> {
    let number = number(flag, text, 1..=1_000_000)?;
    Ok(NonZeroU32::MIN.saturating_add(number - 1))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: RequestArgs,
    }

    fn check(args: &[&str]) -> (Settings, Problems) {
        let mut settings = Settings::default();
        let line = ["waypost"].iter().chain(args);
        let problems = Line::parse_from(line).args.check(&mut settings);
        (settings, problems)
    }

    #[test]
    fn the_flags_have_the_defaults_of_the_settings() {
        let (settings, problems) = check(&[]);
        assert_eq!(problems, Problems::new());
        assert_eq!(format!("{settings:?}"), format!("{:?}", Settings::default()));
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let wrong = [
            "--allow-origin=crm.example.org",
            "--allow-header=x y",
            "--max-body=0",
            "--body-timeout=30",
            "--operation-timeout=0s",
            "--member-rate=-1",
            "--member-burst=0",
            "--address-rate=x",
            "--address-burst=0",
            "--max-connections=0",
            "--strangers-per-address=0",
            "--trusted-proxies=many",
            "--proxy-header=x-real-ip",
            "--header-timeout=",
            "--max-header-size=1",
            "--max-headers=0",
            "--idle-timeout=9d",
            "--write-timeout=x",
        ];
        let (_, problems) = check(&wrong);
        let named = |flag: &&str| flag.split_once('=').map(|(name, _)| format!("{name}: "));
        for (problem, start) in problems.iter().zip(wrong.iter().filter_map(named)) {
            assert!(problem.starts_with(&start), "{problem}");
        }
        assert_eq!(problems.len(), wrong.len(), "{problems:?}");
    }

    #[test]
    fn limits_can_be_switched_off_and_origins_listed() {
        let (settings, problems) =
            check(&["--member-rate=0", "--address-rate=0", "--allow-origin=http://a,https://b:1"]);
        assert_eq!(problems, Problems::new());
        assert_eq!(settings.limits.rates, RateLimits { member: None, address: None });
        assert!(settings.origins.lists("http://a") && settings.origins.lists("https://b:1"));
        let (settings, _) =
            check(&["--allow-header=Baggage, sentry-trace,", "--proxy-header=FORWARDED"]);
        assert_eq!(settings.allowed_headers, ["baggage", "sentry-trace"]);
        assert_eq!(settings.connections.proxy_header, Some(ProxyHeader::Forwarded));
        assert_eq!(check(&["--allow-header=baggage,*"]).0.allowed_headers, [""; 0]);
    }
}
