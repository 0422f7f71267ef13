//! `waypost restore`: a backup into an empty database.

use std::{
    fmt::Display,
    fs::{self, File},
    io::{self, BufReader, Read},
    process::ExitCode,
};

use clap::Args;
use engine::{
    app::App,
    backup::{self, Download, Fault, Restored, Webhooks},
    check::{Difference, Listener, Wish},
    clock::Clock,
    db::{Db, file::Turn},
    file::storage::is_full,
};

use super::{Failure, check, complain, hint, progress::Shown, start_log};
use crate::config::{
    DatabaseArgs, DatabaseUrl, FilesPlace, LogArgs, LogConfig, PlaceArgs, Problems,
};

const HELP: &str = "\
Examples:
  waypost restore backup.tar.gz --database sqlite://new.db
  waypost restore backup.tar.gz --database postgres://waypost@db/waypost --files /srv/files
  ssh old waypost backup - | waypost restore - --database postgres://waypost@db/waypost
  waypost restore s3://backups/waypost.tar.gz --database sqlite://new.db

The backup may be of the other kind of database: this is also the way from SQLite to PostgreSQL, and
back. The database must be empty; it is brought up to date by itself. It is all or nothing: a file that
is damaged or cut short is refused, and nothing stays behind. What was restored is checked at the end.
Subscribers begin anew (CURSOR_INVALID); tokens go on signing in. Mail that waited goes out again, and
webhooks are told on, unless --pause-webhooks stops them.

Exit codes:
  0  all of it was restored
  1  nothing was restored, or what was restored was damaged when it was backed up
  2  the command line is wrong
  5  the database cannot be opened or written: nothing was restored";

/// Which programs know stores.
pub(super) const STORES: &str = "Stores such as s3://BUCKET/NAME need a Waypost that was built with the feature s3, gcs or azure.";

/// Flags of `restore`.
#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Restore {
    /// The backup: a file; - for stdin; or the URL of a file in a store that this program was built for, such
    /// as s3://BUCKET/NAME.tar.gz
    #[arg(value_name = "FILE|URL")]
    from: String,
    /// Pause every webhook, for a copy beside the server that was backed up: it tells nobody anything
    /// until an administrator sets webhooks going again
    #[arg(long)]
    pause_webhooks: bool,
    #[command(flatten)]
    files: PlaceArgs,
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(flatten)]
    log: LogArgs,
}

impl Restore {
    /// Which database and files and what to log, or everything that is wrong with them.
    pub(crate) fn check(&self) -> Result<(DatabaseUrl, FilesPlace, LogConfig), Problems> {
        check::of(&self.database, &self.files, &self.log)
    }
}

/// Restores, and checks what was restored.
pub(crate) async fn run(command: &Restore) -> Result<ExitCode, Failure> {
    let (database, files, log) = command.check().map_err(Failure::Usage)?;
    start_log(log);
    let source = source(&command.from).await?;
    let is_new = database.file().is_some_and(|file| !file.exists());
    let webhooks = if command.pause_webhooks { Webhooks::Pause } else { Webhooks::GoOn };
    let outcome = into(&database, &files, (source, webhooks)).await;
    if outcome.is_err() && is_new {
        remove(&database);
    }
    let is_clean = outcome?;
    Ok(ExitCode::from(u8::from(!is_clean)))
}

async fn source(from: &str) -> Result<Box<dyn Read + Send>, Failure> {
    if from == "-" {
        return Ok(Box::new(io::stdin()));
    }
    let explained = |cause: &dyn Display, hint: &str| {
        Failure::Other(format!("{from}: {cause}. Nothing was restored.{hint}"))
    };
    if from.contains("://") {
        let download = Download::open(from).await;
        return Ok(Box::new(download.map_err(|cause| explained(&cause, &format!(" {STORES}")))?));
    }
    Ok(Box::new(File::open(from).map_err(|cause| explained(&cause, ""))?))
}

async fn into(
    database: &DatabaseUrl,
    files: &FilesPlace,
    source: (impl Read, Webhooks),
) -> Result<bool, Failure> {
    let turn = Turn::take(database.secret());
    let _turn = turn.map_err(|served| Failure::Database(served.to_string()))?;
    let explain = |error| Failure::of_database(&error, database);
    let db = Db::connect(database.secret(), None).await.map_err(explain)?;
    let app = App::with(db, Clock::system(), check::settings(files, database)?);
    let outcome = fill(&app, database, source).await;
    app.db().close().await;
    outcome
}

async fn fill(
    app: &App,
    database: &DatabaseUrl,
    (source, webhooks): (impl Read, Webhooks),
) -> Result<bool, Failure> {
    let told = CheckLines(Shown::new());
    let show = |what: &str, done| told.0.show("Restoring", what, done);
    let restored = backup::restore(app, BufReader::new(source), webhooks, &show).await;
    let Restored { head, rows, files } = restored.map_err(|fault| explained(fault, database))?;
    let made_at = head.made_at.format("%Y-%m-%d %H:%M:%S UTC");
    told.0.aside(|| {
        hint(&format!("{database}: restored {rows} rows and {files} files of {made_at}"))
    });
    let wish = Wish { files: true, repair: false };
    let summary = engine::check::check(app, wish, &told).await;
    told.0.clear();
    let summary = summary.map_err(|error| Failure::of_database(&error, database))?;
    match summary.differences {
        0 => hint("checked: nothing differs"),
        all => hint(&format!("{all} differences, which the backup has: see docs/operate.md")),
    }
    Ok(summary.is_clean())
}

/// What is wrong with a database is told as every command does.
pub(crate) fn explained(fault: Fault, database: &DatabaseUrl) -> Failure {
    match fault {
        Fault::Error(error) if is_full(&error) => {
            Failure::Other("files: the disk is full. Make room, then try again.".to_owned())
        }
        Fault::Error(error) => Failure::of_database(&error, database),
        other => Failure::Other(other.to_string()),
    }
}

/// A file that was made for nothing goes.
fn remove(database: &DatabaseUrl) {
    let Some(file) = database.file() else { return };
    for suffix in ["", "-wal", "-shm", "-server"] {
        let mut name = file.clone().into_os_string();
        name.push(suffix);
        let _ = fs::remove_file(name);
    }
}

struct CheckLines(Shown);

impl Listener for CheckLines {
    fn differs(&self, difference: &Difference) {
        self.0.aside(|| complain(&check::text(difference)));
    }

    fn mended(&self, _: &Difference) {}

    fn progress(&self, what: &'static str, done: u64) {
        self.0.show("Checking", what, done);
    }
}
