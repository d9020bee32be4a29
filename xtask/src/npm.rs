//! npm packages through `npm pack`: the archive only, no install script is ever run.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::fetch::{Package, PackageClient, folder_bytes};
use crate::process;

#[derive(Debug)]
pub struct Npm;

impl PackageClient for Npm {
    fn fetch(&self, package: &Package, into: &Path, progress: &mut dyn FnMut(u64)) -> Result<()> {
        let mut command = process::tool("npm");
        let cache = into.join("npm-cache");
        command
            .args(["pack", "--ignore-scripts", "--silent", "--pack-destination"])
            .arg(into)
            .arg(format!("{}@{}", package.name, package.version))
            // npm says nothing while it downloads: a cache of its own shows how far it is.
            .env("npm_config_cache", &cache)
            .current_dir(into)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut child = command
            .spawn()
            .with_context(|| format!("cannot start `{}`", process::line(&command)))?;
        while child.try_wait()?.is_none() {
            std::thread::sleep(Duration::from_millis(200));
            progress(folder_bytes(into).min(package.bytes));
        }
        let output = child.wait_with_output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            bail!(
                "`{}` failed ({}):\n{}",
                process::line(&command),
                output.status,
                process::tail(&said, 8)
            );
        }
        Ok(())
    }
}
