//! Files from strangers and from people, opened and read without trust.
//!
//! Only regular files, also behind links: a pipe would keep its reader waiting for ever, a device has no
//! end, and to open some of them already does something. Never more bytes than were meant, whatever
//! length a file claims.

use std::{
    fs::{self, File},
    io::{self, Read, Seek as _},
    path::{Component, Path, Prefix},
};

use crate::{Error, Result, written};

/// Opens a regular file for reading; never waits.
///
/// # Errors
/// `IsADirectory`, `InvalidInput` for what else is no regular file, and those of the system.
pub fn open_regular(path: &Path) -> io::Result<File> {
    // Looked at before it is opened, since opening acts on some devices, and after it, since another file
    // may have taken its place.
    if names_a_device(path) {
        return Err(not_regular());
    }
    let data = fs::metadata(path)?;
    if data.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if !data.is_file() {
        return Err(not_regular());
    }
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY);
    }
    let file = options.open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(not_regular())
    }
}

/// The bytes of a regular file of at most `most` bytes.
///
/// # Errors
/// As [`open_regular`], and `FileTooLarge`.
pub fn read_bounded(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    bounded(open_regular(path)?, most)
}

/// What a file holds from where it is read at: at most `most` bytes.
///
/// # Errors
/// `FileTooLarge`, and those of the system.
pub(crate) fn bounded(file: File, most: u64) -> io::Result<Vec<u8>> {
    let too_large = || {
        let reason = format!("it is larger than {most} bytes");
        io::Error::new(io::ErrorKind::FileTooLarge, reason)
    };
    if file.metadata()?.len() > most {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    // The length may be a claim: files of /proc say 0, others grow.
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(too_large());
    }
    Ok(bytes)
}

/// The text of a regular file of at most `most` bytes: UTF-8, or what its byte order mark says, which is no
/// part of it.
///
/// # Errors
/// As [`read_bounded`], and `InvalidData` for what is no text.
pub fn read_text(path: &Path, most: u64) -> io::Result<String> {
    read_bounded(path, most).and_then(written::text)
}

/// Opens a file that a person gave: a regular one with something in it.
///
/// # Errors
/// `Missing`, `Folder`, `NotRegular`, `Empty`.
pub fn open_given(path: &Path) -> Result<File> {
    let missing = |error: io::Error| Error::missing(path, &error);
    let mut file = open_regular(path).map_err(missing)?;
    // The length may be a claim, as above.
    let read = file.read(&mut [0]).map_err(missing)?;
    file.rewind().map_err(missing)?;
    if read == 0 {
        return Err(Error::Empty {
            path: path.to_owned(),
        });
    }
    Ok(file)
}

/// Whether Windows takes a name for a device's: `CON`, `NUL`, `COM1`, in whatever folder.
pub fn names_a_device(path: &Path) -> bool {
    let absolute = std::path::absolute(path);
    absolute.is_ok_and(|path| {
        let start = path.components().next();
        matches!(start, Some(Component::Prefix(prefix)) if matches!(prefix.kind(), Prefix::DeviceNS(_)))
    })
}

fn not_regular() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_up_to_their_bound_and_marks_are_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        fs::write(&path, "\u{feff}{}").unwrap();
        assert_eq!(read_text(&path, 5).unwrap(), "{}");
        let error = read_bounded(&path, 4).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
        fs::write(&path, [0xff]).unwrap();
        let error = read_text(&path, 5).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        let error = read_bounded(folder.path(), 5).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::IsADirectory);
        let error = read_bounded(&folder.path().join("gone"), 5).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }

    #[cfg(unix)]
    #[test]
    fn pipes_devices_sockets_and_links_to_them_are_refused_at_once() {
        use std::os::unix::{fs::symlink, net::UnixListener};

        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let made = std::process::Command::new("mkfifo")
            .arg(at("pipe"))
            .status();
        assert!(made.unwrap().success());
        symlink(at("pipe"), at("link")).unwrap();
        symlink("/dev/zero", at("zero")).unwrap();
        symlink("/dev/tty", at("tty")).unwrap();
        let _listener = UnixListener::bind(at("socket")).unwrap();
        let started = std::time::Instant::now();
        for path in ["pipe", "link", "zero", "tty", "socket"] {
            let error = read_bounded(&at(path), 1 << 20).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput, "{path}");
            let error = open_given(&at(path)).unwrap_err();
            assert!(matches!(error, Error::NotRegular { .. }), "{error}");
        }
        assert!(started.elapsed().as_secs() < 1);
    }

    #[test]
    fn what_a_person_gave_is_told_as_what_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.png");
        let missing = open_given(&path).unwrap_err();
        assert!(matches!(missing, Error::Missing { .. }), "{missing}");
        fs::write(&path, "").unwrap();
        let empty = open_given(&path).unwrap_err();
        assert!(matches!(empty, Error::Empty { .. }), "{empty}");
        fs::write(&path, "ab").unwrap();
        let mut file = open_given(&path).unwrap();
        assert_eq!(io::read_to_string(&mut file).unwrap(), "ab");
        let error = open_given(folder.path()).unwrap_err();
        assert!(matches!(error, Error::Folder { .. }), "{error}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_that_claims_to_be_empty_is_bounded_all_the_same() {
        let path = Path::new("/proc/self/maps");
        assert_eq!(fs::metadata(path).unwrap().len(), 0);
        let error = read_bounded(path, 100).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
    }
}
