//! The table of mail.

use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
};

use domain::{deal::recipients::may_be_told, notification::text};
use entity::{
    Timestamp, deal, deal_participant, event,
    event::Fact,
    ids::{DealId, EventId, MailId, MemberId, NotificationId},
    mail::{self, State},
    member::{self, MutedMail},
    notification,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, LockBehavior, LockType},
};

use super::{
    Content, Retry,
    compose::{Letter, Story},
};
use crate::error::{Error, Result};

/// How many rows are written with one statement.
const CHUNK: usize = 1000;

/// What these members want no mail about.
pub async fn muted(
    conn: &impl ConnectionTrait,
    ids: Vec<MemberId>,
) -> Result<HashMap<MemberId, MutedMail>> {
    let query = member::Entity::find()
        .select_only()
        .column(member::Column::Id)
        .column(member::Column::MutedMail)
        .filter(member::Column::Id.is_in(ids));
    let found: Vec<(MemberId, MutedMail)> = query.into_tuple().all(conn).await?;
    Ok(found.into_iter().collect())
}

/// Writes new mails.
pub async fn insert(conn: &impl ConnectionTrait, rows: Vec<mail::Model>) -> Result<()> {
    for rows in rows.chunks(CHUNK) {
        let rows = rows.iter().cloned().map(IntoActiveModel::into_active_model);
        mail::Entity::insert_many(rows).exec_without_returning(conn).await?;
    }
    Ok(())
}

fn due(now: Timestamp) -> sea_orm::Select<mail::Entity> {
    mail::Entity::find()
        .filter(mail::Column::State.eq(State::Pending))
        .filter(mail::Column::NextAttemptAt.lte(now))
        .order_by_asc(mail::Column::NextAttemptAt)
}

/// Whether a mail is due.
pub async fn is_due(conn: &impl ConnectionTrait, now: Timestamp) -> Result<bool> {
    let query = due(now).select_only().column(mail::Column::Id);
    Ok(query.into_tuple::<MailId>().one(conn).await?.is_some())
}

/// Mails that are due, locked: those that another server takes at this moment are passed over. SQLite
/// has one writer and needs no locks.
pub async fn lock_due(
    conn: &impl ConnectionTrait,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<mail::Model>> {
    let query = due(now).limit(limit);
    let query = match conn.get_database_backend() {
        DbBackend::Postgres => query.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked),
        _ => query,
    };
    Ok(query.all(conn).await?)
}

/// Writes that these are being tried: nobody else takes them before this time.
pub async fn attempt(
    conn: &impl ConnectionTrait,
    ids: Vec<MailId>,
    until: Timestamp,
) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    mail::Entity::update_many()
        .col_expr(mail::Column::Attempts, Expr::col(mail::Column::Attempts).add(1))
        .col_expr(mail::Column::NextAttemptAt, Expr::value(until))
        .filter(mail::Column::Id.is_in(ids))
        .exec(conn)
        .await?;
    Ok(())
}

/// Cancels mails.
pub async fn cancel(conn: &impl ConnectionTrait, ids: Vec<MailId>, now: Timestamp) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    ended(State::Cancelled, now).filter(mail::Column::Id.is_in(ids)).exec(conn).await?;
    Ok(())
}

fn ended(state: State, now: Timestamp) -> sea_orm::UpdateMany<mail::Entity> {
    mail::Entity::update_many()
        .col_expr(mail::Column::State, Expr::value(state))
        .col_expr(mail::Column::FinishedAt, Expr::value(now))
}

/// Writes that a mail was sent: true whoever else has taken it since.
pub async fn sent(conn: &impl ConnectionTrait, id: MailId, now: Timestamp) -> Result<()> {
    let query = ended(State::Sent, now).filter(mail::Column::Id.eq(id));
    query.filter(mail::Column::State.ne(State::Sent)).exec(conn).await?;
    Ok(())
}

/// Writes that a mail is given up, unless somebody else has taken it since.
pub async fn dead(
    conn: &impl ConnectionTrait,
    letter: &Letter,
    reason: &str,
    now: Timestamp,
) -> Result<()> {
    let query = ended(State::Dead, now).col_expr(mail::Column::LastError, Expr::value(reason));
    query.filter(still(letter)).exec(conn).await?;
    Ok(())
}

/// Writes when a mail is tried again, unless somebody else has taken it since.
pub async fn later(
    conn: &impl ConnectionTrait,
    letter: &Letter,
    reason: &str,
    at: Timestamp,
) -> Result<()> {
    mail::Entity::update_many()
        .col_expr(mail::Column::NextAttemptAt, Expr::value(at))
        .col_expr(mail::Column::LastError, Expr::value(reason))
        .filter(still(letter))
        .exec(conn)
        .await?;
    Ok(())
}

fn still(letter: &Letter) -> Condition {
    Condition::all()
        .add(mail::Column::Id.eq(letter.id))
        .add(mail::Column::State.eq(State::Pending))
        .add(mail::Column::Attempts.eq(letter.attempt))
}

