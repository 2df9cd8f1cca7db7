//! Values by name. Main type: [`ByName`].

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Index;

use crate::json::{Error, FromJson, Source, ToJson, Writer};

/// Values by name, in the order of their names.
///
/// The tree of names is the same type for all values, so that it is compiled once and not for each of them.
#[derive(Clone)]
pub struct ByName<V> {
    places: BTreeMap<String, usize>,
    values: Vec<V>,
}

impl<V> ByName<V> {
    /// The value of a name; `None` if there is none.
    pub fn get(&self, name: &str) -> Option<&V> {
        self.values.get(*self.places.get(name)?)
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut V> {
        self.values.get_mut(*self.places.get(name)?)
    }

    /// Whether there is a value of this name.
    pub fn contains(&self, name: &str) -> bool {
        self.places.contains_key(name)
    }

    /// Puts a value behind a name, and gives the one that was there before, if there was one.
    pub fn insert(&mut self, name: String, value: V) -> Option<V> {
        if let Some(place) = self.places.get(&name) {
            return Some(std::mem::replace(&mut self.values[*place], value));
        }
        self.places.insert(name, self.values.len());
        self.values.push(value);
        None
    }

    /// The value of a name, which is the default if there was none before.
    pub fn get_or_default(&mut self, name: &str) -> &mut V
    where
        V: Default,
    {
        let next = self.values.len();
        let place = *self.places.entry(name.to_owned()).or_insert(next);
        if place == next {
            self.values.push(V::default());
        }
        &mut self.values[place]
    }

    /// Lets go of all names but those that `keep` holds of.
    pub fn retain(&mut self, mut keep: impl FnMut(&str) -> bool) {
        self.places.retain(|name, _| keep(name));
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// All names, and what is behind them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        self.places.iter().map(|(name, place)| (name.as_str(), &self.values[*place]))
    }

    /// The names that start with `start`.
    pub fn names_starting_with(&self, start: String) -> impl Iterator<Item = &str> {
        let from_there = self.places.range(start.clone()..).map(|(name, _)| name.as_str());
        from_there.take_while(move |name| name.starts_with(&start))
    }

    /// What is behind all names.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.places.values().map(|place| &self.values[*place])
    }

    /// All names and values, to keep.
    pub fn into_pairs(self) -> impl Iterator<Item = (String, V)> {
        let mut values: Vec<_> = self.values.into_iter().map(Some).collect();
        self.places.into_iter().filter_map(move |(name, place)| Some((name, values[place].take()?)))
    }
}

impl<V> Default for ByName<V> {
    fn default() -> Self {
        Self { places: BTreeMap::new(), values: Vec::new() }
    }
}

impl<V: PartialEq> PartialEq for ByName<V> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<V: fmt::Debug> fmt::Debug for ByName<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// # Panics
///
/// If there is no value of the name.
impl<V> Index<&str> for ByName<V> {
    type Output = V;

    fn index(&self, name: &str) -> &V {
        &self.values[self.places[name]]
    }
}

/// Of several values of one name the last one stays.
impl<V> FromIterator<(String, V)> for ByName<V> {
    fn from_iter<I: IntoIterator<Item = (String, V)>>(pairs: I) -> Self {
        let mut all = Self::default();
        for (name, value) in pairs {
            all.insert(name, value);
        }
        all
    }
}

/// An object of any keys.
impl<T: FromJson> FromJson for ByName<T> {
    fn blank() -> Self {
        Self::default()
    }

    fn fill(&mut self, source: Source<'_>) -> Result<(), Error> {
        *self = Self::default();
        source.entries(&mut |key, value| {
            self.insert(key.to_owned(), value.read()?);
            Ok(())
        })
    }
}

impl<T: ToJson> ToJson for ByName<T> {
    fn write(&self, out: &mut Writer) {
        let mut object = out.map();
        for (key, value) in self.iter() {
            object.entry(key, value);
        }
        object.end();
    }

    fn is_nothing(&self) -> bool {
        self.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> ByName<u32> {
        [("b", 2), ("a", 0), ("c", 3), ("a", 1)]
            .map(|(name, value)| (name.to_owned(), value))
            .into_iter()
            .collect()
    }

    #[test]
    fn values_come_in_the_order_of_their_names_and_the_last_of_a_name_stays() {
        assert_eq!(some().iter().collect::<Vec<_>>(), [("a", &1), ("b", &2), ("c", &3)]);
        assert_eq!(some().values().sum::<u32>(), 6);
        assert_eq!((some().get("b"), some().get("d"), some()["c"], some().len()), (Some(&2), None, 3, 3));
    }

    #[test]
    fn what_was_there_before_is_handed_back() {
        let mut all = some();
        assert_eq!((all.insert("a".to_owned(), 7), all.insert("d".to_owned(), 8)), (Some(1), None));
        *all.get_or_default("d") += 1;
        *all.get_or_default("e") += 1;
        assert_eq!((all["a"], all["d"], all["e"]), (7, 9, 1));
    }

    #[test]
    fn what_is_not_retained_is_gone() {
        let mut all = some();
        all.retain(|name| name != "b");
        assert_eq!((all.len(), all.get("b"), all.values().sum::<u32>()), (2, None, 4));
        assert_eq!(all.names_starting_with("c".to_owned()).collect::<Vec<_>>(), ["c"]);
        all.insert("b".to_owned(), 5);
        let pairs = [("a", 1), ("b", 5), ("c", 3)].map(|(name, value)| (name.to_owned(), value));
        assert_eq!(all.into_pairs().collect::<Vec<_>>(), pairs);
    }

    #[test]
    fn the_order_in_which_values_came_makes_no_difference() {
        let turned: ByName<u32> = [("c", 3), ("b", 2), ("a", 1)]
            .map(|(name, value)| (name.to_owned(), value))
            .into_iter()
            .collect();
        assert_eq!(turned, some());
        assert_eq!(format!("{turned:?}"), r#"{"a": 1, "b": 2, "c": 3}"#);
    }
}
