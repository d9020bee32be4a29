use std::cell::RefCell;

use quartet_studio::PORTABLE_FILE;

use super::*;
use crate::{
    manifest,
    small::{LARGE, Small, files},
    verify,
    verify::read_all,
};

fn person(small: &Small) -> InstallOrder {
    let home = small.home.clone();
    let base = small.place.path();
    InstallOrder {
        into: InstallInto::Person {
            home,
            places: Some(Places {
                app: base.join("share/app"),
                commands: Some(base.join("bin")),
                menu: Some(base.join("share/menu")),
                icons: None,
            }),
        },
        only: Vec::new(),
    }
}

fn run(small: &Small, order: &InstallOrder) -> Result<Installed> {
    let stick = Stick::open(&small.pack)?;
    install(&stick, order, &Cancel::new(), &mut |_| (), &mut |_| ())
}

fn fates(installed: &Installed) -> Vec<(&str, Fate)> {
    let items = installed.items.iter();
    items.map(|one| (one.item.id.as_str(), one.fate)).collect()
}

#[test]
fn everything_goes_to_its_place_and_the_second_time_nothing_is_read() {
    let small = Small::made();
    let order = person(&small);
    let first = run(&small, &order).unwrap();
    assert_eq!(first.wrong, []);
    let platform = app::platform();
    let expected = [
        ("tiny", Fate::Installed),
        ("other", Fate::Installed),
        ("sums", Fate::Installed),
        ("monday.toml", Fate::Installed),
        ("quartet.deb", Fate::NotForHere),
        (platform.as_str(), Fate::Installed),
        ("plan9-x64", Fate::NotForHere),
    ];
    assert_eq!(fates(&first), expected);
    assert_eq!(
        files(&small.home),
        [
            "decks/monday.toml",
            "lessons/sums/lesson.toml",
            "models/other/weights",
            "models/tiny/model.toml",
            "models/tiny/onnx/a.onnx",
        ]
    );
    let app = small.place.path().join("share/app");
    assert!(app.join("quartet").is_file() && !app.join(PORTABLE_FILE).exists());
    let read = RefCell::new(0);
    let stick = Stick::open(&small.pack).unwrap();
    let tell = &mut |progress: ClassPackProgress| *read.borrow_mut() = progress.done;
    let second = install(&stick, &order, &Cancel::new(), tell, &mut |_| ()).unwrap();
    let again = fates(&second)
        .into_iter()
        .filter(|(_, fate)| *fate == Fate::AlreadyThere);
    assert_eq!(again.count(), 5);
    assert_eq!(*read.borrow(), 0);
}

#[cfg(unix)]
#[test]
fn what_accounts_share_can_be_read_by_all_and_holds_models_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let small = Small::made();
    let folder = small.place.path().join("shared");
    let order = InstallOrder {
        into: InstallInto::Shared {
            folder: folder.clone(),
        },
        only: Vec::new(),
    };
    let installed = run(&small, &order).unwrap();
    let done = fates(&installed)
        .into_iter()
        .filter(|(_, fate)| *fate == Fate::Installed);
    assert_eq!(done.count(), 2);
    for (path, mode) in [
        ("tiny", 0o755),
        ("tiny/onnx", 0o755),
        ("tiny/onnx/a.onnx", 0o644),
    ] {
        let found = fs::metadata(folder.join(path))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(found & 0o777, mode, "{path}");
    }
}

/// A way to spoil a pack, the code that it is told with, and the file that is named.
type Spoiled = (&'static str, fn(&Small), Code, &'static str);

