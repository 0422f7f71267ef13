//! Everything that can be read.

#![allow(missing_docs, reason = "Interface makes methods; a test checks the schema's texts")]

use std::sync::Arc;

use async_graphql::{Context, ID, Interface, Object};
use entity::ids::{Id, Kind};

use super::{
    action::Action,
    checklist::{self, ChecklistItem, Completion},
    connection::{self, Connection, DealConnection},
    context::semanticNonNull,
    deal::Deal,
    deal_list::{self, DealFilter, DealOrder},
    definition::ProcessVersion,
    error::{Field, field, maybe},
    event::{
        ActionCompleted, CompletionUndone, DealCreated, DealEvent, DealLost, DealMoved,
        DealOutdated, DealReopened, DealUpdated, DealWon, NoteAdded, ParticipantAdded,
        ParticipantRemoved, ProgressRecalculated,
    },
    id::parse,
    member::{Member, Viewer},
    note::Note,
    process::Process,
    scalar::Cursor,
    stage::Stage,
    view::View,
};
use crate::{
    error::{Error, Result},
    member::find as members,
    page::Request,
    process::find as processes,
    refusal::Problem,
    text,
};

/// Anything with an id: what has an id is current, and can be read again by it.
#[derive(Clone, Interface)]
#[allow(clippy::large_enum_variant, reason = "a node lives for one field")]
#[graphql(field(
    name = "id",
    ty = "async_graphql::Result<ID>",
    desc = "The id: typed, opaque, and sortable by time."
))]
pub enum Node {
    /// A member.
    Member(Member),
    /// A process.
    Process(Process),
    /// A version of a process.
    ProcessVersion(ProcessVersion),
    /// A stage.
    Stage(Stage),
    /// An action.
    Action(Action),
    /// A deal.
    Deal(Deal),
    /// An item of a deal's checklist.
    ChecklistItem(ChecklistItem),
    /// A completion.
    Completion(Completion),
    /// A note.
    Note(Note),
    /// A deal began.
    DealCreated(DealCreated),
    /// Fields of a deal changed.
    DealUpdated(DealUpdated),
    /// A member takes part.
    ParticipantAdded(ParticipantAdded),
    /// A member no longer takes part.
    ParticipantRemoved(ParticipantRemoved),
    /// A deal was moved by hand.
    DealMoved(DealMoved),
    /// An action was done.
    ActionCompleted(ActionCompleted),
    /// A completion was undone.
    CompletionUndone(CompletionUndone),
    /// A note was added.
    NoteAdded(NoteAdded),
    /// A deal was won.
    DealWon(DealWon),
    /// A deal was lost.
    DealLost(DealLost),
    /// A deal is no longer of interest.
    DealOutdated(DealOutdated),
    /// A deal was reopened.
    DealReopened(DealReopened),
    /// A deal followed its process.
    ProgressRecalculated(ProgressRecalculated),
}

/// Each event is a node of its own type: an interface within an interface would make the schema invalid,
/// because async-graphql does not carry it down to the types.
impl From<DealEvent> for Node {
    fn from(event: DealEvent) -> Self {
        match event {
            DealEvent::Created(event) => event.into(),
            DealEvent::Updated(event) => event.into(),
            DealEvent::ParticipantAdded(event) => event.into(),
            DealEvent::ParticipantRemoved(event) => event.into(),
            DealEvent::Moved(event) => event.into(),
            DealEvent::ActionCompleted(event) => event.into(),
            DealEvent::CompletionUndone(event) => event.into(),
            DealEvent::NoteAdded(event) => event.into(),
            DealEvent::Won(event) => event.into(),
            DealEvent::Lost(event) => event.into(),
            DealEvent::Outdated(event) => event.into(),
            DealEvent::Reopened(event) => event.into(),
            DealEvent::Recalculated(event) => event.into(),
        }
    }
}

/// Everything that can be read.
pub struct Query;

/// Everything that can be read. What the viewer may not see is as if it did not exist.
#[Object]
impl Query {
    /// Who is signed in.
    #[graphql(directive = semanticNonNull::apply())]
    async fn viewer(&self, context: &Context<'_>) -> Field<Viewer> {
        field(View::of(context).map(Viewer))
    }

