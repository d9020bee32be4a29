//! A kiosk: the window for visitors. What they may do is refused here, before any command is entered; what they
//! leave behind is theirs alone and goes with them.

mod autostart;
pub(crate) mod commands;
mod files;
mod host;
mod page;
mod refused;
mod supervisor;
mod visitors;

use std::{ffi::OsString, path::PathBuf};

pub use host::Host;
pub use refused::refused;
pub use supervisor::{supervise, watch_parent};

/// Set for the process that shows the window, by the one that starts it again when it ends.
const SUPERVISED: &str = "QUARTET_KIOSK_SUPERVISED";

/// How the program was started.
#[derive(Debug, PartialEq, Eq)]
pub enum Start {
    /// As everybody starts it.
    Studio,
    /// As a kiosk that is watched over.
    Supervisor(PathBuf),
    /// The kiosk's own window.
    Kiosk(PathBuf),
    /// `--kiosk` without a file.
    NoFile,
}

impl Start {
    pub fn of_process() -> Self {
        let is_supervised = std::env::var_os(SUPERVISED).is_some();
        Self::of(std::env::args_os().skip(1), is_supervised)
    }

    fn of(mut arguments: impl Iterator<Item = OsString>, is_supervised: bool) -> Self {
        if !arguments.any(|argument| argument == "--kiosk") {
            return Self::Studio;
        }
        match arguments.next().filter(|file| !file.is_empty()) {
            None => Self::NoFile,
            Some(file) if is_supervised => Self::Kiosk(file.into()),
            Some(file) => Self::Supervisor(file.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kiosk_is_asked_for_by_name_with_its_file() {
        let start = |arguments: &[&str], supervised| {
            Start::of(arguments.iter().map(OsString::from), supervised)
        };
        assert_eq!(start(&[], false), Start::Studio);
        assert_eq!(start(&["--other"], true), Start::Studio);
        assert_eq!(start(&["--kiosk"], false), Start::NoFile);
        assert_eq!(start(&["--kiosk", ""], false), Start::NoFile);
        let file = PathBuf::from("k.toml");
        assert_eq!(
            start(&["--kiosk", "k.toml"], false),
            Start::Supervisor(file.clone())
        );
        assert_eq!(start(&["--kiosk", "k.toml"], true), Start::Kiosk(file));
    }
}
