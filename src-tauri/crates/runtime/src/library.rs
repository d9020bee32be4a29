//! Loading the ONNX Runtime library: found, built for this machine, new enough, and silent.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use ort::{LoadDynamicError, environment::Environment};

use crate::{Device, DeviceId, Error, Result, device};

/// The loaded library. There is one a process: ONNX Runtime cannot be unloaded, so every later
/// `load` hands out the same one.
#[derive(Debug, Clone)]
pub struct Runtime {
    environment: Environment,
    path: PathBuf,
    version: String,
}

static LOADED: Mutex<Option<Runtime>> = Mutex::new(None);

impl Runtime {
    /// The oldest library this crate can talk to: its C API version is compiled in.
    pub fn minimum_version() -> String {
        format!("1.{}", ort::MINOR_VERSION)
    }

    /// Loads the library at `path` and switches its telemetry off.
    ///
    /// # Errors
    /// `LibraryMissing`, `LibraryArchitecture`, `LibraryReports`, `LibraryTooOld`,
    /// `LibraryUnusable`.
    pub fn load(path: &Path) -> Result<Self> {
        let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(runtime) = &*loaded {
            return Ok(runtime.clone());
        }
        check_file(path)?;
        let bytes = std::fs::read(path).map_err(|error| unusable(path, &error.to_string()))?;
        check_silence(path, &bytes)?;
        let environment = ort::init_from(path)
            .map_err(|error| load_error(path, error))?
            .with_name("quartet")
            .with_telemetry(false)
            .build()
            .map_err(|error| unusable(path, error.message()))?;
        let version = version(path, &bytes);
        let runtime = Self {
            environment,
            path: path.to_owned(),
            version,
        };
        *loaded = Some(runtime.clone());
        Ok(runtime)
    }

