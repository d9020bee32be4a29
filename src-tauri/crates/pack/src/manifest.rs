//! `pack.toml`: what a pack holds by name, and each of its files with its size and checksum.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::Path,
};

use quartet_media::bounded::read_text;
use quartet_studio::{Code, Failure, LocalText, Result};
use serde::{Deserialize, Serialize};
use specta::Type;
use toml::Spanned;

use crate::names;

/// What makes a folder a pack.
pub const FILE: &str = "pack.toml";
/// Of that file.
pub const SCHEMA: u32 = 1;
const MAX_BYTES: u64 = 8 << 20;
const MOST_FILES: usize = 20_000;
const MOST_ITEMS: usize = 2_000;
/// FAT32 holds no larger file.
pub const LARGEST_FILE: u64 = u32::MAX as u64;
/// More than any stick holds; sums of it stay sums.
const LARGEST_PACK: u64 = 1 << 44;
const MOST_NAME: usize = 200;

/// What a thing in a pack is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type,
)]
#[serde(rename_all = "camelCase")]
pub enum PackKind {
    Model,
    Lesson,
    Deck,
    /// The portable app of one system.
    App,
    /// An installer.
    Package,
}

impl PackKind {
    /// Where such things lie in a pack.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Model => "models",
            Self::Lesson => "lessons",
            Self::Deck => "decks",
            Self::App => "app",
            Self::Package => "packages",
        }
    }
}

/// A thing in a pack: a folder of files, or one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PackItem {
    pub kind: PackKind,
    /// The name of its folder or file.
    pub id: String,
    pub name: LocalText,
    /// Of all its files.
    pub bytes: u64,
}

impl PackItem {
    /// Inside the pack, with forward slashes.
    pub fn path(&self) -> String {
        format!("{}/{}", self.kind.folder(), self.id)
    }

    /// Whether a file of the pack is this thing's.
    pub fn owns(&self, path: &str) -> bool {
        let rest = path.strip_prefix(&self.path());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackFile {
    /// Inside the pack, with forward slashes.
    pub path: String,
    pub bytes: u64,
    /// In hexadecimal, lower case.
    pub sha256: String,
}

/// The list of a pack, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// When it was made: RFC 3339.
    pub made: String,
    /// Of the Quartet that made it.
    pub version: String,
    /// In the order in which they are installed.
    pub items: Vec<PackItem>,
    pub files: Vec<PackFile>,
}

/// The file as it is written.
#[derive(Debug, Serialize)]
struct Written<'a> {
    schema: u32,
    made: &'a str,
    version: &'a str,
    holds: Vec<WrittenItem<'a>>,
    files: Vec<WrittenFile<'a>>,
}

#[derive(Debug, Serialize)]
struct WrittenItem<'a> {
    kind: PackKind,
    id: &'a str,
    name: &'a LocalText,
}

#[derive(Debug, Serialize)]
struct WrittenFile<'a> {
    path: &'a str,
    bytes: u64,
    sha256: &'a str,
}

/// The file as it is read: every place that can be wrong knows where it stands.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(rename = "schema")]
    _schema: u32,
    made: String,
    version: String,
    #[serde(default)]
    holds: Vec<RawItem>,
    #[serde(default)]
    files: Vec<RawFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawItem {
    kind: PackKind,
    id: Spanned<String>,
    name: LocalText,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    path: Spanned<String>,
    bytes: Spanned<u64>,
    sha256: Spanned<String>,
}

/// All that is read of a list that may be of a later version.
#[derive(Debug, Deserialize)]
struct SchemaOnly {
    schema: u32,
}

/// A place in the text, in bytes, and what is wrong there.
type Place = (usize, String);

