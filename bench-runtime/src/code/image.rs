//! What an ELF file says of a program's functions and data. Main type: [`Image`].

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

/// A program's file: 64-bit ELF for x86-64, with the symbols of its functions.
pub(crate) struct Image {
    bytes: Vec<u8>,
    sections: Vec<Section>,
    /// The sizes of functions, by address.
    functions: BTreeMap<u64, u64>,
    /// What stands in place of pointers once the program is loaded, by where they are.
    pointers: HashMap<u64, Pointer>,
    /// The lowest address.
    base: u64,
}

/// A part of the file that is loaded.
#[derive(Clone, Debug)]
struct Section {
    name: String,
    addresses: Range<u64>,
    /// Where its contents are in the file; empty where it has none there.
    contents: Range<usize>,
    is_code: bool,
    is_writable: bool,
}

/// What a pointer leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pointer {
    /// An address of the program.
    Own(u64),
    /// Something of another library, by its name.
    Foreign(String),
}

/// A place in the data of a program.
pub(super) struct Place<'a> {
    /// The name of its section.
    pub(super) section: &'a str,
    pub(super) is_writable: bool,
}

const SECTION_SYMBOLS: u32 = 2;
const SECTION_RELOCATIONS: u32 = 4;
const SECTION_EMPTY: u32 = 8;
const FLAG_WRITE: u64 = 1;
const FLAG_LOADED: u64 = 2;
const FLAG_CODE: u64 = 4;
const FLAG_OF_THREAD: u64 = 0x400;
const KIND_FUNCTION: u8 = 2;
const RELOCATION_GLOBAL: u64 = 6;
const RELOCATION_JUMP: u64 = 7;
const RELOCATION_RELATIVE: u64 = 8;

/// The entry of a section in the header table.
struct Header {
    name: usize,
    kind: u32,
    flags: u64,
    address: u64,
    contents: Range<usize>,
    size: u64,
    link: usize,
}

impl Header {
    /// Whether the section is loaded to addresses of its own. The empty variables of threads are not: the addresses that
    /// they are said to have are those of the next section.
    fn has_addresses(&self) -> bool {
        let is_threads_empty = self.kind == SECTION_EMPTY && self.flags & FLAG_OF_THREAD != 0;
        self.flags & FLAG_LOADED != 0 && self.address != 0 && !is_threads_empty
    }
}

impl Image {
    /// The file with these contents; `None` where it is of another kind, or has no symbols.
    pub(crate) fn parse(bytes: Vec<u8>) -> Option<Self> {
        const X86_64: u64 = 62;
        if !bytes.starts_with(b"\x7fELF\x02\x01") || number(&bytes, 18, 2)? != X86_64 {
            return None;
        }
        let headers = headers(&bytes)?;
        let names = headers.get(number(&bytes, 62, 2)? as usize)?.contents.clone();
        let loaded = headers.iter().filter(|header| header.has_addresses());
        let section = |header: &Header| Section {
            name: text(&bytes, names.start + header.name).unwrap_or_default(),
            addresses: header.address..header.address + header.size,
            contents: header.contents.clone(),
            is_code: header.flags & FLAG_CODE != 0,
            is_writable: header.flags & FLAG_WRITE != 0,
        };
        let sections: Vec<Section> = loaded.map(section).collect();
        let functions = functions(&bytes, &headers)?;
        let pointers = pointers(&bytes, &headers)?;
        let base = first_segment(&bytes)?;
        (!functions.is_empty()).then_some(Self { bytes, sections, functions, pointers, base })
    }

    /// The address of what is this far from where the program is loaded.
    pub(super) fn address(&self, from_origin: u64) -> u64 {
        self.base + from_origin
    }

    /// The function that the code at an address belongs to: where it begins, and its code.
    pub(super) fn function(&self, address: u64) -> Option<(u64, &[u8])> {
        let (start, size) = self.functions.range(..=address).next_back()?;
        (address < start + size).then_some(())?;
        Some((*start, self.loaded(*start, *size as usize)?))
    }

    /// What is known of an address of the data; `None` for others.
    pub(super) fn data(&self, address: u64) -> Option<Place<'_>> {
        let section = self.section(address).filter(|section| !section.is_code)?;
        Some(Place { section: &section.name, is_writable: section.is_writable })
    }

    /// What the pointer at an address leads to; `None` where there is none.
    pub(super) fn pointer(&self, address: u64) -> Option<&Pointer> {
        self.pointers.get(&address)
    }

    /// The bytes at an address, as they are in the file; none where it has none.
    pub(super) fn loaded(&self, address: u64, count: usize) -> Option<&[u8]> {
        let section = self.section(address)?;
        let start = section.contents.start + (address - section.addresses.start) as usize;
        self.bytes.get(start..start.checked_add(count)?).filter(|_| start + count <= section.contents.end)
    }

    fn section(&self, address: u64) -> Option<&Section> {
        self.sections.iter().find(|section| section.addresses.contains(&address))
    }
}

/// A little-endian number of up to eight bytes.
fn number(bytes: &[u8], at: usize, length: usize) -> Option<u64> {
    let digits = bytes.get(at..at.checked_add(length)?)?;
    Some(digits.iter().rev().fold(0, |number, digit| number << 8 | u64::from(*digit)))
}

/// A text that ends with a zero.
fn text(bytes: &[u8], at: usize) -> Option<String> {
    let rest = bytes.get(at..)?;
    let end = rest.iter().position(|byte| *byte == 0)?;
    Some(String::from_utf8_lossy(&rest[..end]).into_owned())
}

