//! The registered benchmarks in a fixed order, found by name. Main type: [`Catalog`].

use std::cmp::Ordering;
use std::collections::HashMap;
use std::fmt::{self, Debug};
use std::panic::catch_unwind;

use thiserror::Error;

use super::{Case, Entry, GroupEntry, under_load};
use crate::model::Location;
use crate::order;

/// All entries of a program, sorted by package, module and function; at least one.
///
/// Making it evaluates no `args`.
#[derive(Debug)]
pub(crate) struct Catalog {
    entries: Vec<Listed>,
}

/// An entry with what surrounds it.
pub(crate) struct Listed {
    /// The annotated function.
    pub(crate) entry: &'static Entry,
    /// The groups that its modules belong to, outer before inner.
    pub(crate) groups: Vec<&'static GroupEntry>,
}

impl Debug for Listed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.entry.path())
    }
}

/// Why the registered benchmarks cannot be run.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub(crate) enum RegistryError {
    /// Nothing is registered.
    #[error(
        "no benchmark is registered in this program.\n\
         Put `#[adapter_bench]` on at least one function of the bench target. If the benchmarks live in another crate, \
         name it here (`use my_crate as _;`): a crate that is linked but never named registers nothing."
    )]
    Empty,
    /// A name is taken twice.
    #[error(
        "two benchmarks are called `{id}`:\n  {first}\n  {second}\nRename one of the functions, or move it to another module."
    )]
    Duplicate {
        /// The name without parameters.
        id: String,
        /// Where the first one is.
        first: Location,
        /// Where the second one is.
        second: Location,
    },
}

impl Catalog {
    /// Everything that is linked into this program.
    pub(crate) fn linked() -> Result<Self, RegistryError> {
        Self::of(super::entries(), super::groups())
    }

    /// These entries and groups, which may come in any order.
    pub(crate) fn of(
        entries: impl IntoIterator<Item = &'static Entry>,
        groups: impl IntoIterator<Item = &'static GroupEntry>,
    ) -> Result<Self, RegistryError> {
        let groups = Modules::of(groups);
        let mut entries: Vec<Listed> =
            entries.into_iter().map(|entry| Listed { entry, groups: groups.around(entry) }).collect();
        order::sort_by(&mut entries, |a, b| {
            a.entry.key().cmp(&b.entry.key()).then(a.entry.location.cmp(&b.entry.location))
        });
        match entries.windows(2).find(|pair| pair[0].entry.key() == pair[1].entry.key()) {
            _ if entries.is_empty() => Err(RegistryError::Empty),
            Some(twins) => Err(duplicate(twins[0].entry, twins[1].entry)),
            None => Ok(Self { entries }),
        }
    }

    /// The entries, in order of their names.
    pub(crate) fn entries(&self) -> &[Listed] {
        &self.entries
    }

    /// The package and the bench target of the first function; where there are several, results are told by that one.
    pub(crate) fn suite(&self) -> Option<(&'static str, &'static str)> {
        let entry = self.entries.first()?.entry;
        Some((entry.package, entry.module.split("::").next().unwrap_or_default()))
    }

    /// The full names of all cases, in order. A function whose `args` panic has none.
    pub(crate) fn names(&self) -> Vec<String> {
        self.entries.iter().flat_map(Listed::names).collect()
    }

    /// The address of the function that makes the case with this full name, in this process.
    pub(crate) fn address(&self, id_text: &str) -> Option<u64> {
        Some(self.listed(id_text)?.entry.body.cases() as usize as u64)
    }

    fn listed(&self, id_text: &str) -> Option<&Listed> {
        let path = id_text.split('[').next()?;
        let at = self.entries.binary_search_by(|listed| listed.entry.compare_path(path)).ok()?;
        Some(&self.entries[at])
    }

