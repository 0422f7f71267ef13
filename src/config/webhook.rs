//! Flags for webhooks: where endpoints may be.

use std::net::IpAddr;

use clap::Args;
use engine::webhook::WebhookSettings;
use ipnet::IpNet;

use super::ProblemsFound;

/// Where endpoints of webhooks may be.
#[derive(Args, Clone, Debug, Default)]
pub struct WebhookArgs {
    /// Networks besides the open internet that webhooks may be sent to, such as 10.1.0.0/16; several with
    /// commas between. Only these take http:// besides https:// [default: none]
    #[arg(
        long,
        env = "WAYPOST_WEBHOOK_ALLOW_NETWORK",
        value_name = "NETWORK",
        value_delimiter = ','
    )]
    pub webhook_allow_network: Vec<String>,
}

impl WebhookArgs {
    /// How events are delivered, unless something is wrong.
    pub fn check(&self, found: &mut ProblemsFound) -> Option<WebhookSettings> {
        let given = self.webhook_allow_network.iter().map(|text| text.trim());
        let networks = given.filter(|text| !text.is_empty()).map(|text| found.keep(network(text)));
        let networks: Vec<_> = networks.collect();
        let networks = networks.into_iter().collect::<Option<Vec<_>>>()?;
        Some(WebhookSettings { networks, ..WebhookSettings::default() })
    }
}

/// A network, or one address of it.
fn network(text: &str) -> Result<IpNet, String> {
    let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    network.map(|network: IpNet| network.trunc()).map_err(|_| {
        format!("--webhook-allow-network: “{text}” is no network. Say for example 10.1.0.0/16, 192.168.7.9 or fd00::/8.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_read_and_everything_wrong_is_told() {
        let check = |texts: &[&str]| {
            let texts = texts.iter().map(|text| (*text).to_owned()).collect();
            let mut found = ProblemsFound::default();
            let settings = WebhookArgs { webhook_allow_network: texts }.check(&mut found);
            (settings.map(|settings| settings.networks), found.0)
        };
        let (networks, _) = check(&["10.1.2.3/16", " ::1", ""]);
        let shown: Vec<_> = networks.unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["10.1.0.0/16", "::1/128"]);
        let (networks, problems) = check(&["10.0.0.0/33", "localhost"]);
        assert_eq!((networks, problems.len()), (None, 2));
    }
}
