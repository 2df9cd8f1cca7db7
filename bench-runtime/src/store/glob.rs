//! Patterns with `*` and `?` in names. Main functions: [`matches`], [`in_folder`] and [`expand`].

use std::fs;
use std::path::{Path, PathBuf};

use crate::order;

/// Whether `text` is a pattern rather than a name.
pub(super) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?'])
}

/// Whether all of `name` fits `pattern`: `*` stands for any characters or none, `?` for one.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut p, mut n) = (0, 0);
    // The last `*`, and what it does not stand for yet.
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        match (pattern.get(p), star) {
            (Some('*'), _) => {
                star = Some((p, n));
                p += 1;
            }
            (Some(c), _) if *c == '?' || *c == name[n] => (p, n) = (p + 1, n + 1),
            (_, Some((at, rest))) => {
                star = Some((at, rest + 1));
                (p, n) = (at + 1, rest + 1);
            }
            (_, None) => return false,
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// The paths that exist and fit `pattern`, sorted. A `*` does not stand for a separator, nor for the `.` that a hidden
/// name begins with. What cannot be looked into has nothing that fits.
pub(super) fn expand(pattern: &str) -> Vec<PathBuf> {
    let mut found = vec![PathBuf::new()];
    for part in Path::new(pattern).components() {
        let name = part.as_os_str().to_string_lossy();
        found = if is_pattern(&name) {
            found.iter().flat_map(|folder| in_folder(folder, &name)).collect()
        } else {
            found.iter().map(|folder| folder.join(part)).filter(|path| path.exists()).collect()
        };
    }
    found
}

/// What is in `folder` and fits, sorted.
pub(super) fn in_folder(folder: &Path, pattern: &str) -> Vec<PathBuf> {
    let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let entries = fs::read_dir(here).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let fits = |name: &String| name.starts_with('.') == pattern.starts_with('.') && matches(pattern, name);
    let mut fitting: Vec<PathBuf> = names.filter(fits).map(|name| folder.join(name)).collect();
    order::sort(&mut fitting);
    fitting
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::scratch::Scratch;

    #[test]
    fn stars_stand_for_anything_and_question_marks_for_one() {
        let table = [
            ("*", "", true),
            ("*", "main", true),
            ("main", "main", true),
            ("main", "mains", false),
            ("m*n", "mn", true),
            ("m*n", "main", true),
            ("m*n", "maine", false),
            ("*a*b*", "xaxbx", true),
            ("*a*b*", "xbxax", false),
            ("a*ab", "aaab", true),
            ("?", "é", true),
            ("?", "", false),
            ("000?_*", "0001_main", true),
            ("000?_*", "0010_main", false),
            ("**", "x", true),
        ];
        for (pattern, name, fits) in table {
            assert_eq!(matches(pattern, name), fits, "{pattern} {name}");
        }
    }

    #[test]
    fn many_stars_do_not_take_forever() {
        assert!(!matches(&"*a".repeat(30), &"a".repeat(20_000)[..29]));
        assert!(!matches(&("*a".repeat(30) + "b"), &"a".repeat(5_000)));
    }

    #[test]
    fn paths_are_found_in_order_and_hidden_ones_are_not() {
        let scratch = Scratch::new("glob");
        for name in ["b/2.json", "b/1.json", "a/1.json", "a/.1.json", "a/1.csv", ".c/1.json"] {
            let path = scratch.path().join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("created");
            fs::write(path, "").expect("written");
        }
        let expand = |pattern: &str| -> Vec<String> {
            let found = expand(&scratch.path().join(pattern).to_string_lossy());
            let below = |path: &PathBuf| path.strip_prefix(scratch.path()).map(|p| p.display().to_string());
            found.iter().map(|path| below(path).expect("in the folder")).collect()
        };
        assert_eq!(expand("*/*.json"), ["a/1.json", "b/1.json", "b/2.json"]);
        assert_eq!(expand("?/1.*"), ["a/1.csv", "a/1.json", "b/1.json"]);
        assert_eq!(expand(".*/1.json"), [".c/1.json"]);
        assert_eq!(expand("a/1.json"), ["a/1.json"]);
        assert_eq!(expand("d/*"), [""; 0]);
    }
}
