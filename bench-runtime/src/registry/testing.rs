//! Entries made by hand, for tests of what reads the registry.

use std::sync::atomic::{AtomicU32, Ordering};

use super::{Body, Entry, GroupEntry, cases, one_case, values};
use crate::bencher::{Bencher, Preparing};
use crate::model::{Location, Options};

/// A benchmark in package `pkg` and file `benches/b.rs`, each on a line of its own.
pub(crate) fn entry(
    module: &'static str,
    function: &'static str,
    body: Body,
    set: impl FnOnce(&mut Options),
) -> &'static Entry {
    Box::leak(Box::new(unplaced(module, function, body, set)))
}

/// A benchmark without options and parameters.
pub(crate) fn plain(module: &'static str, function: &'static str) -> &'static Entry {
    entry(module, function, Body::Cases(one), |_| {})
}

/// A benchmark without parameters, with options.
pub(crate) fn with(
    module: &'static str,
    function: &'static str,
    set: impl FnOnce(&mut Options),
) -> &'static Entry {
    entry(module, function, Body::Cases(one), set)
}

/// A benchmark over `rows` = 100 and 1000.
pub(crate) fn with_rows(module: &'static str, function: &'static str) -> &'static Entry {
    entry(module, function, Body::Cases(rows), |_| {})
}

/// The reference of group `group`.
pub(crate) fn reference(function: &'static str, group: &'static str, body: Body) -> &'static Entry {
    let entry = unplaced("b", function, body, |o| o.group = Some(group));
    Box::leak(Box::new(Entry { reference: true, ..entry }))
}

/// A `#[bench_group]` on a module of package `pkg`.
pub(crate) fn group(module: &'static str, set: impl FnOnce(&mut Options)) -> &'static GroupEntry {
    Box::leak(Box::new(group_to_change(module, set)))
}

/// A group that can still be changed.
pub(crate) fn group_to_change(module: &'static str, set: impl FnOnce(&mut Options)) -> GroupEntry {
    let (location, options) = (place(), options(set));
    GroupEntry { package: "pkg", module, location, options, throughput: |bencher| bencher }
}

/// The case of a function without parameters.
pub(crate) fn one() -> Vec<super::Case> {
    one_case(never)
}

/// The cases over `rows` = 100 and 1000.
pub(crate) fn rows() -> Vec<super::Case> {
    cases("rows", &values([100, 1000]), |bencher, _| never(bencher))
}

/// An entry that can still be changed.
pub(crate) fn unplaced(
    module: &'static str,
    function: &'static str,
    body: Body,
    set: impl FnOnce(&mut Options),
) -> Entry {
    Entry {
        package: "pkg",
        module,
        function,
        name: None,
        location: place(),
        reference: false,
        is_async: false,
        options: options(set),
        body,
    }
}

fn never(_: Bencher) -> Preparing {
    unreachable!("tests of the registry and the plan prepare nothing")
}

fn options(set: impl FnOnce(&mut Options)) -> Options {
    let mut options = Options::NONE;
    set(&mut options);
    options
}

fn place() -> Location {
    static LINE: AtomicU32 = AtomicU32::new(1);
    Location::new("benches/b.rs", LINE.fetch_add(1, Ordering::Relaxed), 1)
}
