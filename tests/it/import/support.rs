//! Fresh databases, and files to import into them.

use std::{path::PathBuf, sync::Arc};

use engine::{
    app::App,
    clock::Clock,
    db::Db,
    import::{Files, Outcome, Paths, import},
};
use sea_orm::{EntityTrait, PaginatorTrait};
use tempfile::TempDir;
use waypost::cli;

use crate::support::database;

/// Runs a test on a fresh database of each kind.
pub async fn on_each_database(test: impl AsyncFn(App)) {
    for kind in database::kinds() {
        let database = database::create(kind).await;
        let db = Db::connect(database.url(), None).await.unwrap();
        let app = App::new(db, Clock::system());
        test(app.clone()).await;
        app.db().close().await;
    }
}

/// The four files of an import.
#[derive(Clone)]
pub struct Texts {
    pub process: String,
    pub members: String,
    pub deals: String,
    pub completions: String,
}

/// The files in a folder of their own, under these names.
pub struct Folder {
    dir: TempDir,
    names: [&'static str; 4],
}

pub const PLAIN: [&str; 4] = ["process.yaml", "members.csv", "deals.csv", "completions.csv"];

impl Texts {
    pub fn write(&self, names: [&'static str; 4]) -> Folder {
        let folder = Folder { dir: tempfile::tempdir().unwrap(), names };
        let texts = [&self.process, &self.members, &self.deals, &self.completions];
        for (path, text) in folder.paths().iter().zip(texts) {
            let bytes = text.as_bytes().to_vec();
            let gz = path.extension().is_some_and(|extension| extension == "gz");
            std::fs::write(path, if gz { compressed(&bytes) } else { bytes }).unwrap();
        }
        folder
    }
}

pub fn compressed(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

impl Folder {
    pub fn paths(&self) -> [PathBuf; 4] {
        self.names.map(|name| self.dir.path().join(name))
    }

    pub fn read(&self) -> Result<Files, Vec<String>> {
        let [process, members, deals, completions] = &self.paths();
        Files::read(Paths { process, members, deals, completions })
            .map_err(|faults| faults.iter().map(|fault| self.shown(fault)).collect())
    }

    /// A text without the folder, which is another one each time.
    pub fn shown(&self, text: &impl ToString) -> String {
        text.to_string().replace(&format!("{}/", self.dir.path().display()), "")
    }
}

/// Imports the texts; everything that is said about them, if they are refused.
pub async fn try_import(
    app: &App,
    texts: &Texts,
    keep_going: bool,
) -> Result<Outcome, Vec<String>> {
    let folder = texts.write(PLAIN);
    let files = folder.read()?;
    match import(app, files, keep_going, Arc::new(|_, _| {})).await.unwrap() {
        Outcome::Rejected(faults) => Err(faults.iter().map(|one| folder.shown(one)).collect()),
        outcome => Ok(outcome),
    }
}

/// Imports the texts as the command does: exit code, what it prints as results, and the rest.
pub async fn command(app: &App, texts: &Texts, keep_going: bool) -> (u8, String, String) {
    let folder = texts.write(PLAIN);
    let files = folder.read().unwrap();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = cli::import::import_into(app, files, keep_going, &mut out, &mut err).await.unwrap();
    let text = |bytes| folder.shown(&String::from_utf8(bytes).unwrap());
    (code, text(out), text(err))
}

/// How many rows each table has.
pub async fn counts(app: &App) -> Vec<u64> {
    use entity::{completion, deal, event, member, note, process, process_version};
    let db = app.db().reader();
    vec![
        member::Entity::find().count(db).await.unwrap(),
        process::Entity::find().count(db).await.unwrap(),
        process_version::Entity::find().count(db).await.unwrap(),
        deal::Entity::find().count(db).await.unwrap(),
        completion::Entity::find().count(db).await.unwrap(),
        note::Entity::find().count(db).await.unwrap(),
        event::Entity::find().count(db).await.unwrap(),
    ]
}

pub const NOTHING: [u64; 7] = [0; 7];

/// Two deals, small enough to break by hand.
pub fn small() -> Texts {
    let text = |lines: &[&str]| lines.join("\n") + "\n";
    Texts {
        process: text(&[
            "process: Sales",
            "stages:",
            "  - stage: Contact",
            "    actions:",
            "      - action: Call",
            "        mandatory: true",
            "      - action: Write",
            "        evidence: NOTE",
            "  - stage: Contract",
            "    actions:",
            "      - action: Approve",
            "        performers: [legal@x.example]",
        ]),
        members: text(&[
            "email,name,role",
            "ann@x.example,Ann,SALESPERSON",
            "bob@x.example,Bob,SALESPERSON",
            "legal@x.example,Eve,MANAGER",
        ]),
        deals: text(&[
            "deal,title,opened_at,value,currency,owner,status,closed_at",
            "d1,First,2026-01-01T10:00:00Z,1000,EUR,ann@x.example,WON,2026-01-09T10:00:00Z",
            "d2,Second,2026-01-02T10:00:00Z,,,bob@x.example,OPEN,",
        ]),
        completions: text(&[
            "deal,stage,action,done_at,done_by,note",
            "d1,Contact,Call,2026-01-03T10:00:00Z,ann@x.example,",
            "d1,Contract,Approve,2026-01-05T10:00:00Z,legal@x.example,",
            "d2,Contact,Write,2026-01-04T10:00:00Z,ann@x.example,They like us",
        ]),
    }
}
