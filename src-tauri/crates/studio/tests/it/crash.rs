//! The library under a process that is killed, beside another one, on a full disk and on one that
//! cannot be written to.
//!
//! A second copy of this test program plays that process: [`player`].

#![expect(clippy::print_stdout, reason = "what a player tells its killer")]

use std::{
    env,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use quartet_studio::{
    Code, JobEvent, Keep, Modality, Settings, Studio, TextProgress,
    works::{Library, WorksQuery},
};

use crate::support::{
    REAL_MODEL, add_model, answer, copy_of_this_program, real_studio, request, rounds, run,
    start as job, studio, text_by, work_of,
};

/// Which part a started copy of this program plays.
const ROLE: &str = "QUARTET_TEST_ROLE";
const HOME: &str = "QUARTET_TEST_HOME";
/// The test that plays it.
const PLAYER: &str = "crash::player";

/// How many processes are killed while they keep what a fake model says, and how many while a real
/// network generates.
const KEEPING_KILLS: usize = 60;
const GENERATING_KILLS: usize = 30;

/// What the playing process writes when an answer has been asked for: words reach it gathered, so a
/// quick network is often done when the first of them arrives.
const GENERATING: &str = "generating";

#[test]
fn a_killed_process_loses_at_most_what_it_was_making() {
    killed("keep", rounds(KEEPING_KILLS));
}

#[test]
#[ignore = "needs the library: cargo xtask test"]
fn a_process_killed_while_a_network_generates_loses_no_more() {
    killed("generate", rounds(GENERATING_KILLS));
}

// The parts that are played.

/// Plays the part that [`ROLE`] names; without one there is nothing to do.
#[test]
fn player() {
    let Ok(role) = env::var(ROLE) else {
        return;
    };
    let home = PathBuf::from(env::var_os(HOME).unwrap());
    match role.as_str() {
        "keep" => keep_until_killed(&home),
        "generate" => generate_until_killed(&home),
        "keep 100" => (0..100).for_each(|round| keep_one(&studio_in(&home), round)),
        "full disk" => on_a_full_disk(&home),
        "read-only" => on_a_read_only_disk(&home),
        role => panic!("no such role: {role}"),
    }
}

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
    let work = work_of(&[run(studio, "tea", words)]);
    acknowledge(&work, &answer(words));
}

/// Generates and keeps with a real network, which the studio loads itself.
fn generate_until_killed(home: &Path) {
    let studio = real_studio(home);
    for seed in 0.. {
        let mut request = request("Hello there", 200);
        request.parameters.seed = Some(seed);
        let (_, events) = job(&studio, text_by(REAL_MODEL, request), Keep::Library).unwrap();
        println!("{GENERATING}");
        let mut content = String::new();
        for event in events {
            match event {
                JobEvent::Progress {
                    progress: TextProgress::Tokens { tokens },
                } => content.extend(tokens.into_iter().map(|token| token.text)),
                done @ JobEvent::Done { .. } => acknowledge(&work_of(&[done]), &content),
                JobEvent::Failed { failure } => panic!("{failure}"),
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
            // The answer itself arrives.
            JobEvent::Done {
                keep_failure: Some(failure),
                ..
            } => break failure,
            done @ JobEvent::Done { .. } => kept.push(work_of(&[done])),
            other => panic!("{other:?}"),
        }
        assert!(kept.len() < 1000, "the disk never fills");
    };
    assert_eq!(failure.code, Code::LibraryFull, "{failure}");
    assert!(!kept.is_empty(), "the disk was full from the start");
    let unsaved = studio.save_settings(Settings::default());
    assert!(unsaved.is_ok() || unsaved.unwrap_err().code == Code::SettingsNotSaved);
    for work in &kept {
        assert_eq!(studio.works().open(work).unwrap().content, answer(1000));
    }
    // Opened anew while the disk is still full.
    drop(studio);
    let studio = crate::support::studio(home);
    let page = studio.works().list(&WorksQuery::default()).unwrap();
    assert_eq!(page.total as usize, kept.len());
    drop(studio);
    std::fs::remove_file(ballast).unwrap();
    let studio = studio_in(home);
    work_of(&[run(&studio, "x", 5)]);
    whole(home, &[]);
}

fn on_a_read_only_disk(home: &Path) {
    assert!(
        std::fs::write(home.join("x"), "").is_err(),
        "the disk can be written to"
    );
    let studio = crate::support::studio(home);
    assert_eq!(studio.warnings()[0].code, Code::LibraryReadOnly);
    let page = studio
        .works()
        .list(&WorksQuery {
            limit: 10,
            ..WorksQuery::default()
        })
        .unwrap();
    assert!(page.total >= 1);
    let detail = studio.works().open(&page.works[0].id).unwrap();
    assert_eq!(detail.work.problem, None);
    let JobEvent::Done {
        works,
        keep_failure: Some(failure),
        ..
    } = run(&studio, "x", 5)
    else {
        panic!("not done");
    };
    assert!(works.is_empty());
    assert_eq!(failure.code, Code::LibraryReadOnly);
    let code = |result: quartet_studio::Result<()>| result.unwrap_err().code;
    assert_eq!(
        code(studio.works().remove(&[&page.works[0].id])),
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
        let mut lines = told_by(&mut child);
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
            last = line;
            acknowledged.extend(acknowledged_in(&last));
        }
        killer.join().unwrap();
        within += usize::from(last == GENERATING);
        if round % 10 == 9 {
            whole(home.path(), &acknowledged);
        }
    }
    whole(home.path(), &acknowledged);
    assert!(
        role == "keep" || within >= kills / 4,
        "{within} kills fell into a generation"
    );
    assert!(
        role == "generate" || acknowledged.len() > kills,
        "too few keeps"
    );
}

