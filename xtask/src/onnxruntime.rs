//! The ONNX Runtime library, out of Microsoft's npm package (MIT): one archive, all platforms.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};

use crate::archive;
use crate::cache::{self, Cache};
use crate::fetch::{self, Package};
use crate::npm::Npm;
use crate::platform::Platform;
use crate::progress::{Meter, Unit};

/// The last version whose Linux and macOS libraries hold no telemetry: from 1.29 on they upload to
/// Microsoft as soon as they are loaded (microsoft/onnxruntime#27379).
pub const VERSION: &str = "1.27.0";
const PACKAGE: &str = "onnxruntime-node";
const BYTES: u64 = 100_893_124;
const SHA256: &str = "c3779c01c59832f8c03e2c392ac3af10bf08579f1822e8b1c63cc451edb302a2";

/// One file of the package that a platform needs beside its executable.
#[derive(Debug, Clone, Copy)]
struct Library {
    file: &'static str,
    bytes: u64,
    sha256: &'static str,
}

/// The first file is the one to load; the others must lie beside it.
fn libraries(platform: Platform) -> Option<&'static [Library]> {
    macro_rules! library {
        ($file:literal, $bytes:literal, $sha256:literal) => {
            Library {
                file: $file,
                bytes: $bytes,
                sha256: $sha256,
            }
        };
    }
    Some(match platform.to_string().as_str() {
        "linux-x64" => &[library!(
            "libonnxruntime.so.1",
            38_023_776,
            "d8aff4aa8abee8fb2abb2f2f2459ffc94461e781e41b9f7c072829dd0d470221"
        )],
        "linux-arm64" => &[library!(
            "libonnxruntime.so.1",
            20_001_880,
            "c36bc200e7e6c093b8abb0b34590fbdd8c52fd3fb5e33795b9523ffdde2fce0f"
        )],
        "darwin-arm64" => &[library!(
            "libonnxruntime.1.27.0.dylib",
            38_800_984,
            "89f692a3a1a224e4ad0b796b0e7c0bd81113b0741bfe84211eceef14d05a9e59"
        )],
        "win32-x64" => &[
            library!(
                "onnxruntime.dll",
                26_011_960,
                "273f9ef9cf755c6a0f342226a80448156c10ceb74db2ae8c8370dc98e75af0eb"
            ),
            library!(
                "DirectML.dll",
                18_527_544,
                "86d9b418e982fa1effb6ea39cb916b04fe3896ccedc6982d73a5477459b56d81"
            ),
        ],
        "win32-arm64" => &[
            library!(
                "onnxruntime.dll",
                26_834_232,
                "908ce63e73f375e90daabe24c52486b42392c19df3d63973a26f871cfeab5453"
            ),
            library!(
                "DirectML.dll",
                18_444_600,
                "759a2d3054d4ce583186bd6f0b5c36071492b3dfba8be456b69f1b17b313171c"
            ),
        ],
        _ => return None,
    })
}

fn listed(platform: Platform) -> Result<&'static [Library]> {
    libraries(platform).ok_or_else(|| {
        anyhow!(
            "{PACKAGE} {VERSION} holds no library for {platform}; build ONNX Runtime {VERSION} \
             yourself and set QUARTET_ORT to it"
        )
    })
}

/// The folder that holds the library and what must lie beside it.
pub fn folder(cache: &Cache, platform: Platform) -> PathBuf {
    cache
        .root()
        .join("onnxruntime")
        .join(VERSION)
        .join(platform.to_string())
}

/// Names of the files in [`folder`]; the first is the library to load.
pub fn files(platform: Platform) -> Result<Vec<&'static str>> {
    Ok(listed(platform)?
        .iter()
        .map(|library| library.file)
        .collect())
}

/// The library to load: `QUARTET_ORT` where the user set it, else the cache's.
pub fn library(cache: &Cache, platform: Platform) -> Result<PathBuf> {
    match std::env::var_os("QUARTET_ORT") {
        Some(path) => Ok(path.into()),
        None => Ok(folder(cache, platform).join(listed(platform)?[0].file)),
    }
}

pub fn is_ready(cache: &Cache, platform: Platform) -> Result<bool> {
    Ok(std::env::var_os("QUARTET_ORT").is_some() || is_unpacked(cache, platform)?)
}

fn is_unpacked(cache: &Cache, platform: Platform) -> Result<bool> {
    let folder = folder(cache, platform);
    Ok(listed(platform)?
        .iter()
        .all(|library| has_size(&folder.join(library.file), library.bytes)))
}

/// Fetches and unpacks the library. The caller holds the cache's lock.
pub fn install(cache: &Cache, platform: Platform) -> Result<()> {
    let package = Package {
        name: PACKAGE.into(),
        version: VERSION.into(),
        file: format!("{PACKAGE}-{VERSION}.tgz"),
        bytes: BYTES,
        sha256: SHA256.into(),
    };
    let mut meter = Meter::new(format!("ONNX Runtime {VERSION}"), Unit::Bytes, BYTES);
    let downloads = cache.downloads();
    fs::create_dir_all(&downloads)?;
    let archive = fetch::ensure_package(&downloads, &package, &Npm, &mut |done| meter.set(done))?;
    meter.finish();
    let folder = folder(cache, platform);
    fs::create_dir_all(&folder)?;
    for library in listed(platform)? {
        let member = format!("package/bin/napi-v6/{}/{}", slashed(platform), library.file);
        archive::extract(
            &archive,
            &member,
            &folder.join(library.file),
            library.sha256,
        )?;
    }
    // Four other platforms' libraries are in there: nothing that is needed again.
    cache::remove_file(&archive)
}

/// Compares the library on disk with its pinned hash.
pub fn verify(cache: &Cache, platform: Platform) -> Result<()> {
    let folder = folder(cache, platform);
    for library in listed(platform)? {
        let path = folder.join(library.file);
        let found = cache::sha256_file(&path, |_| {})?;
        anyhow::ensure!(
            found == library.sha256,
            "{} has the wrong SHA-256: expected {}, found {found}; remove it and run again",
            path.display(),
            library.sha256
        );
    }
    Ok(())
}

fn slashed(platform: Platform) -> String {
    platform.to_string().replace('-', "/")
}

fn has_size(path: &Path, bytes: u64) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.len() == bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::{Arch, Os};

    #[test]
    fn every_supported_platform_has_a_library_and_intel_macs_are_reported() {
        for (os, arch) in [
            (Os::Linux, Arch::X64),
            (Os::Linux, Arch::Arm64),
            (Os::Macos, Arch::Arm64),
            (Os::Windows, Arch::X64),
            (Os::Windows, Arch::Arm64),
        ] {
            let files = listed(Platform { os, arch }).unwrap();
            assert!(
                files
                    .iter()
                    .all(|file| file.sha256.len() == 64 && file.bytes > 1 << 20)
            );
        }
        let error = listed(Platform {
            os: Os::Macos,
            arch: Arch::X64,
        })
        .unwrap_err()
        .to_string();
        assert!(
            error.contains("darwin-x64") && error.contains("QUARTET_ORT"),
            "{error}"
        );
    }

    #[test]
    fn a_library_cut_short_is_not_ready() {
        let root = tempfile::tempdir().unwrap();
        let cache = Cache::at(root.path().to_owned()).unwrap();
        let platform = Platform {
            os: Os::Linux,
            arch: Arch::X64,
        };
        assert!(!is_unpacked(&cache, platform).unwrap());
        let folder = folder(&cache, platform);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("libonnxruntime.so.1"), "half").unwrap();
        assert!(!is_unpacked(&cache, platform).unwrap());
    }
}
