//! A small computer inside this one: a program that has 4 GB of memory and one processor, by the control
//! groups of Linux.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{self, Command};

use anyhow::{Context, Result, bail};

pub const MEMORY_GB: u64 = 4;

/// A group of its own for each program: what it held at the most is counted from its start.
#[derive(Debug)]
pub struct SmallComputer {
    group: PathBuf,
    names: &'static Names,
}

/// What the two versions of control groups call the same.
#[derive(Debug)]
struct Names {
    root: &'static str,
    limit: &'static str,
    peak: &'static str,
}

const VERSIONS: [Names; 2] = [
    Names {
        root: "/sys/fs/cgroup/memory",
        limit: "memory.limit_in_bytes",
        peak: "memory.max_usage_in_bytes",
    },
    Names {
        root: "/sys/fs/cgroup",
        limit: "memory.max",
        peak: "memory.peak",
    },
];

impl SmallComputer {
    /// # Errors
    /// Where this system has no control groups, or does not let this user make one.
    pub fn new() -> Result<Self> {
        for names in &VERSIONS {
            let group = Path::new(names.root).join(format!("quartet-{}", process::id()));
            if fs::create_dir(&group).is_err() {
                continue;
            }
            let small = Self { group, names };
            let limit = (MEMORY_GB << 30).to_string();
            if fs::write(small.group.join(names.limit), limit).is_ok() {
                return Ok(small);
            }
        }
        bail!("no control group for memory can be made: this needs Linux and its administrator");
    }

    /// What runs a command in the group and on one processor.
    pub fn confine(&self, command: &Command) -> Command {
        let mut confined = Command::new("sh");
        let script = r#"echo $$ > "$0/cgroup.procs" && exec taskset --cpu-list 0 "$@""#;
        confined.args(["-c", script]).arg(&self.group);
        confined.arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => confined.env(name, value),
                None => confined.env_remove(name),
            };
        }
        confined
    }

    /// The most that was held, in megabytes; the disk's cache of what was read is part of it.
    pub fn peak_mb(&self) -> Result<f64> {
        let path = self.group.join(self.names.peak);
        let said = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        Ok(said.trim().parse::<f64>()? / 1e6)
    }
}

impl Drop for SmallComputer {
    fn drop(&mut self) {
        // Empty by now; one that stays behind costs nothing.
        let _ = fs::remove_dir(&self.group);
    }
}
