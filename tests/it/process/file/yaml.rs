//! The file as YAML: nothing that is written is dropped in silence, everything is told as it is written,
//! and in words for who wrote it.

use domain::process::file::{self, Flaw};

fn said(text: &str) -> Vec<String> {
    match file::parse(text) {
        Ok(file) => panic!("{text:?} is taken: {file:?}"),
        Err(flaws) => flaws.iter().map(Flaw::to_string).collect(),
    }
}

fn action(lines: &str) -> String {
    format!("process: P\nstages:\n- stage: S\n  actions:\n  - action: A\n{lines}\n")
}

#[test]
fn nothing_that_is_written_is_dropped_in_silence() {
    let cases: Vec<(String, &[&str])> = vec![
        // Keys that are there twice, at every level.
        ("process: P\nstages: []\nstages: [{stage: S}]".into(), &["3:1: “stages” is there already in line 2. Keep one of the two."]),
        (action("    weight: 5\n    weight: 5"), &["7:5: “weight” is there already in line 6. Keep one of the two."]),
        (action("    followUps: [{title: T, title: U, assignee: OWNER, dueInDays: 1}]"), &["6:28: “title” is there already in line 6."]),
        (action("    was: {stage: S, action: B, action: C}"), &["6:32: “action” is there already in line 6."]),
        ("process: P\nremovedStages: [{stage: O, stage: Q, moveDealsTo: S}]\nstages: [{stage: S}]".into(), &["2:28: “stage” is there already in line 2."]),
        // Keys that are not known, at every level.
        ("process: P\nowner: ann".into(), &["2:1: “owner” is no key of a process."]),
        (action("    followUps: [{title: T, assignee: OWNER, dueInDays: 1, when: now}]"), &["6:59: “when” is no key of a follow-up."]),
        (action("    was: {stage: S, action: B, when: now}"), &["6:32: “when” is no key of the old place of an action."]),
        ("process: P\nstages: [{stage: S}]\nremovedStages: [{stage: O, moveDealsTo: S, now: 1}]".into(), &["3:44: “now” is no key of a removed stage."]),
        // What merges, repeats, and is no key.
        ("process: P\nstages:\n- &a {stage: S}\n- <<: *a\n  stage: T".into(), &["4:3: “<<” takes nothing over here. Write the keys out that it stands for."]),
        ("process: P\nstages: [{stage: *s}]".into(), &["2:18: “*” repeats what “&” names, and nothing before this is named “s”. If it is a text, put it in quotes."]),
        ("process: P\nstages: &s [*s]".into(), &["2:13: This repeats what it is a part of, without end. Write it out."]),
        ("process: P\nstages: [&s {stage: S}, *s]".into(), &["2:25: “S” is there already in line 2 (upper and lower case count as the same, and so does whatever looks the same). Choose another name."]),
        ("process: P\n? [a, b]\n: c".into(), &["2:3: A key is one word, without a tag: no list, no map and no alias."]),
        ("process: P\n: c".into(), &["2:1: A key is missing before this colon."]),
        ("process: P\n!x y: c".into(), &["2:"]),
        // Values that say nothing.
        ("process: P\nstages:".into(), &["2:1: “stages:” has no value. Write one, or remove the line."]),
        ("process:".into(), &["1:1: “process:” has no value. Write one, or remove the line."]),
        (action("    weight:\n    hint: ~"), &["6:5: “weight:” has no value. Write one, or remove the line.", "7:5: “hint:” has no value: YAML reads ~ as nothing. Remove the line, or put the text in quotes."]),
        ("process: null".into(), &["1:1: “process:” has no value: YAML reads null as nothing."]),
        ("process: P\nstages:\n-\n- stage: S".into(), &["3:", ]),
        (action("    performers: [~]"), &["6:18: A text is needed, and YAML reads ~ as nothing. Put it in quotes if it is meant as text."]),
        // Tags that mean nothing here.
        ("process: !name P".into(), &["1:10: “!” begins a tag, and this one means nothing here. Remove it, or put the text in quotes."]),
        (action("    weight: !!int five"), &["6:13: “!” begins a tag"]),
        (action("    weight: !!binary aGVsbG8="), &["6:13: “!” begins a tag"]),
        ("process: P\nstages: !!set {}".into(), &["2:9: “!” begins a tag"]),
        // More than one document, and what stands before them.
        ("process: P\n---\nprocess: Q".into(), &["2:1: Here another document begins, and a file has one process. Keep one of them here, and put the others in files of their own."]),
        ("---\nprocess: P\n...\n---\n~\n".into(), &["4:1: Here another document begins"]),
        ("%YAML 1.1\n---\nprocess: P".into(), &["1:1: A process is read as YAML 1.2. Write %YAML 1.2, or remove this line."]),
        ("# ours\n%OWNER ann\n---\nprocess: P".into(), &["2:1: A line that begins with “%” says nothing here. Remove it."]),
    ];
    for (text, expected) in cases {
        let said = said(&text);
        let as_expected = said.iter().zip(expected).all(|(said, start)| said.starts_with(start));
        assert!(said.len() == expected.len() && as_expected, "{text}\n→ {said:#?}");
    }
}

