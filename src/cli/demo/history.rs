//! The last weeks of the invented team: every step of every deal at its time, in order of time.

use chrono::TimeDelta;
use domain::deal::money::Money;
use engine::{
    app::App,
    deal::CreateDeal,
    error::{Error, Result},
};
use entity::{Timestamp, deal::Status, ids::DealId};
use rust_decimal::Decimal;

use super::{
    act::{self, Next},
    plans::{Course, Kind, Plan},
    processes::Processes,
    team::Team,
};

/// As many mandatory actions as a process of the demo has at most: doing one more does nothing.
const MANDATORY: usize = 6;

/// Something that happens to a deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Begin,
    Do(Next),
    Undo,
    Move(Option<usize>),
    Close(Status, &'static str),
    Reopen,
}

/// A step, when, and for which of the plans.
struct Entry {
    at: Timestamp,
    plan: usize,
    step: Step,
}

/// Lets everything happen until now; answers with the ids of the deals, in the order of the plans.
/// The application's clock must be one that can be set.
pub(crate) async fn replay(
    app: &App,
    team: &Team,
    processes: &Processes,
    plans: &[Plan],
    now: Timestamp,
) -> Result<Vec<DealId>> {
    let mut ids = vec![None; plans.len()];
    for entry in entries(plans, now) {
        app.clock().set(entry.at);
        let plan = &plans[entry.plan];
        match (ids[entry.plan], entry.step) {
            (None, _) => ids[entry.plan] = Some(create_deal(app, team, processes, plan).await?),
            (Some(id), step) => happen(app, team, id, step).await?,
        }
    }
    ids.into_iter().map(|id| id.ok_or_else(|| Error::bug("a planned deal never began"))).collect()
}

/// All steps, the oldest first: the order of the log is the order of time.
fn entries(plans: &[Plan], now: Timestamp) -> Vec<Entry> {
    let mut entries: Vec<_> =
        plans.iter().enumerate().flat_map(|(index, plan)| of_plan(index, plan, now)).collect();
    entries.sort_by_key(|entry| entry.at);
    entries
}

/// The steps of a deal, evenly from its beginning until shortly before now.
fn of_plan(plan: usize, planned: &Plan, now: Timestamp) -> Vec<Entry> {
    let steps = steps(planned.course);
    let minutes = planned.days_ago * 24 * 60;
    let begun = now - TimeDelta::minutes(minutes);
    let count = i64::try_from(steps.len()).unwrap_or(i64::MAX);
    let pause = TimeDelta::minutes(minutes / (count + 1));
    // no two deals in step: people do one thing at a time
    let offset = TimeDelta::minutes(i64::try_from(plan * 7 % 60).unwrap_or_default());
    let times = std::iter::successors(Some(begun - offset), move |at| Some(*at + pause));
    times.zip(steps).map(|(at, step)| Entry { at, plan, step }).collect()
}

fn steps(course: Course) -> Vec<Step> {
    let mut steps = vec![Step::Begin];
    let some = |count| std::iter::repeat_n(Step::Do(Next::Any), count);
    match course {
        Course::Done(count) => steps.extend(some(count)),
        Course::Undone(count) => {
            steps.extend(some(count));
            steps.push(Step::Undo);
        }
        Course::Moved(count, to) => {
            steps.extend(some(count));
            steps.push(Step::Move(to));
        }
        Course::Won(first) => {
            steps.extend(some(first));
            steps.extend(std::iter::repeat_n(Step::Do(Next::Mandatory), MANDATORY));
            steps.push(Step::Close(Status::Won, "Signed. They liked that we knew their trade."));
        }
        Course::Lost(count, why) => {
            steps.extend(some(count));
            steps.push(Step::Close(Status::Lost, why));
        }
        Course::Outdated(count, why) => {
            steps.extend(some(count));
            steps.push(Step::Close(Status::Outdated, why));
        }
        Course::Reopened(count, why) => {
            steps.extend(some(count));
            steps.extend([Step::Close(Status::Lost, why), Step::Reopen, Step::Do(Next::Any)]);
        }
    }
    steps
}

async fn happen(app: &App, team: &Team, id: DealId, step: Step) -> Result<()> {
    match step {
        Step::Begin => Ok(()),
        Step::Do(which) => act::do_next(app, team, id, which).await.map(drop),
        Step::Undo => act::undo_latest(app, team, id).await.map(drop),
        Step::Move(to) => act::move_to(app, team, id, to).await,
        Step::Close(status, comment) => act::close(app, team, id, status, comment).await,
        Step::Reopen => act::reopen(app, team, id).await,
    }
}

/// Begins the planned deal; the trickle begins new ones in the same way.
pub(crate) async fn create_deal(
    app: &App,
    team: &Team,
    processes: &Processes,
    plan: &Plan,
) -> Result<DealId> {
    let value = plan.value.map(|(amount, currency)| Money::new(Decimal::from(amount), currency));
    let with: Result<Vec<_>> = plan.with.iter().map(|place| Ok(team.at(*place)?.id)).collect();
    let process_id = match plan.kind {
        Kind::NewCustomer => processes.new_customer,
        Kind::Renewal => processes.renewal,
    };
    let command = CreateDeal {
        new_id: None,
        process_id: Some(process_id),
        title: plan.title.to_owned(),
        value: value.transpose()?,
        owner_id: Some(team.at(plan.owner)?.id),
        visibility: plan.visibility,
        participant_ids: with?,
    };
    act::create(app, team, command).await
}
