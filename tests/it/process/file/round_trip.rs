//! Whatever the API accepts can be written to a file, and is the same when it is read again.

use std::collections::HashSet;

use domain::{
    language::Message,
    process::{
        definition::{ActionDefinition, Definition, Performers, StageDefinition},
        file::{self, Emails},
    },
    text,
};
use engine::clock::Clock;
use entity::{
    action::{Assignee, Evidence, FollowUp, FollowUps, Notify, NotifyGroup, PerformerGroup},
    ids::{ActionId, MemberId, StageId},
};
use proptest::{collection::vec, prelude::*, sample::select};
use uuid::Uuid;

/// What one version of YAML or another, an editor or a version control could take for something else.
const HOSTILE: [&str; 62] = [
    "yes",
    "No",
    "ON",
    "off",
    "y",
    "N",
    "null",
    "~",
    "NULL",
    "true",
    "False",
    "1e3",
    "12",
    "-1",
    ".5",
    "0x1F",
    "0o7",
    "1_000",
    "12:30",
    "2024-01-01",
    ".inf",
    "-.INF",
    ".nan",
    "=",
    "<<",
    "- a",
    "? a",
    ": a",
    "a: b",
    "a:",
    "a #b",
    "#a",
    "*a",
    "&a",
    "!a",
    "!!str a",
    "%YAML 1.2",
    "@a",
    "`a",
    "|",
    ">-",
    "[a]",
    "{a: b}",
    "a, b",
    "'a'",
    "\"a\"",
    "a\\b",
    "---",
    "...",
    " a",
    "a ",
    "\ta",
    "a\t#b",
    "Łódź",
    "日本語",
    "a\u{301}",
    "\u{200d}",
    "a\u{202e}b",
    "\u{feff}a",
    "\u{2028}",
    "\u{10ffff}",
    "e\u{a0}",
];
const PIECES: [&str; 16] = [
    "\n", "\n\n", "  ", "- ", "# ", ": ", "\t", "\r\n", "\r", "\u{85}", "\u{7}", "\u{1b}", "word",
    "...", "\u{2029}", "|+",
];

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => select(&HOSTILE[..]).prop_map(str::to_owned),
        3 => select(&PIECES[..]).prop_map(str::to_owned),
        1 => any::<String>(),
        2 => "[a-zA-Z ]{1,12}",
    ]
}

fn name() -> impl Strategy<Value = String> {
    vec(piece(), 1..4).prop_filter_map("a name", |pieces| text::name(&pieces.concat()).ok())
}

fn long() -> impl Strategy<Value = String> {
    vec(piece(), 0..8).prop_filter_map("a text", |pieces| text::long(&pieces.concat()).ok())
}

const MEMBERS: [(u128, &str); 4] =
    [(1, "z@x.example"), (2, "a,[b]@x.example"), (3, "@x#y: z"), (4, "'OWNER'@\"x\"")];

fn member(id: u128) -> MemberId {
    MemberId::from_uuid(Uuid::from_u128(id))
}

fn members() -> impl Strategy<Value = Vec<MemberId>> {
    proptest::sample::subsequence(&MEMBERS[..], 0..=4)
        .prop_map(|all| all.into_iter().map(|(id, _)| member(id)).collect())
}

const GROUPS: [PerformerGroup; 3] =
    [PerformerGroup::Everyone, PerformerGroup::Managers, PerformerGroup::Administrators];
const TOLD: [NotifyGroup; 3] =
    [NotifyGroup::Administrators, NotifyGroup::Managers, NotifyGroup::Participants];

fn performers() -> impl Strategy<Value = Performers> {
    (members(), select(&GROUPS[..])).prop_map(|(members, group)| match members.is_empty() {
        true => Performers { group, members },
        false => Performers { group: PerformerGroup::Chosen, members },
    })
}

fn follow_ups() -> impl Strategy<Value = FollowUps> {
    let assignee = prop_oneof![
        Just(Assignee::Owner),
        Just(Assignee::Performer),
        (1..5_u128).prop_map(|id| Assignee::Member(member(id))),
    ];
    let task = (name(), long(), assignee, 0..=3650_u16).prop_map(
        |(title, description, assignee, due_in_days)| FollowUp {
            title,
            description,
            assignee,
            due_in_days,
        },
    );
    vec(task, 0..3).prop_map(FollowUps)
}

fn action() -> impl Strategy<Value = ActionDefinition> {
    let notify = (proptest::sample::subsequence(&TOLD[..], 0..=3), members())
        .prop_map(|(groups, members)| Notify { groups, members });
    let weight = prop_oneof![Just(10_u16), 0..=1000_u16];
    let evidence = select(&[Evidence::None, Evidence::Note, Evidence::NoteWithFile][..]);
    let texts = (name(), long(), weight, any::<bool>());
    (texts, performers(), evidence, notify, follow_ups()).prop_map(
        |((name, hint, weight, mandatory), performers, evidence, notify, follow_ups)| {
            ActionDefinition {
                action_id: ActionId::from_uuid(Uuid::nil()),
                name,
                hint,
                weight,
                mandatory,
                performers,
                evidence,
                notify,
                follow_ups,
            }
        },
    )
}

