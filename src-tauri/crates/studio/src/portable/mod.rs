//! Portable mode: a `portable.toml` beside the program says that it runs from where it lies, as on a stick, and
//! keeps what it makes beside itself, or nowhere.

mod passing;

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use quartet_media::bounded::read_text;
use serde::Deserialize;

use crate::{Code, Failure, Result};
pub use passing::PassingHome;

/// What makes a program portable, beside it.
pub const PORTABLE_FILE: &str = "portable.toml";
/// What makes a folder a class pack (`quartet-pack` reads it).
const PACK: &str = "pack.toml";
/// The program lies in `app/linux-x64` of a pack.
const MAX_DEPTH: usize = 3;
const MAX_BYTES: u64 = 64 << 10;

/// What `portable.toml` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    schema: u32,
    data: PortableData,
}

/// Where a portable Quartet keeps the library and the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PortableData {
    /// In `data` of its folder.
    Beside,
    /// In a temporary folder, which is wiped at the end.
    Nowhere,
}

/// A program that runs from where it lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Portable {
    /// What it reads models from, and keeps `data` in: the class pack that it lies in, else its own folder.
    pub folder: PathBuf,
    pub data: PortableData,
    /// Whether `folder` is a class pack.
    pub is_pack: bool,
}

/// Where the library and the settings of a portable program are.
#[derive(Debug)]
pub(crate) struct PortableHome {
    pub(crate) folder: PathBuf,
    /// Wipes it at the end.
    pub(crate) passing: Option<PassingHome>,
    /// That nothing is kept though it should be.
    pub(crate) warning: Option<Failure>,
}

impl Portable {
    /// That of the running program: beside it, or in the folder that `QUARTET_PORTABLE` names, as the starter of a
    /// pack does that runs a copy of the program.
    ///
    /// # Errors
    /// `PortableFile`.
    pub(crate) fn of_program() -> Result<Option<Self>> {
        let named = env::var_os("QUARTET_PORTABLE").filter(|name| !name.is_empty());
        let program = || env::current_exe().ok()?.parent().map(Path::to_owned);
        let Some(beside) = named.map(PathBuf::from).or_else(program) else {
            return Ok(None);
        };
        Self::read(&beside)
    }

    /// That of a program which lies in a folder; none where it is not portable.
    ///
    /// # Errors
    /// `PortableFile` with its line: a program that was to leave no trace does not start as one that does.
    pub fn read(beside: &Path) -> Result<Option<Self>> {
        let path = beside.join(PORTABLE_FILE);
        let text = match read_text(&path, MAX_BYTES) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(wrong(&path, 1, error)),
        };
        let written: Written = toml::from_str(&text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            wrong(&path, line_of(&text, at), error.message())
        })?;
        if written.schema != 1 {
            return Err(wrong(&path, 1, "its schema is not 1"));
        }
        let pack = beside
            .ancestors()
            .skip(1)
            .take(MAX_DEPTH)
            .find(|folder| folder.join(PACK).is_file());
        Ok(Some(Self {
            folder: pack.unwrap_or(beside).to_owned(),
            data: written.data,
            is_pack: pack.is_some(),
        }))
    }

    /// Its data folder: beside it where that can be written to, else one that passes.
    ///
    /// # Errors
    /// `LibraryUnavailable` where there is no place for a temporary folder either.
    pub(crate) fn home(&self) -> Result<PortableHome> {
        let mut warning = None;
        if self.data == PortableData::Beside {
            let folder = self.folder.join("data");
            match can_write(&folder) {
                Ok(()) => {
                    return Ok(PortableHome {
                        folder,
                        passing: None,
                        warning: None,
                    });
                }
                Err(error) => warning = Some(Failure::at(Code::PortableReadOnly, &folder, error)),
            }
        }
        let passing = PassingHome::new(&env::temp_dir())
            .map_err(|error| Failure::at(Code::LibraryUnavailable, &env::temp_dir(), error))?;
        Ok(PortableHome {
            folder: passing.folder().to_owned(),
            passing: Some(passing),
            warning,
        })
    }
}

fn wrong(path: &Path, line: usize, reason: impl std::fmt::Display) -> Failure {
    let (path, line) = (path.display().to_string(), line.to_string());
    let values = [("path", path.as_str()), ("line", line.as_str())];
    Failure::with(Code::PortableFile, &values, reason)
}

fn line_of(text: &str, byte: usize) -> usize {
    let before = text.as_bytes().iter().take(byte);
    1 + before.filter(|&&byte| byte == b'\n').count()
}

/// A file is written and removed: what modes say does not hold on every disk.
fn can_write(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let probe = folder.join(format!("probe-{}.tmp", std::process::id()));
    fs::write(&probe, b"quartet")?;
    fs::remove_file(&probe)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn portable(folder: &Path, text: &str) -> PathBuf {
        let app = folder.join("app").join("linux-x64");
        fs::create_dir_all(&app).unwrap();
        fs::write(app.join(PORTABLE_FILE), text).unwrap();
        app
    }

    #[test]
    fn a_program_without_the_file_is_not_portable() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Portable::read(folder.path()).unwrap(), None);
    }

    #[test]
    fn data_lies_in_the_pack_or_beside_a_program_that_is_in_none() {
        let stick = tempfile::tempdir().unwrap();
        let app = portable(stick.path(), "schema = 1\ndata = \"beside\"\n");
        let alone = Portable::read(&app).unwrap().unwrap();
        assert_eq!(
            (alone.folder.as_path(), alone.is_pack),
            (app.as_path(), false)
        );
        fs::write(stick.path().join(PACK), "schema = 1\n").unwrap();
        let packed = Portable::read(&app).unwrap().unwrap();
        assert_eq!(packed.folder, stick.path());
        let home = packed.home().unwrap();
        assert_eq!(home.folder, stick.path().join("data"));
        assert!(home.passing.is_none() && home.warning.is_none());
    }

    #[test]
    fn a_typo_is_refused_with_its_line() {
        let stick = tempfile::tempdir().unwrap();
        for (text, line) in [
            ("schema = 1\n\ndata = \"besides\"\n", "3"),
            ("schema = 1\ndata = \"beside\"\ndeta = 1\n", "3"),
            ("schema = 2\ndata = \"beside\"\n", "1"),
            ("schema = 1\ndata =\n", "2"),
        ] {
            let failure = Portable::read(&portable(stick.path(), text)).unwrap_err();
            assert_eq!(failure.code, Code::PortableFile);
            let told = format!("line {line}");
            assert!(failure.message.en.contains(&told), "{failure:?}");
        }
    }

    #[test]
    fn what_cannot_be_written_beside_goes_nowhere_and_is_told() {
        let stick = tempfile::tempdir().unwrap();
        let app = portable(stick.path(), "schema = 1\ndata = \"beside\"\n");
        // Root writes wherever modes forbid it; nobody writes into a file.
        fs::write(app.join("data"), "").unwrap();
        let home = Portable::read(&app).unwrap().unwrap().home().unwrap();
        let warning = home.warning.unwrap();
        assert_eq!(warning.code, Code::PortableReadOnly);
        assert!(home.folder.is_dir() && !home.folder.starts_with(stick.path()));
        drop(home.passing);
        assert!(!home.folder.exists());
    }
}
