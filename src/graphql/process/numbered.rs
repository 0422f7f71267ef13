//! A process of which no more may be read than the number of its version.

use std::borrow::Cow;

use async_graphql::{
    Context, ContextSelectionSet, OutputType, Positioned, ServerResult, Value,
    parser::types::Field, registry::Registry,
};
use engine::{error::Result, process::find};
use entity::ids::ProcessId;

use super::{Process, ProcessObject};
use crate::graphql::{
    error::to_graphql,
    kept::{self, State, Subject},
    view::View,
};

/// A process, as far as it was read.
pub(crate) enum Numbered {
    /// With its current version.
    Whole(Process),
    /// The number of its current version.
    Number(View, ProcessId, i64),
}

impl Numbered {
    /// The process with this id.
    pub(crate) async fn find(
        context: &Context<'_>,
        view: &View,
        id: ProcessId,
    ) -> Result<Option<Self>> {
        if kept::may_answer(context, "Process", Subject::Process(id), view.actor()) {
            let number = find::number_alone(view.snapshot(), id).await?;
            return Ok(number.map(|number| Self::Number(view.clone(), id, number)));
        }
        Ok(Process::find(view, id).await?.map(Self::Whole))
    }
}

impl OutputType for Numbered {
    fn type_name() -> Cow<'static, str> {
        ProcessObject::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        ProcessObject::create_type_info(registry)
    }

    async fn resolve(
        &self,
        context: &ContextSelectionSet<'_>,
        field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        let (view, id, number) = match self {
            Self::Whole(process) => return process.resolve(context, field).await,
            Self::Number(view, id, number) => (view, *id, *number),
        };
        let state =
            State { deal: None, process: (id, number), people: view.people(), viewer: None };
        let place = kept::place(context, "Process", async |_| Some(state)).await;
        if let Some(value) = place.and_then(|place| place.kept()) {
            return Ok(value);
        }
        match Process::find(view, id).await {
            Ok(Some(process)) => process.resolve(context, field).await,
            Ok(None) => Ok(Value::Null), // it went away since its number was read
            Err(error) => Err(to_graphql(error).into_server_error(field.pos)),
        }
    }
}
