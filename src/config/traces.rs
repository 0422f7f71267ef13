//! Flags for traces: where they go.

use axum::http::Uri;
use clap::Args;
use engine::traces::Traces;

use super::ProblemsFound;

/// Where traces go.
#[derive(Args, Clone, Debug, Default)]
pub struct TraceArgs {
    /// Where traces go, over OTLP in HTTP: the URL of a collector of OpenTelemetry, such as
    /// http://127.0.0.1:4318; /v1/traces is appended where it is missing [default: nowhere]
    #[arg(long, env = "WAYPOST_OTLP_ENDPOINT", value_name = "URL", hide_env_values = true)]
    pub otlp_endpoint: Option<String>,
}

impl TraceArgs {
    /// The way there, unless something is wrong.
    pub fn check(&self, found: &mut ProblemsFound) -> Option<Traces> {
        let given = self.otlp_endpoint.as_deref().map(str::trim).filter(|text| !text.is_empty());
        found.keep(given.map_or_else(|| Ok(Traces::default()), traces))
    }
}

fn traces(url: &str) -> Result<Traces, String> {
    let wrong = |why: &str| {
        format!(
            "--otlp-endpoint: {why}. Say for example http://127.0.0.1:4318, where a collector of OpenTelemetry takes OTLP over HTTP."
        )
    };
    if !is_http(url) {
        return Err(wrong("this is no URL with http:// or https:// and a host"));
    }
    Traces::to(url).map_err(|cause| wrong(&cause))
}

fn is_http(url: &str) -> bool {
    let url = url.parse::<Uri>().ok();
    url.is_some_and(|url| {
        matches!(url.scheme_str(), Some("http" | "https")) && url.host().is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_a_url_and_what_is_wrong_is_said_without_it() {
        let check = |text: &str| {
            let mut found = ProblemsFound::default();
            let args = TraceArgs { otlp_endpoint: Some(text.to_owned()) };
            (args.check(&mut found).is_some(), found.0)
        };
        for fine in ["", " ", "http://127.0.0.1:4318", "https://otel.example.org/x/v1/traces"] {
            assert!(check(fine).0, "{fine}");
        }
        for wrong in ["collector:4318", "grpc://secret:4317", "http://", "http://a secret"] {
            let (_, problems) = check(wrong);
            assert_eq!(problems.len(), 1, "{wrong}");
            assert!(
                problems[0].starts_with("--otlp-endpoint: ") && !problems[0].contains("secret")
            );
        }
    }
}
