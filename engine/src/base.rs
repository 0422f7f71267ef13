//! What everything stands on: the database, the clock, the wake-up, what the operator configured, and what other
//! modules keep for as long as the program runs. It knows none of them: each asks for its own, by its type.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use crate::{bus::Bus, clock::Clock, db::Db};

/// What an operator configures, apart from the database: where people reach the server, and the settings of each
/// part of the program that has any.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where people reach this server: what links begin with, without a slash at the end.
    pub public_url: String,
    parts: HashMap<TypeId, Arc<dyn Any + Send + Sync>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self::new("http://127.0.0.1:8000".to_owned())
    }
}

impl Settings {
    /// A server that people reach here, and nothing else configured.
    pub fn new(public_url: String) -> Self {
        Self { public_url, parts: HashMap::new() }
    }

    /// These, with the settings of one part in place of what it had.
    pub fn with<T: Send + Sync + 'static>(mut self, settings: T) -> Self {
        self.parts.insert(TypeId::of::<T>(), Arc::new(settings));
        self
    }

    /// The settings of one part, if it was given any.
    pub fn get<T: 'static>(&self) -> Option<&T> {
        self.parts.get(&TypeId::of::<T>())?.downcast_ref()
    }
}

/// What everything stands on: cheap to clone.
#[derive(Clone)]
pub struct Base {
    inner: Arc<Inner>,
}

struct Inner {
    settings: Settings,
    db: Db,
    clock: Clock,
    bus: Bus,
    parts: Parts,
}

impl Base {
    /// On this database, by this clock, configured so.
    pub(crate) fn new(db: Db, clock: Clock, settings: Settings) -> Self {
        let (bus, parts) = (Bus::default(), Parts::default());
        Self { inner: Arc::new(Inner { settings, db, clock, bus, parts }) }
    }

    /// What the operator configured.
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.inner.db
    }

    /// Where the time and new ids come from.
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// Who waits for which deal or process.
    pub fn bus(&self) -> &Bus {
        &self.inner.bus
    }

    /// What a module keeps for the whole program: one of each type, made when it is first asked for.
    pub(crate) fn part<T: Default + Send + Sync + 'static>(&self) -> &T {
        self.inner.parts.get()
    }

    /// The settings of a part, or what they are unless the operator says otherwise.
    pub(crate) fn settings_of<T: Default + Send + Sync + 'static>(&self) -> &T {
        self.settings().get().unwrap_or_else(|| self.part())
    }
}

/// One value of each type that was asked for: a list that only grows, and is read without a lock. It is as long as
/// there are modules that keep something.
#[derive(Default)]
pub(crate) struct Parts(OnceLock<Box<Part>>);

struct Part {
    value: Box<dyn Any + Send + Sync>,
    next: Parts,
}

impl Parts {
    /// Whoever makes a value makes it at the end of the list, so nobody makes a second one of its type.
    pub(crate) fn get<T: Default + Send + Sync + 'static>(&self) -> &T {
        let mut rest = self;
        loop {
            let part = rest.0.get_or_init(|| Box::new(Part::new(T::default())));
            if let Some(found) = part.value.downcast_ref() {
                return found;
            }
            rest = &part.next;
        }
    }
}

impl Part {
    fn new(value: impl Send + Sync + Any) -> Self {
        Self { value: Box::new(value), next: Parts::default() }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicU32, Ordering},
        thread,
    };

    use super::*;

    #[derive(Default)]
    struct Count(AtomicU32);

    #[derive(Default)]
    struct Other(AtomicU32);

    #[test]
    fn a_part_is_made_once_whoever_asks_at_the_same_moment() {
        let parts = Parts::default();
        thread::scope(|scope| {
            for number in 0..16 {
                let parts = &parts;
                scope.spawn(move || match number % 2 {
                    0 => parts.get::<Count>().0.fetch_add(1, Ordering::SeqCst),
                    _ => parts.get::<Other>().0.fetch_add(1, Ordering::SeqCst),
                });
            }
        });
        assert_eq!(parts.get::<Count>().0.load(Ordering::SeqCst), 8);
        assert_eq!(parts.get::<Other>().0.load(Ordering::SeqCst), 8);
    }

    #[test]
    fn settings_of_a_part_replace_those_it_had() {
        let settings = Settings::default().with(1_u8).with("x").with(2_u8);
        assert_eq!((settings.get(), settings.get::<u16>()), (Some(&2_u8), None));
    }
}