const SPOILED: &[Spoiled] = &[
    (
        "tampered",
        |small| {
            let path = small.at("models/tiny/onnx/a.onnx");
            let mut bytes = fs::read(&path).unwrap();
            bytes[LARGE - 1] ^= 1;
            fs::write(path, bytes).unwrap();
        },
        Code::ClassPackChanged,
        "models/tiny/onnx/a.onnx",
    ),
    (
        "truncated",
        |small| {
            let path = small.at("models/tiny/onnx/a.onnx");
            File::options()
                .write(true)
                .open(path)
                .unwrap()
                .set_len(1000)
                .unwrap();
        },
        Code::ClassPackCut,
        "models/tiny/onnx/a.onnx",
    ),
    (
        "missing",
        |small| fs::remove_file(small.at("models/tiny/model.toml")).unwrap(),
        Code::ClassPackMissing,
        "models/tiny/model.toml",
    ),
    #[cfg(unix)]
    (
        "a link in its place",
        |small| {
            let path = small.at("models/tiny/model.toml");
            fs::rename(&path, small.place.path().join("elsewhere")).unwrap();
            std::os::unix::fs::symlink(small.place.path().join("elsewhere"), path).unwrap();
        },
        Code::ClassPackNotFile,
        "models/tiny/model.toml",
    ),
    #[cfg(unix)]
    (
        "a linked folder",
        |small| {
            let path = small.at("models/tiny");
            fs::rename(&path, small.place.path().join("elsewhere")).unwrap();
            std::os::unix::fs::symlink(small.place.path().join("elsewhere"), path).unwrap();
        },
        Code::ClassPackNotFile,
        "models/tiny/",
    ),
    #[cfg(unix)]
    (
        "a device in its place",
        |small| {
            let path = small.at("models/tiny/model.toml");
            fs::remove_file(&path).unwrap();
            let made = std::process::Command::new("mkfifo").arg(path).status();
            assert!(made.unwrap().success());
        },
        Code::ClassPackNotFile,
        "models/tiny/model.toml",
    ),
];

#[test]
fn what_is_spoiled_is_named_and_nothing_of_its_thing_is_installed() {
    for (name, spoil, code, path) in SPOILED {
        let small = Small::made();
        spoil(&small);
        let checked = verify(&small.pack, &Cancel::new(), &mut |_| (), &mut |_| ()).unwrap();
        let installed = run(&small, &person(&small)).unwrap();
        for wrong in [&checked.wrong, &installed.wrong] {
            assert_eq!(wrong[0].code, *code, "{name}");
            assert!(wrong[0].message.en.contains(path), "{name}: {wrong:?}");
        }
        assert_eq!(installed.failure().unwrap().code, Code::ClassPackWrong);
        let fates = fates(&installed);
        assert_eq!(
            fates[..2],
            [("tiny", Fate::Refused), ("other", Fate::Installed)],
            "{name}"
        );
        assert!(
            fates.contains(&(app::platform().as_str(), Fate::NotTrusted)),
            "{name}"
        );
        let installed = files(&small.home);
        assert!(
            installed.iter().all(|path| !path.contains("tiny")),
            "{name}: {installed:?}"
        );
        assert!(!small.place.path().join("share/app").exists(), "{name}");
    }
}

#[test]
fn a_list_that_is_wrong_installs_nothing_at_all() {
    let small = Small::made();
    let list = small.at(manifest::FILE);
    let text = fs::read_to_string(&list).unwrap();
    for (from, to) in [
        (
            "path = \"models/tiny/model.toml\"",
            "path = \"../../home/x\"",
        ),
        ("schema = 1", "schema = one"),
        ("made =", "maid ="),
    ] {
        fs::write(&list, text.replace(from, to)).unwrap();
        let failure = run(&small, &person(&small)).unwrap_err();
        assert_eq!(failure.code, Code::ClassPackList, "{to}");
        assert!(!small.home.exists());
    }
}

#[test]
fn what_is_not_listed_is_told_and_not_used() {
    let small = Small::made();
    fs::write(small.at("models/tiny/extra.onnx"), "x").unwrap();
    fs::create_dir(small.at("mine")).unwrap();
    fs::write(small.at("mine/secret"), "x").unwrap();
    fs::create_dir(small.at("System Volume Information")).unwrap();
    fs::write(small.at(".DS_Store"), "x").unwrap();
    fs::create_dir_all(small.at("data/works")).unwrap();
    let stick = Stick::open(&small.pack).unwrap();
    let checked = read_all(&stick, &Cancel::new(), &mut |_| (), &mut |_| ()).unwrap();
    assert_eq!(checked.extra, ["mine", "models/tiny/extra.onnx"]);
    assert_eq!(checked.wrong, []);
    run(&small, &person(&small)).unwrap();
    assert!(!small.home.join("models/tiny/extra.onnx").exists());
}

