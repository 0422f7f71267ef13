//! Drives a Waypost server, on SQLite and on PostgreSQL, and beside it what one would write instead; prints a table of
//! both. `docs/performance.md` says how to run it and what it gave.

use clap::Parser;

use crate::{
    arguments::{Arguments, Part},
    bench::Bench,
    server::Result,
};

mod arguments;
mod baseline;
mod bench;
#[cfg(feature = "statements")]
mod count;
mod data;
mod database;
mod drive;
mod growth;
mod http;
mod live;
mod memory;
mod operation;
mod picture;
mod process;
mod server;
mod socket;
mod subject;
mod svg;
mod table;

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        match &arguments.part {
            Some(Part::Baseline { url }) => baseline::serve(url).await,
            None => match arguments.growth {
                Some(deals) => growth::run(&arguments, deals).await,
                None => Bench::new(arguments.completed())?.run().await,
            },
        }
    })
}
