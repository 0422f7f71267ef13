//! The plan as people read it.

use domain::{
    deal::{
        outlook::{DealImpact, Impact, Outlook},
        progress::Progress,
    },
    language::Message,
    process::{definition::Definition, diff, file},
};
use engine::clock::Clock;
use entity::ids::DealId;
use uuid::Uuid;
use waypost::cli::process::plan::{Plan, render};

const BEFORE: &str = "\
process: Sales
stages:
  - stage: Contact
    hint: Be quick
    actions:
      - {action: Call}
      - {action: Write, evidence: NOTE}
      - {action: Wait}
  - {stage: Offer, actions: [{action: Send}]}
  - {stage: Contract, actions: [{action: Sign}, {action: File it}]}
  - {stage: Archive, actions: [{action: Scan}]}
";

const AFTER: &str = "\
process: Deals
was: Sales
description: How we sell
stages:
  - {stage: Contract, actions: [{action: Sign}, {action: File it}, {action: Send}]}
  - stage: First contact
    was: Contact
    hint: |
      Be quick,
      and kind
    actions:
      - {action: Wait}
      - action: Phone
        was: Call
        weight: 25
        mandatory: true
        performers: MANAGERS
        notify: [PARTICIPANTS]
        followUps: [{title: Say thanks, assignee: OWNER, dueInDays: 2}]
  - {stage: Offer}
  - {stage: New, actions: [{action: Ask, weight: 0, evidence: NOTE}]}
";

fn nobody(_: &str) -> Result<entity::ids::MemberId, Message> {
    Err(Message::verbatim("nobody"))
}

fn told(
    before: &Definition,
    after: &Definition,
    version: Option<i64>,
    impact: Option<&Impact>,
    colours: bool,
) -> String {
    let changes = diff::diff(before, after);
    let emails = file::Emails::new();
    render(&Plan { before, after, changes: &changes, emails: &emails, version, impact }, colours)
}

fn both() -> (Definition, Definition) {
    let clock = Clock::system();
    let before = file::parse(BEFORE).unwrap().resolve(&nobody, &|| clock.new_uuid()).unwrap();
    let after =
        file::parse(AFTER).unwrap().resolve_onto(&before, &nobody, &|| clock.new_uuid()).unwrap();
    (before, after.definition)
}

#[test]
fn it_says_stage_by_stage_what_comes_changes_moves_and_goes() {
    let (before, after) = both();
    insta::assert_snapshot!("plan", told(&before, &after, Some(7), None, false));
}

#[test]
fn a_new_process_is_all_additions() {
    let (before, _) = both();
    let nothing = Definition { stages: Vec::new(), ..before.clone() };
    insta::assert_snapshot!("plan_of_a_new_process", told(&nothing, &before, None, None, false));
}

#[test]
fn colours_are_only_where_they_are_wanted_and_texts_never_steer_the_terminal() {
    let (before, mut after) = both();
    after.description = "\u{1b}[31mred\u{7}\nand more".into();
    let plain = told(&before, &after, Some(7), None, false);
    assert!(!plain.contains('\u{1b}') && !plain.contains('\u{7}'), "{plain:?}");
    assert!(told(&before, &after, Some(7), None, true).contains("\u{1b}[32m+\u{1b}[0m New"));
}

fn outlook(percent: u8, can_be_won: bool) -> Outlook {
    let progress = Progress { percent, ..Progress::default() };
    Outlook { stage_id: None, stage_position: -1, progress, can_be_won }
}

#[test]
fn the_impact_is_told_in_words() {
    let (before, after) = both();
    let deal = |number, from, to, completions_dropped| DealImpact {
        deal_id: DealId::from_uuid(Uuid::from_u128(number)),
        before: outlook(from, true),
        after: outlook(to, from < to),
        completions_dropped,
    };
    let deals = vec![deal(1, 50, 35, 1), deal(2, 10, 20, 0), deal(3, 50, 49, 2)];
    let impact = Impact { open_deals: 12, deals };
    let text = told(&before, &after, Some(7), Some(&impact), false);
    let (_, words) = text.split_once("remove.\n").unwrap();
    let expected = "Of 12 open deals, this changes 3:\n  1 with more progress\n  2 with less progress, by at most 15 points\n  2 that could be won now and then could not\n  3 completions stop counting\n";
    assert_eq!(words, expected);
    // Heavier or lighter all the same: nobody sees a difference.
    let deals = vec![DealImpact { after: outlook(0, true), ..deal(1, 0, 0, 0) }];
    let untouched = Impact { open_deals: 1, deals };
    assert!(
        told(&before, &after, Some(7), Some(&untouched), false)
            .ends_with("Nothing changes for the 1 open deal.\n")
    );
}
