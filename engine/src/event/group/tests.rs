//! Who rests in a group, who looks out, and who is sent to look.

use domain::policy::{Credential, MemberActor};
use entity::{
    ids::{EventId, MemberId, TokenId},
    member::Role,
};
use uuid::Uuid;

use super::*;

struct Nowhere;

impl Outlet for Nowhere {
    fn put(&self, _: &Written<'_>, _: &Session) -> bool {
        false
    }
}

fn deal() -> DealId {
    DealId::from_uuid(Uuid::nil())
}

fn at(version: i64) -> FeedCursor {
    FeedCursor::Deal { deal: deal(), version, event: EventId::from_uuid(Uuid::nil()) }
}

fn group() -> Arc<Group> {
    Groups::default().group((Followed::Deal(deal()), [0; 32]))
}

fn reader() -> Arc<Reader> {
    let credential = Credential::Token(TokenId::from_uuid(Uuid::nil()));
    let here = Mutex::new(Here { place: at(0), rests: false });
    Arc::new(Reader { credential, outlet: Arc::new(Nowhere), here, called: Notify::new() })
}

/// One who looks out, and others who rest with them.
fn resting(group: &Group, others: usize) -> (Arc<Reader>, Vec<Arc<Reader>>) {
    let readers: Vec<_> = (0..=others).map(|_| reader()).collect();
    assert!(readers.iter().all(|reader| group.lies_down(reader, at(1), 0)));
    assert_eq!(group.lookout(), Lookout::Listening(readers[0].number()));
    (readers[0].clone(), readers[1..].to_vec())
}

#[test]
fn whoever_looks_out_next_looks_at_once() {
    let group = group();
    let (lookout, others) = resting(&group, 1);
    assert!(group.sets_out(&lookout));
    assert_eq!(group.begin_round().len(), 1);
    group.end_round();
    assert_eq!(group.lookout(), Lookout::Appointed(others[0].number()));
    group.gets_up(&others[0]);
    assert_eq!(group.lookout(), Lookout::Nobody);
}

/// Who is called reads further than the round took the others, and is the next who looks out: it finds nothing.
#[test]
fn whoever_finds_nothing_sends_those_to_look_who_have_less() {
    let group = group();
    let (lookout, others) = resting(&group, 2);
    let (behind, ahead) = (&others[0], &others[1]);
    assert!(group.sets_out(&lookout));
    group.begin_round();
    behind.here().place = at(2);
    group.call(ahead);
    assert!(group.lies_down(ahead, at(3), group.rounds()));
    assert_eq!(group.lookout(), Lookout::Looking);
    group.gets_up(behind);
    group.end_round();
    assert!(group.lies_down(behind, at(2), group.rounds()));
    assert!(group.sets_out(ahead));
    group.found_nothing();
    assert!(group.lies_down(ahead, at(3), group.rounds()));
    assert!(!behind.here().rests, "it has to look");
    assert!(ahead.here().rests);
}

#[test]
fn whoever_read_before_a_round_looks_again() {
    let group = group();
    let (lookout, others) = resting(&group, 1);
    let (late, rounds) = (reader(), group.rounds());
    assert!(group.sets_out(&lookout));
    group.begin_round();
    assert!(!group.lies_down(&late, at(1), rounds));
    group.call_all();
    assert!(!others[0].here().rests);
    assert!(!group.lies_down(&late, at(1), rounds + 1));
    assert!(group.lies_down(&late, at(2), group.rounds()));
    assert_eq!(group.lookout(), Lookout::Listening(late.number()));
}

#[test]
fn a_board_goes_round_among_those_who_see_all_its_deals_and_a_deal_among_all() {
    let (id, credential) = (MemberId::from_uuid(Uuid::nil()), None);
    let viewer = |role| Actor::Member(MemberActor { id, role, credential: credential.clone() });
    let board = Followed::Board(ProcessId::from_uuid(Uuid::nil()));
    for (role, leads) in
        [(Role::Salesperson, false), (Role::Manager, true), (Role::Administrator, true)]
    {
        assert_eq!(board.is_alike_for(&viewer(role)), leads);
        assert!(Followed::Deal(deal()).is_alike_for(&viewer(role)));
    }
}

#[test]
fn a_group_that_is_left_is_forgotten() {
    let groups = Groups::default();
    let group = groups.group((Followed::Deal(deal()), [1; 32]));
    assert!(Arc::ptr_eq(&group, &groups.group((Followed::Deal(deal()), [1; 32]))));
    drop(group);
    assert!(lock(&groups.0).is_empty());
}
