//! System packages: installed with apt on Debian and Ubuntu, named exactly everywhere else.

use std::io::IsTerminal;
use std::process::Command;

use anyhow::{Result, bail};

use crate::platform::{Os, Platform};
use crate::process;

/// To build: the web view, sound, and a C++ compiler for the crates that need one.
const BUILD: &[&str] = &[
    "libwebkit2gtk-4.1-dev",
    "libasound2-dev",
    "pkg-config",
    "build-essential",
];
/// To test: a display, a driver for the real window, keys for the system's dialogs, pictures, and Chinese letters
/// in them.
const TEST: &[&str] = &[
    "xvfb",
    "xauth",
    "webkit2gtk-driver",
    "xdotool",
    "imagemagick",
    "fonts-noto-cjk",
];

/// Installs or names what is missing.
///
/// `extra` are packages that other checks found wanting (python3-venv).
///
/// # Errors
/// When something is missing and cannot be installed here; the message says how to.
pub fn ensure(platform: Platform, tests: bool, extra: &[&str]) -> Result<()> {
    match platform.os {
        Os::Linux if has_apt() => {
            let mut wanted = BUILD.to_vec();
            wanted.extend(if tests { TEST } else { &[] });
            wanted.extend(extra);
            install_missing(&wanted)
        }
        Os::Linux => check_other_linux(tests),
        Os::Macos => check_macos(),
        Os::Windows => {
            name_windows();
            Ok(())
        }
    }
}

/// Just these packages, where apt can bring them; elsewhere the caller says what is missing.
pub fn ensure_only(packages: &[&str]) -> Result<()> {
    if has_apt() {
        install_missing(packages)
    } else {
        Ok(())
    }
}

fn has_apt() -> bool {
    cfg!(target_os = "linux") && on_path("dpkg-query") && on_path("apt-get")
}

fn install_missing(wanted: &[&str]) -> Result<()> {
    // dpkg-query fails as a whole when it does not know one name: its output still counts.
    let output = Command::new("dpkg-query")
        .args([
            "--show",
            "--showformat",
            "${Package} ${db:Status-Status}\\n",
        ])
        .args(wanted)
        .output()?;
    let missing = missing(wanted, &String::from_utf8_lossy(&output.stdout));
    if missing.is_empty() {
        return Ok(());
    }
    let by_hand = format!("sudo apt-get install {}", missing.join(" "));
    let Some(prefix) = privilege() else {
        bail!("these packages are missing: install them with\n\n    {by_hand}\n");
    };
    eprintln!("  installing with apt: {}", missing.join(" "));
    let apt = |arguments: &[&str]| {
        let mut words = prefix.to_vec();
        words.extend(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]);
        words.extend(arguments);
        process::run(Command::new(words[0]).args(&words[1..]))
    };
    // A list that cannot be refreshed may still be good enough: the install will tell.
    if let Err(error) = apt(&["update"]) {
        eprintln!("  {error:#}");
    }
    let mut install = vec!["install", "--yes", "--no-install-recommends"];
    install.extend(&missing);
    apt(&install).map_err(|error| error.context(format!("try it by hand: {by_hand}")))
}

/// How to become root: nothing when already root, sudo where it can work, else `None`.
fn privilege() -> Option<&'static [&'static str]> {
    let user = process::probe(Command::new("id").arg("-u"))?;
    if user.trim() == "0" {
        return Some(&[]);
    }
    // Without a terminal sudo cannot ask for a password, only use a right it needs none for.
    let able = process::exists("sudo")
        && (std::io::stdin().is_terminal()
            || process::probe(Command::new("sudo").args(["-n", "true"])).is_some());
    able.then_some(&["sudo"])
}

/// Those of `wanted` that dpkg does not list as `installed`, in the order wanted.
fn missing<'a>(wanted: &[&'a str], listing: &str) -> Vec<&'a str> {
    let is_installed = |name: &str| {
        listing
            .lines()
            .any(|line| line.split_once(' ') == Some((name, "installed")))
    };
    wanted
        .iter()
        .copied()
        .filter(|name| !is_installed(name))
        .collect()
}

fn check_other_linux(tests: bool) -> Result<()> {
    let library =
        |name: &str| process::probe(Command::new("pkg-config").args(["--exists", name])).is_some();
    let mut lacking = Vec::new();
    if !process::exists("pkg-config") {
        lacking.push("pkg-config");
    }
    if !process::exists("c++") {
        lacking.push("a C++ compiler");
    }
    if !library("webkit2gtk-4.1") {
        lacking.push("WebKitGTK 4.1 with its headers");
    }
    if !library("alsa") {
        lacking.push("ALSA's headers");
    }
    for (program, what) in [
        ("Xvfb", "Xvfb"),
        ("xauth", "xauth"),
        ("WebKitWebDriver", "WebKitWebDriver"),
        ("xdotool", "xdotool"),
        ("import", "ImageMagick"),
    ] {
        if tests && !on_path(program) {
            lacking.push(what);
        }
    }
    if lacking.is_empty() {
        return Ok(());
    }
    bail!(
        "missing: {}. Quartet installs them itself only on Debian and Ubuntu.\n\
         Fedora: sudo dnf install webkit2gtk4.1-devel alsa-lib-devel pkgconf-pkg-config gcc-c++{}\n\
         Arch:   sudo pacman -S webkit2gtk-4.1 alsa-lib pkgconf base-devel{}",
        lacking.join(", "),
        if tests {
            " xorg-x11-server-Xvfb xorg-x11-xauth xdotool webkitgtk6.0 ImageMagick \
             google-noto-sans-cjk-fonts"
        } else {
            ""
        },
        if tests {
            " xorg-server-xvfb xorg-xauth xdotool imagemagick noto-fonts-cjk"
        } else {
            ""
        },
    );
}

/// Looked up rather than started: `Xvfb --version` would open a display.
fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn check_macos() -> Result<()> {
    if process::probe(Command::new("xcode-select").arg("--print-path")).is_none() {
        bail!(
            "Apple's command line tools are missing: install them with\n\n    xcode-select --install\n"
        );
    }
    Ok(())
}

/// That this program runs proves a linker; only the web view may be missing, and only on
/// Windows 10, so it is named and the work goes on.
fn name_windows() {
    const CLIENT: &str = r"Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}";
    let has = |root: &str| {
        let key = format!(r"{root}\{CLIENT}");
        process::probe(Command::new("reg").args(["query", &key, "/v", "pv"])).is_some()
    };
    let roots = [
        r"HKLM\SOFTWARE\WOW6432Node",
        r"HKLM\SOFTWARE",
        r"HKCU\Software",
    ];
    if !roots.into_iter().any(has) {
        eprintln!(
            "  The WebView2 runtime was not found. If no window opens, install the \"Evergreen \
             Bootstrapper\" from https://developer.microsoft.com/microsoft-edge/webview2/"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_dpkg_does_not_call_installed_is_missing() {
        let listing = "xauth installed\n\
                       pkg-config not-installed\n\
                       libasound2-dev config-files\n\
                       xvfb-run-extra installed\n";
        let wanted = ["xauth", "pkg-config", "libasound2-dev", "xvfb"];
        assert_eq!(
            missing(&wanted, listing),
            ["pkg-config", "libasound2-dev", "xvfb"]
        );
        assert_eq!(missing(&wanted, ""), wanted);
        assert!(missing(&["xauth"], listing).is_empty());
    }
}
