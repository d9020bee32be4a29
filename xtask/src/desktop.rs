//! `cargo xtask run`: builds the studio with its UI inside and opens it.

use anyhow::Result;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Build with all optimisations
    #[arg(long)]
    pub release: bool,
}

pub fn run(_arguments: &Arguments) -> Result<()> {
    anyhow::bail!("under construction")
}
