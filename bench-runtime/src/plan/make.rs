//! From what is registered to what will be measured. Main function: [`Plan::make`].

use std::collections::{BTreeSet, HashMap};
use std::panic::catch_unwind;

use thiserror::Error;

use super::limits::without_effect;
use super::merge::{Declared, Levels};
use super::{Arm, GroupCase, Plan, RUNS_FOR_THE_RECORD, Rest};
use crate::bencher::panic_text;
use crate::fixture::{Cycle, Definition, in_order};
use crate::model::{
    BenchId, LoadSettings, Location, Params, Selection, Settings, Side, Warning, WarningKind,
};
use crate::order;
use crate::registry::{Catalog, Entry, Listed, under_load};

/// Why the benchmarks cannot be measured as they are declared.
#[derive(Clone, Debug, Error, PartialEq)]
pub(crate) enum PlanError {
    /// A case has two references.
    #[error(
        "group `{group}` has two references{of}:\n  {first}\n  {second}\n\
         The other arms are compared with one of them: leave `reference` on that one."
    )]
    TwoReferences {
        /// The group.
        group: String,
        /// Which case of it: ` for [rows=100]`, or nothing.
        of: String,
        /// One of them: its name and its place.
        first: String,
        /// The other.
        second: String,
    },
    /// The options of a benchmark exclude each other.
    #[error(
        "`{id}` ({location}): `min_{option}` is {min} and `max_{option}` is {max}, all levels taken together \
         (bench.toml, groups, attribute, environment, command line). Raise the one or lower the other."
    )]
    Contradiction {
        /// The benchmark, without parameters.
        id: String,
        /// Where it is declared.
        location: Location,
        /// `rounds` or `time`.
        option: &'static str,
        /// The merged lower end.
        min: String,
        /// The merged upper end.
        max: String,
    },
    /// A rate is no rate.
    #[error(
        "`{id}` ({location}): a `rate` of {rate} is none: it is a number above 0 of operations per second"
    )]
    Rate {
        /// The benchmark, without parameters.
        id: String,
        /// Where it is declared.
        location: Location,
        /// What was given.
        rate: f64,
    },
    /// A limit cannot be read.
    #[error("`{id}` ({location}): {message}")]
    Limit {
        /// The benchmark, without parameters.
        id: String,
        /// Where it is declared.
        location: Location,
        /// What is wrong with it.
        message: String,
    },
    /// Fixtures need each other.
    #[error(
        "the fixtures of `{id}` ({location}) need each other: {cycle}\nLet one of them do without the other."
    )]
    Cycle {
        /// The benchmark, without parameters.
        id: String,
        /// Where it is declared.
        location: Location,
        /// Which, and where they are.
        cycle: Cycle,
    },
    /// The expression of `args` panicked.
    #[error("the `args` of `{id}` ({location}) could not be evaluated: {message}")]
    Args {
        /// The benchmark, without parameters.
        id: String,
        /// Where it is declared.
        location: Location,
        /// What the panic said.
        message: String,
    },
}

impl Plan {
    /// Selects from the catalog, merges the levels, and puts the arms of a case together.
    ///
    /// Cases come in the order in which they first appear among the sorted names, `args` in the order of their
    /// declaration; the cases of a group follow each other. Each selected function's `args` are evaluated once.
    pub(crate) fn make(catalog: &Catalog, selection: &Selection, levels: &Levels) -> Result<Self, PlanError> {
        let mut cases = Cases::default();
        let mut warnings = Vec::new();
        let (mut raised, mut out) = (0, BTreeSet::new());
        for listed in catalog.entries() {
            let (path, declared) = (listed.entry.path(), Declared::of(listed));
            if selection.admits(&path, &declared) {
                let arms = arms(listed, &path, &declared, selection, levels)?;
                if !arms.is_empty() {
                    warnings.extend(without_effect(listed, &path, &declared));
                    raised += u32::from(levels.is_raised(&declared));
                }
                arms.into_iter().try_for_each(|arm| cases.add(declared.group, arm))?;
            } else {
                out.insert(path);
            }
        }
        let mut cases = cases.in_order();
        cases.retain(|case| selection.shard.is_none_or(|shard| shard.holds(case)));
        warnings.splice(0..0, raised_for_the_record(raised));
        let rest = if selection.is_whole() { Rest::Functions(out) } else { Rest::Anything };
        let warnings = if cases.is_empty() { Vec::new() } else { warnings };
        Ok(Self { cases, warnings, rest })
    }
}

