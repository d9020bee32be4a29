//! `cargo xtask dist`: packages that hold everything and install without a network.
//!
//! Linux: deb and rpm (`appimage` on demand: the bundler downloads its tools); Windows: an
//! NSIS installer; macOS: a disk image. All by Tauri's bundler, from one generated configuration.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use indicatif::DecimalBytes;
use serde_json::{Value, json};

use crate::apt;
use crate::cache;
use crate::desktop;
use crate::licences;
use crate::models;
use crate::onnxruntime;
use crate::platform::{Os, executable};
use crate::process;
use crate::setup::{self, Ready, Wanted};
use crate::ui;
use crate::workspace;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Kinds of package: deb, rpm, appimage, nsis, dmg; this system's usual ones if not given
    #[arg(long, value_delimiter = ',', value_name = "KIND")]
    bundles: Vec<String>,
    /// Then install the deb on a bare system, without a network, and use it (as root)
    #[arg(long = "try")]
    try_out: bool,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let ready = setup::ensure(&Wanted::to_build())?;
    ui::build()?;
    let target = host()?;
    let folder = workspace::target().join("dist");
    fs::create_dir_all(&folder)?;

    // The bundler looks for the terminal program under its name with the target's behind it.
    let programs = desktop::build_packaged()?;
    fs::copy(
        &programs.quartet,
        folder.join(executable(&format!("quartet-{target}"))),
    )?;
    let notices = folder.join("THIRD-PARTY.txt");
    fs::write(&notices, licences::third_party(&ready.manifests, &target)?)?;
    let config = folder.join("tauri.json");
    let mut glibc = None;
    for binary in [&programs.desktop, &programs.quartet, &ready.onnxruntime] {
        glibc = glibc.max(newest_glibc(&fs::read(binary)?));
    }
    let resources = resources(&ready, &notices)?;
    fs::write(
        &config,
        serde_json::to_vec_pretty(&configuration(
            &folder,
            resources,
            glibc.unwrap_or_default(),
        ))?,
    )?;

    let kinds = kinds(ready.platform.os, &arguments.bundles);
    let started = std::time::SystemTime::now();
    let mut tauri = tauri();
    tauri
        // Only the packages: the programs are built.
        .args(["bundle", "--ci", "--bundles", &kinds.join(","), "--config"])
        .arg(&config);
    tauri.current_dir(workspace::root());
    process::run(&mut tauri)?;
    let packages = collect(&kinds, started)?;
    if arguments.try_out {
        for package in packages.iter().filter(|path| has_ending(path, &["deb"])) {
            try_deb(package)?;
        }
    }
    Ok(())
}

/// Whether a package holds all it needs shows only where nothing else is.
fn try_deb(package: &Path) -> Result<()> {
    apt::ensure_only(&["debootstrap", "imagemagick", "strace", "xdotool", "xvfb"])?;
    let script = workspace::root().join("tests/install/deb.sh");
    let picture = package.with_extension("png");
    process::run(std::process::Command::new(script).arg(package).arg(picture))
}

fn kinds(os: Os, asked: &[String]) -> Vec<String> {
    let usual: &[&str] = match os {
        Os::Linux => &["deb", "rpm"],
        Os::Windows => &["nsis"],
        Os::Macos => &["dmg"],
    };
    if asked.is_empty() {
        usual.iter().map(ToString::to_string).collect()
    } else {
        asked.to_vec()
    }
}

/// The Tauri CLI that `npm ci` brought: its version is in the lock file.
fn tauri() -> std::process::Command {
    let name = if cfg!(windows) { "tauri.cmd" } else { "tauri" };
    let path = workspace::ui().join("node_modules").join(".bin").join(name);
    std::process::Command::new(path)
}

/// This machine's target triple, as rustc names it.
fn host() -> Result<String> {
    let said = process::capture(process::tool("rustc").arg("-vV"))?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("`rustc -vV` names no host")?.to_owned())
}

/// Files beside the program, by their place in its resource folder.
fn resources(ready: &Ready, notices: &Path) -> Result<Vec<(PathBuf, String)>> {
    let mut resources = vec![
        (notices.to_owned(), "resources/THIRD-PARTY.txt".to_owned()),
        (
            workspace::root().join("LICENSE"),
            "resources/LICENSE".to_owned(),
        ),
    ];
    let library = onnxruntime::folder(&ready.cache, ready.platform);
    for name in onnxruntime::files(ready.platform)? {
        resources.push((library.join(name), format!("resources/onnxruntime/{name}")));
    }
    for manifest in &ready.manifests {
        let folder = ready.cache.models().join(&manifest.id);
        for path in models::files(&folder)? {
            resources.push((
                folder.join(&path),
                format!("resources/models/{}/{path}", manifest.id),
            ));
        }
    }
    Ok(resources)
}

