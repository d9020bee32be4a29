//! Where a person wants a result written, looked at before anything is made.

use std::{
    fs, io,
    path::{MAIN_SEPARATOR, Path, PathBuf},
};

use quartet_library::AtomicFile;
use quartet_media::{
    UnknownFormat,
    bounded::{names_a_device, open_given},
};

use crate::{Code, Failure, Result};

/// Whether a result can be written to a path, as far as that can be known before it is made: it would replace none
/// of its `sources`, files or folders of files; `ending` takes its name; its folder is there and takes files. What
/// else is there already is replaced, behind a link too.
///
/// # Errors
/// `OutputStdout`, `OutputFolder`, `OutputNotFile`, `OutputIsInput`, `OutputDenied`, `OutputFolderMissing`,
/// `OutputName`, `ExportFailed`, and those of `ending`: `ExportFormat`, `OutputNoEnding`, `OutputOnlyEnding`.
pub fn check_destination(
    path: &Path,
    ending: impl Fn(&Path) -> Result<(), UnknownFormat>,
    sources: &[PathBuf],
) -> Result<()> {
    let no_file = |code| {
        // With the endings that there are to choose from.
        let allowed = ending(Path::new("")).err().map(|unknown| unknown.allowed);
        let (path, allowed) = (path.display().to_string(), allowed.unwrap_or_default());
        let values = [("path", path.as_str()), ("allowed", allowed.as_str())];
        Err(Failure::with(code, &values, ""))
    };
    if is_standard_stream(path) {
        return no_file(Code::OutputStdout);
    }
    if names_a_device(path) {
        return no_file(Code::OutputNotFile);
    }
    let found = fs::metadata(path);
    match &found {
        Ok(data) if data.is_dir() => return no_file(Code::OutputFolder),
        Ok(data) if !data.is_file() => return no_file(Code::OutputNotFile),
        Ok(data) => {
            if sources.iter().any(|source| is_of(path, source)) {
                return Err(Failure::at(Code::OutputIsInput, path, ""));
            }
            // A rename would pass over it, where the system lets it.
            if data.permissions().readonly() {
                return Err(Failure::at(Code::OutputDenied, path, "it is read-only"));
            }
        }
        Err(error) if leads_in_a_circle(path, error) => return no_file(Code::OutputNotFile),
        // What else keeps it from being written is told below.
        Err(_) if names_a_folder(path) => return Err(no_folder(path, "")),
        Err(_) => {}
    }
    ending(path)?;
    // The name of what is begun below is another, and short.
    if let Err(error) = &found
        && error.kind() != io::ErrorKind::NotFound
    {
        return Err(refused(path, error));
    }
    // Dropped, it leaves nothing behind.
    let begun = AtomicFile::begin(path);
    begun.map(drop).map_err(|error| refused(path, &error))
}

/// Whether a file that a person gave is one that can be opened, with something in it.
///
/// # Errors
/// `InputMissing`, `InputFolder`, `InputNotRegular`, `InputEmpty`.
pub fn check_input(path: &Path) -> Result<()> {
    Ok(open_given(path).map(drop)?)
}

/// Whether a path leads to a file, or to one in a folder.
fn is_of(path: &Path, source: &Path) -> bool {
    if !source.is_dir() {
        return same_file::is_same_file(path, source).unwrap_or(false);
    }
    let real = |path: &Path| path.canonicalize().ok();
    let folder = real(path).and_then(|path| path.parent().map(Path::to_owned));
    folder.is_some() && folder == real(source)
}

/// Whether the links at a path come to no end, by what the system said of it: the kind itself has no stable name.
fn leads_in_a_circle(path: &Path, error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidFilename, NotADirectory, NotFound, PermissionDenied};
    let others = [InvalidFilename, NotADirectory, NotFound, PermissionDenied];
    path.is_symlink() && !others.contains(&error.kind())
}

/// What programs are given where they are to write to what they print to.
fn is_standard_stream(path: &Path) -> bool {
    path == Path::new("-")
        || ["/dev/stdout", "/dev/stderr", "/dev/stdin"]
            .iter()
            .any(|name| path == Path::new(name))
        || path.starts_with("/dev/fd")
        || path.starts_with("/proc/self/fd")
}

/// Whether a path ends as those of folders do.
fn names_a_folder(path: &Path) -> bool {
    let text = path.as_os_str().to_string_lossy();
    text.ends_with(['/', MAIN_SEPARATOR])
}

fn no_folder(folder: &Path, detail: impl std::fmt::Display) -> Failure {
    Failure::at(Code::OutputFolderMissing, folder, detail)
}

