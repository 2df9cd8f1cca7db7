//! What a benchmark ran on besides this machine: servers, their settings, the plans of its queries. Main type: [`Basis`].

use super::by_name::ByName;
use crate::json;

/// What a benchmark ran on, as its services, its fixtures and its own set-up have told. Empty where none of them told
/// anything.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Basis {
    /// What figures depend on, by name: `postgres.version` is `17.2`.
    pub facts: ByName<String>,
    /// How a server goes about the queries of the benchmark, by the name that the benchmark gave them.
    pub plans: ByName<QueryPlan>,
}

json::object!(Basis { facts or absent, plans or absent });

impl Basis {
    /// Whether nothing was told.
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty() && self.plans.is_empty()
    }

    /// Adds what the other one tells; of two values of one name that of the other one stays.
    pub fn absorb(&mut self, other: Self) {
        for (name, fact) in other.facts.into_pairs() {
            self.facts.insert(name, fact);
        }
        for (name, plan) in other.plans.into_pairs() {
            self.plans.insert(name, plan);
        }
    }

    /// The first fact that has another value in `now`, both in a sentence; `None` where there is none. What only one of
    /// them tells is not compared.
    pub fn other_fact(&self, now: &Self) -> Option<String> {
        let other = |(name, before): (&str, &String)| {
            let now = now.facts.get(name).filter(|now| *now != before)?;
            Some(format!("`{name}` was {}, and is {}", shown(before), shown(now)))
        };
        self.facts.iter().find_map(other)
    }

    /// The first query whose plan is another one in `now`: where the two part, in short. `None` where there is none. What
    /// only one of them tells is not compared.
    pub fn other_plan(&self, now: &Self) -> Option<String> {
        let other = |(name, before): (&str, &QueryPlan)| {
            let now = now.plans.get(name).filter(|now| now.hash != before.hash)?;
            let (before, now) = before.parting(now);
            Some(format!("the plan of `{name}` was {}, and is {}", shown(before), shown(now)))
        };
        self.plans.iter().find_map(other)
    }
}

/// How a server goes about a query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueryPlan {
    /// Tells one plan from another: 16 hexadecimal digits, of the whole text.
    pub hash: String,
    /// The plan without what differs from call to call: costs, times, values. The end of a very long one is cut off.
    pub text: String,
}

json::object!(QueryPlan { hash, text });

impl QueryPlan {
    /// The lines at which two plans part.
    fn parting<'a>(&'a self, other: &'a Self) -> (&'a str, &'a str) {
        let (mut ours, mut theirs) = (self.text.lines(), other.text.lines());
        loop {
            match (ours.next(), theirs.next()) {
                (Some(one), Some(another)) if one == another => {}
                (None, None) => return (CUT, CUT),
                (one, another) => return (step(one), step(another)),
            }
        }
    }
}

/// What stands for the line after the last one.
const END: &str = "no further step";

/// What stands for a line that is not kept.
const CUT: &str = "something beyond what is kept of it";

/// A step of a plan, without what says how deep it is.
fn step(line: Option<&str>) -> &str {
    line.map_or(END, |line| line.trim_start().trim_start_matches("->").trim_start())
}

/// Characters of a value that are shown.
const SHOWN: usize = 72;

/// A value in a sentence, cut off if it is long.
fn shown(value: &str) -> String {
    let mut rest = value.chars();
    let text: String = rest.by_ref().take(SHOWN).collect();
    let more = if rest.next().is_some() { "…" } else { "" };
    if text.is_empty() { "nothing".to_owned() } else { format!("`{}{more}`", text.escape_debug()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(facts: &[(&str, &str)], plans: &[(&str, &str)]) -> Basis {
        let owned = |text: &str| text.to_owned();
        let plan = |text: &str| QueryPlan { hash: text.len().to_string(), text: owned(text) };
        Basis {
            facts: facts.iter().map(|(name, fact)| (owned(name), owned(fact))).collect(),
            plans: plans.iter().map(|(name, text)| (owned(name), plan(text))).collect(),
        }
    }

    #[test]
    fn a_fact_differs_where_both_tell_it() {
        let before = of(&[("pg.fsync", "on"), ("pg.version", "16.4")], &[]);
        let now = of(&[("pg.image", "postgres:17"), ("pg.version", "17.2")], &[]);
        let said = before.other_fact(&now);
        assert_eq!(said.as_deref(), Some("`pg.version` was `16.4`, and is `17.2`"));
        assert_eq!((before.other_fact(&before), before.other_fact(&Basis::default())), (None, None));
    }

    #[test]
    fn plans_are_told_from_where_they_part() {
        let scan = "Sort\n  ->  Seq Scan on product\n        Filter: (id = ?)";
        let index = "Sort\n  ->  Index Scan using product_pkey on product";
        let said = of(&[], &[("by_id", scan)]).other_plan(&of(&[], &[("by_id", index)]));
        let expected = "the plan of `by_id` was `Seq Scan on product`, and is `Index Scan using product_pkey on product`";
        assert_eq!(said.as_deref(), Some(expected));
        assert_eq!(of(&[], &[("by_id", scan)]).other_plan(&of(&[], &[("other", index)])), None);
    }

    #[test]
    fn of_two_values_the_later_stays() {
        let mut all = of(&[("a", "1"), ("b", "2")], &[]);
        all.absorb(of(&[("b", "3"), ("c", "4")], &[("q", "Scan")]));
        assert_eq!(all, of(&[("a", "1"), ("b", "3"), ("c", "4")], &[("q", "Scan")]));
    }
}