impl Manifest {
    /// Reads and checks the list of the pack in `folder`.
    ///
    /// # Errors
    /// `ClassPackNone`, `ClassPackList` with its line, `ClassPackNewer`, `ClassPackUnreadable`.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(FILE);
        let none = || Failure::at(Code::ClassPackNone, folder, "");
        match std::fs::symlink_metadata(&path) {
            Ok(data) if data.is_file() => {}
            Ok(_) => return Err(Failure::at(Code::ClassPackNotFile, Path::new(FILE), "")),
            Err(_) => return Err(none()),
        }
        let text = read_text(&path, MAX_BYTES).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => none(),
            io::ErrorKind::FileTooLarge | io::ErrorKind::InvalidData => {
                wrong(&path, 1, error.to_string())
            }
            _ => Failure::at(Code::ClassPackUnreadable, Path::new(FILE), error),
        })?;
        let at = |(byte, reason): Place| wrong(&path, line_of(&text, byte), reason);
        let schema: SchemaOnly = toml::from_str(&text).map_err(|error| at(place(&error)))?;
        if schema.schema > SCHEMA {
            return Err(Failure::at(Code::ClassPackNewer, folder, ""));
        }
        Self::parse(&text).map_err(at)
    }

    fn parse(text: &str) -> Result<Self, Place> {
        let raw: Raw = toml::from_str(text).map_err(|error| place(&error))?;
        if raw.files.len() > MOST_FILES || raw.holds.len() > MOST_ITEMS {
            return Err((0, "it lists more than a class pack holds".to_owned()));
        }
        let files = checked_files(raw.files)?;
        let mut items = checked_items(raw.holds)?;
        for item in &mut items {
            let own = files.iter().filter(|file| item.owns(&file.path));
            item.bytes = own.map(|file| file.bytes).sum();
        }
        Ok(Self {
            made: raw.made.chars().take(MOST_NAME).collect(),
            version: raw.version.chars().take(MOST_NAME).collect(),
            items,
            files,
        })
    }

    /// As it is written.
    pub fn text(&self) -> String {
        let items = self.items.iter().map(|item| WrittenItem {
            kind: item.kind,
            id: &item.id,
            name: &item.name,
        });
        let files = self.files.iter().map(|file| WrittenFile {
            path: &file.path,
            bytes: file.bytes,
            sha256: &file.sha256,
        });
        let written = Written {
            schema: SCHEMA,
            made: &self.made,
            version: &self.version,
            holds: items.collect(),
            files: files.collect(),
        };
        // Every value of it is one that TOML has.
        let body = toml::to_string(&written).unwrap_or_default();
        format!(
            "# A class pack of Quartet: what it holds, and every file with its size and SHA-256.\n\
             # Quartet 课堂包：其中的内容，以及每个文件的大小和 SHA-256。\n{body}"
        )
    }

    /// In bytes, of all files.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// The files of a thing.
    pub fn files_of<'a>(&'a self, item: &'a PackItem) -> impl Iterator<Item = &'a PackFile> {
        self.files.iter().filter(|file| item.owns(&file.path))
    }
}

fn checked_files(raw: Vec<RawFile>) -> Result<Vec<PackFile>, Place> {
    // What each path is: a file, or a folder of others.
    let mut known: BTreeMap<String, bool> = BTreeMap::new();
    let mut sum = 0_u64;
    let mut files = Vec::with_capacity(raw.len());
    for file in raw {
        let at = file.path.span().start;
        let path = file.path.into_inner();
        names::check_path(&path).map_err(|reason| (at, format!("{path:?}: {reason}")))?;
        let key = names::key(&path);
        if key == FILE {
            return Err((at, "the list names itself".to_owned()));
        }
        let twice = || (at, format!("{path:?} is there twice"));
        for (end, _) in key.match_indices('/') {
            if known.insert(key[..end].to_owned(), false) == Some(true) {
                return Err(twice());
            }
        }
        if known.insert(key, true).is_some() {
            return Err(twice());
        }
        let bytes = *file.bytes.get_ref();
        sum = sum.saturating_add(bytes);
        if bytes > LARGEST_FILE || sum > LARGEST_PACK {
            return Err((
                file.bytes.span().start,
                "more than a stick holds".to_owned(),
            ));
        }
        let sha256 = file.sha256.get_ref().to_ascii_lowercase();
        if sha256.len() != 64 || !sha256.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err((file.sha256.span().start, "no SHA-256".to_owned()));
        }
        files.push(PackFile {
            path,
            bytes,
            sha256,
        });
    }
    Ok(files)
}

fn checked_items(raw: Vec<RawItem>) -> Result<Vec<PackItem>, Place> {
    let mut known = BTreeSet::new();
    let mut items = Vec::with_capacity(raw.len());
    for item in raw {
        let at = item.id.span().start;
        let id = item.id.into_inner();
        let checked = names::check_name(&id).and_then(|()| {
            // What is hidden is where unfinished things lie.
            if id.starts_with('.') {
                return Err("the name begins with a dot");
            }
            Ok(())
        });
        checked.map_err(|reason| (at, format!("{id:?}: {reason}")))?;
        let LocalText { en, zh } = item.name;
        let short = |text: String| text.chars().take(MOST_NAME).collect::<String>();
        let item = PackItem {
            kind: item.kind,
            name: LocalText {
                en: short(en),
                zh: short(zh),
            },
            id,
            bytes: 0,
        };
        if !known.insert(names::key(&item.path())) {
            return Err((at, format!("{:?} is there twice", item.id)));
        }
        items.push(item);
    }
    Ok(items)
}

