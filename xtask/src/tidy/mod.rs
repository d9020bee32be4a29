//! How the tree hangs together, read from its sources alone: no circle of files, no arrow against
//! the order of the layers, no file or function too long to read.

mod circles;
mod crates;
mod finding;
mod layers;
mod modules;
mod page;
mod prose;

use anyhow::{Result, bail};

use self::finding::Finding;
use crate::workspace;

/// # Errors
/// When there is anything to put right, all of it printed before, or a source cannot be read.
pub fn check() -> Result<()> {
    let root = workspace::root();
    let crates = crates::read(root)?;
    let mut findings = layers::between(&crates.packages);
    let mut arrows = Vec::new();
    for target in &crates.targets {
        let tree = modules::read(root, &target.file)?;
        arrows.extend(tree.arrows());
        findings.extend(tree.docs());
        if target.product {
            findings.extend(tree.lengths());
        }
    }
    findings.extend(layers::within(&arrows));
    let page = page::read(root)?;
    arrows.extend(page.arrows);
    findings.extend(page.findings);
    findings.extend(layers::across(&arrows));
    findings.extend(circles::check(&arrows));
    report(findings)
}

fn report(mut findings: Vec<Finding>) -> Result<()> {
    findings.sort();
    // A file that two targets share is read twice.
    findings.dedup();
    for finding in &findings {
        eprintln!("{finding}");
    }
    if !findings.is_empty() {
        bail!("{} things to put right, named above", findings.len());
    }
    Ok(())
}
