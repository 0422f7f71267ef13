//! Who goes, counted and not timed.

use tokio::sync::watch::Receiver;

use super::*;

struct Door {
    crowd: Crowd,
    out: Vec<(Id, Receiver<Option<Farewell>>)>,
}

impl Door {
    fn new(most: usize, each: usize) -> Self {
        Self { crowd: Crowd::new(Room { most, each }), out: Vec::new() }
    }

    /// Somebody comes in, from this address.
    fn try_enter(&mut self, address: &str) -> Option<Id> {
        let (farewell, heard) = watch::channel(None);
        let id = self.crowd.enter(address.parse().ok(), farewell)?;
        self.out.push((id, heard));
        Some(id)
    }

    fn enter(&mut self, address: &str) -> Id {
        self.try_enter(address).unwrap()
    }

    /// Who was shown out, in the order in which they came.
    fn gone(&self) -> Vec<Id> {
        let gone = self.out.iter().filter(|(_, heard)| heard.borrow().is_some());
        gone.map(|(id, _)| *id).collect()
    }

    fn farewell(&self, id: Id) -> Option<Farewell> {
        *self.out.iter().find(|(other, _)| *other == id).unwrap().1.borrow()
    }

    /// Nothing is kept of those who are not here.
    fn check(&self) {
        let here = |queue: &Queue| queue.values().all(|id| self.crowd.guests.contains_key(id));
        let Crowd { waited_for, resting, greeting, networks, room, guests, .. } = &self.crowd;
        assert!(here(waited_for) && here(resting) && here(greeting));
        assert!(networks.values().all(|same| !same.is_empty() && same.len() <= room.each));
        assert!(networks.values().all(here) && guests.len() <= room.most);
    }
}

const ATTACKER: &str = "10.6.6.6";
const FRIEND: &str = "10.0.0.1";

#[test]
fn a_thousand_and_thirty_half_requests_of_one_address_keep_nobody_else_out() {
    let mut door = Door::new(1024, 256);
    let friend = door.enter(FRIEND);
    let half: Vec<_> = (0..1030).map(|_| door.enter(ATTACKER)).collect();
    assert_eq!(door.gone(), half[..1030 - 256], "those that have waited longest");
    assert_eq!(door.farewell(half[0]), Some(Farewell::Told));
    for _ in 0..500 {
        let other = door.enter(FRIEND);
        assert!(door.crowd.ask(other));
        door.crowd.sign_in(other);
    }
    assert_eq!(door.gone().len(), 1030 - 256);
    assert!(door.crowd.ask(friend), "the address beside it lost nothing");
    door.check();
}

#[test]
fn half_requests_of_many_addresses_keep_nobody_out_either() {
    let mut door = Door::new(1024, 256);
    for number in 0..5000_u32 {
        let address = std::net::Ipv4Addr::from_bits(number / 50).to_string();
        door.enter(&address);
    }
    let friend = door.enter(FRIEND);
    assert!(door.crowd.ask(friend));
    door.check();
}

#[test]
fn whoever_is_served_stays_and_the_next_is_told_to_come_back() {
    let mut door = Door::new(2, 1);
    for _ in 0..2 {
        let id = door.enter(FRIEND);
        door.crowd.sign_in(id);
        door.crowd.answer(id);
    }
    assert_eq!((door.try_enter(FRIEND), door.gone()), (None, vec![]));
    let first = door.out[0].0;
    door.crowd.rest(first);
    assert!(door.try_enter(FRIEND).is_some(), "who rests makes room");
    assert_eq!((door.gone(), door.farewell(first)), (vec![first], Some(Farewell::Silent)));
    door.check();
}

#[test]
fn a_stranger_goes_before_somebody_who_rests() {
    let mut door = Door::new(3, 3);
    let known = door.enter(FRIEND);
    door.crowd.sign_in(known);
    door.crowd.rest(known);
    let (idle, slow) = (door.enter(ATTACKER), door.enter(ATTACKER));
    door.crowd.ask(slow);
    door.crowd.answer(slow);
    door.crowd.ask(idle);
    door.crowd.answer(idle);
    door.crowd.rest(idle);
    door.enter(FRIEND);
    assert_eq!(door.gone(), [slow], "it has taken its answer for longer");
    door.enter(FRIEND);
    assert_eq!(door.gone(), [idle, slow]);
    door.check();
}

#[test]
fn the_rest_of_a_body_is_waited_for_whoever_sends_it() {
    let mut door = Door::new(10, 2);
    let ids: Vec<_> = (0..3).map(|_| door.enter(FRIEND)).collect();
    assert_eq!(door.gone(), [ids[0]]);
    for id in &ids[1..] {
        door.crowd.ask(*id);
        door.crowd.sign_in(*id);
    }
    let more: Vec<_> = (0..2).map(|_| door.enter(FRIEND)).collect();
    assert_eq!(door.gone(), [ids[0]], "those who are signed in do not count");
    door.crowd.wait(ids[1]);
    assert_eq!(door.gone(), [ids[0], more[0]]);
    assert!(door.crowd.serve(ids[1]) && !door.crowd.serve(more[0]));
    door.check();
}

#[test]
fn behind_a_proxy_the_client_is_counted_as_soon_as_it_is_named() {
    let mut door = Door::new(100, 2);
    let ids: Vec<_> = (0..50).map(|_| door.enter("")).collect();
    assert_eq!(door.gone(), [0; 0], "of whom nobody knows, nobody goes");
    let (attacker, friend) = (ATTACKER.parse().ok(), FRIEND.parse().ok());
    for id in &ids[..10] {
        door.crowd.ask(*id);
        door.crowd.comes_from(*id, attacker);
        door.crowd.wait(*id);
    }
    assert_eq!(door.gone(), ids[..8]);
    door.crowd.ask(ids[20]);
    door.crowd.comes_from(ids[20], friend);
    door.crowd.answer(ids[20]);
    door.crowd.comes_from(ids[9], None);
    door.crowd.rest(ids[9]);
    assert_eq!(door.gone(), ids[..8], "a connection of the proxy is nobody's between requests");
    door.check();
}

#[test]
fn sockets_that_say_nothing_make_room_for_each_other() {
    let mut door = Door::new(100, 50);
    let ids: Vec<_> = (0..4).map(|_| door.enter(FRIEND)).collect();
    for id in &ids[..3] {
        door.crowd.greet(*id, 2);
        door.crowd.answer(*id);
    }
    assert_eq!(door.gone(), [ids[0]]);
    door.crowd.sign_in(ids[1]);
    door.crowd.greet(ids[3], 2);
    assert_eq!(door.gone(), [ids[0]], "who has introduced itself counts no more");
    door.check();
}

#[test]
fn nothing_is_kept_of_who_leaves() {
    let mut door = Door::new(3, 2);
    let ids: Vec<_> = [FRIEND, ATTACKER, ATTACKER].map(|address| door.enter(address)).into();
    door.crowd.greet(ids[1], 9);
    door.crowd.sign_in(ids[2]);
    door.crowd.rest(ids[2]);
    ids.iter().for_each(|id| door.crowd.leave(*id));
    door.check();
    assert!(door.crowd.guests.is_empty() && door.crowd.networks.is_empty());
    assert!(!door.crowd.ask(ids[0]), "and what is said of it changes nothing");
    assert_eq!(door.gone(), [0; 0]);
}