#[test]
fn two_copies_at_once_share_a_library() {
    let home = tempfile::tempdir().unwrap();
    add_model(home.path(), "fake", 10);
    let children = [
        start("keep 100", home.path()),
        start("keep 100", home.path()),
    ];
    let readers = children.map(|mut child| {
        thread::spawn(move || {
            let lines: Vec<_> = told_by(&mut child).collect();
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

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_loses_nothing_kept() {
    let home = tempfile::tempdir().unwrap();
    in_a_namespace(
        "full disk",
        home.path(),
        "mount -t tmpfs -o size=900k none \"$1\"",
    );
}

#[test]
#[cfg(target_os = "linux")]
fn a_read_only_library_can_be_read() {
    let home = tempfile::tempdir().unwrap();
    add_model(home.path(), "fake", 10);
    let mount = "mount --bind \"$1\" \"$1\" && mount -o remount,bind,ro \"$1\"";
    // Once after a process that was killed, which leaves its log, and once after one that ended.
    let mut child = start("keep", home.path());
    told_by(&mut child).next().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    in_a_namespace("read-only", home.path(), mount);
    drop(studio_in(home.path()));
    in_a_namespace("read-only", home.path(), mount);
}

/// Plays `role` where `mount` has changed what lies at the home folder, for that process alone.
#[cfg(target_os = "linux")]
fn in_a_namespace(role: &str, home: &Path, mount: &str) {
    let script = format!("{mount} && shift && exec \"$0\" \"$@\"");
    let player = copy_of_this_program(PLAYER);
    let status = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", &script])
        .arg(player.get_program())
        .arg(home)
        .args(player.get_args())
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

/// What a player wrote, without the lines of the test harness around it.
fn told_by(child: &mut Child) -> impl Iterator<Item = String> + use<> {
    let output = BufReader::new(child.stdout.take().unwrap());
    let lines = output.lines().map(Result::unwrap);
    lines.filter(|line| line == GENERATING || acknowledged_in(line).is_some())
}

fn start(role: &str, home: &Path) -> Child {
    copy_of_this_program(PLAYER)
        .env(ROLE, role)
        .env(HOME, home)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The library opens, has every work that was acknowledged with its words, every row has its file
/// and every file its row.
fn whole(home: &Path, acknowledged: &[Kept]) {
    let opened = Library::open(home, |_| None).unwrap();
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
