//! `quartet pack`, and a program that runs from a stick.

use std::{fs, path::PathBuf};

use super::*;

/// A pack of one installer and one deck, made by the program.
fn packed(place: &Place) -> PathBuf {
    let at = |path: &str| place.home.path().join(path);
    fs::create_dir_all(at("decks")).unwrap();
    fs::write(at("decks/monday.toml"), "deck").unwrap();
    fs::write(at("quartet.deb"), vec![7; 100_000]).unwrap();
    let arguments = [
        "pack",
        "make",
        "--out",
        "pack",
        "--models",
        "none",
        "--packages",
        "quartet.deb",
    ];
    let printed = place.printed(&arguments);
    assert_eq!(Path::new(printed.trim_end()), at("pack"));
    at("pack")
}

#[test]
fn a_pack_is_made_verified_and_installed_and_a_changed_file_is_named() {
    let place = Place::bare();
    let pack = packed(&place);
    let checked = place.json(&["pack", "verify", "pack", "--json"]);
    assert_eq!(checked["wrong"], serde_json::json!([]));
    assert_eq!(checked["items"].as_array().unwrap().len(), 2);
    let other = Place::bare();
    let folder = pack.to_str().unwrap();
    let installed = other.printed(&["pack", "install", folder, "--no-app"]);
    assert!(
        installed.contains("deck\tmonday.toml\t1 MB\tinstalled"),
        "{installed}"
    );
    let deck = fs::read_to_string(other.home.path().join("decks/monday.toml"));
    assert_eq!(deck.unwrap(), "deck");
    fs::write(pack.join("packages/quartet.deb"), vec![8; 100_000]).unwrap();
    fs::write(pack.join("decks/monday.toml"), "de").unwrap();
    let (code, said) = place.failed(&["pack", "verify", "pack"]);
    assert_eq!(code, 4);
    for word in [
        "classPackChanged",
        "packages/quartet.deb",
        "classPackCut",
        "decks/monday.toml",
    ] {
        assert!(said.contains(word), "{word}: {said}");
    }
    let third = Place::bare();
    let (code, said) = third.failed(&["pack", "install", folder, "--no-app", "--language", "zh"]);
    assert_eq!(code, 4);
    assert!(said.contains("应有 4 字节，实际为 2 字节"), "{said}");
    assert!(!third.home.path().join("decks/monday.toml").exists());
    let (code, said) = place.failed(&["pack", "verify", "nowhere"]);
    assert_eq!((code, said.contains("classPackNone")), (4, true));
}

/// The program copied onto a stick, with what makes it portable.
fn stick(data: &str) -> (tempfile::TempDir, PathBuf) {
    let stick = tempfile::tempdir().unwrap();
    let program = stick.path().join("quartet");
    fs::copy(env!("CARGO_BIN_EXE_quartet"), &program).unwrap();
    fs::write(
        stick.path().join("portable.toml"),
        format!("schema = 1\ndata = \"{data}\"\n"),
    )
    .unwrap();
    (stick, program)
}

fn run(program: &Path, person: &Path) -> Output {
    let mut command = Command::new(program);
    command.args(["works", "list"]).env_remove("QUARTET_HOME");
    for name in ["HOME", "XDG_DATA_HOME", "TMPDIR", "APPDATA", "LOCALAPPDATA"] {
        command.env(name, person);
    }
    command.env("LANG", "C").output().unwrap()
}

#[test]
fn a_portable_program_keeps_its_library_beside_itself_or_nowhere() {
    let person = tempfile::tempdir().unwrap();
    let (beside, program) = stick("beside");
    let output = run(&program, person.path());
    assert!(output.status.success(), "{output:?}");
    assert!(beside.path().join("data/library.sqlite").is_file());
    let (nowhere, program) = stick("nowhere");
    assert!(run(&program, person.path()).status.success());
    assert!(!nowhere.path().join("data").exists());
    let (wrong, program) = stick("elsewhere");
    let output = run(&program, person.path());
    assert_eq!(output.status.code(), Some(4));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("portableFile") && said.contains("line 2"),
        "{said}"
    );
    drop(wrong);
    let left: Vec<_> = fs::read_dir(person.path()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_stick_that_cannot_be_written_to_keeps_nothing_and_says_so() {
    let person = tempfile::tempdir().unwrap();
    let (stick, program) = stick("beside");
    // Root writes wherever modes forbid it; nobody writes into a file.
    fs::write(stick.path().join("data"), "").unwrap();
    let output = run(&program, person.path());
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("portableReadOnly"), "{said}");
    assert_eq!(fs::read_dir(person.path()).unwrap().count(), 0);
}
