//! Files: announced here, sent and fetched beside the API by signed URLs, and used in notes.

use std::collections::{HashMap, HashSet};

use domain::{
    language::Message,
    refusal::{self, Problem, Refusal},
    text::{self, invalid},
};
use entity::{
    file::{self, State},
    ids::{FileId, MemberId},
};
use sea_orm::ConnectionTrait;
use serde::Serialize;
use tokio::sync::OnceCell;

use crate::{
    auth::Credential,
    base::Base,
    command::Command,
    error::{Error, Problems, Result},
    tx::{Claim, Snapshot, Tx},
};

pub mod download;
pub mod find;
mod holder;
mod room;
mod space;
pub mod storage;
pub mod store;
pub mod sweep;
pub(crate) mod turn;
pub mod unfit;
pub mod upload;

pub use domain::file::{sign, sniff};
pub use holder::{Holder, holder};
pub use room::Room;
pub use space::Space;

use sign::{Key, Purpose, Ticket};
use sniff::Types;
use storage::Storage;

/// How many files one note may have.
pub const MOST_IN_NOTE: usize = 20;
/// How many files a member may have announced or sent and not used in a note yet: they stay no longer
/// than a day, and must not fill the disk until then.
pub const MOST_UNUSED: usize = 200;
/// The largest file, in bytes, unless the operator says otherwise.
pub const MAX_SIZE: i64 = 25 * 1024 * 1024;

/// What the operator configures about files.
#[derive(Clone, Debug)]
pub struct FileSettings {
    /// Where the bytes are.
    pub storage: Storage,
    /// The largest file, in bytes.
    pub max_size: i64,
    /// What may be uploaded.
    pub types: Types,
    /// How many bytes files may have together.
    pub room: Room,
}

impl Default for FileSettings {
    fn default() -> Self {
        let storage = Storage::in_memory();
        Self { storage, max_size: MAX_SIZE, types: Types::default(), room: Room::default() }
    }
}

/// What the operator configured about files.
pub(crate) fn settings(base: &Base) -> &FileSettings {
    base.settings_of()
}

/// What signs the URLs of files, once it was read.
#[derive(Default)]
struct UrlKey(OnceCell<Key>);

/// A file that somebody is about to send.
#[derive(Clone, Debug, Serialize)]
pub struct CreateUpload {
    /// The file's id, made by the client.
    pub new_id: Option<FileId>,
    /// What it is called: never a path.
    pub name: String,
    /// What it is said to be.
    pub content_type: String,
    /// How many bytes it has.
    pub size: i64,
    /// SHA-256 of its bytes, in hexadecimal.
    pub checksum: Option<String>,
}

/// An announcement that was found right.
struct Announced {
    name: String,
    content_type: String,
    checksum: Option<Vec<u8>>,
}

impl Command for CreateUpload {
    type Output = FileId;

    async fn run(&self, tx: &mut Tx) -> Result<FileId> {
        create_upload(tx, self).await
    }
}

/// Announces a file. It can be sent from then on, and used in a note once it is there.
async fn create_upload(tx: &mut Tx, command: &CreateUpload) -> Result<FileId> {
    let mut problems = Problems::default();
    let announced = problems.take(announced(settings(tx.base()), command))?;
    let uploader_id = tx.actor().member_id();
    let uploader_id = uploader_id.ok_or_else(|| invalid(Message::of("only-members-upload")))?;
    let id = match problems.take(tx.claim(command.new_id, command).await)? {
        // Announced before, and not swept since.
        Some(Claim::Repeated(id)) if store::find(tx.conn(), id).await?.is_some() => {
            return problems.check().map(|()| id);
        }
        Some(Claim::Repeated(id) | Claim::Fresh(id)) => id,
        None => tx.new_id(), // it is refused, and all else is told too
    };
    problems.take(room_for_one_more(tx, uploader_id).await)?;
    problems.take(room::keep(tx, uploader_id, command.size).await)?;
    let announced = problems.settle(announced)?;
    store::make_secret(tx.conn()).await?;
    let row = file::Model {
        id,
        name: announced.name,
        content_type: announced.content_type,
        size: command.size,
        state: State::Pending,
        checksum: None,
        expected_checksum: announced.checksum,
        uploader_id,
        note_id: None,
        position: 0,
        created_at: tx.now(),
    };
    store::insert(tx.conn(), row).await?;
    Ok(id)
}

fn announced(settings: &FileSettings, command: &CreateUpload) -> Result<Announced> {
    let mut problems = Problems::default();
    let name = problems.take(name(&command.name, &settings.types))?;
    let content_type = problems.take(content_type(&command.content_type, &settings.types))?;
    problems.take(size(command.size, settings.max_size))?;
    let checksum = command.checksum.as_deref().map(checksum).transpose();
    let checksum = problems.take(checksum)?.flatten();
    problems.check()?;
    let (Some(name), Some(content_type)) = (name, content_type) else {
        return Err(Error::bug("an announcement is neither right nor wrong"));
    };
    Ok(Announced { name, content_type, checksum })
}

