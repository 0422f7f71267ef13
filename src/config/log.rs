//! What is logged, and how.

use clap::Args;
use tracing_subscriber::EnvFilter;

use super::{Problems, ProblemsFound, given};

/// Without the migrations' and the driver's own news.
const DEFAULT_LOG: &str = "info,sea_orm_migration=warn,sqlx=warn";

/// What to log.
#[derive(Args, Clone, Debug)]
pub struct LogArgs {
    /// What to log to stderr: error, warn, info, debug, trace, or a filter such as
    /// info,waypost=debug [default: RUST_LOG, else info]
    #[arg(long, env = "WAYPOST_LOG", value_name = "FILTER", global = true)]
    pub log: Option<String>,
    /// How to write it: text for people, or json for programs, an object a line
    #[arg(long, env = "WAYPOST_LOG_FORMAT", value_name = "FORMAT", global = true)]
    #[arg(default_value = "text")]
    pub log_format: String,
}

/// What to log, and how, checked.
#[derive(Debug)]
pub struct LogConfig {
    /// What to log.
    pub filter: EnvFilter,
    /// How to write it.
    pub format: LogFormat,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people: a line an entry.
    Text,
    /// For programs: an object an entry.
    Json,
}

impl LogArgs {
    /// What to log, and how, or everything that is wrong with that.
    pub fn check(&self) -> Result<LogConfig, Problems> {
        let mut found = ProblemsFound::default();
        let filter = found.keep(self.filter_in(&given::environment));
        let format = found.keep(self.format());
        let log = filter.zip(format).map(|(filter, format)| LogConfig { filter, format });
        log.ok_or(found.0)
    }

    fn format(&self) -> Result<LogFormat, String> {
        match self.log_format.as_str() {
            "text" => Ok(LogFormat::Text),
            "json" => Ok(LogFormat::Json),
            other => Err(format!("--log-format: “{other}” is no format. Say text or json.")),
        }
    }

    /// The filter: the flag or its variable, else RUST_LOG, else the default.
    fn filter_in(&self, environment: given::Environment<'_>) -> Result<EnvFilter, String> {
        let own = self.log.clone().filter(|text| !text.trim().is_empty());
        if let Some(text) = own {
            return log_filter("--log", &text);
        }
        let of_rust = given::text(EnvFilter::DEFAULT_ENV, environment)?;
        log_filter(EnvFilter::DEFAULT_ENV, of_rust.as_deref().unwrap_or(DEFAULT_LOG))
    }
}

fn log_filter(setting: &str, text: &str) -> Result<EnvFilter, String> {
    EnvFilter::try_new(text).map_err(|_| {
        format!("{setting}: “{text}” is no log filter. Say error, warn, info, debug or trace, or e.g. info,waypost=debug.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_filter_of_rust_is_read_as_every_other_variable_and_named_as_itself() {
        let filter = |own: Option<&str>, of_rust: &str| {
            let environment = |name: &str| (name == "RUST_LOG").then(|| of_rust.into());
            let (log, log_format) = (own.map(str::to_owned), "text".to_owned());
            LogArgs { log, log_format }.filter_in(&environment)
        };
        for around in ["\"warn\"", " warn\r\n", "'warn'", "\u{feff}warn"] {
            assert_eq!(filter(None, around).unwrap().to_string(), "warn", "{around:?}");
        }
        let usual = EnvFilter::new(DEFAULT_LOG).to_string();
        for empty in ["", " ", "\"\""] {
            assert_eq!(filter(None, empty).unwrap().to_string(), usual, "{empty:?}");
        }
        assert_eq!(filter(Some("info"), "a=b=c").unwrap().to_string(), "info");
        let told = filter(None, "a=b=c").unwrap_err();
        assert!(told.starts_with("RUST_LOG: “a=b=c”"), "{told}");
        assert!(filter(Some("a=b=c"), "").unwrap_err().starts_with("--log: "));
    }

    #[test]
    fn a_format_is_one_that_there_is() {
        let format = |text: &str| LogArgs { log: None, log_format: text.to_owned() }.format();
        assert_eq!(format("text"), Ok(LogFormat::Text));
        assert_eq!(format("json"), Ok(LogFormat::Json));
        assert!(format("xml").unwrap_err().starts_with("--log-format: “xml”"));
    }
}
