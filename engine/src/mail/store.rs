//! The table of mail.

use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
};

use domain::{deal::recipients::may_be_notified, notification::text};
use entity::{
    Timestamp, deal, deal_participant, event,
    event::Fact,
    ids::{DealId, EventId, MailId, MemberId, NotificationId, TaskId},
    mail::{self, State},
    member::{self, MutedMail},
    notification::{self, Kind},
    task,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QuerySelect, sea_query::Expr,
};

use super::{Content, compose::Story};
use crate::{
    db::in_state,
    delivery::{Claim, Field, Table},
    error::{Error, Result},
};

/// How many rows are written with one statement.
const CHUNK: usize = 1000;

/// What these members want no mail about.
pub(crate) async fn muted(
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
pub(crate) async fn insert(conn: &impl ConnectionTrait, rows: Vec<mail::Model>) -> Result<()> {
    for rows in rows.chunks(CHUNK) {
        let rows = rows.iter().cloned().map(IntoActiveModel::into_active_model);
        mail::Entity::insert_many(rows).exec_without_returning(conn).await?;
    }
    Ok(())
}

/// What of the mail is not done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Backlog {
    /// How many mails are to be sent.
    pub pending: u64,
    /// When the oldest of them was written.
    pub oldest: Option<Timestamp>,
    /// How many could not be delivered.
    pub dead: u64,
}

/// What of the mail is not done. States are written out, as the indices have them.
pub(crate) async fn backlog(conn: &impl ConnectionTrait) -> Result<Backlog> {
    let pending = mail::Entity::find()
        .select_only()
        .column_as(Expr::cust("count(*)"), "pending")
        .column_as(mail::Column::CreatedAt.min(), "oldest")
        .filter(in_state(mail::Column::State, State::Pending));
    let found: Option<(i64, Option<Timestamp>)> = pending.into_tuple().one(conn).await?;
    let (pending, oldest) = found.unwrap_or_default();
    let dead =
        mail::Entity::find().filter(in_state(mail::Column::State, State::Dead)).count(conn).await?;
    Ok(Backlog { pending: pending.unsigned_abs(), oldest, dead })
}

impl Table for mail::Entity {
    type Id = MailId;

    fn column(field: Field) -> mail::Column {
        match field {
            Field::Id => mail::Column::Id,
            Field::State => mail::Column::State,
            Field::Attempts => mail::Column::Attempts,
            Field::NextAttemptAt => mail::Column::NextAttemptAt,
            Field::GiveUpAt => mail::Column::GiveUpAt,
            Field::FinishedAt => mail::Column::FinishedAt,
            Field::LastError => mail::Column::LastError,
        }
    }

    fn claim(row: &mail::Model) -> Claim<MailId> {
        Claim { id: row.id, attempt: row.attempts + 1, give_up_at: row.give_up_at }
    }
}

/// Those of these mails that there are.
pub(crate) async fn known(conn: &impl ConnectionTrait, ids: &[MailId]) -> Result<HashSet<MailId>> {
    let query = mail::Entity::find()
        .select_only()
        .column(mail::Column::Id)
        .filter(mail::Column::Id.is_in(ids.iter().copied()));
    let found: Vec<MailId> = query.into_tuple().all(conn).await?;
    Ok(found.into_iter().collect())
}

/// What these mails are made of: a fixed number of statements, however many they are.
pub(crate) async fn contents(
    conn: &impl ConnectionTrait,
    mails: Vec<mail::Model>,
) -> Result<Vec<Content>> {
    let found = Related::read(conn, &mails).await?;
    mails.into_iter().map(|mail| found.content(mail)).collect()
}

struct Related {
    notifications: HashMap<NotificationId, notification::Model>,
    members: HashMap<MemberId, member::Model>,
    deals: HashMap<DealId, deal::Model>,
    taking_part: HashSet<(DealId, MemberId)>,
    events: HashMap<EventId, Fact>,
    /// Those of the tasks that were deleted.
    deleted: HashSet<TaskId>,
}

impl Related {
    async fn read(conn: &impl ConnectionTrait, mails: &[mail::Model]) -> Result<Self> {
        let ids = mails.iter().map(|mail| mail.notification_id);
        let rows = notification::Entity::find().filter(notification::Column::Id.is_in(ids));
        let rows = rows.all(conn).await?;
        let members = rows.iter().flat_map(|row| [Some(row.member_id), row.actor_id]).flatten();
        let members = member::Entity::find().filter(member::Column::Id.is_in(members));
        let deals = rows.iter().map(|row| row.deal_id).collect::<HashSet<_>>();
        let taking_part = deal_participant::Entity::find()
            .filter(deal_participant::Column::DealId.is_in(deals.iter().copied()))
            .filter(deal_participant::Column::MemberId.is_in(rows.iter().map(|row| row.member_id)));
        let deals = deal::Entity::find().filter(deal::Column::Id.is_in(deals));
        let events = event::Entity::find()
            .select_only()
            .column(event::Column::Id)
            .column(event::Column::Fact)
            .filter(event::Column::Id.is_in(rows.iter().map(|row| row.event_id)));
        let events: Vec<(EventId, Fact)> = events.into_tuple().all(conn).await?;
        let taking_part = taking_part.all(conn).await?;
        let tasks = rows.iter().filter_map(|row| row.task_id).collect();
        Ok(Self {
            deleted: deleted(conn, tasks).await?,
            members: by(members.all(conn).await?, |row| row.id),
            deals: by(deals.all(conn).await?, |row| row.id),
            taking_part: taking_part.iter().map(|row| (row.deal_id, row.member_id)).collect(),
            events: events.into_iter().collect(),
            notifications: by(rows, |row| row.id),
        })
    }

    fn content(&self, mail: mail::Model) -> Result<Content> {
        let gone = || Error::bug("a mail tells of nothing");
        let row = self.notifications.get(&mail.notification_id).ok_or_else(gone)?;
        let deal = self.deals.get(&row.deal_id).ok_or_else(gone)?;
        let member = self.members.get(&row.member_id).ok_or_else(gone)?;
        let takes_part = self.taking_part.contains(&(deal.id, member.id));
        let task = row.task_id.filter(|id| !self.deleted.contains(id));
        let is_wanted = may_be_notified(member, deal, takes_part)
            && !text::is_muted(&member.muted_mail.0, row)
            && (task.is_some() || row.kind != Kind::TaskAssigned);
        let actor = row.actor_id.and_then(|id| self.members.get(&id));
        let story = Story {
            kind: row.kind,
            has_task: task.is_some(),
            actor: actor.map(|actor| actor.name.clone()),
            what: self.events.get(&row.event_id).and_then(text::what).map(str::to_owned),
            deal: deal.title.clone(),
            link: String::new(),
            language: member.locale.unwrap_or_default(),
        };
        let recipient = (member.name.clone(), member.email.clone());
        Ok(Content { mail, deal_id: deal.id, recipient, is_wanted, story })
    }
}

/// Those of these tasks that were deleted: nobody has to do them.
async fn deleted(conn: &impl ConnectionTrait, ids: Vec<TaskId>) -> Result<HashSet<TaskId>> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let query = task::Entity::find()
        .select_only()
        .column(task::Column::Id)
        .filter(task::Column::Id.is_in(ids))
        .filter(task::Column::DeletedAt.is_not_null());
    let found: Vec<TaskId> = query.into_tuple().all(conn).await?;
    Ok(found.into_iter().collect())
}

fn by<K: Eq + Hash, V>(rows: Vec<V>, key: impl Fn(&V) -> K) -> HashMap<K, V> {
    rows.into_iter().map(|row| (key(&row), row)).collect()
}
