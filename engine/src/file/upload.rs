//! Taking the bytes of a file: counted, hashed and looked at while they come, and kept only if they are
//! what was announced. Memory does not grow with their number.

use std::time::Duration;

use bytes::Bytes;
use domain::policy::Actor;
use entity::{
    file::{self, State},
    ids::FileId,
};
use futures_util::{Stream, StreamExt};
use sha2::{Digest, Sha256};
use tokio::{
    sync::oneshot,
    time::{Instant, sleep, timeout, timeout_at},
};

use super::{
    holder::Holder,
    sign::{Purpose, Ticket},
    sniff,
    storage::{Arrived, Incoming},
    store,
    turn::{Turn, Uploads},
    unfit::Unfit,
};
use crate::{app::App, auth::Session, command::Command, error::Error, tx::Tx};

/// How long bytes may stop coming.
const PAUSE: Duration = Duration::from_secs(30);
/// How long all of it may take.
const LONGEST: Duration = Duration::from_secs(60 * 60);

/// What is known of bytes that came.
struct Seen {
    size: i64,
    hash: Sha256,
    head: Vec<u8>,
}

/// A file whose bytes may be sent now.
pub struct Upload {
    app: App,
    actor: Actor,
    row: file::Model,
    turn: Turn,
}

/// Whether whoever has the URL of an announced file may send its bytes now, so many if they say so.
pub async fn open(app: &App, holder: Holder, length: Option<u64>) -> Result<Upload, Unfit> {
    let Holder { ticket, session } = holder;
    let row = expected(app, &session, &ticket).await?;
    if let Some(length) = length.filter(|length| i64::try_from(*length) != Ok(row.size)) {
        return Err(Unfit::Size { announced: row.size, came: i64::try_from(length).ok() });
    }
    let turn = Uploads::of(app).try_start(row.id).ok_or(Unfit::Running)?;
    Ok(Upload { app: app.clone(), actor: session.actor, row, turn })
}

impl Upload {
    /// Takes the bytes. The same bytes again change nothing.
    /// It runs to its end on a task of its own: nothing is left behind by a client that hangs up, nor by one
    /// that is told after so long that the database does not answer.
    pub async fn receive<S, E>(self, body: S, longest_save: Duration) -> Result<(), Unfit>
    where
        S: Stream<Item = Result<Bytes, E>> + Send + Unpin + 'static,
        E: Send,
    {
        let Self { app, actor, row, turn } = self;
        let (tell, saving) = oneshot::channel();
        let taken = tokio::spawn(async move {
            let _turn = turn;
            match row.state {
                State::Ready => compare(&row, body).await,
                State::Pending => take(&app, actor, row, body, tell).await,
            }
        });
        tokio::select! {
            biased;
            taken = taken => taken.map_err(|cause| Unfit::Fault(Error::Internal(Box::new(cause))))?,
            () = overdue(saving, longest_save) => {
                Err(Error::Unsure("a file could not be saved within the time limit".into()).into())
            }
        }
    }
}

/// Returns when saving has begun and has not ended for so long.
async fn overdue(saving: oneshot::Receiver<()>, longest: Duration) {
    match saving.await {
        Ok(()) => sleep(longest).await,
        Err(_) => std::future::pending().await, // it has ended without saving anything
    }
}

/// The file that may be sent with this ticket: one's own.
async fn expected(app: &App, session: &Session, ticket: &Ticket) -> Result<file::Model, Unfit> {
    if ticket.purpose != Purpose::Upload {
        return Err(Unfit::Forged);
    }
    let row = store::find(app.db().reader(), ticket.file).await?;
    row.filter(|row| session.actor.is(row.uploader_id)).ok_or(Unfit::NotFound)
}

/// A file that is there already takes the same bytes again, and no others.
async fn compare<S, E>(row: &file::Model, body: S) -> Result<(), Unfit>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
{
    let seen = read(row.size, body, None).await?;
    let same = row.checksum.as_deref() == Some(&seen.hash.finalize()[..]);
    if same { Ok(()) } else { Err(Unfit::Different) }
}

