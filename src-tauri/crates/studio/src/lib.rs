//! Placeholder until the crate's first part lands in the next commits.
