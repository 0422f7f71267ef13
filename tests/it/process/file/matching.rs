//! Which stage or action of a process each entry of a file is: what a file says, applied to the process
//! that is there.

use std::collections::BTreeMap;

use domain::{
    language::Message,
    process::{
        change::{self, Change},
        definition::Definition,
        file,
    },
    text,
};
use engine::clock::Clock;
use proptest::{collection::vec, prelude::*, sample::select};

const NOW: &str = "\
process: Sales
stages:
  - stage: Contact
    actions: [{action: Call, weight: 30}, {action: Write}]
  - stage: Offer
    actions: [{action: Call back}, {action: Send}]
  - stage: Contract
    actions: [{action: Sign}, {action: Send}]
";

fn create(text: &str) -> Definition {
    file::parse(text)
        .unwrap()
        .resolve(&|_| Err(Message::verbatim("none")), &|| Clock::system().new_uuid())
        .unwrap()
}

fn onto(text: &str, current: &Definition) -> Result<file::Wanted, Vec<String>> {
    let said = |flaws: Vec<file::Flaw>| flaws.iter().map(ToString::to_string).collect::<Vec<_>>();
    let file = file::parse(text).map_err(said)?;
    file.resolve_onto(current, &|_| Err(Message::verbatim("none")), &|| Clock::system().new_uuid())
        .map_err(said)
}

/// The names of stages and actions, by what each was called in another tree; `+` when it is new there.
fn told(before: &Definition, after: &Definition) -> Vec<String> {
    let stages: BTreeMap<_, _> =
        before.stages.iter().map(|one| (one.stage_id, &one.name)).collect();
    let actions: BTreeMap<_, _> = before
        .stages
        .iter()
        .flat_map(|stage| {
            stage
                .actions
                .iter()
                .map(move |one| (one.action_id, format!("{}/{}", stage.name, one.name)))
        })
        .collect();
    let mut told = Vec::new();
    for stage in &after.stages {
        let was = stages.get(&stage.stage_id).map_or("+", |name| name.as_str());
        told.push(format!("{} < {was}", stage.name));
        for action in &stage.actions {
            let was = actions.get(&action.action_id).map_or("+", String::as_str);
            told.push(format!("  {} < {was}", action.name));
        }
    }
    told
}

/// Applies a file, and again: the second time must change nothing, whatever the first did.
fn applied(text: &str) -> Vec<String> {
    let before = create(NOW);
    let wanted = onto(text, &before).unwrap().definition;
    let change = Change::Replace(wanted);
    let after = change::apply(&before, &change).unwrap();
    assert_eq!(onto(text, &after).unwrap().definition, after, "applying it twice: {text}");
    told(&before, &after)
}

fn refused(text: &str) -> Vec<String> {
    onto(text, &create(NOW)).unwrap_err()
}

#[test]
fn the_same_file_changes_nothing() {
    let now = create(NOW);
    assert_eq!(onto(NOW, &now).unwrap().definition, now);
    let louder = NOW.replace("Contact", "CONTACT").replace("Call back", "call BACK");
    let ids = |tree: &Definition| told(&now, tree).iter().filter(|one| one.contains('+')).count();
    assert_eq!(ids(&onto(&louder, &now).unwrap().definition), 0);
}

#[test]
fn what_has_another_name_is_new_and_what_is_not_named_goes() {
    let file = "process: Sales\nstages: [{stage: Contact, actions: [{action: Ring}]}]";
    assert_eq!(applied(file), ["Contact < Contact", "  Ring < +"]);
}

#[test]
fn was_keeps_what_is_renamed() {
    let file = "\
process: Deals
was: Sales
stages:
  - stage: First contact
    was: Contact
    actions: [{action: Phone, was: Call}, {action: Write}]
  - stage: Offer
    actions: [{action: Send}]
";
    let expected = [
        "First contact < Contact",
        "  Phone < Contact/Call",
        "  Write < Contact/Write",
        "Offer < Offer",
        "  Send < Offer/Send",
    ];
    assert_eq!(applied(file), expected);
}

#[test]
fn a_name_that_is_elsewhere_and_only_there_is_a_move() {
    let file = "\
process: Sales
stages:
  - stage: Contact
    actions: [{action: Sign}, {action: Call}]
  - stage: New
    actions: [{action: Write}, {action: Reply, was: Call back}]
";
    let expected = [
        "Contact < Contact",
        "  Sign < Contract/Sign",
        "  Call < Contact/Call",
        "New < +",
        "  Write < Contact/Write",
        "  Reply < Offer/Call back",
    ];
    assert_eq!(applied(file), expected);
}

