//! Deals: how far they are, what can be done, and what was done.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use entity::{
    deal,
    ids::{DealId, ProcessId, StageId},
};

use super::{
    action::Action,
    checklist::{self, ChecklistItem},
    connection::{self, Connection, DealConnection},
    context::semanticNonNull,
    error::{Field, field, maybe},
    event::DealEvent,
    id::Ids,
    member::{self, Member},
    note::Note,
    permission::Permission,
    process::{Process, of_process},
    scalar::{CurrencyCode, Cursor, DateTime, Decimal, FeedCursor},
    stage::Stage,
    view::View,
};
use crate::{
    deal::{
        board::{self, Totals},
        find::{self, Filter, Order, OrderField},
        money::Money as Amount,
        rules::{self, Button, Case},
    },
    error::{Error, Result},
    event::{self, cursor},
    page::Request,
    text,
};

/// Whether a deal runs, and how it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "deal::Status")]
pub enum DealStatus {
    /// It runs.
    Open,
    /// It was won.
    Won,
    /// It was lost.
    Lost,
    /// It is no longer of interest.
    Outdated,
}

/// Which salespeople see a deal. Managers and administrators see every deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "deal::Visibility")]
pub enum Visibility {
    /// All of them.
    Everyone,
    /// The owner and the participants.
    Participants,
}

/// An amount of a currency.
#[derive(Clone, Debug, SimpleObject)]
pub struct Money {
    /// How much: exact, as a string.
    pub amount: Decimal,
    /// Of which currency.
    pub currency: CurrencyCode,
}

/// The value in a deal's columns.
pub fn money(amount: Option<i64>, currency: Option<&str>) -> Option<Money> {
    let (amount, currency) = amount.zip(currency)?;
    Some(Money {
        amount: Decimal(Amount::decimal(amount)),
        currency: CurrencyCode(currency.to_owned()),
    })
}

/// How far a deal is.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Progress {
    /// A whole per cent, rounded down: 100 only when all is done. Where no action has a weight, each
    /// counts the same.
    pub percent: i32,
    /// The weight of the actions done.
    pub done_weight: i32,
    /// The weight of all actions.
    pub total_weight: i32,
    #[graphql(skip)]
    deal: Deal,
}

#[async_graphql::ComplexObject]
impl Progress {
    /// The mandatory actions that are not done, in process order: the deal cannot be won before.
    #[graphql(directive = semanticNonNull::apply())]
    async fn mandatory_missing(&self) -> Field<Vec<Action>> {
        field(self.deal.mandatory_missing().await)
    }
}

/// What deals are worth together.
#[derive(SimpleObject)]
pub struct DealTotals {
    /// How many there are.
    pub count: u64,
    /// The sum of their values, one for each currency.
    pub values: Vec<Money>,
    /// The same, each value multiplied by the deal's progress.
    pub weighted_values: Vec<Money>,
}

/// What the viewer can do to a deal now: the very answers that the mutations would give.
#[derive(SimpleObject)]
pub struct DealPermissions {
    /// `updateDeal`.
    pub update: Permission,
    /// `moveDeal`.
    pub r#move: Permission,
    /// `winDeal`.
    pub win: Permission,
    /// `loseDeal`.
    pub lose: Permission,
    /// `outdateDeal`.
    pub outdate: Permission,
    /// `reopenDeal`.
    pub reopen: Permission,
    /// `addNote`.
    pub add_note: Permission,
    /// `addParticipant`.
    pub add_participant: Permission,
    /// `removeParticipant`; the owner always takes part.
    pub remove_participant: Permission,
}

/// An opportunity going through one process.
#[derive(Clone)]
pub struct Deal {
    /// The view it was read in.
    pub view: View,
    /// Its row.
    pub row: Arc<deal::Model>,
}

impl Deal {
    /// The deal of a row that the viewer may see.
    pub fn new(view: &View, row: Arc<deal::Model>) -> Self {
        Self { view: view.clone(), row }
    }

    /// The deal with this id, if the viewer may see it.
    pub async fn find(view: &View, id: DealId) -> Result<Option<Self>> {
        Ok(view.deal(id).await?.map(|row| Self::new(view, row)))
    }

    async fn mandatory_missing(&self) -> Result<Vec<Action>> {
        let (deal, version) = self.view.case(&self.row).await?;
        let mut actions = Vec::new();
        for missing in rules::missing(&deal, &version) {
            let process = self.row.process_id;
            actions.push(Action::find_in(&self.view, process, missing.action_id).await?);
        }
        Ok(actions)
    }

