//! One value of each kind that is asked for, made when it is asked for first.

use std::{any::Any, sync::OnceLock};

/// A chain that only grows: what is in it stays where it is, and is lent without a lock. There is a kind for each
/// noun, so that to go through them takes less than to hash the name of one.
#[derive(Default)]
pub(crate) struct Kinds(OnceLock<Box<Link>>);

struct Link {
    value: Box<dyn Any + Send + Sync>,
    next: Kinds,
}

impl Kinds {
    /// The value of this kind.
    pub(crate) fn get<T: Default + Send + Sync + 'static>(&self) -> &T {
        let mut here = self;
        loop {
            let link = here.0.get_or_init(|| Box::new(Link::of(T::default())));
            if let Some(value) = link.value.downcast_ref() {
                return value;
            }
            here = &link.next;
        }
    }
}

impl Link {
    fn of(value: impl Any + Send + Sync) -> Self {
        Self { value: Box::new(value), next: Kinds::default() }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn each_kind_has_one_value() {
        let kinds = Kinds::default();
        kinds.get::<Mutex<u32>>().lock().unwrap().clone_from(&7);
        assert_eq!(*kinds.get::<Mutex<String>>().lock().unwrap(), "");
        assert_eq!(*kinds.get::<Mutex<u32>>().lock().unwrap(), 7);
    }
}