    /// Anything by its id; null when it does not exist or may not be seen.
    async fn node(
        &self,
        context: &Context<'_>,
        #[graphql(
            desc = "The id of a member, process, version, stage, action, deal, checklist item, completion, note or event."
        )]
        id: ID,
    ) -> Field<Node> {
        match View::of(context) {
            Ok(view) => maybe(node(&view, &id).await.map_err(|error| error.at("id"))),
            Err(error) => field(Err(error)),
        }
    }

    /// Several things by their ids, in the same order; null where one does not exist or may not be seen.
    #[graphql(directive = semanticNonNull::apply())]
    async fn nodes(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Up to 100 ids.")] ids: Vec<ID>,
    ) -> Field<Vec<Option<Node>>> {
        match View::of(context) {
            Ok(view) => field(nodes(&view, &ids).await),
            Err(error) => field(Err(error)),
        }
    }

    /// A process; null when it does not exist.
    async fn process(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The id of a process.")] id: ID,
    ) -> Field<Process> {
        maybe(one_process(context, &id).await)
    }

    /// The processes, the oldest first.
    #[graphql(directive = semanticNonNull::apply())]
    #[allow(clippy::too_many_arguments, reason = "one for each argument of the field")]
    async fn processes(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Whether archived ones come too.", default)] include_archived: bool,
        #[graphql(desc = "The first rows: 20 unless said otherwise, at most 100.")] first: Option<
            i64,
        >,
        #[graphql(desc = "After this place.")] after: Option<Cursor>,
        #[graphql(desc = "The last rows, instead of `first`.")] last: Option<i64>,
        #[graphql(desc = "Before this place; goes with `last`.")] before: Option<Cursor>,
    ) -> Field<Connection<Process>> {
        match connection::request(first, after, last, before) {
            Ok(page) => field(process_page(context, include_archived, &page).await),
            Err(error) => field(Err(error)),
        }
    }

    /// The members, by e-mail address.
    #[graphql(directive = semanticNonNull::apply())]
    #[allow(clippy::too_many_arguments, reason = "one for each argument of the field")]
    async fn members(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only active ones, or only deactivated ones; all when left out.")]
        active: Option<bool>,
        #[graphql(desc = "Part of the e-mail address.")] text: Option<String>,
        #[graphql(desc = "The first rows: 20 unless said otherwise, at most 100.")] first: Option<
            i64,
        >,
        #[graphql(desc = "After this place.")] after: Option<Cursor>,
        #[graphql(desc = "The last rows, instead of `first`.")] last: Option<i64>,
        #[graphql(desc = "Before this place; goes with `last`.")] before: Option<Cursor>,
    ) -> Field<Connection<Member>> {
        let filter = member_filter(active, text);
        match filter.and_then(|it| Ok((it, connection::request(first, after, last, before)?))) {
            Ok((filter, page)) => field(member_page(context, &filter, &page).await),
            Err(error) => field(Err(error)),
        }
    }

    /// A deal; null when it does not exist or may not be seen.
    async fn deal(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The id of a deal.")] id: ID,
    ) -> Field<Deal> {
        maybe(one_deal(context, &id).await)
    }

    /// The deals that the viewer may see.
    #[graphql(directive = semanticNonNull::apply())]
    #[allow(clippy::too_many_arguments, reason = "one for each argument of the field")]
    async fn deals(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which deals; all when left out.")] filter: Option<DealFilter>,
        #[graphql(desc = "In which order; the newest first when left out.")] order_by: Option<
            Vec<DealOrder>,
        >,
        #[graphql(desc = "The first rows: 20 unless said otherwise, at most 100.")] first: Option<
            i64,
        >,
        #[graphql(desc = "After this place.")] after: Option<Cursor>,
        #[graphql(desc = "The last rows, instead of `first`.")] last: Option<i64>,
        #[graphql(desc = "Before this place; goes with `last`.")] before: Option<Cursor>,
    ) -> Field<DealConnection> {
        match connection::request(first, after, last, before) {
            Ok(page) => field(deal_page(context, filter, order_by, &page).await),
            Err(error) => field(Err(error)),
        }
    }
}

async fn one_process(context: &Context<'_>, id: &ID) -> Result<Option<Process>> {
    Process::find(&View::of(context)?, parse(id, "id")?).await
}

async fn one_deal(context: &Context<'_>, id: &ID) -> Result<Option<Deal>> {
    Deal::find(&View::of(context)?, parse(id, "id")?).await
}

