//! The loads that a function is put under: each is a case of its own. Main method: [`Listed::loads`].

use super::Listed;
use crate::model::{LoadSettings, Options, Params, Rate};

impl Listed {
    /// Every concurrency with every rate, as the attribute or the innermost group that sets them says; without either,
    /// the one case of no load.
    ///
    /// # Errors
    ///
    /// A rate that is no rate: zero, below it, infinite. The macro does not let it through.
    pub(crate) fn loads(&self) -> Result<Vec<Option<LoadSettings>>, f64> {
        let concurrency = self.strongest(|options| Some(options.concurrency).filter(|list| !list.is_empty()));
        let rates = self.strongest(|options| Some(options.rate).filter(|list| !list.is_empty()));
        if concurrency.is_none() && rates.is_none() {
            return Ok(vec![None]);
        }
        let rates = rates.unwrap_or_default().iter().map(|&rate| Rate::per_second(rate).ok_or(rate));
        let rates = each_once(rates.collect::<Result<Vec<Rate>, f64>>()?);
        let arrivals = self.strongest(|options| options.arrivals).unwrap_or_default();
        let sustain = self.strongest(|options| options.sustain);
        let of = |(concurrency, rate)| Some(LoadSettings { concurrency, rate, arrivals, sustain });
        let concurrency = each_once(concurrency.unwrap_or_default().to_vec());
        Ok(pairs(&concurrency, &rates).map(of).collect())
    }

    fn strongest<T>(&self, of: impl Fn(&'static Options) -> Option<T>) -> Option<T> {
        let groups = self.groups.iter().rev().map(|group| &group.options);
        std::iter::once(&self.entry.options).chain(groups).find_map(of)
    }
}

/// The parameters of a case under a load.
pub(crate) fn under_load(params: &Params, load: Option<&LoadSettings>) -> Params {
    let of_load = load.map(LoadSettings::params).unwrap_or_default();
    Params(params.0.iter().cloned().chain(of_load.0).collect())
}

/// Every one with every other; an empty list stands for "none".
fn pairs<A: Copy, B: Copy>(left: &[A], right: &[B]) -> impl Iterator<Item = (Option<A>, Option<B>)> {
    let (left, right) = (or_none(left), or_none(right));
    left.into_iter().flat_map(move |left| right.clone().into_iter().map(move |right| (left, right)))
}

fn or_none<T: Copy>(list: &[T]) -> Vec<Option<T>> {
    if list.is_empty() { vec![None] } else { list.iter().copied().map(Some).collect() }
}

fn each_once<T: PartialEq>(list: Vec<T>) -> Vec<T> {
    let mut once = Vec::with_capacity(list.len());
    for item in list {
        if !once.contains(&item) {
            once.push(item);
        }
    }
    once
}

#[cfg(test)]
mod tests {
    use super::super::testing::{group, plain, rows, with};
    use super::super::{Body, Catalog, Entry, GroupEntry};
    use crate::registry::testing::entry;

    fn names<const N: usize>(entry: &'static Entry, groups: [&'static GroupEntry; N]) -> Vec<String> {
        let catalog = Catalog::of([entry], groups).unwrap();
        let names = catalog.names();
        assert!(names.iter().all(|name| catalog.find(name).is_some()), "{names:?}");
        names.iter().map(|name| name.replace("pkg::b::", "")).collect()
    }

    #[test]
    fn every_load_is_a_case_that_is_found_by_its_name() {
        assert_eq!(names(plain("b", "a"), []), ["a"]);
        assert_eq!(
            names(with("b", "a", |o| o.concurrency = &[1, 16]), []),
            ["a[concurrency=1]", "a[concurrency=16]"]
        );
        let both = entry("b", "a", Body::Cases(rows), |o| (o.concurrency, o.rate) = (&[8], &[0.5, 1000.0]));
        let expected = ["100", "1000"]
            .into_iter()
            .flat_map(|rows| ["0.5", "1000"].map(|rate| format!("a[rows={rows},concurrency=8,rate={rate}]")));
        assert_eq!(names(both, []), expected.collect::<Vec<_>>());
    }

    #[test]
    fn the_innermost_level_that_sets_a_load_decides() {
        let groups = || [group("b", |o| o.rate = &[5.0, 5.0]), group("b", |o| o.concurrency = &[2])];
        assert_eq!(names(plain("b", "a"), groups()), ["a[concurrency=2,rate=5]"]);
        assert_eq!(names(with("b", "a", |o| o.rate = &[9.0]), groups()), ["a[concurrency=2,rate=9]"]);
    }

    #[test]
    fn a_rate_that_is_none_is_refused() {
        let catalog = Catalog::of([with("b", "a", |o| o.rate = &[7.0, 0.0])], []).unwrap();
        assert_eq!(catalog.entries()[0].loads(), Err(0.0));
        assert_eq!(catalog.names(), [""; 0]);
    }
}
