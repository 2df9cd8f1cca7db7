//! How a password is proven without being told: SCRAM-SHA-256, RFC 5802 and RFC 7677. Main type: [`Exchange`].

use std::fmt;

use crate::files::Sha256;

/// One exchange, of which the client's side is here. The user is named elsewhere, and left empty in it.
pub(super) struct Exchange {
    nonce: String,
}

/// What the client answers last, and what the server must answer then.
pub(super) struct Proof {
    pub(super) message: String,
    signature: [u8; 32],
}

impl Exchange {
    /// One with this nonce, which must never have been used before; letters and digits.
    pub(super) fn new(nonce: String) -> Self {
        Self { nonce }
    }

    /// What the client says first.
    pub(super) fn first(&self) -> String {
        format!("n,,{}", self.first_bare())
    }

    fn first_bare(&self) -> String {
        format!("n=,r={}", self.nonce)
    }

    /// What the client says to the server's `challenge`; `None` where that is none.
    pub(super) fn proof(&self, password: &str, challenge: &str) -> Option<Proof> {
        let part = |name: &str| challenge.split(',').find_map(|part| part.strip_prefix(name));
        let nonce = part("r=").filter(|nonce| nonce.starts_with(&self.nonce))?;
        let (salt, rounds) = (decoded(part("s=")?)?, part("i=")?.parse::<u32>().ok()?);
        let salted = salted(password.as_bytes(), &salt, rounds);
        let key = Keyed::new(&salted).of(b"Client Key");
        let without_proof = format!("c=biws,r={nonce}");
        let signed = format!("{},{challenge},{without_proof}", self.first_bare());
        let mut proof = Keyed::new(&Sha256::of(&key)).of(signed.as_bytes());
        proof.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
        let signature = Keyed::new(&Keyed::new(&salted).of(b"Server Key")).of(signed.as_bytes());
        Some(Proof { message: format!("{without_proof},p={}", encoded(&proof)), signature })
    }
}

impl Proof {
    /// Whether the server knows the password, too.
    pub(super) fn is_answered_by(&self, last: &str) -> bool {
        last.strip_prefix("v=").and_then(decoded).is_some_and(|told| told == self.signature)
    }
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Proof")
    }
}

/// HMAC with a key that is used more than once.
struct Keyed {
    inner: Sha256,
    outer: Sha256,
}

impl Keyed {
    fn new(key: &[u8]) -> Self {
        let mut block = [0; 64];
        match key.len() {
            0..=64 => block[..key.len()].copy_from_slice(key),
            _ => block[..32].copy_from_slice(&Sha256::of(key)),
        }
        let padded = |with: u8| {
            let mut hash = Sha256::new();
            hash.update(&block.map(|byte| byte ^ with));
            hash
        };
        Self { inner: padded(0x36), outer: padded(0x5c) }
    }

    fn of(&self, text: &[u8]) -> [u8; 32] {
        let (mut inner, mut outer) = (self.inner.clone(), self.outer.clone());
        inner.update(text);
        outer.update(&inner.finish());
        outer.finish()
    }
}

/// PBKDF2, its first block.
fn salted(password: &[u8], salt: &[u8], rounds: u32) -> [u8; 32] {
    let keyed = Keyed::new(password);
    let mut last = keyed.of(&[salt, &[0, 0, 0, 1]].concat());
    let mut all = last;
    for _ in 1..rounds {
        last = keyed.of(&last);
        all.iter_mut().zip(last).for_each(|(byte, last)| *byte ^= last);
    }
    all
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Bytes in base 64.
fn encoded(bytes: &[u8]) -> String {
    let four = |three: &[u8]| {
        let bits = three.iter().chain([&0, &0]).take(3).fold(0, |bits, byte| bits << 8 | u32::from(*byte));
        let digit = |at: usize| match at <= three.len() {
            true => char::from(DIGITS[(bits >> (18 - 6 * at)) as usize & 63]),
            false => '=',
        };
        [digit(0), digit(1), digit(2), digit(3)]
    };
    bytes.chunks(3).flat_map(four).collect()
}

/// Bytes from base 64; `None` where it is none.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=').bytes();
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0, 0);
    for digit in digits {
        bits = bits << 6 | DIGITS.iter().position(|known| *known == digit)? as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7677, but that PostgreSQL wants the user empty here: its parts are checked one by one.
    #[test]
    fn the_password_is_salted_and_proven_as_in_the_standard() {
        let salt = decoded("W22ZaJ0SNY7soEsUEjb6gQ==").expect("a salt");
        let salted = salted(b"pencil", &salt, 4096);
        let key = Keyed::new(&salted).of(b"Client Key");
        let signed = "n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
            s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
        let mut proof = Keyed::new(&Sha256::of(&key)).of(signed.as_bytes());
        proof.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
        assert_eq!(encoded(&proof), "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
        let signature = Keyed::new(&Keyed::new(&salted).of(b"Server Key")).of(signed.as_bytes());
        assert_eq!(encoded(&signature), "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    }

    #[test]
    fn an_answer_to_somebody_else_is_no_challenge() {
        let exchange = Exchange::new("mine".to_owned());
        assert_eq!(exchange.first(), "n,,n=,r=mine");
        assert!(exchange.proof("p", "r=mine2,s=AAAA,i=1").is_some());
        for wrong in ["r=other,s=AAAA,i=1", "r=mine2,s=AAAA", "r=mine2,s=?,i=1", ""] {
            assert!(exchange.proof("p", wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn base_64_goes_both_ways() {
        for (bytes, text) in
            [(&b""[..], ""), (b"f", "Zg=="), (b"fo", "Zm8="), (b"foo", "Zm9v"), (b"\xff\xfe", "//4=")]
        {
            assert_eq!((encoded(bytes).as_str(), decoded(text).as_deref()), (text, Some(bytes)));
        }
    }
}
