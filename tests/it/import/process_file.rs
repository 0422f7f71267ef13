//! The process as a YAML file: what it says, and what is wrong with it at which line and column.

use std::collections::HashMap;

use domain::{
    language::Message,
    process::{
        change,
        definition::Definition,
        file::{self, Flaw},
    },
};
use engine::clock::Clock;
use entity::{
    action::{Assignee, Evidence, FollowUp, NotifyGroup, PerformerGroup},
    ids::MemberId,
};

const WHOLE: &str = "\
process: Loan applications
description: |
  From the form
  to the loan.
stages:
  - stage: Application
    hint: Be quick
    actions:
      - action: Submit
      - action: Approve
        hint: Read it twice
        weight: 0
        mandatory: true
        performers: [a@x.example, B@x.example]
        evidence: NOTE
        notify: [MANAGERS, PARTICIPANTS, c@x.example]
        followUps:
          - title: Send the contract
            description: By mail
            assignee: OWNER
            dueInDays: 3
          - {title: File it, assignee: c@x.example, dueInDays: 0}
      - {action: Check, performers: MANAGERS, evidence: NOTE_WITH_FILE}
  - stage: Empty
";

fn resolve(text: &str, emails: &[&str]) -> Result<(Definition, Vec<MemberId>), Vec<Flaw>> {
    let clock = Clock::system();
    let ids: Vec<MemberId> = emails.iter().map(|_| clock.new_id()).collect();
    let known: HashMap<_, _> = emails.iter().copied().zip(ids.iter().copied()).collect();
    let find = |email: &str| {
        let found = known.get(email.to_lowercase().as_str()).copied();
        found.ok_or(Message::verbatim(format!("No {email}.")))
    };
    Ok((file::parse(text)?.resolve(&find, &|| clock.new_uuid())?, ids))
}

#[test]
fn a_file_becomes_a_definition_with_its_defaults() {
    let (definition, ids) = resolve(WHOLE, &["a@x.example", "b@x.example", "c@x.example"]).unwrap();
    assert_eq!(definition.name, "Loan applications");
    assert_eq!(definition.description, "From the form\nto the loan.");
    assert_eq!(definition.stages[1].actions, []);
    let [submit, approve, check] = &definition.stages[0].actions[..] else { panic!() };
    assert_eq!((submit.weight, submit.mandatory), (change::DEFAULT_WEIGHT, false));
    assert_eq!(submit.performers.group, PerformerGroup::Everyone);
    assert_eq!((approve.weight, approve.mandatory), (0, true));
    assert_eq!(approve.performers.members, ids[..2]);
    assert_eq!(approve.notify.groups, [NotifyGroup::Managers, NotifyGroup::Participants]);
    assert_eq!(approve.notify.members, ids[2..]);
    let task = |title: &str, description: &str, assignee, due_in_days| FollowUp {
        title: title.into(),
        description: description.into(),
        assignee,
        due_in_days,
    };
    let first = task("Send the contract", "By mail", Assignee::Owner, 3);
    assert_eq!(approve.follow_ups.0, [first, task("File it", "", Assignee::Member(ids[2]), 0)]);
    assert_eq!(check.evidence, Evidence::NoteWithFile);
    assert_eq!(check.performers.group, PerformerGroup::Managers);
    assert!(change::rebuild(&definition).is_ok());
}

#[test]
fn the_process_of_the_real_data_is_valid() {
    let (definition, _) = resolve(super::generated::PROCESS, &[]).unwrap();
    assert_eq!((definition.stages.len(), definition.actions().count()), (4, 14));
    assert_eq!(definition.actions().map(|action| action.weight).sum::<u16>(), 200);
}

#[test]
fn unknown_members_are_named_where_they_are_all_at_once() {
    let flaws = resolve(WHOLE, &["a@x.example"]).unwrap_err();
    let mut said: Vec<_> = flaws.iter().map(Flaw::to_string).collect();
    said.sort();
    assert_eq!(
        said,
        ["14:35: No B@x.example.", "16:42: No c@x.example.", "22:40: No c@x.example."]
    );
}

/// One stage with one action, to which these lines belong.
fn action(lines: &str) -> String {
    format!("process: P\nstages:\n- stage: S\n  actions:\n  - action: A\n{lines}\n")
}

