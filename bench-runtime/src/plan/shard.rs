//! Which part of a divided suite a case belongs to. Main type: [`Shard`].

use super::GroupCase;
use crate::model::Shard;
use crate::stats::fnv1a;

impl Shard {
    /// Whether `case` belongs to this part. The arms of a case stay together, and a case stays where it is when others
    /// come and go.
    pub(super) fn holds(self, case: &GroupCase) -> bool {
        let part = fnv1a(key(case).bytes()) % u64::from(self.count());
        part + 1 == u64::from(self.index())
    }
}

/// What tells `case` from all others, whichever of its arms are selected.
fn key(case: &GroupCase) -> String {
    match (&case.group, case.arms.first()) {
        (Some(group), _) => format!("{group}\0{}", case.params),
        (None, arm) => arm.map(|arm| arm.id.to_string()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::merge::Levels;
    use super::super::{GroupCase, Plan};
    use crate::model::{Selection, Shard};
    use crate::registry::testing::{entry, plain, rows};
    use crate::registry::{Body, Catalog};

    fn cases(shard: Option<Shard>) -> Vec<GroupCase> {
        let arm = |name| entry("b", name, Body::Cases(rows), |o| o.group = Some("g"));
        let entries =
            [arm("a"), arm("b"), plain("b", "c"), plain("b", "d"), plain("b", "e"), plain("b", "f")];
        let selection = Selection { shard, ..Selection::default() };
        Plan::make(&Catalog::of(entries, []).unwrap(), &selection, &Levels::default()).unwrap().cases
    }

    #[test]
    fn every_case_is_in_exactly_one_part_with_all_its_arms() {
        let names = |cases: &[GroupCase]| -> Vec<String> {
            cases.iter().flat_map(|c| c.arms.iter().map(|arm| arm.id.to_string())).collect()
        };
        let parts: Vec<_> = (1..=3).map(|index| cases(Shard::new(index, 3))).collect();
        assert!(
            parts.iter().flatten().all(|case| case.arms.len() == if case.group.is_some() { 2 } else { 1 })
        );
        let mut all: Vec<String> = parts.iter().flat_map(|part| names(part)).collect();
        let mut whole = names(&cases(None));
        all.sort();
        whole.sort();
        assert_eq!(all, whole);
    }

    #[test]
    fn parts_are_counted_from_one() {
        assert!(Shard::new(0, 3).is_none() && Shard::new(4, 3).is_none() && Shard::new(0, 0).is_none());
        assert_eq!(cases(Shard::new(1, 1)).len(), 6);
    }
}
