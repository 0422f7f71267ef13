//! Deals: how far they are, what can be done, and what was done.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};
use domain::{
    deal::rules::{self, Case, DealOperation},
    event::cursor,
};
use engine::{
    error::{Error, Result},
    page::Request,
};
use entity::{deal, ids::DealId};

use crate::graphql::{
    budget::Budget,
    close_reason::{self, CloseReason, ClosingStatus},
    connection::{self, Connection},
    context::semanticNonNull,
    deal::checklist::Checklist,
    error::{Field, field, maybe},
    event::DealEvent,
    member::{self, Member},
    note::Note,
    permission::Permission,
    process::{Process, action::Action, stage::Stage},
    scalar::{Cursor, DateTime, FeedCursor},
    task::{Task, list as tasks, list::DealTaskFilter},
    view::View,
};

pub(crate) mod bulk;
pub(crate) mod checklist;
mod command;
mod filter;
pub(crate) mod hand_over;
pub(crate) mod input;
mod kept;
pub(crate) mod list;
pub(crate) mod listed;
pub(crate) mod loader;
pub(crate) mod mutation;
pub(crate) mod payload;
mod status;
pub(crate) mod transfer;
pub(crate) mod transfer_preview;

pub(crate) use self::kept::DealObject;
pub(crate) use self::status::{DealStatus, Visibility};
pub(crate) use crate::graphql::money::{DealTotals, Money, money};

/// How far a deal is.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct Progress {
    /// A whole per cent, rounded down: 100 only when all that has a weight is done. Where no action has a
    /// weight, each counts the same.
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

/// What the viewer can do to a deal now: the very answers that the mutations would give.
#[derive(SimpleObject)]
pub(crate) struct DealPermissions {
    /// `updateDeal`.
    pub update: Permission,
    /// `moveDeal`.
    pub r#move: Permission,
    /// `changeDealProcess`, to a process that is not archived.
    pub change_process: Permission,
    /// `winDeal`. Where `Deal.closeReasons(status: WON)` lists any, it needs one of them.
    pub win: Permission,
    /// `loseDeal`. Where `Deal.closeReasons(status: LOST)` lists any, it needs one of them.
    pub lose: Permission,
    /// `outdateDeal`. Where `Deal.closeReasons(status: OUTDATED)` lists any, it needs one of them.
    pub outdate: Permission,
    /// `reopenDeal`.
    pub reopen: Permission,
    /// `addNote`.
    pub add_note: Permission,
    /// `addParticipant`.
    pub add_participant: Permission,
    /// `removeParticipant`; the owner always takes part.
    pub remove_participant: Permission,
    /// `createTask`, also when the deal is closed.
    pub create_task: Permission,
}

/// An opportunity going through one process.
#[derive(Clone)]
pub(crate) struct Deal {
    /// The view it was read in.
    pub view: View,
    /// Its row.
    pub row: Arc<deal::Model>,
}

impl Deal {
    /// The deal of a row that the viewer may see.
    pub(crate) fn new(view: &View, row: Arc<deal::Model>) -> Self {
        Self { view: view.clone(), row }
    }

