//! Functions and data of two programs that stand for each other. Main type: [`Pairs`].

use std::collections::{HashMap, HashSet};

use super::image::{Image, Pointer};
use super::instruction::instruction;

/// An address here and one there that have the same part in their programs, if the programs are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Pair {
    /// Where functions begin.
    Functions(u64, u64),
    /// Where data begins that is referred to.
    Data(u64, u64),
}

/// Two programs, and what is known of their parts. What was compared once is not compared again.
pub(crate) struct Pairs {
    here: Image,
    there: Image,
    /// What each pair refers to; `None` where its two sides differ.
    known: HashMap<Pair, Option<Vec<Pair>>>,
}

/// Entries of a table of pointers that are followed, at most.
const LONGEST_TABLE: u64 = 64;
/// The bytes of a constant that are compared.
const COMPARED: u64 = 8;
/// The bytes of a text that an entry of a table leads to.
const TEXT: usize = 4;

impl Pairs {
    /// The programs of these two files.
    pub(crate) fn new(here: Image, there: Image) -> Self {
        Self { here, there, known: HashMap::new() }
    }

    /// Whether the functions at these distances from the origins of their programs are the same, and all that they call
    /// or refer to.
    pub(crate) fn is_same(&mut self, here: u64, there: u64) -> bool {
        let first = Pair::Functions(self.here.address(here), self.there.address(there));
        let (mut open, mut seen) = (vec![first], HashSet::from([first]));
        while let Some(pair) = open.pop() {
            let found = match self.known.remove(&pair) {
                Some(known) => known,
                None => self.compared(pair),
            };
            let is_different = found.is_none();
            open.extend(found.iter().flatten().filter(|pair| seen.insert(**pair)));
            self.known.insert(pair, found);
            if is_different {
                return false;
            }
        }
        true
    }

    /// What the two sides refer to, if they are alike by themselves.
    fn compared(&self, pair: Pair) -> Option<Vec<Pair>> {
        match pair {
            Pair::Functions(here, there) => self.functions(here, there),
            Pair::Data(here, there) => self.data(here, there),
        }
    }

    fn functions(&self, here: u64, there: u64) -> Option<Vec<Pair>> {
        let ((start, code), (other_start, other_code)) =
            self.here.function(here).zip(self.there.function(there))?;
        let are_whole = start == here && other_start == there && code.len() == other_code.len();
        let (mut at, mut found) = (0, Vec::new());
        while are_whole && at < code.len() {
            let (one, other) = (&code[at..], &other_code[at..]);
            let own = instruction(one)?;
            let Some(distance) = own.distance.filter(|_| instruction(other).is_some()) else {
                (one[..own.length] == other[..own.length]).then_some(())?;
                at += own.length;
                continue;
            };
            let is_alike = one[..distance.start] == other[..distance.start]
                && one[distance.end..own.length] == other[distance.end..own.length];
            is_alike.then_some(())?;
            let target = |start: u64, code: &[u8]| {
                let bytes: [u8; 4] = code[distance.clone()].try_into().ok()?;
                let end = start + (at + own.length) as u64;
                Some(end.wrapping_add_signed(i64::from(i32::from_le_bytes(bytes))))
            };
            found.extend(self.referred(
                (start, target(start, one)?),
                (other_start, target(other_start, other)?),
                own.is_branch,
            )?);
            at += own.length;
        }
        are_whole.then_some(found)
    }

    /// The pair that instructions of two functions refer to, which begin at the first address of each; no pair within the
    /// functions themselves. `None` where the two are nothing alike.
    fn referred(&self, here: (u64, u64), there: (u64, u64), is_branch: bool) -> Option<Option<Pair>> {
        let (function, other) = (self.here.function(here.1), self.there.function(there.1));
        match (function, other) {
            (Some((start, _)), Some((other_start, _))) => {
                let is_within = start == here.0 && other_start == there.0;
                (here.1 - start == there.1 - other_start).then_some(())?;
                Some((!is_within).then_some(Pair::Functions(start, other_start)))
            }
            (None, None) if is_branch => {
                (stub(&self.here, here.1)? == stub(&self.there, there.1)?).then_some(None)
            }
            (None, None) => Some(Some(Pair::Data(here.1, there.1))),
            _ => None,
        }
    }

