//! `waypost schema`: the contract, as text.

use std::io::{ErrorKind, Write};

use super::Outcome;
use crate::graphql;

/// Prints the SDL; a reader that has seen enough (`| head`) is fine.
pub fn run() -> Outcome {
    let mut stdout = std::io::stdout().lock();
    let sdl = graphql::sdl();
    match writeln!(stdout, "{}", sdl.trim_end()) {
        Err(cause) if cause.kind() != ErrorKind::BrokenPipe => Err(cause.into()),
        _ => Ok(()),
    }
}
