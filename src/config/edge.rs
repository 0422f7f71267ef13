//! The front door and the transport: documents, requests, sockets.

use clap::Args;

use super::Problems;
use crate::http::Settings;

mod documents;
mod quantity;
mod requests;
mod sockets;
mod trusted;

pub(crate) use documents::DocumentArgs;
pub(crate) use requests::RequestArgs;
pub(crate) use sockets::SocketArgs;
pub(crate) use trusted::TrustedArgs;

/// Flags about what clients send.
#[derive(Args, Clone, Debug)]
pub struct EdgeArgs {
    /// About documents.
    #[command(flatten)]
    pub documents: DocumentArgs,
    /// About trusted documents.
    #[command(flatten)]
    pub trusted: TrustedArgs,
    /// About requests.
    #[command(flatten)]
    pub requests: RequestArgs,
    /// About sockets.
    #[command(flatten)]
    pub sockets: SocketArgs,
}

impl EdgeArgs {
    /// The configuration, or everything that is wrong with it.
    pub fn check(&self) -> Result<Settings, Problems> {
        let mut settings = Settings::default();
        let mut problems = Problems::new();
        problems.extend(self.documents.check(&mut settings));
        problems.extend(self.trusted.check(&mut settings));
        problems.extend(self.requests.check(&mut settings));
        problems.extend(self.sockets.check(&mut settings));
        if problems.is_empty() { Ok(settings) } else { Err(problems) }
    }
}