#[test]
fn a_stage_renamed_without_was_is_a_new_one_into_which_its_actions_move() {
    let expected = ["Start < +", "  Call < Contact/Call", "  Write < Contact/Write"];
    let file =
        "process: Sales\nstages: [{stage: Start, actions: [{action: Call}, {action: Write}]}]";
    assert_eq!(applied(file), expected);
}

#[test]
fn an_action_of_which_there_are_several_is_moved_only_when_the_file_says_which() {
    let unclear = "process: Sales\nstages:\n- stage: New\n  actions:\n  - action: Send";
    assert_eq!(
        refused(unclear),
        [
            "5:13: It is not clear whether this is the action “Send” that was in “Offer”, “Contract”. Say so where it is: was: {stage: Offer, action: Send}. Where it is a new one, add it after the others have moved."
        ]
    );
    let clear = format!("{unclear}\n    was: {{stage: contract, action: Send}}");
    assert_eq!(applied(&clear), ["New < +", "  Send < Contract/Send"]);
    let two = "process: Sales\nstages:\n- stage: A\n  actions: [{action: Sign}]\n- stage: B\n  actions: [{action: Sign}]";
    let said = refused(two);
    assert!(
        said[0].starts_with("4:22: It is not clear") && said[1].starts_with("6:22: "),
        "{said:?}"
    );
}

#[test]
fn what_was_named_by_its_old_place_stays_when_the_file_keeps_that_too() {
    let file = "\
process: Sales
stages:
- stage: Contact
  actions: [{action: Call}, {action: Write}]
- stage: Contract
  actions:
  - action: Call
    was: {stage: Contact, action: Call}
";
    assert_eq!(
        refused(file),
        [
            "8:35: “Call” is the name of another action too, in line 4. Remove this “was”, or rename in two steps: apply a file with one of the two names first."
        ]
    );
}

#[test]
fn what_could_be_meant_in_two_ways_is_refused_at_its_place() {
    let cases: [(&str, &[&str]); 9] = [
        (
            "process: Sales\nstages:\n- stage: Offer\n  was: Contact",
            &[
                "4:8: The process has both “Contact” and “Offer” now, so the one cannot become the other.",
            ],
        ),
        (
            "process: Sales\nstages:\n- stage: Start\n  was: Begin",
            &[
                "4:8: The process has neither “Begin” nor “Start” now. Correct the name, or remove “was” to add a new stage.",
            ],
        ),
        (
            "process: Sales\nstages:\n- {stage: A, was: Contact}\n- {stage: Contact, was: Offer}",
            &["3:19: “Contact” is the name of another stage too, in line 4."],
        ),
        (
            "process: Sales\nstages:\n- {stage: A, was: Contact}\n- {stage: B, was: CONTACT}",
            &["4:19: “CONTACT” was renamed in line 3 already. Keep one of the two."],
        ),
        (
            "process: Sales\nstages:\n- stage: Contact\n  actions: [{action: Write, was: Call}]",
            &["4:34: The process has both “Call” and “Write” now"],
        ),
        (
            "process: Sales\nstages:\n- stage: Contact\n  actions: [{action: Write, was: Sign}]",
            &["4:34: The process has both “Sign” and “Write” now"],
        ),
        (
            "process: Sales\nstages:\n- stage: Contact\n  actions: [{action: Ring, was: Cal}]",
            &["4:33: The process has neither “Cal” nor “Ring” now."],
        ),
        (
            "process: Sales\nstages:\n- stage: New\n  actions: [{action: Post, was: Send}]",
            &[
                "4:33: It is not clear whether this is the action “Send” that was in “Offer”, “Contract”.",
            ],
        ),
        (
            "process: Sales\nstages:\n- stage: Contact\n  actions: [{action: A, was: {stage: Nowhere, action: Call}}, {action: B, was: {action: Call}}]",
            &["4:80: “stage:” is missing here"],
        ),
    ];
    for (text, expected) in cases {
        let said = refused(text);
        assert_eq!(said.len(), expected.len(), "{said:?}");
        for (said, expected) in said.iter().zip(expected) {
            assert!(said.starts_with(expected), "{said}\n{expected}");
        }
    }
}

