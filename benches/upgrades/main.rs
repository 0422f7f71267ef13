//! Whether an upgrade that is killed leaves a database as it was or as it is to be, never between, and the next one ends it.
//!
//!     cargo bench --bench upgrades
//!
//! A database is used for a while, so that every table has rows. Of each earlier migration a database is made that has
//! those rows, as far as there was a place for them. Of each of these, `waypost migrate` on a copy is killed with SIGKILL at a
//! random moment, so often as `WAYPOST_BENCH_KILLS` says (5). Then the tables and rows have to be those of before, or those
//! of an upgrade that nobody disturbed; and after another `waypost migrate` the latter. That one loses and changes nothing
//! that was there, and `waypost check` finds nothing in what it made. On SQLite, and also on PostgreSQL where
//! `WAYPOST_TEST_POSTGRES` names a server.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that fails says why"
)]

mod place;
#[path = "../support/mod.rs"]
mod support;
mod used;

use std::{
    path::Path,
    process::{Child, Stdio},
    time::{Duration, Instant},
};

use migration::{Migrator, MigratorTrait};
use place::{Place, State};
use support::{number, program, random};
use tokio::time::sleep;

/// The migration from which on the log tells of nothing that there was no table for.
const CHECKED: u32 = 9;

/// What became of the upgrades that were killed.
#[derive(Default)]
struct Told {
    old: usize,
    new: usize,
    /// Those that were done before they could be killed.
    done: usize,
}

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    used::make(folder.path()).await;
    let levels = u32::try_from(Migrator::migrations().len()).unwrap();
    for place in places(folder.path()).await {
        let mut told = Told::default();
        for level in 1..levels {
            upgrade(&place, level, &mut told).await;
            println!("{}: from migration {level} of {levels}", place.kind());
        }
        println!(
            "{}: from each of {} earlier migrations, {} upgrades killed: {} left the database as it was, {} as it is to be, none \
             between; {} were done already",
            place.kind(),
            levels - 1,
            told.old + told.new,
            told.old,
            told.new,
            told.done
        );
        place.remove("used").await;
    }
}

/// Where databases are made, each with the one that was used.
async fn places(folder: &Path) -> Vec<Place<'_>> {
    let mut all = vec![Place::Folder(folder)];
    if let Ok(server) = std::env::var("WAYPOST_TEST_POSTGRES") {
        let place = Place::server(&server).await;
        place.create("used").await;
        move_to(&place.url("used"), &all[0].url("used"), folder);
        all.push(place);
    }
    all
}

/// Moves the one that was used to another kind of database.
fn move_to(url: &str, from: &str, folder: &Path) {
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let (file, files, others) = (path("used.tar.gz"), path("files"), path("others"));
    run(&["backup", &file, "--database", from, "--files", &files]);
    run(&["restore", &file, "--database", url, "--files", &others]);
}

/// Kills upgrades from this migration.
async fn upgrade(place: &Place<'_>, level: u32, told: &mut Told) {
    place.create("old").await;
    place.fill("old", level).await;
    let old = place.state("old").await;
    place.copy("old", "new").await;
    let begun = Instant::now();
    assert!(migrate(&place.url("new")).wait().unwrap().success(), "from {level}");
    let takes = begun.elapsed();
    let new = place.state("new").await;
    assert!(new.keeps(&old), "from {level}: a row is lost or changed");
    if level >= CHECKED {
        run(&["check", "--skip-files", "--database", &place.url("new")]);
    }
    place.remove("new").await;
    for _ in 0..number("WAYPOST_BENCH_KILLS", 5) {
        kill(place, takes.mul_f64(random()), (&old, &new), told).await;
    }
    place.remove("old").await;
}

async fn kill(place: &Place<'_>, after: Duration, (old, new): (&State, &State), told: &mut Told) {
    place.copy("old", "copy").await;
    let mut upgrade = migrate(&place.url("copy"));
    sleep(after).await;
    upgrade.kill().unwrap();
    let was_killed = !upgrade.wait().unwrap().success();
    let found = place.state("copy").await;
    let is_old = found.migrations == old.migrations;
    if is_old {
        assert!(found == *old, "it is not what it was");
    } else {
        assert_eq!(found.migrations, new.migrations, "it is between");
    }
    assert!(migrate(&place.url("copy")).wait().unwrap().success());
    assert!(place.state("copy").await == *new, "it is not what it is to be");
    place.remove("copy").await;
    told.count(was_killed, is_old);
}

impl Told {
    fn count(&mut self, was_killed: bool, is_old: bool) {
        match (was_killed, is_old) {
            (true, true) => self.old += 1,
            (true, false) => self.new += 1,
            (false, _) => self.done += 1,
        }
    }
}

fn migrate(url: &str) -> Child {
    let mut program = program();
    program.env_clear().env("WAYPOST_DATABASE", url).arg("migrate");
    program.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Runs the program, which has to be content.
fn run(args: &[&str]) {
    let told = program().env_clear().args(args).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(told.status.success(), "{args:?}: {}{}", text(&told.stdout), text(&told.stderr));
}
