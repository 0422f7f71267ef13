//! Following a deal: what was missed, a mark, and then live (rules 21 to 23).

use domain::event::cursor::{FeedCursor, LogCursor};
use engine::{
    app::App,
    auth::Credential,
    background,
    deal::RemoveParticipant,
    error::{Error, Result},
    event::feed::{self, Item},
};
use entity::{
    event,
    ids::{DealId, EventId, TokenId},
    member,
};
use futures_util::{Stream, StreamExt};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use crate::support::live::{
    SYSTEM, World, create_deal, create_token, databases, person, rename, revoke, soon,
};
use crate::support::steps;

type Items = std::pin::Pin<Box<dyn Stream<Item = Result<Item>> + Send>>;

async fn follow(app: &App, token: TokenId, deal: DealId, after: Option<FeedCursor>) -> Items {
    Box::pin(feed::follow(app, &Credential::Token(token), deal, after).await.unwrap())
}

async fn refused(app: &App, token: TokenId, deal: DealId, after: Option<FeedCursor>) -> Error {
    feed::follow(app, &Credential::Token(token), deal, after).await.map(drop).unwrap_err()
}

async fn next(items: &mut Items) -> Item {
    soon(items.next()).await.unwrap().unwrap()
}

/// The error that ends the stream: after it comes nothing.
async fn end(items: &mut Items) -> Error {
    let error = loop {
        match soon(items.next()).await.unwrap() {
            Ok(item) => assert!(item.change.is_none(), "an event was delivered: {item:?}"),
            Err(error) => break error,
        }
    };
    assert!(soon(items.next()).await.is_none());
    error
}

fn at(event: &event::Model) -> FeedCursor {
    FeedCursor::Deal { deal: event.deal_id, version: event.version, event: event.id }
}

fn version(item: &Item) -> Option<i64> {
    item.change.as_ref().map(|event| event.version)
}

#[tokio::test]
async fn what_was_missed_comes_first_then_the_mark_then_what_happens() {
    for database in databases().await {
        let world = World::new(database.app().await).await;
        for title in ["1", "2", "3"] {
            world.happen(title).await;
        }
        let first = at(&world.history().await[0]);
        let mut items = follow(&world.app, world.sales.token, world.deal, Some(first)).await;
        for expected in 2..=4 {
            let item = next(&mut items).await;
            assert_eq!((version(&item), item.caught_up), (Some(expected), false));
        }
        let mark = next(&mut items).await;
        assert_eq!((version(&mark), mark.caught_up), (None, true));
        assert_eq!(mark.cursor, at(&world.history().await[3]));
        world.happen("5").await;
        let item = next(&mut items).await;
        assert_eq!((version(&item), item.caught_up), (Some(5), true));
        assert_eq!(item.cursor, at(item.change.as_ref().unwrap()));
    }
}

#[tokio::test]
async fn without_a_cursor_it_begins_now() {
    for database in databases().await {
        let world = World::new(database.app().await).await;
        world.happen("before").await;
        let mut items = follow(&world.app, world.sales.token, world.deal, None).await;
        world.happen("after").await;
        let item = next(&mut items).await;
        // It happened after the subscription and before the first look: it counts as missed.
        assert_eq!((version(&item), item.caught_up), (Some(3), false));
        assert!(next(&mut items).await.caught_up);
    }
}

#[tokio::test]
async fn a_history_of_many_batches_comes_whole() {
    for database in databases().await {
        let world = World::new(database.app().await).await;
        world.happen_often(250).await;
        let first = at(&world.history().await[0]);
        let mut items = follow(&world.app, world.sales.token, world.deal, Some(first)).await;
        for expected in 2..=251 {
            assert_eq!(version(&next(&mut items).await), Some(expected));
        }
        assert!(next(&mut items).await.caught_up);
    }
}

#[tokio::test]
async fn a_cursor_that_is_not_of_this_history_is_refused() {
    for database in databases().await {
        let world = World::new(database.app().await).await;
        let other = create_deal(&world.app, &world.admin, &[]).await;
        let (deal, token) = (world.deal, world.admin.token);
        let event = world.history().await[0].id;
        let stranger = EventId::from_uuid(Uuid::from_u128(1));
        for after in [
            FeedCursor::Deal { deal, version: 1, event: stranger },
            FeedCursor::Deal { deal, version: 2, event },
            FeedCursor::Deal { deal, version: 0, event },
            FeedCursor::Deal { deal: other, version: 1, event },
            FeedCursor::Log(LogCursor { position: 1, event: Some(event) }),
        ] {
            let error = refused(&world.app, token, deal, Some(after)).await;
            assert!(matches!(error, Error::CursorInvalid), "{after:?}: {error}");
        }
    }
}

