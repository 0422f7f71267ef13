//! `waypost import`: history from files gives what the API would have given (rule 24).

use std::{
    collections::{BTreeMap, HashMap},
    io::Read,
    path::Path,
    sync::Arc,
};

use engine::{
    app::App,
    import::{Files, Outcome, Paths, Summary, import},
};
use entity::{completion, deal, deal::Status, member, stage};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

mod causes;
mod faults;
pub mod generated;
mod keep_going;
mod process_file;
mod replay;
mod spreadsheets;
pub mod support;

use support::{NOTHING, command, counts, on_each_database, try_import};

const DEALS: u64 = 400;

#[tokio::test]
async fn every_deal_has_the_stage_and_progress_that_its_rows_say() {
    on_each_database(async |app| {
        let texts = generated::texts(DEALS);
        let summary = imported(try_import(&app, &texts, false).await.unwrap());
        assert_eq!(summary.deals as u64, DEALS);
        assert_eq!(summary.members_added, 20);
        compare(&app, &texts.deals, &texts.completions).await;
    })
    .await;
}

#[tokio::test]
async fn compressed_files_are_read_whatever_their_name() {
    on_each_database(async |app| {
        let mut texts = generated::texts(30);
        let folder =
            texts.write(["p.yaml", "members.csv.gz", "deals.csv.gz", "completions.csv.gz"]);
        let [_, _, deals, _] = folder.paths();
        let unnamed = deals.with_file_name("deals.csv");
        std::fs::rename(&deals, &unnamed).unwrap();
        let [process, members, _, completions] = &folder.paths();
        let paths = Paths { process, members, deals: &unnamed, completions };
        run(&app, Files::read(paths).unwrap()).await;
        compare(&app, &texts.deals, &texts.completions).await;
        texts.deals = texts.deals.replace('\n', "\r\n"); // and so are lines from Windows
        assert_eq!(imported(try_import(&app, &texts, false).await.unwrap()).deals_known, 30);
    })
    .await;
}

#[tokio::test]
async fn importing_again_changes_nothing_also_after_a_deal_was_worked_on() {
    on_each_database(async |app| {
        let texts = generated::texts(60);
        try_import(&app, &texts, false).await.unwrap();
        work_on_an_open_deal(&app).await;
        let (before, rows) = (counts(&app).await, all_deals(&app).await);
        let (code, out, err) = command(&app, &texts, false).await;
        assert_eq!((code, err.as_str()), (0, ""));
        assert!(out.starts_with("All 60 deals are known already: nothing to import.\n"), "{out}");
        assert_eq!((counts(&app).await, all_deals(&app).await), (before, rows));
    })
    .await;
}