/// A name to show and to save a file under: it never leads anywhere.
fn name(given: &str, types: &Types) -> Result<String> {
    let wrong = |reason: Message| Error::from(invalid(reason).at("name"));
    let name = text::line("file's name", given).map_err(|refusal| refusal.at("name"))?;
    if name.contains(['/', '\\']) || name.chars().all(|c| c == '.') {
        return Err(wrong(Message::of("file-name-is-path")));
    }
    if !types.allow_name(&name) {
        return Err(wrong(Message::of("file-ending")));
    }
    Ok(name)
}

fn content_type(given: &str, types: &Types) -> Result<String> {
    let wrong = |reason: Message| Error::from(invalid(reason).at("contentType"));
    let media =
        sniff::content_type(given).ok_or_else(|| wrong(Message::of("content-type-malformed")))?;
    if !types.allow(&media) {
        return Err(wrong(Message::of("content-type-refused").with("media", media)));
    }
    Ok(media)
}

fn size(given: i64, most: i64) -> Result<()> {
    if (1..=most).contains(&given) {
        return Ok(());
    }
    let most = refusal::size(most.unsigned_abs());
    Err(invalid(Message::of("file-size").with("most", most)).at("size").into())
}

fn checksum(given: &str) -> Result<Vec<u8>> {
    let digits = given.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok().filter(|pair| !pair.starts_with('+'))?;
        u8::from_str_radix(pair, 16).ok()
    });
    let bytes: Option<Vec<_>> = digits.collect();
    let wrong = || invalid(Message::of("checksum-malformed"));
    let bytes = bytes.filter(|bytes| bytes.len() == 32 && given.len() == 64);
    Ok(bytes.ok_or_else(|| wrong().at("checksum"))?)
}

/// Soft: announcements at the same moment may go a little over it.
async fn room_for_one_more(tx: &Tx, member: MemberId) -> Result<()> {
    let what = "files that are not used in a note yet";
    match store::count_unused(tx.conn(), member).await? {
        unused if unused < MOST_UNUSED as u64 => Ok(()),
        _ => Err(Problem::LimitReached { what, limit: MOST_UNUSED }.into()),
    }
}

/// Everything that keeps these files from being used in a new note; they stay as they are until the end
/// of the unit of work.
pub async fn why_not(tx: &Tx, ids: &[FileId]) -> Result<Vec<Refusal>> {
    if ids.len() > MOST_IN_NOTE {
        let problem = Problem::LimitReached { what: "files in a note", limit: MOST_IN_NOTE };
        return Ok(vec![problem.at("fileIds")]);
    }
    let found = store::lock(tx.conn(), ids).await?;
    let found: HashMap<_, _> = found.into_iter().map(|row| (row.id, row)).collect();
    let mut seen = HashSet::new();
    let problem = |id: &FileId| match found.get(id) {
        _ if !seen.insert(*id) => Some(Problem::Invalid { reason: TWICE }),
        Some(row) if tx.actor().is(row.uploader_id) => unusable(row),
        _ => Some(Problem::NotFound { kind: "file" }),
    };
    let problems = ids.iter().map(problem).enumerate().zip(ids);
    let refusals = problems.filter_map(|((index, problem), id)| {
        Some(problem?.at(&index.to_string()).at("fileIds").about(id))
    });
    Ok(refusals.collect())
}

const TWICE: Message = Message::of("file-twice");

fn unusable(row: &file::Model) -> Option<Problem> {
    match row.state {
        State::Pending => Some(Problem::FileNotReady),
        State::Ready if row.note_id.is_some() => Some(Problem::FileUsed),
        State::Ready => None,
    }
}

/// A URL for one thing to do with one file, and until when.
#[derive(Clone, Debug)]
pub struct SignedUrl {
    /// The whole URL.
    pub url: String,
    /// What it is for.
    pub ticket: Ticket,
}

/// Signs a URL for whoever looks.
pub async fn signed_url(
    snapshot: &Snapshot,
    credential: &Credential,
    file: FileId,
    purpose: Purpose,
) -> Result<SignedUrl> {
    let base = snapshot.base();
    // Through the view's own connection: waiting for another while holding one can starve the pool.
    let key = key(base, snapshot.conn().await?).await?;
    let key = key.ok_or_else(|| Error::bug("nothing signs the URLs of files"))?;
    let ticket = Ticket::from(base.clock().now(), purpose, file, credential.clone());
    let path = key.path(&ticket).ok_or_else(|| Error::bug("a URL was not signed"))?;
    Ok(SignedUrl { url: format!("{}{path}", base.settings().public_url), ticket })
}

/// What signs the URLs, read once; none before the first file was announced.
async fn key(base: &Base, conn: &impl ConnectionTrait) -> Result<Option<Key>> {
    let known = &base.part::<UrlKey>().0;
    if let Some(key) = known.get() {
        return Ok(Some(key.clone()));
    }
    let Some(row) = store::secret(conn).await? else { return Ok(None) };
    let key = Key::new(&row).ok_or_else(|| Error::bug("the secret of files is not whole"))?;
    Ok(Some(known.get_or_init(|| async { key }).await.clone()))
}