fn headers(bytes: &[u8]) -> Option<Vec<Header>> {
    let (start, size, count) = (number(bytes, 40, 8)?, number(bytes, 58, 2)?, number(bytes, 60, 2)?);
    (0..count).map(|at| header(bytes, start.checked_add(at * size)? as usize)).collect()
}

fn header(bytes: &[u8], at: usize) -> Option<Header> {
    let field = |offset: usize, length: usize| number(bytes, at.checked_add(offset)?, length);
    let (kind, start, size) = (field(4, 4)? as u32, field(24, 8)? as usize, field(32, 8)?);
    let in_file = if kind == SECTION_EMPTY { 0 } else { size as usize };
    Some(Header {
        name: field(0, 4)? as usize,
        kind,
        flags: field(8, 8)?,
        address: field(16, 8)?,
        contents: start..start.checked_add(in_file)?,
        size,
        link: field(40, 4)? as usize,
    })
}

/// The entries of a table with entries of this size.
fn entries(header: &Header, size: usize) -> impl Iterator<Item = usize> + use<> {
    header.contents.clone().step_by(size)
}

fn functions(bytes: &[u8], headers: &[Header]) -> Option<BTreeMap<u64, u64>> {
    let table = headers.iter().find(|header| header.kind == SECTION_SYMBOLS)?;
    let mut functions: BTreeMap<u64, u64> = BTreeMap::new();
    for at in entries(table, 24) {
        let kind = number(bytes, at + 4, 1)? as u8 & 0xf;
        let (address, size) = (number(bytes, at + 8, 8)?, number(bytes, at + 16, 8)?);
        if kind == KIND_FUNCTION && size > 0 && address > 0 {
            let known = functions.entry(address).or_default();
            *known = size.max(*known);
        }
    }
    Some(functions)
}

fn pointers(bytes: &[u8], headers: &[Header]) -> Option<HashMap<u64, Pointer>> {
    let mut pointers = HashMap::new();
    let of_loading = |header: &&Header| header.kind == SECTION_RELOCATIONS && header.flags & FLAG_LOADED != 0;
    for table in headers.iter().filter(of_loading) {
        for at in entries(table, 24) {
            let (place, info, value) =
                (number(bytes, at, 8)?, number(bytes, at + 8, 8)?, number(bytes, at + 16, 8)?);
            let pointer = match info & 0xffff_ffff {
                RELOCATION_RELATIVE => Some(Pointer::Own(value)),
                RELOCATION_GLOBAL | RELOCATION_JUMP => {
                    symbol_name(bytes, headers, table.link, (info >> 32) as usize).map(Pointer::Foreign)
                }
                _ => None,
            };
            pointers.extend(pointer.map(|pointer| (place, pointer)));
        }
    }
    Some(pointers)
}

fn symbol_name(bytes: &[u8], headers: &[Header], table: usize, symbol: usize) -> Option<String> {
    let table = headers.get(table)?;
    let names = headers.get(table.link)?;
    let name = number(bytes, table.contents.start + 24 * symbol, 4)?;
    text(bytes, names.contents.start + name as usize)
}

/// The lowest address that is loaded.
fn first_segment(bytes: &[u8]) -> Option<u64> {
    const LOADED: u64 = 1;
    let (start, size, count) = (number(bytes, 32, 8)?, number(bytes, 54, 2)?, number(bytes, 56, 2)?);
    let segments = (0..count).map(|at| (start + at * size) as usize);
    let loaded = segments.filter(|at| number(bytes, *at, 4) == Some(LOADED));
    loaded.filter_map(|at| number(bytes, at + 16, 8)).min()
}

/// Where the running program is loaded: its lowest address; `None` where the system does not tell.
pub(crate) fn origin() -> Option<u64> {
    let program = std::fs::read_link("/proc/self/exe").ok()?;
    origin_in(&std::fs::read_to_string("/proc/self/maps").ok()?, program.to_str()?)
}

fn origin_in(maps: &str, program: &str) -> Option<u64> {
    let line = maps.lines().find(|line| line.ends_with(program))?;
    u64::from_str_radix(line.split_once('-')?.0, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_such_file_is_refused() {
        for bytes in [&b""[..], b"#!/bin/sh\n", b"\x7fELF\x02\x01", b"\x7fELF\x01\x01\x01", &[0x7f; 4096]] {
            assert!(Image::parse(bytes.to_vec()).is_none());
        }
    }

    #[test]
    fn the_origin_is_the_first_place_of_the_program() {
        let maps = "55d0c0000000-55d0c0010000 r--p 00000000 fe:00 1 /srv/b-1\n\
                    55d0c0010000-55d0c0100000 r-xp 00010000 fe:00 1 /srv/b-1\n";
        assert_eq!(origin_in(maps, "/srv/b-1"), Some(0x55d0_c000_0000));
        assert_eq!(origin_in(maps, "/srv/other"), None);
    }

    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    fn this_program() -> Image {
        let this = std::env::current_exe().and_then(std::fs::read).expect("the file of this test");
        Image::parse(this).expect("an ELF file with symbols")
    }

    #[test]
    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    fn an_address_is_in_one_section_only() {
        let mut sections = this_program().sections;
        sections.sort_by_key(|section| section.addresses.start);
        for pair in sections.windows(2) {
            assert!(pair[0].addresses.end <= pair[1].addresses.start, "{pair:#x?}");
        }
    }

    #[test]
    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    fn this_program_has_its_own_functions() {
        let image = this_program();
        let own = what_is_no_such_file_is_refused as fn() as usize as u64;
        let address = image.address(own - origin().expect("linux tells"));
        let (start, code) = image.function(address).expect("a function");
        assert!(start == address && !code.is_empty());
        assert!(image.data(address).is_none() && image.function(0).is_none());
    }
}
