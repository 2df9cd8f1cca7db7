//! What `--list` shows. Main function: [`list`].

use std::fmt::Write;

use crate::json::{self, Entry, Object};
use crate::plan::{Arm, GroupCase, Plan};
use crate::store::ParamEntries;

/// The form of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum ListFormat {
    /// By group, for people.
    #[default]
    Pretty,
    /// A line `NAME: benchmark` each, as libtest writes and nextest reads them.
    Terse,
    /// A JSON object per line.
    Json,
}

impl ListFormat {
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "pretty" => Some(Self::Pretty),
            "terse" => Some(Self::Terse),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// The benchmarks of `plan`, skipped ones included, as text that ends with a line end. Nothing is set up.
pub(crate) fn list(plan: &Plan, format: ListFormat) -> String {
    match format {
        ListFormat::Pretty => pretty(plan),
        ListFormat::Terse => terse(plan),
        ListFormat::Json => json(plan),
    }
}

fn arms(plan: &Plan) -> impl Iterator<Item = (&GroupCase, &Arm)> {
    plan.cases.iter().flat_map(|case| case.arms.iter().map(move |arm| (case, arm)))
}

fn terse(plan: &Plan) -> String {
    arms(plan).fold(String::new(), |mut text, (_, arm)| {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{}: benchmark", arm.id);
        text
    })
}

/// What is told of a benchmark before it runs, on a line.
fn json(plan: &Plan) -> String {
    let lines = arms(plan).flat_map(|(case, arm)| {
        json::line(&Object(&[
            Entry::always("id", &arm.id.to_string()),
            Entry::always("name", &arm.name),
            Entry::always("group", &case.group),
            Entry::always("params", &ParamEntries::from(&arm.id.params)),
            Entry::always("kind", &arm.kind),
            Entry::always("tags", &arm.tags),
            Entry::always("reference", &arm.is_reference),
            Entry::always("skipped", &arm.skip),
            Entry::always("file", &arm.location.file),
            Entry::always("line", &arm.location.line),
        ]))
    });
    String::from_utf8(lines.collect()).unwrap_or_default()
}

fn pretty(plan: &Plan) -> String {
    let mut text = String::new();
    let mut last = None;
    let (in_groups, alone): (Vec<_>, Vec<_>) = arms(plan).partition(|(case, _)| case.group.is_some());
    for (case, arm) in in_groups.into_iter().chain(alone) {
        if last != Some(&case.group) {
            let gap = if last.is_some() { "\n" } else { "" };
            let title =
                case.group.as_ref().map_or("without a group".to_owned(), |group| format!("group {group}"));
            let _ = writeln!(text, "{gap}{title}");
            last = Some(&case.group);
        }
        let _ = writeln!(text, "  {}{}", arm.id, notes(arm));
    }
    let _ = writeln!(text, "{}{}", if last.is_some() { "\n" } else { "" }, total(plan));
    text
}

/// What is particular about a benchmark, in brackets.
fn notes(arm: &Arm) -> String {
    let name = (arm.name != arm.id.function).then(|| format!("shown as {}", arm.name));
    let reference = arm.is_reference.then(|| "reference".to_owned());
    let tags = (!arm.tags.is_empty()).then(|| arm.tags.join(", "));
    let notes: Vec<String> = [name, reference, tags, arm.skip.clone()].into_iter().flatten().collect();
    if notes.is_empty() { String::new() } else { format!("  ({})", notes.join("; ")) }
}

fn total(plan: &Plan) -> String {
    let all = arms(plan).count();
    let skipped = arms(plan).filter(|(_, arm)| arm.skip.is_some()).count();
    let skipped = if skipped == 0 { String::new() } else { format!(", {skipped} of them skipped") };
    format!("{all} benchmark{}{skipped}", if all == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Ignored, Selection};
    use crate::plan::Levels;
    use crate::registry::testing::{reference, rows, unplaced, with};
    use crate::registry::{Body, Catalog, Entry};

    fn plan(ignored: Ignored) -> Plan {
        let named = Entry {
            name: Some("peer 1.0"),
            ..unplaced("b", "peer", Body::Cases(rows), |o| o.group = Some("g"))
        };
        let entries = [
            reference("base", "g", Body::Cases(rows)),
            Box::leak(Box::new(named)),
            with("b", "lone", |o| o.tags = &["slow", "io"]),
            with("b", "off", |o| o.ignore = Some("")),
            with("b", "out", |o| o.ignore = Some("broken")),
        ];
        let selection = Selection { ignored, ..Selection::default() };
        Plan::make(&Catalog::of(entries, []).unwrap(), &selection, &Levels::default()).unwrap()
    }

    #[test]
    fn terse_lists_what_nextest_reads() {
        let all = "pkg::b::base[rows=100]: benchmark\npkg::b::peer[rows=100]: benchmark\n\
                   pkg::b::base[rows=1000]: benchmark\npkg::b::peer[rows=1000]: benchmark\n\
                   pkg::b::lone: benchmark\npkg::b::off: benchmark\npkg::b::out: benchmark\n";
        assert_eq!(list(&plan(Ignored::Skip), ListFormat::Terse), all);
        let ignored = "pkg::b::off: benchmark\npkg::b::out: benchmark\n";
        assert_eq!(list(&plan(Ignored::Only), ListFormat::Terse), ignored);
        assert_eq!(list(&Plan::default(), ListFormat::Terse), "");
    }

    #[test]
    fn json_is_an_object_per_line() {
        let text = list(&plan(Ignored::Skip), ListFormat::Json);
        let lines: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 7);
        assert_eq!(lines[0]["id"], "pkg::b::base[rows=100]");
        assert_eq!((&lines[0]["reference"], &lines[0]["params"]["rows"]), (&true.into(), &"100".into()));
        assert_eq!((&lines[1]["name"], &lines[1]["kind"]), (&"peer 1.0".into(), &"core".into()));
        assert_eq!((&lines[4]["tags"][1], &lines[4]["group"]), (&"io".into(), &serde_json::Value::Null));
        assert_eq!(
            (&lines[6]["skipped"], &lines[6]["file"]),
            (&"ignored: broken".into(), &"benches/b.rs".into())
        );
    }

    #[test]
    fn pretty_lists_by_group_with_what_is_particular() {
        let expected = "\
group g
  pkg::b::base[rows=100]  (reference)
  pkg::b::peer[rows=100]  (shown as peer 1.0)
  pkg::b::base[rows=1000]  (reference)
  pkg::b::peer[rows=1000]  (shown as peer 1.0)

without a group
  pkg::b::lone  (slow, io)
  pkg::b::off  (ignored)
  pkg::b::out  (ignored: broken)

7 benchmarks, 2 of them skipped
";
        assert_eq!(list(&plan(Ignored::Skip), ListFormat::Pretty), expected);
        assert_eq!(list(&Plan::default(), ListFormat::Pretty), "0 benchmarks\n");
    }
}