/// Those of these mails that there are.
pub async fn known(conn: &impl ConnectionTrait, ids: &[MailId]) -> Result<HashSet<MailId>> {
    let query = mail::Entity::find()
        .select_only()
        .column(mail::Column::Id)
        .filter(mail::Column::Id.is_in(ids.iter().copied()));
    let found: Vec<MailId> = query.into_tuple().all(conn).await?;
    Ok(found.into_iter().collect())
}

/// Lets dead letters wait for another attempt, with all the time that a new mail has.
pub async fn revive(
    conn: &impl ConnectionTrait,
    which: &Retry,
    (now, give_up_at): (Timestamp, Timestamp),
) -> Result<()> {
    let mut query = mail::Entity::update_many()
        .col_expr(mail::Column::State, Expr::value(State::Pending))
        .col_expr(mail::Column::Attempts, Expr::value(0))
        .col_expr(mail::Column::NextAttemptAt, Expr::value(now))
        .col_expr(mail::Column::GiveUpAt, Expr::value(give_up_at))
        .col_expr(mail::Column::FinishedAt, Expr::value(None::<Timestamp>))
        .filter(mail::Column::State.eq(State::Dead));
    if let Retry::These(ids) = which {
        query = query.filter(mail::Column::Id.is_in(ids.iter().copied()));
    }
    query.exec(conn).await?;
    Ok(())
}

/// What these mails are made of: a fixed number of statements, however many they are.
pub async fn contents(
    conn: &impl ConnectionTrait,
    mails: Vec<mail::Model>,
) -> Result<Vec<Content>> {
    let found = Found::read(conn, &mails).await?;
    mails.into_iter().map(|mail| found.content(mail)).collect()
}

/// Whether a mail is still allowed and wanted.
pub async fn is_wanted(conn: &impl ConnectionTrait, id: MailId) -> Result<bool> {
    let mails = mail::Entity::find_by_id(id).all(conn).await?;
    Ok(contents(conn, mails).await?.iter().any(|content| content.is_wanted))
}

struct Found {
    notifications: HashMap<NotificationId, notification::Model>,
    members: HashMap<MemberId, member::Model>,
    deals: HashMap<DealId, deal::Model>,
    taking_part: HashSet<(DealId, MemberId)>,
    events: HashMap<EventId, Fact>,
}

impl Found {
    async fn read(conn: &impl ConnectionTrait, mails: &[mail::Model]) -> Result<Self> {
        let ids = mails.iter().map(|mail| mail.notification_id);
        let told = notification::Entity::find().filter(notification::Column::Id.is_in(ids));
        let told = told.all(conn).await?;
        let members = told.iter().flat_map(|row| [Some(row.member_id), row.actor_id]).flatten();
        let members = member::Entity::find().filter(member::Column::Id.is_in(members));
        let deals = told.iter().map(|row| row.deal_id).collect::<HashSet<_>>();
        let taking_part = deal_participant::Entity::find()
            .filter(deal_participant::Column::DealId.is_in(deals.iter().copied()))
            .filter(deal_participant::Column::MemberId.is_in(told.iter().map(|row| row.member_id)));
        let deals = deal::Entity::find().filter(deal::Column::Id.is_in(deals));
        let events = event::Entity::find()
            .select_only()
            .column(event::Column::Id)
            .column(event::Column::Fact)
            .filter(event::Column::Id.is_in(told.iter().map(|row| row.event_id)));
        let events: Vec<(EventId, Fact)> = events.into_tuple().all(conn).await?;
        let taking_part = taking_part.all(conn).await?;
        Ok(Self {
            members: by(members.all(conn).await?, |row| row.id),
            deals: by(deals.all(conn).await?, |row| row.id),
            taking_part: taking_part.iter().map(|row| (row.deal_id, row.member_id)).collect(),
            events: events.into_iter().collect(),
            notifications: by(told, |row| row.id),
        })
    }

    fn content(&self, mail: mail::Model) -> Result<Content> {
        let gone = || Error::bug("a mail tells of nothing");
        let told = self.notifications.get(&mail.notification_id).ok_or_else(gone)?;
        let deal = self.deals.get(&told.deal_id).ok_or_else(gone)?;
        let member = self.members.get(&told.member_id).ok_or_else(gone)?;
        let takes_part = self.taking_part.contains(&(deal.id, member.id));
        let is_wanted =
            may_be_told(member, deal, takes_part) && !text::is_muted(&member.muted_mail.0, told);
        let actor = told.actor_id.and_then(|id| self.members.get(&id));
        let story = Story {
            kind: told.kind,
            has_task: told.task_id.is_some(),
            actor: actor.map(|actor| actor.name.clone()),
            what: self.events.get(&told.event_id).and_then(text::what).map(str::to_owned),
            deal: deal.title.clone(),
            link: String::new(),
        };
        let recipient = (member.name.clone(), member.email.clone());
        Ok(Content { mail, deal_id: deal.id, recipient, is_wanted, story })
    }
}

fn by<K: Eq + Hash, V>(rows: Vec<V>, key: impl Fn(&V) -> K) -> HashMap<K, V> {
    rows.into_iter().map(|row| (key(&row), row)).collect()
}
