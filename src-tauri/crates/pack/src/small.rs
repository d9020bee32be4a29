//! A small pack for tests.

use std::{
    fs,
    path::{Path, PathBuf},
};

use quartet_studio::{Cancel, LocalText, PORTABLE_FILE, Result};

use crate::{
    app,
    make::{MadePack, make},
    manifest::{PackItem, PackKind},
    plan::Plan,
    planned::{PlannedItem, Source},
    task::ClassPackProgress,
};

/// Of the largest file, in bytes: more than is read at a time.
pub(crate) const LARGE: usize = 3 << 20;

/// Where things come from, the pack, and somebody's home.
pub(crate) struct Small {
    pub(crate) place: tempfile::TempDir,
    pub(crate) pack: PathBuf,
    pub(crate) home: PathBuf,
}

impl Small {
    /// Made, on the disk.
    pub(crate) fn made() -> Self {
        let small = Self::unmade();
        small.make(&Cancel::new(), &mut |_| ()).unwrap();
        small
    }

    pub(crate) fn unmade() -> Self {
        let place = tempfile::tempdir().unwrap();
        let (pack, home) = (place.path().join("stick/pack"), place.path().join("home"));
        fs::create_dir_all(place.path().join("stick")).unwrap();
        Self { place, pack, home }
    }

    pub(crate) fn make(
        &self,
        cancel: &Cancel,
        tell: &mut dyn FnMut(ClassPackProgress),
    ) -> Result<MadePack> {
        make(self.plan(), &self.pack, cancel, tell)
    }

    /// A model, a second one, a lesson, a deck, an installer, the app of this system and that of another.
    pub(crate) fn plan(&self) -> Plan {
        let from = self.place.path().join("from");
        let file = |path: &str, bytes: &[u8], within: &str| {
            let path = from.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, bytes).unwrap();
            Source::file(&path, within).unwrap()
        };
        let large: Vec<u8> = (0..LARGE).map(|at| (at % 251) as u8).collect();
        let thing = |kind, id: &str, files: Vec<Source>| PlannedItem {
            item: PackItem {
                kind,
                id: id.to_owned(),
                name: LocalText::same(id),
                bytes: files.iter().map(|file| file.bytes).sum(),
            },
            files,
        };
        let tiny = vec![
            file("tiny/model.toml", b"id = 'tiny'", "model.toml"),
            file("tiny/a.onnx", &large, "onnx/a.onnx"),
        ];
        let app = |place: &str| {
            vec![
                file(&format!("{place}/quartet"), b"#!/bin/sh\n", "quartet"),
                file(
                    &format!("{place}/lib"),
                    b"library",
                    "resources/onnxruntime/lib",
                ),
                Source::text(PORTABLE_FILE, "schema = 1\ndata = \"beside\"\n"),
            ]
        };
        Plan {
            items: vec![
                thing(PackKind::Model, "tiny", tiny),
                thing(
                    PackKind::Model,
                    "other",
                    vec![file("other", b"second", "weights")],
                ),
                thing(
                    PackKind::Lesson,
                    "sums",
                    vec![file("sums", b"schema = 1", "lesson.toml")],
                ),
                thing(
                    PackKind::Deck,
                    "monday.toml",
                    vec![file("deck", b"deck", "")],
                ),
                thing(
                    PackKind::Package,
                    "quartet.deb",
                    vec![file("deb", b"deb", "")],
                ),
                thing(PackKind::App, &app::platform(), app("app")),
                thing(PackKind::App, "plan9-x64", app("app9")),
            ],
            loose: vec![Source::text("READ-ME.txt", "read")],
            left_out: Vec::new(),
        }
    }

    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.pack.join(path)
    }
}

/// Every file below a folder, with hidden ones.
pub(crate) fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inside) = folders.pop() {
        for entry in fs::read_dir(&inside).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() && !path.is_symlink() {
                folders.push(path);
            } else {
                let within = path.strip_prefix(folder).unwrap();
                found.push(within.display().to_string());
            }
        }
    }
    found.sort();
    found
}
