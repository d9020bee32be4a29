//! Where a person's own programs go without an administrator, and how a system is told of them.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use etcetera::BaseStrategy as _;
use quartet_studio::{Code, Failure, LocalText, Result};

use crate::stick::not_written;

const ICON: &[u8] = include_bytes!("../../../icons/128x128.png");

/// A person's own places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// The app's folder.
    pub app: PathBuf,
    /// For commands, where the system has such a place.
    pub commands: Option<PathBuf>,
    /// For what a menu of programs shows.
    pub menu: Option<PathBuf>,
    /// For its pictures.
    pub icons: Option<PathBuf>,
}

impl Places {
    /// Those of whoever runs this.
    ///
    /// # Errors
    /// `LibraryUnavailable` when the system names no home folder.
    pub fn own() -> Result<Self> {
        let strategy = etcetera::base_strategy::choose_native_strategy().map_err(|error| {
            Failure::at(Code::LibraryUnavailable, Path::new("QUARTET_HOME"), error)
        })?;
        let (home, data) = (strategy.home_dir(), strategy.data_dir());
        Ok(if cfg!(windows) {
            let local = std::env::var_os("LOCALAPPDATA").map_or(data, PathBuf::from);
            let menu = std::env::var_os("APPDATA").map(PathBuf::from);
            Self {
                app: local.join("Programs").join("Quartet"),
                commands: None,
                menu: menu.map(|menu| menu.join("Microsoft/Windows/Start Menu/Programs")),
                icons: None,
            }
        } else if cfg!(target_os = "macos") {
            Self {
                app: data.join("quartet").join("app"),
                commands: None,
                menu: Some(home.join("Applications")),
                icons: None,
            }
        } else {
            Self {
                app: data.join("quartet").join("app"),
                commands: Some(home.join(".local/bin")),
                menu: Some(data.join("applications")),
                icons: Some(data.join("icons/hicolor/128x128/apps")),
            }
        })
    }

    /// Tells the system of the programs in the app's folder, and returns what people are to know.
    ///
    /// # Errors
    /// `ClassPackNotWritten`.
    pub(crate) fn announce(&self) -> Result<Vec<LocalText>> {
        let mut notes = Vec::new();
        let window = self.app.join(program("quartet-desktop"));
        if let Some(menu) = self.menu.as_ref().filter(|_| window.is_file()) {
            let (name, text) = entry(&window);
            write(&menu.join(name), text.as_bytes())?;
            if let Some(icons) = &self.icons {
                write(&icons.join("quartet.png"), ICON)?;
            }
        }
        if let Some(commands) = &self.commands {
            notes.extend(self.command(commands)?);
        }
        if !cfg!(target_os = "linux") {
            notes.push(LocalText {
                en: "Installing for one person was tried on Linux only; see docs/class-pack.md for this system."
                    .to_owned(),
                zh: "为单个用户安装目前只在 Linux 上试过；本系统的说明见 docs/class-pack.md。".to_owned(),
            });
        }
        Ok(notes)
    }

    /// A link in a place for commands, unless something else is called so there.
    fn command(&self, commands: &Path) -> Result<Option<LocalText>> {
        let program = self.app.join(program("quartet"));
        let link = commands.join("quartet");
        if !program.is_file() {
            return Ok(None);
        }
        let failed = |error: io::Error| not_written(&link, &error);
        fs::create_dir_all(commands).map_err(failed)?;
        match fs::symlink_metadata(&link) {
            Ok(data) if data.is_symlink() && fs::read_link(&link).is_ok_and(|to| to == program) => {
            }
            Ok(_) => {
                let path = link.display();
                return Ok(Some(LocalText {
                    en: format!("{path} is something else and was left as it is."),
                    zh: format!("{path} 是其他内容，保持原样。"),
                }));
            }
            Err(_) => link_to(&program, &link).map_err(failed)?,
        }
        let is_found = std::env::var_os("PATH")
            .is_some_and(|path| std::env::split_paths(&path).any(|one| one == *commands));
        let commands = commands.display();
        Ok((!is_found).then(|| LocalText {
            en: format!("{commands} is not in PATH yet: sign in again, or type the whole path."),
            zh: format!("{commands} 还不在 PATH 中：请重新登录，或输入完整路径。"),
        }))
    }
}

