//! How large a picture may be.

/// The longest side that is read, in pixels.
pub const PICTURE_LIMIT: u32 = 8192;

/// More than the largest picture needs in 16 bits a channel: what a decoder may allocate.
pub(super) const MAX_ALLOCATION: u64 = 768 << 20;
