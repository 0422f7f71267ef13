//! What was measured, as Markdown, and as pictures.

use std::fmt::Write as _;

use crate::{drive::Measured, live::Delivered, memory::Memory};

/// Statements for each request.
#[cfg(feature = "statements")]
#[derive(Clone, Copy, Debug)]
pub struct Statements {
    /// All but the beginnings and ends of transactions.
    pub statements: f64,
    /// Transactions that were to be true.
    pub commits: f64,
}

/// Rows of what was measured.
#[derive(Default)]
pub struct Table(String);

impl Table {
    /// An empty table of requests.
    pub fn of_requests() -> Self {
        Self("\
            | what | on | connections | a second | CPU of the server, ms | of PostgreSQL, ms | p50, ms | p99, ms | p99 at half the rate, ms | bytes |\n\
            |---|---|--:|--:|--:|--:|--:|--:|--:|--:|\n".to_owned())
    }

    /// An empty table of deliveries.
    pub fn of_deliveries() -> Self {
        Self(
            "\
            | what | on | delivered | CPU of the server for each, µs | p50, ms | p99, ms |\n\
            |---|---|--:|--:|--:|--:|\n"
                .to_owned(),
        )
    }

    /// Adds what was measured at full speed and at half of it; prints the row.
    pub fn requests(
        &mut self,
        what: &str,
        on: &str,
        connections: usize,
        full: &Measured,
        half: Option<&Measured>,
    ) {
        let quantile =
            |measured: &Measured, q| measured.latency.value_at_quantile(q) as f64 / 1000.0;
        let half = half.map_or_else(String::new, |half| format!("{:.2}", quantile(half, 0.99)));
        self.row(format!(
            "| {what} | {on} | {connections} | {:.0} | {:.3} | {:.3} | {:.2} | {:.2} | {half} | {} |",
            full.rate, full.cpu, full.database_cpu, quantile(full, 0.5), quantile(full, 0.99), full.size,
        ));
    }

    /// Adds what was delivered; prints the row.
    pub fn deliveries(&mut self, what: &str, on: &str, delivered: &Delivered) {
        let quantile = |q| delivered.latency.value_at_quantile(q) as f64 / 1000.0;
        let share = delivered.latency.len() as f64 * 100.0 / delivered.expected.max(1) as f64;
        self.row(format!(
            "| {what} | {on} | {share:.1} % | {:.1} | {:.2} | {:.2} |",
            delivered.cpu,
            quantile(0.5),
            quantile(0.99),
        ));
    }

    /// An empty table of statements.
    pub fn of_statements() -> Self {
        Self(
            "\
            | statements for each request | on | connections | statements | commits |\n\
            |---|---|--:|--:|--:|\n"
                .to_owned(),
        )
    }

    /// Adds what was counted; prints the row.
    #[cfg(feature = "statements")]
    pub fn statements(&mut self, what: &str, on: &str, connections: usize, found: Statements) {
        let Statements { statements, commits } = found;
        self.row(format!("| {what} | {on} | {connections} | {statements:.2} | {commits:.2} |"));
    }

    /// An empty table of memory.
    pub fn of_memory() -> Self {
        Self("\
            | memory of the server | started, MiB | at the end, MiB | at most, MiB | a socket that is signed in, KiB | a socket that watches, KiB | sockets |\n\
            |---|--:|--:|--:|--:|--:|--:|\n".to_owned())
    }

    /// Adds the memory of a whole run; prints the row.
    pub fn memory(&mut self, on: &str, memory: &Memory) {
        let [started, last, most] =
            [memory.started, memory.last, memory.most].map(|kib| kib as f64 / 1024.0);
        let idle = memory.idle;
        self.row(format!(
            "| {on} | {started:.0} | {last:.0} | {most:.0} | {:.1} | {:.1} | {} |",
            idle.signed_in, idle.watching, idle.sockets,
        ));
    }

    fn row(&mut self, row: String) {
        eprintln!("{row}");
        let _ = writeln!(self.0, "{row}");
    }

    /// The whole of it.
    pub fn markdown(&self) -> &str {
        &self.0
    }
}
