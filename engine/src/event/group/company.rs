//! A reader among others: resting, woken, looking.

use std::sync::{Arc, Mutex};

use tokio::sync::Notify;

use super::{Asked, Followed, Group, Groups, Here, Outlet, Reader, Round};
use crate::{
    app::App,
    auth::Credential,
    event::{
        cursor::{FeedCursor, InboxCursor},
        follow::Watch,
    },
};

/// The part of one who follows among those who follow the same and ask the same.
pub struct Company {
    app: App,
    asked: Asked,
    reader: Arc<Reader>,
    group: Option<Arc<Group>>,
    /// How many rounds had begun when it last went to read.
    rounds: u64,
}

/// How a reader was woken.
pub(in crate::event) struct Woken {
    /// Whether there may be something to read; otherwise rights are to be judged anew.
    pub(in crate::event) looks: bool,
    /// Where it is by now, if rounds may have taken it on.
    pub(in crate::event) place: Option<FeedCursor>,
    /// What is found is to go round.
    pub(in crate::event) round: Option<Round>,
}

impl Woken {
    /// Alone.
    pub(in crate::event) fn alone(looks: bool) -> Self {
        Self { looks, place: None, round: None }
    }
}

impl Company {
    /// The part of a reader who signs in with this, asks this, and is given what is written through this.
    pub fn new(app: &App, credential: &Credential, asked: Asked, outlet: Arc<dyn Outlet>) -> Self {
        let reader = Reader {
            credential: credential.clone(),
            outlet,
            here: Mutex::new(Here::nowhere()),
            called: Notify::new(),
        };
        let (reader, group) = (Arc::new(reader), None);
        Self { app: app.clone(), asked, reader, group, rounds: 0 }
    }

    /// It goes to read what it follows. Without that it is in no group.
    pub(in crate::event) fn looks(&mut self, followed: Option<Followed>) {
        let key = followed.map(|followed| (followed, self.asked));
        if self.group.as_ref().map(|group| group.key) != key {
            self.group = key.map(|key| self.app.part::<Groups>().group(key));
        }
        self.rounds = self.group.as_ref().map_or(0, |group| group.rounds());
    }

    /// Rests at this place until there is something to do. Whoever looked out and found nothing gives back the round that
    /// was to be.
    pub(in crate::event) async fn rest(
        &mut self,
        place: FeedCursor,
        round: Option<Round>,
        watch: &mut Watch,
    ) -> Woken {
        let Some(group) = &self.group else { return Woken::alone(watch.wake(true).await) };
        let looked = round.is_some_and(|round| round.given_back_to(group));
        if !group.lies_down(&self.reader, (place, self.rounds), looked) {
            return Woken::alone(true);
        }
        Resting { app: &self.app, group, reader: &self.reader }.until_woken(watch).await
    }
}

impl Here {
    /// Before its first rest.
    fn nowhere() -> Self {
        let member = entity::ids::MemberId::from_uuid(uuid::Uuid::nil());
        let place = FeedCursor::Inbox(InboxCursor { member, version: 0, event: None });
        Self { place, rests: false }
    }
}

/// A reader that rests. Dropped, it rests no more.
struct Resting<'a> {
    app: &'a App,
    group: &'a Arc<Group>,
    reader: &'a Arc<Reader>,
}

impl Drop for Resting<'_> {
    fn drop(&mut self) {
        self.reader.here().rests = false;
        self.group.gets_up(self.reader);
    }
}

impl Resting<'_> {
    async fn until_woken(self, watch: &mut Watch) -> Woken {
        loop {
            let looks_out = self.group.is_lookout(self.reader);
            tokio::select! {
                () = self.reader.called.notified() => if !self.reader.here().rests {
                    return self.woken(true);
                },
                looks = watch.wake(looks_out) => return self.woken(looks),
            }
        }
    }

    fn woken(self, looks: bool) -> Woken {
        let round = (looks && self.group.is_lookout(self.reader)).then(|| {
            self.group.sets_out(self.reader);
            Round::new(self.app, self.group)
        });
        let mut here = self.reader.here();
        here.rests = false;
        Woken { looks, place: Some(here.place), round }
    }
}