    async fn read_permissions(&self) -> Result<DealPermissions> {
        let (deal, version) = self.view.case(&self.row).await?;
        let case = Case { deal: &deal, version: &version, actor: self.view.actor() };
        let can = |button| Permission::new(&self.view, rules::blockers(case, button));
        Ok(DealPermissions {
            update: can(Button::Update),
            r#move: can(Button::Move),
            win: can(Button::Close(deal::Status::Won)),
            lose: can(Button::Close(deal::Status::Lost)),
            outdate: can(Button::Close(deal::Status::Outdated)),
            reopen: can(Button::Reopen),
            add_note: can(Button::AddNote),
            add_participant: can(Button::ChangeParticipants),
            remove_participant: can(Button::ChangeParticipants),
        })
    }

    /// Where a subscription to this deal starts, so that nothing falls between.
    async fn read_cursor(&self) -> Result<FeedCursor> {
        let event = self.view.last_event(&self.row).await?;
        let event = event.ok_or_else(|| Error::bug("a deal has no event"))?;
        let (deal, version) = (self.row.id, self.row.version);
        Ok(cursor::FeedCursor::Deal { deal, version, event }.into())
    }

    async fn read_notes(&self, context: &Context<'_>, page: &Request) -> Result<Connection<Note>> {
        let snapshot = self.view.snapshot();
        let page = find::notes_of(snapshot, self.row.id, page).await?;
        self.view.expect_notes(page.rows.iter().map(|(_, row)| row));
        let total = match connection::asked(context, "totalCount") {
            true => Some(find::count_notes(snapshot, self.row.id).await?),
            false => None,
        };
        Ok(Connection::new(page, total, |row| Note::new(&self.view, Arc::new(row))))
    }

    async fn read_events(
        &self,
        context: &Context<'_>,
        page: &Request,
    ) -> Result<Connection<DealEvent>> {
        let snapshot = self.view.snapshot();
        let page = event::store::page(snapshot, self.row.id, page).await?;
        self.view.expect_events(page.rows.iter().map(|(_, row)| row));
        let total = match connection::asked(context, "totalCount") {
            true => Some(event::store::count(snapshot, self.row.id).await?),
            false => None,
        };
        Ok(Connection::new(page, total, |row| DealEvent::new(&self.view, Arc::new(row))))
    }

    async fn read_participants(&self) -> Result<Vec<Member>> {
        let ids = self.view.participants(self.row.id).await?;
        member::members(&self.view, &ids).await
    }

    async fn read_stage(&self) -> Result<Option<Stage>> {
        match self.row.stage_id {
            Some(id) => Stage::find_in(&self.view, self.row.process_id, id).await,
            None => Ok(None),
        }
    }
}

/// An opportunity going through one process.
#[Object]
impl Deal {
    /// The deal's id.
    pub async fn id(&self) -> ID {
        self.row.id.to_string().into()
    }

    /// The id it had elsewhere, when it was imported.
    async fn external_id(&self) -> Option<&str> {
        self.row.external_id.as_deref()
    }

    /// What it is called.
    async fn title(&self) -> &str {
        &self.row.title
    }

    /// What it is worth; null when nothing is known.
    async fn value(&self) -> Option<Money> {
        money(self.row.value_amount, self.row.value_currency.as_deref())
    }

    /// Whether it runs, and how it ended.
    async fn status(&self) -> DealStatus {
        self.row.status.into()
    }

    /// The process it goes through.
    #[graphql(directive = semanticNonNull::apply())]
    async fn process(&self) -> Field<Process> {
        maybe(Process::find(&self.view, self.row.process_id).await)
    }

    /// The stage it is at: the furthest among where it was moved by hand and what was done since;
    /// null when neither happened yet.
    async fn stage(&self) -> Field<Stage> {
        maybe(self.read_stage().await)
    }

    /// Who is responsible.
    #[graphql(directive = semanticNonNull::apply())]
    async fn owner(&self) -> Field<Member> {
        member::member(&self.view, self.row.owner_id).await
    }

    /// Who takes part, the owner among them.
    #[graphql(directive = semanticNonNull::apply())]
    async fn participants(&self) -> Field<Vec<Member>> {
        field(self.read_participants().await)
    }

