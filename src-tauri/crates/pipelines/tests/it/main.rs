//! The pipelines over tiny models, hostile ones and the real weights, in one program: each of its
//! own would link everything again.
//!
//! `cargo xtask test` sets `QUARTET_ORT` and `QUARTET_MODELS` and runs ignored tests too; without
//! them these tests fail, they never pass by default.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test says what it relied on"
)]

mod composition;
mod golden_diffusion;
mod golden_schedulers;
mod golden_text;
mod hostile_image;
mod hostile_text;
mod inbetween;
mod kokoro;
mod listening;
mod pictures;
mod speech;
mod starter_models;
mod support;
