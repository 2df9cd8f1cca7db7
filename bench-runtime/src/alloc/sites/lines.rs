//! From the addresses of stacks to the lines of the user's. Main function: [`top`].

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering::Relaxed;

use addr2line::Loader;

use super::names::{Owner, owner};
use super::program::Program;
use super::stack::Stack;
use super::table::Entry;
use crate::model::{Location, Site, Sites};

/// What was allocated on one stack.
#[derive(Clone)]
pub(super) struct Traced {
    stack: Stack,
    count: u64,
    bytes: u64,
    retained: u64,
}

impl Traced {
    /// `weight` is how many allocations each one that was traced stands for.
    pub(super) fn of(entry: &Entry, stack: Stack, weight: u32) -> Self {
        let weight = u64::from(weight);
        let (bytes, died) = (entry.bytes.load(Relaxed), entry.died.load(Relaxed));
        Self {
            stack,
            count: entry.count.load(Relaxed) * weight,
            bytes: bytes * weight,
            retained: (bytes + entry.adopted.load(Relaxed)).saturating_sub(died) * weight,
        }
    }
}

/// How many more stacks than lines are looked up: some of them turn out to be of the same line.
const STACKS_PER_LINE: usize = 4;

/// The lines that allocate most, `count` of each kind. Only the largest stacks are looked up.
pub(super) fn top(program: &Program, traced: &[Traced], count: usize, place: Location) -> Sites {
    let root = root(&place);
    let mut lines = Lines { program, files: BTreeMap::new(), place, root };
    let mut sites = Sites::default();
    sites.by_bytes = lines.largest(traced, count, |stack| stack.bytes, |site| site.bytes);
    sites.by_count = lines.largest(traced, count, |stack| stack.count, |site| site.count);
    sites.by_retained = lines.largest(traced, count, |stack| stack.retained, |site| site.retained);
    sites.note = sites.by_bytes.iter().any(|site| site.is_approximate).then(|| HINT.to_owned());
    sites
}

const HINT: &str = "without debug information some call sites are only known as the benchmark's own line: set \
                    `debug = \"line-tables-only\"` in `[profile.bench]`";

/// Looks up lines, remembering the files that tell.
struct Lines<'a> {
    program: &'a Program,
    /// Each file's debug information, by where the file was loaded; `None` where there is none.
    files: BTreeMap<u64, Option<Loader>>,
    /// What stands for a line that is not known.
    place: Location,
    /// What the compiler's relative paths are relative to.
    root: Option<PathBuf>,
}

impl Lines<'_> {
    /// The `count` lines with the most of one figure.
    fn largest(
        &mut self,
        traced: &[Traced],
        count: usize,
        of_stack: fn(&Traced) -> u64,
        of_site: fn(&Site) -> u64,
    ) -> Vec<Site> {
        let mut stacks: Vec<_> = traced.iter().filter(|stack| of_stack(stack) > 0).collect();
        stacks.sort_by_key(|stack| Reverse(of_stack(stack)));
        stacks.truncate(count * STACKS_PER_LINE);
        let mut sites = self.merged(&stacks);
        sites.sort_by_key(|site| Reverse(of_site(site)));
        sites.truncate(count);
        sites
    }

    /// The lines of `stacks`, each once.
    fn merged(&mut self, stacks: &[&Traced]) -> Vec<Site> {
        let mut sites: Vec<Site> = Vec::new();
        for traced in stacks {
            let site = self.site(traced);
            let same = |known: &&mut Site| (&known.file, known.line) == (&site.file, site.line);
            match sites.iter_mut().find(same) {
                Some(known) => {
                    known.count += site.count;
                    known.bytes += site.bytes;
                    known.retained += site.retained;
                    // A closure gives way to the function around it.
                    known.function = site.function.min(known.function.take());
                }
                None => sites.push(site),
            }
        }
        sites
    }

    fn site(&mut self, traced: &Traced) -> Site {
        let found = traced.stack.frames().iter().find_map(|&address| self.users(address));
        let Found { function, line } = found.unwrap_or_default();
        let is_approximate = line.is_none();
        let (file, line) = line.unwrap_or_else(|| (self.place.file.to_string(), self.place.line));
        let Traced { count, bytes, retained, .. } = *traced;
        Site { function, file, line, is_approximate, count, bytes, retained }
    }

    /// The innermost function of the user's around the call that returns to `address`, if there is one.
    fn users(&mut self, address: u64) -> Option<Found> {
        let file = self.program.file(address)?;
        let place = self.files.entry(file.addresses.start);
        let loader = match place {
            Slot::Occupied(known) => known.into_mut(),
            Slot::Vacant(new) => new.insert(Loader::new(&file.path).ok()),
        };
        let loader = loader.as_ref()?;
        // The call itself is just before.
        let address = address.wrapping_sub(file.bias) - 1;
        let mut frames = loader.find_frames(address).ok()?;
        while let Ok(Some(frame)) = frames.next() {
            let function = frame.function.and_then(|name| Some(name.demangle().ok()?.into_owned()));
            let line = frame.location.and_then(|line| Some((line.file?, line.line?)));
            if is_users(function.as_deref(), line.map(|(file, _)| file)) {
                let line =
                    line.map(|(file, line)| (shown(file, self.root.as_deref(), &self.place.file), line));
                return Some(Found { function: function.map(|name| without_hash(&name)), line });
            }
        }
        let symbol = format!("{:#}", rustc_demangle::demangle(loader.find_symbol(address)?));
        let is_told = loader.find_location(address).is_ok_and(|line| line.is_some());
        (!is_told && owner(&symbol) == Owner::User).then_some(Found { function: Some(symbol), line: None })
    }
}