/// Warns that so many functions have more runs than is set for them.
fn raised_for_the_record(functions: u32) -> Option<Warning> {
    let s = if functions == 1 { "" } else { "s" };
    let message = format!(
        "a baseline takes six runs, so `processes` and `max_rounds` are raised to {RUNS_FOR_THE_RECORD} for each of \
         two measurements ({functions} benchmark{s})"
    );
    (functions > 0).then(|| Warning::new(WarningKind::NotActedOn, message))
}

/// The selected cases of one function.
fn arms(
    listed: &Listed,
    path: &str,
    declared: &Declared,
    selection: &Selection,
    levels: &Levels,
) -> Result<Vec<Arm>, PlanError> {
    let entry = listed.entry;
    let selected = all_cases(listed, path)?
        .into_iter()
        .filter(|(params, _)| selection.admits_id(&format!("{path}{params}")));
    let settings = levels.settings(path, entry, declared)?;
    let limits = levels.limits(path, entry, declared)?;
    let fixture = fixture(entry, path)?;
    let skip = selection.reason_to_skip(declared);
    let arm = |(params, load)| Arm {
        id: id(entry, params),
        name: entry.name.unwrap_or(entry.function).to_owned(),
        kind: declared.kind,
        tags: declared.tags.iter().map(|&tag| tag.to_owned()).collect(),
        is_reference: entry.reference,
        location: entry.location.clone(),
        limits: limits.clone(),
        settings: Settings { load, ..settings.clone() },
        skip: skip.clone(),
        fixture,
        side: Side::This,
    };
    Ok(selected.map(arm).collect())
}

/// What a function takes, which can be made.
fn fixture(entry: &Entry, path: &str) -> Result<Option<&'static Definition>, PlanError> {
    let fixture = entry.body.fixture();
    match fixture.map_or(Ok(Vec::new()), in_order) {
        Ok(_) => Ok(fixture),
        Err(cycle) => Err(PlanError::Cycle { id: path.to_owned(), location: entry.location.clone(), cycle }),
    }
}

fn id(entry: &Entry, params: Params) -> BenchId {
    BenchId {
        package: entry.package.to_owned(),
        module: entry.module.to_owned(),
        function: entry.function.to_owned(),
        params,
    }
}

/// The parameters of all cases of a function under all its loads, in the order of their declaration.
fn all_cases(listed: &Listed, path: &str) -> Result<Vec<(Params, Option<LoadSettings>)>, PlanError> {
    let location = || listed.entry.location.clone();
    let loads =
        listed.loads().map_err(|rate| PlanError::Rate { id: path.to_owned(), location: location(), rate })?;
    let under_all = |params: Params| {
        let case = |load: &Option<LoadSettings>| (under_load(&params, load.as_ref()), *load);
        loads.iter().map(case).collect::<Vec<_>>()
    };
    Ok(all_params(listed.entry, path)?.into_iter().flat_map(under_all).collect())
}

/// The parameters of all cases of a function, in the order of their declaration.
fn all_params(entry: &Entry, path: &str) -> Result<Vec<Params>, PlanError> {
    match catch_unwind(entry.body.cases()) {
        Ok(cases) => Ok(cases.into_iter().map(|case| case.params).collect()),
        Err(panic) => {
            let message = panic_text(&*panic).to_owned();
            Err(PlanError::Args { id: path.to_owned(), location: entry.location.clone(), message })
        }
    }
}

/// The cases so far, each with the number of the first case of its group.
#[derive(Default)]
struct Cases {
    cases: Vec<(usize, GroupCase)>,
    by_key: HashMap<(&'static str, Params), usize>,
    first_of_group: HashMap<&'static str, usize>,
}

impl Cases {
    fn add(&mut self, group: Option<&'static str>, arm: Arm) -> Result<(), PlanError> {
        let key = group.map(|group| (group, arm.id.params.clone()));
        match key.as_ref().and_then(|key| self.by_key.get(key)) {
            Some(at) => return join(&mut self.cases[*at].1, arm),
            None => self.open(key, arm),
        }
        Ok(())
    }

