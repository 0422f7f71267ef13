//! Which web pages may call this server: its own, and those that the operator lists.

use std::str::FromStr;

/// The origins whose pages may call this server from a browser.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins {
    any: bool,
    listed: Vec<Origin>,
}

/// Where a page comes from: a scheme, a host, and a port unless it is the scheme's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    scheme: String,
    host: String,
}

impl Origins {
    /// Those that are listed: origins such as `https://crm.example.org`, or `*` for all there are.
    ///
    /// # Errors
    /// The first one that is no origin.
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let mut origins = Self::default();
        for text in texts {
            match text.trim() {
                "*" => origins.any = true,
                text => origins.listed.push(text.parse().map_err(|()| text.to_owned())?),
            }
        }
        Ok(origins)
    }

    /// These origins and one more: that of this URL, if it has one.
    #[must_use]
    pub fn with(mut self, url: &str) -> Self {
        let (scheme, rest) = url.split_once("://").unwrap_or_default();
        let host = rest.split('/').next().unwrap_or_default();
        self.listed.extend(format!("{scheme}://{host}").parse());
        self
    }

    /// Whether a page of this origin may call the server that it called as `host`: it is the server's
    /// own, or a listed one.
    pub fn allows(&self, origin: &str, host: &str) -> bool {
        let own = |origin: Origin| origin.host == without_port_of(&origin.scheme, host);
        self.lists(origin) || origin.parse().is_ok_and(own)
    }

    /// Whether this origin is listed: its pages may read what the server answers.
    pub fn lists(&self, origin: &str) -> bool {
        self.any || origin.parse().is_ok_and(|origin| self.listed.contains(&origin))
    }
}

impl FromStr for Origin {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (scheme, host) = text.split_once("://").ok_or(())?;
        let in_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
        let in_host = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
        let host = host.strip_suffix('/').unwrap_or(host);
        let plain = !scheme.is_empty() && scheme.chars().all(in_scheme);
        if !plain || host.is_empty() || !host.chars().all(in_host) {
            return Err(());
        }
        let scheme = scheme.to_ascii_lowercase();
        Ok(Self { host: without_port_of(&scheme, host), scheme })
    }
}

/// A host as an origin of this scheme names it: browsers leave out the port that goes without saying.
fn without_port_of(scheme: &str, host: &str) -> String {
    let port = match scheme {
        "http" => ":80",
        "https" => ":443",
        _ => "",
    };
    host.strip_suffix(port).unwrap_or(host).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_servers_own_pages_may_call_it() {
        let origins = Origins::default();
        for (origin, host) in [
            ("http://localhost:8000", "localhost:8000"),
            ("https://localhost:8000", "LocalHost:8000"),
            ("https://crm.example.org", "crm.example.org"),
            ("https://crm.example.org", "crm.example.org:443"),
            ("HTTP://CRM.example.org", "crm.example.org:80"),
            ("http://[::1]:8000", "[::1]:8000"),
        ] {
            assert!(origins.allows(origin, host), "{origin} {host}");
            assert!(!origins.lists(origin));
        }
    }

    #[test]
    fn other_pages_may_not() {
        let origins = Origins::default();
        for origin in [
            "http://localhost:3000",
            "http://localhost:8000.evil.example",
            "http://localhost:8000@evil.example",
            "http://localhost:8000/path",
            "null",
            "",
            "localhost:8000",
            "://localhost:8000",
        ] {
            assert!(!origins.allows(origin, "localhost:8000"), "{origin}");
        }
        assert!(!origins.allows("https://crm.example.org", "crm.example.org:80"));
        assert!(!origins.allows("http://", ""));
    }

    #[test]
    fn listed_pages_may_and_the_public_url_is_listed() {
        let listed = ["https://app.example.org/", " http://localhost:5173 ", "tauri://localhost"];
        let origins = Origins::parse(listed).unwrap().with("https://crm.example.org/waypost");
        for origin in [
            "https://app.example.org",
            "https://APP.example.org:443",
            "http://localhost:5173",
            "tauri://localhost",
            "https://crm.example.org",
        ] {
            assert!(origins.allows(origin, "10.0.0.7:8000"), "{origin}");
        }
        for origin in ["http://app.example.org", "https://app.example.org:444", "null"] {
            assert!(!origins.allows(origin, "10.0.0.7:8000"), "{origin}");
        }
        assert!(Origins::parse(["*"]).unwrap().allows("null", "h"));
        for wrong in ["", "app.example.org", "https://a/b", "https://a b", "null", "https://*.a"] {
            assert!(Origins::parse([wrong]).is_err(), "{wrong}");
        }
    }
}
