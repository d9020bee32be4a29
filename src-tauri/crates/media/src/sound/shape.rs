//! What all decoders of sound say: how samples lie, and that there are none.

use crate::Error;

/// How the samples lie that a packet became.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) rate: u32,
    pub(super) channels: usize,
}

pub(super) fn not_sound(reason: &str) -> Error {
    Error::NotSound {
        reason: reason.to_owned(),
    }
}
