//! What belongs to a problem, and only the noun that it is about can read: it goes along unread.

use std::{any::Any, fmt, sync::Arc};

/// Facts of a type that refusals do not know.
#[derive(Clone, Debug)]
pub struct Detail(Arc<dyn Fact>);

impl Detail {
    /// These facts.
    pub fn new(facts: impl PartialEq + fmt::Debug + Send + Sync + 'static) -> Self {
        Self(Arc::new(facts))
    }

    /// The facts, for whoever knows their type.
    pub fn get<T: 'static>(&self) -> Option<&T> {
        let facts: &dyn Any = &*self.0;
        facts.downcast_ref()
    }
}

impl PartialEq for Detail {
    fn eq(&self, other: &Self) -> bool {
        self.0.equals(&*other.0)
    }
}

impl Eq for Detail {}

trait Fact: Any + fmt::Debug + Send + Sync {
    fn equals(&self, other: &dyn Any) -> bool;
}

impl<T: PartialEq + fmt::Debug + Send + Sync + 'static> Fact for T {
    fn equals(&self, other: &dyn Any) -> bool {
        other.downcast_ref() == Some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_read_and_compared_by_their_type() {
        let facts = Detail::new(vec![1]);
        assert_eq!((facts.get(), facts.get::<u8>()), (Some(&vec![1]), None));
        assert!(
            facts == Detail::new(vec![1])
                && facts != Detail::new(vec![2])
                && facts != Detail::new(1)
        );
    }
}