/// Takes the bytes, and tells when they are there and only the database is still to be told of them.
async fn take<S, E>(
    app: &App,
    actor: Actor,
    row: file::Model,
    body: S,
    saving: oneshot::Sender<()>,
) -> Result<(), Unfit>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
{
    let storage = super::settings(app).storage.clone();
    let name = app.clock().new_id::<entity::ids::File>().uuid();
    let mut incoming = storage.receive(name).await?;
    let checked = match read(row.size, body, Some(&mut incoming)).await {
        Ok(seen) => check(&row, seen),
        Err(unfit) => Err(unfit),
    };
    let checksum = match checked {
        Ok(checksum) => checksum,
        Err(unfit) => {
            incoming.abort().await;
            return Err(unfit);
        }
    };
    let arrived = incoming.arrived().await?;
    let _ = saving.send(()); // whoever has hung up does not hear it
    let kept = keep(app, actor, row.id, arrived.clone(), checksum).await;
    if !matches!(kept, Ok(Kept::Now)) {
        storage.discard(&arrived).await;
    }
    match kept? {
        Kept::Now | Kept::Before => Ok(()),
        Kept::Other => Err(Unfit::Different),
        Kept::Gone => Err(Unfit::NotFound),
    }
}

/// Reads to the end, or to the first byte too many.
async fn read<S, E>(
    announced: i64,
    mut body: S,
    mut into: Option<&mut Incoming>,
) -> Result<Seen, Unfit>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
{
    let deadline = Instant::now() + LONGEST;
    let mut seen = Seen { size: 0, hash: Sha256::new(), head: Vec::new() };
    while let Some(piece) = next(&mut body, deadline).await? {
        seen.size += i64::try_from(piece.len()).unwrap_or(i64::MAX / 2);
        if seen.size > announced {
            return Err(Unfit::Size { announced, came: None });
        }
        let missing = sniff::HEAD.saturating_sub(seen.head.len()).min(piece.len());
        seen.head.extend_from_slice(&piece[..missing]);
        seen.hash.update(&piece);
        if let Some(into) = &mut into {
            into.write(piece).await?;
        }
    }
    let came = Some(seen.size);
    if seen.size == announced { Ok(seen) } else { Err(Unfit::Size { announced, came }) }
}

async fn next<S, E>(body: &mut S, deadline: Instant) -> Result<Option<Bytes>, Unfit>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
{
    let piece = timeout_at(deadline, timeout(PAUSE, body.next())).await;
    match piece {
        Ok(Ok(piece)) => piece.transpose().map_err(|_| Unfit::Interrupted),
        _ => Err(Unfit::Interrupted),
    }
}

/// The checksum of bytes that are what was announced.
fn check(row: &file::Model, seen: Seen) -> Result<Vec<u8>, Unfit> {
    let checksum = seen.hash.finalize().to_vec();
    if row.expected_checksum.as_ref().is_some_and(|expected| *expected != checksum) {
        return Err(Unfit::Checksum);
    }
    match sniff::judge(&row.content_type, &seen.head) {
        Ok(()) => Ok(checksum),
        Err(found) => Err(Unfit::Type { announced: row.content_type.clone(), found }),
    }
}

enum Kept {
    Now,
    Before,
    Other,
    Gone,
}

/// Puts the bytes under the file's id and says so, in one unit of work under the lock of its row: of two
/// who send at once, one is first.
async fn keep(
    app: &App,
    actor: Actor,
    id: FileId,
    arrived: Arrived,
    checksum: Vec<u8>,
) -> Result<Kept, Unfit> {
    Ok(app.write(actor, Keep { id, arrived, checksum }).await?)
}

/// Keeping bytes that came.
struct Keep {
    id: FileId,
    arrived: Arrived,
    checksum: Vec<u8>,
}

impl Command for Keep {
    type Output = Kept;

    async fn run(&self, tx: &mut Tx) -> Result<Kept, Error> {
        let Self { id, arrived, checksum } = self;
        let found = store::lock(tx.conn(), &[*id]).await?;
        let Some(row) = found.first() else { return Ok(Kept::Gone) };
        match &row.checksum {
            Some(known) if known == checksum => return Ok(Kept::Before),
            Some(_) => return Ok(Kept::Other),
            None => {}
        }
        let storage = super::settings(tx.base()).storage.clone();
        storage.keep(arrived, *id).await?;
        store::ready(tx.conn(), *id, checksum.clone()).await?;
        Ok(Kept::Now)
    }
}
