//! Fetching one pinned archive: resumed where it can be, verified before it is believed.

use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use indicatif::DecimalBytes;

use crate::cache;

/// An archive of a package registry, pinned to the byte.
#[derive(Debug, Clone)]
pub struct Package {
    pub name: String,
    pub version: String,
    /// The archive's file name as the registry's client saves it.
    pub file: String,
    pub bytes: u64,
    /// Lower-case hexadecimal.
    pub sha256: String,
}

/// What brings an archive from its registry: pip, npm, or a fake in tests.
pub trait PackageClient {
    /// Puts the package's archive into the folder `into`, calling `progress` with the bytes so far.
    fn fetch(&self, package: &Package, into: &Path, progress: &mut dyn FnMut(u64)) -> Result<()>;
}

/// The verified archive in `downloads`, fetched only if it is not there yet.
///
/// # Errors
/// When the client fails, or brings a file that is not the pinned one: that file is removed and
/// the error names it. What other packages brought stays.
pub fn ensure_package(
    downloads: &Path,
    package: &Package,
    client: &dyn PackageClient,
    progress: &mut dyn FnMut(u64),
) -> Result<PathBuf> {
    plain_name(&package.file)?;
    let target = downloads.join(&package.file);
    if target.exists() {
        match verify(&target, package) {
            Ok(()) => {
                progress(package.bytes);
                return Ok(target);
            }
            Err(error) => {
                eprintln!("  {error:#}; it is removed and fetched again");
                cache::remove_file(&target)?;
            }
        }
    }
    let partial = downloads.join(format!("{}.partial", package.file));
    cache::fresh_dir(&partial)?;
    client
        .fetch(package, &partial, progress)
        .with_context(|| format!("cannot fetch {} {}", package.name, package.version))?;
    let fetched = partial.join(&package.file);
    if !fetched.is_file() {
        bail!(
            "{} {} brought {} instead of {}",
            package.name,
            package.version,
            names_in(&partial),
            package.file
        );
    }
    if let Err(error) = verify(&fetched, package) {
        cache::remove_dir(&partial)?;
        return Err(error.context(format!(
            "{} {} is not the file that was pinned and was thrown away; nothing of it was used",
            package.name, package.version
        )));
    }
    cache::rename(&fetched, &target)?;
    cache::remove_dir(&partial)?;
    progress(package.bytes);
    Ok(target)
}

/// Removes what an interrupted run left half fetched.
pub fn sweep(downloads: &Path) -> Result<()> {
    let Ok(entries) = fs::read_dir(downloads) else {
        return Ok(());
    };
    for entry in entries.flatten() {
        if entry
            .path()
            .extension()
            .is_some_and(|extension| extension == "partial")
        {
            cache::remove_dir(&entry.path())?;
        }
    }
    Ok(())
}

fn verify(path: &Path, package: &Package) -> Result<()> {
    let length = fs::metadata(path)?.len();
    ensure!(
        length == package.bytes,
        "{} has {} instead of {}",
        path.display(),
        DecimalBytes(length),
        DecimalBytes(package.bytes)
    );
    let found = cache::sha256_file(path, |_| {})?;
    ensure!(
        found == package.sha256,
        "{} has the wrong SHA-256: expected {}, found {found}",
        path.display(),
        package.sha256
    );
    Ok(())
}

/// A file name with no folder in it: what may be joined to a folder of ours.
pub fn plain_name(name: &str) -> Result<()> {
    let mut parts = Path::new(name).components();
    let plain = matches!(
        (parts.next(), parts.next()),
        (Some(Component::Normal(_)), None)
    );
    ensure!(
        plain && !name.contains(['/', '\\', ':']),
        "`{name}` is not a plain file name"
    );
    Ok(())
}

fn names_in(folder: &Path) -> String {
    let mut names: Vec<String> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    if names.is_empty() {
        "nothing".into()
    } else {
        names.join(", ")
    }
}