/// Gives what there is, and then what a stick gives that was pulled out.
struct PulledOut(File, usize);

impl io::Read for PulledOut {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.1 == 0 {
            return Err(io::Error::from_raw_os_error(5));
        }
        self.1 -= 1;
        self.0.read(buffer)
    }
}

#[test]
fn a_stick_that_is_pulled_out_is_named_and_what_was_there_stays() {
    let small = Small::made();
    let old = small.home.join("models/tiny");
    fs::create_dir_all(&old).unwrap();
    fs::write(old.join("model.toml"), "an older one").unwrap();
    let stick = Stick::open(&small.pack).unwrap();
    let stick = stick.opened_by(|path| Ok(Box::new(PulledOut(File::open(path)?, 1))));
    let list = small.at(manifest::FILE);
    // While the first file is being read.
    let tell = &mut |_| drop(fs::remove_file(&list));
    let order = person(&small);
    let failure = install(&stick, &order, &Cancel::new(), tell, &mut |_| ()).unwrap_err();
    assert_eq!(failure.code, Code::ClassPackUnreadable);
    assert!(failure.message.en.contains("models/tiny/"), "{failure:?}");
    assert_eq!(files(&small.home), ["models/tiny/model.toml"]);
    let kept = fs::read_to_string(old.join("model.toml")).unwrap();
    assert_eq!(kept, "an older one");
}

#[test]
fn one_file_that_cannot_be_read_costs_its_thing_alone() {
    let small = Small::made();
    let stick = Stick::open(&small.pack).unwrap();
    let stick = stick.opened_by(|path| {
        let turns = if path.ends_with("a.onnx") { 1 } else { 9 };
        Ok(Box::new(PulledOut(File::open(path)?, turns)))
    });
    let installed = install(
        &stick,
        &person(&small),
        &Cancel::new(),
        &mut |_| (),
        &mut |_| (),
    );
    let installed = installed.unwrap();
    assert_eq!(installed.wrong[0].code, Code::ClassPackUnreadable);
    assert_eq!(
        fates(&installed)[..2],
        [("tiny", Fate::Refused), ("other", Fate::Installed)]
    );
}

#[test]
fn a_newer_model_takes_the_place_of_an_older_and_a_persons_own_lesson_stays() {
    let small = Small::made();
    for (path, text) in [
        ("models/tiny/old.bin", "old"),
        ("lessons/sums/lesson.toml", "mine"),
    ] {
        let path = small.home.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let installed = run(&small, &person(&small)).unwrap();
    let fates = fates(&installed);
    assert!(
        fates.contains(&("tiny", Fate::Installed)) && fates.contains(&("sums", Fate::KeptYours))
    );
    assert!(!small.home.join("models/tiny/old.bin").exists());
    let mine = fs::read_to_string(small.home.join("lessons/sums/lesson.toml")).unwrap();
    assert_eq!(mine, "mine");
}

#[test]
fn stopped_it_leaves_whole_things_and_nothing_half() {
    let small = Small::made();
    let stick = Stick::open(&small.pack).unwrap();
    let cancel = Cancel::new();
    let each = &mut |item: &InstalledItem| {
        if item.item.id == "tiny" {
            cancel.raise();
        }
    };
    let stopped = install(&stick, &person(&small), &cancel, &mut |_| (), each);
    assert_eq!(stopped.unwrap_err().code, Code::Cancelled);
    let expected = ["models/tiny/model.toml", "models/tiny/onnx/a.onnx"];
    assert_eq!(files(&small.home), expected);
}

#[test]
fn a_disk_without_room_is_told_before_anything_is_written() {
    let place = tempfile::tempdir().unwrap();
    let failure = room(&place.path().join("not/there"), 1 << 60).unwrap_err();
    assert_eq!(failure.code, Code::ClassPackSpace);
    assert!(failure.message.en.contains("MB"), "{failure:?}");
    assert!(room(place.path(), 0).is_ok());
}
