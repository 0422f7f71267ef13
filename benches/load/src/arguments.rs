//! What is asked of this program.

use std::{path::PathBuf, time::Duration};

use clap::{Parser, Subcommand};

/// Drives a Waypost server and what one would write instead, with the same data.
#[derive(Parser)]
pub struct Arguments {
    #[command(subcommand)]
    /// Another part than the whole
    pub part: Option<Part>,
    /// The server: a release build
    #[arg(long, default_value = "target/release/waypost")]
    pub server: PathBuf,
    /// Where databases for PostgreSQL are made and removed; without it, SQLite alone is measured
    #[arg(long, env = "WAYPOST_TEST_POSTGRES")]
    pub postgres: Option<String>,
    /// A tenth of the data, and a second for each measurement: under two minutes
    #[arg(long)]
    pub quick: bool,
    /// Only what begins with one of these, such as Q1, S or memory
    #[arg(long, value_delimiter = ',')]
    pub only: Vec<String>,
    /// How many connections ask at once: 1, 16 and 64 in turn unless said otherwise, and 16 when it is to be quick
    #[arg(long, value_delimiter = ',')]
    pub connections: Vec<usize>,
    /// How many watch at once: 500 and 5000 in turn unless said otherwise, and 500 when it is to be quick
    #[arg(long, value_delimiter = ',')]
    pub subscribers: Vec<usize>,
    /// Instead of all that: how long lists, boards and counts take with this many deals, and with ten times as many.
    /// With --only SQLite or PostgreSQL on one of them
    #[arg(long, value_name = "DEALS")]
    pub growth: Option<usize>,
    /// The folder where pictures are written
    #[arg(long, value_name = "FOLDER")]
    pub svg: Option<PathBuf>,
    /// Where the table is written
    #[arg(long)]
    pub out: Option<PathBuf>,
}

#[derive(Subcommand)]
pub enum Part {
    /// Serves what one would write instead: the driver starts it by itself
    #[command(hide = true)]
    Baseline {
        /// The database
        url: String,
    },
}

impl Arguments {
    /// These, with what was left to be chosen.
    pub fn completed(mut self) -> Self {
        if self.connections.is_empty() {
            self.connections = if self.quick { vec![16] } else { vec![1, 16, 64] };
        }
        if self.subscribers.is_empty() {
            self.subscribers = if self.quick { vec![500] } else { vec![500, 5000] };
        }
        self
    }

    /// The most connections that are open at once.
    pub fn most_connections(&self) -> usize {
        self.connections.iter().chain(&self.subscribers).copied().max().unwrap_or_default()
    }

    /// How long each measurement takes.
    pub fn time(&self) -> Duration {
        Duration::from_secs(if self.quick { 1 } else { 5 })
    }

    /// Whether something of this name is to be measured.
    pub fn is_wanted(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|begin| name.starts_with(begin))
    }
}
