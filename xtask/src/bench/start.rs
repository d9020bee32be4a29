//! From the start of the program to its first picture, as the screen sees it.
//!
//! The screen is a virtual one whose pixels lie in a mapped file (`Xvfb -fbdir`): looking at them
//! costs the program next to nothing. A window has appeared when the screen is no longer all
//! black; it is painted when letters are there, that is, many shades. The engine and the models
//! load after that.

use std::collections::HashSet;
use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde::Serialize;

use super::arguments::Arguments;
use super::report::{keep, median};
use crate::desktop;
use crate::setup::{self, Ready, Wanted};

/// Shades of a window in which text is drawn; an empty one has two or three.
const SHADES: usize = 24;
const PATIENCE: Duration = Duration::from_mins(1);
const LOOK_EVERY: Duration = Duration::from_millis(5);

#[derive(Debug, Serialize)]
struct Report {
    rounds: usize,
    /// Medians, from the start of the process.
    window_seconds: f64,
    painted_seconds: f64,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    if !cfg!(target_os = "linux") {
        bail!("the screen is looked at through Xvfb, which only Linux has");
    }
    let ready = setup::ensure(&Wanted::to_test())?;
    crate::ui::build()?;
    let program = desktop::build_product(true)?.desktop;
    let mut screen = Screen::open()?;
    let mut rounds = Vec::new();
    for round in 0..=arguments.rounds {
        let seconds = start_once(&program, &ready, &mut screen)?;
        // The first round brings the program into the disk's cache.
        if round > 0 {
            rounds.push(seconds);
        }
    }
    let report = Report {
        rounds: rounds.len(),
        window_seconds: median(rounds.iter().map(|(window, _)| *window)),
        painted_seconds: median(rounds.iter().map(|(_, painted)| *painted)),
    };
    println!(
        "window after {:.2} s, first paint after {:.2} s (medians of {})",
        report.window_seconds, report.painted_seconds, report.rounds
    );
    keep("start", &report)
}

/// Seconds to the window and to its first paint.
fn start_once(program: &Path, ready: &Ready, screen: &mut Screen) -> Result<(f64, f64)> {
    screen.wait(|shades| shades <= 1)?;
    let home = tempfile::tempdir()?;
    let mut command = Command::new(program);
    command
        .env("DISPLAY", &screen.display)
        .env("QUARTET_HOME", home.path())
        .env_remove("WAYLAND_DISPLAY")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    ready.environment(&mut command);
    let started = Instant::now();
    let mut app = Running(command.spawn()?);
    screen.wait(|shades| shades > 1)?;
    let window = started.elapsed().as_secs_f64();
    screen.wait(|shades| shades >= SHADES)?;
    let painted = started.elapsed().as_secs_f64();
    app.end();
    Ok((window, painted))
}

/// A program that does not outlive us.
struct Running(Child);

impl Running {
    fn end(&mut self) {
        // One that has ended by itself is what we want.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

struct Screen {
    display: String,
    file: fs::File,
    _folder: tempfile::TempDir,
    _server: Running,
}

impl Screen {
    fn open() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1280x860x24", "-fbdir"])
            .arg(folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start Xvfb")?;
        let mut output = server.stdout.take().context("Xvfb has no output")?;
        let server = Running(server);
        let mut number = Vec::new();
        let mut byte = [0];
        while output.read(&mut byte)? == 1 && byte != *b"\n" {
            number.extend(byte);
        }
        let number = String::from_utf8(number)?;
        Ok(Self {
            display: format!(":{number}"),
            file: fs::File::open(folder.path().join("Xvfb_screen0"))?,
            _folder: folder,
            _server: server,
        })
    }

    fn wait(&mut self, seen: impl Fn(usize) -> bool) -> Result<()> {
        let started = Instant::now();
        while !seen(self.shades()?) {
            if started.elapsed() > PATIENCE {
                bail!("the screen did not change");
            }
            thread::sleep(LOOK_EVERY);
        }
        Ok(())
    }

    /// Different colours on the screen, up to `SHADES` of them, in every 16th row.
    fn shades(&mut self) -> Result<usize> {
        use std::os::unix::fs::FileExt;
        const HEADER: usize = 100;
        // XWD: big-endian words; the size of the header, the bytes of a line and the number of
        // colour entries of 12 bytes between header and pixels (X11/XWDFile.h).
        let mut header = [0; HEADER];
        self.file.read_exact_at(&mut header, 0)?;
        let word = |index: usize| {
            let mut bytes = [0; 4];
            bytes.copy_from_slice(&header[index * 4..index * 4 + 4]);
            u64::from(u32::from_be_bytes(bytes))
        };
        let (size, height, line, colours) = (word(0), word(5), word(12), word(19));
        let pixels = size + colours * 12;
        let mut row = vec![0; usize::try_from(line)?];
        let mut shades = HashSet::new();
        for y in (0..height).step_by(16) {
            self.file.read_exact_at(&mut row, pixels + y * line)?;
            for pixel in row.chunks_exact(4) {
                shades.insert([pixel[0], pixel[1], pixel[2]]);
            }
            if shades.len() >= SHADES {
                break;
            }
        }
        Ok(shades.len())
    }
}