fn place(error: &toml::de::Error) -> Place {
    let at = error.span().map_or(0, |span| span.start);
    (at, error.message().to_owned())
}

fn line_of(text: &str, byte: usize) -> usize {
    let before = text.as_bytes().iter().take(byte);
    1 + before.filter(|&&byte| byte == b'\n').count()
}

fn wrong(path: &Path, line: usize, reason: String) -> Failure {
    let (path, line) = (path.display().to_string(), line.to_string());
    let values = [("path", path.as_str()), ("line", line.as_str())];
    Failure::with(Code::ClassPackList, &values, reason)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const HASH: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    fn read(text: &str) -> Result<Manifest> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), text).unwrap();
        Manifest::read(folder.path())
    }

    fn list(path: &str) -> String {
        format!(
            "schema = 1\nmade = \"2026-11-30T12:00:00Z\"\nversion = \"0.1.0\"\n\n[[files]]\npath = '{path}'\nbytes = 3\nsha256 = \"{HASH}\"\n"
        )
    }

    #[test]
    fn what_is_written_is_read_back() {
        let file = |path: &str| PackFile {
            path: path.to_owned(),
            bytes: 3,
            sha256: HASH.to_owned(),
        };
        let manifest = Manifest {
            made: "2026-11-30T12:00:00Z".to_owned(),
            version: "0.1.0".to_owned(),
            items: vec![PackItem {
                kind: PackKind::Model,
                id: "tiny".to_owned(),
                name: LocalText {
                    en: "Tiny \"one\"".to_owned(),
                    zh: "小".to_owned(),
                },
                bytes: 6,
            }],
            files: vec![
                file("models/tiny/model.toml"),
                file("models/tiny/onnx/a"),
                file("models/tinyish"),
            ],
        };
        assert_eq!(read(&manifest.text()).unwrap(), manifest);
    }

    #[test]
    fn every_mistake_is_told_with_its_line() {
        let twice = |second: &str| list("a/b") + &list(second)[list("x").find("\n[[").unwrap()..];
        for (text, line, expected) in [
            (list("../x"), 6, "plain relative"),
            (list("/etc/passwd"), 6, "plain relative"),
            (list("a\\b"), 6, "character"),
            (list("C:x"), 6, "character"),
            (list("con.txt"), 6, "device"),
            (list("Pack.toml"), 6, "itself"),
            (twice("A/b"), 11, "twice"),
            (twice("a/b/c"), 11, "twice"),
            (twice("a"), 11, "twice"),
            (list("a").replace("bytes = 3", "bytes = -3"), 7, "invalid"),
            (
                list("a").replace("bytes = 3", "bytes = 9999999999"),
                7,
                "stick",
            ),
            (list("a").replace("ba78", "xx78"), 8, "SHA-256"),
            (list("a").replace("sha256 =", "sha265 ="), 8, "sha265"),
            (list("a").replace("made =", "made"), 2, ""),
            ("\u{1}".to_owned(), 1, ""),
            (
                list("a")
                    + "\n[[holds]]\nkind = \"model\"\nid = \"../x\"\nname = { en = \"\", zh = \"\" }\n",
                12,
                "character",
            ),
            (
                list("a")
                    + "\n[[holds]]\nkind = \"model\"\nid = \".x\"\nname = { en = \"\", zh = \"\" }\n",
                12,
                "dot",
            ),
            (
                list("a")
                    + "\n[[holds]]\nkind = \"ghost\"\nid = \"x\"\nname = { en = \"\", zh = \"\" }\n",
                11,
                "ghost",
            ),
        ] {
            let failure = read(&text).unwrap_err();
            assert_eq!(failure.code, Code::ClassPackList, "{text}");
            assert!(
                failure.message.en.contains(&format!("line {line}.")),
                "{failure:?} {text}"
            );
            assert!(failure.detail.contains(expected), "{failure:?}");
        }
    }

    #[test]
    fn a_huge_list_a_later_one_and_none_are_told_apart() {
        let code = |text: &str| read(text).unwrap_err().code;
        assert_eq!(code(&"#".repeat(9 << 20)), Code::ClassPackList);
        assert_eq!(code("schema = 2\nwhatever = true\n"), Code::ClassPackNewer);
        let folder = tempfile::tempdir().unwrap();
        let failure = Manifest::read(folder.path()).unwrap_err();
        assert_eq!(failure.code, Code::ClassPackNone);
        fs::create_dir(folder.path().join(FILE)).unwrap();
        let failure = Manifest::read(folder.path()).unwrap_err();
        assert_eq!(failure.code, Code::ClassPackNotFile);
    }
}
