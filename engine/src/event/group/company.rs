//! A reader among others: resting, woken, looking.

use std::sync::{Arc, Mutex};

use tokio::sync::Notify;

use super::{Asking, Followed, Group, Groups, Here, Lookout, Reader, Round};
use crate::{
    app::App,
    auth::Credential,
    event::{cursor::FeedCursor, follow::Watch},
};

/// The part of one who follows something among those who ask the same about it.
pub(in crate::event) struct Company {
    app: App,
    reader: Arc<Reader>,
    group: Arc<Group>,
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
    /// The part of a reader who signs in with this, begins at this place of what they follow, and asks this.
    pub(in crate::event) fn new(
        app: &App,
        credential: &Credential,
        (followed, place): (Followed, FeedCursor),
        asking: Asking,
    ) -> Self {
        let group = app.part::<Groups>().group((followed, asking.what));
        let here = Mutex::new(Here { place, rests: false });
        let (credential, outlet, called) = (credential.clone(), asking.outlet, Notify::new());
        let reader = Arc::new(Reader { credential, outlet, here, called });
        Self { app: app.clone(), reader, group, rounds: 0 }
    }

    /// It goes to read what it follows.
    pub(in crate::event) fn looks(&mut self) {
        self.rounds = self.group.rounds();
    }

    /// Rests at this place until there is something to do. Whoever looked out and found nothing gives back the round that
    /// was to be.
    pub(in crate::event) async fn rest(
        &mut self,
        place: FeedCursor,
        round: Option<Round>,
        watch: &mut Watch,
    ) -> Woken {
        if let Some(round) = round {
            round.falls_out();
        }
        if !self.group.lies_down(&self.reader, place, self.rounds) {
            return Woken::alone(true);
        }
        Resting(self).until_woken(watch).await
    }
}

/// A reader that rests. Dropped, it rests no more.
struct Resting<'a>(&'a Company);

impl Drop for Resting<'_> {
    fn drop(&mut self) {
        let Company { reader, group, .. } = self.0;
        reader.here().rests = false;
        group.gets_up(reader);
    }
}

impl Resting<'_> {
    async fn until_woken(self, watch: &mut Watch) -> Woken {
        let Company { reader, group, .. } = self.0;
        let number = reader.number();
        loop {
            let listens = group.lookout() == Lookout::Listening(number);
            tokio::select! {
                () = reader.called.notified() => {
                    let is_appointed = group.lookout() == Lookout::Appointed(number);
                    if is_appointed || !reader.here().rests {
                        return self.woken(true);
                    }
                }
                looks = watch.wake(listens) => return self.woken(looks),
            }
        }
    }

    fn woken(self, looks: bool) -> Woken {
        let Company { app, reader, group, .. } = self.0;
        let round = (looks && group.sets_out(reader)).then(|| Round::new(app, group));
        let mut here = reader.here();
        here.rests = false;
        Woken { looks, place: Some(here.place), round }
    }
}
