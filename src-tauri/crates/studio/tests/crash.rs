//! The library under a process that is killed, beside another one, on a full disk and on one that
//! cannot be written to.
//!
//! Run without the test harness: the same program is also the process that is treated so.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test says what it relied on, and what it did"
)]

mod support;

use std::{
    env,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use quartet_studio::{
    Code, Modality, Settings, Studio, TextJobEvent,
    works::{Library, WorksQuery},
};
use support::{REAL_MODEL, add_model, answer, real_studio, request, run, sink, studio};

/// Which part a started copy of this program plays.
const ROLE: &str = "QUARTET_TEST_ROLE";
const HOME: &str = "QUARTET_TEST_HOME";

/// How many processes are killed while they keep what a fake model says, and how many while a real
/// network generates.
const KEEPING_KILLS: usize = 60;
const GENERATING_KILLS: usize = 30;

/// What the playing process writes when an answer has been asked for: words reach it gathered, so a
/// quick network is often done when the first of them arrives.
const GENERATING: &str = "generating";

fn main() {
    let home = || PathBuf::from(env::var_os(HOME).unwrap());
    match env::var(ROLE).as_deref() {
        Ok("keep") => keep_until_killed(&home()),
        Ok("generate") => generate_until_killed(&home()),
        Ok("keep 100") => (0..100).for_each(|round| keep_one(&studio_in(&home()), round)),
        Ok("full disk") => on_a_full_disk(&home()),
        Ok("read-only") => on_a_read_only_disk(&home()),
        Ok(role) => panic!("no such role: {role}"),
        Err(_) => {
            test("a killed process loses at most what it was making", || {
                killed("keep", KEEPING_KILLS);
            });
            // As the harness of other tests has it: what needs the library is ignored unless asked.
            if env::args().any(|argument| argument.ends_with("ignored")) {
                test("a process killed while a network generates too", || {
                    killed("generate", GENERATING_KILLS);
                });
            }
            test("two copies at once share a library", two_at_once);
            #[cfg(target_os = "linux")]
            {
                test("a full disk loses nothing kept", full_disk);
                test("a read-only library can be read", read_only);
            }
        }
    }
}

fn test(name: &str, body: fn()) {
    let started = Instant::now();
    body();
    println!("{name}: ok ({:.1} s)", started.elapsed().as_secs_f64());
}

// The parts that are played.

fn studio_in(home: &Path) -> Studio {
    let studio = studio(home);
    assert!(studio.warnings().is_empty(), "{:?}", studio.warnings());
    studio
}

/// Generates and keeps, and tells on stdout what was acknowledged.
fn keep_until_killed(home: &Path) {
    let studio = studio_in(home);
    for round in 0.. {
        keep_one(&studio, round);
    }
}

fn keep_one(studio: &Studio, round: u32) {
    let words = round % 50 + 1;
    let TextJobEvent::Done {
        work: Some(work), ..
    } = run(studio, "tea", words)
    else {
        panic!("not kept");
    };
    acknowledge(&work, &answer(words));
}

/// The same with a real network, loaded by the studio itself.
fn generate_until_killed(home: &Path) {
    let studio = real_studio(home);
    for seed in 0.. {
        let (sink, events) = sink();
        let mut request = request("Hello there", 200);
        request.parameters.seed = Some(seed);
        studio.start_text(REAL_MODEL, request, sink).unwrap();
        println!("{GENERATING}");
        let mut content = String::new();
        for event in events {
            match event {
                TextJobEvent::Tokens { tokens } => {
                    content.extend(tokens.into_iter().map(|token| token.text));
                }
                TextJobEvent::Done {
                    work: Some(work), ..
                } => acknowledge(&work, &content),
                TextJobEvent::Failed { failure } => panic!("{failure}"),
                _ => {}
            }
        }
    }
}

/// Tells the killer that `work` is kept.
fn acknowledge(work: &str, content: &str) {
    println!("{work} {}", serde_json::to_string(content).unwrap());
    std::io::stdout().flush().unwrap();
}

/// What [`acknowledge`] wrote; nothing where the line was cut short: then nobody was told.
fn acknowledged_in(line: &str) -> Option<Kept> {
    let (id, content) = line.split_once(' ')?;
    Some(Kept {
        id: id.to_owned(),
        content: serde_json::from_str(content).ok()?,
    })
}

struct Kept {
    id: String,
    content: String,
}

fn on_a_full_disk(home: &Path) {
    add_model(home, "fake", 10);
    let ballast = home.join("ballast");
    std::fs::write(&ballast, vec![1; 300_000]).unwrap();
    let studio = studio_in(home);
    let mut kept = Vec::new();
    let failure = loop {
        match run(&studio, &"long ".repeat(4000), 1000) {
            TextJobEvent::Done {
                work: Some(work), ..
            } => kept.push(work),
            // The answer itself arrives.
            TextJobEvent::Done {
                keep_failure: Some(failure),
                ..
            } => break failure,
            other => panic!("{other:?}"),
        }
        assert!(kept.len() < 1000, "the disk never fills");
    };
    assert_eq!(failure.code, Code::LibraryFull, "{failure}");
    assert!(!kept.is_empty(), "the disk was full from the start");
    let unsaved = studio.save_settings(Settings::default());
    assert!(unsaved.is_ok() || unsaved.unwrap_err().code == Code::SettingsNotSaved);
    for work in &kept {
        assert_eq!(studio.open_work(work).unwrap().content, answer(1000));
    }
    // Opened anew while the disk is still full.
    drop(studio);
    let studio = support::studio(home);
    let page = studio.works(&WorksQuery::default()).unwrap();
    assert_eq!(page.total as usize, kept.len());
    drop(studio);
    std::fs::remove_file(ballast).unwrap();
    let studio = studio_in(home);
    assert!(matches!(
        run(&studio, "x", 5),
        TextJobEvent::Done { work: Some(_), .. }
    ));
    whole(home, &[]);
}

fn on_a_read_only_disk(home: &Path) {
    assert!(
        std::fs::write(home.join("x"), "").is_err(),
        "the disk can be written to"
    );
    let studio = support::studio(home);
    assert_eq!(studio.warnings()[0].code, Code::LibraryReadOnly);
    let page = studio
        .works(&WorksQuery {
            limit: 10,
            ..WorksQuery::default()
        })
        .unwrap();
    assert!(page.total >= 1);
    let detail = studio.open_work(&page.works[0].id).unwrap();
    assert_eq!(detail.work.problem, None);
    let TextJobEvent::Done {
        work: None,
        keep_failure: Some(failure),
        ..
    } = run(&studio, "x", 5)
    else {
        panic!("not done");
    };
    assert_eq!(failure.code, Code::LibraryReadOnly);
    let code = |result: quartet_studio::Result<()>| result.unwrap_err().code;
    assert_eq!(
        code(studio.remove_work(&page.works[0].id)),
        Code::LibraryReadOnly
    );
    let saved = studio.save_settings(Settings::default()).map(drop);
    assert_eq!(code(saved), Code::SettingsNotSaved);
}

// What is asked of them.

fn killed(role: &str, kills: usize) {
    let home = tempfile::tempdir().unwrap();
    add_model(home.path(), "fake", 10);
    let mut acknowledged = Vec::new();
    let mut within = 0;
    let mut random = Random(20_260_101);
    for round in 0..kills {
        let mut child = start(role, home.path());
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // Every third is killed anywhere in its start, the others anywhere in some tens of keeps:
        // on a busy machine a start takes longer than the longest delay.
        let first = if round % 3 == 0 { None } else { lines.next() };
        let delay = Duration::from_micros(random.below(120_000));
        let killer = thread::spawn(move || {
            thread::sleep(delay);
            child.kill().unwrap();
            child.wait().unwrap();
        });
        let mut last = String::new();
        for line in first.into_iter().chain(lines) {
            last = line.unwrap();
            acknowledged.extend(acknowledged_in(&last));
        }
        killer.join().unwrap();
        within += usize::from(last == GENERATING);
        if round % 10 == 9 {
            whole(home.path(), &acknowledged);
        }
    }
    whole(home.path(), &acknowledged);
    println!(
        "  {kills} kills, {within} seen to fall into a generation, {} works acknowledged, none lost",
        acknowledged.len()
    );
    assert!(
        role == "keep" || within >= kills / 4,
        "{within} kills fell into a generation"
    );
    assert!(
        role == "generate" || acknowledged.len() > kills,
        "too few keeps"
    );
}

fn two_at_once() {
    let home = tempfile::tempdir().unwrap();
    add_model(home.path(), "fake", 10);
    let children = [
        start("keep 100", home.path()),
        start("keep 100", home.path()),
    ];
    let readers = children.map(|mut child| {
        thread::spawn(move || {
            let output = BufReader::new(child.stdout.take().unwrap());
            let lines: Vec<_> = output.lines().map(Result::unwrap).collect();
            assert!(child.wait().unwrap().success());
            lines
        })
    });
    let acknowledged: Vec<_> = readers
        .into_iter()
        .flat_map(|reader| reader.join().unwrap())
        .map(|line| acknowledged_in(&line).unwrap())
        .collect();
    assert_eq!(acknowledged.len(), 200);
    whole(home.path(), &acknowledged);
}

#[cfg(target_os = "linux")]
fn full_disk() {
    let home = tempfile::tempdir().unwrap();
    in_a_namespace(
        "full disk",
        home.path(),
        "mount -t tmpfs -o size=900k none \"$1\"",
    );
}

#[cfg(target_os = "linux")]
fn read_only() {
    let home = tempfile::tempdir().unwrap();
    add_model(home.path(), "fake", 10);
    let mount = "mount --bind \"$1\" \"$1\" && mount -o remount,bind,ro \"$1\"";
    // Once after a process that was killed, which leaves its log, and once after one that ended.
    let mut child = start("keep", home.path());
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut first)
        .unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    in_a_namespace("read-only", home.path(), mount);
    drop(studio_in(home.path()));
    in_a_namespace("read-only", home.path(), mount);
}

