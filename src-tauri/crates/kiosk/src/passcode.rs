//! The passcode that leads out: only its hash is written down.

use argon2::{
    Argon2, Params,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};

/// In characters.
pub const MIN_PASSCODE: usize = 6;
/// More than anybody types.
const MAX_PASSCODE: usize = 128;
/// Of memory, in kibibytes: a hash that asks for more would stop the computer that checks it.
const MAX_MEMORY: u32 = 256 * 1024;
/// Over the memory.
const MAX_PASSES: u32 = 16;
const MAX_LANES: u32 = 8;

/// The argon2id hash of a passcode, as a PHC string with a salt of its own; none for one that is too short, too
/// long, or where the system gives no random numbers.
pub fn hash(passcode: &str) -> Option<String> {
    let length = passcode.chars().count();
    if !(MIN_PASSCODE..=MAX_PASSCODE).contains(&length) {
        return None;
    }
    let hashed = Argon2::default().hash_password(passcode.as_bytes());
    Some(hashed.ok()?.to_string())
}

/// Whether a text is an argon2id hash that can be checked within limits.
pub fn is_hash(text: &str) -> bool {
    parsed(text).is_some()
}

/// Whether a passcode is the one that was hashed. Takes some tens of milliseconds.
pub fn verify(hash: &str, passcode: &str) -> bool {
    if passcode.chars().count() > MAX_PASSCODE {
        return false;
    }
    parsed(hash).is_some_and(|hash| {
        Argon2::default()
            .verify_password(passcode.as_bytes(), &hash)
            .is_ok()
    })
}

fn parsed(text: &str) -> Option<PasswordHash> {
    let hash = PasswordHash::new(text).ok()?;
    let params = Params::try_from(&hash).ok()?;
    let is_bounded = params.m_cost() <= MAX_MEMORY
        && params.t_cost() <= MAX_PASSES
        && params.p_cost() <= MAX_LANES;
    let is_whole = hash.salt.is_some() && hash.hash.is_some();
    (hash.algorithm.as_str() == "argon2id" && is_bounded && is_whole).then_some(hash)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Of "open sesame", as another program writes it (argon2-cffi): with little memory, so that tests are quick.
    pub(crate) const HASH: &str = "$argon2id$v=19$m=1024,t=1,p=1$Y9JjAptpZGrk400/7XsHQw$k2VPh05EnDK/FlM8Vp/wMDdASN3mAZwjaT6iG2WvYrw";

    #[test]
    fn a_passcode_is_known_again_by_its_hash_and_another_is_not() {
        let hashed = hash("open sesame").unwrap();
        assert!(hashed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(!hashed.contains("sesame"));
        assert!(verify(&hashed, "open sesame"));
        assert!(!verify(&hashed, "open sesame ") && !verify(&hashed, ""));
        assert_ne!(hashed, hash("open sesame").unwrap());
    }

    #[test]
    fn what_another_program_hashed_is_checked() {
        assert!(verify(HASH, "open sesame") && !verify(HASH, "open"));
    }

    #[test]
    fn what_is_too_short_or_too_long_is_no_passcode() {
        assert_eq!(hash("12345"), None);
        assert!(hash("一二三四五六").is_some());
        assert_eq!(hash(&"x".repeat(129)), None);
    }

    #[test]
    fn hashes_of_other_kinds_and_those_that_take_too_much_are_refused() {
        for wrong in [
            String::new(),
            "open sesame".to_owned(),
            HASH.replace("argon2id", "argon2i"),
            HASH.replace("m=1024", "m=4194304"),
            HASH.replace("t=1", "t=1000"),
            HASH.rsplit_once('$').unwrap().0.to_owned(),
        ] {
            assert!(!is_hash(&wrong), "{wrong}");
        }
    }
}
