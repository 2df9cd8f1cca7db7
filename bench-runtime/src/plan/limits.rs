//! The limits that benchmarks are held to, from all levels. Main method: [`Levels::limits`].

use super::make::PlanError;
use super::merge::{Declared, Levels};
use crate::model::{Kind, Level, Limit, Metric, Options, Warning, WarningKind};
use crate::registry::{Entry, Listed};
use crate::units;

/// The limits that one level of `bench.toml` sets.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct FileLimits {
    /// Those that are written out.
    pub(crate) limits: Vec<Limit>,
    /// The largest ratio of time to the reference.
    pub(crate) max_ratio: Option<f64>,
}

impl Levels {
    /// The limits of all levels, each once; of `max_ratio` and its like, that of the strongest level. What has no reference is not
    /// held to a ratio.
    pub(super) fn limits(
        &self,
        path: &str,
        entry: &Entry,
        declared: &Declared,
    ) -> Result<Vec<Limit>, PlanError> {
        let of_group = declared.group.and_then(|group| self.file_group_limits.get(group));
        let files = || [Some(&self.file_limits), of_group].into_iter().flatten();
        let max_ratio = declared.max_ratio.or(files().rev().find_map(|file| file.max_ratio));
        let mut limits: Vec<Limit> = files().flat_map(|file| file.limits.iter().cloned()).collect();
        for (level, texts) in [(Level::Target, &declared.targets), (Level::Critical, &declared.criticals)] {
            for text in texts {
                limits.push(parsed(text, level, path, entry)?);
            }
        }
        limits.extend(max_ratio.map(Limit::max_ratio));
        limits.extend(declared.max_memory_ratio.map(Limit::max_memory_ratio));
        limits.extend(declared.max_error_rate.map(Limit::max_error_rate));
        let ceiling = declared.max_memory.or_else(|| self.max_memory_of(declared.kind));
        limits.extend(ceiling.map(|bytes| Limit::max_memory(bytes, format!("max_memory = {}", size(bytes)))));
        limits.retain(|limit| is_compared(entry, declared) || !is_ratio(limit.metric));
        Ok(each_once(limits))
    }

    fn max_memory_of(&self, kind: Kind) -> Option<u64> {
        self.max_memory.iter().find(|(of, _)| *of == kind).map(|(_, bytes)| *bytes)
    }
}

/// The macro has seen to it that the text is a limit, unless it and this crate are of different versions.
fn parsed(text: &str, level: Level, path: &str, entry: &Entry) -> Result<Limit, PlanError> {
    units::limit(text, level).map_err(|message| PlanError::Limit {
        id: path.to_owned(),
        location: entry.location.clone(),
        message,
    })
}

/// A number of bytes in the largest unit of which it is a multiple.
fn size(bytes: u64) -> String {
    const UNITS: [(u64, &str); 6] = [
        (1 << 30, "GiB"),
        (1_000_000_000, "GB"),
        (1 << 20, "MiB"),
        (1_000_000, "MB"),
        (1 << 10, "KiB"),
        (1_000, "KB"),
    ];
    let fitting = UNITS.iter().find(|(unit, _)| bytes >= *unit && bytes.is_multiple_of(*unit));
    fitting.map_or_else(|| format!("{bytes}B"), |(unit, name)| format!("{}{name}", bytes / unit))
}

fn each_once(limits: Vec<Limit>) -> Vec<Limit> {
    let mut once: Vec<Limit> = Vec::with_capacity(limits.len());
    for limit in limits {
        if !once.contains(&limit) {
            once.push(limit);
        }
    }
    once
}

fn is_compared(entry: &Entry, declared: &Declared) -> bool {
    declared.group.is_some() && !entry.reference
}

fn is_ratio(metric: Metric) -> bool {
    matches!(metric, Metric::Ratio | Metric::MemoryRatio)
}

/// Warns of a ratio that is asked of a benchmark by its own attribute and that it cannot have.
pub(super) fn without_effect(listed: &Listed, path: &str, declared: &Declared) -> Option<Warning> {
    let because = match declared.group {
        _ if is_compared(listed.entry, declared) => return None,
        Some(_) => "which is the reference itself",
        None => "which is in no group",
    };
    asks_for_a_ratio(&listed.entry.options).then(|| {
        let message = format!("a ratio to the reference is asked of `{path}`, {because}: that has no effect");
        Warning::new(WarningKind::NotActedOn, message)
    })
}

fn asks_for_a_ratio(options: &Options) -> bool {
    let of_ratio = |text: &&str| units::limit(text, Level::Target).is_ok_and(|limit| is_ratio(limit.metric));
    let has_ratio = options.max_ratio.is_some() || options.max_memory_ratio.is_some();
    has_ratio || options.targets.iter().chain(options.criticals).any(of_ratio)
}