fn refused(path: &Path, error: &io::Error) -> Failure {
    let code = match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            // Also of what a link points to, whose folder may be another.
            let target = fs::read_link(path).map(|link| match path.parent() {
                Some(folder) => folder.join(link),
                None => link,
            });
            let target = target.as_deref().unwrap_or(path);
            let folder = target.parent().unwrap_or(target);
            if !folder.is_dir() && !folder.as_os_str().is_empty() {
                return no_folder(folder, error);
            }
            // One that takes no files, as those of the system's own.
            Code::OutputDenied
        }
        io::ErrorKind::InvalidFilename => Code::OutputName,
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Code::OutputDenied,
        _ => Code::ExportFailed,
    };
    Failure::at(code, path, error)
}

#[cfg(test)]
mod tests {
    use quartet_media::picture_file::PictureFormat;

    use super::*;

    fn code(path: &Path, sources: &[PathBuf]) -> Option<Code> {
        let checked = check_destination(path, |path| PictureFormat::of(path).map(drop), sources);
        checked.err().map(|failure| failure.code)
    }

    #[test]
    fn no_source_is_replaced_by_whatever_name() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("a.png"), "x").unwrap();
        fs::write(at("b.png"), "x").unwrap();
        let sources = [at("gone.png"), at("a.png")];
        assert_eq!(code(&at("a.png"), &sources), Some(Code::OutputIsInput));
        assert_eq!(code(&at("./a.png"), &sources), Some(Code::OutputIsInput));
        assert_eq!(code(&at("b.png"), &sources), None);
        assert_eq!(code(&at("gone.png"), &sources), None);
        // A folder of pictures is all that are in it, and takes others.
        let all = [folder.path().to_owned()];
        assert_eq!(code(&at("b.png"), &all), Some(Code::OutputIsInput));
        assert_eq!(code(&at("new.png"), &all), None);
        #[cfg(unix)]
        {
            use std::os::unix::fs::symlink;
            symlink("a.png", at("soft.png")).unwrap();
            fs::hard_link(at("a.png"), at("hard.png")).unwrap();
            for name in ["soft.png", "hard.png"] {
                assert_eq!(code(&at(name), &sources), Some(Code::OutputIsInput));
                assert_eq!(code(&at(name), &[]), None);
            }
        }
        assert_eq!(fs::read(at("a.png")).unwrap(), b"x");
    }

    #[test]
    fn what_is_wrong_with_a_name_is_told_as_what_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("folder.png")).unwrap();
        fs::write(at("kept.png"), "x").unwrap();
        let mut read_only = fs::metadata(at("kept.png")).unwrap().permissions();
        read_only.set_readonly(true);
        fs::set_permissions(at("kept.png"), read_only).unwrap();
        let long = "x".repeat(300) + ".png";
        for (name, expected) in [
            ("new.png", None),
            ("x.doc", Some(Code::ExportFormat)),
            ("x", Some(Code::OutputNoEnding)),
            ("x.", Some(Code::OutputNoEnding)),
            (".png", Some(Code::OutputOnlyEnding)),
            ("", Some(Code::OutputFolder)),
            ("..", Some(Code::OutputFolder)),
            ("folder.png", Some(Code::OutputFolder)),
            ("none.png/", Some(Code::OutputFolderMissing)),
            ("none/x.png", Some(Code::OutputFolderMissing)),
            ("kept.png/x.png", Some(Code::OutputFolderMissing)),
            ("kept.png", Some(Code::OutputDenied)),
            (&long, Some(Code::OutputName)),
        ] {
            assert_eq!(code(&at(name), &[]), expected, "{name}");
        }
        for name in ["-", "/dev/stdout", "/dev/fd/1"] {
            assert_eq!(code(Path::new(name), &[]), Some(Code::OutputStdout));
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[cfg(unix)]
    #[test]
    fn devices_are_refused_and_links_are_followed() {
        use std::os::unix::{fs::symlink, net::UnixListener};

        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let _listener = UnixListener::bind(at("socket.png")).unwrap();
        symlink("/dev/null", at("null.png")).unwrap();
        symlink("round.png", at("round.png")).unwrap();
        symlink("new.png", at("dangling.png")).unwrap();
        symlink("none/new.png", at("lost.png")).unwrap();
        for (name, expected) in [
            ("socket.png", Some(Code::OutputNotFile)),
            ("null.png", Some(Code::OutputNotFile)),
            ("round.png", Some(Code::OutputNotFile)),
            ("dangling.png", None),
            ("lost.png", Some(Code::OutputFolderMissing)),
        ] {
            assert_eq!(code(&at(name), &[]), expected, "{name}");
        }
    }
}
