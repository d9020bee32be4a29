//! What is asked of one call, and what its steps share.

use std::sync::OnceLock;
use std::time::Instant;

use anyhow::{Result, anyhow};

use super::times::Times;
use crate::progress;
use crate::setup::{self, Ground, Ready, Wanted};

/// How much is run; each has all of those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extent {
    Fast,
    Plain,
    Long,
}

/// What the steps of one call share.
#[derive(Debug)]
pub struct Round {
    pub extent: Extent,
    pub times: Times,
    wanted: Wanted,
    ground: Ground,
    /// Or why it is not ready.
    ready: OnceLock<Result<Ready, String>>,
}

impl Round {
    /// Once the machine can compile: what only tests need comes when [`Self::ready`] is called.
    pub fn new(extent: Extent) -> Result<Self> {
        let wanted = Wanted::to_test();
        Ok(Self {
            extent,
            times: Times::default(),
            ground: setup::prepare(&wanted)?,
            wanted,
            ready: OnceLock::new(),
        })
    }

    /// Set-up's second part, done by the first that asks; the others wait for it.
    ///
    /// # Errors
    /// Whatever set-up failed with, for everyone that asks.
    pub fn ready(&self) -> Result<&Ready> {
        let ready = self.ready.get_or_init(|| {
            let started = Instant::now();
            let ready = setup::complete(&self.ground, &self.wanted);
            eprintln!("set up: {}", progress::duration(started.elapsed()));
            ready.map_err(|error| format!("{error:#}"))
        });
        ready
            .as_ref()
            .map_err(|error| anyhow!("not set up: {error}"))
    }
}
