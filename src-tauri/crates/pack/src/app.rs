//! The portable app in a pack: the programs that run now, with ONNX Runtime and their licences, laid out so that
//! they start from the stick.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use quartet_studio::{Code, Failure, LocalText, PORTABLE_FILE, PortableData, Result, Studio};

use crate::{
    places::program,
    planned::{Content, PlannedItem, Source},
};

/// The files that are programs, as they are called on systems whose files have modes.
pub(crate) const PROGRAMS: [&str; 2] = ["quartet", "quartet-desktop"];

/// Whether a file of a pack is there to be started.
#[cfg(unix)]
pub(crate) fn is_started(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    PROGRAMS.contains(&name.as_ref()) || name.starts_with("START-")
}

/// This system, as folders of apps are called: `linux-x64`.
pub fn platform() -> String {
    let system = env::consts::OS;
    let processor = match env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("{system}-{processor}")
}

/// The portable app of this system, as a thing in a pack.
///
/// # Errors
/// `ClassPackNoApp` with what is missing.
pub(crate) fn item(studio: &Studio, data: PortableData) -> Result<PlannedItem> {
    let missing = |path: &Path| Failure::at(Code::ClassPackNoApp, path, "");
    let running = env::current_exe().map_err(|_| missing(Path::new("quartet")))?;
    let folder = running.parent().unwrap_or(Path::new(".")).to_owned();
    let runtime = &studio.paths().runtime;
    if !runtime.is_file() {
        return Err(missing(runtime));
    }
    let mut files = Vec::new();
    for name in PROGRAMS.map(program) {
        let path = folder.join(&name);
        if path.is_file() {
            files.push(Source::file(&path, &name)?);
        }
    }
    if files.is_empty() {
        return Err(missing(&folder.join(program("quartet"))));
    }
    let library = runtime.file_name().unwrap_or_default().to_string_lossy();
    // What the name leads to: sticks hold no links.
    files.push(Source::file(
        runtime,
        &format!("resources/onnxruntime/{library}"),
    )?);
    files.extend(notices(&folder)?.into_iter().map(|mut file| {
        file.path = format!("resources/{}", file.path);
        file
    }));
    files.push(Source::text(PORTABLE_FILE, &portable(data)));
    let platform = platform();
    Ok(PlannedItem::app(
        &platform,
        LocalText {
            en: format!("Quartet for {platform}, runs from the stick"),
            zh: format!("Quartet（{platform}），可直接从 U 盘运行"),
        },
        files,
    ))
}

/// The licences that came with the program; those of the source where none did.
pub(crate) fn notices(beside: &Path) -> Result<Vec<Source>> {
    const LICENSE: &str = include_str!("../../../../LICENSE");
    const THIRD_PARTY: &str = include_str!("../../../../THIRD-PARTY.md");
    let resources = [
        "resources",
        "../Resources/resources",
        "../lib/Quartet/resources",
    ];
    let mut folders = resources.iter().map(|relative| beside.join(relative));
    let found = folders.find(|folder| folder.join("THIRD-PARTY.txt").is_file());
    let third = match &found {
        Some(folder) => Source::file(&folder.join("THIRD-PARTY.txt"), "THIRD-PARTY.txt")?,
        None => Source::text("THIRD-PARTY.md", THIRD_PARTY),
    };
    Ok(vec![Source::text("LICENSE", LICENSE), third])
}

fn portable(data: PortableData) -> String {
    let data = match data {
        PortableData::Beside => "beside",
        PortableData::Nowhere => "nowhere",
    };
    format!(
        "# Quartet runs from this folder, and keeps what it makes on the stick (\"beside\": in its folder data) or\n\
         # nowhere (\"nowhere\": in a temporary folder that is wiped at the end).\n\
         # Quartet 从这个文件夹运行，作品保存在 U 盘的 data 文件夹中（\"beside\"），或完全不保存（\"nowhere\"）。\n\
         schema = 1\ndata = \"{data}\"\n"
    )
}

/// What starts the apps that are in a pack, by the folders of those apps.
pub(crate) fn starters(platforms: &[String]) -> Vec<Source> {
    let has = |system: &str| {
        platforms
            .iter()
            .any(|platform| platform.starts_with(system))
    };
    let mut starters = Vec::new();
    if has("linux") {
        starters.push(Source::text("START-LINUX.sh", LINUX));
    }
    if has("macos") {
        starters.push(Source::text("START-MACOS.command", LINUX));
    }
    if has("windows") {
        starters.push(Source::text(
            "START-WINDOWS.cmd",
            &WINDOWS.replace('\n', "\r\n"),
        ));
    }
    starters
}

