//! What is to be in a pack: gathered and measured before anything is written.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use quartet_lessons::Folder;
use quartet_studio::{
    Code, Failure, LocalText, Modality, ModelSummary, PortableData, Result, Studio,
};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::{
    app,
    manifest::{LARGEST_FILE, PackItem, PackKind},
    names,
    planned::{Content, PlannedItem, Source},
    readme,
};

/// Files of one thing; more are no model and no lesson.
const MOST_FILES: usize = 5_000;
const MOST_DEPTH: usize = 8;

/// Which models go into a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModelChoice {
    /// Every one that can be used.
    All,
    Ids(Vec<String>),
}

/// What is to be in a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackOrder {
    pub models: ModelChoice,
    /// Each a lesson's folder, or one that holds lessons.
    pub lessons: Vec<PathBuf>,
    /// The lessons and decks of the data folder.
    pub own: bool,
    pub packages: Vec<PathBuf>,
    /// Apps of other systems, as they lie in other packs.
    pub apps: Vec<PathBuf>,
    /// The running app, and where it keeps what it makes.
    pub portable: Option<PortableData>,
}

/// What was asked for in general and cannot be in a pack.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LeftOutItem {
    pub name: String,
    pub failure: Failure,
}

/// What is to be written, and how much it is.
#[derive(Debug)]
pub struct Plan {
    pub(crate) items: Vec<PlannedItem>,
    /// Files that belong to no thing: what to read first, licences.
    pub(crate) loose: Vec<Source>,
    pub left_out: Vec<LeftOutItem>,
}

impl Plan {
    pub fn items(&self) -> impl Iterator<Item = &PackItem> {
        self.items.iter().map(|one| &one.item)
    }

    /// Of all files.
    pub fn bytes(&self) -> u64 {
        let items: u64 = self.items.iter().map(|one| one.item.bytes).sum();
        items + self.loose.iter().map(|file| file.bytes).sum::<u64>()
    }
}

/// Gathers what is to be in a pack; reads nothing but descriptions.
///
/// # Errors
/// `ClassPackEmpty`, `ClassPackTooLarge`, `ClassPackName`, `ClassPackNoApp`; `ModelUnknown` and a model's own problem
/// for one that was named; `LessonBroken`, `LessonUnknown`, `InputMissing`.
pub fn plan(studio: &Studio, order: &PackOrder) -> Result<Plan> {
    let mut left_out = Vec::new();
    let mut items = models(studio, &order.models, &mut left_out)?;
    for folder in &order.lessons {
        items.extend(lessons_in(folder)?);
    }
    if order.own {
        items.extend(own(studio.home(), &items, &mut left_out));
    }
    for package in &order.packages {
        items.push(package_at(package)?);
    }
    if let Some(data) = order.portable {
        items.push(app::item(studio, data)?);
    }
    for folder in &order.apps {
        items.push(app::given(folder)?);
    }
    if items.is_empty() {
        return Err(Failure::new(Code::ClassPackEmpty, ""));
    }
    check(&items)?;
    let apps = items.iter().filter(|one| one.item.kind == PackKind::App);
    let apps: Vec<_> = apps.map(|one| one.item.id.clone()).collect();
    let program = std::env::current_exe().unwrap_or_default();
    let notices = app::notices(program.parent().unwrap_or(Path::new(".")))?;
    let mut loose: Vec<_> = notices
        .into_iter()
        .map(|file| file.within("licences"))
        .collect();
    loose.extend(app::starters(&apps));
    loose.push(Source::text("READ-ME.txt", &readme::text(&items)));
    Ok(Plan {
        items,
        loose,
        left_out,
    })
}

