//! Who is told of what follows from doing an action (rule 19). Pure.

use std::collections::BTreeSet;

use entity::{
    action::{Notify, NotifyGroup},
    deal,
    ids::MemberId,
    member::{self, Role},
};

use super::state;
use crate::policy::{self, Actor, MemberActor};

/// The role that is told as a whole because of this group; none for the deal's participants.
pub fn role_of(group: NotifyGroup) -> Option<Role> {
    match group {
        NotifyGroup::Administrators => Some(Role::Administrator),
        NotifyGroup::Managers => Some(Role::Manager),
        NotifyGroup::Participants => None,
    }
}

/// Who is told that an action with these settings was done: each of `members` once, however many groups
/// they are in; never the one who did it, nor who is deactivated or may not see the deal.
pub fn recipients(
    notify: &Notify,
    deal: &state::Deal,
    members: &[member::Model],
    performer: MemberId,
) -> Vec<MemberId> {
    let told: BTreeSet<_> = members
        .iter()
        .filter(|member| is_named(notify, &deal.participants, member) && member.id != performer)
        .filter(|member| may_be_notified(member, &deal.row, deal.participants.contains(&member.id)))
        .map(|member| member.id)
        .collect();
    told.into_iter().collect()
}

fn is_named(notify: &Notify, participants: &[MemberId], member: &member::Model) -> bool {
    let of_group = |group: &NotifyGroup| match role_of(*group) {
        Some(role) => member.role == role,
        None => participants.contains(&member.id),
    };
    notify.members.contains(&member.id) || notify.groups.iter().any(of_group)
}

/// Whether a member may be told of what happens to a deal: active, and sees it. It is judged when the
/// notification is written, and again whenever it is shown or mailed.
pub fn may_be_notified(member: &member::Model, deal: &deal::Model, takes_part: bool) -> bool {
    let actor = MemberActor { id: member.id, role: member.role, credential: None };
    member.is_active() && policy::sees(&Actor::Member(actor), &state::facts(deal, takes_part))
}

#[cfg(test)]
mod tests {
    use entity::{
        deal::{Status, Visibility},
        ids::{DealId, ProcessId},
        member::MutedMail,
    };
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    const ROLES: [Role; 3] = [Role::Administrator, Role::Manager, Role::Salesperson];
    const GROUPS: [NotifyGroup; 3] =
        [NotifyGroup::Administrators, NotifyGroup::Managers, NotifyGroup::Participants];

    fn id(number: usize) -> MemberId {
        MemberId::from_uuid(Uuid::from_u128(number as u128))
    }

    fn member(number: usize, role: Role, is_active: bool) -> member::Model {
        let now = entity::Timestamp::UNIX_EPOCH;
        member::Model {
            id: id(number),
            email: String::new(),
            email_key: String::new(),
            search: None,
            name_sort: None,
            name: String::new(),
            role,
            created_at: now,
            deactivated_at: (!is_active).then_some(now),
            muted_mail: MutedMail::default(),
            locale: None,
        }
    }

    fn deal(visibility: Visibility, participants: Vec<MemberId>) -> state::Deal {
        let now = entity::Timestamp::UNIX_EPOCH;
        let row = deal::Model {
            id: DealId::from_uuid(Uuid::nil()),
            process_id: ProcessId::from_uuid(Uuid::nil()),
            title: String::new(),
            title_key: String::new(),
            value_amount: None,
            value_currency: None,
            owner_id: participants.first().copied().unwrap_or(id(0)),
            visibility,
            status: Status::Open,
            version: 1,
            stage_id: None,
            stage_position: -1,
            percent: 0,
            done_weight: 0,
            total_weight: 0,
            moved_stage_id: None,
            moved_version: None,
            closed_at: None,
            closed_process_version: None,
            close_comment: None,
            close_reason_id: None,
            external_id: None,
            created_at: now,
            updated_at: now,
            last_activity_at: now,
        };
        state::Deal::loaded(row, participants, Vec::new())
    }

    proptest! {
        #[test]
        fn everyone_named_is_told_once_unless_a_reason_says_no(
            people in prop::collection::vec((0..3_usize, any::<bool>()), 1..12),
            participants in prop::collection::vec(0..12_usize, 0..6),
            chosen in prop::collection::vec(0..12_usize, 0..6),
            groups in prop::collection::vec(0..3_usize, 0..4),
            hidden in any::<bool>(),
            performer in 0..12_usize,
        ) {
            let members: Vec<_> = people.iter().enumerate()
                .map(|(number, (role, active))| member(number, ROLES[*role], *active)).collect();
            let visibility = if hidden { Visibility::Participants } else { Visibility::Everyone };
            let takes_part: Vec<_> = participants.iter().map(|number| id(*number)).collect();
            let deal = deal(visibility, takes_part);
            let notify = Notify {
                groups: groups.iter().map(|group| GROUPS[*group]).collect(),
                members: chosen.iter().map(|number| id(*number)).collect(),
            };
            let told = recipients(&notify, &deal, &members, id(performer));
            for (number, (role, active)) in people.iter().enumerate() {
                let leads = *role < 2;
                let in_deal = participants.contains(&number)
                    || (participants.is_empty() && number == 0);
                let named = chosen.contains(&number) || groups.contains(role) && leads
                    || groups.contains(&2) && participants.contains(&number);
                let expected = named && *active && number != performer && (leads || !hidden || in_deal);
                let times = told.iter().filter(|known| **known == id(number)).count();
                prop_assert_eq!(times, usize::from(expected), "member {}", number);
            }
            prop_assert!(told.len() <= members.len());
        }
    }
}
