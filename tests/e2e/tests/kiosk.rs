//! The window for visitors, as one finds it, leaves it, tries to get out of it, and kills it.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test says what it relied on, and a soak how it goes"
)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use fantoccini::key::Key;
use quartet_e2e::App;

/// Of "open sesame", with little memory.
const HASH: &str = "$argon2id$v=19$m=1024,t=1,p=1$Y9JjAptpZGrk400/7XsHQw$k2VPh05EnDK/FlM8Vp/wMDdASN3mAZwjaT6iG2WvYrw";

/// For the soak: how long visitors come, in seconds. Two of them where it is not set.
const SOAK: &str = "QUARTET_SOAK_SECONDS";

fn kiosk(home: &Path, more: &str) -> String {
    let path = home.join("kiosk.toml");
    let text = format!(
        "schema = 1\nplaces = [\"text\", \"image\"]\nfreeWords = true\nlanguages = [\"en\", \"zh\"]\nidleSeconds = 30\npasscode = \"{HASH}\"\nworks = \"wipe\"\nattract = false\n{more}"
    );
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The visitors' folders.
fn visitors(home: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(home.join("kiosk/visitors"))
        .into_iter()
        .flatten()
        .flatten();
    entries.map(|entry| entry.path()).collect()
}

/// Files of works, of all visitors.
fn works(home: &Path) -> usize {
    let folders = visitors(home).into_iter();
    let count =
        |home: PathBuf| fs::read_dir(home.join("works")).map_or(0, |all| all.flatten().count());
    folders.map(count).sum()
}

fn wait(what: &str, most: Duration, mut check: impl FnMut() -> bool) -> Duration {
    let started = Instant::now();
    while !check() {
        assert!(started.elapsed() < most, "waiting for {what}");
        thread::sleep(Duration::from_millis(100));
    }
    started.elapsed()
}

/// What a command of the page is answered: the failure's code, or "answered".
async fn code(app: &App, command: &str, arguments: &str) -> String {
    let script = format!(
        "window.quartetAnswer = null;
         window.__TAURI_INTERNALS__.invoke({command:?}, {arguments}).then(
            () => (window.quartetAnswer = 'answered'),
            (failure) => (window.quartetAnswer = String(failure.code ?? failure)));"
    );
    app.evaluate(&script).await;
    loop {
        let answer = app.evaluate("return window.quartetAnswer").await;
        if let Some(answer) = answer.as_str() {
            return answer.to_owned();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Begins anew. The page goes with it: it is pressed once the driver has its answer.
async fn start_over(app: &App) {
    let press = "document.querySelector('[data-testid=\"kiosk-anew\"]').click()";
    app.find("kiosk-anew").await;
    app.evaluate(&format!("setTimeout(() => {press}, 200)"))
        .await;
    tokio::time::sleep(Duration::from_millis(500)).await;
}

async fn draw(app: &App, words: &str) {
    app.click("rail-image").await;
    app.type_into("image-prompt", words).await;
    app.press("image-prompt", &[Key::Control, Key::Enter]).await;
    app.attribute_in("image-stage", "data-phase", &["done"])
        .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the app, a display and the weights: cargo xtask test"]
async fn the_next_visitor_finds_nothing_and_nobody_gets_beyond_the_kiosk() {
    let home = tempfile::tempdir().unwrap();
    let file = kiosk(home.path(), "");
    let app = App::start_with(home.path(), &["--kiosk", &file]).await;
    app.click("kiosk-choose-en").await;
    app.find("rail-image").await;
    for closed in ["rail-audio", "rail-settings", "rail-models", "rail-library"] {
        assert_eq!(app.count(closed).await, 0, "{closed}");
    }
    for (command, arguments, expected) in [
        ("choose_folder", "{}", "kioskRefused"),
        ("export_work", "{ id: 'a', path: '/tmp/a' }", "kioskRefused"),
        ("remove_model", "{ id: 'a' }", "kioskRefused"),
        ("start_speech", "{ order: {} }", "kioskRefused"),
        ("save_kiosk", "{}", "kioskRefused"),
        (
            "works",
            "{ query: { shelf: { kind: 'all' }, order: 'newest', search: '', modality: null, limit: 9, offset: 0 } }",
            "answered",
        ),
    ] {
        assert_eq!(code(&app, command, arguments).await, expected, "{command}");
    }
    let screen = "{ label: 'kiosk', value: false }";
    let answer = code(&app, "plugin:window|set_fullscreen", screen).await;
    assert!(answer.contains("not allowed"), "{answer}");

    draw(&app, "red apple").await;
    wait("the work", Duration::from_secs(20), || {
        works(home.path()) > 0
    });
    start_over(&app).await;
    app.find("kiosk-ask-language").await;
    assert_eq!(works(home.path()), 0);
    assert_eq!(visitors(home.path()).len(), 1);
    app.click("kiosk-choose-zh").await;
    app.text_that("rail-image", |text| text.contains('图'))
        .await;
    app.click("rail-image").await;
    let prompt = app.find("image-prompt").await;
    assert_eq!(prompt.prop("value").await.unwrap().unwrap_or_default(), "");
    assert!(
        !home.path().join("works").exists(),
        "the owner's library is not touched"
    );
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the app, a display and the weights: cargo xtask test"]
async fn a_file_with_a_typo_keeps_it_closed_and_wrong_passcodes_lock_the_way_out() {
    let home = tempfile::tempdir().unwrap();
    let file = kiosk(home.path(), "atract = true\n");
    let app = App::start_with(home.path(), &["--kiosk", &file]).await;
    let told = app
        .text_that("kiosk-problem", |text| text.contains("line 9"))
        .await;
    assert!(told.contains("atract"), "{told}");
    assert_eq!(app.count("window").await, 0);
    assert_eq!(code(&app, "start_text", "{}").await, "kioskClosed");
    assert_eq!(code(&app, "models", "{}").await, "kioskClosed");
    let tried = "{ passcode: 'not it' }";
    for _ in 0..3 {
        assert_eq!(code(&app, "leave_kiosk", tried).await, "kioskPasscode");
    }
    assert_eq!(code(&app, "leave_kiosk", tried).await, "kioskLocked");
    // The right one too, for as long as it is locked.
    assert_eq!(
        code(&app, "leave_kiosk", "{ passcode: 'open sesame' }").await,
        "kioskLocked"
    );
    assert!(home.path().join("kiosk/lockout.json").exists());
    app.close().await;
}

/// The process that shows the window, by the one that watches over it.
fn window_of(supervisor: u32) -> Option<u32> {
    let entries = fs::read_dir("/proc").ok()?.flatten();
    let mut ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    ids.find(|id| {
        let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        status.contains(&format!("\nPPid:\t{supervisor}\n")) && !status.contains("zombie")
    })
}

fn on_screen(process: u32) -> bool {
    let process = process.to_string();
    let found = Command::new("xdotool")
        .args(["search", "--onlyvisible", "--pid", &process])
        .output();
    found.is_ok_and(|found| !found.stdout.is_empty())
}

fn start(home: &Path, file: &str) -> Child {
    Command::new(std::env::var_os("QUARTET_APP").unwrap())
        .args(["--kiosk", file])
        .env("QUARTET_HOME", home)
        .env("LANG", "C.UTF-8")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
#[ignore = "needs the app, a display and the weights: cargo xtask test"]
fn killed_it_comes_back_by_itself_with_the_visitors_works_gone() {
    let home = tempfile::tempdir().unwrap();
    let file = kiosk(home.path(), "");
    let most = Duration::from_secs(90);
    let mut supervisor = start(home.path(), &file);
    let seen = || window_of(supervisor.id()).filter(|window| on_screen(*window));
    wait("the window", most, || seen().is_some());
    let first = seen().unwrap();
    wait("the visitor", most, || !visitors(home.path()).is_empty());
    let before = visitors(home.path());
    let left = before[0].join("works/left.md");
    fs::create_dir_all(left.parent().unwrap()).unwrap();
    fs::write(&left, "what a visitor made").unwrap();

    // A second one on the library is refused with its reason.
    let second = start(home.path(), &file).wait_with_output().unwrap();
    let reason = String::from_utf8_lossy(&second.stderr).into_owned();
    assert_eq!(second.status.code(), Some(4), "{reason}");
    assert!(reason.contains("already"), "{reason}");

    let killed = Command::new("kill")
        .args(["-9", &first.to_string()])
        .status();
    assert!(killed.unwrap().success());
    let took = wait("another window", most, || {
        seen().is_some_and(|window| window != first)
    });
    eprintln!("killed, it was back after {:.1} s", took.as_secs_f64());
    wait("a clean folder", most, || !left.exists());
    assert_eq!(visitors(home.path()).len(), 1);
    assert_ne!(visitors(home.path()), before);

    // Without its supervisor the window goes.
    let window = seen().unwrap();
    supervisor.kill().unwrap();
    supervisor.wait().unwrap();
    let gone = || !Path::new(&format!("/proc/{window}")).exists();
    wait("the end of the window", most, gone);
}

fn keys(arguments: &[&str]) {
    let pressed = Command::new("xdotool").args(arguments).status();
    assert!(pressed.unwrap().success());
}

#[test]
#[ignore = "needs the app, a display and the weights: cargo xtask test"]
fn a_mended_file_opens_it_and_the_passcode_leads_out() {
    let home = tempfile::tempdir().unwrap();
    let file = kiosk(home.path(), "atract = true\n");
    let most = Duration::from_secs(90);
    let mut supervisor = start(home.path(), &file);
    let seen = || window_of(supervisor.id()).filter(|window| on_screen(*window));
    wait("the closed window", most, || seen().is_some());
    let closed = seen().unwrap();
    kiosk(home.path(), "");
    wait("the open window", most, || {
        seen().is_some_and(|window| window != closed)
    });
    let window = seen().unwrap().to_string();
    // The page has to be there, which nothing outside it says.
    thread::sleep(Duration::from_secs(8));
    let found = Command::new("xdotool")
        .args(["search", "--onlyvisible", "--pid", &window])
        .output()
        .unwrap();
    let found = String::from_utf8_lossy(&found.stdout).into_owned();
    keys(&["windowfocus", found.lines().last().unwrap()]);
    keys(&["key", "alt+F4"]);
    keys(&["key", "ctrl+shift+q"]);
    thread::sleep(Duration::from_secs(2));
    keys(&["type", "--delay", "60", "open sesame"]);
    keys(&["key", "Return"]);
    wait("the end", most, || supervisor.try_wait().unwrap().is_some());
    assert!(supervisor.wait().unwrap().success());
    assert!(visitors(home.path()).is_empty());
}

/// In megabytes, of a process and all below it.
fn memory(process: u32) -> u64 {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let mut all: Vec<(u32, u32, u64)> = ids
        .filter_map(|id| {
            let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
            let field = |name: &str| {
                status.lines().find_map(|line| {
                    line.strip_prefix(name)?
                        .split_whitespace()
                        .next()?
                        .parse::<u64>()
                        .ok()
                })
            };
            Some((id, field("PPid:")? as u32, field("RssAnon:")?))
        })
        .collect();
    let (mut family, mut sum) = (vec![process], 0);
    while let Some(parent) = family.pop() {
        sum += all
            .iter()
            .find(|(id, ..)| *id == parent)
            .map_or(0, |(.., kilobytes)| *kilobytes);
        family.extend(
            all.iter()
                .filter(|(_, of, _)| *of == parent)
                .map(|(id, ..)| *id),
        );
        all.retain(|(id, ..)| *id != parent);
    }
    sum / 1024
}

/// The supervisor of a kiosk on this file.
fn supervisor_of(file: &str) -> u32 {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let mut kiosks: Vec<u32> = ids
        .filter(|id| {
            let line = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
            let line = String::from_utf8_lossy(&line).into_owned();
            line.contains("quartet-desktop\0--kiosk") && line.contains(file)
        })
        .collect();
    kiosks.sort_unstable();
    *kiosks.first().unwrap()
}

/// Visitors for as long as is asked: each draws or asks, some start over, some walk away. Memory stays flat and
/// nothing of them is kept.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the app, a display and the weights: cargo xtask test"]
async fn visitors_come_and_go_and_leave_nothing() {
    let seconds = std::env::var(SOAK)
        .ok()
        .and_then(|value| value.parse().ok());
    let (length, least) = (Duration::from_secs(seconds.unwrap_or(0)), 2);
    let home = tempfile::tempdir().unwrap();
    let file = kiosk(home.path(), "").clone();
    let text = fs::read_to_string(&file)
        .unwrap()
        .replace("idleSeconds = 30", "idleSeconds = 45");
    fs::write(&file, text).unwrap();
    let (started, mut count) = (Instant::now(), 0);
    while started.elapsed() < length || count < least {
        let shift = Shift {
            begins: count,
            started,
            length,
            least,
        };
        count += visit(home.path(), &file, &shift).await;
    }
}

/// The window's process is another one after 8 visitors, which a driver cannot follow: so many come in one go.
const SHIFT: usize = 7;

struct Shift {
    begins: usize,
    started: Instant,
    length: Duration,
    least: usize,
}

/// Returns how many came.
async fn visit(home: &Path, file: &str, shift: &Shift) -> usize {
    let app = App::start_with(home, &["--kiosk", file]).await;
    let supervisor = supervisor_of(file);
    let window = window_of(supervisor);
    let mut used = Vec::new();
    while used.len() < SHIFT
        && (shift.started.elapsed() < shift.length || shift.begins + used.len() < shift.least)
    {
        let count = used.len();
        let language = if count % 2 == 0 { "en" } else { "zh" };
        app.click(&format!("kiosk-choose-{language}")).await;
        draw(&app, ["red apple", "a cat", "volcano"][count % 3]).await;
        if count % 4 == 1 {
            app.click("rail-text").await;
            app.type_into("prompt", "Say yes.").await;
            app.press("prompt", &[Key::Control, Key::Enter]).await;
            app.attribute_in("answer-0", "data-phase", &["done"]).await;
        }
        used.push(memory(supervisor));
        if count % 3 == 2 {
            // Whoever walks away.
            app.find("kiosk-still").await;
        } else {
            start_over(&app).await;
        }
        app.find("kiosk-ask-language").await;
        assert_eq!(works(home), 0, "after visitor {count}");
        assert_eq!(visitors(home).len(), 1, "after visitor {count}");
        assert_eq!(window_of(supervisor), window, "it ended at visitor {count}");
        eprintln!(
            "visitor {count}, {:.0} s, {} MB",
            shift.started.elapsed().as_secs_f64(),
            used[count]
        );
    }
    let seconds = shift.started.elapsed().as_secs_f64();
    eprintln!(
        "{} visitors, {seconds:.0} s; MB while each was there: {used:?}",
        used.len()
    );
    if used.len() >= SHIFT {
        // Of models that are gone some memory stays with the process; it ends with it.
        let highest = used.iter().max().copied().unwrap_or(0);
        assert!(highest < 3000, "memory grew to {highest} MB: {used:?}");
    }
    app.close().await;
    used.len()
}
