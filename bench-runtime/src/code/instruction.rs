//! How long an instruction of x86-64 is, and which address it has. Main function: [`instruction`].
//!
//! After the opcode maps of the Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2, appendix A.

use std::ops::Range;

/// As much of an instruction as it takes to compare it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Instruction {
    /// Its bytes.
    pub(super) length: usize,
    /// The four bytes that are the distance from its end to what it refers to, if it has such.
    pub(super) distance: Option<Range<usize>>,
    /// Whether that is where it goes on, and not data.
    pub(super) is_branch: bool,
}

/// What follows the opcode.
#[derive(Clone, Copy)]
struct Form {
    has_operand: bool,
    immediate: usize,
    is_branch: bool,
}

/// What is known before the opcode.
#[derive(Clone, Copy, Default)]
struct Prefixes {
    is_short: bool,
    is_wide: bool,
    has_short_addresses: bool,
}

/// The instruction at the beginning of `code`; `None` where it is none that compilers emit, or cut off.
pub(super) fn instruction(code: &[u8]) -> Option<Instruction> {
    let (mut at, mut prefixes) = (0, Prefixes::default());
    while let 0x66 | 0x67 | 0xf0 | 0xf2 | 0xf3 | 0x26 | 0x2e | 0x36 | 0x3e | 0x64 | 0x65 = code.get(at)? {
        prefixes.is_short |= code[at] == 0x66;
        prefixes.has_short_addresses |= code[at] == 0x67;
        at += 1;
    }
    if let 0x40..=0x4f = code.get(at)? {
        prefixes.is_wide = code[at] & 8 != 0;
        at += 1;
    }
    let (map, opcode_at, is_vector) = match code.get(at)? {
        0xc5 => (1, at + 2, true),
        0xc4 => (code.get(at + 1)? & 0x1f, at + 3, true),
        0x62 => (code.get(at + 1)? & 7, at + 4, true),
        0x0f if code.get(at + 1) == Some(&0x38) => (2, at + 2, false),
        0x0f if code.get(at + 1) == Some(&0x3a) => (3, at + 2, false),
        0x0f => (1, at + 1, false),
        _ => (0, at, false),
    };
    let opcode = *code.get(opcode_at)?;
    let rest = code.get(opcode_at + 1..)?;
    let form = match map {
        0 => of_first_map(opcode, rest.first().copied().unwrap_or(0), prefixes)?,
        1 => of_second_map(opcode, is_vector),
        2 => Form { has_operand: true, immediate: 0, is_branch: false },
        3 => Form { has_operand: true, immediate: 1, is_branch: false },
        // Numbers of half precision: as the second and third.
        5 | 6 if is_vector => {
            Form { has_operand: true, immediate: usize::from(opcode == 0xc2), is_branch: false }
        }
        _ => return None,
    };
    sized(code, opcode_at + 1, form)
}

fn sized(code: &[u8], at: usize, form: Form) -> Option<Instruction> {
    let (operand, own_distance) = if form.has_operand { operand(code.get(at..)?)? } else { (0, false) };
    let length = at + operand + form.immediate;
    // Without a base register, the operand is one byte and the distance.
    let to_data = own_distance.then(|| at + 1..at + 5);
    let to_code = form.is_branch.then(|| length - 4..length);
    let is_whole = length <= code.len();
    is_whole.then_some(Instruction { length, distance: to_data.or(to_code), is_branch: form.is_branch })
}

/// The length of an operand in memory or of a register, and whether it is a distance.
fn operand(bytes: &[u8]) -> Option<(usize, bool)> {
    let (mode, register) = (bytes.first()? >> 6, bytes[0] & 7);
    let has_index = mode != 3 && register == 4;
    let base = if has_index { bytes.get(1)? & 7 } else { register };
    let displacement = match (mode, base) {
        (0, 5) | (2, _) => 4,
        (1, _) => 1,
        _ => 0,
    };
    Some((1 + usize::from(has_index) + displacement, mode == 0 && register == 5))
}

fn of_first_map(opcode: u8, operand: u8, prefixes: Prefixes) -> Option<Form> {
    let usual = if prefixes.is_short && !prefixes.is_wide { 2 } else { 4 };
    let plain = |immediate| Some(Form { has_operand: false, immediate, is_branch: false });
    let with = |immediate| Some(Form { has_operand: true, immediate, is_branch: false });
    // Of two groups of instructions, the first two have an immediate.
    let is_test = (operand >> 3) & 7 < 2;
    match opcode {
        0x00..=0x3f => match opcode & 7 {
            0..=3 => with(0),
            4 => plain(1),
            5 => plain(usual),
            _ => None,
        },
        0x50..=0x5f | 0x6c..=0x6f | 0x90..=0x99 | 0x9b..=0x9f | 0xa4..=0xa7 | 0xaa..=0xaf => plain(0),
        0xc3 | 0xc9 | 0xcb | 0xcc | 0xcf | 0xd7 | 0xec..=0xef | 0xf1 | 0xf4 | 0xf5 | 0xf8..=0xfd => plain(0),
        0x63 | 0x84..=0x8f | 0xd0..=0xd3 | 0xd8..=0xdf | 0xfe | 0xff => with(0),
        0x68 | 0xa9 => plain(usual),
        0x69 | 0x81 | 0xc7 => with(usual),
        0x6a | 0x70..=0x7f | 0xa8 | 0xb0..=0xb7 | 0xcd | 0xe0..=0xe7 | 0xeb => plain(1),
        0x6b | 0x80 | 0x83 | 0xc0 | 0xc1 | 0xc6 => with(1),
        0xa0..=0xa3 => plain(if prefixes.has_short_addresses { 4 } else { 8 }),
        0xb8..=0xbf => plain(if prefixes.is_wide { 8 } else { usual }),
        0xc2 | 0xca => plain(2),
        0xc8 => plain(3),
        0xe8 | 0xe9 => Some(Form { has_operand: false, immediate: 4, is_branch: true }),
        0xf6 => with(usize::from(is_test)),
        0xf7 => with(if is_test { usual } else { 0 }),
        _ => None,
    }
}