    fn data(&self, here: u64, there: u64) -> Option<Vec<Pair>> {
        let (place, other) = self.here.data(here).zip(self.there.data(there))?;
        (place.section == other.section).then_some(())?;
        let has_pointers = self.here.pointer(here).is_some() || self.there.pointer(there).is_some();
        match () {
            () if place.section.starts_with(".got") => {
                self.pointers(here, there).map(|pair| pair.into_iter().collect())
            }
            () if place.is_writable && place.section != ".data.rel.ro" => Some(Vec::new()),
            () if has_pointers || place.section == ".data.rel.ro" => self.table(here, there),
            () => self.is_same_constant(here, there).then(Vec::new),
        }
    }

    /// A pointer on both sides, or on neither; `None` where they are nothing alike.
    fn pointers(&self, here: u64, there: u64) -> Option<Option<Pair>> {
        match (self.here.pointer(here), self.there.pointer(there)) {
            (None, None) => Some(None),
            (Some(Pointer::Foreign(name)), Some(Pointer::Foreign(other))) => (name == other).then_some(None),
            (Some(Pointer::Own(one)), Some(Pointer::Own(other))) => {
                match (self.here.function(*one), self.there.function(*other)) {
                    (Some((start, _)), Some((other_start, _))) => {
                        Some(Some(Pair::Functions(start, other_start)))
                    }
                    (None, None) => Some(Some(Pair::Data(*one, *other))),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Pointers in a row, as a table of methods has them behind the destructor, the size and the alignment. A text, or the
    /// place of a panic, begins with a pointer to data and then has lengths and lines, which are nothing to the code.
    fn table(&self, here: u64, there: u64) -> Option<Vec<Pair>> {
        let mut found = Vec::new();
        for at in (0..LONGEST_TABLE).map(|at| 8 * at) {
            let slot = (here + at, there + at);
            let is_beyond_head = at > 16;
            match self.pointers(slot.0, slot.1) {
                Some(Some(pair)) if is_beyond_head && self.is_of_next(found.first(), pair, slot) => break,
                Some(Some(pair)) => found.push(pair),
                Some(None) if is_beyond_head || matches!(found.first(), Some(Pair::Data(..))) => break,
                Some(None) => self.is_same_constant(slot.0, slot.1).then_some(())?,
                None if is_beyond_head => break,
                None => return None,
            }
        }
        Some(found)
    }

    /// Whether a pair behind a table of methods belongs to what the linker put there: data, or the destructor of another
    /// table on both sides.
    fn is_of_next(&self, first: Option<&Pair>, pair: Pair, slot: (u64, u64)) -> bool {
        let is_method = matches!(first, Some(Pair::Functions(..)));
        is_method
            && match pair {
                Pair::Data(..) => true,
                Pair::Functions(..) => is_head(&self.here, slot.0) && is_head(&self.there, slot.1),
            }
    }

    /// Whether constants begin alike. Those of a jump are distances to places within a function, and those of a table of
    /// texts are distances to texts: they are compared by what they lead to.
    fn is_same_constant(&self, here: u64, there: u64) -> bool {
        let bytes = |image: &Image, address| image.loaded(address, COMPARED as usize).map(<[u8]>::to_vec);
        match (bytes(&self.here, here), bytes(&self.there, there)) {
            (Some(one), Some(other)) if one == other => true,
            (Some(one), Some(other)) => one.chunks(4).zip(other.chunks(4)).all(|(one, other)| {
                one == other || self.is_same_distance((here, one), (there, other)).unwrap_or(false)
            }),
            (one, other) => one == other,
        }
    }

    /// Whether the entries of two tables are distances, from where these begin, to the same; `None` where they are none.
    fn is_same_distance(&self, here: (u64, &[u8]), there: (u64, &[u8])) -> Option<bool> {
        let target = |(table, entry): (u64, &[u8])| {
            let distance = i32::from_le_bytes(entry.try_into().ok()?);
            Some(table.wrapping_add_signed(i64::from(distance)))
        };
        let (one, other) = (target(here)?, target(there)?);
        match (self.here.function(one), self.there.function(other)) {
            (Some((start, _)), Some((other_start, _))) => Some(one - start == other - other_start),
            (None, None) => Some(text(&self.here, one)? == text(&self.there, other)?),
            _ => None,
        }
    }
}

/// Whether a table of methods begins at an address: behind the destructor, a size, an alignment and a method.
fn is_head(image: &Image, address: u64) -> bool {
    let number = |address| {
        let bytes = image.loaded(address, 8).filter(|_| image.pointer(address).is_none())?;
        bytes.try_into().map(u64::from_le_bytes).ok()
    };
    let is_function = |address| match image.pointer(address) {
        Some(Pointer::Own(target)) => image.function(*target).is_some(),
        _ => false,
    };
    let (size, alignment) = (number(address + 8), number(address + 16));
    let is_layout = |(size, alignment): (u64, u64)| alignment.is_power_of_two() && size % alignment == 0;
    size.zip(alignment).is_some_and(is_layout) && is_function(address + 24)
}

/// The beginning of a text among constants. Anything else there may be an accident, such as zeros between constants.
fn text(image: &Image, address: u64) -> Option<&[u8]> {
    image.data(address).filter(|place| !place.is_writable)?;
    image.loaded(address, TEXT).filter(|bytes| bytes.iter().all(u8::is_ascii_graphic))
}

/// The function of another library that a stub of the linker jumps to: `jmp [rip + …]`.
fn stub(image: &Image, address: u64) -> Option<&str> {
    const LANDING: &[u8] = &[0xf3, 0x0f, 0x1e, 0xfa];
    let code = image.loaded(address, 16)?;
    let at = if code.starts_with(LANDING) { LANDING.len() } else { 0 };
    let jump = code.get(at..at + 6)?.strip_prefix(&[0xff, 0x25])?;
    let distance = i32::from_le_bytes(jump.try_into().ok()?);
    match image.pointer((address + at as u64 + 6).wrapping_add_signed(i64::from(distance)))? {
        Pointer::Foreign(name) => Some(name),
        Pointer::Own(_) => None,
    }
}

#[cfg(all(test, target_os = "linux", target_arch = "x86_64"))]
mod tests {
    use std::hint::black_box;

    use super::super::origin;
    use super::*;

    /// Two functions that do the same, one that calls one of them, and others that do not.
    #[inline(never)]
    fn one(x: u64) -> u64 {
        helper(x).wrapping_mul(31) + 7
    }

    #[inline(never)]
    fn same(x: u64) -> u64 {
        helper(x).wrapping_mul(31) + 7
    }

    #[inline(never)]
    fn with_another_number(x: u64) -> u64 {
        helper(x).wrapping_mul(31) + 8
    }

    #[inline(never)]
    fn with_another_helper(x: u64) -> u64 {
        other_helper(x).wrapping_mul(31) + 7
    }

    #[inline(never)]
    fn with_a_factor(x: f64) -> f64 {
        black_box(x) * 1.25
    }

    #[inline(never)]
    fn with_another_factor(x: f64) -> f64 {
        black_box(x) * 1.75
    }

    #[inline(never)]
    fn helper(x: u64) -> u64 {
        black_box(x) ^ 0x55
    }

    #[inline(never)]
    fn other_helper(x: u64) -> u64 {
        black_box(x) ^ 0x56
    }

    fn place<A, R>(function: fn(A) -> R) -> u64 {
        function as usize as u64 - origin().expect("linux tells")
    }

    fn this() -> Image {
        let bytes = std::env::current_exe().and_then(std::fs::read).expect("the file of this test");
        Image::parse(bytes).expect("an ELF file with symbols")
    }

    #[test]
    fn functions_are_the_same_by_what_they_do_and_call() {
        let used = [one(1), same(1), with_another_number(1), with_another_helper(1)];
        assert_eq!(used[0], used[1]);
        let mut pairs = Pairs::new(this(), this());
        let mut is_same = |a: fn(u64) -> u64, b: fn(u64) -> u64| pairs.is_same(place(a), place(b));
        assert!(is_same(one, one) && is_same(one, same) && is_same(same, one));
        assert!(!is_same(one, with_another_number) && !is_same(one, with_another_helper));
        assert!(is_same(one, same), "what was found out before stays");
    }

    #[test]
    fn constants_are_part_of_what_they_do() {
        assert!(with_a_factor(1.0) < with_another_factor(1.0));
        let mut pairs = Pairs::new(this(), this());
        assert!(pairs.is_same(place(with_a_factor), place(with_a_factor)));
        assert!(!pairs.is_same(place(with_a_factor), place(with_another_factor)));
    }

    /// All that a test calls: allocations, formatting, panics, tables of methods.
    #[test]
    fn a_program_is_the_same_as_itself() {
        let everything: fn() = functions_are_the_same_by_what_they_do_and_call;
        let place = everything as usize as u64 - origin().expect("linux tells");
        assert!(Pairs::new(this(), this()).is_same(place, place));
    }

    #[test]
    fn what_is_no_function_is_never_the_same() {
        assert!(!Pairs::new(this(), this()).is_same(0, 0));
    }
}