#[test]
fn what_says_nothing_in_yaml_may_be_there() {
    let plain =
        file::parse("process: P\nstages: [{stage: S, actions: [{action: A, hint: '5'}]}]").unwrap();
    let same = [
        "process: P\nstages: [{stage: S, actions: [{action: A, hint: '5'}]}]\n---\n",
        "---\nprocess: P\nstages: [{stage: S, actions: [{action: A, hint: '5'}]}]\n...\n",
        "\u{feff}%YAML 1.2\n---\nprocess: P # ours\n# a comment\nstages: [{stage: S, actions: [{action: A, hint: '5'}]}]\n...\n---\n...\n",
        "process: P\r\nstages:\r\n  - stage: S\r\n    actions:\r\n      - action: A\r\n        hint: '5'\r\n",
        "process: !!str P\nstages: !!seq [!!map {stage: &s S, actions: [{action: A, hint: !!str 5}]}]",
        "{\"process\": \"P\", \"stages\": [{\"stage\": \"S\", \"actions\": [{\"action\": \"A\", \"hint\": \"5\"}]}]}",
    ];
    let names = |file: &file::ProcessFile| {
        let stage = &file.stages[0];
        let action = &stage.actions[0];
        [&file.name.value, &stage.name.value, &action.name.value, &action.hint].map(Clone::clone)
    };
    for text in same {
        let file = file::parse(text).unwrap_or_else(|flaws| panic!("{text}\n{flaws:?}"));
        assert_eq!(names(&file), names(&plain), "{text}");
    }
    let repeated = "process: P\nstages: [{stage: S, hint: &h Ask}, {stage: T, hint: *h}]";
    assert_eq!(file::parse(repeated).unwrap().stages[1].hint, "Ask");
}

#[test]
fn a_number_is_told_as_it_is_written() {
    let told = [
        ("010", "not 010. Write it in plain digits."),
        ("1e2", "not 1e2. Write it in plain digits."),
        ("0x10", "not 0x10. Write it in plain digits."),
        ("0o10", "not 0o10. Write it in plain digits."),
        ("+5", "not +5. Write it in plain digits."),
        ("1_000", "not “1_000”."),
        (".5", "not .5. Write it in plain digits."),
        ("5.0", "not 5.0."),
        ("1001", "not 1001."),
        ("-0", "not -0."),
        (".inf", "not .inf. Write it in plain digits."),
        ("1:30", "not “1:30”."),
        ("'5'", "not “5”."),
        ("true", "not true."),
        ("[5]", "not a list."),
    ];
    for (written, end) in told {
        let said = said(&action(&format!("    weight: {written}")));
        assert_eq!(said, [format!("6:13: A weight is a whole number from 0 to 1000, {end}")]);
    }
    for (written, told) in
        [("010", "010 as a number"), ("1e2", "1e2 as a number"), ("True", "True as true")]
    {
        let expected = format!(
            "1:10: A text is needed, and YAML reads {told}. Put it in quotes if it is meant as text."
        );
        assert_eq!(said(&format!("process: {written}")), [expected]);
    }
    for (written, told) in [("yes", "“yes”"), ("on", "“on”"), ("1", "1"), ("'true'", "“true”")]
    {
        let expected = format!("6:16: mandatory is true or false, not {told}.");
        assert_eq!(said(&action(&format!("    mandatory: {written}"))), [expected]);
    }
    for (written, weight) in [("0", 0), ("7", 7), ("1000", 1000)] {
        let file = file::parse(&action(&format!("    weight: {written}"))).unwrap();
        assert_eq!(file.stages[0].actions[0].weight, weight);
    }
    assert_eq!(file::parse("process: no").unwrap().name.value, "no");
}

