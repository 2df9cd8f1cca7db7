//! Why nothing was selected. Main function: [`why_empty`].

use super::merge::Declared;
use crate::model::{Ignored, Selection, Shard};
use crate::registry::{Catalog, Listed};

/// One sentence on what to change in a selection that selects nothing: the first thing that is clearly at odds with what
/// is registered, or where to look. Evaluates no `args`.
pub(crate) fn why_empty(catalog: &Catalog, selection: &Selection) -> String {
    let all: Vec<Declared> = catalog.entries().iter().map(Declared::of).collect();
    let groups = || all.iter().filter_map(|declared| declared.group);
    let tags = || all.iter().flat_map(|declared| declared.tags.iter().copied());
    stranger("group", &selection.groups, groups())
        .or_else(|| stranger("tag", &selection.tags, tags()))
        .or_else(|| only_extended(catalog, selection))
        .or_else(|| only_ignored(selection, &all))
        .unwrap_or_else(|| otherwise(selection.shard))
}

/// The first wanted word that no benchmark has.
fn stranger<'a>(
    what: &str,
    wanted: &[String],
    known: impl Iterator<Item = &'a str> + Clone,
) -> Option<String> {
    let word = wanted.iter().find(|word| !known.clone().any(|k| k == *word))?;
    let hint = match nearest(word, known) {
        Some(nearest) => format!("; did you mean `{nearest}`?"),
        None => String::new(),
    };
    Some(format!("no benchmark has the {what} `{word}`{hint}"))
}

fn only_extended(catalog: &Catalog, selection: &Selection) -> Option<String> {
    if selection.extended {
        return None;
    }
    let wider = Selection { extended: true, ..selection.clone() };
    let fits = |listed: &Listed, declared: &Declared| {
        let path = listed.entry.path();
        wider.admits(&path, declared) && wider.admits_id(&path)
    };
    let all = catalog.entries().iter().map(|listed| (listed, Declared::of(listed)));
    let mut fitting = all.filter(|(listed, declared)| fits(listed, declared)).peekable();
    let only = fitting.peek().is_some() && fitting.all(|(_, declared)| declared.extended);
    only.then(|| "all benchmarks that fit are extended; `--extended` runs them".to_owned())
}

fn otherwise(shard: Option<Shard>) -> String {
    match shard {
        Some(shard) => format!("nothing that fits falls into part {} of {}", shard.index(), shard.count()),
        None => "no benchmark fits all the filters; `--list` without filters shows what there is".to_owned(),
    }
}

fn only_ignored(selection: &Selection, all: &[Declared]) -> Option<String> {
    let none = selection.ignored == Ignored::Only && all.iter().all(|declared| declared.ignore.is_none());
    none.then(|| "no benchmark is ignored".to_owned())
}

/// The candidate that `word` is probably meant to be, if any is close.
pub(crate) fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let close = word.chars().count() / 3 + 1;
    candidates
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= close)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::testing::{plain, with};

    fn why(set: impl FnOnce(&mut Selection)) -> String {
        let entries = [
            with("b", "read", |o| (o.group, o.tags) = (Some("json-decode"), &["slow"])),
            with("b", "huge", |o| (o.extended, o.tags) = (Some(true), &["large"])),
            plain("b", "alone"),
        ];
        let mut selection = Selection::default();
        set(&mut selection);
        why_empty(&Catalog::of(entries, []).unwrap(), &selection)
    }

    #[test]
    fn a_group_or_tag_that_nothing_has_is_named_with_the_nearest_one() {
        let group = why(|s| s.groups = vec!["json_decode".to_owned()]);
        assert_eq!(group, "no benchmark has the group `json_decode`; did you mean `json-decode`?");
        assert_eq!(why(|s| s.tags = vec!["fast!".to_owned()]), "no benchmark has the tag `fast!`");
    }

    #[test]
    fn what_is_missing_is_named() {
        let extended = why(|s| s.tags = vec!["large".to_owned()]);
        assert_eq!(why(|s| s.filters = vec!["hug".to_owned()]), extended);
        assert_eq!(extended, "all benchmarks that fit are extended; `--extended` runs them");
        assert_eq!(why(|s| s.ignored = Ignored::Only), "no benchmark is ignored");
        let shard = why(|s| s.shard = Shard::new(2, 3));
        assert_eq!(shard, "nothing that fits falls into part 2 of 3");
        let filters = why(|s| s.filters = vec!["zzz".to_owned()]);
        assert_eq!(
            filters,
            "no benchmark fits all the filters; `--list` without filters shows what there is"
        );
    }

    #[test]
    fn a_slip_finds_its_word_and_a_stranger_finds_none() {
        let words = || ["group", "max-time", "min-time"].into_iter();
        assert_eq!(nearest("gruop", words()), Some("group"));
        assert_eq!(nearest("maxtime", words()), Some("max-time"));
        assert_eq!(nearest("frobnicate", words()), None);
    }
}
