//! Anything that has an id.

#![allow(missing_docs, reason = "Interface makes methods; a test checks the schema's texts")]

use async_graphql::{ID, Interface};
use domain::{language::Message, refusal::Problem};
use engine::error::{Error, Result};
use entity::ids::{Id, Kind};

use crate::graphql::{
    audit::{self, AuditEntry},
    close_reason::CloseReason,
    deal::{
        self, Deal, DealObject,
        checklist::{self, ChecklistItem, Completion},
    },
    event::{
        self, ActionCompleted, CompletionUndone, DealCreated, DealEvent, DealMoved, DealUpdated,
        NoteAdded, NoteEdited, NoteWithdrawn, ParticipantAdded, ParticipantRemoved,
        ProgressRecalculated,
        close::{DealLost, DealOutdated, DealReopened, DealWon},
        task::{TaskCompleted, TaskCreated, TaskDeleted, TaskReopened, TaskUpdated},
        transfer::DealProcessChanged,
    },
    file::{self, File},
    inbox::{self, Notification},
    mail::{self, Mail},
    member::{self, Member, token::Token},
    note::{self, Note},
    process::{
        self, Process, ProcessObject, action::Action, definition::ProcessVersion, stage::Stage,
    },
    task::{self, Task},
    view::View,
    webhook::{self, Webhook, delivery::WebhookDelivery},
};

/// Anything with an id: what has an id is current, and can be read again by it.
#[derive(Clone, Interface)]
#[allow(clippy::large_enum_variant, reason = "a node lives for one field")]
#[graphql(field(
    name = "id",
    ty = "async_graphql::Result<ID>",
    desc = "The id: typed, opaque, and sortable by time."
))]
pub(crate) enum Node {
    /// A member.
    Member(Member),
    /// A token.
    Token(Token),
    /// A process.
    Process(ProcessObject),
    /// A version of a process.
    ProcessVersion(ProcessVersion),
    /// A stage.
    Stage(Stage),
    /// An action.
    Action(Action),
    /// A deal.
    Deal(DealObject),
    /// An item of a deal's checklist.
    ChecklistItem(ChecklistItem),
    /// A completion.
    Completion(Completion),
    /// A note.
    Note(Note),
    /// A file.
    File(File),
    /// A task.
    Task(Task),
    /// A close reason.
    CloseReason(CloseReason),
    /// What the viewer was told.
    Notification(Notification),
    /// A mail, for administrators.
    Mail(Mail),
    /// An entry of the audit log, for administrators.
    AuditEntry(AuditEntry),
    /// An endpoint that is told what happens, for administrators.
    Webhook(Webhook),
    /// What was sent there, for administrators.
    WebhookDelivery(WebhookDelivery),
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
    /// A note was edited.
    NoteEdited(NoteEdited),
    /// A note was withdrawn.
    NoteWithdrawn(NoteWithdrawn),
    /// There is something to do.
    TaskCreated(TaskCreated),
    /// A task changed.
    TaskUpdated(TaskUpdated),
    /// A task was done.
    TaskCompleted(TaskCompleted),
    /// A task is to be done again.
    TaskReopened(TaskReopened),
    /// A task was deleted.
    TaskDeleted(TaskDeleted),
    /// A deal was won.
    DealWon(DealWon),
    /// A deal was lost.
    DealLost(DealLost),
    /// A deal is no longer of interest.
    DealOutdated(DealOutdated),
    /// A deal was reopened.
    DealReopened(DealReopened),
    /// A deal went to another process.
    DealProcessChanged(DealProcessChanged),
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
            DealEvent::NoteEdited(event) => event.into(),
            DealEvent::NoteWithdrawn(event) => event.into(),
            DealEvent::TaskCreated(event) => event.into(),
            DealEvent::TaskUpdated(event) => event.into(),
            DealEvent::TaskCompleted(event) => event.into(),
            DealEvent::TaskReopened(event) => event.into(),
            DealEvent::TaskDeleted(event) => event.into(),
            DealEvent::Won(event) => event.into(),
            DealEvent::Lost(event) => event.into(),
            DealEvent::Outdated(event) => event.into(),
            DealEvent::Reopened(event) => event.into(),
            DealEvent::ProcessChanged(event) => event.into(),
            DealEvent::Recalculated(event) => event.into(),
        }
    }
}

