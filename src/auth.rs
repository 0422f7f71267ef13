//! From a bearer token to who acts: for requests and sockets alike.

use entity::{ids::TokenId, member, token};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::{
    app::App,
    error::{Error, Result},
    policy::{Actor, MemberActor},
};

/// What every secret begins with, so that people and scanners recognise one that leaked.
pub const PREFIX: &str = "wp_";
/// The shortest secret that an operator may choose, in characters after the prefix.
pub const SHORTEST: usize = 20;

/// A member who is signed in, and until when.
#[derive(Clone, Debug)]
pub struct Session {
    /// Who acts.
    pub actor: Actor,
    /// The member.
    pub member: member::Model,
    /// The token.
    pub token: token::Model,
}

/// SHA-256 of a secret: all that is ever stored of it.
pub fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

/// The secret in an `Authorization` header, or in the value of the same name in `connection_init`.
pub fn bearer(header: &str) -> Option<&str> {
    let (scheme, secret) = header.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim()).filter(|secret| !secret.is_empty())
}

/// Who has this secret, if the token is valid now and its member active.
pub async fn authenticate(app: &App, secret: &str) -> Result<Session> {
    let hash = hash(secret);
    let found = token::Entity::find().filter(token::Column::Hash.eq(hash.clone()));
    let token = found.one(app.db().reader()).await?.ok_or(Error::Unauthenticated)?;
    if !bool::from(token.hash.ct_eq(&hash)) {
        return Err(Error::Unauthenticated);
    }
    let session = session(app, token).await?;
    app.token_uses().note(&session.token, app.clock().now());
    Ok(session)
}

/// The session of a token that signed in before, as it is now: rights are judged anew (rule 17).
pub async fn renew(app: &App, id: TokenId) -> Result<Session> {
    let found = token::Entity::find_by_id(id).one(app.db().reader()).await?;
    session(app, found.ok_or(Error::Unauthenticated)?).await
}

async fn session(app: &App, token: token::Model) -> Result<Session> {
    let now = app.clock().now();
    if token.revoked_at.is_some() || token.expires_at.is_some_and(|at| at <= now) {
        return Err(Error::Unauthenticated);
    }
    let member = member::Entity::find_by_id(token.member_id).one(app.db().reader()).await?;
    let member = member.filter(member::Model::is_active).ok_or(Error::Unauthenticated)?;
    let actor = MemberActor { id: member.id, role: member.role, token_id: Some(token.id) };
    Ok(Session { actor: Actor::Member(actor), member, token })
}
