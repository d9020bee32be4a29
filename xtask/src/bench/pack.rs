//! From plugging a stick to the first generated word on a fresh account: `tests/bench/pack.sh`.

use std::process::Command;

use anyhow::{Result, bail};

use crate::desktop;
use crate::process;
use crate::setup::{self, Wanted};
use crate::workspace;

pub(super) fn run() -> Result<()> {
    if !cfg!(target_os = "linux") {
        bail!("reads of the stick are held by a control group, which only Linux has");
    }
    let ready = setup::ensure(&Wanted::to_test())?;
    let program = desktop::build_product(true)?.quartet;
    std::fs::create_dir_all(workspace::out())?;
    let mut script = Command::new(workspace::root().join("tests/bench/pack.sh"));
    script
        .arg(program)
        .arg(workspace::out().join("bench-pack.json"));
    ready.environment(&mut script);
    process::run(&mut script)
}