#[test]
fn removed_stages_say_where_their_deals_go_until_they_are_gone() {
    let file = "process: Sales\nstages: [{stage: New}, {stage: Offer}]\nremovedStages:\n- {stage: contact, moveDealsTo: NEW}\n- {stage: Gone long ago, moveDealsTo: Offer}";
    let now = create(NOW);
    let wanted = onto(file, &now).unwrap();
    let [replaced] = &wanted.replaced[..] else { panic!("{:?}", wanted.replaced) };
    assert_eq!(replaced.stage_id, now.stages[0].stage_id);
    assert_eq!(replaced.move_deals_to, wanted.definition.stages[0].stage_id);
    assert_eq!(onto(file, &wanted.definition).unwrap().replaced, []);
    let wrong = "process: Sales\nstages:\n- {stage: Start, was: Contact}\n- {stage: Offer}\nremovedStages:\n- {stage: Contact, moveDealsTo: Start}";
    assert_eq!(
        refused(wrong),
        ["6:11: “Contact” is not removed: line 3 renames it to “Start”. Remove this entry."]
    );
    let wrong = "process: Sales\nstages:\n- {stage: Offer}\nremovedStages:\n- {stage: Offer, moveDealsTo: Nowhere}\n- {stage: Offer}";
    assert_eq!(
        refused(wrong),
        [
            "5:11: “Offer” is a stage of this file, in line 3, so it is not removed. Remove it there or here.",
            "5:31: This file has no stage “Nowhere”. Name one that takes the place of the removed stage.",
            "6:3: “moveDealsTo:” is missing here.",
        ]
    );
}

const STAGES: [&str; 4] = ["S", "T", "U", "V"];
const ACTIONS: [&str; 4] = ["a", "b", "c", "d"];

/// Any file with few names, so that they meet: most make sense only now and then.
fn files(with_was: bool) -> impl Strategy<Value = String> {
    let place = prop::option::weighted(0.3, select(&STAGES[..]));
    let action = (select(&ACTIONS[..]), prop::option::weighted(0.3, select(&ACTIONS[..])), place);
    let action = action.prop_map(move |(name, was, stage)| {
        let was = was.filter(|_| with_was);
        let was = match (was, stage) {
            (None, _) => String::new(),
            (Some(was), None) => format!(", was: {was}"),
            (Some(was), Some(stage)) => format!(", was: {{stage: {stage}, action: {was}}}"),
        };
        format!("{{action: {name}{was}}}")
    });
    let was = prop::option::weighted(0.3, select(&STAGES[..]));
    let stage =
        (select(&STAGES[..]), was, vec(action, 0..4)).prop_map(move |(name, was, actions)| {
            let was =
                was.filter(|_| with_was).map(|was| format!(", was: {was}")).unwrap_or_default();
            format!("{{stage: {name}{was}, actions: [{}]}}", actions.join(", "))
        });
    let removed = (select(&STAGES[..]), select(&STAGES[..]))
        .prop_map(|(gone, to)| format!("{{stage: {gone}, moveDealsTo: {to}}}"));
    let removed = vec(removed, 0..if with_was { 2 } else { 1 });
    (vec(stage, 0..4), removed).prop_map(|(stages, removed)| {
        let (stages, removed) = (stages.join(", "), removed.join(", "));
        format!("process: P\nstages: [{stages}]\nremovedStages: [{removed}]\n")
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, max_global_rejects: 1_000_000, ..ProptestConfig::default() })]

    /// Whatever a file says: if it can be applied, it can be applied again, and then changes nothing.
    #[test]
    fn applying_any_file_twice_is_applying_it_once(before in files(false), text in files(true)) {
        prop_assume!(file::parse(&before).is_ok() && file::parse(&text).is_ok());
        let before = create(&before);
        let wanted = onto(&text, &before);
        prop_assume!(wanted.is_ok());
        let wanted = wanted.unwrap().definition;
        let after = change::apply(&before, &Change::Replace(wanted.clone()));
        prop_assert_eq!(after.as_ref(), Ok(&wanted), "each id is there once");
        let again = onto(&text, &wanted).map(|again| (again.definition, again.replaced));
        prop_assert_eq!(again, Ok((wanted, Vec::new())));
    }
}

#[test]
fn names_compare_whatever_their_case_and_composition() {
    let before = create("process: P\nstages: [{stage: Łódź, actions: [{action: Café}]}]");
    let file = "process: P\nstages: [{stage: ŁÓDŹ, actions: [{action: \"CAFE\\u0301\"}]}]";
    assert_eq!(
        told(&before, &onto(file, &before).unwrap().definition),
        ["ŁÓDŹ < Łódź", "  CAFÉ < Łódź/Café"]
    );
    assert_eq!(text::key("CAFÉ"), text::key("café"));
}