/// What a program is called here.
pub(crate) fn program(name: &str) -> String {
    format!("{name}{}", std::env::consts::EXE_SUFFIX)
}

#[cfg(unix)]
fn link_to(program: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(program, link)
}

#[cfg(not(unix))]
fn link_to(_: &Path, _: &Path) -> io::Result<()> {
    Ok(())
}

/// What a menu of programs shows: the name of its file, and what is in it.
fn entry(window: &Path) -> (&'static str, String) {
    let path = window.display().to_string();
    if cfg!(windows) {
        let address = path.replace('\\', "/");
        return (
            "Quartet.url",
            format!("[InternetShortcut]\r\nURL=file:///{address}\r\n"),
        );
    }
    if cfg!(target_os = "macos") {
        let quoted = path.replace('\'', r"'\''");
        return ("Quartet.command", format!("#!/bin/sh\nexec '{quoted}'\n"));
    }
    // A desktop entry's own rules (the Exec key): quotes, and a percent sign is written twice.
    let escaped: String = path
        .chars()
        .flat_map(|c| match c {
            '"' | '`' | '$' | '\\' => vec!['\\', '\\', c],
            '%' => vec!['%', '%'],
            c => vec![c],
        })
        .collect();
    let text = format!(
        "[Desktop Entry]\nType=Application\nName=Quartet\nComment=Text, pictures, sound and film, offline\n\
         Comment[zh_CN]=离线的文字、图片、声音和视频\nExec=\"{escaped}\"\nIcon=quartet\nTerminal=false\n\
         Categories=Education;Graphics;AudioVideo;\nStartupWMClass=quartet-desktop\n"
    );
    ("quartet.desktop", text)
}

/// A small file that is there whole or not at all.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let failed = |error: io::Error| not_written(path, &error);
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(failed)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = folder.join(format!(".{name}.quartet-partial"));
    fs::write(&temporary, bytes).map_err(failed)?;
    #[cfg(unix)]
    if name.ends_with(".command") {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&temporary, fs::Permissions::from_mode(0o755)).map_err(failed)?;
    }
    fs::rename(&temporary, path).map_err(failed)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    fn places(home: &Path) -> Places {
        Places {
            app: home.join("share/quartet/app"),
            commands: Some(home.join("bin")),
            menu: Some(home.join("share/applications")),
            icons: Some(home.join("share/icons")),
        }
    }

    #[test]
    fn the_menu_and_the_command_lead_to_the_app_again_and_again() {
        let home = tempfile::tempdir().unwrap();
        let places = places(home.path());
        fs::create_dir_all(&places.app).unwrap();
        for name in ["quartet", "quartet-desktop"] {
            fs::write(places.app.join(name), "#!").unwrap();
        }
        for _ in 0..2 {
            let notes = places.announce().unwrap();
            assert!(notes[0].en.contains("PATH"), "{notes:?}");
            let link = fs::read_link(home.path().join("bin/quartet")).unwrap();
            assert_eq!(link, places.app.join("quartet"));
            let entry = home.path().join("share/applications/quartet.desktop");
            let entry = fs::read_to_string(entry).unwrap();
            assert!(entry.contains("share/quartet/app/quartet-desktop\"\n"));
            assert!(home.path().join("share/icons/quartet.png").is_file());
        }
    }

    #[test]
    fn another_command_of_the_name_is_left_and_told() {
        let home = tempfile::tempdir().unwrap();
        let places = places(home.path());
        fs::create_dir_all(&places.app).unwrap();
        fs::create_dir_all(home.path().join("bin")).unwrap();
        fs::write(places.app.join("quartet"), "#!").unwrap();
        fs::write(home.path().join("bin/quartet"), "mine").unwrap();
        let notes = places.announce().unwrap();
        assert!(notes[0].en.contains("left as it is"), "{notes:?}");
        let mine = fs::read_to_string(home.path().join("bin/quartet")).unwrap();
        assert_eq!(mine, "mine");
    }

    #[test]
    fn a_path_is_quoted_as_desktop_entries_quote() {
        let (_, text) = entry(Path::new("/home/a b/50% $x/quartet"));
        assert!(
            text.contains("Exec=\"/home/a b/50%% \\\\$x/quartet\"\n"),
            "{text}"
        );
    }
}
