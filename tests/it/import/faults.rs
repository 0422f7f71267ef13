//! Every malformed input is named at its line and column, and changes nothing.

use engine::import::Outcome;

use super::support::{NOTHING, PLAIN, Texts, counts, on_each_database, small, try_import};

type Part = fn(&mut Texts) -> &mut String;

const PROCESS: Part = |texts| &mut texts.process;
const MEMBERS: Part = |texts| &mut texts.members;
const DEALS: Part = |texts| &mut texts.deals;
const COMPLETIONS: Part = |texts| &mut texts.completions;

/// What is broken, and what is said about it.
type Case = (Part, &'static str, &'static str, &'static [&'static str]);

const CASES: &[Case] = &[
    // Files and columns.
    (MEMBERS, "email,name,role", "email,name", &["members.csv:1: role: This column is missing."]),
    (
        MEMBERS,
        "email,name,role",
        "email,name,role,shoe",
        &["members.csv:1: “shoe”: There is no such column. The columns are: email, name, role."],
    ),
    (
        MEMBERS,
        "email,name,role",
        "email,email,name,role",
        &["members.csv:1: email: This column is there twice."],
    ),
    (
        DEALS,
        "d2,Second,",
        "d2,Second,too,many,",
        &[
            "deals.csv:3: This row has 10 values and the header 8 columns. Is there a comma or a quote too many or too few?",
        ],
    ),
    (
        COMPLETIONS,
        "They like us",
        "\"They like us",
        &[
            "completions.csv:4: A quote (\") is opened here and never closed. Close it; a quote inside a value is written twice.",
        ],
    ),
    // Members.
    (
        MEMBERS,
        "bob@x.example,Bob",
        "bob,Bob",
        &[
            "members.csv:3: email: An e-mail address looks like name@example.org. This one has no @.",
        ],
    ),
    (
        MEMBERS,
        "Bob,SALESPERSON",
        "Bob,BOSS",
        &[
            "members.csv:3: role: “BOSS” is no role. The roles are: ADMINISTRATOR, MANAGER, SALESPERSON.",
        ],
    ),
    (
        MEMBERS,
        "ann@x.example,Ann",
        "ann@x.example, ",
        &["members.csv:2: name: A name is needed: 1 to 200 characters that are not all spaces."],
    ),
    (
        MEMBERS,
        "bob@x.example,Bob,SALESPERSON",
        "bob@x.example,Bob,SALESPERSON\nBOB@x.example,Bob,MANAGER",
        &["members.csv:4: email: This member is in line 3 already. Keep one of the two rows."],
    ),
    // Deals.
    (
        DEALS,
        "d2,Second",
        "d1,Second",
        &[
            "deals.csv:3: deal: The deal “d1” is in line 2 already. Keep one of the two rows.",
            "completions.csv:4: deal: There is no deal “d2” in deals.csv.",
        ],
    ),
    (
        DEALS,
        "d2,Second",
        "d2,",
        &["deals.csv:3: title: A title is needed: 1 to 200 characters that are not all spaces."],
    ),
    (
        DEALS,
        "2026-01-02T10:00:00Z",
        "2026-01-02 10h",
        &[
            "deals.csv:3: opened_at: “2026-01-02 10h” is not a time. Write it as 2026-03-01 09:30, or with an offset: 2026-03-01T09:30:00+01:00.",
        ],
    ),
    (
        DEALS,
        "2026-01-02T10:00:00Z",
        "02.01.26 10:00",
        &[
            "deals.csv:3: opened_at: “02.01.26 10:00” has no year of four digits. Write it as 2026-03-01 09:30, or with an offset: 2026-03-01T09:30:00+01:00.",
        ],
    ),
    (
        DEALS,
        "2026-01-02T10:00:00Z",
        "2926-01-02T10:00:00Z",
        &[
            "deals.csv:3: opened_at: 2926-01-02T10:00:00Z is in the future, and history has happened already.",
        ],
    ),
    (DEALS, "Z,1000,EUR", "Z,-1,EUR", &["deals.csv:2: value: A value cannot be negative."]),
    (
        DEALS,
        "Z,1000,EUR",
        "Z,\"1,000\",EUR",
        &["deals.csv:2: value: “1,000” may mean 1000 or 1.000. Write 1000, or 1.0000."],
    ),
    (
        DEALS,
        "Z,1000,EUR",
        "Z,1000,euro",
        &[
            "deals.csv:2: currency: A currency is a code of ISO 4217: three capital letters, such as EUR.",
        ],
    ),
    (
        DEALS,
        "Z,1000,EUR",
        "Z,1000,",
        &[
            "deals.csv:2: currency: A currency is a code of ISO 4217: three capital letters, such as EUR.",
        ],
    ),
    (
        DEALS,
        "Z,1000,EUR",
        "Z,99999999999999999999999999999999,EUR",
        &[
            "deals.csv:2: value: “99999999999999999999999999999999” is not an amount, such as 20000 or 1234.50.",
        ],
    ),
    (
        DEALS,
        "bob@x.example,OPEN",
        "zoe@x.example,OPEN",
        &[
            "deals.csv:3: owner: There is no member with the address “zoe@x.example”. Add them to the file of members.",
        ],
    ),
    (
        DEALS,
        "bob@x.example,OPEN",
        ",OPEN",
        &["deals.csv:3: owner: An e-mail address is needed here."],
    ),
    (
        DEALS,
        "OPEN,",
        "Open,",
        &["deals.csv:3: status: “Open” is no status. They are: OPEN, WON, LOST, OUTDATED."],
    ),
    (
        DEALS,
        "OPEN,",
        "OPEN,2026-01-09T10:00:00Z",
        &[
            "deals.csv:3: closed_at: A deal that is OPEN has none. Leave this empty, or give the status it was closed as.",
        ],
    ),
    (
        DEALS,
        "WON,2026-01-09T10:00:00Z",
        "WON,",
        &["deals.csv:2: closed_at: A deal that is not OPEN needs the time it was closed at."],
    ),
    (
        DEALS,
        "WON,2026-01-09T10:00:00Z",
        "WON,2025-01-09T10:00:00Z",
        &[
            "deals.csv:2: closed_at: The deal would be closed before it was opened. Correct one of the two times.",
        ],
    ),
    // Completions.
    (
        COMPLETIONS,
        "d2,Contact",
        "d3,Contact",
        &["completions.csv:4: deal: There is no deal “d3” in deals.csv."],
    ),
    (
        COMPLETIONS,
        "d2,Contact",
        "d2,Contakt",
        &["completions.csv:4: stage: The process has no stage “Contakt”."],
    ),
    (
        COMPLETIONS,
        "Contact,Write",
        "Contact,Approve",
        &["completions.csv:4: action: The stage “Contact” has no action “Approve”."],
    ),
    (
        COMPLETIONS,
        "Z,ann@x.example,They",
        "Z,zoe@x.example,They",
        &[
            "completions.csv:4: done_by: There is no member with the address “zoe@x.example”. Add them to the file of members.",
        ],
    ),
    (
        COMPLETIONS,
        "2026-01-04T10:00:00Z",
        "2026-01-01T10:00:00Z",
        &[
            "completions.csv:4: done_at: This was before the deal was opened. Correct one of the two times.",
        ],
    ),
    (
        COMPLETIONS,
        "2026-01-05T10:00:00Z",
        "2026-01-10T10:00:00Z",
        &[
            "completions.csv:3: done_at: This was after the deal was closed. Correct one of the two times.",
        ],
    ),
    // What the rules say (rule 15).
    (
        COMPLETIONS,
        "They like us",
        "",
        &[
            "completions.csv:4: note: This action needs a note: write one, or choose one that you added to the deal before.",
        ],
    ),
    (
        COMPLETIONS,
        "legal@x.example",
        "ann@x.example",
        &["completions.csv:3: done_by: Only Eve may do this. Ask them."],
    ),
    (
        COMPLETIONS,
        "d1,Contact,Call",
        "d2,Contact,Call",
        &["deals.csv:2: status: Before this deal can be won, do what is mandatory: “Call”."],
    ),
    (
        PROCESS,
        "evidence: NOTE",
        "evidence: NOTE_WITH_FILE",
        &[
            "completions.csv:4: note: This action needs a note with a file: write one and attach a file, or choose such a note that you added to the deal before.",
        ],
    ),
    // The process.
    (
        PROCESS,
        "[legal@x.example]",
        "[zoe@x.example]",
        &[
            "process.yaml:12:22: There is no member with the address “zoe@x.example”. Add them to the file of members.",
        ],
    ),
    (
        PROCESS,
        "process: Sales",
        "process: [Sales",
        &[
            "process.yaml:2:7: This is not valid YAML: a colon is out of place here. A key stands under the key before it, with one colon after it; a text with a colon in it goes in quotes.",
        ],
    ),
];

