//! The program `waypost`: all that it can do is in `waypost::cli`.

use std::process::ExitCode;

fn main() -> ExitCode {
    waypost::cli::main()
}
