//! One cause is told once: what a file is that is no CSV, and what only follows from something else.

use super::support::{NOTHING, PLAIN, Texts, counts, on_each_database, small, try_import};

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
        std::fs::write(&folder.paths()[1], bytes).unwrap();
        let expected = format!(
            "members.csv: This is {kind}, not CSV. Save it as CSV in UTF-8 (Excel: “CSV UTF-8”)."
        );
        assert_eq!(folder.read().unwrap_err(), [expected]);
        std::fs::write(&folder.paths()[0], bytes).unwrap();
        let said = folder.read().unwrap_err();
        assert!(said.iter().all(|line| !line.contains(|it: char| it.is_control())), "{said:?}");
    }
}

/// What is done to the files, and the one sentence that is told.
type Case = (fn(&mut Texts), &'static str);

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
        let separators = |texts: &mut Texts| texts.deals = texts.deals.replacen(',', ";", 7);
        let no_id = |texts: &mut Texts| texts.deals = texts.deals.replace("d2,Second", ",Second");
        let address = |texts: &mut Texts| texts.members = texts.members.replace("bob@", "bob@@");
        let chosen = |texts: &mut Texts| texts.members = texts.members.replace("Eve,MANAGER", "Eve,BOSS");
        let mistyped = |texts: &mut Texts| texts.members = texts.members.replace("legal@", "legal@@");
        let labelled = |texts: &mut Texts| texts.deals += "Total,,,100,,,,\n";
        let counted = |texts: &mut Texts| texts.completions += "Total,,,,,3\n";
        let team = |texts: &mut Texts| texts.members += "Total: 2,,\n";
        let blank = |texts: &mut Texts| texts.members = ";;;\n , ,\t\n\"\",\"\"\r\n".into();
        let cases: [Case; 18] = [
            (separators, "deals.csv:2: This row has a comma between its values, and the header a semicolon. Write the same in all rows. (Rows to which this applies: 2.)"),
            (no_id, "deals.csv:3: deal: This row names no deal. If it is a total or a remark, remove it."),
            (address, "members.csv:3: email: An e-mail address looks like name@example.org. Write one @; this one has two in a row."),
            (mistyped, "members.csv:4: email: An e-mail address looks like name@example.org. Write one @; this one has two in a row."),
            (chosen, "members.csv:4: role: “BOSS” is no role. The roles are: ADMINISTRATOR, MANAGER, SALESPERSON."),
            (labelled, "deals.csv:4: deal: This row has next to nothing of a deal: title, opened_at, owner, status are missing. If it is a total or a remark, remove it."),
            (counted, "completions.csv:5: deal: This row has next to nothing of a deal: stage, action, done_at, done_by are missing. If it is a total or a remark, remove it."),
            (team, "members.csv:5: email: This row has next to nothing of a member: name, role are missing. If it is a total or a remark, remove it."),
            (blank, "members.csv: This file is empty. Its first line must name the columns: email,name,role"),

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
