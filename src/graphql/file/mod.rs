//! Files, and the signed URLs that their bytes go through.

use std::sync::Arc;

use async_graphql::{Enum, ID, Object, SimpleObject};
use domain::file::sign::Purpose;
use engine::error::{Error, Result};
use entity::file;

use crate::graphql::{
    context::semanticNonNull,
    error::{Field, field, maybe},
    member::{self, Member},
    note::Note,
    scalar::DateTime,
    view::View,
};

pub(crate) mod loader;
pub(crate) mod upload;

/// Whether the bytes of a file are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "file::State")]
pub enum FileState {
    /// They are still to come: `PUT` them to the signed URL.
    Pending,
    /// They are there, and were checked.
    Ready,
}

/// A file. Its bytes do not go through GraphQL: `createFileUpload` and `download` say where to send and
/// fetch them.
#[derive(Clone)]
pub(crate) struct File {
    view: View,
    row: Arc<file::Model>,
}

impl File {
    /// The file of this row.
    pub(crate) fn new(view: &View, row: Arc<file::Model>) -> Self {
        Self { view: view.clone(), row }
    }

    async fn read_download(&self) -> Result<Option<SignedUrl>> {
        match self.row.state {
            file::State::Pending => Ok(None),
            file::State::Ready => {
                SignedUrl::new(&self.view, &self.row, Purpose::Download).await.map(Some)
            }
        }
    }

    /// Where to send its bytes; none when they are there.
    pub(crate) async fn upload(&self) -> Result<Option<SignedUrl>> {
        match self.row.state {
            file::State::Ready => Ok(None),
            file::State::Pending => {
                SignedUrl::new(&self.view, &self.row, Purpose::Upload).await.map(Some)
            }
        }
    }
}

/// A file. Its bytes do not go through GraphQL: `createFileUpload` and `download` say where to send and
/// fetch them. Whoever sees the deal of its note sees it; before it is in a note, its uploader alone.
#[Object]
impl File {
    /// The file's id.
    pub async fn id(&self) -> ID {
        self.row.id.to_string().into()
    }

    /// The name to show and to save it under: never a path.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// Its media type, such as `application/pdf`: as it was announced, and once it is ready, its bytes were
    /// found to fit it.
    async fn content_type(&self) -> &str {
        &self.row.content_type
    }

    /// How many bytes it has.
    async fn size(&self) -> i64 {
        self.row.size
    }

    /// Whether its bytes are there.
    async fn state(&self) -> FileState {
        self.row.state.into()
    }

    /// SHA-256 of its bytes, in hexadecimal; null until they are there.
    async fn checksum(&self) -> Option<String> {
        let bytes = self.row.checksum.as_ref()?;
        Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Who uploaded it.
    #[graphql(directive = semanticNonNull::apply())]
    async fn uploader(&self) -> Field<Member> {
        member::member(&self.view, self.row.uploader_id).await
    }

    /// When it was announced.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// The note it belongs to; null while it is in none. A file that is in none for a day is removed.
    async fn note(&self) -> Field<Note> {
        maybe(Note::find(&self.view, self.row.note_id?).await)
    }

    /// Where to fetch its bytes; null until they are there. The URL is for the viewer, and for a few
    /// minutes: ask for it when somebody wants the file.
    async fn download(&self) -> Field<SignedUrl> {
        maybe(self.read_download().await)
    }
}

/// A URL that is good for one thing to do with one file, without a token, until it expires. It ends earlier
/// with the token that it was asked for with, and with the right to see the file.
#[derive(Clone, SimpleObject)]
pub(crate) struct SignedUrl {
    /// The URL. Whoever has it may use it: do not store or share it.
    pub url: String,
    /// The method of HTTP: `PUT` to send the bytes, `GET` to fetch them.
    pub method: String,
    /// Headers to send along.
    pub headers: Vec<HttpHeader>,
    /// Until when it is good.
    pub expires_at: DateTime,
}

/// A header of an HTTP request.
#[derive(Clone, SimpleObject)]
pub(crate) struct HttpHeader {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

impl SignedUrl {
    /// A URL for whoever looks.
    async fn new(view: &View, row: &file::Model, purpose: Purpose) -> Result<Self> {
        let signed = view.signed_url(row.id, purpose).await?;
        let content_type =
            || HttpHeader { name: "Content-Type".to_owned(), value: row.content_type.clone() };
        let expires = entity::Timestamp::from_timestamp_millis(signed.ticket.expires);
        Ok(Self {
            url: signed.url,
            method: purpose.method().to_owned(),
            headers: (purpose == Purpose::Upload).then(content_type).into_iter().collect(),
            expires_at: DateTime(expires.ok_or_else(|| Error::bug("a URL never expires"))?),
        })
    }
}

/// The files of a note.
pub(crate) async fn of_note(view: &View, note: entity::ids::NoteId) -> Field<Vec<File>> {
    let found = view.files_of(note).await;
    let shown = |row| File::new(view, Arc::new(row));
    field(found.map(|rows| rows.into_iter().map(shown).collect()))
}
