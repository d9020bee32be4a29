//! The operating systems and processors that Quartet knows, named as ONNX Runtime's packages do.

use std::fmt;

use anyhow::{Result, bail};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Os {
    Linux,
    Macos,
    Windows,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arch {
    X64,
    Arm64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Platform {
    pub os: Os,
    pub arch: Arch,
}

impl Platform {
    /// The platform this program was compiled for.
    pub fn current() -> Result<Self> {
        Self::named(std::env::consts::OS, std::env::consts::ARCH)
    }

    /// `os` and `arch` as `std::env::consts` spells them.
    fn named(os: &str, arch: &str) -> Result<Self> {
        let os = match os {
            "linux" => Os::Linux,
            "macos" => Os::Macos,
            "windows" => Os::Windows,
            _ => bail!("Quartet is not built for {os}: it runs on Linux, Windows and macOS"),
        };
        let arch = match arch {
            "x86_64" => Arch::X64,
            "aarch64" => Arch::Arm64,
            _ => bail!("Quartet is not built for {arch}: it needs a 64-bit x86 or ARM processor"),
        };
        Ok(Self { os, arch })
    }
}

/// `linux-x64`, `darwin-arm64`, `win32-x64`…: the names npm and ONNX Runtime use.
impl fmt::Display for Platform {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let os = match self.os {
            Os::Linux => "linux",
            Os::Macos => "darwin",
            Os::Windows => "win32",
        };
        let arch = match self.arch {
            Arch::X64 => "x64",
            Arch::Arm64 => "arm64",
        };
        write!(out, "{os}-{arch}")
    }
}

/// `name` as an executable of this system is called: `quartet.exe` on Windows.
pub fn executable(name: &str) -> String {
    format!("{name}{}", std::env::consts::EXE_SUFFIX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platforms_are_named_as_the_packages_name_them() {
        let name = |os, arch| Platform::named(os, arch).unwrap().to_string();
        assert_eq!(name("linux", "x86_64"), "linux-x64");
        assert_eq!(name("macos", "aarch64"), "darwin-arm64");
        assert_eq!(name("windows", "x86_64"), "win32-x64");
    }

    #[test]
    fn an_unknown_platform_is_refused_by_name() {
        let error = Platform::named("freebsd", "x86_64")
            .unwrap_err()
            .to_string();
        assert!(error.contains("freebsd"), "{error}");
        let error = Platform::named("linux", "x86").unwrap_err().to_string();
        assert!(error.contains("64-bit"), "{error}");
    }
}
