//! Folders of strangers that would keep their reader waiting, show it what is elsewhere, or act on a
//! screen.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::scan;
use crate::{
    Code,
    models::{FolderIds, Model},
};

/// The small files that describe a folder, in every layout.
const DESCRIPTIONS: [&str; 12] = [
    "config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "generation_config.json",
    "chat_template.jinja",
    "README.md",
    "model.toml",
    "model_index.json",
    "preprocessor_config.json",
    "onnx/model.onnx",
    "scheduler/scheduler_config.json",
    "unet/config.json",
];

/// A folder in the layout of a text model of transformers.js.
fn text_folder(root: &Path, name: &str) -> PathBuf {
    let folder = root.join(name);
    for inner in ["onnx", "scheduler", "unet"] {
        fs::create_dir_all(folder.join(inner)).unwrap();
    }
    fs::write(folder.join("config.json"), r#"{"model_type": "llama"}"#).unwrap();
    fs::write(folder.join("tokenizer.json"), "{}").unwrap();
    fs::write(folder.join("onnx/model.onnx"), [0; 100]).unwrap();
    fs::write(folder.join("README.md"), "---\nlicense: mit\n---\n").unwrap();
    folder
}

fn scanned(root: &Path) -> Vec<Model> {
    scan(&[root.to_owned()], &[], &FolderIds::default())
}

#[cfg(unix)]
#[test]
fn pipes_and_devices_keep_nobody_waiting() {
    let root = tempfile::tempdir().unwrap();
    for (index, name) in DESCRIPTIONS.iter().enumerate() {
        for (kind, device) in ["pipe", "/dev/zero", "/dev/tty"].iter().enumerate() {
            let folder = text_folder(root.path(), &format!("m{index}-{kind}"));
            let path = folder.join(name);
            let _ = fs::remove_file(&path);
            if *device == "pipe" {
                let made = std::process::Command::new("mkfifo").arg(&path).status();
                assert!(made.unwrap().success());
            } else {
                std::os::unix::fs::symlink(device, &path).unwrap();
            }
        }
    }
    let (send, ended) = std::sync::mpsc::channel();
    let folder = root.path().to_owned();
    std::thread::spawn(move || send.send(scanned(&folder)));
    let models = ended.recv_timeout(std::time::Duration::from_secs(5));
    let models = models.expect("the scan ends");
    // What a folder cannot do without is told where it is no file.
    for needed in ["config.json", "tokenizer.json", "model.toml"] {
        let index = DESCRIPTIONS.iter().position(|name| *name == needed);
        let start = format!("m{}-", index.unwrap());
        let mut told = models.iter().filter(|model| {
            let folder = model.folder.file_name().unwrap_or_default();
            folder.to_string_lossy().starts_with(&start)
        });
        assert_eq!(told.clone().count(), 3, "{needed}");
        assert!(told.all(|model| model.problem.is_some()), "{needed}");
    }
}

#[cfg(unix)]
#[test]
fn links_that_lead_out_are_not_read() {
    for (name, content, code) in [
        (
            "config.json",
            r#"{"model_type": "SECRET"}"#,
            Some(Code::ModelEscapes),
        ),
        ("tokenizer.json", "{}", Some(Code::ModelEscapes)),
        ("model.toml", "id = \"SECRET\"", Some(Code::ModelEscapes)),
        // No reason to refuse the model; its licence is unknown then.
        ("README.md", "---\nlicense: SECRET\n---\n", None),
    ] {
        let root = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        let folder = text_folder(root.path(), "stranger");
        let theirs = elsewhere.path().join("theirs");
        fs::write(&theirs, content).unwrap();
        let _ = fs::remove_file(folder.join(name));
        std::os::unix::fs::symlink(&theirs, folder.join(name)).unwrap();
        let models = scanned(root.path());
        assert_eq!(models.len(), 1, "{name}");
        let found = models[0].problem.as_ref().map(|problem| problem.code);
        assert_eq!(found, code, "{name}");
        assert!(!format!("{models:?}").contains("SECRET"), "{name}");
    }
}

#[test]
fn names_are_capped_and_do_not_act_on_what_is_around_them() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("a");
    fs::create_dir(&folder).unwrap();
    let long = "x".repeat(1_900_000);
    let manifest = format!(
        r#"
        id = "a"
        name = {{ en = "\u001B[2J\u202Egnp.{long}", zh = "\u0007\u200B" }}
        summary = {{ en = "two\nlines \u009B31m", zh = "{long}" }}
        modality = "text"
        architecture = {{ kind = "causal-lm" }}
        languages = ["\u202Een"]
        licence = {{ spdx = "MIT\u001B]0;x\u0007" }}
        files = []
    "#
    );
    fs::write(folder.join("model.toml"), manifest).unwrap();
    let models = scanned(root.path());
    let model = &models[0];
    assert!(
        model.name.en.starts_with("[2Jgnp.xxx"),
        "{}",
        &model.name.en[..20]
    );
    assert_eq!(model.name.en.chars().count(), 121);
    assert_eq!(model.name.zh, "a");
    assert_eq!(model.summary.en, "two lines 31m");
    assert!(model.summary.zh.chars().count() < 1000);
    assert_eq!(model.languages, ["en"]);
    assert_eq!(model.licence, "MIT]0;x");
    // A folder's own name may be no better.
    #[cfg(unix)]
    {
        text_folder(root.path(), "b\u{1b}[31m\u{202e}c");
        let models = scanned(root.path());
        let other = models.iter().find(|model| model.id != "a").unwrap();
        assert_eq!(other.name.en, "b[31mc");
    }
}
