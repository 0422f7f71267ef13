//! What may be done about a member (rules 16 and 18): the blockers before the click and the refusals
//! after it. Pure.

use entity::{
    ids::MemberId,
    member::{Model, Role},
};

use crate::{
    policy::{self, Actor, Denial, Permission, Subject},
    refusal::{Problem, Refusal},
};

/// A member, and who asks.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// The member.
    pub member: &'a Model,
    /// How many active administrators there are.
    pub administrators: u64,
    /// Who asks.
    pub actor: &'a Actor,
}

/// What can be done about a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberOperation {
    /// Change the name.
    Rename,
    /// Change the address.
    ChangeEmail,
    /// Change the role.
    ChangeRole,
    /// Let them sign in no longer.
    Deactivate,
    /// Let them sign in again.
    Reactivate,
    /// Make a token that signs them in.
    CreateToken,
    /// Make their deals another member's.
    TransferDeals,
}

impl MemberOperation {
    /// What the policy calls it.
    pub fn permission(self) -> Permission {
        match self {
            Self::Rename => Permission::RenameMember,
            Self::ChangeEmail | Self::ChangeRole | Self::Deactivate | Self::Reactivate => {
                Permission::ManageMembers
            }
            Self::CreateToken => Permission::ManageTokens,
            Self::TransferDeals => Permission::TransferDeals,
        }
    }
}

/// Everything that keeps the actor from doing this about the member now; empty: it can be done. What is for
/// others to do has no other reason.
pub fn blockers(case: Case<'_>, operation: MemberOperation) -> Vec<Refusal> {
    let id = case.member.id;
    let decided = policy::decide(case.actor, operation.permission(), Subject::Member(id));
    if let Err(denial) = decided {
        let problem = match denial {
            Denial::Unseen => Problem::NotFound { kind: "member" },
            Denial::Forbidden(who_may) => Problem::Forbidden { who_may },
        };
        return vec![problem.refused().about(id)];
    }
    let problem = match operation {
        MemberOperation::ChangeRole | MemberOperation::Deactivate => last_administrator(case),
        MemberOperation::CreateToken => inactive(case.member),
        _ => None,
    };
    problem.map(|problem| problem.refused().about(id)).into_iter().collect()
}

/// Rule 18: every other role and no activity would leave nobody to manage the organisation.
fn last_administrator(case: Case<'_>) -> Option<Problem> {
    let member = case.member;
    let is_one = member.role == Role::Administrator && member.is_active();
    let is_last = is_one && case.administrators <= 1;
    is_last.then(|| Problem::LastAdministrator { name: member.name.clone() })
}

/// Whether nobody could do an action any more if this one of those who are chosen for it left: no other is active.
pub fn leaves_nobody(
    chosen: &[MemberId],
    leaving: MemberId,
    is_active: impl Fn(MemberId) -> bool,
) -> bool {
    chosen.contains(&leaving) && !chosen.iter().any(|id| *id != leaving && is_active(*id))
}

fn inactive(member: &Model) -> Option<Problem> {
    (!member.is_active()).then(|| Problem::MemberInactive { name: member.name.clone() })
}
