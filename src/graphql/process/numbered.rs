//! A process asked for by itself: if it is kept no more is read than the number of its version.

use async_graphql::Context;
use engine::{error::Result, process::find as processes};
use entity::ids::ProcessId;

use super::Process;
use crate::graphql::{
    kept::{
        self, State, Subject,
        numbered::{AsRead, Numbered},
    },
    view::View,
};

/// The process with this id.
pub(crate) async fn find(
    context: &Context<'_>,
    view: &View,
    id: ProcessId,
) -> Result<Option<AsRead<Process>>> {
    if kept::may_answer(context, Process::TYPE, Subject::Process(id), view.actor()) {
        let number = processes::number_alone(view.snapshot(), id).await?;
        return Ok(number.map(|number| AsRead::Head(view.clone(), (id, number))));
    }
    Ok(Process::find(view, id).await?.map(AsRead::Whole))
}

impl Numbered for Process {
    /// The process, and the number of its current version.
    type Head = (ProcessId, i64);
    const TYPE: &'static str = "Process";

    fn state_of(view: &View, head: &Self::Head, _: bool) -> Option<State> {
        Some(State { deal: None, process: *head, people: view.people(), viewer: None })
    }

    fn expect(view: &View, (id, _): &Self::Head) {
        view.expect_processes([*id]);
    }

    async fn whole(view: &View, (id, _): &Self::Head) -> Result<Option<Self>> {
        Self::find(view, *id).await
    }
}