    /// For example `1.27.0`.
    pub fn version(&self) -> &str {
        &self.version
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What sessions can run on with this library; the CPU is always there and first.
    pub fn devices(&self) -> Vec<Device> {
        device::list(&self.environment)
    }

    /// The name of a device for people, such as `CPU`; of one that the library does not have, its id.
    pub fn device_name(&self, id: &DeviceId) -> String {
        let mut devices = self.devices().into_iter();
        devices
            .find(|device| device.id == *id)
            .map_or_else(|| id.as_str().to_owned(), |device| device.name)
    }

    pub(crate) fn environment(&self) -> &Environment {
        &self.environment
    }
}

/// The version of a library that is loaded. Builds of a branch for a release name it in their build
/// information ("git-branch=rel-1.27.0"), others ("git-branch=HEAD") do not; all hold the text that
/// `GetVersionString` answers with, of which the bindings tell the middle number alone.
fn version(path: &Path, bytes: &[u8]) -> String {
    version_in(ort::info())
        .or_else(|| {
            let minor = ort::util::probe(path)?;
            Some(stamped(bytes, minor).unwrap_or_else(|| format!("1.{minor}")))
        })
        .unwrap_or_else(|| "unknown".to_owned())
}

/// The one text `1.<minor>.<patch>` among a library's texts, each of which is between two zeros.
fn stamped(bytes: &[u8], minor: u32) -> Option<String> {
    let start = format!("\01.{minor}.");
    let mut found = None;
    for at in memchr::memmem::find_iter(bytes, start.as_bytes()) {
        let text = &bytes[at + 1..];
        let end = memchr::memchr(0, text).unwrap_or(usize::MAX);
        let Some(Ok(text)) = text.get(..end).map(std::str::from_utf8) else {
            continue;
        };
        let patch = &text[start.len() - 1..];
        let is_number =
            (1..=4).contains(&patch.len()) && patch.bytes().all(|byte| byte.is_ascii_digit());
        match &found {
            _ if !is_number => {}
            Some(other) if other != text => return None,
            _ => found = Some(text.to_owned()),
        }
    }
    found
}

fn version_in(build_info: &str) -> Option<String> {
    let after = build_info.split("rel-").nth(1)?;
    let version: String = after
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    (!version.is_empty()).then_some(version)
}

fn unusable(path: &Path, reason: &str) -> Error {
    Error::LibraryUnusable {
        path: path.to_owned(),
        reason: reason.to_owned(),
    }
}

fn load_error(path: &Path, error: LoadDynamicError) -> Error {
    match error {
        LoadDynamicError::BadVersion { version_str, .. } => Error::LibraryTooOld {
            path: path.to_owned(),
            found: version_str,
            needed: Runtime::minimum_version(),
        },
        other => unusable(path, &other.to_string()),
    }
}

/// Looks at the file before the system's loader does, whose messages name neither cause.
fn check_file(path: &Path) -> Result<()> {
    let mut header = [0_u8; 4096];
    let missing = || Error::LibraryMissing {
        path: path.to_owned(),
    };
    // Nobody waits for a pipe that says it is a library.
    if !path.is_file() {
        return Err(missing());
    }
    let mut file = File::open(path).map_err(|_| missing())?;
    let read = file
        .read(&mut header)
        .map_err(|error| unusable(path, &error.to_string()))?;
    let found = architecture(&header[..read])
        .ok_or_else(|| unusable(path, "the file is not a shared library"))?;
    let needed = std::env::consts::ARCH;
    if found == needed {
        Ok(())
    } else {
        Err(Error::LibraryArchitecture {
            path: path.to_owned(),
            found: found.to_owned(),
            needed,
        })
    }
}

/// Where ONNX Runtime's own builds for Linux and macOS send what they observe, from 1.29 on. Their
/// first report leaves while the environment is made, before the C API can switch it off
/// (microsoft/onnxruntime#25573, #27379).
const TELEMETRY_ENDPOINT: &str = "mobile.events.data.microsoft.com";

/// Set to 1 before the process starts, it keeps such a library silent.
const TELEMETRY_OPT_OUT: &str = "ORT_DISABLE_TELEMETRY";

/// Refuses a library that would report to its maker: one of the user's own, since the one that
/// comes with Quartet cannot.
fn check_silence(path: &Path, bytes: &[u8]) -> Result<()> {
    if std::env::var_os(TELEMETRY_OPT_OUT).is_some_and(|value| value == "1") {
        return Ok(());
    }
    if memchr::memmem::find(bytes, TELEMETRY_ENDPOINT.as_bytes()).is_none() {
        return Ok(());
    }
    Err(Error::LibraryReports {
        path: path.to_owned(),
        endpoint: TELEMETRY_ENDPOINT,
    })
}

/// The machine an ELF, Mach-O or PE file was built for, named as `std::env::consts::ARCH` does.
/// Sources: System V ABI (`e_machine` at 18), Mach-O (`cputype` at 4), PE (offset at 0x3c).
fn architecture(header: &[u8]) -> Option<&'static str> {
    let u16_at = |at: usize| Some(u16::from_le_bytes(header.get(at..at + 2)?.try_into().ok()?));
    let u32_at = |at: usize| Some(u32::from_le_bytes(header.get(at..at + 4)?.try_into().ok()?));
    if header.starts_with(b"\x7fELF") {
        return Some(match u16_at(18)? {
            0x3e => "x86_64",
            0xb7 => "aarch64",
            0x03 => "x86",
            0x28 => "arm",
            0xf3 => "riscv64",
            _ => "another machine",
        });
    }
    if u32_at(0)? == 0xfeed_facf {
        return Some(match u32_at(4)? {
            0x0100_0007 => "x86_64",
            0x0100_000c => "aarch64",
            _ => "another machine",
        });
    }
    if header.starts_with(b"MZ") {
        let pe = u32_at(0x3c)? as usize;
        if header.get(pe..pe + 4)? != b"PE\0\0" {
            return None;
        }
        return Some(match u16_at(pe + 4)? {
            0x8664 => "x86_64",
            0xaa64 => "aarch64",
            0x014c => "x86",
            _ => "another machine",
        });
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elf(machine: u16) -> Vec<u8> {
        let mut bytes = vec![0; 64];
        bytes[..4].copy_from_slice(b"\x7fELF");
        bytes[18..20].copy_from_slice(&machine.to_le_bytes());
        bytes
    }

    #[test]
    fn machines_are_read_from_all_three_formats() {
        assert_eq!(architecture(&elf(0x3e)), Some("x86_64"));
        assert_eq!(architecture(&elf(0xb7)), Some("aarch64"));
        let mach = [0xcf, 0xfa, 0xed, 0xfe, 0x0c, 0, 0, 1];
        assert_eq!(architecture(&mach), Some("aarch64"));
        let mut pe = vec![0; 0x90];
        pe[..2].copy_from_slice(b"MZ");
        pe[0x3c] = 0x80;
        pe[0x80..0x84].copy_from_slice(b"PE\0\0");
        pe[0x84..0x86].copy_from_slice(&0x8664_u16.to_le_bytes());
        assert_eq!(architecture(&pe), Some("x86_64"));
        // A header whose offset points outside the file must not be followed.
        pe[0x3c..0x40].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(architecture(&pe), None);
    }

    #[test]
    fn each_bad_library_has_its_own_error() {
        let folder = std::env::temp_dir().join(format!("quartet-library-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let write = |name: &str, bytes: &[u8]| {
            let path = folder.join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        };
        let missing = Runtime::load(&folder.join("absent.so")).unwrap_err();
        assert!(matches!(missing, Error::LibraryMissing { .. }), "{missing}");
        let text = Runtime::load(&write("text.so", b"hello there, no library")).unwrap_err();
        assert!(matches!(text, Error::LibraryUnusable { .. }), "{text}");
        let other = if cfg!(target_arch = "x86_64") {
            0xb7
        } else {
            0x3e
        };
        let mut talkative = elf(match std::env::consts::ARCH {
            "x86_64" => 0x3e,
            _ => 0xb7,
        });
        talkative.extend(b"https://mobile.events.data.microsoft.com/OneCollector/1.0");
        let reports = check_silence(&write("talkative.so", &talkative), &talkative);
        // Where the tests are run by cargo, the variable that keeps it silent is set.
        let silenced = std::env::var_os(TELEMETRY_OPT_OUT).is_some();
        assert_eq!(reports.is_ok(), silenced, "{reports:?}");
        let foreign = Runtime::load(&write("foreign.so", &elf(other))).unwrap_err();
        assert!(
            matches!(foreign, Error::LibraryArchitecture { .. }),
            "{foreign}"
        );
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn the_version_is_found_in_the_build_info() {
        let info = "ORT Build Info: git-branch=rel-1.27.0, git-commit-id=1, build type=Release";
        assert_eq!(version_in(info).as_deref(), Some("1.27.0"));
        assert_eq!(version_in("nothing here"), None);
        let head = "ORT Build Info: git-branch=HEAD, git-commit-id=8f0278c77b";
        assert_eq!(version_in(head), None);
    }

    #[test]
    fn the_version_is_found_among_the_librarys_texts() {
        let found = |bytes: &[u8]| stamped(bytes, 27);
        let library = b"\x7fELF\0VERS_1.27.0\x001.26.0\x001.27.0\x001.27.x\0 1.27.9\x001.27.0\0";
        assert_eq!(found(library).as_deref(), Some("1.27.0"));
        for doubtful in [
            &b"\x001.27.0\x001.27.1\0"[..],
            b"\x001.27.0",
            b"\x001.27.\0",
            b"1.27.0\0",
            b"",
        ] {
            assert_eq!(found(doubtful), None);
        }
    }
}
