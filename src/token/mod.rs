//! Secrets that sign members in: the use cases.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::{
    Timestamp,
    ids::{MemberId, TokenId},
    token,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};

use crate::{
    auth,
    error::{Error, Result},
    member,
    policy::{self, Permission, Subject},
    text,
    tx::Tx,
};

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

/// Makes a token, and answers with its secret: the only time that it is shown.
pub async fn create(tx: &mut Tx, command: &CreateToken) -> Result<(TokenId, String)> {
    policy::require(tx.actor(), Permission::ManageMembers, Subject::Organisation)?;
    let name = text::name(&command.name).map_err(|refusal| refusal.at("name"))?;
    member::require_active(tx.conn(), &[command.member_id])
        .await
        .map_err(|error| error.at("memberId"))?;
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
    };
    let row = token::Entity::insert(row).exec_with_returning(tx.conn()).await?;
    Ok((row.id, secret))
}

/// Takes a token back: from then on it is worth nothing, on every server within a second (rule 17).
pub async fn revoke(tx: &mut Tx, id: TokenId) -> Result<()> {
    policy::require(tx.actor(), Permission::ManageMembers, Subject::Organisation)?;
    let found = token::Entity::find_by_id(id).one(tx.conn()).await?;
    let row = found.ok_or_else(|| Error::not_found("token"))?;
    if row.revoked_at.is_some() {
        return Ok(());
    }
    let mut row = row.into_active_model();
    row.revoked_at = Set(Some(tx.now()));
    row.update(tx.conn()).await?;
    tx.raise_rights_epoch().await
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
    Err(text::invalid(format!(
        "A token is {} and at least {shortest} more characters without spaces.",
        auth::PREFIX
    ))
    .into())
}
