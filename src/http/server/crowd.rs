//! Who is connected, and who goes when there is no room: whoever has been waited for longest. Waited for is a
//! client that has not sent all of its request, and one that has not signed in.

use std::{
    collections::{BTreeMap, HashMap},
    net::IpAddr,
};

use tokio::sync::watch;

/// A connection's number.
pub(crate) type Id = u64;

/// Those who are waited for, by how long: the first one longest.
type Queue = BTreeMap<u64, Id>;

/// What a connection is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
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
pub(crate) struct Room {
    /// In all.
    pub most: usize,
    /// Of one address that are waited for.
    pub each: usize,
}

/// All connections.
#[derive(Debug)]
pub(crate) struct Crowd {
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
    pub(crate) fn new(room: Room) -> Self {
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
    pub(crate) fn enter(
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
    pub(crate) fn leave(&mut self, id: Id) {
        self.unqueue(id);
        self.guests.remove(&id);
    }

    /// Where it comes from, as far as that is known now.
    pub(crate) fn comes_from(&mut self, id: Id, network: Option<IpAddr>) {
        self.unqueue(id);
        if let Some(guest) = self.guests.get_mut(&id) {
            guest.network = network;
        }
        self.queue(id);
    }

    /// Its client has shown who it is, for this request.
    pub(crate) fn sign_in(&mut self, id: Id) {
        if let Some(guest) = self.guests.get_mut(&id) {
            guest.signed_in = true;
        }
        self.turn(id, Phase::Served);
    }

    /// A request of it has begun: who asks is to be found out anew. Whether it is still here.
    pub(crate) fn ask(&mut self, id: Id) -> bool {
        if let Some(guest) = self.guests.get_mut(&id) {
            guest.signed_in = false;
        }
        self.turn(id, Phase::Served);
        self.guests.contains_key(&id)
    }

    /// Nobody waits for it any more. Whether it is still here.
    pub(crate) fn serve(&mut self, id: Id) -> bool {
        self.turn(id, Phase::Served);
        self.guests.contains_key(&id)
    }

    /// The rest of its request is waited for.
    pub(crate) fn wait(&mut self, id: Id) {
        self.turn(id, Phase::Asking);
    }

    /// It is answered: of a stranger, it is waited for whether they take that.
    pub(crate) fn answer(&mut self, id: Id) {
        let Some(guest) = self.guests.get(&id) else { return };
        match (guest.phase, guest.signed_in) {
            (Phase::Greeting, _) => {}
            (_, true) => self.turn(id, Phase::Served),
            (_, false) => self.turn(id, Phase::Answered),
        }
    }

    /// It is between two requests: a stranger has waited since the answer.
    pub(crate) fn rest(&mut self, id: Id) {
        let Some(guest) = self.guests.get(&id) else { return };
        match (guest.signed_in, guest.phase) {
            (true, _) => self.turn(id, Phase::Resting),
            (false, Phase::Answered) => {}
            (false, _) => self.turn(id, Phase::Answered),
        }
    }

    /// It is a socket now, whose client is to introduce itself; so many of these there may be.
    pub(crate) fn greet(&mut self, id: Id, most: usize) {
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
mod tests;
