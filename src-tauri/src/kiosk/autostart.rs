//! A kiosk that starts with the computer: one file where the desktop looks for such.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use quartet_studio::{Code, Failure, Result};

const NAME: &str = "quartet-kiosk.desktop";

/// Where the desktops of freedesktop.org look (Autostart specification 0.5); none on other systems.
fn folder() -> Option<PathBuf> {
    if !cfg!(target_os = "linux") {
        return None;
    }
    let absolute = |name: &str| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let configuration =
        absolute("XDG_CONFIG_HOME").or_else(|| Some(absolute("HOME")?.join(".config")));
    Some(configuration?.join("autostart"))
}

/// Whether it does; none where that is not set up here.
pub fn is_on() -> Option<bool> {
    Some(folder()?.join(NAME).is_file())
}

/// # Errors
/// `KioskAutostart`, `KioskNotSaved`.
pub fn set(on: bool, program: &Path, file: &Path) -> Result<()> {
    let folder = folder().ok_or_else(|| Failure::new(Code::KioskAutostart, ""))?;
    set_in(&folder, on, program, file)
        .map_err(|error| Failure::at(Code::KioskNotSaved, &folder.join(NAME), error))
}

fn set_in(folder: &Path, on: bool, program: &Path, file: &Path) -> io::Result<()> {
    let path = folder.join(NAME);
    if on {
        fs::create_dir_all(folder)?;
        return fs::write(path, entry(program, file)?);
    }
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn entry(program: &Path, file: &Path) -> io::Result<String> {
    let (program, file) = (quoted(program)?, quoted(file)?);
    Ok(format!(
        "[Desktop Entry]\nType=Application\nName=Quartet kiosk\nName[zh_CN]=Quartet 展台\nExec={program} --kiosk {file}\nTerminal=false\n"
    ))
}

/// As an argument of `Exec` (Desktop Entry specification 1.5): quoted, and the quoting once more for a value.
fn quoted(path: &Path) -> io::Result<String> {
    let text = path
        .to_str()
        .filter(|text| !text.contains(['\n', '\r', '\0']));
    let text =
        text.ok_or_else(|| io::Error::other("the path cannot be written into such a file"))?;
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '\\' => quoted.push_str(r"\\\\"),
            '"' | '`' | '$' => {
                quoted.push_str(r"\\");
                quoted.push(c);
            }
            '%' => quoted.push_str("%%"),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    Ok(quoted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_entry_is_written_quoted_and_taken_away_again() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("autostart");
        let (program, file) = (
            Path::new("/opt/my app/quartet-desktop"),
            Path::new("/home/ada/100% \"k\".toml"),
        );
        set_in(&place, true, program, file).unwrap();
        let written = fs::read_to_string(place.join(NAME)).unwrap();
        let line =
            "Exec=\"/opt/my app/quartet-desktop\" --kiosk \"/home/ada/100%% \\\\\"k\\\\\".toml\"\n";
        assert!(written.contains(line), "{written}");
        set_in(&place, false, program, file).unwrap();
        set_in(&place, false, program, file).unwrap();
        assert!(!place.join(NAME).exists());
        assert!(set_in(&place, true, program, Path::new("/a\nExec=b")).is_err());
    }
}
