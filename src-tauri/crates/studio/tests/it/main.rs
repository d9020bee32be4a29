//! The studio as its two hosts meet it, in one program: each of its own would link everything again.

#![expect(clippy::unwrap_used, reason = "a test says what it relied on")]

mod composition;
mod crash;
mod experiment;
mod files;
mod image;
mod jobs;
mod memory;
mod minutes;
mod models;
mod nested;
mod recipes;
mod recovery;
mod sinks;
mod snapshot;
mod speech;
mod stored_library;
mod support;
mod transcription;
mod video;
