//! Putting things in order. Main functions: [`sort_by`] and [`places`].
//!
//! What the standard library sorts with is compiled anew for each type and each way to compare, and is long. Here places
//! are sorted, once for all types, and things are moved there. Only figures, which are many, are sorted by themselves.

use std::cmp::Ordering;

/// Sorts as [`Ord`] says; equal things stay as they are.
pub(crate) fn sort<T: Ord>(things: &mut [T]) {
    sort_by(things, T::cmp);
}

/// Sorts as `compare` says; equal things stay as they are.
pub(crate) fn sort_by<T>(things: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let mut places = places(things.len(), &|one, other| compare(&things[one], &things[other]));
    for to in 0..places.len() {
        let mut from = places[to];
        while from < to {
            from = places[from];
        }
        places[to] = from;
        things.swap(to, from);
    }
}

/// The places of `count` things in the order that `compare` gives them; equal ones stay as they are.
pub(crate) fn places(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_by(|one, other| compare(*one, *other));
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_things_stay_as_they_are() {
        let mut things = [(3, 'a'), (1, 'b'), (3, 'c'), (2, 'd'), (1, 'e'), (1, 'f'), (0, 'g')];
        sort_by(&mut things, |one, other| one.0.cmp(&other.0));
        assert_eq!(things.map(|(_, name)| name), ['g', 'b', 'e', 'f', 'd', 'a', 'c']);
    }

    #[test]
    fn things_are_sorted_as_the_standard_library_does() {
        let mut random = fastrand::Rng::with_seed(7);
        for length in 0..200 {
            let mut things: Vec<String> = (0..length).map(|_| random.u8(..).to_string()).collect();
            let mut expected = things.clone();
            expected.sort();
            sort(&mut things);
            assert_eq!(things, expected);
        }
    }
}
