//! One answer for all who follow the same with the same selection: it is made for the first of them, and its bytes are
//! given to the others. Each was found to be allowed to see it before (rule 23).

use std::{
    borrow::Cow,
    num::NonZeroUsize,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use async_graphql::{
    ContextSelectionSet, OutputType, ServerResult, Value, parser::types::Field, registry::Registry,
};
use async_graphql_parser::Positioned;
use bytes::Bytes;
use domain::{event::cursor::FeedCursor, language::Language};
use engine::{
    auth,
    error::Result,
    event::{group::Asked, seal::Seal},
};
use entity::ids::DealId;
use lru::LruCache;
use sha2::{Digest, Sha256};
use tokio::sync::Notify;

use crate::graphql::{
    feed::{self, Going},
    kept::{
        selection::{Key, Selected},
        written_for_all,
    },
};

/// How many answers are kept at most: those of the last moments.
const KEPT: NonZeroUsize = NonZeroUsize::new(4096).unwrap();
/// Larger ones are made for each.
const LARGEST: usize = 64 * 1024;

/// What tells an item from all others: where it leaves its reader, and what it says of which deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Name {
    /// Where the reader is after it.
    pub cursor: FeedCursor,
    /// Whether everything missed was delivered before it.
    pub caught_up: bool,
    /// What kind of item it is; none of the one that says only that.
    pub says: Option<(Kind, Option<DealId>)>,
    /// In which language it is said; none where nothing that is selected has words of ours.
    pub language: Option<Language>,
}

/// What an item may say of the same event, to one viewer or another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// It happened.
    Happened,
    /// A deal came.
    Appeared,
    /// A deal went.
    Withdrawn,
    /// A process was saved.
    Saved,
}

/// The answers of the last moments, by what is selected and what it is selected from.
#[derive(Clone)]
pub(crate) struct Answers(Arc<Mutex<Latest>>);

type Latest = LruCache<(Key, Name), Arc<Answer>>;

impl Default for Answers {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(LruCache::new(KEPT))))
    }
}

/// The answer about one item. A sealed cursor is another one each time: all get the same, as the answer says it.
pub(crate) struct Answer {
    begun: Instant,
    cursor: OnceLock<String>,
    /// None where it is made for each: it is very large, or there was an error.
    written: OnceLock<Option<Bytes>>,
    /// Whether somebody makes it.
    is_led: AtomicBool,
    /// Tells those who wait when it is made, or whoever makes it has gone.
    settled: Notify,
}

/// What somebody has to do who wants an answer.
pub(crate) enum Part {
    /// To make it for all.
    Lead(Leading),
    /// To make it for themselves.
    Alone,
    /// Nothing: here it is.
    Ready(Bytes),
}

/// Makes an answer for all. Dropped, others may.
pub(crate) struct Leading(Arc<Answer>);

impl Drop for Leading {
    fn drop(&mut self) {
        self.0.is_led.store(false, Ordering::SeqCst);
        self.0.settled.notify_waiters();
    }
}

impl Answer {
    fn new() -> Self {
        Self {
            begun: Instant::now(),
            cursor: OnceLock::new(),
            written: OnceLock::new(),
            is_led: AtomicBool::new(false),
            settled: Notify::new(),
        }
    }

    fn is_fresh(&self) -> bool {
        self.begun.elapsed() < auth::FRESH
    }

    /// The part of the next one who wants it: the first makes it, and the others wait for that.
    pub(crate) async fn part(self: &Arc<Self>) -> Part {
        loop {
            let settled = self.settled.notified();
            if let Some(written) = self.written.get() {
                return written.clone().map_or(Part::Alone, Part::Ready);
            }
            if !self.is_led.swap(true, Ordering::SeqCst) {
                return Part::Lead(Leading(self.clone()));
            }
            settled.await;
        }
    }

    /// Where its readers are after it, as they are told.
    pub(crate) fn cursor(&self, seal: &Seal, cursor: &FeedCursor) -> Result<String> {
        if let Some(sealed) = self.cursor.get() {
            return Ok(sealed.clone());
        }
        let sealed = seal.close(cursor)?;
        Ok(self.cursor.get_or_init(|| sealed).clone())
    }
}

