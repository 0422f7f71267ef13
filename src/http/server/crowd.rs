//! Who is connected, and who goes when there is no room: whoever has been waited for longest. Waited for is a
//! client that has not sent all of its request, and one that has not signed in.

use std::{
    collections::{BTreeMap, HashMap},
    net::IpAddr,
};

use tokio::sync::watch;

/// A connection's number.
pub type Id = u64;

/// Those who are waited for, by how long: the first one longest.
type Queue = BTreeMap<u64, Id>;

/// What a connection is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Its client is to send a request, or the rest of one.
    Asking,
    /// The server is at work for it, or its client is signed in: nobody waits for it.
    Served,
    /// A stranger is being answered, or was.
    Answered,
    /// The socket of a client that has not introduced itself.
    Greeting,
    /// Its client was signed in, and asks nothing now.
    Resting,
}

/// How a connection that makes room is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Farewell {
    /// Its client was sending something, and is told why.
    Told,
    /// There is nothing to tell.
    Silent,
}

/// How many there may be.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// In all.
    pub most: usize,
    /// Of one address that are waited for.
    pub each: usize,
}

/// All connections.
#[derive(Debug)]
pub struct Crowd {
    room: Room,
    numbers: u64,
    guests: HashMap<Id, Guest>,
    /// Who goes first: those who are waited for.
    waited_for: Queue,
    /// Then those who rest.
    resting: Queue,
    /// The sockets among those who are waited for.
    greeting: Queue,
    /// Those who are waited for, by their address.
    networks: HashMap<IpAddr, Queue>,
}

#[derive(Debug)]
struct Guest {
    network: Option<IpAddr>,
    signed_in: bool,
    phase: Phase,
    since: u64,
    farewell: watch::Sender<Option<Farewell>>,
}

impl Crowd {
    /// Nobody, with so much room.
    pub fn new(room: Room) -> Self {
        Self {
            room,
            numbers: 0,
            guests: HashMap::new(),
            waited_for: Queue::new(),
            resting: Queue::new(),
            greeting: Queue::new(),
            networks: HashMap::new(),
        }
    }

    /// Somebody connects, from this address as far as it is known, and is told through this when to go;
    /// nothing, if all the others are being served.
    pub fn enter(
        &mut self,
        network: Option<IpAddr>,
        farewell: watch::Sender<Option<Farewell>>,
    ) -> Option<Id> {
        if self.guests.len() >= self.room.most {
            let longest = self.waited_for.first_key_value().or(self.resting.first_key_value());
            let (_, id) = longest?;
            self.show_out(*id);
        }
        let (id, phase, signed_in) = (self.number(), Phase::Asking, false);
        self.guests.insert(id, Guest { network, signed_in, phase, since: id, farewell });
        self.queue(id);
        Some(id)
    }

    /// It ends by itself.
    pub fn leave(&mut self, id: Id) {
        self.unqueue(id);
        self.guests.remove(&id);
    }

    /// Where it comes from, as far as that is known now.
    pub fn comes_from(&mut self, id: Id, network: Option<IpAddr>) {
        self.unqueue(id);
        if let Some(guest) = self.guests.get_mut(&id) {
            guest.network = network;
        }
        self.queue(id);
    }

    /// Its client has shown who it is, for this request.
    pub fn sign_in(&mut self, id: Id) {
        if let Some(guest) = self.guests.get_mut(&id) {
            guest.signed_in = true;
        }
        self.turn(id, Phase::Served);
    }

    /// A request of it has begun: who asks is to be found out anew. Whether it is still here.
    pub fn ask(&mut self, id: Id) -> bool {
        if let Some(guest) = self.guests.get_mut(&id) {
            guest.signed_in = false;
        }
        self.turn(id, Phase::Served);
        self.guests.contains_key(&id)
    }

    /// Nobody waits for it any more. Whether it is still here.
    pub fn serve(&mut self, id: Id) -> bool {
        self.turn(id, Phase::Served);
        self.guests.contains_key(&id)
    }

    /// The rest of its request is waited for.
    pub fn wait(&mut self, id: Id) {
        self.turn(id, Phase::Asking);
    }

    /// It is answered: of a stranger, it is waited for whether they take that.
    pub fn answer(&mut self, id: Id) {
        let Some(guest) = self.guests.get(&id) else { return };
        match (guest.phase, guest.signed_in) {
            (Phase::Greeting, _) => {}
            (_, true) => self.turn(id, Phase::Served),
            (_, false) => self.turn(id, Phase::Answered),
        }
    }

    /// It is between two requests.
    pub fn rest(&mut self, id: Id) {
        let signed_in = self.guests.get(&id).is_some_and(|guest| guest.signed_in);
        self.turn(id, if signed_in { Phase::Resting } else { Phase::Answered });
    }

    /// It is a socket now, whose client is to introduce itself; so many of these there may be.
    pub fn greet(&mut self, id: Id, most: usize) {
        self.turn(id, Phase::Greeting);
        let longest = self.greeting.first_key_value().map(|(_, id)| *id);
        let longest = longest.filter(|_| self.greeting.len() > most);
        longest.into_iter().for_each(|id| self.show_out(id));
    }

    fn turn(&mut self, id: Id, phase: Phase) {
        self.unqueue(id);
        let since = self.number();
        if let Some(guest) = self.guests.get_mut(&id) {
            (guest.phase, guest.since) = (phase, since);
        }
        self.queue(id);
    }

    /// One more of an address than there may be makes the first of them go.
    fn queue(&mut self, id: Id) {
        let Some(guest) = self.guests.get(&id) else { return };
        let (since, phase, network) = (guest.since, guest.phase, guest.network);
        match phase {
            Phase::Served => return,
            Phase::Resting => {
                self.resting.insert(since, id);
                return;
            }
            Phase::Greeting => {
                self.greeting.insert(since, id);
            }
            Phase::Asking | Phase::Answered => {}
        }
        self.waited_for.insert(since, id);
        let Some(network) = network else { return };
        let same = self.networks.entry(network).or_default();
        same.insert(since, id);
        let too_many = same.len() > self.room.each;
        let longest = same.first_key_value().map(|(_, id)| *id).filter(|_| too_many);
        longest.into_iter().for_each(|id| self.show_out(id));
    }

    fn unqueue(&mut self, id: Id) {
        let Some(Guest { since, network, .. }) = self.guests.get(&id) else { return };
        for queue in [&mut self.waited_for, &mut self.resting, &mut self.greeting] {
            queue.remove(since);
        }
        let Some(network) = network else { return };
        if let Some(same) = self.networks.get_mut(network) {
            same.remove(since);
            if same.is_empty() {
                self.networks.remove(network);
            }
        }
    }

    fn show_out(&mut self, id: Id) {
        self.unqueue(id);
        if let Some(guest) = self.guests.remove(&id) {
            let asking = guest.phase == Phase::Asking;
            let farewell = if asking { Farewell::Told } else { Farewell::Silent };
            guest.farewell.send_replace(Some(farewell));
        }
    }

    fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }
}

#[cfg(test)]
mod tests {
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
}
