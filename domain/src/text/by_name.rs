//! Things that are found by their names.

use std::collections::HashMap;

use super::key;

/// Things by their names, as people write them: whatever looks the same is the same. Where several look the
/// same since before that was told, the one of exactly the name that is asked for is meant, and otherwise none.
#[derive(Clone, Debug)]
pub struct ByName<T>(HashMap<String, Vec<(String, T)>>);

impl<T> Default for ByName<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T> ByName<T> {
    /// The thing with this name.
    pub fn get(&self, name: &str) -> Option<&T> {
        match self.0.get(&key(name)).map(Vec::as_slice) {
            Some([(_, only)]) => Some(only),
            Some(several) => several.iter().find(|one| one.0 == name).map(|one| &one.1),
            None => None,
        }
    }
}

impl<'a, T> FromIterator<(&'a str, T)> for ByName<T> {
    fn from_iter<I: IntoIterator<Item = (&'a str, T)>>(things: I) -> Self {
        let mut named: HashMap<String, Vec<(String, T)>> = HashMap::new();
        for (name, thing) in things {
            named.entry(key(name)).or_default().push((name.to_owned(), thing));
        }
        Self(named)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_the_same_is_found_and_of_twins_the_one_that_is_meant() {
        let all = ByName::from_iter([("Call", 1), ("Offer", 2), ("Offer\u{200b}", 3)]);
        assert_eq!(all.get("CALL\u{a0}"), Some(&1));
        assert_eq!(all.get("Offer"), Some(&2));
        assert_eq!(all.get("Offer\u{200b}"), Some(&3));
        assert_eq!(all.get("OFFER"), None);
        assert_eq!(all.get("Sign"), None);
    }
}
