//! Secrets that sign members in: the use cases.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    language::Message,
    policy::{self, Permission, Subject},
    refusal::Problem,
    text,
};
use entity::{
    Timestamp,
    ids::{MemberId, TokenId},
    token,
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, IntoActiveModel};

use crate::{
    audit::{self, Details, Kind},
    auth,
    command::Command,
    error::{Error, Problems, Result, also},
    member,
    tx::{Snapshot, Tx},
};

pub mod store;
pub mod uses;

/// Tokens that sign one member in, at most.
pub const MOST: usize = 100;

/// A new token.
#[derive(Clone, Debug)]
pub struct CreateToken {
    /// Whom it signs in.
    pub member_id: MemberId,
    /// What it is called.
    pub name: String,
    /// From when on it is worth nothing.
    pub expires_at: Option<Timestamp>,
    /// The secret; none: a new one.
    pub secret: Option<String>,
}

impl Command for CreateToken {
    type Output = (TokenId, String);

    async fn run(&self, tx: &mut Tx) -> Result<(TokenId, String)> {
        create(tx, self).await
    }
}

/// Makes a token, and answers with its secret: the only time that it is shown. Everyone may for
/// themselves, administrators for anyone.
async fn create(tx: &mut Tx, command: &CreateToken) -> Result<(TokenId, String)> {
    let subject = Subject::Member(command.member_id);
    if let Err(forbidden) = policy::require(tx.actor(), Permission::ManageTokens, subject) {
        let mut problems = Problems::default();
        wrong_anyway(tx, command, &mut problems)?;
        return Err(also(forbidden.into(), problems.into_refusals()));
    }
    tx.lock_members().await?;
    let name = checked(tx, command).await?;
    let secret = match &command.secret {
        Some(secret) => chosen(secret)?,
        None => new_secret()?,
    };
    let row = token::ActiveModel {
        id: Set(tx.new_id()),
        member_id: Set(command.member_id),
        name: Set(name),
        hash: Set(auth::hash(&secret)),
        created_at: Set(tx.now()),
        expires_at: Set(command.expires_at),
        revoked_at: Set(None),
        last_used_at: Set(None),
    };
    let row = store::insert(tx.conn(), row).await?;
    let until = row.expires_at.map(|at| at.format("%Y-%m-%d %H:%M UTC").to_string());
    note(tx, Kind::TokenCreated, &row, until).await?;
    Ok((row.id, secret))
}

/// Neither the secret nor anything made of it is noted.
async fn note(tx: &mut Tx, kind: Kind, row: &token::Model, after: Option<String>) -> Result<()> {
    let owner = member::store::find_many(tx.conn(), [row.member_id]).await?.pop();
    let owner = owner.map(|member| member.name);
    audit::note(tx, kind, row.id, Details { owner, after, ..audit::named(&row.name) }).await
}

/// The name, unless anything speaks against the token.
async fn checked(tx: &Tx, command: &CreateToken) -> Result<String> {
    let member = command.member_id;
    let mut problems = Problems::default();
    let active = member::keep_active(tx, &[member]).await;
    problems.take(active.map_err(|error| error.at("memberId")))?;
    let name = wrong_anyway(tx, command, &mut problems)?;
    problems.take(leave_room(tx.conn(), member, tx.now()).await)?;
    problems.check()?;
    Ok(name.unwrap_or_default())
}

/// The name; and what is wrong with a token, whoever makes it for whom.
fn wrong_anyway(tx: &Tx, command: &CreateToken, problems: &mut Problems) -> Result<Option<String>> {
    let name = text::name(&command.name).map_err(|refusal| refusal.at("name"));
    let name = problems.take(name)?;
    if command.expires_at.is_some_and(|at| at <= tx.now()) {
        problems.push(text::invalid(Message::of("token-expired")).at("expiresAt"));
    }
    Ok(name)
}

async fn leave_room(conn: &impl ConnectionTrait, member: MemberId, now: Timestamp) -> Result<()> {
    if store::count_valid(conn, member, now).await? < MOST as u64 {
        return Ok(());
    }
    let what = "valid tokens of one member";
    Err(Problem::LimitReached { what, limit: MOST }.refused().about(member).into())
}

/// Taking a token back.
#[derive(Clone, Copy, Debug)]
pub struct RevokeToken {
    /// The token.
    pub token_id: TokenId,
}

impl Command for RevokeToken {
    type Output = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        revoke(tx, self.token_id).await
    }
}

/// Takes a token back: from then on it is worth nothing, on every server within a second (rule 17).
/// Revoked already, nothing happens. Another member's token is not found by who may not manage it.
async fn revoke(tx: &mut Tx, id: TokenId) -> Result<()> {
    let unseen = || Error::from(Problem::NotFound { kind: "token" }.at("tokenId").about(id));
    let row = store::find(tx.conn(), id).await?.ok_or_else(unseen)?;
    let subject = Subject::Member(row.member_id);
    policy::require(tx.actor(), Permission::ManageTokens, subject).map_err(|_| unseen())?;
    if row.revoked_at.is_some() {
        return Ok(());
    }
    note(tx, Kind::TokenRevoked, &row, None).await?;
    let mut row = row.into_active_model();
    row.revoked_at = Set(Some(tx.now()));
    store::update(tx.conn(), row).await?;
    tx.raise_rights_epoch().await
}

/// Whether the actor of a snapshot may see a member's tokens.
pub fn may_see(snapshot: &Snapshot, member: MemberId) -> bool {
    let subject = Subject::Member(member);
    policy::decide(snapshot.actor(), Permission::ManageTokens, subject).is_ok()
}

/// The tokens with these ids, valid or not, that the viewer may see.
pub async fn many(snapshot: &Snapshot, ids: Vec<TokenId>) -> Result<Vec<token::Model>> {
    let mut found = store::find_many(snapshot.conn().await?, ids).await?;
    found.retain(|row| may_see(snapshot, row.member_id));
    Ok(found)
}

/// The tokens that sign these members in now, the newest first: of members whose tokens the viewer may
/// see.
pub async fn valid_of(
    snapshot: &Snapshot,
    mut members: Vec<MemberId>,
) -> Result<Vec<token::Model>> {
    members.retain(|member| may_see(snapshot, *member));
    let now = snapshot.base().clock().now();
    store::valid_of(snapshot.conn().await?, members, now).await
}

/// 256 random bits behind the prefix.
pub fn new_secret() -> Result<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|cause| Error::Internal(Box::new(cause)))?;
    Ok(format!("{}{}", auth::PREFIX, URL_SAFE_NO_PAD.encode(bytes)))
}

/// A secret that an operator chose: it must look like one, and be too long to guess.
pub fn chosen(secret: &str) -> Result<String> {
    let rest = secret.strip_prefix(auth::PREFIX).unwrap_or_default();
    let fits = rest.len() >= auth::SHORTEST && rest.bytes().all(|byte| byte.is_ascii_graphic());
    if fits {
        return Ok(secret.to_owned());
    }
    let shortest = auth::SHORTEST;
    let reason = Message::of("token-malformed").with("prefix", auth::PREFIX);
    Err(text::invalid(reason.with("shortest", shortest.to_string())).into())
}