/// What is laid over `src-tauri/tauri.conf.json`.
fn configuration(folder: &Path, resources: Vec<(PathBuf, String)>, glibc: (u32, u32)) -> Value {
    let resources: serde_json::Map<String, Value> = resources
        .into_iter()
        .map(|(from, to)| (from.to_string_lossy().into_owned(), Value::String(to)))
        .collect();
    json!({
        // The UI is built already.
        "build": { "beforeBuildCommand": null },
        "bundle": {
            "resources": resources,
            "externalBin": [folder.join("quartet").to_string_lossy()],
            "linux": {
                "deb": {
                    "depends": deb_depends(glibc),
                    "section": "education",
                },
                "rpm": {
                    "depends": RPM_DEPENDS,
                    "recommends": ["google-noto-sans-cjk-fonts"],
                },
            },
            // Apple's processors start no program that is not signed at all: `-` signs for nobody.
            "macOS": { "signingIdentity": "-" },
        },
    })
}

/// All that the programs and ONNX Runtime link, and letters for Chinese, which are boxes on a bare
/// system without; `libasound2` is `libasound2t64` since Ubuntu 24.04
/// and Debian 13. Tauri adds the web view and GTK itself.
fn deb_depends((major, minor): (u32, u32)) -> Vec<String> {
    let libc = format!("libc6 (>= {major}.{minor})");
    let others = [
        "libgcc-s1",
        "libstdc++6",
        "libasound2 | libasound2t64",
        "fonts-noto-cjk | fonts-wqy-microhei | fonts-wqy-zenhei",
    ];
    std::iter::once(libc)
        .chain(others.map(String::from))
        .collect()
}

/// The newest version of the C library whose symbols a program asks for: it decides which systems
/// the package runs on, and follows from the system it was built on.
fn newest_glibc(binary: &[u8]) -> Option<(u32, u32)> {
    const MARK: &[u8] = b"GLIBC_";
    let marks = binary
        .windows(MARK.len())
        .enumerate()
        .filter(|(_, bytes)| *bytes == MARK);
    let version = |(at, _): (usize, &[u8])| {
        let rest = &binary[at + MARK.len()..];
        let end = rest
            .iter()
            .position(|byte| !matches!(byte, b'0'..=b'9' | b'.'))?;
        let mut numbers = std::str::from_utf8(&rest[..end]).ok()?.split('.');
        Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
    };
    marks.filter_map(version).max()
}

/// By library rather than by package: Fedora and openSUSE name the packages differently.
const RPM_DEPENDS: &[&str] = &[
    "libwebkit2gtk-4.1.so.0()(64bit)",
    "libgtk-3.so.0()(64bit)",
    "libasound.so.2()(64bit)",
    "libstdc++.so.6()(64bit)",
];

/// Copies what the bundler made to `out/dist` and says what each is.
fn collect(kinds: &[String], started: std::time::SystemTime) -> Result<Vec<PathBuf>> {
    let out = workspace::out().join("dist");
    fs::create_dir_all(&out)?;
    let mut found = Vec::new();
    for kind in kinds {
        let made = workspace::target()
            .join("release")
            .join("bundle")
            .join(kind);
        for entry in fs::read_dir(&made).into_iter().flatten().flatten() {
            let path = entry.path();
            // A folder may hold packages of earlier versions, and the bundler's own scaffolding.
            let is_new = entry.metadata()?.modified()? >= started;
            if is_new && path.is_file() && has_ending(&path, PACKAGES) {
                let target = out.join(entry.file_name());
                fs::copy(&path, &target)?;
                found.push(target);
            }
        }
    }
    if found.is_empty() {
        bail!("the bundler made nothing for {}", kinds.join(", "));
    }
    for path in &found {
        let bytes = DecimalBytes(fs::metadata(path)?.len());
        println!(
            "{}  {bytes}  sha256 {}",
            path.display(),
            cache::sha256_file(path, |_| {})?
        );
    }
    Ok(found)
}

const PACKAGES: &[&str] = &["deb", "rpm", "AppImage", "exe", "dmg"];

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    path.extension()
        .and_then(OsStr::to_str)
        .is_some_and(|ending| endings.contains(&ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_system_has_its_usual_packages_and_others_on_demand() {
        assert_eq!(kinds(Os::Linux, &[]), ["deb", "rpm"]);
        assert_eq!(kinds(Os::Windows, &[]), ["nsis"]);
        assert_eq!(kinds(Os::Linux, &["appimage".into()]), ["appimage"]);
    }

    #[test]
    fn the_newest_glibc_symbol_is_found_by_number() {
        let binary = b"\0GLIBC_2.2.5\0\xffGLIBC_2.34\0GLIBC_2.9\0GLIBC_PRIVATE\0GLIBC_";
        assert_eq!(newest_glibc(binary), Some((2, 34)));
        assert_eq!(newest_glibc(b"MZ"), None);
    }

    #[test]
    fn the_configuration_places_resources_and_the_terminal_program() {
        let resources = vec![(
            PathBuf::from("/c/lib.so.1"),
            "onnxruntime/lib.so.1".to_owned(),
        )];
        let config = configuration(Path::new("/t/dist"), resources, (2, 36));
        let bundle = &config["bundle"];
        assert_eq!(bundle["resources"]["/c/lib.so.1"], "onnxruntime/lib.so.1");
        assert_eq!(bundle["externalBin"][0], "/t/dist/quartet");
        let depends = bundle["linux"]["deb"]["depends"].as_array().unwrap();
        assert!(depends.contains(&json!("libc6 (>= 2.36)")));
        assert!(
            depends
                .iter()
                .any(|one| one.as_str().unwrap().contains("libasound2t64"))
        );
    }
}
