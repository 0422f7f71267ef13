//! Who may do what (rules 12 to 18): pure, one file, one verb.
//!
//! [`require`] is the only maker of a [`Grant`], and nothing is recorded without one.

use std::collections::BTreeSet;

use entity::{
    action::PerformerGroup,
    deal::Visibility,
    ids::{DealId, MemberId, ProcessId, TokenId},
    member::Role,
};

use crate::refusal::{Problem, Refusal};

/// On whose behalf something is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A signed-in member.
    Member(MemberActor),
    /// The program itself, for this reason: first start, import, demo.
    System(&'static str),
}

/// A member as the policy sees them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberActor {
    /// Who.
    pub id: MemberId,
    /// With which role.
    pub role: Role,
    /// How they signed in; none while history is replayed.
    pub credential: Option<Credential>,
}

/// What signs somebody in. Whoever acts for long has it judged anew, because rights change (rule 17).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Credential {
    /// A token.
    Token(TokenId),
}

/// What the policy needs to know of a deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DealFacts {
    /// The deal.
    pub id: DealId,
    /// Its process.
    pub process_id: ProcessId,
    /// Its owner.
    pub owner_id: MemberId,
    /// Which salespeople see it.
    pub visibility: Visibility,
    /// Whether the actor is one of its participants.
    pub takes_part: bool,
}

/// What the policy needs to know of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskFacts {
    /// The deal it is about.
    pub deal_id: DealId,
    /// That deal; none where it is known that the actor may not see it.
    pub deal: Option<DealFacts>,
    /// Who has to do it.
    pub assignee_id: MemberId,
}

/// What the policy needs to know of a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoteFacts {
    /// The deal it is about.
    pub deal: DealFacts,
    /// Who wrote it.
    pub author_id: MemberId,
}

/// What somebody may be allowed to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Add and change processes, stages and actions.
    ConfigureProcess,
    /// Add members and make tokens for anyone.
    ManageMembers,
    /// Change the name of a member.
    RenameMember,
    /// See a member's tokens, make new ones and revoke them.
    ManageTokens,
    /// Make the deals of a member another one's, many at once.
    TransferDeals,
    /// Say which reasons there are to close deals.
    ConfigureCloseReasons,
    /// See which mail could not be delivered, and send it again.
    ManageMail,
    /// See who changed rights, tokens, processes and close reasons.
    SeeAuditLog,
    /// See what the server counts.
    SeeMetrics,
    /// Say which endpoints are told what happens, and see what was sent to them.
    ManageWebhooks,
    /// Begin a deal.
    CreateDeal,
    /// Write the history of deals from elsewhere, as it was.
    ImportHistory,
    /// See a deal.
    SeeDeal,
    /// Change a deal, move it, close it, and write notes about it.
    ChangeDeal,
    /// Edit a note, and withdraw it.
    ChangeNote,
    /// Try to do an action of a deal; who may do which is a blocker of the rules.
    DoActions,
    /// Reopen a closed deal.
    ReopenDeal,
    /// See a task.
    SeeTask,
    /// Make tasks for a deal, change and delete them.
    ChangeTasks,
    /// Say that a task is done, or that it is to be done again.
    DoTask,
}

/// What a permission is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The organisation as a whole.
    Organisation,
    /// One process and its deals.
    Process(ProcessId),
    /// One member.
    Member(MemberId),
    /// One deal.
    Deal(DealFacts),
    /// One task.
    Task(TaskFacts),
    /// One note.
    Note(NoteFacts),
}

impl Subject {
    /// The written id of what it is, where it is one thing with an id of its own.
    fn id(self) -> Option<String> {
        match self {
            Self::Organisation | Self::Task(_) | Self::Note(_) => None,
            Self::Process(id) => Some(id.to_string()),
            Self::Member(id) => Some(id.to_string()),
            Self::Deal(deal) => Some(deal.id.to_string()),
        }
    }
}

/// The proof that the policy allowed something: without it nothing is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    actor: Actor,
    permission: Permission,
    covered: Covered,
}

/// What a grant is for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Covered {
    One(Subject),
    Deals(BTreeSet<DealId>),
}

/// Why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denial {
    /// The actor may not even know that it exists.
    Unseen,
    /// The actor sees it, but others may do this: the message that says who.
    Forbidden(&'static str),
}

impl Actor {
    /// The member acting, unless it is the system.
    pub fn member_id(&self) -> Option<MemberId> {
        match self {
            Self::Member(member) => Some(member.id),
            Self::System(_) => None,
        }
    }

