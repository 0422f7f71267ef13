//! The shape of the real data (`examples/bpic2012.yaml`), made up: the same columns, stages and
//! actions, and deals that end as the real ones do.

use std::fmt::Write;

use serde::Deserialize;

use super::support::Texts;

/// The process for the real data, which the generated data go through too.
pub const PROCESS: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/bpic2012.yaml"));

/// The process file as far as progress needs it, read without the code under test.
#[derive(Deserialize)]
pub struct Outline {
    pub stages: Vec<StageOutline>,
}

#[derive(Deserialize)]
pub struct StageOutline {
    pub stage: String,
    pub actions: Vec<ActionOutline>,
}

#[derive(Deserialize)]
pub struct ActionOutline {
    pub action: String,
    pub weight: i32,
    #[serde(default)]
    pub mandatory: bool,
}

pub fn outline() -> Outline {
    serde_saphyr::from_str(PROCESS).unwrap()
}

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// Files with this many deals.
pub fn texts(deals: u64) -> Texts {
    let mut dice = Dice(42);
    let mut texts = Texts {
        process: PROCESS.into(),
        members: "email,name,role\n".into(),
        deals: "deal,title,opened_at,value,currency,owner,status,closed_at\n".into(),
        completions: String::new(),
    };
    for number in 0..20 {
        let role = ["SALESPERSON", "SALESPERSON", "MANAGER"][number % 3];
        writeln!(texts.members, "{},Employee {number},{role}", email(number as u64)).unwrap();
    }
    let outline = outline();
    let mut rows = Vec::new();
    for deal in 0..deals {
        one_deal(&mut dice, &outline, 170_000 + deal * 3, &mut texts.deals, &mut rows);
    }
    // The order of a file is not the order of time.
    for index in (1..rows.len()).rev() {
        rows.swap(index, dice.below(index as u64 + 1) as usize);
    }
    texts.completions = format!("deal,stage,action,done_at,done_by\n{}", rows.concat());
    texts
}

fn email(number: u64) -> String {
    format!("employee-{}@bank.example", 100 + number * 7)
}

fn one_deal(
    dice: &mut Dice,
    outline: &Outline,
    deal: u64,
    deals: &mut String,
    rows: &mut Vec<String>,
) {
    let status = ["WON", "LOST", "LOST", "LOST", "OUTDATED", "OPEN"][dice.below(6) as usize];
    let mut minutes = dice.below(200_000);
    let opened_at = time(minutes);
    let reach = if status == "WON" { 14 } else { 1 + dice.below(14) };
    let actions = outline.stages.iter().flat_map(|s| s.actions.iter().map(|a| (&s.stage, a)));
    for (stage, action) in actions.take(reach as usize) {
        let needed = action.mandatory && status == "WON";
        if !needed && dice.below(3) == 0 {
            continue;
        }
        minutes += dice.below(900);
        let (at, by) = (time(minutes), email(dice.below(20)));
        rows.push(format!("{deal},{stage},{},{at},{by}\n", action.action));
    }
    minutes += dice.below(2000);
    let closed_at = if status == "OPEN" { String::new() } else { time(minutes) };
    let (owner, value) = (email(dice.below(20)), 1000 + dice.below(50_000));
    writeln!(
        deals,
        "{deal},Loan application {deal},{opened_at},{value},EUR,{owner},{status},{closed_at}"
    )
    .unwrap();
}

/// A time in the winter of 2011, with milliseconds and an offset, as the real ones.
fn time(minutes: u64) -> String {
    let start = chrono::DateTime::parse_from_rfc3339("2011-10-01T00:38:44.546+02:00").unwrap();
    (start + chrono::Duration::minutes(minutes as i64)).to_rfc3339()
}
