//! Where an endpoint is: a URL that is fit to be one.

use url::Url;

use crate::{language::Message, refusal::Refusal, text::invalid};

/// The longest URL, in characters.
pub const LONGEST: usize = 2_000;

/// The URL as it is kept. Unencrypted HTTP is only for networks that the operator allows.
pub fn checked(given: &str, allows_http: bool) -> Result<String, Refusal> {
    let url = Url::parse(given.trim()).map_err(|_| invalid(WHAT))?;
    if url.as_str().len() > LONGEST {
        return Err(invalid(Message::of("url-too-long")));
    }
    match url.scheme() {
        "https" => {}
        "http" if allows_http => {}
        "http" => return Err(invalid(NO_HTTP)),
        _ => return Err(invalid(WHAT)),
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(invalid(WHAT));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(invalid(Message::of("url-with-password")));
    }
    if url.fragment().is_some() {
        return Err(invalid(Message::of("url-with-fragment")));
    }
    Ok(url.into())
}

/// The server of a URL that was fit to be one: the rest of it may be known to nobody else.
pub fn origin(url: &str) -> String {
    Url::parse(url).map(|url| url.origin().ascii_serialization()).unwrap_or_default()
}

const WHAT: Message = Message::of("url-malformed");
const NO_HTTP: Message = Message::of("url-unencrypted");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_of_a_url_says_nothing_of_its_path() {
        assert_eq!(origin("https://a.example/hooks/secret?key=1"), "https://a.example");
        assert_eq!(origin("http://a.example:8080/x"), "http://a.example:8080");
    }

    #[test]
    fn a_url_of_an_endpoint_is_whole_and_holds_no_password() {
        let kept = |text: &str| checked(text, false).ok();
        assert_eq!(kept(" https://a.example/x?y=1 ").as_deref(), Some("https://a.example/x?y=1"));
        for wrong in [
            "",
            "a.example",
            "ftp://a.example/",
            "file:///etc/passwd",
            "https://",
            "https://user@a.example/",
            "https://user:password@a.example/",
            "https://a.example/#part",
            "http://a.example/",
        ] {
            assert_eq!(kept(wrong), None, "{wrong}");
        }
        assert!(checked("http://a.example/", true).is_ok());
        assert_eq!(kept(&format!("https://a.example/{}", "x".repeat(LONGEST))), None);
    }
}