/// A stick with FAT32 is often mounted without the right to start programs: then the programs, and nothing else, are
/// copied for the run.
const LINUX: &str = r#"#!/bin/sh
# Starts Quartet from this stick: sh START-LINUX.sh     In a terminal: QUARTET_PROGRAM=quartet sh START-LINUX.sh models list
# 从这个 U 盘启动 Quartet
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd -P) || exit 1
case $(uname -s) in Darwin) system=macos ;; *) system=linux ;; esac
case $(uname -m) in aarch64 | arm64) processor=arm64 ;; *) processor=x64 ;; esac
app=$here/app/$system-$processor
program=${QUARTET_PROGRAM:-quartet-desktop}
if [ ! -f "$app/$program" ]; then
  echo "This stick holds no $program for $system-$processor. / 这个 U 盘中没有适用于 $system-$processor 的 $program。" >&2
  exit 1
fi
if [ -x "$app/$program" ]; then
  exec "$app/$program" "$@"
fi
run=$(mktemp -d "${TMPDIR:-/tmp}/quartet-run.XXXXXX") || exit 1
trap 'rm -rf "$run"' EXIT
trap 'exit 130' INT TERM HUP
cp -R "$app/." "$run/" || exit 1
for name in quartet quartet-desktop; do
  if [ -f "$run/$name" ]; then chmod 755 "$run/$name"; fi
done
QUARTET_PORTABLE=$app "$run/$program" "$@"
"#;

const WINDOWS: &str = r#"@echo off
rem Starts Quartet from this stick / 从这个 U 盘启动 Quartet
set app=%~dp0app\windows-x64
if /i "%PROCESSOR_ARCHITECTURE%"=="ARM64" if exist "%~dp0app\windows-arm64" set app=%~dp0app\windows-arm64
if not exist "%app%\quartet-desktop.exe" echo This stick holds no Quartet for this system. & pause & exit /b 1
start "" "%app%\quartet-desktop.exe"
"#;

/// An app that was laid out elsewhere, as in another pack: `FOLDER/app/windows-x64`.
///
/// # Errors
/// `ClassPackNoApp` for a folder that is none.
pub(crate) fn given(folder: &Path) -> Result<PlannedItem> {
    let missing = || Failure::at(Code::ClassPackNoApp, &folder.join(PORTABLE_FILE), "");
    let real: PathBuf = fs::canonicalize(folder).map_err(|_| missing())?;
    let name = real
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let is_known = ["linux-", "windows-", "macos-"]
        .iter()
        .any(|start| name.starts_with(start));
    if !is_known || !real.join(PORTABLE_FILE).is_file() {
        return Err(missing());
    }
    let files = Content::of_folder(&real)?;
    Ok(PlannedItem::app(
        &name,
        LocalText {
            en: format!("Quartet for {name}, runs from the stick"),
            zh: format!("Quartet（{name}），可直接从 U 盘运行"),
        },
        files,
    ))
}

#[cfg(test)]
mod tests {
    use quartet_studio::Portable;

    use super::*;

    #[test]
    fn what_is_written_is_what_a_portable_program_reads() {
        for data in [PortableData::Beside, PortableData::Nowhere] {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join(PORTABLE_FILE), portable(data)).unwrap();
            let read = Portable::read(folder.path()).unwrap().unwrap();
            assert_eq!(read.data, data);
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_starter_runs_the_program_also_where_it_may_not_be_started() {
        use std::{os::unix::fs::PermissionsExt as _, process::Command};

        let stick = tempfile::tempdir().unwrap();
        let app = stick.path().join("app").join(platform());
        fs::create_dir_all(&app).unwrap();
        let program = app.join("quartet");
        fs::write(&program, "#!/bin/sh\necho \"$QUARTET_PORTABLE|$0|$*\"\n").unwrap();
        let starter = stick.path().join("START-LINUX.sh");
        fs::write(&starter, LINUX).unwrap();
        let run = || {
            let mut command = Command::new("sh");
            command.arg(&starter).args(["models", "a b"]);
            let output = command.env("QUARTET_PROGRAM", "quartet").output().unwrap();
            assert!(output.status.success(), "{output:?}");
            String::from_utf8(output.stdout).unwrap()
        };
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let real = fs::canonicalize(&app).unwrap();
        assert_eq!(
            run(),
            format!("|{}|models a b\n", real.join("quartet").display())
        );
        fs::set_permissions(&program, fs::Permissions::from_mode(0o644)).unwrap();
        let copied = run();
        let (portable, rest) = copied.split_once('|').unwrap();
        assert_eq!(Path::new(portable), real);
        let (ran, arguments) = rest.split_once('|').unwrap();
        assert_eq!(arguments, "models a b\n");
        assert!(
            !ran.starts_with(portable) && !Path::new(ran).exists(),
            "{ran}"
        );
    }
}
