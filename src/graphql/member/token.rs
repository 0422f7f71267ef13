//! Tokens: the secrets that sign members in, shown once.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use domain::policy::{self, Subject};
use engine::{
    error::{Error, Result},
    member::token::{CreateToken, RevokeToken},
};
use entity::{
    ids::{MemberId, TokenId},
    token,
};

use crate::graphql::{
    context::semanticNonNull,
    error::{Field, field},
    input::InputReader,
    member::{self, Member, mutation::read_member},
    mutate::{MutationInput, Outcome, mutate, perform},
    permission::Permission,
    scalar::DateTime,
    user_error::UserError,
    view::View,
};

/// What signs a member in: a secret that was shown once. Revoked or expired, it is worth nothing.
#[derive(Clone)]
pub(crate) struct Token {
    view: View,
    row: Arc<token::Model>,
}

impl Token {
    /// The token of a row that the viewer may see.
    pub(crate) fn new(view: &View, row: Arc<token::Model>) -> Self {
        Self { view: view.clone(), row }
    }

    /// The token with this id, if the viewer may see it.
    pub(crate) async fn find(view: &View, id: TokenId) -> Result<Option<Self>> {
        Ok(view.token(id).await?.map(|row| Self::new(view, row)))
    }
}

/// The tokens of these rows.
pub(crate) fn objects(view: &View, rows: Vec<Arc<token::Model>>) -> Vec<Token> {
    rows.into_iter().map(|row| Token::new(view, row)).collect()
}

/// What signs a member in: a secret that was shown once. Revoked or expired, it is worth nothing.
#[Object]
impl Token {
    /// The token's id, which is no secret.
    pub async fn id(&self) -> ID {
        self.row.id.to_string().into()
    }

    /// What it is called.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// Whom it signs in.
    #[graphql(directive = semanticNonNull::apply())]
    async fn member(&self) -> Field<Member> {
        member::member(&self.view, self.row.member_id).await
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// From when on it is worth nothing; null: never.
    async fn expires_at(&self) -> Option<DateTime> {
        self.row.expires_at.map(DateTime)
    }

    /// When it was taken back; null: it was not.
    async fn revoked_at(&self) -> Option<DateTime> {
        self.row.revoked_at.map(DateTime)
    }

    /// In which minute it last signed somebody in, known some seconds later; null: in none yet.
    async fn last_used_at(&self) -> Option<DateTime> {
        self.row.last_used_at.map(DateTime)
    }

    /// Whether the viewer can revoke it now.
    async fn revoke(&self) -> Permission {
        let subject = Subject::Member(self.row.member_id);
        let permission = policy::Permission::ManageTokens;
        let decided = policy::decide(self.view.actor(), permission, subject);
        Permission::decided(&self.view, decided, "token", self.row.id)
    }
}

/// A new token. There is no `newId`: a secret is shown once and never again, so a repeated call makes another
/// token; revoke the one whose secret got lost.
#[derive(InputObject)]
pub(crate) struct CreateTokenInput {
    /// Whom it signs in; you when left out. Administrators make tokens for anyone, others for themselves.
    pub member_id: Option<ID>,
    /// What it is for, to recognise it later: 1 to 200 characters.
    pub name: String,
    /// From when on it is worth nothing, a moment in the future; never when left out.
    pub expires_at: Option<DateTime>,
}

/// A token to take back.
#[derive(InputObject)]
pub(crate) struct RevokeTokenInput {
    /// The token.
    pub token_id: ID,
}

/// What making a token led to.
#[derive(SimpleObject)]
pub(crate) struct CreateTokenPayload {
    /// The token; null when it was refused.
    pub token: Option<Token>,
    /// The secret to sign in with: shown here and never again.
    pub secret: Option<String>,
    /// The member whom it signs in, with all their tokens; null when they were not found.
    pub member: Option<Member>,
    /// Why no token was made; empty when one was.
    pub user_errors: Vec<UserError>,
}

/// What taking a token back led to.
#[derive(SimpleObject)]
pub(crate) struct RevokeTokenPayload {
    /// The token as it now is; null when it was not found.
    pub token: Option<Token>,
    /// The member whom it signed in, with the tokens that are left; null when it was not found.
    pub member: Option<Member>,
    /// Why it was not revoked; empty when it was.
    pub user_errors: Vec<UserError>,
}

/// Tokens.
#[derive(Default)]
pub(crate) struct TokenMutation;

/// Tokens: everyone manages their own, administrators everybody's.
#[Object]
impl TokenMutation {
    /// Makes a token and shows its secret, once. A member has at most 100 valid tokens.
    ///
    /// User errors: `NOT_FOUND`, `FORBIDDEN`, `INVALID_VALUE`, `INVALID_ID`, `LIMIT_REACHED`,
    /// `MEMBER_INACTIVE`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn create_token(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The new token.")] input: CreateTokenInput,
    ) -> Field<CreateTokenPayload> {
        field(create_token(context, input).await)
    }

    /// Takes a token back: within a second it is worth nothing, on every server and open socket. Revoked
    /// already, it changes nothing.
    ///
    /// User errors: `NOT_FOUND`, `INVALID_ID`.
    #[graphql(directive = semanticNonNull::apply())]
    async fn revoke_token(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which token.")] input: RevokeTokenInput,
    ) -> Field<RevokeTokenPayload> {
        mutate(context, input).await
    }
}

async fn create_token(
    context: &Context<'_>,
    input: CreateTokenInput,
) -> Result<CreateTokenPayload> {
    let mut reader = InputReader::default();
    let member: MemberId = match &input.member_id {
        Some(id) => reader.id(id, "memberId"),
        None => View::of(context)?.session().member.id,
    };
    let (name, expires_at) = (input.name, input.expires_at.map(|at| at.0));
    let command = CreateToken { member_id: member, name, expires_at, secret: None };
    let done = perform(context, reader.asked("memberId", command)).await?;
    let (id, secret) = done.value.unzip();
    let token = match id {
        Some(id) => Some(written(&done.view, id).await?),
        None => None,
    };
    let member = read_member(&done.view, Some(member)).await?;
    Ok(CreateTokenPayload { token, secret, member, user_errors: done.user_errors })
}

async fn written(view: &View, id: TokenId) -> Result<Token> {
    Token::find(view, id).await?.ok_or_else(|| Error::bug("a token was not written"))
}

impl MutationInput for RevokeTokenInput {
    type Command = RevokeToken;
    type Payload = RevokeTokenPayload;
    const SUBJECT: &'static str = "tokenId";

    fn read(self, reader: &mut InputReader) -> RevokeToken {
        RevokeToken { token_id: reader.id(&self.token_id, "tokenId") }
    }

    async fn answer(done: Outcome<RevokeToken>) -> Result<RevokeTokenPayload> {
        let token = Token::find(&done.view, done.command.token_id).await?;
        let member = token.as_ref().map(|token| token.row.member_id);
        let member = read_member(&done.view, member).await?;
        Ok(RevokeTokenPayload { token, member, user_errors: done.user_errors })
    }
}
