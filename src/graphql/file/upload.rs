//! Announcing a file: a resolver reads its input, calls the use case, and says where to send the bytes.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use engine::{error::Result, file::CreateUpload};

use crate::graphql::{
    context::semanticNonNull,
    error::Field,
    file::{File, SignedUrl},
    input::InputReader,
    mutate::{MutationInput, Outcome, mutate},
    user_error::UserError,
};

/// Announcing files.
#[derive(Default)]
pub(crate) struct UploadMutation;

/// A file that you are about to send.
#[derive(InputObject)]
pub(crate) struct CreateFileUploadInput {
    /// An id made by the client (`file_…`): the same call again answers with what is there, and with a fresh
    /// URL.
    pub new_id: Option<ID>,
    /// What it is called: 1 to 200 characters, not a path.
    pub name: String,
    /// Its media type, such as `application/pdf`. It is compared with what the bytes say.
    pub content_type: String,
    /// How many bytes it has: at least 1, and at most what the server takes (25 MiB unless its operator says
    /// otherwise).
    pub size: i64,
    /// SHA-256 of its bytes, in hexadecimal: other bytes are then refused.
    pub checksum: Option<String>,
}

/// What announcing a file led to.
#[derive(SimpleObject)]
pub(crate) struct CreateFileUploadPayload {
    /// The file.
    pub file: Option<File>,
    /// Where to send its bytes, as the body of one request; null when they are there.
    pub upload: Option<SignedUrl>,
    /// Why nothing was announced; empty when it was.
    pub user_errors: Vec<UserError>,
}

/// Files go beside GraphQL, not through it.
#[Object]
impl UploadMutation {
    /// Announces a file, and says where to send its bytes. Then use its id in a note. A file that is in no
    /// note after a day is removed.
    ///
    /// User errors: `INVALID_VALUE`, `INVALID_ID`, `ID_TAKEN`, `LIMIT_REACHED`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn create_file_upload(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The file.")] input: CreateFileUploadInput,
    ) -> Field<CreateFileUploadPayload> {
        mutate(context, input).await
    }
}

impl MutationInput for CreateFileUploadInput {
    type Command = CreateUpload;
    type Payload = CreateFileUploadPayload;
    const SUBJECT: &'static str = "newId";

    fn read(self, reader: &mut InputReader) -> CreateUpload {
        let new_id = reader.new_id(self.new_id.as_ref());
        let Self { name, content_type, size, checksum, .. } = self;
        CreateUpload { new_id, name, content_type, size, checksum }
    }

    async fn answer(done: Outcome<CreateUpload>) -> Result<CreateFileUploadPayload> {
        let row = match done.value {
            Some(id) => done.view.file(id).await?,
            None => None,
        };
        let file = row.map(|row| File::new(&done.view, row));
        let upload = match &file {
            Some(file) => file.upload().await?,
            None => None,
        };
        Ok(CreateFileUploadPayload { file, upload, user_errors: done.user_errors })
    }
}
