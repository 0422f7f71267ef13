//! Which process deals take when they name none. It belongs to the organisation and not to the process:
//! no version is raised.

use domain::{
    policy::{self, Permission, Subject},
    refusal::Problem,
};
use entity::ids::ProcessId;

use super::{begin::hold, store};
use crate::{
    audit::{self, Kind},
    command::Command,
    error::Result,
    tx::Tx,
};

/// Making a process the default.
#[derive(Clone, Copy, Debug)]
pub struct SetDefaultProcess {
    /// Which.
    pub process_id: ProcessId,
}

impl Command for SetDefaultProcess {
    type Output = Option<ProcessId>;

    async fn run(&self, tx: &mut Tx) -> Result<Option<ProcessId>> {
        set_default(tx, self.process_id).await
    }
}

/// Makes a process the default, and tells which one was until now; none, if this one was already.
async fn set_default(tx: &mut Tx, id: ProcessId) -> Result<Option<ProcessId>> {
    policy::require(tx.actor(), Permission::ConfigureProcess, Subject::Process(id))?;
    if hold(tx, id).await?.archived_at.is_some() {
        return Err(Problem::ProcessArchived.at("processId").about(id).into());
    }
    tx.lock_organisation().await?;
    let previous = store::find_default(tx.conn()).await?.map(|row| row.id);
    if previous == Some(id) {
        return Ok(None);
    }
    store::clear_default(tx.conn()).await?;
    make(tx, id).await?;
    Ok(previous)
}

/// Makes this process the default where there is none.
pub(super) async fn make(tx: &mut Tx, id: ProcessId) -> Result<()> {
    store::set_default(tx.conn(), id).await?;
    let name = store::find(tx.conn(), id).await?.map(|row| row.name).unwrap_or_default();
    audit::note(tx, Kind::DefaultProcessChanged, id, audit::named(&name)).await
}
