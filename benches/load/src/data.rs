//! The data that everything is measured with: drawn from a seed, so that it is the same in every run, and written as
//! the files that `waypost import` reads.

use std::{fmt::Write as _, fs, io, path::Path, sync::atomic::AtomicUsize};

use fastrand::Rng;

/// Stages of a process, and actions of a stage.
pub const STAGES: usize = 6;
/// Actions of a stage.
pub const ACTIONS: usize = 8;
/// Administrators and managers, in turn: who signs in.
pub const MEMBERS: usize = 40;

const WORDS: &[&str] = &[
    "call",
    "send",
    "review",
    "offer",
    "demo",
    "budget",
    "decision",
    "contract",
    "legal",
    "price",
    "need",
    "owner",
    "contact",
    "follow",
    "meeting",
    "proposal",
    "pilot",
    "signature",
    "invoice",
];

/// How much of it there is.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// How many processes.
    pub processes: usize,
    /// How many open deals, spread over the processes in turn.
    pub deals: usize,
    /// One deal in so many has nothing done for it; none when it is 0.
    pub idle: usize,
}

/// What was drawn: which actions of each deal are done. Everything is counted from 0.
pub struct Data {
    /// How much there is.
    pub size: Size,
    /// Of each deal the numbers of the actions of its process that are done.
    pub done: Vec<Vec<usize>>,
    /// How many of the open actions have been asked for since: each can be done once, whichever server is asked.
    pub asked: AtomicUsize,
}

impl Data {
    /// Draws it, and writes a process and three tables for each.
    pub fn write(size: Size, folder: &Path) -> io::Result<Self> {
        let mut rng = Rng::with_seed(20_260_901);
        fs::write(folder.join("members.csv"), members())?;
        let done: Vec<_> = (0..size.deals).map(|deal| draw_done(&mut rng, size, deal)).collect();
        for process in 0..size.processes {
            fs::write(folder.join(format!("p{process}.yaml")), definition(&mut rng, process))?;
            let deals = (process..size.deals).step_by(size.processes);
            let (deals, completions) = tables(&mut rng, deals, &done);
            fs::write(folder.join(format!("d{process}.csv")), deals)?;
            fs::write(folder.join(format!("c{process}.csv")), completions)?;
        }
        Ok(Self { size, done, asked: AtomicUsize::new(0) })
    }

    /// Every deal with an action of its process that is not done for it, in an order by chance.
    pub fn open_actions(&self) -> Vec<(usize, usize)> {
        let all = |deal: usize| {
            (0..STAGES * ACTIONS)
                .filter(move |action| !self.done[deal].contains(action))
                .map(move |action| (deal, action))
        };
        let mut found: Vec<_> = (0..self.size.deals).flat_map(all).collect();
        Rng::with_seed(7).shuffle(&mut found);
        found
    }
}

/// The stage at which a deal is: all stages have as many.
fn stage(size: Size, deal: usize) -> usize {
    deal / size.processes % STAGES
}

/// Eight to twelve actions of the stages up to this one, one of this one at least.
fn draw_done(rng: &mut Rng, size: Size, deal: usize) -> Vec<usize> {
    if size.idle > 0 && deal % size.idle == size.idle - 1 {
        return Vec::new();
    }
    let stage = stage(size, deal);
    let all = ACTIONS * (stage + 1);
    let count = rng.usize(8..=12).min(all);
    let mut done = rng.choose_multiple(0..all, count);
    if !done.iter().any(|action| *action >= ACTIONS * stage) {
        done[0] = ACTIONS * stage + rng.usize(0..ACTIONS);
    }
    done.sort_unstable();
    done
}

fn words(rng: &mut Rng, count: usize) -> String {
    let drawn: Vec<_> = (0..count).map(|_| WORDS[rng.usize(0..WORDS.len())]).collect();
    drawn.join(" ")
}

/// The address of a member.
pub fn member(number: usize) -> String {
    format!("user{number}@example.org")
}

/// The name of an action: as long as real ones are.
fn action(number: usize) -> String {
    let [first, second, third] = [7, 5, 3].map(|step| WORDS[(number * step) % WORDS.len()]);
    format!("{first} {second} {third} {number}")
}

fn members() -> String {
    let mut csv = "email,name,role\n".to_owned();
    for number in 0..MEMBERS {
        let role = if number.is_multiple_of(2) { "ADMINISTRATOR" } else { "MANAGER" };
        let _ = writeln!(csv, "{},user{number},{role}", member(number));
    }
    csv
}

fn definition(rng: &mut Rng, process: usize) -> String {
    let mut yaml =
        format!("process: Process {process}\ndescription: {}\nstages:\n", words(rng, 14));
    for stage in 0..STAGES {
        let _ =
            write!(yaml, "  - stage: Stage {stage}\n    hint: {}\n    actions:\n", words(rng, 10));
        for number in (0..ACTIONS).map(|at| stage * ACTIONS + at) {
            let (hint, weight) = (words(rng, 12), rng.u32(1..=10));
            let name = action(number);
            let _ = write!(
                yaml,
                "      - action: {name}\n        hint: {hint}\n        weight: {weight}\n"
            );
            if rng.u32(0..10) < 4 {
                yaml.push_str("        mandatory: true\n");
            }
        }
    }
    yaml
}

/// The deals of a process, and what was done for them.
fn tables(
    rng: &mut Rng,
    deals: impl Iterator<Item = usize>,
    done: &[Vec<usize>],
) -> (String, String) {
    let mut rows = "deal,title,opened_at,value,currency,owner,status,closed_at\n".to_owned();
    let mut facts = "deal,stage,action,done_at,done_by,note\n".to_owned();
    for deal in deals {
        let (value, owner) = (rng.u32(1000..900_000), member(rng.usize(0..MEMBERS)));
        let title = words(rng, 3);
        let _ = writeln!(
            rows,
            "{deal},Deal {deal} {title},2025-12-01T00:00:00Z,{value},EUR,{owner},OPEN,"
        );
        for (minute, number) in done[deal].iter().enumerate() {
            let (name, stage, who) = (action(*number), number / ACTIONS, rng.usize(0..MEMBERS));
            let note = words(rng, 5);
            let _ = writeln!(
                facts,
                "{deal},Stage {stage},{name},2026-01-02T00:{minute:02}:00Z,{},{note}",
                member(who)
            );
        }
    }
    (rows, facts)
}
