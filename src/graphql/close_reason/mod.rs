//! Why deals are closed, and which deals were closed for it.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object};
use domain::policy::{self, Subject};
use engine::error::Result;
use entity::{close_reason, deal::Status, ids::CloseReasonId};

use crate::graphql::{
    context::semanticNonNull,
    deal::list::{self, ColumnArguments, DealConnection, DealFilter, DealOrder},
    error::{Field, field},
    permission::Permission,
    scalar::{Cursor, DateTime},
    view::View,
};

mod loader;
pub(crate) mod mutation;

/// The ways in which deals are closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ClosingStatus {
    /// Won.
    Won,
    /// Lost.
    Lost,
    /// No longer of interest.
    Outdated,
}

impl From<ClosingStatus> for Status {
    fn from(status: ClosingStatus) -> Self {
        match status {
            ClosingStatus::Won => Self::Won,
            ClosingStatus::Lost => Self::Lost,
            ClosingStatus::Outdated => Self::Outdated,
        }
    }
}

impl ClosingStatus {
    /// The way of closing that a reason of this status is for: none is for open deals.
    fn of(status: Status) -> Self {
        match status {
            Status::Lost => Self::Lost,
            Status::Outdated => Self::Outdated,
            Status::Won | Status::Open => Self::Won,
        }
    }
}

/// Why deals are closed as won, lost or outdated.
#[derive(Clone)]
pub(crate) struct CloseReason {
    view: View,
    row: Arc<close_reason::Model>,
}

impl CloseReason {
    fn new(view: &View, row: &close_reason::Model) -> Self {
        Self { view: view.clone(), row: Arc::new(row.clone()) }
    }

    /// The reason with this id, in use or archived.
    pub(crate) async fn find(view: &View, id: CloseReasonId) -> Result<Option<Self>> {
        let all = view.close_reasons().await?;
        Ok(all.iter().find(|row| row.id == id).map(|row| Self::new(view, row)))
    }

    fn closing_status(&self) -> ClosingStatus {
        ClosingStatus::of(self.row.status)
    }

    /// All reasons in use of the same status, in order.
    pub(crate) async fn siblings(&self) -> Result<Vec<Self>> {
        of_status(&self.view, Some(self.closing_status()), false).await
    }
}

/// Several reasons, in this order.
pub(crate) async fn many(view: &View, ids: &[CloseReasonId]) -> Result<Vec<CloseReason>> {
    let all = view.close_reasons().await?;
    let found = ids.iter().filter_map(|id| all.iter().find(|row| row.id == *id));
    Ok(found.map(|row| CloseReason::new(view, row)).collect())
}

/// The reasons of a status, or of all, in order; archived ones come last.
pub(crate) async fn of_status(
    view: &View,
    status: Option<ClosingStatus>,
    include_archived: bool,
) -> Result<Vec<CloseReason>> {
    let all = view.close_reasons().await?;
    let wanted = status.map(Status::from);
    let found = all.iter().filter(|row| {
        wanted.is_none_or(|status| row.status == status)
            && (include_archived || row.archived_at.is_none())
    });
    Ok(found.map(|row| CloseReason::new(view, row)).collect())
}

/// Why deals are closed as won, lost or outdated: administrators keep a list for each. Archived, it is
/// offered no more, and deals closed with it keep it.
#[Object]
impl CloseReason {
    /// The reason's id.
    pub async fn id(&self) -> ID {
        self.row.id.to_string().into()
    }

    /// The way of closing deals that it is for.
    async fn status(&self) -> ClosingStatus {
        self.closing_status()
    }

    /// The name to show: unique among those in use of its status, whatever its case.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// When it was added.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// Since when it is offered no more; null while in use.
    async fn archived_at(&self) -> Option<DateTime> {
        self.row.archived_at.map(DateTime)
    }

    /// Whether the viewer may change, move, archive and restore it.
    async fn configure(&self) -> Permission {
        let permission = policy::Permission::ConfigureCloseReasons;
        let decided = policy::decide(self.view.actor(), permission, Subject::Organisation);
        Permission::decided(&self.view, decided, "close reason", self.row.id)
    }

    /// The deals that were closed for this reason and are closed still, with what they are worth together. All
    /// reasons with the same arguments are read at once: asking for many costs little.
    #[graphql(directive = semanticNonNull::apply())]
    async fn deals(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which deals; all when left out.")] filter: Option<DealFilter>,
        #[graphql(desc = "In which order; the newest first when left out.")] order_by: Option<
            Vec<DealOrder>,
        >,
        #[graphql(desc = "How many: 20 unless said otherwise, at most 100.")] first: Option<i64>,
        #[graphql(desc = "After this place.")] after: Option<Cursor>,
    ) -> Field<DealConnection> {
        let arguments = ColumnArguments { filter, order_by, first, after };
        field(list::reason_column(context, &self.view, self.row.id, arguments).await)
    }
}

/// Close reasons.
#[derive(Default)]
pub(crate) struct CloseReasonQuery;

/// Close reasons.
#[Object]
impl CloseReasonQuery {
    /// The reasons to close deals, status by status in their order.
    #[graphql(directive = semanticNonNull::apply())]
    async fn close_reasons(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Those of this status; all when left out.")] status: Option<ClosingStatus>,
        #[graphql(desc = "Whether archived ones come too.", default)] include_archived: bool,
    ) -> Field<Vec<CloseReason>> {
        match View::of(context) {
            Ok(view) => field(of_status(&view, status, include_archived).await),
            Err(error) => field(Err(error)),
        }
    }
}