#[tokio::test]
async fn an_unknown_deal_and_one_that_may_not_be_seen_look_alike() {
    for database in databases().await {
        let world = World::new(database.app().await).await;
        let hidden = create_deal(&world.app, &world.admin, &[]).await;
        let unknown = DealId::from_uuid(Uuid::from_u128(1));
        for deal in [hidden, unknown] {
            let error = refused(&world.app, world.sales.token, deal, None).await;
            assert!(error.is_not_found(), "{error}");
        }
    }
}

#[tokio::test]
async fn whoever_no_longer_takes_part_sees_nothing_more() {
    for database in databases().await {
        let world = World::new(database.app().await).await;
        let mut items = follow(&world.app, world.sales.token, world.deal, None).await;
        assert!(next(&mut items).await.caught_up);
        let command = RemoveParticipant { deal_id: world.deal, member_id: world.sales.id };
        world.app.write(SYSTEM, command).await.unwrap();
        world.happen("unseen").await;
        assert!(end(&mut items).await.is_not_found());
    }
}

#[tokio::test]
async fn what_was_missed_is_kept_from_whoever_lost_sight_of_the_deal_half_way() {
    for database in databases().await {
        let world = World::new(database.app().await).await;
        for title in ["1", "2", "3"] {
            world.happen(title).await;
        }
        let first = at(&world.history().await[0]);
        let mut items = follow(&world.app, world.sales.token, world.deal, Some(first)).await;
        assert_eq!(version(&next(&mut items).await), Some(2));
        revoke(&world.app, world.sales.token).await;
        assert!(matches!(end(&mut items).await, Error::Unauthenticated));
    }
}

#[tokio::test]
async fn a_revoked_token_ends_a_feed_in_which_nothing_happens() {
    for database in databases().await {
        let world = World::new(database.app().await).await;
        let background = background::start(&world.app);
        let mut items = follow(&world.app, world.sales.token, world.deal, None).await;
        assert!(next(&mut items).await.caught_up);
        revoke(&database.app().await, world.sales.token).await; // on another server
        assert!(matches!(end(&mut items).await, Error::Unauthenticated));
        background.shutdown().await;
    }
}

#[tokio::test]
async fn a_deactivated_member_sees_nothing_more() {
    for database in databases().await {
        let world = World::new(database.app().await).await;
        let background = background::start(&world.app);
        let mut items = follow(&world.app, world.sales.token, world.deal, None).await;
        assert!(next(&mut items).await.caught_up);
        let deactivate = world.app.write(
            SYSTEM,
            steps(world.sales.id, |tx, id| {
                Box::pin(async move {
                    let query = member::Entity::update_many()
                        .col_expr(member::Column::DeactivatedAt, Expr::value(tx.now()))
                        .filter(member::Column::Id.eq(*id));
                    query.exec(tx.conn()).await?;
                    tx.raise_rights_epoch().await
                })
            }),
        );
        deactivate.await.unwrap();
        assert!(matches!(end(&mut items).await, Error::Unauthenticated));
        background.shutdown().await;
    }
}

#[tokio::test]
async fn an_expired_token_ends_a_feed_in_which_nothing_happens() {
    for database in databases().await {
        let world = World::new(database.app().await).await;
        let expires_at = world.app.clock().now() + chrono::Duration::seconds(4);
        let (token, _) = create_token(&world.app, world.sales.id, Some(expires_at)).await;
        let mut items = follow(&world.app, token, world.deal, None).await;
        assert!(next(&mut items).await.caught_up);
        assert!(matches!(end(&mut items).await, Error::Unauthenticated));
        assert!(world.app.clock().now() >= expires_at);
    }
}

#[tokio::test]
async fn what_another_server_writes_is_seen_here() {
    for database in databases().await {
        let world = World::new(database.app().await).await;
        let other = database.app().await;
        let (here, there) = (background::start(&world.app), background::start(&other));
        let mut items = follow(&world.app, world.sales.token, world.deal, None).await;
        assert!(next(&mut items).await.caught_up);
        for (title, expected) in [("1", 2), ("2", 3), ("3", 4)] {
            rename(&other, world.deal, title).await;
            assert_eq!(version(&next(&mut items).await), Some(expected));
        }
        drop(items);
        here.shutdown().await;
        there.shutdown().await;
    }
}