    fn open(&mut self, key: Option<(&'static str, Params)>, arm: Arm) {
        let at = self.cases.len();
        let group = key.as_ref().map(|(group, _)| *group);
        let first = group.map_or(at, |group| *self.first_of_group.entry(group).or_insert(at));
        let params = arm.id.params.clone();
        self.cases.push((first, GroupCase { group: group.map(str::to_owned), params, arms: vec![arm] }));
        if let Some(key) = key {
            self.by_key.insert(key, at);
        }
    }

    fn in_order(mut self) -> Vec<GroupCase> {
        order::sort_by(&mut self.cases, |(one, _), (other, _)| one.cmp(other));
        self.cases.into_iter().map(|(_, case)| case).collect()
    }
}

fn join(case: &mut GroupCase, arm: Arm) -> Result<(), PlanError> {
    match case.arms.iter().find(|other| other.is_reference) {
        Some(other) if arm.is_reference => Err(two_references(case, other, &arm)),
        _ => {
            case.arms.push(arm);
            Ok(())
        }
    }
}

fn two_references(case: &GroupCase, first: &Arm, second: &Arm) -> PlanError {
    let show = |arm: &Arm| format!("{} at {}", arm.id, arm.location);
    PlanError::TwoReferences {
        group: case.group.clone().unwrap_or_default(),
        of: if case.params.0.is_empty() { String::new() } else { format!(" for {}", case.params) },
        first: show(first),
        second: show(second),
    }
}

#[cfg(test)]
impl Plan {
    /// The plan of one benchmark within these groups.
    pub(super) fn of_one(
        entry: &'static Entry,
        groups: &[&'static crate::registry::GroupEntry],
        levels: &Levels,
    ) -> Result<Self, PlanError> {
        let catalog = Catalog::of([entry], groups.iter().copied()).expect("a catalog");
        Self::make(&catalog, &Selection::default(), levels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::testing::{hen, idle, queue, session};
    use crate::registry::testing::{entry, one, plain, reference, rows, unplaced, with};
    use crate::registry::{Body, Case, GroupEntry, cases, values};

    fn plan_of<const N: usize>(
        entries: [&'static Entry; N],
        groups: &[&'static GroupEntry],
    ) -> Result<Plan, PlanError> {
        let catalog = Catalog::of(entries, groups.iter().copied()).unwrap();
        Plan::make(&catalog, &Selection::default(), &Levels::default())
    }

    fn sizes(sizes: &[u32]) -> Vec<Case> {
        cases("n", &values(sizes.to_vec()), |_, _| unreachable!("nothing is prepared"))
    }

    /// The cases as `group[params]: arm arm`.
    fn shown(plan: &Plan) -> Vec<String> {
        let show = |case: &GroupCase| {
            let arms: Vec<&str> = case.arms.iter().map(|arm| arm.name.as_str()).collect();
            format!("{}{}: {}", case.group.as_deref().unwrap_or("-"), case.params, arms.join(" "))
        };
        plan.cases.iter().map(show).collect()
    }

    fn arm(function: &'static str, group: &'static str, body: fn() -> Vec<Case>) -> &'static Entry {
        entry("b", function, Body::Cases(body), |o| o.group = Some(group))
    }

    #[test]
    fn arms_of_a_group_meet_where_their_parameters_are_equal() {
        let entries =
            [arm("a", "g", || sizes(&[9, 10])), arm("z", "g", || sizes(&[10, 11])), plain("b", "m")];
        let plan = plan_of(entries, &[]).unwrap();
        assert_eq!(shown(&plan), ["g[n=9]: a", "g[n=10]: a z", "g[n=11]: z", "-: m"]);
    }

    #[test]
    fn benchmarks_without_a_group_are_on_their_own() {
        let entries =
            [entry("b", "a", Body::Cases(rows), |_| {}), entry("b", "c", Body::Cases(rows), |_| {})];
        let plan = plan_of(entries, &[]).unwrap();
        assert_eq!(shown(&plan), ["-[rows=100]: a", "-[rows=1000]: a", "-[rows=100]: c", "-[rows=1000]: c"]);
    }

    #[test]
    fn the_name_option_is_shown_and_the_function_stays_the_id() {
        let named =
            Entry { name: Some("serde_json 1.0"), ..unplaced("b", "serde", Body::Cases(rows), |_| {}) };
        let plan = plan_of([Box::leak(Box::new(named))], &[]).unwrap();
        let arm = &plan.cases[0].arms[0];
        assert_eq!(
            (arm.name.as_str(), arm.id.to_string().as_str()),
            ("serde_json 1.0", "pkg::b::serde[rows=100]")
        );
    }

    #[test]
    fn two_references_are_refused_with_both_places() {
        let error =
            plan_of([reference("a", "g", Body::Cases(rows)), reference("z", "g", Body::Cases(rows))], &[])
                .unwrap_err()
                .to_string();
        assert!(error.contains("group `g` has two references for [rows=100]"), "{error}");
        assert!(error.contains("pkg::b::a[rows=100] at benches/b.rs:"), "{error}");
        assert!(error.contains("pkg::b::z[rows=100] at benches/b.rs:"), "{error}");
    }

    #[test]
    fn references_of_cases_that_do_not_meet_are_fine() {
        let entries = [
            reference("a", "g", Body::Cases(|| sizes(&[1]))),
            reference("z", "g", Body::Cases(|| sizes(&[2]))),
            reference("o", "other", Body::Cases(|| sizes(&[1]))),
        ];
        assert_eq!(plan_of(entries, &[]).unwrap().cases.len(), 3);
    }

    #[test]
    fn ignored_benchmarks_carry_their_reason() {
        let entries = [
            with("b", "flaky", |o| o.ignore = Some("needs care")),
            with("b", "idle", |o| o.ignore = Some("")),
        ];
        let plan = plan_of(entries, &[]).unwrap();
        let reasons: Vec<_> = plan.cases.iter().map(|case| case.arms[0].skip.clone().unwrap()).collect();
        assert_eq!(reasons, ["ignored: needs care", "ignored"]);
    }

    #[test]
    fn fixtures_that_need_each_other_are_refused_with_their_places() {
        let body = |fixture| Body::WithFixture { cases: one, fixture };
        let error = plan_of([entry("b", "a", body(hen), |_| {})], &[]).unwrap_err().to_string();
        assert!(error.starts_with("the fixtures of `pkg::b::a` (benches/b.rs:"), "{error}");
        assert!(error.contains("need each other: `hen` needs `egg` needs `hen`\n  `egg` at"), "{error}");
    }

    #[test]
    fn only_services_of_benchmarks_that_run_are_needed_and_what_they_need_comes_first() {
        let body = |fixture| Body::WithFixture { cases: one, fixture };
        let entries = [
            entry("b", "a", body(session), |_| {}),
            entry("b", "b", body(queue), |_| {}),
            entry("b", "c", body(idle), |o| o.ignore = Some("")),
        ];
        let services = plan_of(entries, &[]).unwrap().services();
        assert_eq!(services.iter().map(|service| service.function).collect::<Vec<_>>(), ["pg", "queue"]);
    }

    #[test]
    fn arms_under_equal_loads_meet() {
        let entries = [
            with("b", "a", |o| (o.group, o.concurrency) = (Some("g"), &[1, 8])),
            with("b", "c", |o| (o.group, o.concurrency) = (Some("g"), &[8, 64])),
        ];
        let plan = plan_of(entries, &[]).unwrap();
        assert_eq!(shown(&plan), ["g[concurrency=1]: a", "g[concurrency=8]: a c", "g[concurrency=64]: c"]);
        let load = |case: usize| plan.cases[case].arms[0].settings.load.unwrap().concurrency;
        assert_eq!([0, 1, 2].map(load), [Some(1), Some(8), Some(64)]);
    }

    #[test]
    fn a_rate_that_is_none_names_the_benchmark() {
        let error = plan_of([with("b", "a", |o| o.rate = &[f64::INFINITY])], &[]).unwrap_err().to_string();
        assert!(
            error.starts_with("`pkg::b::a` (benches/b.rs:") && error.contains("a `rate` of inf"),
            "{error}"
        );
    }

    #[test]
    fn a_panic_in_args_names_the_benchmark() {
        let broken = entry("b", "a", Body::Cases(|| panic!("no such file")), |_| {});
        let error = plan_of([broken], &[]).unwrap_err().to_string();
        assert!(error.starts_with("the `args` of `pkg::b::a` (benches/b.rs:"), "{error}");
        assert!(error.ends_with("could not be evaluated: no such file"), "{error}");
    }

    #[test]
    fn args_are_evaluated_once() {
        use std::sync::atomic::{AtomicU32, Ordering};
        static TIMES: AtomicU32 = AtomicU32::new(0);
        let counted = entry(
            "b",
            "a",
            Body::Cases(|| {
                TIMES.fetch_add(1, Ordering::Relaxed);
                rows()
            }),
            |_| {},
        );
        plan_of([counted], &[]).unwrap();
        assert_eq!(TIMES.load(Ordering::Relaxed), 1);
    }
}
