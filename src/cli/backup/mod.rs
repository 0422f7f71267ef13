//! `waypost backup`: the database and its files in one file, while servers run.

use std::process::ExitCode;

use clap::Args;
use engine::{
    app::App,
    backup::{self, Made},
    clock::Clock,
    db::Db,
};

use super::{Failure, check, complain, hint, progress::Shown, restore, start, start_log};
use crate::config::{
    DatabaseArgs, DatabaseUrl, FilesPlace, LogArgs, LogConfig, PlaceArgs, Problems,
};

mod named;
mod prune;
mod target;

use target::{Destination, Target};

/// The backup is there, but files that it should hold were not.
const MISSING: u8 = 3;

const HELP: &str = "\
Examples:
  waypost backup /srv/backups/              a new file in the folder, named with the time
  waypost backup /srv/backups/ --keep 14    and of the backups there only the newest 14 stay
  waypost backup s3://BUCKET/backups/ --keep 14
  waypost backup today.tar.gz --database postgres://waypost@db/waypost
  waypost backup - | ssh elsewhere 'cat > waypost.tar.gz'

It holds all rows, as they were at one moment, and the bytes of files: a tar archive, compressed with
gzip, for either kind of database. Servers go on meanwhile, and no client tools are needed. The file is
there under its name only when it is whole and on disk, and only its owner may read it: whoever has it
has the secrets, too. cron or a systemd timer is the schedule (docs/operate.md).

Exit codes:
  0  there is a backup
  1  there is none
  2  the command line is wrong
  3  there is a backup, but the bytes of files were missing: waypost check names them";

/// Flags of `backup`.
#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Backup {
    /// Where the backup goes: a file; a folder, for a new file in it; - for stdout; or the URL of a file, or of
    /// a folder with a / at its end, in a store that this program was built for, such as s3://BUCKET/backups/
    #[arg(value_name = "FILE|FOLDER|URL")]
    to: String,
    /// Replace a file that is there
    #[arg(long, env = "WAYPOST_BACKUP_FORCE")]
    force: bool,
    /// Afterwards, remove all backups of the folder but so many of the newest
    #[arg(long, value_name = "COUNT", env = "WAYPOST_BACKUP_KEEP")]
    keep: Option<u32>,
    #[command(flatten)]
    files: PlaceArgs,
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(flatten)]
    log: LogArgs,
}

impl Backup {
    /// Which database and files and what to log, or everything that is wrong with them.
    pub(crate) fn check(&self) -> Result<(DatabaseUrl, FilesPlace, LogConfig), Problems> {
        let checked = check::of(&self.database, &self.files, &self.log);
        match self.wrong() {
            None => checked,
            Some(problem) => Err([checked.err().unwrap_or_default(), vec![problem]].concat()),
        }
    }

    fn wrong(&self) -> Option<String> {
        match self.keep {
            Some(0) => Some("--keep: keep at least 1.".to_owned()),
            Some(_) if !Destination::of(&self.to).is_folder() => Some(format!(
                "--keep: “{}” is no folder. Name one, such as /srv/backups/ or s3://BUCKET/backups/, whose old backups may go.",
                self.to
            )),
            _ => None,
        }
    }
}

/// Makes a backup.
pub(crate) async fn run(command: &Backup) -> Result<ExitCode, Failure> {
    let (database, files, log) = command.check().map_err(Failure::Usage)?;
    start_log(log);
    start::expect_file(&database)?;
    let place = Destination::of(&command.to);
    let target = Target::open(&place, Clock::system().now(), command.force).await?;
    let explain = |error| Failure::of_database(&error, &database);
    let db = Db::connect(database.secret(), None).await.map_err(explain)?;
    let app = App::with(db, Clock::system(), check::settings(&files, &database)?);
    let outcome = write(&app, &database, target).await;
    app.db().close().await;
    let made = outcome?;
    if let Some(keep) = command.keep {
        let gone = prune::prune(&place, keep as usize).await?;
        gone.iter().for_each(|name| hint(&format!("removed {name}, which was older")));
    }
    Ok(ExitCode::from(if made.missing.is_empty() { 0 } else { MISSING }))
}

async fn write(app: &App, database: &DatabaseUrl, mut target: Target) -> Result<Made, Failure> {
    let shown = Shown::new();
    let show = |what: &str, done| shown.show("Backing up", what, done);
    let made = backup::write(app, &mut target, &show).await;
    shown.clear();
    let made = match made {
        Ok(made) => made,
        Err(fault) => return Err(target.abandon(restore::explained(fault, database)).await),
    };
    let name = target.keep().await?;
    for id in &made.missing {
        complain(&format!(
            "{id}: its bytes are not where files are, so they are not in the backup"
        ));
    }
    let Made { rows, files, bytes, .. } = &made;
    hint(&format!("{database}: {rows} rows and {files} files in {name} ({bytes} bytes)"));
    Ok(made)
}
