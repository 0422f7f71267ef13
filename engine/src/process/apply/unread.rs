//! Files that say nothing: what came with them is judged all the same, and the process that they mean is found.

use domain::{
    policy::{self, Permission, Subject},
    process::{
        Saved,
        file::{self, Located},
    },
    refusal::{Problem, Refusal},
    text,
};
use entity::ids::ProcessId;
use sea_orm::ConnectionTrait;

use super::{refusal, strangers};
use crate::{
    command::Command,
    error::{Error, Problems, Result},
    process::{self as processes, store},
    tx::Tx,
};

/// What was sent with a file that says nothing.
#[derive(Clone, Debug)]
pub struct Unread {
    /// Which process it was to be.
    pub process_id: Option<ProcessId>,
    /// The id that the client made, for a process that is not there yet.
    pub new_id: Option<ProcessId>,
    /// The version that the caller started from.
    pub expected_version: Option<i64>,
    /// What the author says about it.
    pub message: Option<String>,
    /// The members that the file names all the same, by their addresses.
    pub emails: Vec<Located<String>>,
}

impl Unread {
    /// What else is wrong.
    pub async fn wrong(&self, conn: &impl ConnectionTrait) -> Result<Vec<Refusal>> {
        let mut problems = Problems::default();
        if let Some(id) = self.process_id {
            problems.take(processes::existing(conn, id).await)?;
        }
        problems.take(message(self.message.as_deref()))?;
        if let Some(id) = self.new_id {
            problems.take(free(conn, id).await)?;
        }
        let strangers = strangers(conn, self.emails.iter()).await?;
        problems.extend(strangers.into_iter().map(refusal));
        Ok(problems.into_refusals())
    }
}

impl Command for Unread {
    type Output = Saved;

    async fn run(&self, tx: &mut Tx) -> Result<Saved> {
        refuse(tx, self).await
    }
}

/// Refuses what came with a file that says nothing, with everything that is wrong.
async fn refuse(tx: &mut Tx, command: &Unread) -> Result<Saved> {
    policy::require(tx.actor(), Permission::ConfigureProcess, Subject::Organisation)?;
    Err(Error::Refused(command.wrong(tx.conn()).await?))
}

/// Refuses what is too long to be said about a version.
pub(super) fn message(given: Option<&str>) -> Result<()> {
    let checked = given.map(text::long).transpose();
    checked.map(drop).map_err(|refusal| refusal.at("message").into())
}

/// Refuses an id under which there is a process.
pub(super) async fn free(conn: &impl ConnectionTrait, id: ProcessId) -> Result<()> {
    match store::find(conn, id).await? {
        Some(_) => Err(Problem::IdTaken.at("newId").about(id).into()),
        None => Ok(()),
    }
}

/// The names by which a file means a process: its own, and what it was before.
#[derive(Clone, Debug)]
pub struct Names {
    name: String,
    was: Option<String>,
}

/// The names in a file, if it is one, whatever else is wrong with it.
pub fn names(text: &str) -> Option<Names> {
    file::names(text).map(|(name, was)| Names { name, was })
}

impl Names {
    /// The process in use that is meant.
    pub async fn find(&self, conn: &impl ConnectionTrait) -> Result<Option<ProcessId>> {
        let found = store::find_by_name(conn, &self.name).await?;
        let former = match &self.was {
            Some(was) => store::find_by_name(conn, was).await?,
            None => None,
        };
        Ok(found.or(former).map(|row| row.id))
    }
}
