//! One connection among the others: whoever serves it says what it is at, and hears when it has to go.

use std::{
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use axum::http::Extensions;
use tokio::sync::watch;

use super::crowd::{Crowd, Farewell, Id};
use crate::http::{client::Address, rates::network};

/// All connections of a server.
#[derive(Clone, Debug)]
pub(crate) struct Guests(Arc<Mutex<Crowd>>);

/// A connection among them, as its requests know it. Where there is none, as in tests of a router by itself,
/// nothing comes of what it says.
#[derive(Clone, Debug, Default)]
pub struct Guest(Option<Here>);

#[derive(Clone, Debug)]
struct Here {
    guests: Guests,
    id: Id,
    farewell: watch::Receiver<Option<Farewell>>,
    /// Where the connection comes from, unless it is a proxy that does.
    network: Option<IpAddr>,
}

/// Its place, until it is dropped.
#[derive(Debug)]
pub(crate) struct Admission(Guest);

impl Guests {
    /// Those of this crowd.
    pub(crate) fn new(crowd: Crowd) -> Self {
        Self(Arc::new(Mutex::new(crowd)))
    }

    /// One more, and its place, if there is room: from this address, or from a proxy that has not said yet whom
    /// it speaks for.
    pub(crate) fn enter(&self, address: Option<Address>) -> Option<(Guest, Admission)> {
        let (sender, farewell) = watch::channel(None);
        let network = address.map(|Address(address)| network(address));
        let id = self.look(|crowd| crowd.enter(network, sender))?;
        let guest = Guest(Some(Here { guests: self.clone(), id, farewell, network }));
        Some((guest.clone(), Admission(guest)))
    }

    fn look<T>(&self, change: impl FnOnce(&mut Crowd) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Guest {
    /// The connection that a request came on.
    pub fn of(extensions: &Extensions) -> Self {
        extensions.get().cloned().unwrap_or_default()
    }

    /// A request has come, as far as its headers.
    pub async fn asks(&self) {
        self.unless_gone(Crowd::ask).await;
    }

    /// Its request names the client, where a proxy speaks for it.
    pub fn speaks_for(&self, Address(address): Address) {
        self.tell(|crowd, id| crowd.comes_from(id, Some(network(address))));
    }

    /// Its client has shown who it is.
    pub fn signs_in(&self) {
        self.tell(Crowd::sign_in);
    }

    /// The rest of the request is waited for.
    pub fn sends(&self) {
        self.tell(Crowd::wait);
    }

    /// All of the request has come.
    pub async fn has_sent(&self) {
        self.unless_gone(Crowd::serve).await;
    }

    /// The answer begins.
    pub fn is_answered(&self) {
        self.tell(Crowd::answer);
    }

    /// The next request is waited for.
    pub fn rests(&self) {
        let network = self.0.as_ref().and_then(|here| here.network);
        self.tell(|crowd, id| {
            crowd.comes_from(id, network);
            crowd.rest(id);
        });
    }

    /// It is a socket, whose client is to introduce itself; so many of these there may be.
    pub fn is_to_greet(&self, most: usize) {
        self.tell(|crowd, id| crowd.greet(id, most));
    }

    /// Its client has introduced itself. Whether it is still here.
    pub fn has_greeted(&self) -> bool {
        self.tell(Crowd::serve).unwrap_or(true)
    }

    /// Waits until it has to go.
    pub async fn shown_out(&self) -> Farewell {
        let Some(here) = &self.0 else { return std::future::pending().await };
        let mut farewell = here.farewell.clone();
        let told = farewell.wait_for(Option::is_some).await.ok().and_then(|told| *told);
        match told {
            Some(farewell) => farewell,
            // it has left
            None => std::future::pending().await,
        }
    }

    /// Nothing more is done for one that has to go: whoever holds the connection ends it.
    async fn unless_gone(&self, change: impl FnOnce(&mut Crowd, Id) -> bool) {
        if self.tell(change) == Some(false) {
            std::future::pending().await
        }
    }

    fn tell<T>(&self, change: impl FnOnce(&mut Crowd, Id) -> T) -> Option<T> {
        let here = self.0.as_ref()?;
        Some(here.guests.look(|crowd| change(crowd, here.id)))
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        self.0.tell(Crowd::leave);
    }
}