impl Answers {
    /// The answer about this item, made or to be made. What it tells of as it now is may not be older than a judgement
    /// of rights may be.
    fn about(&self, selected: Key, item: Name) -> Arc<Answer> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (selected, item);
        match all.get(&key) {
            Some(answer) if answer.is_fresh() => answer.clone(),
            _ => {
                let answer = Arc::new(Answer::new());
                all.put(key, answer.clone());
                forget_old(&mut all);
                answer
            }
        }
    }
}

/// What nobody asked for lately and nobody would be given any more takes no memory: each comes in by its making, which
/// takes far longer than forgetting two.
fn forget_old(all: &mut Latest) {
    for _ in 0..2 {
        let is_old = all.peek_lru().is_some_and(|(_, answer)| !answer.is_fresh());
        if !is_old {
            return;
        }
        all.pop_lru();
    }
}

/// An item of a feed, answered once for all where that is possible.
pub(crate) struct Shared<T> {
    /// The item.
    pub item: T,
    /// What there is to do for others.
    pub part: Part,
    /// Brings it to those who rest, once it is written.
    pub going: Mutex<Option<Going>>,
}

/// Where an item's answer is kept, if what is selected of it is the same for everybody.
#[derive(Clone)]
pub(crate) struct Share(Option<(Answers, Selected)>);

impl Share {
    /// With everybody who selects the same; with nobody, if what is selected is one's own.
    pub(crate) fn new(answers: Answers, selected: Option<Selected>) -> Self {
        Self(selected.map(|selected| (answers, selected)))
    }

    /// What is selected, by whoever reads this language, if all of them are given the same.
    pub(crate) fn asked(&self, language: Language) -> Option<Asked> {
        let (_, selected) = self.0.as_ref()?;
        let worded = |key| Sha256::new().chain_update(key).chain_update(format!("{language:?}"));
        let key = selected.key;
        Some(if selected.is_worded { worded(key).finalize().into() } else { key })
    }

    /// The answer about the item of this name, for whoever reads this language.
    pub(crate) fn answer(&self, name: Name, language: Language) -> Option<Arc<Answer>> {
        let (answers, selected) = self.0.as_ref()?;
        let language = selected.is_worded.then_some(language);
        Some(answers.about(selected.key, Name { language, ..name }))
    }
}

impl<T: OutputType> Shared<T> {
    async fn value(
        &self,
        context: &ContextSelectionSet<'_>,
        field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        if let Part::Ready(bytes) = &self.part {
            return Ok(Value::Binary(bytes.clone()));
        }
        let value = self.item.resolve(context, field).await;
        if let Part::Lead(Leading(answer)) = &self.part {
            let made = value.as_ref().ok();
            let written = made.and_then(|value| written_for_all(context, value, LARGEST));
            let _ = answer.written.set(written.clone());
            self.go(written).await;
        }
        value
    }

    /// Brings what is written to those who rest; what cannot be, they find by themselves.
    async fn go(&self, written: Option<Bytes>) {
        let going = self.going.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(written) = written {
            feed::go(going, &written).await;
        }
    }
}

impl<T: OutputType> OutputType for Shared<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn qualified_type_name() -> String {
        T::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(
        &self,
        context: &ContextSelectionSet<'_>,
        field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        self.value(context, field).await
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use entity::ids::EventId;
    use uuid::Uuid;

    use super::*;

    fn named(version: i64) -> Name {
        let (deal, event) = (DealId::from_uuid(Uuid::nil()), EventId::from_uuid(Uuid::nil()));
        let cursor = FeedCursor::Deal { deal, version, event };
        Name { cursor, caught_up: true, says: None, language: None }
    }

    fn answer_of_before() -> Arc<Answer> {
        let begun = Instant::now().checked_sub(auth::FRESH + Duration::from_millis(1));
        Arc::new(Answer { begun: begun.unwrap(), ..Answer::new() })
    }

    #[test]
    fn old_answers_make_room_twice_as_fast_as_new_ones_come() {
        let (answers, selected) = (Answers::default(), Key::default());
        for version in 0..100 {
            answers.0.lock().unwrap().put((selected, named(version)), answer_of_before());
        }
        for version in 100..150 {
            answers.about(selected, named(version));
        }
        assert_eq!(answers.0.lock().unwrap().len(), 50);
    }
}