/// The size of everything in a folder: how far a client that says nothing has come.
pub fn folder_bytes(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.file_type() {
            Ok(kind) if kind.is_dir() => folder_bytes(&entry.path()),
            _ => entry.metadata().map_or(0, |metadata| metadata.len()),
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use anyhow::anyhow;

    use super::*;

    /// Serves `content` for every package, writes down who asked, and fails for `broken`.
    struct Fake {
        content: &'static [u8],
        broken: Option<&'static str>,
        asked: RefCell<Vec<String>>,
    }

    impl Fake {
        fn serving(content: &'static [u8]) -> Self {
            Self {
                content,
                broken: None,
                asked: RefCell::default(),
            }
        }
    }

    impl PackageClient for Fake {
        fn fetch(&self, package: &Package, into: &Path, _: &mut dyn FnMut(u64)) -> Result<()> {
            self.asked.borrow_mut().push(package.name.clone());
            if self.broken == Some(package.name.as_str()) {
                fs::write(into.join(&package.file), &self.content[..1])?;
                return Err(anyhow!("the line went dead"));
            }
            fs::write(into.join(&package.file), self.content)?;
            Ok(())
        }
    }

    const CONTENT: &[u8] = b"abc";

    fn package(name: &str) -> Package {
        Package {
            name: name.into(),
            version: "1.0".into(),
            file: format!("{name}-1.0-py3-none-any.whl"),
            bytes: 3,
            sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad".into(),
        }
    }

    fn names(folder: &Path) -> String {
        names_in(folder)
    }

    #[test]
    fn what_is_there_and_right_is_not_fetched_again() {
        let folder = tempfile::tempdir().unwrap();
        let client = Fake::serving(CONTENT);
        for _ in 0..2 {
            ensure_package(folder.path(), &package("part1"), &client, &mut |_| {}).unwrap();
        }
        assert_eq!(*client.asked.borrow(), ["part1"]);
    }

    #[test]
    fn a_wrong_hash_is_refused_by_name_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let client = Fake::serving(b"abX");
        let error = ensure_package(folder.path(), &package("part1"), &client, &mut |_| {});
        let message = format!("{:#}", error.unwrap_err());
        assert!(message.contains("part1-1.0-py3-none-any.whl"), "{message}");
        assert!(message.contains("ba7816bf"), "{message}");
        assert_eq!(names(folder.path()), "nothing");
    }

    #[test]
    fn a_file_damaged_in_the_cache_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let damaged = folder.path().join(package("part1").file);
        for rubbish in ["abX", "a much longer file"] {
            fs::write(&damaged, rubbish).unwrap();
            let client = Fake::serving(CONTENT);
            ensure_package(folder.path(), &package("part1"), &client, &mut |_| {}).unwrap();
            assert_eq!(fs::read(&damaged).unwrap(), CONTENT);
        }
    }

    #[test]
    fn an_interrupted_run_goes_on_with_the_part_it_lacks() {
        let folder = tempfile::tempdir().unwrap();
        let parts = ["part1", "part2", "part3"].map(package);
        let dead = Fake {
            broken: Some("part2"),
            ..Fake::serving(CONTENT)
        };
        let all = |client: &Fake| -> Result<()> {
            sweep(folder.path())?;
            for part in &parts {
                ensure_package(folder.path(), part, client, &mut |_| {})?;
            }
            Ok(())
        };
        let message = format!("{:#}", all(&dead).unwrap_err());
        assert!(
            message.contains("part2") && message.contains("line went dead"),
            "{message}"
        );

        let client = Fake::serving(CONTENT);
        all(&client).unwrap();
        assert_eq!(*client.asked.borrow(), ["part2", "part3"], "part1 was kept");
        assert!(
            !names(folder.path()).contains("partial"),
            "{}",
            names(folder.path())
        );
    }

    #[test]
    fn a_package_that_brings_another_file_is_refused() {
        struct Other;
        impl PackageClient for Other {
            fn fetch(&self, _: &Package, into: &Path, _: &mut dyn FnMut(u64)) -> Result<()> {
                Ok(fs::write(into.join("other.whl"), CONTENT)?)
            }
        }
        let folder = tempfile::tempdir().unwrap();
        let error = ensure_package(folder.path(), &package("part1"), &Other, &mut |_| {});
        let message = format!("{:#}", error.unwrap_err());
        assert!(message.contains("other.whl"), "{message}");
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        for name in ["../x", "/etc/passwd", "a/b", "..", "", "C:x", "a\\b"] {
            assert!(plain_name(name).is_err(), "{name}");
        }
        plain_name("part1-1.0-py3-none-any.whl").unwrap();
    }
}