    /// Which salespeople see it.
    async fn visibility(&self) -> Visibility {
        self.row.visibility.into()
    }

    /// The number of its last event: one more with everything that happens to it.
    async fn version(&self) -> i64 {
        self.row.version
    }

    /// How far it is.
    async fn progress(&self) -> Progress {
        Progress {
            percent: self.row.percent,
            done_weight: self.row.done_weight,
            total_weight: self.row.total_weight,
            deal: self.clone(),
        }
    }

    /// What there is to do and what was done, in process order. A closed deal keeps the checklist it was
    /// closed with.
    #[graphql(directive = semanticNonNull::apply())]
    async fn checklist(&self) -> Field<Vec<ChecklistItem>> {
        field(checklist::of(self).await)
    }

    /// What the viewer can do to it now.
    #[graphql(directive = semanticNonNull::apply())]
    async fn permissions(&self) -> Field<DealPermissions> {
        field(self.read_permissions().await)
    }

    /// When it began.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// When something last happened to it.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.row.updated_at)
    }

    /// When it was closed; null while open.
    async fn closed_at(&self) -> Option<DateTime> {
        self.row.closed_at.map(DateTime)
    }

    /// What was said on closing; null while open.
    async fn close_comment(&self) -> Option<&str> {
        self.row.close_comment.as_deref()
    }

    /// What members wrote about it, the newest first.
    #[graphql(directive = semanticNonNull::apply())]
    async fn notes(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first rows: 20 unless said otherwise, at most 100.")] first: Option<
            i64,
        >,
        #[graphql(desc = "After this place.")] after: Option<Cursor>,
        #[graphql(desc = "The last rows, instead of `first`.")] last: Option<i64>,
        #[graphql(desc = "Before this place; goes with `last`.")] before: Option<Cursor>,
    ) -> Field<Connection<Note>> {
        match connection::request(first, after, last, before) {
            Ok(page) => field(self.read_notes(context, &page).await),
            Err(error) => field(Err(error)),
        }
    }

    /// Everything that happened to it, the oldest first.
    #[graphql(directive = semanticNonNull::apply())]
    async fn events(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first rows: 20 unless said otherwise, at most 100.")] first: Option<
            i64,
        >,
        #[graphql(desc = "After this place.")] after: Option<Cursor>,
        #[graphql(desc = "The last rows, instead of `first`.")] last: Option<i64>,
        #[graphql(desc = "Before this place; goes with `last`.")] before: Option<Cursor>,
    ) -> Field<Connection<DealEvent>> {
        match connection::request(first, after, last, before) {
            Ok(page) => field(self.read_events(context, &page).await),
            Err(error) => field(Err(error)),
        }
    }

    /// Where this answer is in the deal's history: subscribe `dealProgress` after it and nothing falls
    /// between.
    #[graphql(directive = semanticNonNull::apply())]
    async fn feed_cursor(&self) -> Field<FeedCursor> {
        field(self.read_cursor().await)
    }
}

/// Which deals. Within a list: any of them. Different fields: all of them.
#[derive(Clone, Debug, Default, InputObject)]
pub struct DealFilter {
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
    /// With this text in the title, whatever its case.
    pub text: Option<String>,
}

/// What deals can be sorted by. More may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "OrderField")]
pub enum DealOrderField {
    /// When they began.
    CreatedAt,
    /// When something last happened to them.
    UpdatedAt,
    /// When they were closed; open ones count as the earliest.
    ClosedAt,
    /// The title, whatever its case.
    Title,
    /// The amount, whatever its currency; none counts as the least.
    Value,
    /// Progress.
    Progress,
    /// The place of the stage in the process; none counts as the first.
    Stage,
}

/// In which direction a list is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum OrderDirection {
    /// The least first.
    Asc,
    /// The greatest first.
    Desc,
}

/// One key to sort deals by; the next key decides where this one is equal.
#[derive(Clone, Copy, Debug, InputObject)]
pub struct DealOrder {
    /// What to sort by.
    pub field: DealOrderField,
    /// In which direction.
    #[graphql(default_with = "OrderDirection::Asc")]
    pub direction: OrderDirection,
}

