//! The program `waypost`: all that it can do is in `waypost::cli`.

use std::process::ExitCode;

/// Requests make and drop many small things, on several threads at once.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    use_small_pages();
    waypost::cli::main()
}

/// Memory comes in pages of the usual size. The allocator asks for huge ones, of which each stays whole while anything
/// in it is used, and the system makes more of them the longer a server runs: with 500 subscribers nearly half of the heap
/// was empty parts of such pages, and no request was measurably faster.
#[cfg(target_os = "linux")]
fn use_small_pages() {
    // A system that does not know this, or forbids it, goes on as it does.
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}

#[cfg(not(target_os = "linux"))]
const fn use_small_pages() {}
