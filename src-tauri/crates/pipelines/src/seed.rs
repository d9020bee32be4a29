//! Seeds for requests that name none.

use std::hash::{BuildHasher, Hasher, RandomState};

/// A random seed: the standard library's keys for hash maps are the one source of chance it offers.
pub fn draw() -> u32 {
    RandomState::new().build_hasher().finish() as u32
}