/// The filter as finders take it, or everything that is wrong with it.
pub fn filter(given: Option<DealFilter>) -> Result<Filter> {
    let given = given.unwrap_or_default();
    let mut ids = Ids::default();
    let filter = Filter {
        processes: given.process_ids.map(|all| ids.all(&all, "processIds")).transpose()?,
        stages: given.stage_ids.map(|all| ids.all(&all, "stageIds")).transpose()?,
        unstaged: given.unstaged,
        statuses: given.statuses.map(|all| all.into_iter().map(Into::into).collect()),
        owners: given.owner_ids.map(|all| ids.all(&all, "ownerIds")).transpose()?,
        participants: given
            .participant_ids
            .map(|all| ids.all(&all, "participantIds"))
            .transpose()?,
        text: ids.value(given.text.map(searched).transpose())?.flatten(),
    };
    ids.check()?;
    Ok(filter)
}

fn searched(text: String) -> Result<String> {
    Ok(text::search(&text).map_err(|refusal| refusal.at("text"))?)
}

/// The order as finders take it.
pub fn order(given: Option<Vec<DealOrder>>) -> Vec<Order> {
    let keys = given.unwrap_or_default().into_iter();
    let descending = |key: &DealOrder| key.direction == OrderDirection::Desc;
    let mut seen = Vec::new();
    for key in keys {
        let order = Order { field: key.field.into(), descending: descending(&key) };
        if !seen.iter().any(|known: &Order| known.field == order.field) {
            seen.push(order);
        }
    }
    seen
}

/// A page of the deals that the viewer may see.
pub async fn page(
    context: &Context<'_>,
    view: &View,
    filter: &Filter,
    order: &[Order],
    request: &Request,
) -> Result<DealConnection> {
    let page = find::page(view.snapshot(), filter, order, request).await?;
    view.expect_deals(page.rows.iter().map(|(_, row)| row));
    let totals = match wants_totals(context) {
        true => Some(board::totals(view.snapshot(), filter).await?),
        false => None,
    };
    Ok(deal_connection(view, page, totals))
}

/// What a column of a board was asked for.
pub struct ColumnArguments {
    /// Which deals.
    pub filter: Option<DealFilter>,
    /// In which order.
    pub order_by: Option<Vec<DealOrder>>,
    /// How many.
    pub first: Option<i64>,
    /// After which place.
    pub after: Option<Cursor>,
}

/// One column of a board: the deals at a stage, or at none. The columns of a process that start at the
/// top are read together; one that goes on after a place is read alone.
pub async fn column(
    context: &Context<'_>,
    view: &View,
    process: ProcessId,
    stage: Option<StageId>,
    arguments: ColumnArguments,
) -> Result<DealConnection> {
    let filter = of_process(filter(arguments.filter)?, process);
    let order = order(arguments.order_by);
    let request = connection::request(arguments.first, arguments.after, None, None)?;
    let totals = match wants_totals(context) {
        true => Some(view.column_totals(filter.clone(), stage).await?),
        false => None,
    };
    let page = if request.cursor.is_some() {
        let filter = at_stage(filter, stage);
        let page = find::page(view.snapshot(), &filter, &order, &request).await?;
        view.expect_deals(page.rows.iter().map(|(_, row)| row));
        page
    } else {
        view.column((filter, order, request.limit), stage).await?.unwrap_or_default()
    };
    Ok(deal_connection(view, page, totals))
}

fn at_stage(mut filter: Filter, stage: Option<StageId>) -> Filter {
    match stage {
        None => filter.unstaged = Some(true),
        Some(id) => match &mut filter.stages {
            Some(stages) => stages.retain(|other| *other == id),
            None => filter.stages = Some(vec![id]),
        },
    }
    filter
}

fn wants_totals(context: &Context<'_>) -> bool {
    connection::asked(context, "totals") || connection::asked(context, "totalCount")
}

fn deal_connection(
    view: &View,
    page: crate::page::Page<deal::Model>,
    totals: Option<Totals>,
) -> DealConnection {
    let (edges, nodes, page_info) = connection::parts(page, |row| Deal::new(view, Arc::new(row)));
    let total_count = totals.as_ref().map(|totals| totals.count);
    let totals = totals.map(deal_totals);
    DealConnection { edges, nodes, page_info, total_count, totals }
}

fn deal_totals(totals: Totals) -> DealTotals {
    let money =
        |(currency, amount)| Money { amount: Decimal(amount), currency: CurrencyCode(currency) };
    DealTotals {
        count: totals.count,
        values: totals.values.into_iter().map(money).collect(),
        weighted_values: totals.weighted_values.into_iter().map(money).collect(),
    }
}
