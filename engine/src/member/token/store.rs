//! The table of tokens.

use std::collections::BTreeMap;

use entity::{
    Timestamp,
    ids::{MemberId, TokenId},
    token,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    sea_query::Expr,
};

use crate::error::Result;

/// Ids that go into one statement.
const CHUNK: usize = 1000;

/// A token, valid or not.
pub async fn find(conn: &impl ConnectionTrait, id: TokenId) -> Result<Option<token::Model>> {
    Ok(token::Entity::find_by_id(id).one(conn).await?)
}

/// The tokens with these ids, valid or not.
pub async fn find_many(
    conn: &impl ConnectionTrait,
    ids: Vec<TokenId>,
) -> Result<Vec<token::Model>> {
    Ok(token::Entity::find().filter(token::Column::Id.is_in(ids)).all(conn).await?)
}

/// All tokens, valid or not, the oldest first.
pub async fn all(conn: &impl ConnectionTrait) -> Result<Vec<token::Model>> {
    let query = token::Entity::find().order_by_asc(token::Column::CreatedAt);
    Ok(query.order_by_asc(token::Column::Id).all(conn).await?)
}

/// The tokens that sign these members in at this moment, the newest first.
pub async fn valid_of(
    conn: &impl ConnectionTrait,
    members: Vec<MemberId>,
    now: Timestamp,
) -> Result<Vec<token::Model>> {
    let query = token::Entity::find().filter(token::Column::MemberId.is_in(members));
    let query = query.filter(valid(now)).order_by_desc(token::Column::CreatedAt);
    Ok(query.order_by_desc(token::Column::Id).all(conn).await?)
}

/// How many tokens sign a member in at this moment.
pub async fn count_valid(
    conn: &impl ConnectionTrait,
    member: MemberId,
    now: Timestamp,
) -> Result<u64> {
    let query = token::Entity::find().filter(token::Column::MemberId.eq(member));
    Ok(query.filter(valid(now)).count(conn).await?)
}

fn valid(now: Timestamp) -> Condition {
    let endless = token::Column::ExpiresAt.is_null();
    Condition::all()
        .add(token::Column::RevokedAt.is_null())
        .add(Condition::any().add(endless).add(token::Column::ExpiresAt.gt(now)))
}

/// Writes a new token.
pub async fn insert(conn: &impl ConnectionTrait, row: token::ActiveModel) -> Result<token::Model> {
    Ok(token::Entity::insert(row).exec_with_returning(conn).await?)
}

/// Writes new fields of a token.
pub async fn update(conn: &impl ConnectionTrait, row: token::ActiveModel) -> Result<token::Model> {
    Ok(token::Entity::update(row).exec(conn).await?)
}

/// Takes back all tokens of a member that were not taken back before.
pub async fn revoke_all(
    conn: &impl ConnectionTrait,
    member: MemberId,
    now: Timestamp,
) -> Result<()> {
    token::Entity::update_many()
        .col_expr(token::Column::RevokedAt, Expr::value(now))
        .filter(token::Column::MemberId.eq(member))
        .filter(token::Column::RevokedAt.is_null())
        .exec(conn)
        .await?;
    Ok(())
}

/// Writes when tokens were last used: a statement for each minute in which some were. What another
/// server knows to be later stays.
pub async fn touch(
    conn: &impl ConnectionTrait,
    uses: impl Iterator<Item = (TokenId, Timestamp)>,
) -> Result<()> {
    let mut minutes: BTreeMap<Timestamp, Vec<TokenId>> = BTreeMap::new();
    uses.for_each(|(id, minute)| minutes.entry(minute).or_default().push(id));
    for (minute, ids) in minutes {
        for ids in ids.chunks(CHUNK) {
            let earlier = token::Column::LastUsedAt.lt(minute);
            let earlier = Condition::any().add(token::Column::LastUsedAt.is_null()).add(earlier);
            token::Entity::update_many()
                .col_expr(token::Column::LastUsedAt, Expr::value(minute))
                .filter(token::Column::Id.is_in(ids.iter().copied()))
                .filter(earlier)
                .exec(conn)
                .await?;
        }
    }
    Ok(())
}
