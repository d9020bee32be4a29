//! The sizes of frames and transforms.

/// Samples between frames.
pub(in crate::audio) const HOP: usize = 300;
pub(super) const FFT: usize = 1200;
/// Frames whose spectra are computed together.
pub(super) const LANES: usize = 8;