fn definitions() -> impl Strategy<Value = Definition> {
    let stage = (name(), long(), vec(action(), 0..4)).prop_map(|(name, hint, mut actions)| {
        unique(&mut actions, |action| &action.name);
        StageDefinition { stage_id: StageId::from_uuid(Uuid::nil()), name, hint, actions }
    });
    (name(), long(), vec(stage, 0..4)).prop_map(|(name, description, mut stages)| {
        unique(&mut stages, |stage| &stage.name);
        Definition { name, description, stages }
    })
}

fn unique<T>(nodes: &mut Vec<T>, name: impl Fn(&T) -> &String) {
    let mut seen = HashSet::new();
    nodes.retain(|node| seen.insert(text::key(name(node))));
}

fn emails() -> Emails {
    MEMBERS.iter().map(|(id, email)| (member(*id), (*email).to_owned())).collect()
}

fn read(text: &str) -> Result<Definition, Vec<file::Flaw>> {
    let find = |email: &str| {
        let found = MEMBERS.iter().find(|(_, known)| *known == email);
        found.map(|(id, _)| member(*id)).ok_or(Message::verbatim(format!("No {email}.")))
    };
    let mut read = file::parse(text)?.resolve(&find, &|| Clock::system().new_uuid())?;
    for stage in &mut read.stages {
        stage.stage_id = StageId::from_uuid(Uuid::nil());
        for action in &mut stage.actions {
            action.action_id = ActionId::from_uuid(Uuid::nil());
        }
    }
    Ok(read)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_as_the_same(definition in definitions()) {
        let text = file::write(&definition, &emails());
        let read = read(&text).map_err(|flaws| TestCaseError::fail(format!("{flaws:?}\n{text}")))?;
        prop_assert_eq!(&read, &definition, "{}", text);
        prop_assert_eq!(file::write(&read, &emails()), text, "and written the same again");
    }
}

#[test]
fn each_hostile_text_survives_alone_wherever_it_stands() {
    let texts = HOSTILE.iter().chain(&PIECES);
    for hint in
        texts.flat_map(|text| [(*text).to_owned(), format!("a\n{text}"), format!("{text}\n")])
    {
        let name = text::name(&hint).unwrap_or_else(|_| "A".to_owned());
        let stage = StageDefinition {
            stage_id: StageId::from_uuid(Uuid::nil()),
            name: name.clone(),
            hint: hint.clone(),
            actions: Vec::new(),
        };
        let second = StageDefinition { name: "Second".into(), ..stage.clone() };
        let stages = vec![stage, second];
        let definition = Definition { name, description: hint.clone(), stages };
        let text = file::write(&definition, &emails());
        assert_eq!(read(&text).as_ref(), Ok(&definition), "{hint:?}\n{text}");
    }
}

/// As people would write it: this is what a version control shows.
#[test]
fn a_file_is_made_for_people() {
    let mut definition = read(
        "process: Sales\nstages: [{stage: Contact, actions: [{action: Call}, {action: 'no', weight: 0}]}, {stage: Offer}]",
    )
    .unwrap();
    definition.description = "Two lines,\nand a list:\n\n- one\n- two".into();
    let call = &mut definition.stages[0].actions[0];
    call.hint = "Be quick: it’s urgent".into();
    call.performers =
        Performers { group: PerformerGroup::Chosen, members: vec![member(1), member(2)] };
    call.notify = Notify { groups: vec![NotifyGroup::Managers], members: vec![member(1)] };
    let task = FollowUp {
        title: "Send the contract".into(),
        description: "Registered.\n".into(),
        assignee: Assignee::Member(member(1)),
        due_in_days: 3,
    };
    call.follow_ups = FollowUps(vec![task]);
    let expected = r#"process: Sales
description: |
  Two lines,
  and a list:

  - one
  - two
stages:
  - stage: Contact
    actions:
      - action: Call
        hint: "Be quick: it’s urgent"
        performers: ["a,[b]@x.example", z@x.example]
        notify: [MANAGERS, z@x.example]
        followUps:
          - title: Send the contract
            description: |+
              Registered.

            assignee: z@x.example
            dueInDays: 3
      - action: "no"
        weight: 0

  - stage: Offer
"#;
    assert_eq!(file::write(&definition, &emails()), expected);
}

#[test]
fn the_examples_and_the_templates_survive_a_round_trip() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let files =
        ["examples", "templates"].map(|folder| std::fs::read_dir(root.join(folder)).unwrap());
    let mut count = 0;
    for entry in files.into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            let definition = read(&std::fs::read_to_string(&path).unwrap()).unwrap();
            assert_eq!(read(&file::write(&definition, &emails())).unwrap(), definition);
            count += 1;
        }
    }
    assert!(count >= 5, "{count}");
}

/// As an editor on Windows saves it.
#[test]
fn line_ends_and_byte_order_marks_make_no_difference() {
    let text = "process: P\ndescription: |\n  a\n  b\nstages: [{stage: S}]\n";
    let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    assert_eq!(read(&windows).unwrap(), read(text).unwrap());
}
