//! Which deals a list is asked for: read, with all that is wrong with it at once.

use async_graphql::{ID, InputObject};
use domain::{refusal::Refusal, text};
use engine::{
    deal::{
        find::Filter,
        range::{Share, Span, Worth},
    },
    error::Result as EngineResult,
};
use entity::deal;

use crate::graphql::{
    deal::DealStatus,
    input::InputReader,
    scalar::{CurrencyCode, DateTime, Decimal},
};

/// Which deals. Within a list: any of them. Different fields: all of them.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct DealFilter {
    /// Going through one of these processes.
    pub process_ids: Option<Vec<ID>>,
    /// At one of these stages.
    pub stage_ids: Option<Vec<ID>>,
    /// `true`: at no stage yet. `false`: at any stage.
    pub unstaged: Option<bool>,
    /// Of one of these statuses.
    pub statuses: Option<Vec<DealStatus>>,
    /// Owned by one of these members.
    pub owner_ids: Option<Vec<ID>>,
    /// With one of these members taking part (owners always do).
    pub participant_ids: Option<Vec<ID>>,
    /// Closed for one of these reasons.
    pub close_reason_ids: Option<Vec<ID>>,
    /// Begun in this span of time.
    pub created: Option<TimeRange>,
    /// In which something last happened in this span of time.
    pub updated: Option<TimeRange>,
    /// Closed in this span of time; open ones never are.
    pub closed: Option<TimeRange>,
    /// With a value of this currency, between these amounts.
    pub value: Option<AmountRange>,
    /// With this progress.
    pub progress: Option<PercentRange>,
    /// `true`: the viewer takes part (owners always do). `false`: the viewer does not.
    pub mine: Option<bool>,
    /// With this text in the title, whatever its case and diacritics: `lodz` finds Łódź.
    pub text: Option<String>,
}

/// A span of time. At least one end is given, and `to` is later than `from`.
#[derive(Clone, Copy, Debug, InputObject)]
pub(crate) struct TimeRange {
    /// From this moment on, itself included.
    pub from: Option<DateTime>,
    /// Before this moment: it is left out.
    pub to: Option<DateTime>,
}

/// Amounts of one currency, because those of different ones do not compare. Without an end: all of the currency.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct AmountRange {
    /// Of exactly this currency.
    pub currency: CurrencyCode,
    /// At least so much.
    pub from: Option<Decimal>,
    /// At most so much.
    pub to: Option<Decimal>,
}

/// Progress in whole per cent, from 0 to 100. At least one end is given, and `to` is not less than `from`.
#[derive(Clone, Copy, Debug, InputObject)]
pub(crate) struct PercentRange {
    /// At least so much.
    pub from: Option<i32>,
    /// At most so much.
    pub to: Option<i32>,
}

/// Each status once, however often it was given.
fn statuses(given: Vec<DealStatus>) -> Vec<deal::Status> {
    let mut each = Vec::new();
    for status in given.into_iter().map(deal::Status::from) {
        if !each.contains(&status) {
            each.push(status);
        }
    }
    each
}

/// The filter as finders take it, or everything that is wrong with it.
pub(crate) fn filter(given: Option<DealFilter>) -> EngineResult<Filter> {
    let given = given.unwrap_or_default();
    let mut reader = InputReader::default();
    let filter = Filter {
        processes: given.process_ids.map(|all| reader.ids(&all, "processIds")),
        stages: given.stage_ids.map(|all| reader.ids(&all, "stageIds")),
        unstaged: given.unstaged,
        statuses: given.statuses.map(statuses),
        owners: given.owner_ids.map(|all| reader.ids(&all, "ownerIds")),
        participants: given.participant_ids.map(|all| reader.ids(&all, "participantIds")),
        close_reasons: given.close_reason_ids.map(|all| reader.ids(&all, "closeReasonIds")),
        has_close_reason: false,
        created: span(&mut reader, "created", given.created),
        updated: span(&mut reader, "updated", given.updated),
        closed: span(&mut reader, "closed", given.closed),
        value: given
            .value
            .and_then(|worth| reader.within("value", |reader| reader.valid(value(worth)))),
        progress: given
            .progress
            .and_then(|one| reader.within("progress", |reader| reader.valid(percent(one)))),
        mine: given.mine,
        text: given.text.and_then(|text| reader.valid(searched(&text))),
        among: None,
    };
    reader.check()?;
    Ok(filter)
}

fn span(reader: &mut InputReader, field: &str, given: Option<TimeRange>) -> Option<Span> {
    let TimeRange { from, to } = given?;
    let span = Span::new(from.map(|from| from.0), to.map(|to| to.0));
    reader.within(field, |reader| reader.valid(span))
}

fn value(given: AmountRange) -> Result<Worth, Vec<Refusal>> {
    Worth::new(&given.currency.0, given.from.map(|from| from.0), given.to.map(|to| to.0))
}

fn percent(given: PercentRange) -> Result<Share, Vec<Refusal>> {
    Share::new(given.from, given.to)
}

fn searched(text: &str) -> Result<String, Vec<Refusal>> {
    text::search(text).map_err(|refusal| vec![refusal.at("text")])
}