    /// Whether the actor is this member.
    pub fn is(&self, member: MemberId) -> bool {
        self.member_id() == Some(member)
    }

    /// Whether the actor sees and acts on every deal.
    pub fn leads(&self) -> bool {
        match self {
            Self::Member(member) => member.role != Role::Salesperson,
            Self::System(_) => true,
        }
    }

    /// Whether the actor configures the organisation.
    pub fn administers(&self) -> bool {
        match self {
            Self::Member(member) => member.role == Role::Administrator,
            Self::System(_) => true,
        }
    }
}

impl Grant {
    /// Whether this actor may record events of this deal of this process under this grant. Seeing is
    /// no permission to record, and the organisation as a whole has no events.
    pub fn covers(&self, actor: &Actor, deal: DealId, process: ProcessId) -> bool {
        let covered = match &self.covered {
            Covered::One(Subject::Organisation | Subject::Member(_)) => false,
            Covered::One(Subject::Process(id)) => *id == process,
            Covered::One(Subject::Deal(facts)) => facts.id == deal,
            Covered::One(Subject::Task(facts)) => facts.deal_id == deal,
            Covered::One(Subject::Note(facts)) => facts.deal.id == deal,
            Covered::Deals(deals) => deals.contains(&deal),
        };
        let sees_only = matches!(self.permission, Permission::SeeDeal | Permission::SeeTask);
        covered && self.actor == *actor && !sees_only
    }
}

/// The grant, or the refusal: *not found* for what may not be seen, otherwise who may do it instead.
pub fn require(actor: &Actor, permission: Permission, subject: Subject) -> Result<Grant, Refusal> {
    match decide(actor, permission, subject) {
        Ok(()) => Ok(Grant { actor: actor.clone(), permission, covered: Covered::One(subject) }),
        Err(Denial::Unseen) => Err(Problem::NotFound { kind: "deal" }.refused()),
        Err(Denial::Forbidden(who_may)) => {
            let refusal = Problem::Forbidden { who_may }.refused();
            Err(Refusal { node_id: subject.id(), ..refusal })
        }
    }
}

/// One grant for many deals, each of them judged: where one is refused, all are.
pub fn require_all(
    actor: &Actor,
    permission: Permission,
    deals: &[DealFacts],
) -> Result<Grant, Refusal> {
    for deal in deals {
        require(actor, permission, Subject::Deal(*deal))?;
    }
    let covered = Covered::Deals(deals.iter().map(|deal| deal.id).collect());
    Ok(Grant { actor: actor.clone(), permission, covered })
}

/// Whether the actor may: the table behind [`require`], for buttons and the printed matrix.
pub fn decide(actor: &Actor, permission: Permission, subject: Subject) -> Result<(), Denial> {
    let deal = match subject {
        Subject::Deal(deal) => deal,
        Subject::Member(member) => return decide_member(actor, permission, member),
        Subject::Task(task) => return decide_task(actor, permission, &task),
        Subject::Note(note) => return decide_note(actor, permission, &note),
        Subject::Organisation | Subject::Process(_) => {
            return decide_organisation(actor, permission);
        }
    };
    if !sees(actor, &deal) {
        return Err(Denial::Unseen);
    }
    let allowed = match permission {
        Permission::SeeDeal | Permission::DoActions => true,
        Permission::ChangeDeal | Permission::ChangeTasks => changes(actor, &deal),
        Permission::ReopenDeal => actor.leads() || actor.is(deal.owner_id),
        _ => return decide_organisation(actor, permission),
    };
    if allowed { Ok(()) } else { Err(Denial::Forbidden(who_may(permission))) }
}

/// Rule 16: administrators manage members and tokens; some of it everyone may do for themselves.
fn decide_member(actor: &Actor, permission: Permission, member: MemberId) -> Result<(), Denial> {
    let allowed = match permission {
        Permission::RenameMember | Permission::ManageTokens => {
            actor.administers() || actor.is(member)
        }
        Permission::TransferDeals => actor.leads() || actor.is(member),
        _ => return decide_organisation(actor, permission),
    };
    if allowed { Ok(()) } else { Err(Denial::Forbidden(who_may(permission))) }
}

