//! `--keep-going`: what is valid comes in, and the rest is reported.

use engine::app::App;
use entity::{deal, deal_participant};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::support::{Texts, command, on_each_database, small};

#[tokio::test]
async fn keep_going_imports_what_is_valid_and_reports_the_rest() {
    on_each_database(async |app| {
        let (code, out, err) = command(&app, &broken(), true).await;
        let expected = "\
            members.csv:5: role: “BOSS” is no role. The roles are: ADMINISTRATOR, MANAGER, SALESPERSON.\n\
            deals.csv:4: owner: This is left out with the member: see members.csv:5.\n\
            deals.csv:5: status: Before this deal can be won, do what is mandatory: “Call”.\n\
            completions.csv:5: done_by: Only Eve may do this. Ask them.\n\
            completions.csv:8: deal: There is no deal “d9” in deals.csv.\n\
            Left out: 1 member, 2 deals, 4 completions (those of deals left out included).\n";
        assert_eq!((code, err.as_str()), (3, expected));
        assert!(out.contains("Imported 2 deals; 0 known already, skipped.\n"), "{out}");
        assert!(out.contains("  3 completions, 1 repeated\n"), "{out}");
        who_takes_part_in_the_second_deal(&app).await;
        let again = command(&app, &broken(), true).await;
        assert!(again.1.contains("Imported 0 deals; 2 known already, skipped.\n"), "{}", again.1);
    })
    .await;
}

fn broken() -> Texts {
    let mut texts = small();
    texts.members += "zoe@x.example,Zoe,BOSS\n";
    texts.deals += "d3,Third,2026-01-02T10:00:00Z,,,zoe@x.example,OPEN,\n\
        d4,Fourth,2026-01-02T10:00:00Z,,,bob@x.example,WON,2026-02-02T10:00:00Z\n";
    texts.completions += "d2,Contract,Approve,2026-01-05T10:00:00Z,ann@x.example,\n\
        d3,Contact,Call,2026-01-05T10:00:00Z,bob@x.example,\n\
        d1,CONTACT,call,2026-01-04T10:00:00Z,bob@x.example,\n\
        d9,Contact,Call,2026-01-05T10:00:00Z,bob@x.example,\n\
        d4,Contact,Write,2026-01-05T10:00:00Z,bob@x.example,yes\n";
    texts.completions = texts.completions.replace(
        "d2,Contact,Write,2026-01-04T10:00:00Z,ann",
        "d2,Contact,Write,2026-01-04T10:00:00Z,bob",
    );
    texts
}

/// Ann's only row for it was left out, and so is she.
async fn who_takes_part_in_the_second_deal(app: &App) {
    let db = app.db().reader();
    let deal = deal::Entity::find().filter(deal::Column::ExternalId.eq("d2"));
    let deal = deal.one(db).await.unwrap().unwrap();
    let taking_part = deal_participant::Entity::find()
        .filter(deal_participant::Column::DealId.eq(deal.id))
        .all(db)
        .await
        .unwrap();
    let ids: Vec<_> = taking_part.into_iter().map(|row| row.member_id).collect();
    assert_eq!(ids, [deal.owner_id]);
}

/// The deal of a row that cannot be read is left out with what was done for it, and is not unknown.
#[tokio::test]
async fn rows_that_cannot_be_read_are_told_once_and_go_with_what_is_theirs() {
    on_each_database(async |app| {
        let mut texts = small();
        texts.deals = texts.deals.replace("d2,Second,", "d2,Second,too,many,");
        texts.completions = texts.completions.replace("d1,Contract", "d1\0,Contract");
        let (code, out, err) = command(&app, &texts, true).await;
        let expected = "\
            deals.csv:3: This row has 10 values and the header 8 columns. Is there a comma or a quote too many or too few?\n\
            completions.csv:3: deal: This value holds the character NUL. Remove it.\n\
            Left out: 0 members, 1 deal, 2 completions (those of deals left out included).\n";
        assert_eq!((code, err.as_str()), (3, expected));
        assert!(out.contains("Imported 1 deal; 0 known already, skipped.\n"), "{out}");
    })
    .await;
}
