//! Files as Excel, LibreOffice and Google Sheets write them, byte for byte: what they say comes in, and
//! what they are instead is named in one sentence.

use chrono::FixedOffset;
use entity::{deal, note};
use sea_orm::{EntityTrait, QueryOrder};
use waypost::{
    app::App,
    import::{
        Outcome, import,
        moment::{Conventions, DateOrder},
    },
};

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

/// Title, value, opening, closing and what the notes say, of all that is there.
async fn written(app: &App) -> Vec<String> {
    let db = app.db().reader();
    let deals = deal::Entity::find().order_by_asc(deal::Column::ExternalId).all(db).await.unwrap();
    let notes = note::Entity::find().all(db).await.unwrap();
    let deals = deals.into_iter().map(|deal| {
        let (value, currency) = (deal.value_amount, deal.value_currency);
        format!("{} {value:?} {currency:?} {} {:?}", deal.title, deal.created_at, deal.closed_at)
    });
    deals.chain(notes.into_iter().map(|note| note.body)).collect()
}

async fn written_by(tables: [&[u8]; 3], conventions: Conventions) -> Vec<String> {
    let mut all = Vec::new();
    let found = std::sync::Mutex::new(&mut all);
    on_each_database(async |app| {
        let folder = small().write(PLAIN);
        put(&folder, tables);
        match outcome(&app, &folder, conventions).await {
            Outcome::Imported(_) => {
                let written = written(&app).await;
                found.lock().unwrap().push(written);
            }
            Outcome::Rejected(faults) => panic!("{faults:?}"),
        }
    })
    .await;
    all.dedup();
    assert_eq!(all.len(), 1, "both databases keep the same");
    all.remove(0)
}

