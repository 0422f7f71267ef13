//! A database of its own for each test, servers on it, and a small world in it.

use std::{future::Future, time::Duration};

use domain::{policy::Actor, process::definition::Definition};
use engine::{
    app::App,
    clock::Clock,
    command::Command,
    db::Db,
    deal::{CreateDeal, DealFields, UpdateDeal},
    member::AddMember,
    member::token::{CreateToken, RevokeToken},
    process::CreateProcess,
};
use entity::{
    deal::Visibility,
    event,
    ids::{DealId, MemberId, TokenId},
    member::Role,
};
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{
    database::{self, Kind, TestDatabase},
    steps,
};

pub mod schema;
pub mod server;

/// A database that is gone when the test is over.
pub struct Scratch(TestDatabase);

/// A database of each kind that there is here: PostgreSQL where `WAYPOST_TEST_POSTGRES` is set.
pub async fn databases() -> Vec<Scratch> {
    let made = database::kinds().into_iter().map(|kind| async move { Scratch::of(kind).await });
    join_all(made).await
}

impl Scratch {
    async fn of(kind: Kind) -> Self {
        Self(database::create(kind).await)
    }

    /// A SQLite file.
    pub async fn sqlite() -> Self {
        Self::of(Kind::Sqlite).await
    }

    /// A PostgreSQL database, if there is a server.
    pub async fn postgres() -> Option<Self> {
        let is_there = database::kinds().contains(&Kind::Postgres);
        if is_there { Some(Self::of(Kind::Postgres).await) } else { None }
    }

    /// A server on it: each call makes another one.
    pub async fn app(&self) -> App {
        self.app_with(Clock::system()).await
    }

    /// A server on it that goes by this clock.
    pub async fn app_with(&self, clock: Clock) -> App {
        App::new(Db::connect(self.0.url(), None).await.unwrap(), clock)
    }
}

/// Someone who is signed in.
#[derive(Clone)]
pub struct Person {
    pub id: MemberId,
    pub token: TokenId,
    pub secret: String,
}

/// An administrator, a salesperson, and a deal of the administrator that the salesperson takes part in.
pub struct World {
    pub app: App,
    pub admin: Person,
    pub sales: Person,
    pub deal: DealId,
}

pub const SYSTEM: Actor = Actor::System("test");

impl World {
    pub async fn new(app: App) -> Self {
        let admin = person(&app, "admin@example.org", Role::Administrator).await;
        let sales = person(&app, "sales@example.org", Role::Salesperson).await;
        create_process(&app).await;
        let deal = create_deal(&app, &admin, &[sales.id]).await;
        Self { app, admin, sales, deal }
    }

    /// Something happens to the deal.
    pub async fn happen(&self, title: &str) {
        rename(&self.app, self.deal, title).await;
    }

    /// A lot happens to the deal, in one unit of work.
    pub async fn happen_often(&self, times: usize) {
        let command = (self.deal, times);
        let update = self.app.write(
            SYSTEM,
            steps(command, |tx, (deal, times)| {
                Box::pin(async move {
                    for time in 0..*times {
                        let title = Some(format!("title {time}"));
                        let fields = DealFields { title, ..DealFields::default() };
                        UpdateDeal { deal_id: *deal, fields }.run(tx).await?;
                    }
                    Ok(())
                })
            }),
        );
        update.await.unwrap();
    }

    /// All events of the deal, as the table has them.
    pub async fn history(&self) -> Vec<event::Model> {
        let query = event::Entity::find().filter(event::Column::DealId.eq(self.deal));
        let query = query.order_by_asc(event::Column::Version);
        query.all(self.app.db().reader()).await.unwrap()
    }
}

pub async fn person(app: &App, email: &str, role: Role) -> Person {
    let command = AddMember { new_id: None, email: email.into(), name: email.into(), role };
    let add = app.write(SYSTEM, command);
    let id = add.await.unwrap().id;
    let (token, secret) = create_token(app, id, None).await;
    Person { id, token, secret }
}

pub async fn create_token(
    app: &App,
    member_id: MemberId,
    expires_at: Option<entity::Timestamp>,
) -> (TokenId, String) {
    let command = CreateToken { member_id, name: "test".into(), expires_at, secret: None };
    let create = app.write(SYSTEM, command);
    create.await.unwrap()
}

pub async fn revoke(app: &App, token: TokenId) {
    app.write(SYSTEM, RevokeToken { token_id: token }).await.unwrap();
}

async fn create_process(app: &App) {
    let definition = Definition { name: "Sales".into(), ..Definition::default() };
    let command = CreateProcess { new_id: None, definition, message: None };
    let create = app.write(SYSTEM, command);
    create.await.unwrap();
}

pub async fn create_deal(app: &App, owner: &Person, participants: &[MemberId]) -> DealId {
    let command = CreateDeal {
        new_id: None,
        process_id: None,
        title: "0".into(),
        value: None,
        owner_id: Some(owner.id),
        visibility: Visibility::Participants,
        participant_ids: participants.to_vec(),
    };
    let create = app.write(SYSTEM, command);
    create.await.unwrap()
}

pub async fn rename(app: &App, deal: DealId, title: &str) {
    let fields = DealFields { title: Some(title.into()), ..DealFields::default() };
    app.write(SYSTEM, UpdateDeal { deal_id: deal, fields }).await.unwrap();
}

/// What comes, or the failure of the test: nothing here takes long.
pub async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), future).await.expect("this takes too long")
}
