//! The process that watches over a kiosk's window: it starts it, and starts it again whenever it ends without the
//! passcode.

use std::{
    error::Error,
    io::{Read as _, Write as _},
    path::Path,
    process::{Child, Command, ExitCode, Stdio},
    thread,
    time::Instant,
};

use quartet_kiosk::Backoff;
use quartet_studio::{Code, Failure, Language};

use super::{SUPERVISED, files::Files};

/// The window ended by the passcode: it stays closed.
pub const LEFT: i32 = 0;
/// The window ended to be opened anew.
pub const ANEW: i32 = 75;
/// In bytes: larger allocations go back to the system when they are freed.
const MAPPED: &str = "1048576";
/// Heaps that threads share.
const ARENAS: &str = "2";
/// As in a terminal: the input is wrong.
const REFUSED: u8 = 4;

/// Starts the window again and again until it is left by its passcode.
///
/// # Errors
/// When there is no data folder, or the window cannot be started at all.
pub fn supervise(file: &Path, home: &Path) -> Result<ExitCode, Box<dyn Error>> {
    let Some(_lock) = Files::of(home).lock_supervisor()? else {
        let path = home.display().to_string();
        tell(&Failure::with(Code::KioskRunning, &[("path", &path)], ""));
        return Ok(ExitCode::from(REFUSED));
    };
    let mut backoff = Backoff::default();
    loop {
        let started = Instant::now();
        let mut window = start(file)?;
        // Open for as long as this process lives: the window ends with it.
        let held = window.stdin.take();
        let ended = window.wait()?;
        drop(held);
        match ended.code() {
            Some(LEFT) => return Ok(ExitCode::SUCCESS),
            Some(ANEW) => {}
            _ => {
                let wait = backoff.after(started.elapsed());
                tell_line(&format!(
                    "The kiosk's window ended ({ended}). It opens again in {:.1} s.",
                    wait.as_secs_f64()
                ));
                thread::sleep(wait);
            }
        }
    }
}

fn start(file: &Path) -> std::io::Result<Child> {
    Command::new(std::env::current_exe()?)
        .arg("--kiosk")
        .arg(file)
        .env(SUPERVISED, "1")
        // glibc keeps the pieces of a model that is gone, unless they were mapped one by one, and keeps them apart
        // by threads: each visitor's studio has its own.
        .env("MALLOC_MMAP_THRESHOLD_", MAPPED)
        .env("MALLOC_ARENA_MAX", ARENAS)
        .stdin(Stdio::piped())
        .spawn()
}

/// Ends this process when the one that watches over it is gone: two windows must not be on one library.
pub fn watch_parent() {
    thread::spawn(|| {
        let mut held = std::io::stdin();
        let mut nothing = [0; 64];
        loop {
            match held.read(&mut nothing) {
                Ok(read) if read > 0 => {}
                _ => std::process::exit(1),
            }
        }
    });
}

/// Where a terminal or a journal reads it, in the language of the system.
pub fn tell(failure: &Failure) {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"];
    let locale = locale
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    let language = match locale {
        Some(locale) if locale.starts_with("zh") => Language::Zh,
        _ => Language::En,
    };
    tell_line(&format!(
        "{} {}",
        failure.message.of(language),
        failure.next_step.of(language)
    ));
}

fn tell_line(line: &str) {
    // Perhaps nobody reads it.
    let _ = writeln!(std::io::stderr(), "{line}");
}