/// Texts that are no YAML, one for each way that people break it.
const BROKEN: [&str; 52] = [
    "process: [P",
    "process: {a: b",
    "process: [P}",
    "process: P]",
    "process: }",
    "process: [a b: c, d",
    "process: [a\nb: c",
    "process: {a b\nc}",
    "process: 'P",
    "process: \"P",
    "process: 'P' more",
    "process: \"P\" more",
    "process: 'a'b'",
    "process: \"\\q\"",
    "process: \"\\x1\"",
    "process: \"\\ud800\"",
    "process: \"\\ud800\\u0041\"",
    "process: \"\\udc00\"",
    "process: \"\\U00110000\"",
    "process: a: b",
    "process: P\n stages: []",
    "process: P\n  - stage: S",
    "process: P\nstages\nmore: x",
    "process: P\nstages:\n- stage: S\n stage: T",
    "process: P\nstages:\n  - stage: S\n - stage: T",
    "stages:\n- stage: S\nprocess",
    "- a\nb",
    "- a\n b: c",
    "process: P\n\tstages: []",
    "process:\n\t- a",
    "process: @P",
    "process: `P`",
    "process: %P",
    "process: *",
    "process: &",
    "process: & P",
    "process: !",
    "process: !<P",
    "process: !e!x P",
    "process: !%zz P",
    "process: |0\n  P",
    "process: | P",
    "process: |\n    P\n  Q",
    "process: P#\n  - x: #",
    "process: \"P\"#c",
    "%YAML 1.2 x\n---\nprocess: P",
    "%YAML\n---\nprocess: P",
    "%YAML 2.0\n---\nprocess: P",
    "%\n---\nprocess: P",
    "process: P\n... x",
    "process: [-, a]",
    "key: [a]: b",
];

/// Words of those who write parsers, and of those who debug them.
const JARGON: [&str; 22] = [
    "scalar",
    "flow",
    "EOF",
    "eof",
    "token",
    "context",
    "while",
    "expected",
    "mapping",
    "sequence",
    "indicator",
    "surrogate",
    "codepoint",
    "anchor",
    "handle",
    "stream",
    "budget",
    "Some(",
    "Error",
    "line 1 column",
    "<",
    "internal",
];

#[test]
fn whatever_is_no_yaml_is_told_in_words_for_who_wrote_it() {
    for text in BROKEN {
        let Err(flaws) = file::parse(text) else { continue };
        for flaw in flaws {
            let words = JARGON.iter().find(|word| flaw.to_string().contains(*word));
            assert_eq!(words, None, "{text:?} → {flaw}");
            assert!(
                flaw.to_string().ends_with(['.', '?']) && flaw.at.line > 0,
                "{text:?} → {flaw}"
            );
        }
    }
    let deep = format!("process: {}", "[".repeat(200));
    assert_eq!(
        said(&deep),
        [
            "1:42: This is not valid YAML: there is more within one another here than any process has."
        ]
    );
}

#[test]
fn what_is_wrong_with_the_writing_and_with_what_it_says_is_told_in_one_round() {
    let text = "process: !x P\nstages:\n- stage: S\n  stage: T\n  actions: [{action: A, weight: 010, hint: *h, color: red}]";
    let said = said(text);
    let places: Vec<_> = said.iter().map(|line| line.split(": ").next().unwrap()).collect();
    assert_eq!(places, ["1:10", "4:3", "5:33", "5:44", "5:48"], "{said:#?}");
}

#[test]
fn characters_that_steer_a_terminal_are_written_out() {
    let said = said("process: P\n\"\\e[31mred\\u202e\": 1");
    assert_eq!(said[0].split(" is no key").next().unwrap(), "2:1: “<U+001B>[31mred<U+202E>”");
}