fn of_second_map(opcode: u8, is_vector: bool) -> Form {
    let immediate = usize::from(matches!(opcode, 0x70..=0x73 | 0xc2 | 0xc4..=0xc6));
    let of_plain = usize::from(matches!(opcode, 0xa4 | 0xac | 0xba));
    match (is_vector, opcode) {
        (true, 0x77) => Form { has_operand: false, immediate: 0, is_branch: false },
        (true, _) => Form { has_operand: true, immediate, is_branch: false },
        (false, 0x80..=0x8f) => Form { has_operand: false, immediate: 4, is_branch: true },
        (false, 0x05..=0x09 | 0x0b | 0x0e | 0x30..=0x37 | 0x77 | 0xa0..=0xa2 | 0xa8..=0xaa | 0xc8..=0xcf) => {
            Form { has_operand: false, immediate: 0, is_branch: false }
        }
        (false, _) => Form { has_operand: true, immediate: immediate + of_plain, is_branch: false },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An instruction in hexadecimal digits; its length must be that of all of them.
    fn distance(digits: &str) -> Option<Range<usize>> {
        let bytes: Vec<u8> =
            digits.split(' ').map(|byte| u8::from_str_radix(byte, 16).expect("hexadecimal")).collect();
        let padded = [&bytes[..], &[0x90; 8]].concat();
        let found = instruction(&padded).unwrap_or_else(|| panic!("no instruction: {digits}"));
        assert_eq!(found.length, bytes.len(), "{digits}");
        assert!(
            instruction(&bytes[..bytes.len() - 1]).is_none_or(|cut| cut.length < bytes.len()),
            "{digits}"
        );
        found.distance
    }

    /// As an assembler writes them.
    #[test]
    fn instructions_have_their_lengths() {
        let all = [
            "90",                            // nop
            "48 89 e5",                      // mov rbp, rsp
            "48 83 ec 20",                   // sub rsp, 32
            "48 81 ec 00 01 00 00",          // sub rsp, 256
            "8b 04 25 00 00 00 00",          // mov eax, [0]
            "48 8b 44 24 08",                // mov rax, [rsp + 8]
            "48 b8 01 02 03 04 05 06 07 08", // movabs rax, imm64
            "66 b8 01 02",                   // mov ax, imm16
            "b8 01 00 00 00",                // mov eax, 1
            "f7 c1 01 00 00 00",             // test ecx, 1
            "f7 d9",                         // neg ecx
            "f6 c1 01",                      // test cl, 1
            "75 10",                         // jne
            "0f 1f 84 00 00 00 00 00",       // nop with an operand
            "66 66 2e 0f 1f 84 00 00 00 00 00",
            "0f 0b",                   // ud2
            "0f ba e0 05",             // bt eax, 5
            "66 0f 70 c0 ee",          // pshufd
            "66 0f 3a 0f c1 08",       // palignr
            "66 0f 38 00 c1",          // pshufb
            "c5 f8 77",                // vzeroupper
            "c5 fd 6f 44 24 20",       // vmovdqa
            "c4 e3 7d 39 c1 01",       // vextracti128
            "c4 e2 7d 18 04 24",       // vbroadcastss
            "62 f1 7c 48 10 44 24 01", // vmovups of 64 bytes
            "64 48 8b 04 25 00 00 00 00",
            "f0 48 0f b1 0a", // lock cmpxchg
            "c3",
        ];
        for digits in all {
            assert_eq!(distance(digits), None, "{digits}");
        }
    }

    #[test]
    fn distances_are_found_wherever_they_stand() {
        let table = [
            ("e8 01 02 03 04", 1, true),        // call
            ("0f 84 01 02 03 04", 2, true),     // je
            ("48 8d 05 01 02 03 04", 3, false), // lea rax, [rip + …]
            ("ff 15 01 02 03 04", 2, false),    // call [rip + …]
            ("80 3d 01 02 03 04 05", 2, false), // cmp byte [rip + …], 5
            ("48 81 3d 01 02 03 04 05 06 07 08", 3, false),
            ("f2 0f 59 05 01 02 03 04", 4, false), // mulsd xmm0, [rip + …]
            ("c5 f9 6f 05 01 02 03 04", 4, false), // vmovdqa xmm0, [rip + …]
            ("c4 e2 79 18 05 01 02 03 04", 5, false),
        ];
        for (digits, start, is_branch) in table {
            assert_eq!(distance(digits), Some(start..start + 4), "{digits}");
            let bytes: Vec<u8> =
                digits.split(' ').map(|byte| u8::from_str_radix(byte, 16).expect("hexadecimal")).collect();
            assert_eq!(instruction(&bytes).map(|found| found.is_branch), Some(is_branch), "{digits}");
        }
    }

    #[test]
    fn what_is_cut_off_or_no_instruction_is_told() {
        for bytes in [&[][..], &[0x66], &[0x0f], &[0xe8, 1], &[0x06], &[0xc4, 0xff, 0, 0, 0]] {
            assert_eq!(instruction(bytes), None, "{bytes:x?}");
        }
    }
}