#[cfg(test)]
mod tests {
    use super::super::Plan;
    use super::*;
    use crate::model::Kind;
    use crate::registry::testing::{entry, group, one, unplaced};
    use crate::registry::{Body, GroupEntry};

    /// The texts of the limits, critical ones with an exclamation mark.
    fn shown(plan: &Plan) -> Vec<String> {
        let mark = |level| if level == Level::Critical { "!" } else { "" };
        let show = |limit: &Limit| format!("{}{}", limit.text, mark(limit.level));
        plan.cases[0].arms[0].limits.iter().map(show).collect()
    }

    fn of_file(limit: &str, max_ratio: f64) -> FileLimits {
        let limits = vec![units::limit(limit, Level::Target).unwrap()];
        FileLimits { limits, max_ratio: Some(max_ratio) }
    }

    fn levels() -> Levels {
        Levels {
            file_limits: of_file("p99 <= 10ms", 3.0),
            file_group_limits: [("g".to_owned(), of_file("p50 <= 1ms", 2.0))].into_iter().collect(),
            ..Levels::default()
        }
    }

    #[test]
    fn limits_of_all_levels_add_up_each_once() {
        let groups = [group("b", |o| o.targets = &["p99 <= 10ms", "mean <= 5ms"])];
        let arm = entry("b", "a", Body::Cases(one), |o| {
            (o.group, o.targets, o.criticals) = (Some("g"), &["mean <= 5ms"], &["mean <= 5ms"]);
        });
        let all = ["p99 <= 10ms", "p50 <= 1ms", "mean <= 5ms", "mean <= 5ms!", "max_ratio = 2!"];
        assert_eq!(shown(&Plan::of_one(arm, &groups, &levels()).unwrap()), all);
    }

    #[test]
    fn the_ratio_of_the_strongest_level_counts() {
        let ratio = |groups: &[&'static GroupEntry], own| {
            let arm = entry("b", "a", Body::Cases(one), |o| (o.group, o.max_ratio) = (Some("g"), own));
            shown(&Plan::of_one(arm, groups, &levels()).unwrap()).pop().unwrap()
        };
        assert_eq!(ratio(&[], None), "max_ratio = 2!");
        assert_eq!(ratio(&[group("b", |o| o.max_ratio = Some(1.5))], None), "max_ratio = 1.5!");
        assert_eq!(ratio(&[group("b", |o| o.max_ratio = Some(1.5))], Some(4.0)), "max_ratio = 4!");
    }

    #[test]
    fn the_ceiling_of_the_attribute_goes_before_that_of_its_kind() {
        let levels = Levels { max_memory: vec![(Kind::Core, 10_000_000)], ..Levels::default() };
        let ceiling = |own| {
            shown(
                &Plan::of_one(entry("b", "a", Body::Cases(one), |o| o.max_memory = own), &[], &levels)
                    .unwrap(),
            )
        };
        assert_eq!(ceiling(None), ["max_memory = 10MB!"]);
        assert_eq!(ceiling(Some(64 << 10)), ["max_memory = 64KiB!"]);
        assert_eq!(ceiling(Some(1_001)), ["max_memory = 1001B!"]);
    }

    #[test]
    fn a_ratio_without_a_reference_is_left_out_and_told_where_it_was_asked_for() {
        let file = Levels { file_limits: of_file("ratio <= 1.1", 3.0), ..Levels::default() };
        let alone = Plan::of_one(entry("b", "a", Body::Cases(one), |_| {}), &[], &file).unwrap();
        assert_eq!((shown(&alone), alone.warnings.len()), (vec![], 0));

        let asked =
            Plan::of_one(entry("b", "a", Body::Cases(one), |o| o.max_ratio = Some(2.0)), &[], &file).unwrap();
        let told =
            "a ratio to the reference is asked of `pkg::b::a`, which is in no group: that has no effect";
        assert_eq!((shown(&asked).len(), asked.warnings[0].message.as_str()), (0, told));

        let reference = Entry {
            reference: true,
            ..unplaced("b", "a", Body::Cases(one), |o| (o.group, o.targets) = (Some("g"), &["ratio <= 2"]))
        };
        let reference = Plan::of_one(Box::leak(Box::new(reference)), &[], &file).unwrap();
        assert!(reference.warnings[0].message.contains("the reference itself"), "{:?}", reference.warnings);
    }

    #[test]
    fn a_limit_that_is_none_names_the_benchmark() {
        let arm = entry("b", "a", Body::Cases(one), |o| o.targets = &["p98 <= 1ms"]);
        let error = Plan::of_one(arm, &[], &Levels::default()).unwrap_err().to_string();
        assert!(error.starts_with("`pkg::b::a` (benches/b.rs:") && error.contains("`p98`"), "{error}");
    }
}
