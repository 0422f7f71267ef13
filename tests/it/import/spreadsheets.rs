//! Files as Excel, LibreOffice and Google Sheets write them, byte for byte: what they say comes in, and
//! what they are instead is named in one sentence.

use chrono::FixedOffset;
use domain::import::moment::{Conventions, DateOrder};
use engine::{
    app::App,
    import::{Outcome, import},
};
use entity::{deal, note};
use sea_orm::{EntityTrait, QueryOrder};

use super::support::{
    Folder, NOTHING, PLAIN, Texts, compressed, counts, on_each_database, small, try_import,
};

/// How a program writes a file.
#[derive(Clone, Copy)]
struct Program {
    name: &'static str,
    first_line: &'static str,
    separator: char,
    line_end: &'static str,
    encode: fn(&str) -> Vec<u8>,
}

fn utf8(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

fn utf8_with_mark(text: &str) -> Vec<u8> {
    [b"\xef\xbb\xbf", text.as_bytes()].concat()
}

fn utf16_with_mark(text: &str) -> Vec<u8> {
    let units = text.encode_utf16().flat_map(u16::to_le_bytes);
    [0xff, 0xfe].into_iter().chain(units).collect()
}

fn big_utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

fn gzip(text: &str) -> Vec<u8> {
    compressed(&utf8_with_mark(text))
}

const fn program(
    name: &'static str,
    first_line: &'static str,
    separator: char,
    line_end: &'static str,
    encode: fn(&str) -> Vec<u8>,
) -> Program {
    Program { name, first_line, separator, line_end, encode }
}

const PROGRAMS: [Program; 11] = [
    program("Google Sheets", "", ',', "\r\n", utf8),
    program("Excel, CSV UTF-8, English", "", ',', "\r\n", utf8_with_mark),
    program("Excel, CSV UTF-8, German", "", ';', "\r\n", utf8_with_mark),
    program("Excel, Unicode text", "", '\t', "\r\n", utf16_with_mark),
    program("Excel, Macintosh", "", ',', "\r", utf8),
    program("Excel, with a line for itself", "sep=;", ';', "\r\n", utf8_with_mark),
    program("Excel, with a sign of its own", "SEP=|", '|', "\r\n", utf8),
    program("LibreOffice, after Excel", "\"sep=;\",,,", ',', "\n", utf8),
    program("LibreOffice", "", ';', "\n", utf8),
    program("LibreOffice, tabs", "", '\t', "\n", utf8),
    program("a program that writes UTF-16 without a mark", "", ',', "\n", big_utf16),
];

type Cells = Vec<Vec<String>>;

fn cells(text: &str) -> Cells {
    text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

impl Program {
    fn write(&self, cells: &Cells) -> Vec<u8> {
        let quoted = |cell: &String| {
            let special = cell.contains([self.separator, '"', '\n']);
            if special { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.clone() }
        };
        let row = |cells: &Vec<String>| {
            let cells: Vec<_> = cells.iter().map(quoted).collect();
            cells.join(&self.separator.to_string())
        };
        let first = Some(self.first_line.to_owned()).filter(|line| !line.is_empty());
        let lines: Vec<_> = first.into_iter().chain(cells.iter().map(row)).collect();
        (self.encode)(&(lines.join(self.line_end) + self.line_end))
    }
}

/// The small files with a note of two lines and signs that have to be quoted.
fn story() -> [Cells; 3] {
    let Texts { members, deals, completions, .. } = small();
    let [members, mut deals, mut completions] = [members, deals, completions].map(|it| cells(&it));
    deals[1][1] = "Żółty; \"Łódź\", 5\" pipe".into();
    deals[1][3] = "1000.5".into();
    completions[3][5] = "They, like\nus; a \"lot\"".into();
    [members, deals, completions]
}

fn put(folder: &Folder, tables: [&[u8]; 3]) {
    let [_, paths @ ..] = folder.paths();
    for (path, bytes) in paths.iter().zip(tables) {
        std::fs::write(path, bytes).unwrap();
    }
}

async fn outcome(app: &App, folder: &Folder, conventions: Conventions) -> Outcome {
    let mut files = folder.read().unwrap_or_else(|said| panic!("{said:?}"));
    files.conventions = conventions;
    import(app, files, false, std::sync::Arc::new(|_, _| {})).await.unwrap()
}

/// Title, value, opening and closing of the deals of an import, and what their notes say. Each import
/// gives its deals ids that begin with another word.
async fn written(app: &App, word: &str) -> Vec<String> {
    let db = app.db().reader();
    let deals = deal::Entity::find().order_by_asc(deal::Column::ExternalId).all(db).await.unwrap();
    let of_it = |deal: &deal::Model| deal.external_id.as_deref().unwrap().starts_with(word);
    let deals: Vec<_> = deals.into_iter().filter(of_it).collect();
    let notes = note::Entity::find().all(db).await.unwrap();
    let of_them = |note: &note::Model| deals.iter().any(|deal| deal.id == note.deal_id);
    let notes = notes.into_iter().filter(of_them).map(|note| note.body);
    let told = deals.iter().map(|deal| {
        let (value, currency) = (deal.value_amount, &deal.value_currency);
        format!("{} {value:?} {currency:?} {} {:?}", deal.title, deal.created_at, deal.closed_at)
    });
    told.chain(notes.collect::<Vec<_>>()).collect()
}

/// The files with ids of deals that begin with this word.
fn worded([members, mut deals, mut completions]: [Cells; 3], word: &str) -> [Cells; 3] {
    for row in deals.iter_mut().chain(&mut completions).filter(|row| row[0].starts_with('d')) {
        if row[0] != "deal" {
            row[0].insert_str(0, word);
        }
    }
    [members, deals, completions]
}

/// What is there after these files were imported.
async fn after(
    app: &App,
    tables: [Vec<u8>; 3],
    word: &str,
    conventions: Conventions,
) -> Vec<String> {
    let folder = small().write(PLAIN);
    put(&folder, tables.each_ref().map(Vec::as_slice));
    match outcome(app, &folder, conventions).await {
        Outcome::Imported(_) => written(app, word).await,
        Outcome::Rejected(faults) => panic!("{word}: {faults:?}"),
    }
}

#[tokio::test]
async fn what_spreadsheets_write_comes_in_whichever_of_them_wrote_it() {
    on_each_database(async |app| {
        let mut expected = None;
        for program in PROGRAMS.iter().chain([&program("gzip", "", ',', "\n", gzip)]) {
            let word = format!("{}:", program.name);
            let tables = worded(story(), &word).map(|cells| program.write(&cells));
            let found = after(&app, tables, &word, Conventions::default()).await;
            let expected = expected.get_or_insert_with(|| found.clone());
            assert!(found[0].starts_with("Żółty; \"Łódź\", 5\" pipe Some(10005000) Some(\"EUR\")"));
            assert_eq!(found[2], "They, like\nus; a \"lot\"");
            assert_eq!(found, *expected, "{}", program.name);
        }
    })
    .await;
}

/// Rows and columns in which nothing is written, above, between, below and beside the data.
fn surrounded(cells: &Cells) -> Cells {
    let width = cells[0].len();
    let blank = |with: &str| vec![with.to_owned(); width + 3];
    let mut all = vec![blank("")];
    for (at, row) in cells.iter().enumerate() {
        let mut row = row.clone();
        if at == 0 {
            row = row
                .iter()
                .map(|name| format!("\u{a0}{} ", name.to_uppercase().replace('_', " ")))
                .collect();
        }
        row.extend(["".into(), " ".into(), "\u{a0}".into()]);
        all.extend([row, blank(" "), blank("\u{a0}")]);
    }
    all.extend([blank(""), vec!["".into()], vec!["\u{1a}".into()]]);
    all
}

#[tokio::test]
async fn what_spreadsheets_leave_around_the_data_is_no_data() {
    on_each_database(async |app| {
        let usual = Conventions::default();
        let plain = worded(story(), "plain").map(|cells| PROGRAMS[0].write(&cells));
        let expected = after(&app, plain, "plain", usual).await;
        for program in &PROGRAMS[..4] {
            let word = format!("{}:", program.name);
            let tables = worded(story(), &word).map(|cells| program.write(&surrounded(&cells)));
            assert_eq!(after(&app, tables, &word, usual).await, expected, "{word}");
        }
        // Excel leaves out empty values at the end of a row, when the rows above have none either.
        let short = worded(story(), "short").map(|mut cells| {
            for row in &mut cells {
                while row.last().is_some_and(String::is_empty) {
                    row.pop();
                }
            }
            PROGRAMS[2].write(&cells)
        });
        assert_eq!(after(&app, short, "short", usual).await, expected);
    })
    .await;
}

/// A date, a time and an amount as LibreOffice writes the same cells where these are the settings.
const LOCALES: [(&str, &str, &str, Option<DateOrder>); 10] = [
    ("10/12/2011 8:30", "12/10/2011 9:05", "1,234,567.50", Some(DateOrder::MonthFirst)),
    ("12/10/2011 08:30", "10/12/2011 09:05", "1,234,567.50", Some(DateOrder::DayFirst)),
    (
        "12/10/2011 08:30",
        "10/12/2011 09:05",
        "1\u{202f}234\u{202f}567,50",
        Some(DateOrder::DayFirst),
    ),
    ("12/10/2011 08:30", "10/12/2011 09:05", "1.234.567,50", Some(DateOrder::DayFirst)),
    ("12-10-2011 8:30", "10-12-2011 9:05", "1.234.567,50", Some(DateOrder::DayFirst)),
    ("12.10.2011 08:30", "10.12.2011 09:05", "1.234.567,50", None),
    ("12.10.2011 08:30", "10.12.2011 09:05", "1'234'567.50", None),
    ("2011-10-12 08:30", "2011-12-10 09:05", "1\u{a0}234\u{a0}567,50", None),
    ("2011.10.12 8:30", "2011.12.10 9:05", "1\u{a0}234\u{a0}567,50", None),
    ("2011/10/12 8:30", "2011/12/10 9:05", "1,234,567.50", None),
];

#[tokio::test]
async fn dates_and_values_of_every_locale_are_the_same() {
    on_each_database(async |app| {
        for (at, (opened, closed, value, date_order)) in LOCALES.into_iter().enumerate() {
            for (hours, open, close) in [(0, "08", "09"), (1, "07", "08")] {
                let word = format!("{at}+{hours}:");
                let [members, mut deals, mut completions] = worded(story(), &word);
                completions.truncate(1);
                deals.truncate(2);
                for (column, cell) in [(2, opened), (3, value), (6, "LOST"), (7, closed)] {
                    deals[1][column] = cell.into();
                }
                let tables = [members, deals, completions].map(|cells| PROGRAMS[2].write(&cells));
                let offset = FixedOffset::east_opt(hours * 3600).filter(|_| hours > 0);
                let found = after(&app, tables, &word, Conventions { date_order, offset }).await;
                let expected = format!("Żółty; \"Łódź\", 5\" pipe Some(12345675000) Some(\"EUR\") 2011-10-12 {open}:30:00 UTC Some(2011-12-10T{close}:05:00Z)");
                assert_eq!(found, [expected], "{opened}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_could_be_two_days_or_two_amounts_is_named_and_changes_nothing() {
    on_each_database(async |app| {
        let mut texts = small();
        texts.deals = texts.deals.replace("2026-01-01T10:00:00Z,1000", "01/02/2026,\"1,000\"");
        let said = try_import(&app, &texts, false).await.unwrap_err();
        let expected = [
            "deals.csv:2: opened_at: “01/02/2026” may be 2026-02-01 or 2026-01-02. Write it in this form, or say which comes first with --date-order.",
            "deals.csv:2: value: “1,000” may mean 1000 or 1.000. Write 1000, or 1.0000.",
        ];
        assert_eq!(said, expected);
        assert_eq!(counts(&app).await, NOTHING);
    })
    .await;
}

#[tokio::test]
async fn the_summary_tells_of_times_without_an_offset() {
    on_each_database(async |app| {
        let mut texts = small();
        texts.deals = texts.deals.replace("2026-01-02T10:00:00Z", "2.1.2026 10:00");
        texts.completions = texts.completions.replace("2026-01-04T10:00:00Z", "2026-01-04");
        let (code, out, _) = super::support::command(&app, &texts, false).await;
        let told = "Times: 2 times without an offset, read as UTC (--utc-offset says another).\n";
        assert!(code == 0 && out.contains(told), "{out}");
    })
    .await;
}

#[tokio::test]
async fn an_older_encoding_is_named_once_and_nothing_else_follows_from_it() {
    on_each_database(async |app| {
        let folder = small().write(PLAIN);
        let Texts { members, deals, completions, .. } = small();
        let bytes = |text: &str| -> Vec<u8> { text.chars().map(|it| u8::try_from(u32::from(it)).unwrap()).collect() };
        // As Windows-1250 has them: Żółty ślad, Łódź.
        let deals = deals.replace("First", "\u{af}\u{f3}\u{b3}ty \u{9c}lad").replace("Second", "\u{a3}\u{f3}d\u{9f}");
        put(&folder, [members.as_bytes(), &bytes(&deals), completions.as_bytes()]);
        let Outcome::Rejected(faults) = outcome(&app, &folder, Conventions::default()).await else { panic!() };
        let said: Vec<_> = faults.iter().map(|fault| folder.shown(fault)).collect();
        assert_eq!(said, ["deals.csv:2: title: This is not UTF-8; it looks like windows-1250. Save the file in UTF-8. Excel calls that “CSV UTF-8”. (Rows to which this applies: 2.)"]);
        assert_eq!(counts(&app).await, NOTHING);
    })
    .await;
}

#[tokio::test]
async fn lines_are_those_of_an_editor_in_every_file() {
    on_each_database(async |app| {
        for program in PROGRAMS {
            let [members, deals, mut completions] = story();
            completions.push(completions[3].clone());
            completions[4][1] = "Nowhere".into();
            let folder = small().write(PLAIN);
            let tables = [members, deals, completions];
            let tables = tables.map(|cells| program.write(&surrounded(&cells)));
            put(&folder, tables.each_ref().map(Vec::as_slice));
            let expected = 12 + 3 + u64::from(!program.first_line.is_empty());
            let Outcome::Rejected(faults) = outcome(&app, &folder, Conventions::default()).await
            else {
                panic!("{}", program.name)
            };
            let lines: Vec<_> = faults.iter().map(|fault| fault.line).collect();
            assert_eq!(lines, [Some(expected)], "{}", program.name);
        }
        assert_eq!(counts(&app).await, NOTHING);
    })
    .await;
}
