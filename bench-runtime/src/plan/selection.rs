//! Whether a benchmark takes part. Main type: [`Selection`].

use super::merge::Declared;
use crate::model::{Ignored, Record, Selection};

impl Selection {
    /// Whether there are no filters.
    pub(crate) fn is_whole(&self) -> bool {
        let Self { filters, skip, groups, tags, skip_tags, kinds, ignored, shard, .. } = self;
        let lists = [filters, skip, groups, tags, skip_tags];
        let has_none = lists.into_iter().all(Vec::is_empty) && kinds.is_empty() && shard.is_none();
        has_none && *ignored != Ignored::Only
    }

    /// Whether there are filters. A shard is none: the others have what it lacks.
    pub(crate) fn is_filtered(&self) -> bool {
        !Self { shard: None, ..self.clone() }.is_whole()
    }

    /// Whether any case of the function called `path` may be selected, as far as is known without evaluating `args`.
    pub(super) fn admits(&self, path: &str, declared: &Declared) -> bool {
        self.admits_group(declared.group)
            && self.admits_tags(|tag| declared.tags.contains(&tag))
            && (self.kinds.is_empty() || self.kinds.contains(&declared.kind))
            && (self.extended || !declared.extended)
            && (self.ignored != Ignored::Only || declared.ignore.is_some())
            && self.may_admit_name(path)
    }

    /// Whether the case with this full name is selected, given that its function may be.
    pub(super) fn admits_id(&self, id: &str) -> bool {
        let matches = |text: &String| if self.exact { id == text } else { id.contains(text) };
        (self.filters.is_empty() || self.filters.iter().any(matches)) && !self.skip.iter().any(matches)
    }

    /// Whether a stored result is selected, by name, group, tag and kind: it is of no account whether the benchmark would
    /// be measured.
    pub(crate) fn admits_record(&self, record: &Record) -> bool {
        self.admits_group(record.group.as_deref())
            && self.admits_tags(|tag| record.tags.iter().any(|t| t == tag))
            && (self.kinds.is_empty() || self.kinds.contains(&record.kind))
            && self.admits_id(&record.id.to_string())
    }

    /// Why a selected benchmark is reported without being run.
    pub(super) fn reason_to_skip(&self, declared: &Declared) -> Option<String> {
        let reason = declared.ignore.filter(|_| self.ignored == Ignored::Skip)?;
        Some(if reason.is_empty() { "ignored".to_owned() } else { format!("ignored: {reason}") })
    }

    fn admits_group(&self, group: Option<&str>) -> bool {
        self.groups.is_empty() || group.is_some_and(|group| self.groups.iter().any(|g| g == group))
    }

    fn admits_tags(&self, has: impl Fn(&str) -> bool) -> bool {
        let any = |tags: &[String]| tags.iter().any(|tag| has(tag));
        (self.tags.is_empty() || any(&self.tags)) && !any(&self.skip_tags)
    }

    fn may_admit_name(&self, path: &str) -> bool {
        let may_match =
            |text: &String| if self.exact { is_path_of(path, text) } else { may_contain(path, text) };
        let skipped = |text: &String| if self.exact { path == text } else { path.contains(text) };
        (self.filters.is_empty() || self.filters.iter().any(may_match)) && !self.skip.iter().any(skipped)
    }
}

/// Whether `id` is the full name of a case of the function called `path`.
fn is_path_of(path: &str, id: &str) -> bool {
    id.strip_prefix(path).is_some_and(|params| params.is_empty() || params.starts_with('['))
}

