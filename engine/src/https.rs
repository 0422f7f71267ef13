//! HTTPS to others: rustls with ring and the certificates that the machine trusts, as for mail and PostgreSQL.

use std::{error, sync::Arc};

use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use rustls::{ClientConfig, RootCertStore, crypto::ring};

/// What goes over these connections, encrypted for `https://`.
pub(crate) fn over<C>(connections: C) -> Result<HttpsConnector<C>, String> {
    let https = HttpsConnectorBuilder::new().with_tls_config(tls()?).https_or_http();
    Ok(https.enable_http1().wrap_connector(connections))
}

fn tls() -> Result<ClientConfig, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|cause| cause.to_string())?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

/// What went wrong, with its causes, short enough to be kept.
pub(crate) fn reason(error: &dyn error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text.replace('\0', " ").chars().take(500).collect()
}