    /// The deal with this id, if the viewer may see it.
    pub(crate) async fn find(view: &View, id: DealId) -> Result<Option<Self>> {
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
            update: can(DealOperation::Update),
            r#move: can(DealOperation::Move),
            change_process: can(DealOperation::ChangeProcess),
            win: can(DealOperation::Close(deal::Status::Won)),
            lose: can(DealOperation::Close(deal::Status::Lost)),
            outdate: can(DealOperation::Close(deal::Status::Outdated)),
            reopen: can(DealOperation::Reopen),
            add_note: can(DealOperation::AddNote),
            add_participant: can(DealOperation::ChangeParticipants),
            remove_participant: can(DealOperation::ChangeParticipants),
            create_task: can(DealOperation::CreateTask),
        })
    }

    /// Where a subscription to this deal starts, so that nothing falls between.
    async fn read_cursor(&self) -> Result<FeedCursor> {
        let event = self.view.last_event(&self.row).await?;
        let event = event.ok_or_else(|| Error::bug("a deal has no event"))?;
        let (deal, version) = (self.row.id, self.row.version);
        self.view.feed_cursor(&cursor::FeedCursor::Deal { deal, version, event }).await
    }

    async fn read_notes(&self, context: &Context<'_>, page: &Request) -> Result<Connection<Note>> {
        let mut page = self.view.notes_of(self.row.id, page).await?;
        Budget::keep(context, &mut page, |note| note.body.len());
        let total = match connection::asked(context, "totalCount") {
            true => Some(self.view.count_notes_of(self.row.id).await?),
            false => None,
        };
        Ok(Connection::new(page, total, |row| Note::new(&self.view, Arc::new(row))))
    }

    async fn read_events(
        &self,
        context: &Context<'_>,
        page: &Request,
    ) -> Result<Connection<DealEvent>> {
        let mut page = self.view.events_of(self.row.id, page).await?;
        Budget::keep(context, &mut page, |event| {
            serde_json::to_vec(&event.fact).map_or(0, |fact| fact.len())
        });
        let total = match connection::asked(context, "totalCount") {
            true => Some(self.view.count_events_of(self.row.id).await?),
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
#[Object(name = "Deal")]
impl DealObject {
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
    /// null when neither happened yet, or when it was moved to no stage and nothing was done since.
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
            deal: self.0.clone(),
        }
    }

    /// What there is to do and what was done, in process order. A closed deal keeps the checklist it was
    /// closed with.
    #[graphql(directive = semanticNonNull::apply())]
    async fn checklist(&self, context: &Context<'_>) -> Field<Checklist> {
        field(Checklist::of(context, self, false).await)
    }

    /// What was done and not undone, in process order: the part of the checklist that lists and boards show.
    #[graphql(directive = semanticNonNull::apply())]
    async fn done_actions(&self, context: &Context<'_>) -> Field<Checklist> {
        field(Checklist::of(context, self, true).await)
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

    /// When somebody last did something to it. That it began counts; what follows from a save of its process does not.
    async fn last_activity_at(&self) -> DateTime {
        DateTime(self.row.last_activity_at)
    }

    /// When it was closed; null while open.
    async fn closed_at(&self) -> Option<DateTime> {
        self.row.closed_at.map(DateTime)
    }

    /// What was said on closing; null while open.
    async fn close_comment(&self) -> Option<&str> {
        self.row.close_comment.as_deref()
    }

    /// Why it was closed, from the list of its status; null while open, and where none was given.
    async fn close_reason(&self) -> Field<CloseReason> {
        maybe(CloseReason::find(&self.view, self.row.close_reason_id?).await)
    }

    /// The reasons to choose from when the deal is closed so, in order. Where there are any, closing needs
    /// one of them: it is asked for and blocks nothing, as evidence is.
    #[graphql(directive = semanticNonNull::apply())]
    async fn close_reasons(
        &self,
        #[graphql(desc = "The way in which the deal would be closed.")] status: ClosingStatus,
    ) -> Field<Vec<CloseReason>> {
        field(close_reason::of_status(&self.view, Some(status), false).await)
    }

    /// What there is to do about it, and what was, by the day it is due. The first tasks of a whole list of
    /// deals are read at once: asking for many costs little.
    #[graphql(directive = semanticNonNull::apply())]
    async fn tasks(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which tasks; all when left out.")] filter: Option<DealTaskFilter>,
        #[graphql(desc = "The first rows: 20 unless said otherwise, at most 100.")] first: Option<
            i64,
        >,
        #[graphql(desc = "After this place.")] after: Option<Cursor>,
    ) -> Field<Connection<Task>> {
        let page = connection::request(first, after, None, None);
        field(tasks::of_deal(context, &self.view, self.row.id, filter, page).await)
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
