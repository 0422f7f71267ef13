//! The program `waypost`: all that it can do is in `waypost::cli`.

use std::process::ExitCode;

/// Requests make and drop many small things, on several threads at once.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    waypost::cli::main()
}
