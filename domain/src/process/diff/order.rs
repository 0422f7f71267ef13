//! What kept its order among siblings: the longest increasing subsequence.

use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
};

/// The largest set of those in both lists whose order is the same in both: everything else moved.
pub(crate) fn stayed<T: Copy + Eq + Hash>(old: &[T], new: &[T]) -> HashSet<T> {
    let places: HashMap<T, usize> = old.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    let known: Vec<_> = new.iter().filter_map(|id| Some((*id, *places.get(id)?))).collect();
    let places: Vec<_> = known.iter().map(|(_, place)| *place).collect();
    longest_increasing(&places).into_iter().map(|at| known[at].0).collect()
}

/// The indexes of a longest increasing subsequence, in order (patience sorting).
fn longest_increasing(values: &[usize]) -> Vec<usize> {
    let mut ends: Vec<usize> = Vec::new(); // for each length, the index of the smallest last value
    let mut previous = vec![None; values.len()];
    for (at, value) in values.iter().enumerate() {
        let length = ends.partition_point(|end| values[*end] < *value);
        previous[at] = length.checked_sub(1).map(|shorter| ends[shorter]);
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut found = Vec::with_capacity(ends.len());
    let mut next = ends.last().copied();
    while let Some(at) = next {
        found.push(at);
        next = previous[at];
    }
    found.reverse();
    found
}