/// The text model first: with it a class can begin while the rest is copied.
fn models(
    studio: &Studio,
    choice: &ModelChoice,
    left_out: &mut Vec<LeftOutItem>,
) -> Result<Vec<PlannedItem>> {
    let mut listed = studio.models().list();
    listed.sort_by_key(|model| (!is_first(model), !model.is_default));
    let mut planned = Vec::new();
    match choice {
        ModelChoice::All => {
            for model in &listed {
                match model_item(studio, &model.id) {
                    Ok(item) => planned.push(item),
                    Err(failure) => left_out.push(LeftOutItem {
                        name: model.name.en.clone(),
                        failure,
                    }),
                }
            }
        }
        ModelChoice::Ids(ids) => {
            let place = |id: &String| listed.iter().position(|model| model.id == *id);
            let mut ids: Vec<_> = ids.iter().collect();
            ids.sort_by_key(|id| place(id).unwrap_or(usize::MAX));
            ids.dedup();
            for id in ids {
                planned.push(model_item(studio, id)?);
            }
        }
    }
    Ok(planned)
}

fn is_first(model: &ModelSummary) -> bool {
    model.modality == Modality::Text && model.is_default
}

fn model_item(studio: &Studio, id: &str) -> Result<PlannedItem> {
    let model = studio.models().get(id)?;
    let files = if model.files.is_empty() {
        Content::of_folder(&model.folder)?
    } else {
        let mut files = Vec::new();
        for file in &model.files {
            let mut source = Source::file(&model.folder.join(&file.path), &file.path)?;
            if let Content::File { sha256, .. } = &mut source.content {
                *sha256 = Some(file.sha256.to_ascii_lowercase());
            }
            files.push(source);
        }
        files.extend(told_beside(&model.folder, &files)?);
        files
    };
    Ok(PlannedItem::new(
        PackKind::Model,
        &model.id,
        model.name,
        files,
    ))
}

/// The description of a model and its licence, where its list does not name them.
fn told_beside(folder: &Path, listed: &[Source]) -> Result<Vec<Source>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let upper = name.to_uppercase();
        let is_told = name == "model.toml"
            || ["LICENSE", "LICENCE", "NOTICE", "COPYING", "README"]
                .iter()
                .any(|start| upper.starts_with(start));
        let is_listed = listed.iter().any(|file| file.path == name);
        if is_told && !is_listed && entry.path().is_file() {
            found.push(Source::file(&entry.path(), &name)?);
        }
    }
    Ok(found)
}

/// A lesson's folder, or the lessons in a folder.
fn lessons_in(folder: &Path) -> Result<Vec<PlannedItem>> {
    if folder.join(quartet_lessons::FILE).is_file() {
        return lesson_item(folder).map(|lesson| vec![lesson]);
    }
    let mut lessons = Vec::new();
    for path in sorted(folder) {
        if path.join(quartet_lessons::FILE).is_file() {
            lessons.push(lesson_item(&path)?);
        }
    }
    if lessons.is_empty() {
        let lesson = folder.display().to_string();
        return Err(Failure::with(
            Code::LessonUnknown,
            &[("lesson", &lesson)],
            "",
        ));
    }
    Ok(lessons)
}

fn lesson_item(path: &Path) -> Result<PlannedItem> {
    let folder = Folder::OnDisk(path.to_owned());
    let lesson = quartet_lessons::check(&folder).whole(&folder)?;
    let files = Content::of_folder(path)?;
    Ok(PlannedItem::new(
        PackKind::Lesson,
        &lesson.id,
        lesson.title,
        files,
    ))
}

/// The lessons and decks of the data folder, whatever is there and whole.
fn own(home: &Path, before: &[PlannedItem], left_out: &mut Vec<LeftOutItem>) -> Vec<PlannedItem> {
    let mut found = Vec::new();
    let mut take = |path: &Path, item: Result<PlannedItem>| match item {
        Ok(item) if before.iter().any(|one| one.item.path() == item.item.path()) => {}
        Ok(item) => found.push(item),
        Err(failure) => left_out.push(LeftOutItem {
            name: path.display().to_string(),
            failure,
        }),
    };
    for path in sorted(&home.join("lessons")) {
        if path.join(quartet_lessons::FILE).is_file() {
            take(&path, lesson_item(&path));
        }
    }
    for path in sorted(&home.join("decks")) {
        take(&path, deck_item(&path));
    }
    found
}

