//! Kept fragments: what was selected of an object that has a version, as bytes. Whatever has a version never changes under
//! it, so that they are given to whoever selects the same of it, until they are forgotten.
//!
//! Whether the viewer may see the object was found out before, by reading it: only that it is there, and at which version.

use std::{
    collections::HashMap,
    num::NonZeroUsize,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_graphql::{
    ContextSelectionSet, Positioned, ServerResult, Value, parser::types::SelectionSet,
};
use bytes::Bytes;
use entity::{
    ids::{DealId, MemberId, ProcessId},
    member::Role,
};
use lru::LruCache;

use crate::graphql::{budget::Budget, contained::Errors, written::Written};
use selection::{Key, Of, Selected};

pub(crate) mod selection;

/// How many bytes are kept, with what tells them apart.
const MOST: usize = 64 * 1024 * 1024;
/// What a fragment takes besides its bytes.
const EACH: usize = 256;
/// Larger ones are made anew.
const LARGEST: usize = 256 * 1024;

/// What an object is, and everything with a number that what is selected of it depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct State {
    /// The deal, and the number of its last event; none where a process was selected from.
    pub deal: Option<(DealId, i64)>,
    /// The process, and the number of its version.
    pub process: (ProcessId, i64),
    /// How often people have changed, as this server knows it.
    pub people: u64,
    /// Who looks; none where that makes no difference.
    pub viewer: Option<Viewer>,
}

/// Who looks, as far as it makes a difference to what they can do for a deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Viewer {
    /// Their role.
    pub role: Role,
    /// Who they are; none where all of their role can do the same.
    pub member: Option<MemberId>,
}

/// The fragments of one server: those not used for longest go first.
#[derive(Clone)]
pub(crate) struct Fragments(Arc<Mutex<Kept>>);

struct Kept {
    all: LruCache<(Key, State), Bytes>,
    size: usize,
}

impl Default for Fragments {
    fn default() -> Self {
        let most = NonZeroUsize::new(MOST / EACH).unwrap_or(NonZeroUsize::MIN);
        Self(Arc::new(Mutex::new(Kept { all: LruCache::new(most), size: 0 })))
    }
}

impl Fragments {
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, key: &(Key, State)) -> Option<Bytes> {
        self.lock().all.get(key).cloned()
    }

    fn keep(&self, key: (Key, State), bytes: Bytes) {
        let mut kept = self.lock();
        kept.size += bytes.len() + EACH;
        if let Some((_, old)) = kept.all.push(key, bytes) {
            kept.size -= old.len() + EACH;
        }
        while kept.size > MOST {
            let Some((_, old)) = kept.all.pop_lru() else { return };
            kept.size -= old.len() + EACH;
        }
    }
}

/// The keys of the selections of one request: each is walked once, however many objects it is selected of.
#[derive(Default)]
pub(crate) struct Keys(Mutex<HashMap<(usize, &'static str), Option<Selected>>>);

impl Keys {
    fn of(&self, context: &ContextSelectionSet<'_>, ty: &'static str) -> Option<Selected> {
        let selected: &Positioned<SelectionSet> = context.item;
        // its address is its own as long as the request runs, as this does
        let address = std::ptr::from_ref(selected).addr();
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *known.entry((address, ty)).or_insert_with(|| {
            let of = Of { registry: &context.schema_env.registry, operation: context.query_env };
            selection::key(of, ty, &selected.node)
        })
    }
}

/// Where a fragment is kept, or is to be.
pub(crate) struct Place {
    fragments: Fragments,
    key: (Key, State),
}

/// Where what is selected of an object of this type may be kept; none where not all of it may be. `state` tells what it
/// depends on, and is told whether that is also who looks.
pub(crate) async fn place(
    context: &ContextSelectionSet<'_>,
    ty: &'static str,
    state: impl AsyncFnOnce(bool) -> Option<State>,
) -> Option<Place> {
    let selected = context.data_opt::<Keys>()?.of(context, ty)?;
    let fragments = context.data_opt::<Fragments>()?.clone();
    let state = state(selected.is_viewed).await?;
    Some(Place { fragments, key: (selected.key, state) })
}

impl Place {
    /// What is kept there, or else what `made` gives, which is kept from then on.
    pub(crate) async fn value(
        self,
        context: &ContextSelectionSet<'_>,
        made: impl Future<Output = ServerResult<Value>>,
    ) -> ServerResult<Value> {
        match self.fragments.get(&self.key) {
            Some(bytes) if checks() => self.check(&bytes, made.await?),
            Some(bytes) => Ok(Value::Binary(bytes)),
            None => {
                let value = made.await?;
                self.keep(context, &value);
                Ok(value)
            }
        }
    }

    fn keep(self, context: &ContextSelectionSet<'_>, value: &Value) {
        if let Some(bytes) = written_for_all(context, value, LARGEST) {
            self.fragments.keep(self.key, bytes);
        }
    }

    /// What is kept must be what would be made now, byte for byte.
    fn check(&self, kept: &Bytes, made: Value) -> ServerResult<Value> {
        let written = serde_json::to_vec(&Written(&made));
        if written.is_ok_and(|written| *kept == written) {
            return Ok(Value::Binary(kept.clone()));
        }
        let kept = String::from_utf8_lossy(kept);
        tracing::error!(target: "waypost::graphql", state = ?self.key.1, %kept, %made, "a kept fragment is not what it should be");
        Err(async_graphql::ServerError::new("a kept fragment is not what it should be", None))
    }
}

/// A value as bytes for others, too; none where it is larger than this, or where the answer that it is a part of is not
/// whole: it has errors, or is to be given up as too large, and something is left out.
pub(crate) fn written_for_all(
    context: &ContextSelectionSet<'_>,
    value: &Value,
    largest: usize,
) -> Option<Bytes> {
    let contained = context.data_opt::<Errors>().is_none_or(|errors| !errors.is_empty());
    let failed = context.query_env.errors.lock().map_or(true, |errors| !errors.is_empty());
    let is_spent = context.data_opt::<Budget>().is_none_or(Budget::is_spent);
    if contained || failed || is_spent {
        return None;
    }
    let bytes = serde_json::to_vec(&Written(value)).ok()?;
    (bytes.len() <= largest).then(|| bytes.into())
}

/// Whether every fragment is made anew and compared: tests do, with `WAYPOST_CHECK_KEPT=1`.
fn checks() -> bool {
    static CHECKS: std::sync::OnceLock<bool> = std::sync::OnceLock::new();
    *CHECKS.get_or_init(|| std::env::var_os("WAYPOST_CHECK_KEPT").is_some_and(|value| value == "1"))
}
