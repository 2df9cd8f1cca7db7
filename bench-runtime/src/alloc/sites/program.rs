//! What the running program consists of: its files, how to unwind their code, and whose functions are where. Main type:
//! [`Program`].

use std::fs;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::OnceLock;

use framehop::x86_64::UnwinderX86_64;
use framehop::{ExplicitModuleSectionInfo, Module, MustNotAllocateDuringUnwind, Unwinder as _};
use object::{Object, ObjectSection, ObjectSegment, ObjectSymbol, SymbolKind};

use super::names::{Owner, owner};

/// Unwinds the program's code, without allocating.
pub(super) type Unwinder = UnwinderX86_64<Vec<u8>, MustNotAllocateDuringUnwind>;

/// The program as it was when call sites were first asked for; what is loaded later is not known.
pub(super) struct Program {
    pub(super) unwinder: Unwinder,
    pub(super) files: Vec<File>,
    /// Where library functions are, in order and apart from each other.
    library: Vec<Range<u64>>,
}

/// A file that code was loaded from.
#[derive(Debug)]
pub(super) struct File {
    pub(super) path: PathBuf,
    /// Where it is in memory.
    pub(super) addresses: Range<u64>,
    /// What is added to the addresses that the file itself speaks of.
    pub(super) bias: u64,
}

impl Program {
    /// The running program, read on first use.
    ///
    /// # Errors
    ///
    /// When the list of what is loaded cannot be read, or nothing of it can.
    pub(super) fn running() -> Result<&'static Self, &'static str> {
        static PROGRAM: OnceLock<Option<Program>> = OnceLock::new();
        let program = PROGRAM.get_or_init(Self::read).as_ref();
        program.ok_or("call sites need /proc/self/maps and the program's own file, which could not be read")
    }

    fn read() -> Option<Self> {
        let mut program = Self { unwinder: Unwinder::new(), files: Vec::new(), library: Vec::new() };
        for (path, mappings) in loaded(&fs::read_to_string("/proc/self/maps").ok()?) {
            // What cannot be read is not unwound: stacks end there.
            let _ = program.add(path, &mappings);
        }
        program.library.sort_unstable_by_key(|range| range.start);
        (!program.files.is_empty()).then_some(program)
    }

    fn add(&mut self, path: PathBuf, mappings: &[Mapping]) -> Option<()> {
        let bytes = fs::read(&path).ok()?;
        let object = object::File::parse(&*bytes).ok()?;
        let bias = bias(&object, mappings)?;
        let addresses = mappings.first()?.addresses.start..mappings.last()?.addresses.end;
        self.unwinder.add_module(Module::new(
            path.display().to_string(),
            addresses.clone(),
            bias,
            sections(&object),
        ));
        self.library.extend(library_functions(&object, bias));
        self.files.push(File { path, addresses, bias });
        Some(())
    }

    /// Whether the code at `address` is of the standard library or of the allocator, as far as symbols tell.
    pub(super) fn is_library(&self, address: u64) -> bool {
        let after = self.library.partition_point(|range| range.start <= address);
        after.checked_sub(1).is_some_and(|at| self.library[at].contains(&address))
    }

    /// The file that the code at `address` is from.
    pub(super) fn file(&self, address: u64) -> Option<&File> {
        self.files.iter().find(|file| file.addresses.contains(&address))
    }
}

fn library_functions<'a>(object: &'a object::File<'a>, bias: u64) -> impl Iterator<Item = Range<u64>> + 'a {
    let functions = object.symbols().filter(|symbol| symbol.kind() == SymbolKind::Text && symbol.size() > 0);
    functions.filter_map(move |symbol| {
        let name = format!("{:#}", rustc_demangle::demangle(symbol.name().ok()?));
        let start = symbol.address() + bias;
        (owner(&name) == Owner::Library).then(|| start..start + symbol.size())
    })
}

fn sections(object: &object::File<'_>) -> ExplicitModuleSectionInfo<Vec<u8>> {
    let range = |name: &str| {
        object.section_by_name(name).map(|section| section.address()..section.address() + section.size())
    };
    let bytes =
        |name: &str| object.section_by_name(name).and_then(|section| section.data().ok()).map(<[u8]>::to_vec);
    ExplicitModuleSectionInfo {
        base_svma: 0,
        text_svma: range(".text"),
        text: bytes(".text"),
        got_svma: range(".got"),
        eh_frame_svma: range(".eh_frame"),
        eh_frame: bytes(".eh_frame"),
        eh_frame_hdr_svma: range(".eh_frame_hdr"),
        eh_frame_hdr: bytes(".eh_frame_hdr"),
        ..Default::default()
    }
}