#[tokio::test]
async fn what_spreadsheets_write_comes_in_whichever_of_them_wrote_it() {
    let story = story();
    let plain = story.each_ref().map(|cells| PROGRAMS[0].write(cells));
    let expected = written_by(plain.each_ref().map(Vec::as_slice), Conventions::default()).await;
    assert!(expected[0].starts_with("Żółty; \"Łódź\", 5\" pipe Some(10005000) Some(\"EUR\")"));
    assert_eq!(expected[2], "They, like\nus; a \"lot\"");
    for program in PROGRAMS.iter().chain([&program("gzip", "", ',', "\n", gzip)]) {
        let bytes = story.each_ref().map(|cells| program.write(cells));
        let found = written_by(bytes.each_ref().map(Vec::as_slice), Conventions::default()).await;
        assert_eq!(found, expected, "{}", program.name);
    }
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
    let story = story();
    let plain = story.each_ref().map(|cells| PROGRAMS[0].write(cells));
    let expected = written_by(plain.each_ref().map(Vec::as_slice), Conventions::default()).await;
    for program in &PROGRAMS[..4] {
        let bytes = story.each_ref().map(|cells| program.write(&surrounded(cells)));
        let found = written_by(bytes.each_ref().map(Vec::as_slice), Conventions::default()).await;
        assert_eq!(found, expected, "{}", program.name);
    }
    // Excel leaves out empty values at the end of a row, when the rows above have none either.
    let short = story.map(|mut cells| {
        cells.iter_mut().for_each(|row| {
            while row.last().is_some_and(String::is_empty) {
                row.pop();
            }
        });
        PROGRAMS[2].write(&cells)
    });
    let found = written_by(short.each_ref().map(Vec::as_slice), Conventions::default()).await;
    assert_eq!(found, expected);
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
    let [members, mut deals, mut completions] = story();
    completions.truncate(1);
    deals.truncate(2);
    deals[1][6] = "LOST".into();
    for (opened, closed, value, date_order) in LOCALES {
        deals[1][2] = opened.into();
        deals[1][3] = value.into();
        deals[1][7] = closed.into();
        let offset = FixedOffset::east_opt(3600);
        for (offset, hour) in [(None, ["08", "09"]), (offset, ["07", "08"])] {
            let bytes = [&members, &deals, &completions].map(|cells| PROGRAMS[2].write(cells));
            let conventions = Conventions { date_order, offset };
            let found = written_by(bytes.each_ref().map(Vec::as_slice), conventions).await;
            let [open, close] = hour;
            let expected = format!(
                "Żółty; \"Łódź\", 5\" pipe Some(12345675000) Some(\"EUR\") 2011-10-12 {open}:30:00 UTC Some(2011-12-10T{close}:05:00Z)"
            );
            assert_eq!(found, [expected], "{opened}");
        }
    }
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

#[test]
fn what_is_no_csv_is_named_in_one_sentence() {
    let html = b"<!DOCTYPE html>\n<html><body><table><tr><td>email</td></tr></table></body></html>";
    let wide = [&[0xff, 0xfe, 0, 0][..], b"e\0\0\0m\0\0\0"].concat();
    let cases: [(&[u8], &str); 10] = [
        (include_bytes!("files/deals.xlsx"), "an Excel workbook (XLSX)"),
        (include_bytes!("files/deals.ods"), "a spreadsheet (ODS)"),
        (include_bytes!("files/deals.xls"), "an Office document of the older kind (XLS)"),
        (b"PK\x03\x04\x14\0\x08\0\0\0Index/Document.iwa\xff", "a Numbers spreadsheet"),
        (b"PK\x03\x04\x14\0\x08\0\0\0deals.csv\xff", "a ZIP archive"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF"),
        (html, "a web page or XML"),
        (b"[{\"email\": \"ann@x.example\"}]", "JSON"),
        (&wide, "text in UTF-32, not in UTF-8"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a picture"),
    ];
    for (bytes, kind) in cases {
        let folder = small().write(PLAIN);
        let good = small();
        put(&folder, [bytes, good.deals.as_bytes(), good.completions.as_bytes()]);
        let expected = format!(
            "members.csv: This is {kind}, not CSV. Save it as CSV in UTF-8 (Excel: “CSV UTF-8”)."
        );
        assert_eq!(folder.read().unwrap_err(), [expected]);
        std::fs::write(&folder.paths()[0], bytes).unwrap();
        let said = folder.read().unwrap_err();
        assert!(said.iter().all(|line| !line.contains(|it: char| it.is_control())), "{said:?}");
    }
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
    for program in PROGRAMS {
        let [members, deals, mut completions] = story();
        completions.push(completions[3].clone());
        completions[4][1] = "Nowhere".into();
        let folder = small().write(PLAIN);
        let bytes = [&members, &deals, &completions].map(|cells| program.write(&surrounded(cells)));
        put(&folder, bytes.each_ref().map(Vec::as_slice));
        let expected = 12 + 3 + u64::from(!program.first_line.is_empty());
        on_each_database(async |app| {
            let Outcome::Rejected(faults) = outcome(&app, &folder, Conventions::default()).await
            else {
                panic!()
            };
            let lines: Vec<_> = faults.iter().map(|fault| fault.line).collect();
            assert_eq!(lines, [Some(expected)], "{}", program.name);
        })
        .await;
    }
}

#[tokio::test]
async fn one_cause_is_one_sentence() {
    on_each_database(async |app| {
        let member = |texts: &mut Texts| texts.members = texts.members.replace("Bob,SALESPERSON", "Bob,BOSS");
        let broken = |texts: &mut Texts| texts.deals = texts.deals.replace("d2,Second", "d2,Second, or third");
        let open = |texts: &mut Texts| texts.deals = texts.deals.replace("First", "\"First");
        let swallowed = |texts: &mut Texts| {
            texts.deals = texts.deals.replace("First", "\"First").replace("Second", "Sec\"ond");
        };
        let header = |texts: &mut Texts| texts.members = texts.members.replace("email,name", "e-mails,who");
        let none = |texts: &mut Texts| texts.members = texts.members.replace("email,name,role", "a,b,c");
        let missing = |texts: &mut Texts| {
            texts.members = texts.members.lines().map(|line| line.split(',').next().unwrap().to_owned() + ",\n").collect();
        };
        let total = |texts: &mut Texts| texts.deals += ",,,\"1.000,50\",,,,\n";
        let remark = |texts: &mut Texts| texts.completions += ",Checked by Ann,,,\n";
        let cases: [(fn(&mut Texts), &str); 9] = [
            (total, "deals.csv:4: deal: This row names no deal. If it is a total or a remark, remove it."),
            (remark, "completions.csv:5: deal: This row names no deal. If it is a total or a remark, remove it."),
            (member, "members.csv:3: role: “BOSS” is no role. The roles are: ADMINISTRATOR, MANAGER, SALESPERSON."),
            (broken, "deals.csv:3: This row has 9 values and the header 8 columns. Is there a comma or a quote too many or too few?"),
            (open, "deals.csv:2: A quote (\") is opened here and never closed. Close it; a quote inside a value is written twice."),
            (swallowed, "deals.csv:2: A quote (\") is opened here and closed in the midst of line 3. Close it where it belongs; a quote inside a value is written twice."),
            (header, "members.csv:1: “e-mails”, “who”: There are no such columns, and email, name are missing. The columns are: email, name, role."),
            (none, "members.csv:1: This line names no column of this file. The columns are: email, name, role."),
            (missing, "members.csv:1: These columns are missing: name, role."),
        ];
        for (break_it, expected) in cases {
            let mut texts = small();
            break_it(&mut texts);
            assert_eq!(try_import(&app, &texts, false).await.unwrap_err(), [expected]);
        }
        assert_eq!(counts(&app).await, NOTHING);
    })
    .await;
}

#[tokio::test]
async fn values_that_steer_a_terminal_are_written_out() {
    on_each_database(async |app| {
        let mut texts = small();
        texts.completions = texts.completions.replace("d2,Contact", "\u{1b}]0;x\u{7}d2\u{202e},Contact");
        let said = try_import(&app, &texts, false).await.unwrap_err();
        let expected = "completions.csv:4: deal: There is no deal “<U+001B>]0;x<U+0007>d2<U+202E>” in deals.csv.";
        assert_eq!(said, [expected]);
    })
    .await;
}
