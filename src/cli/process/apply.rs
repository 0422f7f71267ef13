//! `waypost process diff` and `apply`: plan, show, ask, write.

use std::{
    io::{self, IsTerminal, Write},
    path::Path,
};

use domain::{
    process::{
        Saved,
        definition::Definition,
        file::{self, Emails, Flaw, Located, ProcessFile},
    },
    text::one_line,
};
use engine::{
    app::App,
    error::{Error, Result as EngineResult},
    process::{
        apply::{self, ApplyFile},
        load::{self, Unusable},
        save::Preview,
    },
};

use super::{
    COMMAND_LINE, Database, FAILED, WOULD_CHANGE, close, messages,
    plan::{self, Plan},
    since, write_out,
};
use crate::{
    cli::{Failure, hint},
    config::DatabaseUrl,
};

/// What is asked for.
pub(crate) struct Wish<'a> {
    /// The file.
    pub path: &'a Path,
    /// Whether it is only to be shown.
    pub dry_run: bool,
    /// What to say about the new version.
    pub message: Option<String>,
    /// Whether running deals may be changed without a question.
    pub yes: bool,
}

/// Shows what the file would change, and changes it if that is wished; the exit code.
pub(crate) async fn run(database: &Database, wish: &Wish<'_>) -> Result<u8, Failure> {
    let file = match load(wish.path) {
        Ok(file) => file,
        Err(unusable) => {
            return Ok(messages::unusable(wish.path, with_strangers(database, unusable).await));
        }
    };
    let (app, url) = database.open().await?;
    let outcome = apply_in(&app, &url, file, wish).await;
    close(app, outcome).await
}

/// What is wrong with a file, with the addresses in it that nobody has, where the database can be asked.
async fn with_strangers(database: &Database, unusable: Unusable) -> Unusable {
    let Unusable::Wrong(flaws, emails) = unusable else { return unusable };
    if emails.is_empty() {
        return Unusable::Wrong(flaws, emails);
    }
    let strangers = strangers(database, &emails).await.unwrap_or_default();
    Unusable::Wrong(file::in_order([flaws, strangers].concat()), emails)
}

async fn strangers(database: &Database, emails: &[Located<String>]) -> Result<Vec<Flaw>, Failure> {
    let (app, _) = database.open().await?;
    let found = async {
        let snapshot = app.read(COMMAND_LINE);
        apply::strangers(snapshot.conn().await?, emails.iter()).await
    };
    let found = found.await.unwrap_or_default();
    close(app, Ok(found)).await
}

fn load(path: &Path) -> Result<ProcessFile, Unusable> {
    if path == Path::new("-") { load::load_from(io::stdin().lock()) } else { load::load(path) }
}

async fn apply_in(
    app: &App,
    database: &DatabaseUrl,
    file: ProcessFile,
    wish: &Wish<'_>,
) -> Result<u8, Failure> {
    let message = wish.message.clone();
    let mut command = ApplyFile {
        text: String::new(),
        file,
        process_id: None,
        new_id: None,
        expected_version: None,
        message,
    };
    let planned = match planned(app, &mut command).await {
        Ok(planned) => planned,
        Err(error) => return refused(app, error, &command.file, wish.path, database).await,
    };
    let judged = &planned.preview.judged;
    if !judged.refusals.is_empty() {
        return Ok(messages::refused(wish.path, &command.file, &judged.refusals, ""));
    }
    if !planned.is_new && judged.changes.is_empty() {
        return write_out(nothing(command.message.is_some())).map(|()| 0);
    }
    write_out(&planned.text())?;
    if wish.dry_run {
        return Ok(WOULD_CHANGE);
    }
    let reached =
        planned.preview.impact.as_ref().map_or(0, |reach| plan::changed_deals(&reach.impact));
    if reached > 0 && !wish.yes && !agreed(reached)? {
        return Ok(FAILED);
    }
    match app.write(COMMAND_LINE, command.clone()).await {
        Ok(saved) => write_out(&done(&saved)).map(|()| 0),
        Err(error) => refused(app, error, &command.file, wish.path, database).await,
    }
}

/// What the file would change, and of which version.
struct Planned {
    preview: Preview,
    before: Definition,
    emails: Emails,
    version: i64,
    is_new: bool,
}

async fn planned(app: &App, command: &mut ApplyFile) -> EngineResult<Planned> {
    let snapshot = app.read(COMMAND_LINE);
    let conn = snapshot.conn().await?;
    let row = apply::find(conn, command).await?;
    let version = row.as_ref().map_or(0, |row| row.version);
    command.expected_version = Some(version);
    let preview = apply::preview(&snapshot, command).await?;
    let reach = preview.impact.as_ref();
    let before = reach.map(|reach| reach.before.definition.clone()).unwrap_or_default();
    let after = preview.judged.after.clone().unwrap_or_default();
    let emails = apply::emails(conn, [&before, &after]).await?;
    Ok(Planned { preview, before, emails, version, is_new: row.is_none() })
}

impl Planned {
    fn text(&self) -> String {
        let nothing = Definition::default();
        let plan = Plan {
            before: &self.before,
            after: self.preview.judged.after.as_ref().unwrap_or(&nothing),
            changes: &self.preview.judged.changes,
            emails: &self.emails,
            version: (!self.is_new).then_some(self.version),
            impact: self.preview.impact.as_ref().map(|reach| &*reach.impact),
        };
        plan::render(&plan, has_colours())
    }
}

/// On a terminal, unless its user wants none: <https://no-color.org>.
fn has_colours() -> bool {
    let set =
        |name| std::env::var_os(name).is_some_and(|value: std::ffi::OsString| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    io::stdout().is_terminal() && !set("NO_COLOR") && !dumb
}

/// Whether running deals may change: asked where somebody can answer.
fn agreed(deals: u64) -> Result<bool, Failure> {
    let what = messages::count(deals, "running deal");
    if !io::stdin().is_terminal() {
        hint(&format!(
            "nothing was changed: this changes {what}. Give --yes to do it without a question."
        ));
        return Ok(false);
    }
    let mut stderr = io::stderr();
    write!(stderr, "This changes {what}. Apply it? [y/N] ")?;
    stderr.flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    let yes = matches!(answer.trim().to_lowercase().as_str(), "y" | "yes");
    if !yes {
        hint("nothing was changed");
    }
    Ok(yes)
}

/// A message goes with a version, and a file that changes nothing makes none.
fn nothing(has_message: bool) -> &'static str {
    if has_message {
        "No changes. The process is as the file says, so there is no new version to keep the message with.\n"
    } else {
        "No changes. The process is as the file says.\n"
    }
}

fn done(saved: &Saved) -> String {
    let (name, number) = (one_line(&saved.row.name), saved.after.number);
    match saved.before.number {
        0 => format!("Created “{name}” ({}).\n", saved.row.id),
        before if before == number => "No changes. The process is as the file says.\n".to_owned(),
        _ => format!("Saved “{name}” as version {number}.\n"),
    }
}

async fn refused(
    app: &App,
    error: Error,
    file: &ProcessFile,
    path: &Path,
    database: &DatabaseUrl,
) -> Result<u8, Failure> {
    match error {
        Error::Refused(refusals) => {
            let since = since::of(app, &refusals).await;
            let since = since.map_err(|error| Failure::of_database(&error, database))?;
            Ok(messages::refused(path, file, &refusals, &since))
        }
        other => Err(Failure::of_database(&other, database)),
    }
}
