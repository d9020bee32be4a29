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

pub const VERSION: &str = "1.30.0";
const PACKAGE: &str = "onnxruntime-node";
const BYTES: u64 = 113_507_888;
const SHA256: &str = "6e3390d6b783e7be946fad629292799da28d0b42f84856e50d2c1b0383291e75";

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
            45_828_512,
            "ffb75a925ba05e47b235bb66e3e3911714a80b328a9c9425539feb204aa32a23"
        )],
        "linux-arm64" => &[library!(
            "libonnxruntime.so.1",
            25_135_496,
            "1f549d46250b005580b597f4164984aaf75b3bcb9f3aeb07c7f8a8fe60b23c76"
        )],
        "darwin-arm64" => &[library!(
            "libonnxruntime.1.30.0.dylib",
            44_589_928,
            "685d2be5dba1309c89d3a5324b7fd06a5c42f1a61bfea32d14c4cc28d072121d"
        )],
        "win32-x64" => &[
            library!(
                "onnxruntime.dll",
                28_754_232,
                "508c362f5673483dd3a086379c392795b2e42d10d5e6f3f90ebd7ac21c97af67"
            ),
            library!(
                "DirectML.dll",
                18_527_584,
                "234e8898778cdec88d3cb0539508273494082812c968699f3de665a018971625"
            ),
        ],
        "win32-arm64" => &[
            library!(
                "onnxruntime.dll",
                29_815_136,
                "6c3a2abf5c6aca11c48a0d338a91af309f2266f25ce2e4084e6a87bbcb0fbfd0"
            ),
            library!(
                "DirectML.dll",
                18_444_600,
                "aaf72a9d55aa123e0708d957d30dd4fbeb7a2e335ec6257ed5ff4261a402b9ee"
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
    fn every_supported_platform_has_a_library_and_intel_macs_are_told() {
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