#[tokio::test]
async fn every_malformed_input_is_named_and_changes_nothing() {
    on_each_database(async |app| {
        for (part, from, to, expected) in CASES {
            let mut texts = small();
            let text = part(&mut texts);
            assert!(text.contains(from), "{from}");
            *text = text.replacen(from, to, 1);
            let said = try_import(&app, &texts, false).await.expect_err(to);
            assert_eq!(said, *expected, "{from} → {to}");
        }
        assert_eq!(counts(&app).await, NOTHING);
    })
    .await;
}

#[tokio::test]
async fn everything_wrong_in_all_files_is_said_at_once() {
    let mut texts = small();
    texts.process = "process: \nstagess: []\n".into();
    texts.members = "mail,name,role\n".into();
    texts.deals = String::new();
    let said = texts.write(PLAIN).read().unwrap_err();
    let expected = [
        "process.yaml:1:1: “process:” has no value. Write one, or remove the line.",
        "process.yaml:2:1: “stagess” is no key of a process. Did you mean “stages”?",
        "members.csv:1: “mail”: There is no such column, and email is missing. The columns are: email, name, role.",
        "deals.csv: This file is empty. Its first line must name the columns: deal,title,opened_at,value,currency,owner,status,closed_at",
    ];
    assert_eq!(said, expected);
}

