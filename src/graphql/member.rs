//! Members, as everyone sees them.

use std::sync::Arc;

use async_graphql::{Enum, ID, Object, SimpleObject};
use entity::member;

use super::{
    context::semanticNonNull,
    error::{Field, field, maybe},
    scalar::{DateTime, FeedCursor},
    view::View,
};
use crate::{error::Result, event};

/// What a member may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "member::Role")]
pub enum Role {
    /// Configures processes, close reasons, members and tokens; acts on every deal.
    Administrator,
    /// Sees and acts on every deal.
    Manager,
    /// Sees deals that are visible to everyone, and works on those they own or take part in.
    Salesperson,
}

/// A person of the organisation. Never deleted, only deactivated.
#[derive(Clone)]
pub struct Member(pub Arc<member::Model>);

/// A person of the organisation. Never deleted, only deactivated.
#[Object]
impl Member {
    /// The member's id.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// The name to show.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The e-mail address: unique, whatever its case.
    async fn email(&self) -> &str {
        &self.0.email
    }

    /// What the member may do.
    async fn role(&self) -> Role {
        self.0.role.into()
    }

    /// Whether the member can sign in and be chosen.
    async fn is_active(&self) -> bool {
        self.0.is_active()
    }

    /// When the member joined.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }
}

/// Who is signed in.
pub struct Viewer(pub View);

/// Who is signed in, and since where in the log.
#[Object]
impl Viewer {
    /// The member who is signed in.
    async fn member(&self) -> Member {
        Member(Arc::new(self.0.session().member.clone()))
    }

    /// The token that signed them in, without its secret.
    async fn token(&self) -> TokenInfo {
        let token = &self.0.session().token;
        TokenInfo {
            id: token.id.to_string().into(),
            name: token.name.clone(),
            created_at: DateTime(token.created_at),
            expires_at: token.expires_at.map(DateTime),
        }
    }

    /// The end of the log as this answer sees it: subscribe after it and nothing falls between.
    #[graphql(directive = semanticNonNull::apply())]
    async fn feed_cursor(&self) -> Field<FeedCursor> {
        field(log_cursor(&self.0).await)
    }
}

/// The end of the log as a view sees it.
pub async fn log_cursor(view: &View) -> Result<FeedCursor> {
    let last = event::store::last(view.snapshot().conn().await?).await?;
    let (position, event) = last.map_or((0, None), |(position, id)| (position, Some(id)));
    Ok(event::cursor::FeedCursor::Log { position, event }.into())
}

/// A token, without its secret.
#[derive(SimpleObject)]
pub struct TokenInfo {
    /// The token's id, as `waypost token revoke` takes it.
    pub id: ID,
    /// What it is called.
    pub name: String,
    /// When it was made.
    pub created_at: DateTime,
    /// From when on it is worth nothing; null: never.
    pub expires_at: Option<DateTime>,
}

/// A member of a view by id, as GraphQL shows it.
pub async fn member(view: &View, id: entity::ids::MemberId) -> Field<Member> {
    maybe(view.member(id).await.map(|row| row.map(Member)))
}

/// Several members of a view, in this order.
pub async fn members(view: &View, ids: &[entity::ids::MemberId]) -> Result<Vec<Member>> {
    view.expect_members(ids.iter().copied());
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.extend(view.member(*id).await?.map(Member));
    }
    Ok(found)
}
