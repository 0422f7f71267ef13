//! What was measured as pictures: which rows stand in which.

use std::{fs, path::Path};

use crate::{
    drive::Measured,
    live::Delivered,
    server::Result,
    svg::{self, Group, Row},
};

/// Pictures show what this many connections ask.
const CONNECTIONS: usize = 16;

/// What pictures are drawn from.
#[derive(Default)]
pub struct Pictures {
    requests: Vec<Asked>,
    deliveries: Vec<(String, String, Delivered)>,
}

struct Asked {
    what: String,
    on: String,
    full: Measured,
    half: Measured,
}

impl Asked {
    /// The short name of the operation, such as Q1, and whose answer it is.
    fn names(&self) -> (&str, &str) {
        match self.what.split_once(" baseline: ") {
            Some(names) => names,
            None => (self.what.split(' ').next().unwrap_or_default(), "Waypost"),
        }
    }
}

impl Pictures {
    /// Keeps what was measured.
    pub fn requests(
        &mut self,
        (what, on, connections): (&str, &str, usize),
        full: &Measured,
        half: &Measured,
    ) {
        if connections == CONNECTIONS {
            let (what, on) = (what.to_owned(), on.to_owned());
            self.requests.push(Asked { what, on, full: full.clone(), half: half.clone() });
        }
    }

    /// Keeps what was delivered.
    pub fn deliveries(&mut self, what: &str, on: &str, delivered: &Delivered) {
        self.deliveries.push((what.to_owned(), on.to_owned(), delivered.clone()));
    }

    /// Writes them all into this folder.
    pub fn write(&self, folder: &Path) -> Result<()> {
        fs::create_dir_all(folder)?;
        for on in self.databases() {
            let name = on.to_lowercase();
            let answers = svg::bars(
                &format!("Answers in a second, {on}"),
                "16 connections; server, database and driver share the machine",
                &self.answers(&on),
            );
            fs::write(folder.join(format!("answers-{name}.svg")), answers)?;
            let latency = svg::spans(
                &format!("How long it takes, {on}"),
                "from the median to the 99th of a hundred, at half of the full rate; what is watched, from its cause on",
                &self.latency(&on),
            );
            fs::write(folder.join(format!("latency-{name}.svg")), latency)?;
        }
        Ok(())
    }

    fn databases(&self) -> Vec<String> {
        let on = self.requests.iter().map(|row| &row.on);
        let mut all: Vec<_> = on.chain(self.deliveries.iter().map(|row| &row.1)).cloned().collect();
        all.sort();
        all.dedup();
        all
    }

    /// A group for each operation: what is measured, and below it what one would write instead.
    fn answers(&self, on: &str) -> Vec<Group> {
        let ours = self.requests.iter().filter(|row| row.on == on && row.names().1 == "Waypost");
        let group = |asked: &Asked| {
            let alike = |row: &&Asked| row.on == on && row.names().0 == asked.names().0;
            let rows = self.requests.iter().filter(alike).map(|row| Row {
                name: row.names().1.to_owned(),
                from: row.full.rate,
                to: None,
                ours: row.names().1 == "Waypost",
            });
            Group { name: asked.what.clone(), rows: rows.collect() }
        };
        ours.map(group).collect()
    }

    fn latency(&self, on: &str) -> Vec<Group> {
        let ms = |microseconds: u64| microseconds as f64 / 1000.0;
        let row = |name: &str, latency: &hdrhistogram::Histogram<u64>| Row {
            name: name.to_owned(),
            from: ms(latency.value_at_quantile(0.5)),
            to: Some(ms(latency.value_at_quantile(0.99))),
            ours: true,
        };
        let asked = self.requests.iter().filter(|row| row.on == on && row.names().1 == "Waypost");
        let asked = asked.map(|asked| row(&asked.what, &asked.half.latency));
        let heard = self.deliveries.iter().filter(|(_, other, _)| other == on);
        let heard = heard.map(|(what, _, delivered)| row(what, &delivered.latency));
        let group = |name: &str, rows: Vec<Row>| Group { name: name.to_owned(), rows };
        let all = [group("asked", asked.collect()), group("watched", heard.collect())];
        all.into_iter().filter(|group| !group.rows.is_empty()).collect()
    }
}
