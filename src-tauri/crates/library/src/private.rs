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
