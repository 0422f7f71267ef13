//! What deal mutations take.

use async_graphql::{ID, InputObject, MaybeUndefined};
use domain::deal::money::Money;
use engine::deal::Evidence;

use crate::graphql::{
    deal::Visibility,
    input::InputReader,
    scalar::{CurrencyCode, Decimal},
};

/// An amount of a currency: always both, for neither says anything without the other.
#[derive(Clone, InputObject)]
pub(crate) struct MoneyInput {
    /// How much: 0 to 1,000,000,000,000 with at most 4 digits after the decimal point.
    pub amount: Decimal,
    /// Of which currency.
    pub currency: CurrencyCode,
}

impl MoneyInput {
    /// The value of a deal, if it is fit to be one.
    pub(crate) fn read(&self, reader: &mut InputReader) -> Option<Money> {
        let money = Money::checked(self.amount.0, &self.currency.0);
        reader.within("value", |reader| reader.valid(money))
    }
}

/// A new deal.
#[derive(InputObject)]
pub(crate) struct CreateDealInput {
    /// An id made by the client (`deal_…`): the same call again answers with what is there.
    pub new_id: Option<ID>,
    /// The process it goes through; the default one when left out.
    pub process_id: Option<ID>,
    /// What it is called: 1 to 200 characters.
    pub title: String,
    /// What it is worth.
    pub value: Option<MoneyInput>,
    /// Who is responsible; you when left out.
    pub owner_id: Option<ID>,
    /// Which salespeople see it; all of them when left out.
    pub visibility: Option<Visibility>,
    /// Who else takes part. The owner always does, and so does a salesperson who creates it.
    pub participant_ids: Option<Vec<ID>>,
}

/// New fields for a deal. What is left out stays as it is; `null` makes it the default.
#[derive(InputObject)]
pub(crate) struct UpdateDealInput {
    /// The deal.
    pub deal_id: ID,
    /// What it is called: 1 to 200 characters.
    pub title: Option<String>,
    /// What it is worth; `null`: nothing known.
    pub value: MaybeUndefined<MoneyInput>,
    /// Who is responsible: an active member, who takes part from then on.
    pub owner_id: Option<ID>,
    /// Which salespeople see it.
    pub visibility: MaybeUndefined<Visibility>,
}

/// A move by hand.
#[derive(InputObject)]
pub(crate) struct MoveDealInput {
    /// The deal.
    pub deal_id: ID,
    /// The stage it goes to; `null`: to no stage. It must be said.
    pub stage_id: MaybeUndefined<ID>,
}

/// A member to take part.
#[derive(InputObject)]
pub(crate) struct AddParticipantInput {
    /// The deal.
    pub deal_id: ID,
    /// The member: an active one.
    pub member_id: ID,
}

/// A member to take part no longer.
#[derive(InputObject)]
pub(crate) struct RemoveParticipantInput {
    /// The deal.
    pub deal_id: ID,
    /// The member: anyone but the owner.
    pub member_id: ID,
}

/// An action done for a deal.
#[derive(InputObject)]
pub(crate) struct CompleteActionInput {
    /// The deal.
    pub deal_id: ID,
    /// What was done.
    pub action_id: ID,
    /// The completion's id, made by the client (`completion_…`): used before, it answers with that
    /// completion, even if it was undone since.
    pub new_id: Option<ID>,
    /// A note given now as evidence.
    pub note: Option<NoteInput>,
    /// A note added to the deal before and not used yet, as evidence.
    pub note_id: Option<ID>,
}

impl CompleteActionInput {
    /// What shows that it was done.
    pub(crate) fn evidence(&self, reader: &mut InputReader) -> Evidence {
        let note = self.note.as_ref();
        let files = note.and_then(|note| note.file_ids.as_deref()).unwrap_or_default();
        Evidence {
            note: note.map(|note| note.body.clone()),
            files: reader.within("note", |reader| reader.ids(files, "fileIds")),
            note_id: reader.optional_id(self.note_id.as_ref(), "noteId"),
        }
    }
}

/// A note given as evidence.
#[derive(InputObject)]
pub(crate) struct NoteInput {
    /// The text (Markdown): 1 to 10,000 characters.
    pub body: String,
    /// Its files, in this order: at most 20 that you uploaded (`createFileUpload`) and used in no other note.
    pub file_ids: Option<Vec<ID>>,
}

/// A completion to undo.
#[derive(InputObject)]
pub(crate) struct UndoCompletionInput {
    /// The completion.
    pub completion_id: ID,
    /// What to say about it: at most 10,000 characters.
    pub comment: Option<String>,
}

/// A deal to win.
#[derive(InputObject)]
pub(crate) struct WinDealInput {
    /// The deal.
    pub deal_id: ID,
    /// Why: one of `Deal.closeReasons(status: WON)`. Where there are any, it must be given.
    pub reason_id: Option<ID>,
    /// What to say about it: at most 10,000 characters.
    pub comment: Option<String>,
}

/// A deal that was lost.
#[derive(InputObject)]
pub(crate) struct LoseDealInput {
    /// The deal.
    pub deal_id: ID,
    /// Why: one of `Deal.closeReasons(status: LOST)`. Where there are any, it must be given.
    pub reason_id: Option<ID>,
    /// What to say about it: at most 10,000 characters.
    pub comment: Option<String>,
}

/// A deal that is no longer of interest.
#[derive(InputObject)]
pub(crate) struct OutdateDealInput {
    /// The deal.
    pub deal_id: ID,
    /// Why: one of `Deal.closeReasons(status: OUTDATED)`. Where there are any, it must be given.
    pub reason_id: Option<ID>,
    /// What to say about it: at most 10,000 characters.
    pub comment: Option<String>,
}

/// A closed deal that runs again.
#[derive(InputObject)]
pub(crate) struct ReopenDealInput {
    /// The deal.
    pub deal_id: ID,
    /// What to say about it: at most 10,000 characters.
    pub comment: Option<String>,
}

/// A note about a deal.
#[derive(InputObject)]
pub(crate) struct AddNoteInput {
    /// The deal.
    pub deal_id: ID,
    /// An id made by the client (`note_…`): the same call again answers with what is there.
    pub new_id: Option<ID>,
    /// The text (Markdown): 1 to 10,000 characters.
    pub body: String,
    /// Its files, in this order: at most 20 that you uploaded (`createFileUpload`) and used in no other note.
    pub file_ids: Option<Vec<ID>>,
}