    /// The case with this full name. Evaluates the `args` of the one function that it names.
    pub(crate) fn find(&self, id_text: &str) -> Option<Case> {
        let params = &id_text[id_text.find('[').unwrap_or(id_text.len())..];
        let listed = self.listed(id_text)?;
        let (body, loads) = (&listed.entry.body, listed.loads().ok()?);
        let is_meant = |case: &Case| {
            loads.iter().any(|load| under_load(&case.params, load.as_ref()).to_string() == params)
        };
        let case = body.cases()().into_iter().find(is_meant)?;
        Some(Case { fixture: body.fixture(), ..case.within(listed.groups.clone()) })
    }
}

impl Listed {
    fn names(&self) -> Vec<String> {
        let (path, loads) = (self.entry.path(), self.loads().unwrap_or_default());
        let cases = catch_unwind(self.entry.body.cases()).unwrap_or_default();
        let of_case = |case: Case| {
            let name = |load: &Option<_>| format!("{path}{}", under_load(&case.params, load.as_ref()));
            loads.iter().map(name).collect::<Vec<String>>()
        };
        cases.into_iter().flat_map(of_case).collect()
    }
}

impl Case {
    /// This case with the throughput that its groups set, outer before inner; what it sets itself goes before.
    fn within(self, groups: Vec<&'static GroupEntry>) -> Self {
        let Self { params, fixture, prepare } = self;
        let around = move |bencher| groups.iter().fold(bencher, |bencher, group| (group.throughput)(bencher));
        Self { params, fixture, prepare: Box::new(move |bencher| prepare(around(bencher))) }
    }
}

fn duplicate(first: &Entry, second: &Entry) -> RegistryError {
    RegistryError::Duplicate {
        id: first.path(),
        first: first.location.clone(),
        second: second.location.clone(),
    }
}

impl Entry {
    /// Its name without parameters: `package::module::function`.
    pub(crate) fn path(&self) -> String {
        [self.package, self.module, self.function].join("::")
    }

    fn key(&self) -> (&'static str, &'static str, &'static str) {
        (self.package, self.module, self.function)
    }

    /// Compares with a name as [`path`](Self::path) writes it, in the order of the catalog.
    fn compare_path(&self, path: &str) -> Ordering {
        let (package, rest) = path.split_once("::").unwrap_or((path, ""));
        let (module, function) = rest.rsplit_once("::").unwrap_or((rest, ""));
        self.key().cmp(&(package, module, function))
    }
}

