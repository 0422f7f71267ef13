//! `waypost schema`: the contract, as text.

use std::io::{ErrorKind, Write};

use super::Outcome;
use crate::graphql;

/// Prints the SDL, as `schema.graphql` keeps it to the byte; a reader that has seen enough (`| head`) is fine.
pub(crate) fn run() -> Outcome {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(graphql::sdl().as_bytes()).and_then(|()| stdout.flush()) {
        Err(cause) if cause.kind() != ErrorKind::BrokenPipe => Err(cause.into()),
        _ => Ok(()),
    }
}