fn deck_item(path: &Path) -> Result<PlannedItem> {
    let id = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let name = path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let files = if path.is_dir() {
        Content::of_folder(path)?
    } else {
        vec![Source::file(path, "")?]
    };
    Ok(PlannedItem::new(
        PackKind::Deck,
        &id,
        LocalText::same(name),
        files,
    ))
}

fn package_at(path: &Path) -> Result<PlannedItem> {
    let id = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let name = LocalText::same(&id);
    Ok(PlannedItem::new(
        PackKind::Package,
        &id,
        name,
        vec![Source::file(path, "")?],
    ))
}

/// What in a folder is not hidden, by name.
fn sorted(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries
        .filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'))
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    paths
}

/// What a stick cannot hold is told before anything is written.
fn check(items: &[PlannedItem]) -> Result<()> {
    let mut known = std::collections::BTreeSet::new();
    for one in items {
        for file in &one.files {
            let path = one.path_of(file);
            names::check_path(&path)
                .map_err(|reason| Failure::at(Code::ClassPackName, Path::new(&path), reason))?;
            if file.bytes > LARGEST_FILE {
                return Err(Failure::at(
                    Code::ClassPackTooLarge,
                    Path::new(&path),
                    file.bytes,
                ));
            }
            if !known.insert(names::key(&path)) {
                let reason = "two files have this name";
                return Err(Failure::at(Code::ClassPackName, Path::new(&path), reason));
            }
        }
    }
    Ok(())
}

impl PlannedItem {
    fn new(kind: PackKind, id: &str, name: LocalText, files: Vec<Source>) -> Self {
        let bytes = files.iter().map(|file| file.bytes).sum();
        let id = id.to_owned();
        Self {
            item: PackItem {
                kind,
                id,
                name,
                bytes,
            },
            files,
        }
    }

    pub(crate) fn app(id: &str, name: LocalText, files: Vec<Source>) -> Self {
        Self::new(PackKind::App, id, name, files)
    }

    /// Inside the pack.
    pub(crate) fn path_of(&self, file: &Source) -> String {
        let path = self.item.path();
        if file.path.is_empty() {
            path
        } else {
            format!("{path}/{}", file.path)
        }
    }
}

impl Source {
    /// A regular file, also behind a link: sticks hold none.
    pub(crate) fn file(path: &Path, within: &str) -> Result<Self> {
        let missing = |error: io::Error| Failure::at(Code::InputMissing, path, error);
        let data = fs::metadata(path).map_err(missing)?;
        if !data.is_file() {
            let code = if data.is_dir() {
                Code::InputFolder
            } else {
                Code::InputNotRegular
            };
            return Err(Failure::at(code, path, ""));
        }
        Ok(Self {
            path: within.to_owned(),
            bytes: data.len(),
            content: Content::File {
                path: path.to_owned(),
                sha256: None,
            },
        })
    }

    pub(crate) fn text(within: &str, text: &str) -> Self {
        Self {
            path: within.to_owned(),
            bytes: text.len() as u64,
            content: Content::Text(text.to_owned()),
        }
    }

    fn within(mut self, folder: &str) -> Self {
        self.path = format!("{folder}/{}", self.path);
        self
    }
}

impl Content {
    /// Every file of a folder that is not hidden, also behind links to files; folders behind links are not entered.
    pub(crate) fn of_folder(folder: &Path) -> Result<Vec<Source>> {
        let mut files = Vec::new();
        gather(folder, "", 0, &mut files)?;
        Ok(files)
    }
}

fn gather(folder: &Path, within: &str, depth: usize, files: &mut Vec<Source>) -> Result<()> {
    let too_much = || Failure::at(Code::ClassPackName, folder, "too many files, or too deep");
    if depth > MOST_DEPTH {
        return Err(too_much());
    }
    for path in sorted(folder) {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let inside = if within.is_empty() {
            name
        } else {
            format!("{within}/{name}")
        };
        let is_link = path.is_symlink();
        if path.is_dir() && !is_link {
            gather(&path, &inside, depth + 1, files)?;
        } else if path.is_file() {
            files.push(Source::file(&path, &inside)?);
        }
        if files.len() > MOST_FILES {
            return Err(too_much());
        }
    }
    Ok(())
}