#[test]
fn whatever_is_wrong_is_said_at_its_place() {
    let long = "x".repeat(10_001);
    let cases: Vec<(String, Vec<String>)> = vec![
        (String::new(), vec!["1:1: Here a process is needed: a map with process".into()]),
        ("- a".into(), vec!["1:1: Here a process is needed: a map with process, was, description, stages, removedStages.".into()]),
        ("process: P\nstages: 5".into(), vec!["2:9: stages is a list, not 5. Put each entry".into()]),
        ("process: P\nprocess: Q".into(), vec!["2:1: “process” is there already in line 1. Keep one of the two.".into()]),
        ("process: P\n\tstages: []".into(), vec!["2:1: This is not valid YAML: a line is indented with spaces, and here is a tab.".into()]),
        ("process: 2024".into(), vec!["1:10: A text is needed, and YAML reads 2024 as a number. Put it in quotes if it is meant as text.".into()]),
        ("process: '  '".into(), vec!["1:10: A name is needed: 1 to 200 characters that are not all spaces.".into()]),
        (format!("process: {long}"), vec!["1:10: A name has at most 200 characters; this one has 10001.".into()]),
        (format!("process: P\ndescription: {long}"), vec!["2:14: A text has at most 10,000 characters; this one has 10001.".into()]),
        (
            "process: P\nstages:\n- stage: ŁÓDŹ\n- stage: Łódź\n  actions: [{action: a}, {action: A}]".into(),
            vec!["4:10: “Łódź” is there already in line 3 (upper and lower case count as the same, and so does whatever looks the same). Choose another name.".into(),
                 "5:35: “A” is there already in line 5 (upper".into()],
        ),
        (action("    weight: -1"), vec!["6:13: A weight is a whole number from 0 to 1000, not -1.".into()]),
        (action("    weight: 1.5"), vec!["6:13: A weight is a whole number from 0 to 1000, not 1.5.".into()]),
        (action("    weight: 1001"), vec!["6:13: A weight is a whole number from 0 to 1000, not 1001.".into()]),
        (action("    weight: 99999999999999999999999"), vec!["6:13: A weight is a whole number from 0 to 1000, not 99999999999999999999999.".into()]),
        (action("    weight: heavy"), vec!["6:13: A weight is a whole number from 0 to 1000, not “heavy”.".into()]),
        (action("    mandatory: maybe"), vec!["6:16: mandatory is true or false, not “maybe”.".into()]),
        (action("    performers: []"), vec!["6:17: Name at least one member, or nobody could do the action.".into()]),
        (action("    performers: CHOSEN"), vec!["6:17: performers is EVERYONE, MANAGERS, ADMINISTRATORS, or a list of e-mail addresses ([a@x.example]), not “CHOSEN”.".into()]),
        (action("    performers: [ann]"), vec!["6:18: “ann” is not an e-mail address, such as name@example.org.".into()]),
        (action("    evidence: FILE"), vec!["6:15: evidence is NONE, NOTE or NOTE_WITH_FILE, not “FILE”.".into()]),
        (action("    notify: [BOSS]"), vec!["6:14: “BOSS” is nobody to notify: name ADMINISTRATORS, MANAGERS, PARTICIPANTS or an e-mail address.".into()]),
        (action("    followUps: [{title: T, assignee: ME, dueInDays: 4000}]"), vec![
            "6:38: “ME” is no assignee: write PERFORMER, OWNER or an e-mail address.".into(),
            "6:53: dueInDays is a whole number from 0 to 3650, not 4000.".into(),
        ]),
        (action("    followUps: [{}]"), vec!["6:17: “title:” is missing here.".into(), "6:17: “assignee:”".into(), "6:17: “dueInDays:”".into()]),
        (action("    wieght: 5\n    colour: red"), vec!["6:5: “wieght” is no key of an action. Did you mean “weight”?".into(), "7:5: “colour” is no key of an action. There are: action, was, hint,".into()]),
        (format!("process: P\nstages: [{}]", many(51, "stage")), vec!["2:".into()]),
        (format!("process: P\nstages: [{{stage: S, actions: [{}]}}]", many(101, "action")), vec!["2:".into()]),
    ];
    let mut surprises = Vec::new();
    for (text, expected) in cases {
        let said: Vec<_> = file::parse(&text).unwrap_err().iter().map(Flaw::to_string).collect();
        let as_expected = said.iter().zip(&expected).all(|(said, start)| said.starts_with(start));
        if said.len() != expected.len() || !as_expected {
            surprises.push(format!("{text:.80} → {said:?}"));
        }
    }
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
}

fn many(count: usize, kind: &str) -> String {
    let entries: Vec<_> = (0..count).map(|number| format!("{{{kind}: N{number}}}")).collect();
    entries.join(", ")
}

#[test]
fn too_many_nodes_are_named_where_they_begin_to_be_too_many() {
    let stages: String = (0..51).map(|number| format!("- stage: S{number}\n")).collect();
    let said = file::parse(&format!("process: P\nstages:\n{stages}")).unwrap_err();
    assert_eq!(
        said[0].to_string(),
        "53:10: There can be at most 50 stages in a process. Remove one first."
    );
}

#[test]
fn a_bomb_is_refused_before_it_explodes() {
    let mut bomb = String::from("process: P\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb += &format!("a{level}: &a{level} [{aliases}]\n");
    }
    let said = file::parse(&bomb).unwrap_err();
    assert_eq!(said.len(), 1);
    assert!(
        said[0].to_string().contains("Up to here this file has more in it than any process has"),
        "{}",
        said[0]
    );
}

#[test]
fn a_file_far_too_large_is_refused_at_once() {
    let said = file::parse(&" ".repeat(50 * 1024 * 1024)).unwrap_err();
    let expected = "1:1: This file is larger than 8 MiB, and no process is. Is it the right file?";
    assert_eq!(said[0].to_string(), expected);
}