async fn process_page(
    context: &Context<'_>,
    include_archived: bool,
    page: &Request,
) -> Result<Connection<Process>> {
    let view = View::of(context)?;
    let page = processes::page(view.snapshot(), include_archived, page).await?;
    let rows = page.rows.iter().map(|(_, row)| row.clone()).collect();
    let current = view.with_versions(rows).await?;
    let total = match connection::asked(context, "totalCount") {
        true => Some(processes::count(view.snapshot(), include_archived).await?),
        false => None,
    };
    let found = page.try_map(|row| current.get(&row.id).cloned());
    let found = found.ok_or_else(|| Error::bug("a process has no version"))?;
    Ok(Connection::new(found, total, |current| Process::new(&view, current)))
}

fn member_filter(active: Option<bool>, text: Option<String>) -> Result<members::Filter> {
    let text = text.as_deref().map(text::search).transpose();
    Ok(members::Filter { active, text: text.map_err(|refusal| refusal.at("text"))? })
}

async fn member_page(
    context: &Context<'_>,
    filter: &members::Filter,
    page: &Request,
) -> Result<Connection<Member>> {
    let view = View::of(context)?;
    let page = members::page(view.snapshot(), filter, page).await?;
    let total = match connection::asked(context, "totalCount") {
        true => Some(members::count(view.snapshot(), filter).await?),
        false => None,
    };
    Ok(Connection::new(page, total, |row| Member(Arc::new(row))))
}

async fn deal_page(
    context: &Context<'_>,
    filter: Option<DealFilter>,
    order_by: Option<Vec<DealOrder>>,
    page: &Request,
) -> Result<DealConnection> {
    let view = View::of(context)?;
    let filter = deal_list::filter(filter).map_err(|error| error.at("filter"))?;
    deal_list::page(context, &view, &filter, &deal_list::order(order_by), page).await
}

async fn nodes(view: &View, ids: &[ID]) -> Result<Vec<Option<Node>>> {
    if ids.len() > crate::page::MAX {
        return Err(
            Problem::LimitReached { what: "ids in one call", limit: crate::page::MAX }.into()
        );
    }
    ids.iter().for_each(|id| view.expect(id));
    let mut found = Vec::with_capacity(ids.len());
    for (index, id) in ids.iter().enumerate() {
        let node = node(view, id).await;
        found.push(node.map_err(|error| error.at(&index.to_string()).at("ids"))?);
    }
    Ok(found)
}

async fn node(view: &View, id: &ID) -> Result<Option<Node>> {
    let prefix = id.split_once('_').map_or("", |(prefix, _)| prefix);
    match prefix {
        "member" => Ok(view.member(the(id)?).await?.map(|row| Node::Member(Member(row)))),
        "process" => Ok(Process::find(view, the(id)?).await?.map(Node::Process)),
        "version" => Ok(view
            .version_row(the(id)?)
            .await?
            .map(|row| Node::ProcessVersion(ProcessVersion { view: view.clone(), row }))),
        "stage" => Ok(Stage::find(view, the(id)?).await?.map(Node::Stage)),
        "action" => Ok(Action::find(view, the(id)?).await?.map(Node::Action)),
        "deal" => Ok(Deal::find(view, the(id)?).await?.map(Node::Deal)),
        "item" => item(view, id).await,
        "completion" => {
            let row = view.completion(the(id)?).await?;
            Ok(row.map(|row| Node::Completion(Completion::new(view, row))))
        }
        "note" => Ok(view.note(the(id)?).await?.map(|row| Node::Note(Note::new(view, row)))),
        "event" => {
            let row = view.event(the(id)?).await?;
            Ok(row.map(|row| DealEvent::new(view, row).into()))
        }
        _ => Err(no_id()),
    }
}

async fn item(view: &View, id: &ID) -> Result<Option<Node>> {
    let (deal, action) = checklist::parse_item_id(id).ok_or_else(no_id)?;
    let Some(deal) = Deal::find(view, deal).await? else { return Ok(None) };
    Ok(checklist::one(&deal, action).await?.map(Node::ChecklistItem))
}

/// Its kind is known by its prefix already; what is left to be wrong is the rest.
fn the<K: Kind>(id: &ID) -> Result<Id<K>> {
    id.parse().map_err(|error: entity::ids::ParseIdError| {
        Problem::InvalidId { reason: error.to_string() }.refused().into()
    })
}

fn no_id() -> Error {
    let reason = "This is not an id. Ids look like deal_01jd8k2x7sfm5a9k2v0q3c4d5e.".into();
    Problem::InvalidId { reason }.into()
}