/// Whoever sees the deal sees its tasks, and whoever may change the deal may change them. The assignee
/// always sees their own task and may do it, also where they may not see the deal.
fn decide_task(actor: &Actor, permission: Permission, task: &TaskFacts) -> Result<(), Denial> {
    let deal = task.deal.filter(|deal| sees(actor, deal));
    let assigned = actor.is(task.assignee_id);
    if deal.is_none() && !assigned {
        return Err(Denial::Unseen);
    }
    let may_change = deal.is_some_and(|deal| changes(actor, &deal));
    let allowed = match permission {
        Permission::SeeTask => true,
        Permission::ChangeTasks => may_change,
        Permission::DoTask => may_change || assigned,
        _ => return decide_organisation(actor, permission),
    };
    if allowed { Ok(()) } else { Err(Denial::Forbidden(who_may(permission))) }
}

/// Whoever wrote a note may change it, as long as they may change the deal; so may administrators, for what must not
/// stand there has to be removed when nobody else can.
fn decide_note(actor: &Actor, permission: Permission, note: &NoteFacts) -> Result<(), Denial> {
    if !sees(actor, &note.deal) {
        return Err(Denial::Unseen);
    }
    let allowed = match permission {
        Permission::ChangeNote => {
            actor.administers() || actor.is(note.author_id) && changes(actor, &note.deal)
        }
        _ => return decide_organisation(actor, permission),
    };
    if allowed { Ok(()) } else { Err(Denial::Forbidden(who_may(permission))) }
}

fn decide_organisation(actor: &Actor, permission: Permission) -> Result<(), Denial> {
    let allowed = match permission {
        Permission::CreateDeal => true,
        Permission::ImportHistory => matches!(actor, Actor::System(_)),
        _ => actor.administers(),
    };
    if allowed { Ok(()) } else { Err(Denial::Forbidden(who_may(permission))) }
}

/// Rule 16: managers and administrators see every deal; salespeople those for everyone and their own.
pub fn sees(actor: &Actor, deal: &DealFacts) -> bool {
    actor.leads() || deal.visibility == Visibility::Everyone || belongs(actor, deal)
}

/// Rule 16: salespeople change the deals they own or take part in.
pub fn changes(actor: &Actor, deal: &DealFacts) -> bool {
    actor.leads() || belongs(actor, deal)
}

/// Whether the actor is among the performers of an action of this deal. `CHOSEN` means the chosen
/// members and nobody else, administrators included (rule 16).
pub fn performs(
    actor: &Actor,
    deal: &DealFacts,
    performers: PerformerGroup,
    chosen: &[MemberId],
) -> bool {
    match performers {
        PerformerGroup::Everyone => changes(actor, deal),
        PerformerGroup::Managers => actor.leads(),
        PerformerGroup::Administrators => actor.administers(),
        PerformerGroup::Chosen => actor.member_id().is_some_and(|id| chosen.contains(&id)),
    }
}

/// Rule 13: the performer, a manager or an administrator may undo.
pub fn undoes(actor: &Actor, performer: MemberId) -> bool {
    actor.leads() || actor.is(performer)
}

fn belongs(actor: &Actor, deal: &DealFacts) -> bool {
    deal.takes_part || actor.is(deal.owner_id)
}

/// Who may do it instead: the message for whoever may not.
pub fn who_may(permission: Permission) -> &'static str {
    match permission {
        Permission::ConfigureProcess => "may-configure-process",
        Permission::ConfigureCloseReasons => "may-configure-close-reasons",
        Permission::ManageMembers => "may-manage-members",
        Permission::RenameMember => "may-rename-member",
        Permission::ManageTokens => "may-manage-tokens",
        Permission::TransferDeals => "may-transfer-deals",
        Permission::ManageMail => "may-manage-mail",
        Permission::SeeAuditLog => "may-see-audit-log",
        Permission::SeeMetrics => "may-see-metrics",
        Permission::ManageWebhooks => "may-manage-webhooks",
        Permission::ReopenDeal => "may-reopen-deal",
        Permission::ImportHistory => "may-import-history",
        Permission::ChangeTasks => "may-change-tasks",
        Permission::ChangeNote => "may-change-note",
        Permission::DoTask => "may-do-task",
        Permission::CreateDeal
        | Permission::SeeTask
        | Permission::SeeDeal
        | Permission::ChangeDeal
        | Permission::DoActions => "may-change-deal",
    }
}

/// Who may undo a completion: the message for whoever may not.
pub const WHO_MAY_UNDO: &str = "may-undo";

#[cfg(test)]
mod tests;
