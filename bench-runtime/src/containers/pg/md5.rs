//! MD5, RFC 1321: how older servers have passwords proven. Main function: [`proof`].

use crate::files::hex;

/// What a server that asks for an MD5 password with this salt wants to be told.
pub(super) fn proof(user: &str, password: &str, salt: &[u8]) -> String {
    let inner = hex(&md5(&[password.as_bytes(), user.as_bytes()].concat()));
    format!("md5{}", hex(&md5(&[inner.as_bytes(), salt].concat())))
}

/// How far each step rotates: four figures for each of four rounds, again and again.
const ROTATIONS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];

fn md5(text: &[u8]) -> [u8; 16] {
    let mut padded = text.to_vec();
    padded.push(0x80);
    padded.resize((padded.len() + 8).next_multiple_of(64), 0);
    let end = padded.len() - 8;
    padded[end..].copy_from_slice(&(8 * text.len() as u64).to_le_bytes());
    let mut state = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
    let (blocks, _) = padded.as_chunks::<64>();
    blocks.iter().for_each(|block| compress(&mut state, block));
    let mut hash = [0; 16];
    for (bytes, word) in hash.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&u32::to_le_bytes(word));
    }
    hash
}

fn compress(state: &mut [u32; 4], block: &[u8; 64]) {
    let (bytes, _) = block.as_chunks::<4>();
    let [mut a, mut b, mut c, mut d] = *state;
    for step in 0..64 {
        let (mixed, at) = match step / 16 {
            0 => ((b & c) | (!b & d), step),
            1 => ((d & b) | (!d & c), 5 * step + 1),
            2 => (b ^ c ^ d, 3 * step + 5),
            _ => (c ^ (b | !d), 7 * step),
        };
        // The sines of 1 to 64, in radians, the first 32 bits behind the point.
        let sine = (((step + 1) as f64).sin().abs() * 4_294_967_296.0) as u32;
        let word = u32::from_le_bytes(bytes[at % 16]);
        let sum = a.wrapping_add(mixed).wrapping_add(sine).wrapping_add(word);
        (a, d, c) = (d, c, b);
        b = b.wrapping_add(sum.rotate_left(ROTATIONS[step / 16][step % 4]));
    }
    for (of, with) in state.iter_mut().zip([a, b, c, d]) {
        *of = of.wrapping_add(with);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hashes_are_those_of_the_standard() {
        for (text, expected) in [
            ("", "d41d8cd98f00b204e9800998ecf8427e"),
            ("abc", "900150983cd24fb0d6963f7d28e17f72"),
            (
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
                "d174ab98d277d9f5a5611c2c9f419d9f",
            ),
            (&"1234567890".repeat(8), "57edf4a22be3c955ac49da2e2107b67a"),
        ] {
            assert_eq!(hex(&md5(text.as_bytes())), expected);
        }
    }
}