#[tokio::test]
async fn unreadable_files_are_named() {
    let folder = small().write(["process.yaml", "members.csv", "deals.csv.gz", "completions.csv"]);
    let [process, members, deals, _] = folder.paths();
    std::fs::remove_file(&process).unwrap();
    std::fs::write(&members, b"email,name,role\nann@x.example,\xff,MANAGER\n").unwrap();
    let whole = std::fs::read(&deals).unwrap();
    std::fs::write(&deals, &whole[..whole.len() / 2]).unwrap();
    let said = folder.read().unwrap_err();
    assert_eq!(
        said[0],
        "process.yaml: This file cannot be read: No such file or directory (os error 2)."
    );
    assert_eq!(
        said[1],
        "deals.csv.gz: This file cannot be read: it is no complete gzip file; make or fetch it again."
    );
    assert_eq!(said.len(), 2);
}

#[tokio::test]
async fn what_is_not_utf_8_is_named() {
    on_each_database(async |app| {
        let folder = small().write(PLAIN);
        let [_, members, ..] = folder.paths();
        let bad = b"email,name,role\nann@x.example,Ann,MANAGER\n\n\nbob@x.example,\xff,MANAGER\n";
        std::fs::write(members, bad).unwrap();
        let files = folder.read().unwrap();
        let outcome = engine::import::import(&app, files, false, std::sync::Arc::new(|_, _| {}));
        let Outcome::Rejected(faults) = outcome.await.unwrap() else { panic!("imported") };
        let said = folder.shown(&faults[0]);
        let expected = "members.csv:5: name: This is not UTF-8; it looks like windows-1252. Save the file in UTF-8. Excel calls that “CSV UTF-8”.";
        assert_eq!(said, expected);
    })
    .await;
}

#[tokio::test]
async fn lines_are_those_that_an_editor_shows() {
    on_each_database(async |app| {
        let mut texts = small();
        texts.completions = "\u{feff}note,deal,stage,action,done_at,done_by\r\n\r\n\
             \"one\r\ntwo \"\"quoted\"\"\r\nthree\",d1,Contact,Call,2026-01-03T10:00:00Z,ann@x.example\r\n\
             \r\n\
             \"one\r\ntwo\",d2,Contact,Jump,2026-01-03T10:00:00Z,ann@x.example\r\n"
            .into();
        let said = try_import(&app, &texts, false).await.unwrap_err();
        assert_eq!(said, ["completions.csv:8: action: The stage “Contact” has no action “Jump”."]);
    })
    .await;
}