/// Whether a case of the function called `path` may contain `text`. Without a bracket, it may lie in the parameters.
fn may_contain(path: &str, text: &str) -> bool {
    text.split_once('[').is_none_or(|(end, _)| path.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::super::merge::Levels;
    use super::super::{GroupCase, Plan};
    use crate::model::{Ignored, Kind, Selection};
    use crate::registry::testing::{entry, group, plain, rows, with, with_rows};
    use crate::registry::{Body, Catalog};

    /// What a small suite selects; a skipped benchmark is marked with its reason.
    fn selected(set: impl FnOnce(&mut Selection)) -> Vec<String> {
        let entries = [
            plain("b", "alone"),
            entry("b::json", "read", Body::Cases(rows), |o| {
                (o.group, o.tags) = (Some("json"), &["fast", "io"]);
            }),
            with("b::sql", "insert", |o| o.kind = Some(Kind::Db)),
            with("b::sql", "huge", |o| o.extended = Some(true)),
            with("b::sql", "flaky", |o| o.ignore = Some("needs care")),
        ];
        let groups = [group("b::sql", |o| o.tags = &["slow"])];
        let mut selection = Selection::default();
        set(&mut selection);
        let catalog = Catalog::of(entries, groups).unwrap();
        let plan = Plan::make(&catalog, &selection, &Levels::default()).unwrap();
        plan.cases.iter().flat_map(ids).collect()
    }

    fn ids(case: &GroupCase) -> Vec<String> {
        let id = |arm: &super::super::Arm| arm.id.to_string().replacen("pkg::b::", "", 1);
        case.arms
            .iter()
            .map(|arm| id(arm) + arm.skip.as_deref().map(|_| " skipped").unwrap_or_default())
            .collect()
    }

    fn words(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|&text| text.to_owned()).collect()
    }

    #[test]
    fn everything_but_extended_runs_by_default_and_ignored_ones_are_shown() {
        let all =
            ["alone", "json::read[rows=100]", "json::read[rows=1000]", "sql::flaky skipped", "sql::insert"];
        assert_eq!(selected(|_| {}), all);
        assert!(selected(|s| s.extended = true).contains(&"sql::huge".to_owned()));
    }

    #[test]
    fn filters_look_for_a_part_of_the_full_name_and_any_of_them_is_enough() {
        assert_eq!(selected(|s| s.filters = words(&["alone", "ins"])), ["alone", "sql::insert"]);
        assert_eq!(selected(|s| s.filters = words(&["read[rows=1000"])), ["json::read[rows=1000]"]);
        assert_eq!(selected(|s| s.filters = words(&["=1000"])), ["json::read[rows=1000]"]);
        assert_eq!(selected(|s| s.filters = words(&["read[", "nothing"])).len(), 2);
        assert_eq!(selected(|s| s.filters = words(&["ead[rows=7"])), [""; 0]);
    }

    #[test]
    fn exact_takes_whole_names_only() {
        let exact = |text: &str| selected(|s| (s.exact, s.filters) = (true, words(&[text])));
        assert_eq!(exact("pkg::b::json::read[rows=100]"), ["json::read[rows=100]"]);
        assert_eq!(exact("pkg::b::alone"), ["alone"]);
        assert_eq!(exact("pkg::b::json::read"), [""; 0]);
        assert_eq!(exact("alone"), [""; 0]);
    }

    #[test]
    fn every_shown_name_selects_itself_alone_under_exact() {
        for name in selected(|s| s.ignored = Ignored::Include) {
            let id = format!("pkg::b::{name}");
            assert_eq!(
                selected(|s| (s.exact, s.ignored, s.filters) = (true, Ignored::Include, vec![id])),
                [name]
            );
        }
    }

    #[test]
    fn skip_keeps_out_what_filters_let_in() {
        let left =
            selected(|s| (s.filters, s.skip) = (words(&["read", "alone"]), words(&["alone", "=1000"])));
        assert_eq!(left, ["json::read[rows=100]"]);
        let exact = selected(|s| (s.exact, s.skip) = (true, words(&["pkg::b::alone", "sql"])));
        assert_eq!(exact.len(), 4);
    }

    #[test]
    fn groups_tags_and_kinds_narrow_down() {
        assert_eq!(selected(|s| s.groups = words(&["json", "other"])).len(), 2);
        assert_eq!(selected(|s| s.tags = words(&["slow"])), ["sql::flaky skipped", "sql::insert"]);
        assert_eq!(selected(|s| s.skip_tags = words(&["slow", "io"])), ["alone"]);
        assert_eq!(selected(|s| s.kinds = vec![Kind::Db]), ["sql::insert"]);
        assert_eq!(selected(|s| (s.tags, s.kinds) = (words(&["io"]), vec![Kind::Db])), [""; 0]);
    }

    #[test]
    fn ignored_benchmarks_run_alone_or_with_the_others_when_asked() {
        assert_eq!(selected(|s| s.ignored = Ignored::Only), ["sql::flaky"]);
        assert_eq!(selected(|s| s.ignored = Ignored::Include).len(), 5);
    }

    #[test]
    fn without_filters_the_rest_is_known() {
        let rest = |selection: Selection| {
            let huge = entry("b", "huge", Body::Cases(rows), |o| o.extended = Some(true));
            let catalog = Catalog::of([plain("b", "a"), huge], []).unwrap();
            Plan::make(&catalog, &selection, &Levels::default()).unwrap().rest
        };
        let whole = rest(Selection::default());
        assert!(whole.may_have("pkg::b::huge[rows=[1]]") && !whole.may_have("pkg::b::gone"));
        assert!(!rest(Selection { extended: true, ..Selection::default() }).may_have("pkg::b::huge[rows=1]"));
        let narrow: [fn(&mut Selection); 4] = [
            |s| s.filters = words(&["a"]),
            |s| s.skip_tags = words(&["slow"]),
            |s| s.kinds = vec![Kind::Core],
            |s| s.shard = crate::model::Shard::new(1, 2),
        ];
        for narrow in narrow {
            let mut selection = Selection::default();
            narrow(&mut selection);
            assert!(rest(selection).may_have("pkg::b::gone"));
        }
    }

    #[test]
    fn what_is_known_to_be_out_has_its_args_never_evaluated() {
        let trap = || entry("b", "trap", Body::Cases(|| unreachable!("evaluated")), |o| o.tags = &["trap"]);
        let plan = |set: &dyn Fn(&mut Selection)| {
            let mut selection = Selection::default();
            set(&mut selection);
            let catalog = Catalog::of([trap(), with_rows("b", "a")], []).unwrap();
            Plan::make(&catalog, &selection, &Levels::default()).unwrap().cases.len()
        };
        assert_eq!(plan(&|s| s.skip_tags = words(&["trap"])), 2);
        assert_eq!(plan(&|s| s.skip = words(&["::trap"])), 2);
        assert_eq!(plan(&|s| s.filters = words(&["::a[rows=100]"])), 1);
        assert_eq!(plan(&|s| (s.exact, s.filters) = (true, words(&["pkg::b::a[rows=100]"]))), 1);
    }
}
