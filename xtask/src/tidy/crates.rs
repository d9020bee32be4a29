//! The workspace as cargo sees it: which crates there are, what they may be made of, where each
//! target begins.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

use super::finding::named;
use crate::process;

#[derive(Debug)]
pub struct Crates {
    pub packages: Vec<Package>,
    pub targets: Vec<Target>,
}

#[derive(Debug)]
pub struct Package {
    pub name: String,
    /// Its manifest, relative to the repository's root.
    pub manifest: String,
    /// What it is made of, tests aside.
    pub dependencies: Vec<String>,
}

#[derive(Debug)]
pub struct Target {
    /// The root of its modules.
    pub file: PathBuf,
    /// A library or a program: neither test nor example nor build script.
    pub product: bool,
}

#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<CargoPackage>,
}

#[derive(Debug, Deserialize)]
struct CargoPackage {
    name: String,
    manifest_path: PathBuf,
    dependencies: Vec<CargoDependency>,
    targets: Vec<CargoTarget>,
}

#[derive(Debug, Deserialize)]
struct CargoDependency {
    name: String,
    /// Nothing for what the crate itself is made of.
    kind: Option<String>,
}

#[derive(Debug, Deserialize)]
struct CargoTarget {
    kind: Vec<String>,
    src_path: PathBuf,
}

pub fn read(root: &Path) -> Result<Crates> {
    let said = process::capture(process::cargo().args([
        "metadata",
        "--no-deps",
        "--format-version",
        "1",
        "--locked",
    ]))?;
    let metadata: Metadata =
        serde_json::from_str(&said).context("what `cargo metadata` said cannot be read")?;
    let mut crates = Crates {
        packages: Vec::new(),
        targets: Vec::new(),
    };
    for package in metadata.packages {
        let ours = package.dependencies.into_iter();
        crates.packages.push(Package {
            name: package.name,
            manifest: named(root, &package.manifest_path),
            dependencies: ours
                .filter(|one| one.kind.as_deref() != Some("dev"))
                .map(|one| one.name)
                .collect(),
        });
        crates
            .targets
            .extend(package.targets.into_iter().map(|target| {
                Target {
                    product: target
                        .kind
                        .iter()
                        .any(|kind| kind == "lib" || kind == "bin"),
                    file: target.src_path,
                }
            }));
    }
    Ok(crates)
}
