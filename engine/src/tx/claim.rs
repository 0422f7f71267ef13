//! Ids that clients make: each is used once, and the same input again under the same id is the same call again.

use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
};

use domain::refusal::{Problem, Refusal};
use entity::{
    claimed_id,
    ids::{Id, Kind},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter,
    sea_query::{Expr, Query},
};
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Tx;
use crate::error::{Problems, Result};

/// Whether an id made by the client is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim<K: Kind> {
    /// Create the thing under this id.
    Fresh(Id<K>),
    /// This input came before under this id: answer with what is there.
    Repeated(Id<K>),
}

impl Tx {
    /// The id to create something under: the client's, unless it is taken, or a new one.
    pub async fn claim<K: Kind + Hash>(
        &self,
        wanted: Option<Id<K>>,
        input: &impl Serialize,
    ) -> Result<Claim<K>> {
        let Some(id) = wanted else { return Ok(Claim::Fresh(self.new_id())) };
        let hash = self.hash(input)?;
        // Looked for before its claim: were it committed between the two statements, the claim that
        // came with it would be found, and nobody's own retry taken for a stranger's id.
        let exists = self.exists(id).await?;
        match claimed_id::Entity::find_by_id(id.uuid()).one(&self.conn).await? {
            Some(found) if found.input_hash == hash => Ok(Claim::Repeated(id)),
            Some(_) => Err(Problem::IdTaken.at("newId").about(id).into()),
            None if exists => Err(Problem::IdTaken.at("newId").about(id).into()),
            None => {
                let row = claimed_id::ActiveModel { id: Set(id.uuid()), input_hash: Set(hash) };
                claimed_id::Entity::insert(row).exec_without_returning(&self.conn).await?;
                Ok(Claim::Fresh(id))
            }
        }
    }

    /// Whether the same input came before under this id of the client's.
    pub async fn is_repeated<K: Kind>(&self, id: Id<K>, input: &impl Serialize) -> Result<bool> {
        let found = claimed_id::Entity::find_by_id(id.uuid()).one(&self.conn).await?;
        Ok(match found {
            Some(found) => found.input_hash == self.hash(input)?,
            None => false,
        })
    }

    /// Claims several ids that a client made for one input, each with its place in it; true when the
    /// same input came before. Those that are taken are refused, all at once.
    pub async fn claim_all<K: Kind + Hash>(
        &self,
        wanted: impl Iterator<Item = (Id<K>, Vec<String>)>,
        input: &impl Serialize,
    ) -> Result<bool> {
        let hash = self.hash(input)?;
        let (mut problems, mut repeated, mut fresh) = (Problems::default(), false, Vec::new());
        let wanted: Vec<_> = wanted.collect();
        // In the order of `claim`, for its reason.
        let exist = self.which_exist(wanted.iter().map(|(id, _)| *id)).await?;
        let claims = self.claims(wanted.iter().map(|(id, _)| id.uuid())).await?;
        for (id, path) in wanted {
            match claims.get(&id.uuid()) {
                Some(known) if *known == hash => repeated = true,
                None if !exist.contains(&id.uuid()) => fresh.push(id.uuid()),
                _ => problems
                    .push(Refusal { path, ..Problem::IdTaken.refused() }.within("newId").about(id)),
            }
        }
        problems.check()?;
        fresh.sort_unstable();
        fresh.dedup(); // twice in one tree is refused where trees are judged
        let claimed = |id| claimed_id::ActiveModel { id: Set(id), input_hash: Set(hash.clone()) };
        let rows: Vec<_> = fresh.into_iter().map(claimed).collect();
        claimed_id::Entity::insert_many(rows).exec_without_returning(&self.conn).await?;
        Ok(repeated)
    }

    async fn claims(&self, ids: impl Iterator<Item = Uuid>) -> Result<HashMap<Uuid, Vec<u8>>> {
        let query = claimed_id::Entity::find().filter(claimed_id::Column::Id.is_in(ids));
        let found = query.all(&self.conn).await?;
        Ok(found.into_iter().map(|row| (row.id, row.input_hash)).collect())
    }

    /// Whether the server itself made something under this id.
    async fn exists<K: Kind>(&self, id: Id<K>) -> Result<bool> {
        Ok(!self.which_exist(std::iter::once(id)).await?.is_empty())
    }

    /// Those of these ids under which there is something. A kind of id names its table.
    async fn which_exist<K: Kind>(
        &self,
        ids: impl Iterator<Item = Id<K>>,
    ) -> Result<HashSet<Uuid>> {
        let query = Query::select()
            .column("id")
            .from(K::PREFIX)
            .and_where(Expr::col("id").is_in(ids.map(|id| id.uuid())))
            .take();
        let rows = self.conn.query_all(&query).await?;
        let ids = rows.into_iter().map(|row| row.try_get("", "id"));
        Ok(ids.collect::<Result<_, _>>()?)
    }

    /// Another member's retry is not a retry, so the hash is of the input and the actor.
    fn hash(&self, input: &impl Serialize) -> Result<Vec<u8>> {
        let text = serde_json::to_vec(&(self.actor.member_id(), input))?;
        Ok(Sha256::digest(text).to_vec())
    }
}