/// A function of the user's, as far as it is known.
#[derive(Default)]
struct Found {
    function: Option<String>,
    line: Option<(String, u32)>,
}

/// Whether a frame is neither the library's nor the harness's. Line tables may shorten names, but not paths.
fn is_users(function: Option<&str>, file: Option<&str>) -> bool {
    let own = file!().strip_suffix("alloc/sites/lines.rs").unwrap_or(file!());
    let is_elsewhere = |file: &str| {
        !file.contains("/library/")
            && !file.contains("/rust/deps/")
            && !file.contains("/hashbrown-")
            && !file.contains(own)
    };
    file.is_some_and(is_elsewhere) && function.is_none_or(|name| owner(name) == Owner::User)
}

/// The folder that the compiler's relative paths are relative to: the nearest one in which `place` exists.
fn root(place: &Location) -> Option<PathBuf> {
    let (here, file) = (std::env::current_dir().ok()?, Path::new(&*place.file));
    let root = here.ancestors().find(|folder| folder.join(file).is_file());
    root.filter(|_| file.is_relative()).map(Path::to_path_buf)
}

/// A path as people want to read it: relative to the workspace; the benchmark's `own` one as the compiler knows it, wherever
/// the program runs; for crates from elsewhere, the crate and what is within.
fn shown(file: &str, root: Option<&Path>, own: &str) -> String {
    let path = Path::new(file);
    if path.ends_with(own) {
        return own.to_owned();
    }
    if let Some(inside) = root.and_then(|root| path.strip_prefix(root).ok()) {
        return inside.display().to_string();
    }
    let from_registry = file.split_once("/registry/src/").and_then(|(_, rest)| rest.split_once('/'));
    from_registry.map_or(file, |(_, within)| within).to_owned()
}

/// A demangled name without what tells its instances apart.
fn without_hash(name: &str) -> String {
    let hash = name.rsplit_once("::h").filter(|(_, hash)| hash.len() == 16);
    hash.filter(|(_, hash)| hash.bytes().all(|digit| digit.is_ascii_hexdigit()))
        .map_or(name, |(path, _)| path)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_as_people_write_them() {
        const OWN: &str = "benches/encode.rs";
        let root = Path::new("/code/space");
        assert_eq!(shown("/code/space/src/rows.rs", Some(root), OWN), "src/rows.rs");
        assert_eq!(shown("/code/space/benches/encode.rs", None, OWN), OWN);
        assert_eq!(
            shown("/x/registry/src/index-1/serde_json-1.0.1/src/ser.rs", Some(root), OWN),
            "serde_json-1.0.1/src/ser.rs"
        );
        assert_eq!(shown("/elsewhere/a.rs", None, OWN), "/elsewhere/a.rs");
    }

    #[test]
    fn frames_of_the_library_and_the_harness_are_not_the_users() {
        assert!(is_users(Some("encode::run"), Some("/code/benches/encode.rs")));
        assert!(is_users(Some("run"), Some("/code/benches/encode.rs")), "a short name from line tables");
        assert!(!is_users(Some("push<u8>"), Some("/rustc/0123/library/alloc/src/vec/mod.rs")));
        assert!(!is_users(Some("plain"), Some(file!())));
        assert!(!is_users(Some("encode::run"), None), "it has no line");
    }

    #[test]
    fn names_lose_their_hash() {
        assert_eq!(without_hash("encode::run::h0123456789abcdef"), "encode::run");
        assert_eq!(without_hash("encode::run::help"), "encode::run::help");
    }
}
