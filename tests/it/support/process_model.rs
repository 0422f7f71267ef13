//! Processes of any shape, and a second, naive reading of rules 9 and 10.

use domain::process::{
    definition::{ActionDefinition, Definition, Performers, StageDefinition},
    version::Version,
};
use entity::{
    action::Evidence,
    ids::{ActionId, ProcessId, StageId},
};
use proptest::{collection::vec, prelude::*};
use uuid::Uuid;

/// The weights of the actions of each stage.
pub type Shape = Vec<Vec<u16>>;

/// Something that happens to a deal. Numbers are taken modulo what there is.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    Do(usize),
    Undo(usize),
    Move(Option<usize>),
}

/// A history: what happened, with places that the shape has.
#[derive(Clone, Debug, Default)]
pub struct History {
    pub shape: Shape,
    pub steps: Vec<Step>,
}

pub fn shapes() -> impl Strategy<Value = Shape> {
    let weight = prop_oneof![2 => Just(0_u16), 3 => 0..=1000_u16, 1 => Just(1)];
    vec(vec(weight, 0..4), 1..6)
}

pub fn steps(length: usize) -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        5 => any::<prop::sample::Index>().prop_map(|at| Step::Do(at.index(1000))),
        2 => any::<prop::sample::Index>().prop_map(|at| Step::Undo(at.index(1000))),
        2 => proptest::option::weighted(0.8, 0..1000_usize).prop_map(Step::Move),
    ];
    vec(step, 1..length)
}

impl History {
    pub fn of(shape: &Shape) -> Self {
        Self { shape: shape.clone(), steps: Vec::new() }
    }

    /// The step with its number brought into range; none when there is nothing of that kind.
    pub fn fit(&self, step: Step) -> Option<Step> {
        let actions: usize = self.shape.iter().map(Vec::len).sum();
        let within = |at: usize| (actions > 0).then(|| at % actions);
        Some(match step {
            Step::Do(at) => Step::Do(within(at)?),
            Step::Undo(at) => Step::Undo(within(at)?),
            Step::Move(to) => Step::Move(to.map(|to| to % self.shape.len())),
        })
    }

    /// Whether an action is done: the last word about it was not an undo.
    pub fn is_done(&self, action: usize) -> bool {
        self.done_at(action).is_some()
    }

    /// When it was done, as the number of the step.
    fn done_at(&self, action: usize) -> Option<usize> {
        let mut done = None;
        for (at, step) in self.steps.iter().enumerate() {
            match step {
                Step::Do(one) if *one == action && done.is_none() => done = Some(at),
                Step::Undo(one) if *one == action => done = None,
                _ => {}
            }
        }
        done
    }

    fn stage_of(&self, action: usize) -> usize {
        let mut left = action;
        for (stage, actions) in self.shape.iter().enumerate() {
            if left < actions.len() {
                return stage;
            }
            left -= actions.len();
        }
        panic!("there is no action {action}")
    }

    fn count(&self) -> usize {
        self.shape.iter().map(Vec::len).sum()
    }

    /// Rule 10, read slowly: of all stages, the last one that has a reason.
    pub fn stage(&self) -> Option<usize> {
        let mut moved_at = None;
        let mut moved_to = None;
        for (at, step) in self.steps.iter().enumerate() {
            if let Step::Move(to) = step {
                (moved_at, moved_to) = (Some(at), *to);
            }
        }
        let mut reached = None;
        for stage in 0..self.shape.len() {
            let by_hand = moved_to == Some(stage);
            let by_work = (0..self.count()).any(|action| {
                let newer =
                    self.done_at(action).is_some_and(|at| moved_at.is_none_or(|moved| at > moved));
                newer && self.stage_of(action) == stage
            });
            if by_hand || by_work {
                reached = Some(stage);
            }
        }
        reached
    }

    /// Rule 9, read slowly: the greatest whole per cent that is not more than what is done.
    pub fn percent(&self) -> i32 {
        let weights: Vec<u64> =
            self.shape.iter().flatten().map(|weight| u64::from(*weight)).collect();
        let counts = weights.iter().all(|weight| *weight == 0);
        let worth = |action: usize| if counts { 1 } else { weights[action] };
        let total: u64 = (0..self.count()).map(worth).sum();
        let done: u64 = (0..self.count()).filter(|action| self.is_done(*action)).map(worth).sum();
        let fits = |percent: &u64| total > 0 && percent * total <= done * 100;
        (0..=100).filter(fits).max().unwrap_or(0) as i32
    }
}

/// A process version of this shape, with ids by number.
pub fn version(shape: &Shape) -> Version {
    let mut next = 0;
    let stages = shape.iter().enumerate().map(|(index, weights)| StageDefinition {
        stage_id: stage_id(index),
        name: format!("stage {index}"),
        hint: String::new(),
        actions: weights.iter().map(|weight| action(&mut next, *weight)).collect(),
    });
    let definition =
        Definition { name: "any".into(), description: String::new(), stages: stages.collect() };
    Version::new(ProcessId::from_uuid(Uuid::from_u128(1)), 1, definition)
}

fn action(next: &mut usize, weight: u16) -> ActionDefinition {
    let id = action_id(*next);
    *next += 1;
    ActionDefinition {
        action_id: id,
        name: format!("action {id}"),
        hint: String::new(),
        weight,
        mandatory: false,
        performers: Performers::default(),
        evidence: Evidence::None,
        notify: Default::default(),
        follow_ups: Default::default(),
    }
}

pub fn stage_id(index: usize) -> StageId {
    StageId::from_uuid(Uuid::from_u128(1000 + index as u128))
}

pub fn action_id(index: usize) -> ActionId {
    ActionId::from_uuid(Uuid::from_u128(2000 + index as u128))
}