/// How far from where it says the file was loaded: the difference for the segment that the first mapping shows.
fn bias(object: &object::File<'_>, mappings: &[Mapping]) -> Option<u64> {
    const PAGE: u64 = !0xfff;
    let first = mappings.first()?;
    let segment = object.segments().find(|segment| segment.file_range().0 & PAGE == first.offset)?;
    Some(first.addresses.start.wrapping_sub(segment.address() & PAGE))
}

/// A part of a file in memory.
#[derive(Clone, Debug, PartialEq)]
struct Mapping {
    addresses: Range<u64>,
    /// Where in the file it begins.
    offset: u64,
}

/// The files that code was loaded from, each with all its mappings in order.
fn loaded(maps: &str) -> Vec<(PathBuf, Vec<Mapping>)> {
    let mut files: Vec<(PathBuf, Vec<Mapping>, bool)> = Vec::new();
    for line in maps.lines() {
        let Some((mapping, permissions, path)) = parse(line).filter(|(.., path)| path.starts_with('/'))
        else {
            continue;
        };
        let is_code = permissions.contains('x');
        match files.last_mut().filter(|(last, ..)| last.as_os_str() == path) {
            Some((_, mappings, has_code)) => {
                mappings.push(mapping);
                *has_code |= is_code;
            }
            None => files.push((PathBuf::from(path), vec![mapping], is_code)),
        }
    }
    let with_code = files.into_iter().filter(|(.., has_code)| *has_code);
    with_code.map(|(path, mappings, _)| (path, mappings)).collect()
}

fn parse(line: &str) -> Option<(Mapping, &str, &str)> {
    let mut words = line.splitn(6, ' ');
    let (start, end) = words.next()?.split_once('-')?;
    let (permissions, offset) = (words.next()?, words.next()?);
    let path = words.nth(2).unwrap_or_default().trim_start();
    let number = |text| u64::from_str_radix(text, 16).ok();
    Some((Mapping { addresses: number(start)?..number(end)?, offset: number(offset)? }, permissions, path))
}

/// The mapping that `address` is in, as the addresses that it spans.
pub(super) fn mapping_around(address: u64) -> Option<Range<u64>> {
    let maps = fs::read_to_string("/proc/self/maps").ok()?;
    maps.lines()
        .filter_map(parse)
        .map(|(mapping, ..)| mapping.addresses)
        .find(|range| range.contains(&address))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAPS: &str = "\
55550000-55551000 r--p 00000000 fe:00 11  /a/program with spaces
55551000-55553000 r-xp 00001000 fe:00 11  /a/program with spaces
55560000-55570000 rw-p 00000000 00:00 0   [heap]
7f000000-7f001000 r--p 00000000 fe:00 12  /a/data
7f100000-7f101000 r-xp 00002000 fe:00 13  /a/library.so
7ffc0000-7ffe0000 rw-p 00000000 00:00 0   [stack]
";

    #[test]
    fn files_with_code_are_told_from_data() {
        let files = loaded(MAPS);
        let paths: Vec<_> = files.iter().map(|(path, _)| path.display().to_string()).collect();
        assert_eq!(paths, ["/a/program with spaces", "/a/library.so"]);
        assert_eq!(files[0].1.len(), 2);
        assert_eq!(files[1].1, [Mapping { addresses: 0x7f10_0000..0x7f10_1000, offset: 0x2000 }]);
    }

    #[test]
    fn lines_that_say_something_else_are_left_out() {
        assert_eq!(loaded("nonsense\n\n12-zz r-xp 0 0 0 /a\n"), []);
    }

    #[test]
    fn this_program_is_found() {
        let program = Program::running().expect("it is read");
        let (own, another) = (
            this_program_is_found as fn() as usize,
            crate::stats::leak::steady_growth as fn(_) -> _ as usize,
        );
        let file = program.file(own as u64).expect("it runs from a file");
        assert_eq!(Some(&file.path), std::env::current_exe().ok().as_ref());
        assert!(program.is_library(own as u64), "it is a function of the allocator");
        assert!(!program.is_library(another as u64));
    }

    #[test]
    fn the_stack_is_in_a_mapping() {
        let here = 0_u8;
        let address = std::ptr::from_ref(&here).addr() as u64;
        assert!(mapping_around(address).is_some_and(|range| range.contains(&address)));
        assert_eq!(mapping_around(0), None);
    }
}