const WRITERS: usize = 6;
const EACH: usize = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_follower_that_is_torn_off_again_and_again_misses_nothing() {
    for database in databases().await {
        let world = World::new(database.app().await).await;
        let other = database.app().await;
        let (here, there) = (background::start(&world.app), background::start(&other));
        let writers = (0..WRITERS).map(|writer| {
            let (app, deal) = ([&world.app, &other][writer % 2].clone(), world.deal);
            tokio::spawn(async move {
                for number in 0..EACH {
                    rename(&app, deal, &format!("{writer}/{number}")).await;
                }
            })
        });
        let writers: Vec<_> = writers.collect();
        let patience = std::time::Duration::from_secs(120); // much is written, and waited for
        let seen = tokio::time::timeout(patience, follow_torn(&world, &other)).await.unwrap();
        for writer in writers {
            writer.await.unwrap();
        }
        let history = world.history().await;
        assert_eq!(history.len(), 1 + WRITERS * EACH);
        let told = |events: &[event::Model]| -> Vec<_> {
            events.iter().map(|event| (event.version, event.id, event.fact.clone())).collect()
        };
        assert_eq!(told(&seen), told(&history[1..]));
        here.shutdown().await;
        there.shutdown().await;
    }
}

/// Reads a few items, drops the stream, and goes on at the other server from the last cursor.
async fn follow_torn(world: &World, other: &App) -> Vec<event::Model> {
    let mut seen: Vec<event::Model> = Vec::new();
    let mut after = at(&world.history().await[0]);
    let mut round = 0;
    while seen.len() < WRITERS * EACH {
        let app = [&world.app, other][round % 2];
        let mut items = follow(app, world.sales.token, world.deal, Some(after)).await;
        let mut byte = [0];
        getrandom::fill(&mut byte).unwrap();
        for _ in 0..byte[0] % 7 {
            if seen.len() == WRITERS * EACH {
                break;
            }
            let item = next(&mut items).await;
            after = item.cursor;
            seen.extend(item.change.map(|event| (*event).clone()));
        }
        round += 1;
    }
    seen
}

#[tokio::test]
async fn a_manager_who_becomes_a_salesperson_loses_sight_of_what_is_not_theirs() {
    for database in databases().await {
        let world = World::new(database.app().await).await;
        let background = background::start(&world.app);
        let manager = person(&world.app, "m@example.org", member::Role::Manager).await;
        let mut items = follow(&world.app, manager.token, world.deal, None).await;
        assert!(next(&mut items).await.caught_up);
        let demote = world.app.write(
            SYSTEM,
            steps(manager.id, |tx, id| {
                Box::pin(async move {
                    let query = member::Entity::update_many()
                        .col_expr(member::Column::Role, Expr::value(member::Role::Salesperson))
                        .filter(member::Column::Id.eq(*id));
                    query.exec(tx.conn()).await?;
                    tx.raise_rights_epoch().await
                })
            }),
        );
        demote.await.unwrap();
        assert!(end(&mut items).await.is_not_found());
        background.shutdown().await;
    }
}

/// Others have looked at the same moment before, when all was as it had been: what came since is judged anew.
#[tokio::test]
async fn whoever_lags_gets_nothing_of_what_came_after_they_lost_sight() {
    for database in databases().await {
        let (here, there) = (database.app().await, database.app().await);
        let world = World::new(here).await;
        let mut late = follow(&world.app, world.sales.token, world.deal, None).await;
        let mut first = follow(&world.app, world.admin.token, world.deal, None).await;
        assert!(next(&mut late).await.caught_up);
        assert!(next(&mut first).await.caught_up);
        for title in ["one", "two"] {
            rename(&there, world.deal, title).await;
            world.app.bus().wake(world.deal);
            assert!(next(&mut first).await.change.is_some());
        }
        let seen = world.history().await.len() as i64;
        let leave = RemoveParticipant { deal_id: world.deal, member_id: world.sales.id };
        there.write(SYSTEM, leave).await.unwrap();
        rename(&there, world.deal, "secret").await;
        let error = loop {
            match soon(late.next()).await.unwrap() {
                Ok(item) => assert!(version(&item).unwrap() <= seen, "{item:?}"),
                Err(error) => break error,
            }
        };
        assert!(error.is_not_found());
    }
}
