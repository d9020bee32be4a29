//! What only its owner may read, on systems whose files have modes: folders 0700, files 0600.
//!
//! On Windows the data folder is inside the person's profile, which others do not enter.

use std::{
    fs::{self, OpenOptions},
    io,
    path::Path,
};

/// Makes a folder, and those above it that are missing; one that is there already is closed to others
/// where it can be.
///
/// # Errors
/// Those of the disk.
pub fn create_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(path)?;
    close(path);
    Ok(())
}

/// Options of a file that is made for its owner alone.
pub fn options() -> OpenOptions {
    let options = OpenOptions::new();
    #[cfg(unix)]
    let options = {
        use std::os::unix::fs::OpenOptionsExt as _;
        let mut options = options;
        options.mode(0o600);
        options
    };
    options
}

/// Takes from others what an earlier version, or another program, left them. What cannot be changed, as
/// on a disk without modes or in a folder of somebody else's, stays as it is.
pub fn close(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if let Ok(metadata) = fs::metadata(path) {
            let mode = metadata.permissions().mode();
            if mode & 0o077 != 0 {
                let own = fs::Permissions::from_mode(mode & 0o700);
                let _ = fs::set_permissions(path, own);
            }
        }
    }
    #[cfg(not(unix))]
    let _ = path;
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use quartet_media::labels::SourceType;

    use super::*;
    use crate::{Draft, Library, Modality, write_private};

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_library_is_its_owners_alone_also_one_of_an_earlier_version() {
        let place = tempfile::tempdir().unwrap();
        let home = place.path().join("new/home");
        let draft = Draft {
            modality: Modality::Text,
            title: "x",
            model: "x",
            seconds: 0.0,
            prompt: "x",
            content: "x",
            recipe: "{}",
            extension: "md",
            source: SourceType::Generated,
        };
        for _ in 0..2 {
            let library = Library::open(&home, |_| None).unwrap().library;
            let work = library.keep(&draft, |_, out| out.write_all(b"x")).unwrap();
            let file = library.open_work(&work.id).unwrap().file;
            assert_eq!(mode(&file), 0o600);
            assert_eq!(mode(&home.join("works")), 0o700);
            for entry in fs::read_dir(&home).unwrap().flatten() {
                let path = entry.path();
                let expected = if path.is_dir() { 0o700 } else { 0o600 };
                assert_eq!(mode(&path), expected, "{path:?}");
            }
            drop(library);
            // As an earlier version left them.
            for (path, mode) in [("works", 0o755), ("library.sqlite", 0o644)] {
                let open = fs::Permissions::from_mode(mode);
                fs::set_permissions(home.join(path), open).unwrap();
            }
        }
        assert_eq!(mode(&home), 0o700);
        let settings = home.join("settings.json");
        write_private(&settings, |out| out.write_all(b"{}")).unwrap();
        assert_eq!(mode(&settings), 0o600);
    }
}
