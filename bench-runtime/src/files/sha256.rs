//! SHA-256, as FIPS 180-4 defines it. Main type: [`Sha256`].
//!
//! It tells files apart, and guards no secret. It stands here since it is in every build: the crate `sha2`, with the seven
//! that it needs, takes the compiler twenty times as long as these lines (3.1 s of CPU, and 0.2 s).

/// The hash of bytes that come one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Sha256 {
    state: [u32; 8],
    /// Bytes that do not yet fill a block, and how many there are.
    open: [u8; 64],
    filled: usize,
    /// All bytes so far.
    length: u64,
}

/// The square roots of the first eight primes, the first 32 bits behind the point.
const INITIAL: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// The cube roots of the first 64 primes, the first 32 bits behind the point.
const ROUNDS: [u32; 64] = cube_roots();

impl Sha256 {
    /// That of no bytes.
    pub(crate) fn new() -> Self {
        Self { state: INITIAL, open: [0; 64], filled: 0, length: 0 }
    }

    /// The hash of these bytes.
    #[cfg(any(test, all(unix, feature = "containers")))]
    pub(crate) fn of(bytes: &[u8]) -> [u8; 32] {
        let mut hash = Self::new();
        hash.update(bytes);
        hash.finish()
    }

    /// Goes on with these bytes.
    pub(crate) fn update(&mut self, mut bytes: &[u8]) {
        self.length += bytes.len() as u64;
        if self.filled > 0 {
            let (first, rest) = bytes.split_at(bytes.len().min(64 - self.filled));
            self.open[self.filled..self.filled + first.len()].copy_from_slice(first);
            self.filled += first.len();
            bytes = rest;
            if self.filled < 64 {
                return;
            }
            compress(&mut self.state, &self.open);
        }
        let (blocks, rest) = bytes.as_chunks::<64>();
        blocks.iter().for_each(|block| compress(&mut self.state, block));
        self.open[..rest.len()].copy_from_slice(rest);
        self.filled = rest.len();
    }

    /// The hash of all that came.
    pub(crate) fn finish(mut self) -> [u8; 32] {
        let bits = self.length.wrapping_mul(8);
        let zeros = (119 - self.filled) % 64;
        let mut padding = [0; 72];
        padding[0] = 0x80;
        padding[zeros + 1..zeros + 9].copy_from_slice(&bits.to_be_bytes());
        self.update(&padding[..zeros + 9]);
        let mut hash = [0; 32];
        for (bytes, word) in hash.chunks_exact_mut(4).zip(self.state) {
            bytes.copy_from_slice(&word.to_be_bytes());
        }
        hash
    }
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn compress(state: &mut [u32; 8], block: &[u8; 64]) {
    let mut words = [0_u32; 64];
    let (bytes, _) = block.as_chunks::<4>();
    for (word, bytes) in words.iter_mut().zip(bytes) {
        *word = u32::from_be_bytes(*bytes);
    }
    for at in 16..64 {
        let (near, far) = (words[at - 2], words[at - 15]);
        let small_0 = far.rotate_right(7) ^ far.rotate_right(18) ^ (far >> 3);
        let small_1 = near.rotate_right(17) ^ near.rotate_right(19) ^ (near >> 10);
        words[at] = words[at - 16].wrapping_add(small_0).wrapping_add(words[at - 7]).wrapping_add(small_1);
    }
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    for (word, round) in words.iter().zip(ROUNDS) {
        let large_1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
        let chosen = (e & f) ^ (!e & g);
        let first = h.wrapping_add(large_1).wrapping_add(chosen).wrapping_add(round).wrapping_add(*word);
        let large_0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
        let majority = (a & b) ^ (a & c) ^ (b & c);
        (h, g, f, e) = (g, f, e, d.wrapping_add(first));
        (d, c, b, a) = (c, b, a, first.wrapping_add(large_0).wrapping_add(majority));
    }
    for (of, with) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *of = of.wrapping_add(with);
    }
}

const fn cube_roots() -> [u32; 64] {
    let (mut roots, mut found, mut number) = ([0; 64], 0, 2_u128);
    while found < 64 {
        if is_prime(number) {
            // The root of the number times 2^96 is its root times 2^32, and its lower half what is behind the point.
            roots[found] = cube_root(number << 96) as u32;
            found += 1;
        }
        number += 1;
    }
    roots
}

const fn is_prime(number: u128) -> bool {
    let mut divisor = 2;
    while divisor * divisor <= number {
        if number.is_multiple_of(divisor) {
            return false;
        }
        divisor += 1;
    }
    true
}

/// The largest whole number whose cube is not above `number`, which is below 2^105.
const fn cube_root(number: u128) -> u128 {
    let (mut root, mut bit) = (0, 1 << 35);
    while bit > 0 {
        let more = root | bit;
        if more * more * more <= number {
            root = more;
        }
        bit >>= 1;
    }
    root
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hashes_are_those_of_the_standard() {
        for (bytes, expected) in [
            (&b""[..], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            (b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
            ),
            (&[b'a'; 1_000_000], "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
        ] {
            assert_eq!(hex(&Sha256::of(bytes)), expected);
        }
    }

    #[test]
    fn the_pieces_that_bytes_come_in_make_no_difference() {
        let bytes: Vec<u8> = (0..=255).cycle().take(300).collect();
        for length in 0..=bytes.len() {
            let (mut pieces, whole) = (Sha256::new(), Sha256::of(&bytes[..length]));
            bytes[..length].chunks(7).for_each(|piece| pieces.update(piece));
            assert_eq!(pieces.finish(), whole, "{length}");
        }
    }
}
