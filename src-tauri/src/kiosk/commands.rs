//! The commands of a kiosk: those of its own window, and those of the page on which one is set up.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use quartet_kiosk::{Kiosk, check, check_text, hash, written};
use quartet_lessons::LessonProblem;
use quartet_studio::{Code, Failure, Result, Studio};
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::{AppHandle, Manager as _, ipc::Channel};

use super::{
    SUPERVISED, autostart,
    host::{Host, here},
    page::{KioskEvent, KioskState},
};
use crate::{
    commands::off_thread,
    current::{Current, Shared},
};

/// In the data folder.
const FILE: &str = "kiosk.toml";

/// What the window is for, asked once by every page.
#[tauri::command]
#[specta::specta]
pub async fn kiosk_state(app: AppHandle) -> Result<KioskState> {
    Ok(app
        .try_state::<Host>()
        .map_or(KioskState::Off, |host| host.state()))
}

/// What becomes of the visitor who is there.
#[tauri::command]
#[specta::specta]
pub async fn watch_kiosk(app: AppHandle, events: Channel<KioskEvent>) -> Result<()> {
    if let Some(host) = app.try_state::<Host>() {
        host.watch(events);
    }
    Ok(())
}

/// The page lives; with `active`, somebody does something.
#[tauri::command]
#[specta::specta]
pub async fn touch_kiosk(app: AppHandle, active: bool) -> Result<()> {
    if let Some(host) = app.try_state::<Host>() {
        host.touch(active);
    }
    Ok(())
}

/// Begins anew for the next visitor, at once.
#[tauri::command]
#[specta::specta]
pub async fn restart_kiosk(app: AppHandle) -> Result<()> {
    blocking(move || match app.try_state::<Host>() {
        Some(host) => host.anew(&app),
        None => Ok(()),
    })
    .await
}

/// Leads out of the kiosk.
#[tauri::command]
#[specta::specta]
pub async fn leave_kiosk(app: AppHandle, passcode: String) -> Result<()> {
    blocking(move || match app.try_state::<Host>() {
        Some(host) => host.leave(&app, &passcode),
        None => Ok(()),
    })
    .await
}

/// The kiosk of this data folder, as the page that sets it up needs it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct KioskFile {
    pub path: String,
    pub exists: bool,
    /// There where nothing is wrong. Its passcode is a hash.
    pub kiosk: Option<Kiosk>,
    pub problems: Vec<LessonProblem>,
    /// Whether it starts with the computer; none where that is not set up here.
    pub autostart: Option<bool>,
}

#[tauri::command]
#[specta::specta]
pub async fn kiosk_file(studio: Shared<'_>) -> Result<KioskFile> {
    off_thread(&studio, |studio| Ok(read(studio))).await
}

/// Writes the kiosk of this data folder. With a new `passcode` its hash is put in the place of the one before.
#[tauri::command]
#[specta::specta]
pub async fn save_kiosk(
    studio: Shared<'_>,
    kiosk: Kiosk,
    passcode: Option<String>,
) -> Result<KioskFile> {
    off_thread(&studio, move |studio| {
        save(studio, kiosk, passcode.as_deref())?;
        Ok(read(studio))
    })
    .await
}

/// Starts the kiosk of this data folder in the place of this window.
#[tauri::command]
#[specta::specta]
pub async fn begin_kiosk(app: AppHandle) -> Result<()> {
    let studio = app.state::<Current>().studio();
    let failed = |error: std::io::Error| Failure::new(Code::KioskNotStarted, error);
    let file = whole(&studio)?;
    let program = std::env::current_exe().map_err(failed)?;
    let mut kiosk = Command::new(program);
    kiosk
        .arg("--kiosk")
        .arg(file)
        .env_remove(SUPERVISED)
        .stdin(Stdio::null());
    kiosk.spawn().map_err(failed)?;
    app.exit(0);
    Ok(())
}

/// Whether the kiosk of this data folder starts with the computer.
#[tauri::command]
#[specta::specta]
pub async fn autostart_kiosk(studio: Shared<'_>, on: bool) -> Result<KioskFile> {
    off_thread(&studio, move |studio| {
        let program = std::env::current_exe();
        let program = program.map_err(|error| Failure::new(Code::KioskNotStarted, error))?;
        let file = if on { whole(studio)? } else { file_of(studio) };
        autostart::set(on, &program, &file)?;
        Ok(read(studio))
    })
    .await
}

async fn blocking(work: impl FnOnce() -> Result<()> + Send + 'static) -> Result<()> {
    let done = tauri::async_runtime::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(Failure::new(Code::Internal, error)))
}

fn file_of(studio: &Studio) -> PathBuf {
    studio.home().join(FILE)
}

fn read(studio: &Studio) -> KioskFile {
    let path = file_of(studio);
    let told = path.display().to_string();
    let exists = path.symlink_metadata().is_ok();
    let checked = exists.then(|| check(&path, &here(studio, studio.home())));
    let findings = checked.iter().flat_map(|checked| &checked.findings);
    KioskFile {
        problems: findings.map(|finding| finding.told(&told)).collect(),
        kiosk: checked.and_then(|checked| checked.kiosk),
        path: told,
        exists,
        autostart: autostart::is_on(),
    }
}

/// The file, where a kiosk can be begun with it.
fn whole(studio: &Studio) -> Result<PathBuf> {
    let file = read(studio);
    if file.kiosk.is_some() {
        return Ok(file_of(studio));
    }
    let lines = file.problems.iter();
    let lines: Vec<_> = lines
        .map(|one| format!("{}: {}", one.line, one.message.en))
        .collect();
    Err(broken(&file_of(studio), &lines))
}

fn broken(path: &Path, lines: &[String]) -> Failure {
    let (path, count) = (path.display().to_string(), lines.len().max(1).to_string());
    Failure::with(
        Code::KioskBroken,
        &[("path", &path), ("count", &count)],
        lines.join("; "),
    )
}

fn save(studio: &Studio, mut kiosk: Kiosk, passcode: Option<&str>) -> Result<()> {
    let path = file_of(studio);
    if let Some(passcode) = passcode {
        kiosk.passcode =
            hash(passcode).ok_or_else(|| Failure::new(Code::KioskPasscodeShort, ""))?;
    }
    let failed = |reason: String| Failure::at(Code::KioskNotSaved, &path, reason);
    let text = written(&kiosk).map_err(|error| failed(error.to_string()))?;
    // What would keep the kiosk closed is not written.
    let found = check_text(&text, &here(studio, studio.home())).findings;
    if !found.is_empty() {
        let lines = found.iter().map(|finding| finding.problem.words().en);
        return Err(broken(&path, &lines.collect::<Vec<_>>()));
    }
    quartet_kiosk::write_file(&path, &text).map_err(|error| failed(error.to_string()))
}
