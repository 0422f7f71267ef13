//! Kept fragments: what was selected of an object that has a version, as bytes. Whatever has a version never changes under
//! it, so that they are given to whoever selects the same of it, until they are forgotten.
//!
//! Whether the viewer may see the object was found out before, by reading it: only that it is there, and at which version.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use async_graphql::{
    Context, ContextSelectionSet, Positioned, ServerResult, Value,
    parser::types::{Selection, SelectionSet},
};
use bytes::Bytes;
use domain::policy::Actor;
use engine::page::Page;
use entity::{
    ids::{DealId, MemberId, ProcessId},
    member::Role,
};

pub(crate) use fragments::{Fragments, Subject};

use crate::graphql::{budget::Budget, contained::Errors, view::View, written};
use fragments::Name;
use selection::{Key, Of, Selected};

mod fragments;
pub(crate) mod numbered;
pub(crate) mod selection;

/// Larger fragments are made anew.
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

impl State {
    fn subject(&self) -> Subject {
        self.deal.map_or(Subject::Process(self.process.0), |(deal, _)| Subject::Deal(deal))
    }

    fn name(&self, key: Key) -> Name {
        (key, self.subject(), self.viewer)
    }
}

/// The keys of the selections of one request: each is walked once, however many objects it is selected of.
#[derive(Default)]
pub(crate) struct Keys(Mutex<HashMap<(usize, &'static str), Option<Selected>>>);

impl Keys {
    fn of(
        &self,
        of: Of<'_>,
        ty: &'static str,
        selected: &Positioned<SelectionSet>,
    ) -> Option<Selected> {
        // its address is its own as long as the request runs, as this does
        let address = std::ptr::from_ref(selected).addr();
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = || selection::key(of, ty, &selected.node).filter(|selected| !selected.is_worded);
        *known.entry((address, ty)).or_insert_with(key)
    }
}

/// Whether the answer is made of one field, and something is kept of what it selects of this object: then to read the
/// object's numbers alone may be all that there is to read.
pub(crate) fn may_answer(
    context: &Context<'_>,
    ty: &'static str,
    subject: Subject,
    actor: &Actor,
) -> bool {
    let found = || {
        let selected = context.data_opt::<Keys>()?.of(
            Of::context(context),
            ty,
            &context.item.node.selection_set,
        )?;
        let fragments = context.data_opt::<Fragments>()?;
        let mut viewers = viewers(selected, actor).into_iter();
        Some(viewers.any(|viewer| fragments.has(&(selected.key, subject, viewer))))
    };
    is_alone(context) && found().unwrap_or(false)
}

/// Whether the answer is made of one field, and all that it selects of this object may be kept.
pub(crate) fn may_be_kept(context: &Context<'_>, ty: &'static str) -> bool {
    let set = &context.item.node.selection_set;
    let selected = || context.data_opt::<Keys>()?.of(Of::context(context), ty, set);
    is_alone(context) && selected().is_some()
}

/// For whom something may be kept that was selected so.
fn viewers(selected: Selected, actor: &Actor) -> Vec<Option<Viewer>> {
    match (selected.is_viewed, actor) {
        (false, _) => vec![None],
        (true, Actor::Member(who)) => {
            [None, Some(who.id)].map(|member| Some(Viewer { role: who.role, member })).into()
        }
        (true, _) => Vec::new(),
    }
}

/// Whether the answer is made of one field.
pub(crate) fn is_alone(context: &Context<'_>) -> bool {
    let fields = &context.query_env.operation.node.selection_set.node.items;
    matches!(&fields[..], [one] if matches!(one.node, Selection::Field(_)))
}

/// Whether all that is asked of the objects of a connection may be kept, and of some of them is: then to read their
/// numbers is enough for a start.
pub(crate) fn may_list(context: &Context<'_>, ty: &'static str) -> bool {
    let Some(fragments) = context.data_opt::<Fragments>() else { return false };
    let selected = selected(context, ty).unwrap_or_default();
    !selected.is_empty() && selected.iter().all(|one| fragments.knows(&one.key))
}

/// What is asked of the objects of a connection; none where not all of it may be kept.
fn selected(context: &Context<'_>, ty: &'static str) -> Option<Vec<Selected>> {
    let (keys, mut sets) = (context.data_opt::<Keys>()?, Vec::new());
    let is_plain = objects(&context.item.node.selection_set.node, &mut sets);
    let key = |set| keys.of(Of::context(context), ty, set);
    is_plain.then(|| sets.into_iter().map(key).collect())?
}

/// What is kept of an object, by what was selected.
pub(crate) type Held = Arc<[(Key, Bytes)]>;

/// What is kept of each object of a connection, for all that is asked of them: none if anything is missing.
pub(crate) fn held<H>(
    context: &Context<'_>,
    ty: &'static str,
    page: Page<H>,
    state: impl Fn(&H, bool) -> Option<State>,
) -> Option<Page<Held>> {
    let (fragments, selected) = (context.data_opt::<Fragments>()?, selected(context, ty)?);
    let of_one = |head: &H, one: &Selected| {
        let kept = fragments.get(one.key, &state(head, one.is_viewed)?)?;
        Some((one.key, kept))
    };
    let of_all = |head: &H| selected.iter().map(|one| of_one(head, one)).collect();
    (!checks()).then(|| page.try_map(of_all))?
}

/// What is held of an object, where this is selected of it.
pub(crate) fn held_for(
    context: &ContextSelectionSet<'_>,
    ty: &'static str,
    held: &Held,
) -> Option<Value> {
    let selected = context.data_opt::<Keys>()?.of(Of::selection(context), ty, context.item)?;
    let (_, bytes) = held.iter().find(|(key, _)| *key == selected.key)?;
    Some(Value::Binary(bytes.clone()))
}

/// What is selected of the objects of a connection; false where that is not told field by field.
fn objects<'a>(
    connection: &'a SelectionSet,
    selected: &mut Vec<&'a Positioned<SelectionSet>>,
) -> bool {
    connection.items.iter().all(|item| {
        let Selection::Field(field) = &item.node else { return false };
        let below = &field.node.selection_set;
        match field.node.name.node.as_str() {
            "edges" => return objects(&below.node, selected),
            "nodes" | "node" => selected.push(below),
            _ => {}
        }
        true
    })
}

/// Where a fragment is kept, or is to be.
pub(crate) struct Slot {
    fragments: Fragments,
    key: Key,
    state: State,
}

/// Where what is selected of an object of this type may be kept; none where not all of it may be. `state` tells what it
/// depends on, and is told whether that is also who looks.
pub(crate) async fn slot(
    context: &ContextSelectionSet<'_>,
    ty: &'static str,
    state: impl AsyncFnOnce(bool) -> Option<State>,
) -> Option<Slot> {
    let selected = context.data_opt::<Keys>()?.of(Of::selection(context), ty, context.item)?;
    let fragments = context.data_opt::<Fragments>()?.clone();
    let state = state(selected.is_viewed).await?;
    Some(Slot { fragments, key: selected.key, state })
}

impl Slot {
    /// What is kept there, if there is something; where all is to be made anew there is not.
    pub(crate) fn kept(&self) -> Option<Value> {
        let bytes = self.fragments.get(self.key, &self.state).filter(|_| !checks())?;
        Some(Value::Binary(bytes))
    }

    /// What is kept there, or else what `made` gives, which is kept from then on.
    pub(crate) async fn value(
        self,
        context: &ContextSelectionSet<'_>,
        made: impl Future<Output = ServerResult<Value>>,
    ) -> ServerResult<Value> {
        match self.fragments.get(self.key, &self.state) {
            Some(bytes) if checks() => self.check(&bytes, made.await?),
            Some(bytes) => Ok(Value::Binary(bytes)),
            None => {
                self.fragments.miss();
                let value = made.await?;
                self.keep(context, &value);
                Ok(value)
            }
        }
    }

    fn keep(self, context: &ContextSelectionSet<'_>, value: &Value) {
        if let Some(bytes) = written_for_all(context, value, LARGEST) {
            self.fragments.keep(self.key, self.state, bytes);
        }
    }

    /// What is kept must be what would be made now, byte for byte.
    fn check(&self, kept: &Bytes, made: Value) -> ServerResult<Value> {
        checked(&made, kept, "a kept fragment")?;
        Ok(Value::Binary(kept.clone()))
    }
}

/// What was written in another way must be what the library makes, byte for byte.
pub(crate) fn checked(made: &Value, other: &Bytes, what: &str) -> ServerResult<()> {
    let written = written::to_vec(made);
    if written.is_ok_and(|written| *other == written) {
        return Ok(());
    }
    let other = String::from_utf8_lossy(other);
    tracing::error!(target: "waypost::graphql", %other, %made, "{what} is not what it should be");
    Err(async_graphql::ServerError::new(format!("{what} is not what it should be"), None))
}

/// A value as bytes for others, too; none where it is larger than this, or where the answer that it is a part of is not
/// whole: it has errors, is to be given up as too large, or is to be read again at one moment.
pub(crate) fn written_for_all(
    context: &ContextSelectionSet<'_>,
    value: &Value,
    largest: usize,
) -> Option<Bytes> {
    let contained = context.data_opt::<Errors>().is_none_or(|errors| !errors.is_empty());
    let failed = context.query_env.errors.lock().map_or(true, |errors| !errors.is_empty());
    let is_spent = context.data_opt::<Budget>().is_none_or(Budget::is_spent);
    let is_mixed = context.data_opt::<View>().is_some_and(View::is_of_two_moments);
    if contained || failed || is_spent || is_mixed {
        return None;
    }
    let bytes = written::to_vec(value).ok()?;
    (bytes.len() <= largest).then(|| bytes.into())
}

/// Whether every fragment is made anew and compared: tests do, with `WAYPOST_CHECK_KEPT=1`.
pub(crate) fn checks() -> bool {
    static CHECKS: std::sync::OnceLock<bool> = std::sync::OnceLock::new();
    *CHECKS.get_or_init(|| std::env::var_os("WAYPOST_CHECK_KEPT").is_some_and(|value| value == "1"))
}