/// Groups by the module that they stand on.
struct Modules(HashMap<(&'static str, &'static str), Vec<&'static GroupEntry>>);

impl Modules {
    fn of(groups: impl IntoIterator<Item = &'static GroupEntry>) -> Self {
        let mut modules: HashMap<_, Vec<&'static GroupEntry>> = HashMap::new();
        for group in groups {
            modules.entry((group.package, group.module)).or_default().push(group);
        }
        for same in modules.values_mut() {
            order::sort_by(same, |a, b| a.location.cmp(&b.location));
        }
        Self(modules)
    }

    /// The groups on the modules around `entry`, outer before inner.
    fn around(&self, entry: &Entry) -> Vec<&'static GroupEntry> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let ends = entry.module.match_indices("::").map(|(at, _)| at).chain([entry.module.len()]);
        ends.filter_map(|end| self.0.get(&(entry.package, &entry.module[..end]))).flatten().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Body;
    use super::super::one_case;
    use super::super::testing::{entry, group, group_to_change, plain, with_rows};
    use super::*;
    use crate::bencher::{Bencher, Preparing};

    fn paths(catalog: &Catalog) -> Vec<String> {
        catalog.entries().iter().map(|listed| listed.entry.path()).collect()
    }

    #[test]
    fn entries_are_sorted_by_name_whatever_order_they_are_linked_in() {
        let catalog = Catalog::of([plain("b", "z"), plain("b::inner", "a"), plain("b", "a")], []).unwrap();
        assert_eq!(paths(&catalog), ["pkg::b::a", "pkg::b::z", "pkg::b::inner::a"]);
    }

    #[test]
    fn an_empty_program_is_told_how_to_register_something() {
        let error = Catalog::of([], []).unwrap_err().to_string();
        assert!(error.contains("`use my_crate as _;`") && error.contains("`#[adapter_bench]`"), "{error}");
    }

    #[test]
    fn two_benchmarks_of_one_name_are_refused_with_both_places() {
        let error = Catalog::of([plain("b", "a"), plain("b", "a")], []).unwrap_err().to_string();
        assert!(error.contains("`pkg::b::a`"), "{error}");
        assert_eq!(error.matches("benches/b.rs:").count(), 2, "{error}");
    }

    #[test]
    fn the_same_function_name_in_two_modules_is_fine() {
        assert!(Catalog::of([plain("b::x", "a"), plain("b::y", "a")], []).is_ok());
    }

    #[test]
    fn groups_surround_entries_from_the_outside_in() {
        let groups = [group("b::inner", |o| o.min_rounds = Some(2)), group("b", |o| o.min_rounds = Some(1))];
        let catalog =
            Catalog::of([plain("b::inner::deep", "a"), plain("b::innermost", "z")], groups).unwrap();
        let modules = |at: usize| catalog.entries()[at].groups.iter().map(|g| g.module).collect::<Vec<_>>();
        assert_eq!(modules(0), ["b", "b::inner"]);
        assert_eq!(modules(1), ["b"], "a module whose name only starts alike is not inside");
    }

    #[test]
    fn a_case_is_found_by_its_full_name() {
        let catalog = Catalog::of([with_rows("b", "a"), plain("b", "z")], []).unwrap();
        assert_eq!(catalog.find("pkg::b::a[rows=100]").unwrap().params.to_string(), "[rows=100]");
        assert_eq!(catalog.find("pkg::b::z").unwrap().params.to_string(), "");
        for unknown in ["pkg::b::a", "pkg::b::a[rows=7]", "pkg::b::z[rows=100]", "pkg::b", "pkg", "", "b::a"]
        {
            assert!(catalog.find(unknown).is_none(), "{unknown}");
        }
    }

    #[test]
    fn a_suite_is_the_package_and_the_target_of_the_first_function() {
        let catalog = Catalog::of([plain("b::inner", "a"), plain("c", "z")], []).unwrap();
        assert_eq!(catalog.suite(), Some(("pkg", "b")));
    }

    #[test]
    fn names_are_those_of_all_cases_and_each_leads_to_its_case() {
        let catalog = Catalog::of([with_rows("b", "a"), plain("b", "z")], []).unwrap();
        let names = catalog.names();
        assert!(names.contains(&"pkg::b::a[rows=100]".to_owned()) && names.contains(&"pkg::b::z".to_owned()));
        assert!(names.iter().all(|name| catalog.find(name).is_some()), "{names:?}");
    }

    #[test]
    fn the_throughput_of_the_groups_reaches_the_bencher() {
        #[expect(clippy::needless_pass_by_value, reason = "a set-up is given its bencher")]
        fn seen(bencher: Bencher) -> Preparing {
            Preparing::Done(Err(format!("{bencher:?}").into()))
        }
        let outer = GroupEntry { throughput: |b| b.items(1).bytes(8), ..group_to_change("b", |_| {}) };
        let inner = GroupEntry { throughput: |b| b.items(2), ..group_to_change("b::inner", |_| {}) };
        let groups: [&'static GroupEntry; 2] = [Box::leak(Box::new(inner)), Box::leak(Box::new(outer))];
        let entry = entry("b::inner", "a", Body::Cases(|| one_case(seen)), |_| {});
        let case = Catalog::of([entry], groups).unwrap().find("pkg::b::inner::a").unwrap();
        let Preparing::Done(Err(seen)) = (case.prepare)(Bencher::default()) else {
            unreachable!("the case returns what it saw");
        };
        let seen = seen.to_string();
        assert!(seen.contains("items: Some(2)") && seen.contains("bytes: Some(8)"), "{seen}");
    }

    #[test]
    fn finding_a_case_evaluates_no_other_function() {
        let trap = entry("b", "trap", Body::Cases(|| unreachable!("evaluated")), |_| {});
        let catalog = Catalog::of([trap, plain("b", "z")], []).unwrap();
        assert!(catalog.find("pkg::b::z").is_some());
    }
}