#[tokio::test]
async fn ids_are_the_same_in_whichever_form_of_unicode_a_file_has_them() {
    on_each_database(async |app| {
        let mut texts = generated::texts(2);
        let rename = |text: &str, to: &str| text.replace("170000", to);
        let (deals, completions) = (texts.deals.clone(), texts.completions.clone());
        for form in ["o\u{301}170000", "\u{f3}170000"] {
            texts.deals = rename(&deals, form);
            texts.completions = rename(&completions, form);
            try_import(&app, &texts, false).await.unwrap();
        }
        assert_eq!(all_deals(&app).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn new_deals_among_known_ones_are_imported() {
    on_each_database(async |app| {
        try_import(&app, &generated::texts(20), false).await.unwrap();
        let more = generated::texts(50);
        let summary = imported(try_import(&app, &more, false).await.unwrap());
        assert_eq!((summary.deals, summary.deals_known), (30, 20));
        assert_eq!((summary.members_added, summary.members_known), (0, 20));
        assert!(!summary.process.unwrap().created);
    })
    .await;
}

#[tokio::test]
async fn one_bad_row_keeps_everything_out_and_is_named() {
    on_each_database(async |app| {
        let mut texts = generated::texts(600); // more than one batch is written before it is found
        let line = texts.completions.lines().count() + 1;
        let deal = texts.deals.lines().last().unwrap().split(',').next().unwrap().to_owned();
        texts.completions +=
            &format!("{deal},Offer,Dance,2011-12-01T10:00:00+01:00,employee-100@bank.example\n");
        let (code, out, err) = command(&app, &texts, false).await;
        let expected = format!(
            "completions.csv:{line}: action: The stage “Offer” has no action “Dance”.\n\
             waypost: nothing was imported: 1 problem. --keep-going imports what is valid.\n"
        );
        assert_eq!((code, out.as_str(), err), (1, "", expected));
        assert_eq!(counts(&app).await, NOTHING);
    })
    .await;
}

#[tokio::test]
async fn the_command_says_what_was_imported() {
    on_each_database(async |app| {
        let (code, out, err) = command(&app, &support::small(), false).await;
        let lines: Vec<_> = out.lines().collect();
        let expected = [
            "Process “Sales”: created.",
            "Imported 2 deals; 0 known already, skipped.",
            "  1 won, 0 lost, 0 outdated, 1 open",
            "  3 completions, 0 repeated",
            "Members: 3 added, 0 known already.",
        ];
        assert_eq!((code, &lines[..5], err.as_str()), (0, &expected[..], ""));
        assert!(lines[5].starts_with("Took "), "{out}");
    })
    .await;
}

/// The whole real data, where it is: `WAYPOST_IMPORT_DATA` names its folder.
#[tokio::test]
async fn the_real_data_give_what_their_rows_say() {
    let Ok(folder) = std::env::var("WAYPOST_IMPORT_DATA") else { return };
    on_each_database(async |app| {
        let path = |name: &str| Path::new(&folder).join(name);
        let process = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/bpic2012.yaml");
        let [members, deals, completions] =
            ["members.csv.gz", "deals.csv.gz", "completions.csv.gz"].map(path);
        let paths = Paths {
            process: &process,
            members: &members,
            deals: &deals,
            completions: &completions,
        };
        let summary = run(&app, Files::read(paths).unwrap()).await;
        let statuses = [summary.won, summary.lost, summary.outdated, summary.open];
        assert_eq!((summary.deals, summary.completions), (13_087, 70_978));
        assert_eq!(statuses, [2_246, 7_635, 2_807, 399]);
        compare(&app, &uncompressed(&deals), &uncompressed(&completions)).await;
    })
    .await;
}

async fn run(app: &App, files: Files) -> Summary {
    imported(import(app, files, false, Arc::new(|_, _| {})).await.unwrap())
}

fn imported(outcome: Outcome) -> Summary {
    match outcome {
        Outcome::Imported(summary) => *summary,
        Outcome::Rejected(faults) => panic!("{faults:?}"),
    }
}

fn uncompressed(path: &Path) -> String {
    let mut text = String::new();
    let file = std::fs::File::open(path).unwrap();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
    text
}

/// What the rows say, worked out without the code under test: stage, per cent and status by deal.
fn expected(deals: &str, completions: &str) -> BTreeMap<String, (Option<String>, i32, Status)> {
    let outline = generated::outline();
    let mut weights = HashMap::new();
    for (place, stage) in outline.stages.iter().enumerate() {
        for action in &stage.actions {
            weights.insert(format!("{},{}", stage.stage, action.action), (place, action.weight));
        }
    }
    let total: i32 = weights.values().map(|(_, weight)| weight).sum();
    let mut done: HashMap<&str, (Option<usize>, i32)> = HashMap::new();
    for line in completions.lines().skip(1) {
        let values: Vec<_> = line.split(',').collect();
        let (place, weight) = weights[&format!("{},{}", values[1], values[2])];
        let deal = done.entry(values[0]).or_default();
        *deal = (deal.0.max(Some(place)), deal.1 + weight);
    }
    let deals = deals.lines().skip(1).map(|line| {
        let values: Vec<_> = line.split(',').collect();
        let (place, weight) = done.get(values[0]).copied().unwrap_or_default();
        let stage = place.map(|place| outline.stages[place].stage.clone());
        (values[0].to_owned(), (stage, weight * 100 / total, status(values[6])))
    });
    deals.collect()
}

fn status(name: &str) -> Status {
    match name {
        "WON" => Status::Won,
        "LOST" => Status::Lost,
        "OUTDATED" => Status::Outdated,
        _ => Status::Open,
    }
}

async fn compare(app: &App, deals: &str, completions: &str) {
    let db = app.db().reader();
    let stages = stage::Entity::find().all(db).await.unwrap();
    let stages: HashMap<_, _> = stages.into_iter().map(|stage| (stage.id, stage.name)).collect();
    let found = all_deals(app).await.into_iter().map(|row| {
        let stage = row.stage_id.map(|id| stages[&id].clone());
        (row.external_id.unwrap(), (stage, row.percent, row.status))
    });
    let (found, expected) = (found.collect::<BTreeMap<_, _>>(), expected(deals, completions));
    assert_eq!(found.len(), expected.len());
    for (deal, said) in &expected {
        assert_eq!(&found[deal], said, "deal {deal}");
    }
    let rows = completions.lines().count() - 1;
    assert_eq!(completion::Entity::find().all(db).await.unwrap().len(), rows);
}

async fn all_deals(app: &App) -> Vec<deal::Model> {
    let query = deal::Entity::find().order_by_asc(deal::Column::Id);
    query.all(app.db().reader()).await.unwrap()
}

async fn work_on_an_open_deal(app: &App) {
    use domain::policy::{Actor, MemberActor};
    let db = app.db().reader();
    let open = deal::Entity::find().filter(deal::Column::Status.eq(Status::Open));
    let deal = open.one(db).await.unwrap().unwrap();
    let owner = member::Entity::find_by_id(deal.owner_id).one(db).await.unwrap().unwrap();
    let actor = Actor::Member(MemberActor { id: owner.id, role: owner.role, credential: None });
    let close = engine::deal::CloseDeal {
        deal_id: deal.id,
        status: Status::Lost,
        reason_id: None,
        comment: Some("no".into()),
    };
    app.write(actor, close).await.unwrap();
}
