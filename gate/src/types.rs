//! The schema that documents are checked against, and which objects each of its types may turn out to be.

use std::{
    collections::HashMap,
    num::NonZeroUsize,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use apollo_compiler::{
    Name, Schema,
    schema::{ExtendedType, InputObjectType},
    validation::Valid,
};
use lru::LruCache;

use crate::edition;

/// Schemas that were read in this process, by their text: reading one takes a while, and a process has
/// one (tests have a few).
static READ: LazyLock<Mutex<LruCache<String, Arc<Types>>>> = LazyLock::new(|| {
    let few = NonZeroUsize::new(8).unwrap_or(NonZeroUsize::MIN);
    Mutex::new(LruCache::new(few))
});

/// The types of a schema.
#[derive(Debug)]
pub(crate) struct Types {
    /// The schema.
    pub schema: Valid<Schema>,
    objects: Vec<Name>,
    possible: HashMap<Name, Objects>,
}

impl Types {
    /// The types that this SDL describes.
    pub(crate) fn of(sdl: &str) -> Arc<Self> {
        let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
        let types = || Arc::new(Self::read(sdl));
        Arc::clone(read.get_or_insert(sdl.to_owned(), types))
    }

    fn read(sdl: &str) -> Self {
        let schema = validated(sdl);
        let is_object = |ty: &&ExtendedType| ty.is_object();
        let objects: Vec<_> =
            schema.types.values().filter(is_object).map(|ty| ty.name().clone()).collect();
        let possible = |ty: &ExtendedType| {
            let name = ty.name();
            let may_be = |object: &Name| object == name || schema.is_subtype(name, object);
            (name.clone(), Objects::of(&objects, may_be))
        };
        let composite = schema.types.values().filter(|ty| is_composite(ty));
        let possible = composite.map(possible).collect();
        Self { schema, objects, possible }
    }

    /// Which objects something of this type may be.
    pub(crate) fn possible(&self, name: &str) -> Objects {
        self.possible.get(name).cloned().unwrap_or_default()
    }

    /// The names of these objects.
    pub(crate) fn names<'a>(&'a self, objects: &'a Objects) -> impl Iterator<Item = &'a Name> {
        self.objects.iter().enumerate().filter(|(at, _)| objects.has(*at)).map(|(_, name)| name)
    }

    /// The type of a field, without lists and `!`.
    pub(crate) fn of_field(&self, parent: &str, field: &str) -> Option<&Name> {
        let field = self.schema.type_field(parent, field).ok()?;
        Some(field.ty.inner_named_type())
    }

    /// The input object of this name.
    pub(crate) fn input(&self, name: &str) -> Option<&InputObjectType> {
        match self.schema.types.get(name)? {
            ExtendedType::InputObject(input) => Some(input),
            _ => None,
        }
    }
}

fn validated(sdl: &str) -> Valid<Schema> {
    let parsed = Schema::parse(sdl, "schema.graphql");
    let mut schema = parsed.unwrap_or_else(|faulty| {
        tracing::error!(faults = %faulty.errors, "the schema cannot be read");
        faulty.partial
    });
    edition::complete(&mut schema);
    schema.validate().unwrap_or_else(|faulty| {
        tracing::error!(faults = %faulty.errors, "the schema is not valid");
        Valid::assume_valid(faulty.partial)
    })
}

/// Whether it has fields of its own, or is one of several that have.
pub(crate) fn is_composite(ty: &ExtendedType) -> bool {
    ty.is_object() || ty.is_interface() || ty.is_union()
}

/// A set of objects of a schema.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Objects(Vec<u64>);

impl Objects {
    fn of(all: &[Name], is_in: impl Fn(&Name) -> bool) -> Self {
        let word = |names: &[Name]| {
            let bit = |(at, name): (usize, &Name)| u64::from(is_in(name)) << at;
            names.iter().enumerate().map(bit).sum()
        };
        Self(all.chunks(64).map(word).collect())
    }

    fn has(&self, at: usize) -> bool {
        self.0.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    /// Those that are in both.
    pub(crate) fn and(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(one, other)| one & other).collect())
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// Whether some are in both.
    pub(crate) fn meets(&self, other: &Self) -> bool {
        !self.and(other).is_empty()
    }
}
