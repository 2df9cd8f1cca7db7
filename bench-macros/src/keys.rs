//! The keys that there are, with an example of each for the error messages. Main type: [`Key`].

/// Which attribute is being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// `#[adapter_bench]` on a function.
    Benchmark,
    /// `#[bench_group]` on a module.
    Group,
}

impl Scope {
    /// The attribute as users write it.
    pub(crate) fn attribute(self) -> &'static str {
        match self {
            Self::Benchmark => "#[adapter_bench]",
            Self::Group => "#[bench_group]",
        }
    }

    /// The names of the keys that it takes.
    pub(crate) fn names(self) -> Vec<&'static str> {
        KEYS.iter().filter(|key| self.takes(key)).map(|key| key.name).collect()
    }

    /// Whether it takes `key`.
    pub(crate) fn takes(self, key: &Key) -> bool {
        self == Self::Benchmark || key.reach == Reach::Both
    }
}

/// Where a key may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// On a function only.
    Function,
    /// On a module, for all functions inside, too.
    Both,
}

/// One key.
#[derive(Debug)]
pub(crate) struct Key {
    /// As users write it.
    pub(crate) name: &'static str,
    /// How it is used.
    pub(crate) example: &'static str,
    reach: Reach,
}

impl Key {
    const fn on_function(name: &'static str, example: &'static str) -> Self {
        Self { name, example, reach: Reach::Function }
    }

    const fn anywhere(name: &'static str, example: &'static str) -> Self {
        Self { name, example, reach: Reach::Both }
    }

    /// Whether it may be given more than once.
    pub(crate) fn repeats(&self) -> bool {
        matches!(self.name, "target" | "critical")
    }
}

/// All keys, in the order in which the documentation has them.
const KEYS: [Key; 34] = [
    Key::anywhere("group", r#"group = "encode""#),
    Key::on_function("name", r#"name = "json""#),
    Key::on_function("reference", "reference"),
    Key::on_function("async", r#"async(flavor = "multi_thread", workers = 2)"#),
    Key::anywhere("concurrency", "concurrency = [1, 8]"),
    Key::anywhere("rate", "rate = 1000"),
    Key::anywhere("arrivals", r#"arrivals = "poisson""#),
    Key::anywhere("sustain", r#"sustain = "30s""#),
    Key::anywhere("max_error_rate", r#"max_error_rate = "1%""#),
    Key::on_function("when", "when = cfg!(unix)"),
    Key::on_function("args", "args = [100, 1_000]"),
    Key::on_function("types", "types = [u32, String]"),
    Key::on_function("consts", "consts = [1, 16]"),
    Key::on_function("fixture", "fixture = database"),
    Key::anywhere("kind", r#"kind = "db""#),
    Key::anywhere("tags", r#"tags = ["slow"]"#),
    Key::anywhere("extended", "extended"),
    Key::anywhere("ignore", r#"ignore = "needs a server""#),
    Key::anywhere("min_rounds", "min_rounds = 20"),
    Key::anywhere("max_rounds", "max_rounds = 200"),
    Key::anywhere("iterations", "iterations = 1"),
    Key::anywhere("min_time", r#"min_time = "500ms""#),
    Key::anywhere("max_time", r#"max_time = "10s""#),
    Key::anywhere("warmup_time", r#"warmup_time = "100ms""#),
    Key::anywhere("timeout", r#"timeout = "2m""#),
    Key::anywhere("threads", "threads = 4"),
    Key::anywhere("items", "items = rows"),
    Key::anywhere("bytes", "bytes = 4096"),
    Key::anywhere("max_ratio", "max_ratio = 1.2"),
    Key::anywhere("max_memory_ratio", "max_memory_ratio = 1.5"),
    Key::anywhere("target", r#"target = "p99 <= 10ms""#),
    Key::anywhere("critical", r#"critical = "throughput >= 5K/s""#),
    Key::anywhere("max_memory", r#"max_memory = "10MB""#),
    Key::anywhere("crate", "crate = path::to::adapter_bench"),
];

/// The key of that name.
pub(crate) fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

/// The one of `names` that `name` was probably meant to be.
pub(crate) fn nearest<'a>(name: &str, names: &[&'a str]) -> Option<&'a str> {
    let tolerated = 1 + name.chars().count() / 4;
    let distances = names.iter().map(|candidate| (distance(name, candidate), *candidate));
    let (least, nearest) = distances.min_by_key(|(distance, _)| *distance)?;
    (least <= tolerated).then_some(nearest)
}

/// How many characters must be inserted, deleted or replaced to make `a` into `b` (Levenshtein's distance).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, a) in a.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, b) in b.chars().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_near() {
        let names = Scope::Benchmark.names();
        assert_eq!(nearest("min_round", &names), Some("min_rounds"));
        assert_eq!(nearest("arg", &names), Some("args"));
        assert_eq!(nearest("refrence", &names), Some("reference"));
        assert_eq!(nearest("sample_count", &names), None);
    }

    #[test]
    fn distances_count_single_edits() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("rate", "rate"), 0);
    }

    #[test]
    fn a_group_does_not_take_what_belongs_to_one_function() {
        let names = Scope::Group.names();
        for name in ["async", "when", "args", "types", "consts", "fixture", "reference", "name"] {
            assert!(!names.contains(&name), "{name}");
        }
        assert!(names.contains(&"group") && names.contains(&"timeout"));
    }

    #[test]
    fn every_key_is_named_once() {
        let names = Scope::Benchmark.names();
        for name in &names {
            assert_eq!(names.iter().filter(|other| *other == name).count(), 1, "{name}");
        }
    }
}
