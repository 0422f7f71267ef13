//! From a bearer token to who acts: for requests and sockets alike.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

pub use domain::policy::Credential;
use domain::policy::{Actor, MemberActor};
use entity::{Timestamp, ids::TokenId, member, token};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QuerySelect, Select,
};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::{
    base::Base,
    db,
    error::{Error, Result},
};

mod kept;
mod uses;

pub use uses::Uses;

pub(crate) use kept::forget;

use kept::By;

/// What every secret begins with, so that people and scanners recognise one that leaked.
pub const PREFIX: &str = "wp_";
/// The shortest secret that an operator may choose, in characters after the prefix.
pub const SHORTEST: usize = 20;
/// How long a judgement is taken for true: rights that change take effect within a second (rule 17).
pub const FRESH: Duration = Duration::from_millis(500);

/// A member who is signed in, and until when.
#[derive(Clone, Debug)]
pub struct Session {
    /// Who acts.
    pub actor: Actor,
    /// The member.
    pub member: member::Model,
    /// What signed them in.
    pub credential: Credential,
    /// Until when that is good, unless it is taken back before.
    pub expires_at: Option<Timestamp>,
    /// The row of the token: the one kind of credential that there is so far.
    pub token: token::Model,
    /// When this was found out.
    judged_at: Instant,
}

impl Session {
    /// What the program reads on behalf of a member who did not sign in: no credential of theirs is behind it, and
    /// whatever is asked of one finds none.
    pub fn on_behalf_of(member: member::Model, now: Timestamp) -> Self {
        let id = TokenId::from_uuid(Uuid::nil());
        let token = token::Model {
            id,
            member_id: member.id,
            name: String::new(),
            hash: Vec::new(),
            created_at: now,
            expires_at: Some(now),
            revoked_at: Some(now),
            last_used_at: None,
        };
        let actor = MemberActor { id: member.id, role: member.role, credential: None };
        let (actor, credential) = (Actor::Member(actor), Credential::Token(id));
        Self { actor, member, credential, expires_at: Some(now), token, judged_at: Instant::now() }
    }
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
pub async fn authenticate(base: &Base, secret: &str) -> Result<Session> {
    let (hash, now) = (hash(secret), base.clock().now());
    let found = token::Entity::find().filter(token::Column::Hash.eq(hash.clone()));
    let judge = || judge_token(base.db().reader(), found, now);
    let session = kept::session(base, By::Secret(hash.clone()), judge).await?;
    if !bool::from(session.token.hash.ct_eq(&hash)) {
        return Err(Error::Unauthenticated);
    }
    Uses::of(base).note(&session.token, now);
    Ok(Arc::unwrap_or_clone(session))
}

/// The session of a credential that signed in before, as it is now: rights are judged anew (rule 17).
pub async fn renew(base: &Base, credential: &Credential) -> Result<Session> {
    Ok(Arc::unwrap_or_clone(renew_shared(base, credential).await?))
}

/// The session as [`renew`] gives it, for whoever only looks at it.
pub(crate) async fn renew_shared(base: &Base, credential: &Credential) -> Result<Arc<Session>> {
    let judge = || judge(base.db().reader(), credential, base.clock().now());
    kept::session(base, By::Credential(credential.clone()), judge).await
}

/// A session, judged anew if it may be out of date: what was waited for took its time.
pub async fn renew_if_old(base: &Base, session: Session) -> Result<Session> {
    if session.judged_at.elapsed() < FRESH {
        return Ok(session);
    }
    renew(base, &session.credential).await
}

/// Who acts in a unit of work, as they are in its view: a member who signed in may have lost their
/// credential, or their role, since (rule 17).
pub async fn renew_actor(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    now: Timestamp,
) -> Result<Actor> {
    match actor {
        Actor::Member(MemberActor { credential: Some(credential), .. }) => {
            Ok(judge(conn, credential, now).await?.actor)
        }
        other => Ok(other.clone()),
    }
}

/// What is stored of a credential and of whom it signs in.
#[derive(Clone, Debug)]
pub(crate) struct SignedIn {
    token: token::Model,
    member: Option<member::Model>,
    read_at: Instant,
}

impl SignedIn {
    /// The session, if the credential is valid at this moment and its member active.
    pub(crate) fn session(self, now: Timestamp) -> Result<Session> {
        let Self { token, member, read_at: judged_at } = self;
        if token.revoked_at.is_some() || token.expires_at.is_some_and(|at| at <= now) {
            return Err(Error::Unauthenticated);
        }
        let member = member.filter(member::Model::is_active).ok_or(Error::Unauthenticated)?;
        let credential = Credential::Token(token.id);
        let actor =
            MemberActor { id: member.id, role: member.role, credential: Some(credential.clone()) };
        let (actor, expires_at) = (Actor::Member(actor), token.expires_at);
        Ok(Session { actor, member, credential, expires_at, token, judged_at })
    }
}

/// Who has these credentials; those that there are not are left out.
pub(crate) async fn signed_in(
    conn: &impl ConnectionTrait,
    credentials: &[Credential],
) -> Result<HashMap<Credential, SignedIn>> {
    let ids = credentials.iter().map(|Credential::Token(id)| *id);
    let ids = db::padded(ids.collect());
    let found = holders(conn, token::Entity::find().filter(token::Column::Id.is_in(ids))).await?;
    Ok(found.into_iter().map(|one| (Credential::Token(one.token.id), one)).collect())
}

async fn judge(
    conn: &impl ConnectionTrait,
    credential: &Credential,
    now: Timestamp,
) -> Result<Session> {
    let found = signed_in(conn, std::slice::from_ref(credential)).await?.remove(credential);
    found.ok_or(Error::Unauthenticated)?.session(now)
}

async fn judge_token(
    conn: &impl ConnectionTrait,
    token: Select<token::Entity>,
    now: Timestamp,
) -> Result<Session> {
    holders(conn, token).await?.pop().ok_or(Error::Unauthenticated)?.session(now)
}

async fn holders(
    conn: &impl ConnectionTrait,
    tokens: Select<token::Entity>,
) -> Result<Vec<SignedIn>> {
    let read_at = Instant::now();
    let of_member = token::Entity::belongs_to(member::Entity)
        .from(token::Column::MemberId)
        .to(member::Column::Id);
    let query = tokens.join(JoinType::InnerJoin, of_member.into()).select_also(member::Entity);
    let rows = query.all(conn).await?.into_iter();
    Ok(rows.map(|(token, member)| SignedIn { token, member, read_at }).collect())
}
