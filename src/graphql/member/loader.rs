//! What one answer needs to know about members: who they are, their tokens, their open deals, and who administers.

use std::{collections::HashMap, sync::Arc};

use domain::member::rules::Case;
use engine::{
    deal::find,
    error::Result,
    member::{find as members, known::Known, token as tokens},
    process::find::{LeftAlone, left_alone_by},
    task,
};
use entity::{
    ids::{MemberId, TokenId},
    member, token,
};

use crate::graphql::{
    batch::{Batch, by},
    view::View,
};

#[derive(Default)]
struct Rows {
    members: Batch<MemberId, Arc<member::Model>>,
    tokens: Batch<TokenId, Arc<token::Model>>,
    valid_tokens: Batch<MemberId, Vec<Arc<token::Model>>>,
    open_deals: Batch<MemberId, u64>,
    open_tasks: Batch<MemberId, u64>,
    left_alone: Batch<MemberId, Vec<LeftAlone>>,
    administrators: Batch<(), u64>,
}

/// Whatever this id names will be asked for, if it is of a member or a token.
pub(crate) fn expect_id(view: &View, id: &str) {
    let rows: &Rows = view.rows();
    rows.members.want(id.parse().ok());
    rows.tokens.want(id.parse().ok());
}

impl View {
    /// These members will be asked for.
    pub(crate) fn expect_members(&self, ids: impl IntoIterator<Item = MemberId>) {
        self.rows::<Rows>().members.want(ids);
    }

    /// These members will be shown.
    pub(crate) fn expect_people(&self, ids: impl Iterator<Item = MemberId> + Clone) {
        let rows: &Rows = self.rows();
        rows.valid_tokens.want(ids.clone());
        rows.open_deals.want(ids.clone());
        rows.open_tasks.want(ids.clone());
        rows.left_alone.want(ids);
    }

    /// The member with this id, read together with all others who are expected; none when there is none. Where an answer
    /// tells no more of members than who they are, whoever is known need not be read.
    pub(crate) async fn member(&self, id: MemberId) -> Result<Option<Arc<member::Model>>> {
        let known = || Known::of(self.snapshot().base()).get(self.people(), id);
        if let Some(row) = self.is_read_alone().then(known).flatten() {
            return Ok(Some(row));
        }
        let load = |ids| async {
            let rows = members::many(self.snapshot(), ids).await?;
            self.expect_people(rows.iter().map(|row| row.id));
            let found = by(rows, |row| row.id);
            Known::of(self.snapshot().base()).keep(self.people(), found.values().cloned());
            Ok(found)
        };
        self.rows::<Rows>().members.get(id, load).await
    }

    /// A token that the viewer may see, valid or not.
    pub(crate) async fn token(&self, id: TokenId) -> Result<Option<Arc<token::Model>>> {
        let load = |ids| async {
            let rows = tokens::many(self.snapshot(), ids).await?;
            self.expect_members(rows.iter().map(|row| row.member_id));
            Ok(by(rows, |row| row.id))
        };
        self.rows::<Rows>().tokens.get(id, load).await
    }

    /// The tokens that sign a member in, the newest first; none when the viewer may not see them.
    pub(crate) async fn valid_tokens(
        &self,
        of: MemberId,
    ) -> Result<Option<Vec<Arc<token::Model>>>> {
        if !tokens::may_see(self.snapshot(), of) {
            return Ok(None);
        }
        let load = |ids| async {
            let mut found: HashMap<_, Vec<_>> = HashMap::new();
            let rows = tokens::valid_of(self.snapshot(), ids).await?;
            self.expect_members(rows.iter().map(|row| row.member_id));
            for row in rows {
                found.entry(row.member_id).or_default().push(Arc::new(row));
            }
            Ok(found)
        };
        let found = self.rows::<Rows>().valid_tokens.get(of, load).await?;
        Ok(Some(found.unwrap_or_default()))
    }

    /// How many open deals that the viewer may see a member owns.
    pub(crate) async fn open_deals(&self, of: MemberId) -> Result<u64> {
        let load = |ids| find::count_open_of(self.snapshot(), ids);
        Ok(self.rows::<Rows>().open_deals.get(of, load).await?.unwrap_or_default())
    }

    /// How many open tasks that the viewer may see a member has to do.
    pub(crate) async fn open_tasks(&self, of: MemberId) -> Result<u64> {
        let load = |ids| task::find::count_open_of(self.snapshot(), ids);
        Ok(self.rows::<Rows>().open_tasks.get(of, load).await?.unwrap_or_default())
    }

    /// The actions that nobody could do without a member.
    pub(crate) async fn left_alone(&self, by: MemberId) -> Result<Vec<LeftAlone>> {
        let load = |ids| async {
            let mut found: HashMap<_, Vec<_>> = HashMap::new();
            for one in left_alone_by(self.snapshot(), ids).await? {
                found.entry(one.member_id).or_default().push(one);
            }
            Ok(found)
        };
        Ok(self.rows::<Rows>().left_alone.get(by, load).await?.unwrap_or_default())
    }

    /// A member as the rules read them.
    pub(crate) async fn member_case<'a>(&'a self, member: &'a member::Model) -> Result<Case<'a>> {
        let load = |_| async {
            Ok(HashMap::from([((), members::count_administrators(self.snapshot()).await?)]))
        };
        let administrators = self.rows::<Rows>().administrators.get((), load).await?;
        let administrators = administrators.unwrap_or_default();
        Ok(Case { member, administrators, actor: self.actor() })
    }
}