/// The things that these ids name: null for what is not there.
pub(crate) async fn nodes(view: &View, ids: &[ID]) -> Result<Vec<Option<Node>>> {
    if ids.len() > engine::page::MAX {
        return Err(
            Problem::LimitReached { what: "ids in one call", limit: engine::page::MAX }.into()
        );
    }
    ids.iter().for_each(|id| expect(view, id));
    let mut found = Vec::with_capacity(ids.len());
    for (index, id) in ids.iter().enumerate() {
        let node = node(view, id).await;
        found.push(node.map_err(|error| error.at(&index.to_string()).at("ids"))?);
    }
    Ok(found)
}

/// Whatever this id names will be asked for; an id of one kind is none of another.
fn expect(view: &View, id: &str) {
    member::loader::expect_id(view, id);
    process::loader::expect_id(view, id);
    deal::loader::expect_id(view, id);
    note::loader::expect_id(view, id);
    file::loader::expect_id(view, id);
    task::loader::expect_id(view, id);
    event::loader::expect_id(view, id);
    inbox::loader::expect_id(view, id);
    mail::loader::expect_id(view, id);
    audit::loader::expect_id(view, id);
    webhook::loader::expect_id(view, id);
}

/// The thing that an id names, if it is there.
pub(crate) async fn node(view: &View, id: &ID) -> Result<Option<Node>> {
    let prefix = id.rsplit_once('_').map_or("", |(prefix, _)| prefix);
    match prefix {
        "member" => Ok(Member::find(view, the(id)?).await?.map(Node::Member)),
        "token" => Ok(Token::find(view, the(id)?).await?.map(Node::Token)),
        "process" => Ok(Process::find(view, the(id)?).await?.map(ProcessObject).map(Node::Process)),
        "version" => Ok(view
            .version_row(the(id)?)
            .await?
            .map(|row| Node::ProcessVersion(ProcessVersion { view: view.clone(), row }))),
        "stage" => Ok(Stage::find(view, the(id)?).await?.map(Node::Stage)),
        "action" => Ok(Action::find(view, the(id)?).await?.map(Node::Action)),
        "deal" => Ok(Deal::find(view, the(id)?).await?.map(DealObject).map(Node::Deal)),
        "item" => item(view, id).await,
        "completion" => Ok(Completion::find(view, the(id)?).await?.map(Node::Completion)),
        "note" => Ok(Note::find(view, the(id)?).await?.map(Node::Note)),
        "file" => Ok(view.file(the(id)?).await?.map(|row| Node::File(File::new(view, row)))),
        "task" => Ok(Task::find(view, the(id)?).await?.map(Node::Task)),
        "close_reason" => Ok(CloseReason::find(view, the(id)?).await?.map(Node::CloseReason)),
        "notification" => {
            let row = view.notification(the(id)?).await?;
            Ok(row.map(|row| Node::Notification(Notification::new(view, row))))
        }
        "mail" => Ok(view.mail(the(id)?).await?.map(|row| Node::Mail(Mail::new(view, row)))),
        "audit_entry" => {
            let row = view.audit_entry(the(id)?).await?;
            Ok(row.map(|row| Node::AuditEntry(AuditEntry::new(view, row))))
        }
        "webhook" => Ok(Webhook::find(view, the(id)?).await?.map(Node::Webhook)),
        "webhook_delivery" => {
            let row = view.delivery(the(id)?).await?;
            Ok(row.map(|row| Node::WebhookDelivery(WebhookDelivery::new(view, row))))
        }
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
    id.parse()
        .map_err(|error: entity::ids::ParseIdError| Problem::not_an_id(&error).refused().into())
}

fn no_id() -> Error {
    Problem::InvalidId { reason: Message::of("no-id") }.into()
}