/// Plays `role` where `mount` has changed what lies at the home folder, for that process alone.
#[cfg(target_os = "linux")]
fn in_a_namespace(role: &str, home: &Path, mount: &str) {
    let script = format!("{mount} && exec \"$0\"");
    let status = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", &script])
        .arg(env::current_exe().unwrap())
        .arg(home)
        .env(ROLE, role)
        .env(HOME, home)
        .status();
    match status {
        Ok(status) if status.success() => {}
        other => panic!(
            "{role}: {other:?}. This test mounts file systems in a namespace of its own \
             (util-linux's unshare); a container must allow it"
        ),
    }
}

fn start(role: &str, home: &Path) -> Child {
    Command::new(env::current_exe().unwrap())
        .env(ROLE, role)
        .env(HOME, home)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The library opens, has every work that was acknowledged with its words, every row has its file
/// and every file its row.
fn whole(home: &Path, acknowledged: &[Kept]) {
    let opened = Library::open(home).unwrap();
    assert_eq!(opened.warning, None);
    let library = opened.library;
    for Kept { id, content } in acknowledged {
        let opened = library.open_work(id).unwrap();
        assert_eq!(opened.content, *content);
        assert_eq!(opened.work.problem, None, "the file of {id}");
    }
    let mut total = 0;
    loop {
        let page = library
            .list(&WorksQuery {
                modality: Some(Modality::Text),
                limit: 500,
                offset: total,
                ..WorksQuery::default()
            })
            .unwrap();
        for work in &page.works {
            assert_eq!(work.problem, None, "the file of {}", work.id);
        }
        total += page.works.len() as u32;
        if page.works.is_empty() {
            assert_eq!(total, page.total);
            break;
        }
    }
    let files = std::fs::read_dir(home.join("works")).unwrap().count();
    assert_eq!(files, total as usize, "files and rows");
}

/// Knuth's linear congruential generator (MMIX): the same kills in every run, up to scheduling.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}
