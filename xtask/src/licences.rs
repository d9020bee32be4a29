//! The licences of everything that is in a package: crates, the UI's packages, ONNX Runtime, models.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::manifest::Manifest;
use crate::onnxruntime;
use crate::process;
use crate::workspace;

const ONNX_RUNTIME: &str = include_str!("../assets/onnxruntime-LICENSE.txt");
const ONNX_RUNTIME_PARTS: &str = include_str!("../assets/onnxruntime-ThirdPartyNotices.txt");

/// One piece of somebody else's work, with the texts that must go along with it.
#[derive(Debug)]
struct Work {
    name: String,
    version: String,
    /// An SPDX expression as its author wrote it; empty where only a text says it.
    licence: String,
    source: String,
    authors: String,
    texts: Vec<String>,
}

/// Everything as one text: a list of names, then each licence text once with whom it is for.
///
/// # Errors
/// When a work has neither a text nor a licence whose text is known: it must not go out.
pub fn third_party(manifests: &[Manifest], target: &str) -> Result<String> {
    let mut works = crates(target)?;
    works.extend(packages(&workspace::ui())?);
    works.push(Work {
        name: "ONNX Runtime".into(),
        version: onnxruntime::VERSION.into(),
        licence: "MIT".into(),
        source: "https://github.com/microsoft/onnxruntime".into(),
        authors: String::new(),
        texts: vec![ONNX_RUNTIME.into()],
    });
    for manifest in manifests {
        let path = manifest.folder.join(&manifest.licence.file);
        let text =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let parts = manifest.source.packages.iter();
        let parts: Vec<_> = parts
            .map(|part| format!("{} {}", part.name, part.version))
            .collect();
        works.push(Work {
            name: format!("the model {}", manifest.name.en),
            version: manifest.id.clone(),
            licence: manifest.licence.spdx.clone(),
            source: if parts.is_empty() {
                "trained by the recipe in Quartet's own repository".into()
            } else {
                parts.join(", ")
            },
            authors: String::new(),
            texts: vec![text],
        });
    }
    Ok(write(&works)? + &heading("Parts of ONNX Runtime") + ONNX_RUNTIME_PARTS)
}

fn heading(title: &str) -> String {
    let line = "=".repeat(78);
    format!("\n{line}\n{title}\n{line}\n\n")
}

fn write(works: &[Work]) -> Result<String> {
    let mut list = String::from(
        "Quartet is free software under the Apache License 2.0. It contains these works of \
         others,\neach under its own licence. The texts follow the list.\n\n",
    );
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for work in works {
        let Work {
            name,
            version,
            licence,
            source,
            ..
        } = work;
        list.extend([name, " ", version, "  ", licence, "  ", source, "\n"]);
        let found = if work.texts.is_empty() {
            vec![standard_text(work)?]
        } else {
            work.texts.clone()
        };
        for text in found {
            let text = text.replace("\r\n", "\n").trim().to_owned();
            texts
                .entry(text)
                .or_default()
                .push(format!("{name} {version}"));
        }
    }
    for (text, names) in texts {
        list += &heading(&names.join(", "));
        list += &text;
        list.push('\n');
    }
    Ok(list)
}

/// For a crate that names its licence but brings no text: the standard one, with its authors.
fn standard_text(work: &Work) -> Result<String> {
    let expression = spdx::Expression::parse_mode(&work.licence, spdx::ParseMode::LAX)
        .with_context(|| format!("{} {} has no known licence", work.name, work.version))?;
    // In an expression of alternatives any one will do; Quartet's own lists only such (deny.toml).
    let ids = expression
        .requirements()
        .filter_map(|one| one.req.license.id());
    let Some(id) = ids.into_iter().find(|id| !id.name.contains("GPL")) else {
        bail!(
            "{} {} has no licence text and none is known",
            work.name,
            work.version
        );
    };
    let by = if work.authors.is_empty() {
        &work.name
    } else {
        &work.authors
    };
    Ok(format!(
        "{}\nCopyright: {by}\n\n{}",
        id.full_name,
        id.text()
    ))
}

#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Crate>,
    resolve: Resolve,
}

#[derive(Debug, Deserialize)]
struct Crate {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    license_file: Option<PathBuf>,
    repository: Option<String>,
    authors: Vec<String>,
    source: Option<String>,
    manifest_path: PathBuf,
}

#[derive(Debug, Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<DependencyKind>,
}

#[derive(Debug, Deserialize)]
struct DependencyKind {
    /// `None` for what is linked in, else "build" or "dev".
    kind: Option<String>,
}

/// The crates linked into the product, for this target.
fn crates(target: &str) -> Result<Vec<Work>> {
    let text = process::capture(process::cargo().args([
        "metadata",
        "--locked",
        "--format-version",
        "1",
        "--filter-platform",
        target,
    ]))?;
    let metadata: Metadata = serde_json::from_str(&text)?;
    let linked = linked(&metadata, &["quartet-desktop", "quartet-cli"]);
    let mut works = Vec::new();
    for one in &metadata.packages {
        if one.source.is_none() || !linked.contains(&one.id.as_str()) {
            continue;
        }
        let folder = one.manifest_path.parent().unwrap_or(Path::new("."));
        let mut texts = licence_texts(folder)?;
        if let (true, Some(file)) = (texts.is_empty(), &one.license_file) {
            texts.push(fs::read_to_string(folder.join(file))?);
        }
        works.push(Work {
            name: one.name.clone(),
            version: one.version.clone(),
            licence: one.license.clone().unwrap_or_default(),
            source: one.repository.clone().unwrap_or_default(),
            authors: one.authors.join(", "),
            texts,
        });
    }
    works.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
    Ok(works)
}

/// Ids of all packages that the named ones link, themselves included.
fn linked<'a>(metadata: &'a Metadata, roots: &[&str]) -> Vec<&'a str> {
    let mut found: Vec<&str> = metadata
        .packages
        .iter()
        .filter(|one| one.source.is_none() && roots.contains(&one.name.as_str()))
        .map(|one| one.id.as_str())
        .collect();
    let mut next = 0;
    while let Some(&id) = found.get(next) {
        next += 1;
        let node = metadata.resolve.nodes.iter().find(|node| node.id == id);
        for dependency in node.map(|node| &node.deps[..]).unwrap_or_default() {
            let is_linked = dependency.dep_kinds.iter().any(|kind| kind.kind.is_none());
            if is_linked && !found.contains(&dependency.pkg.as_str()) {
                found.push(&dependency.pkg);
            }
        }
    }
    found
}

#[derive(Debug, Deserialize)]
struct Lock {
    packages: BTreeMap<String, Locked>,
}

#[derive(Debug, Deserialize)]
struct Locked {
    #[serde(default)]
    dev: bool,
    #[serde(default)]
    version: String,
}

#[derive(Debug, Deserialize)]
struct PackageJson {
    name: String,
    license: Option<String>,
    homepage: Option<String>,
}

/// The UI's packages that may end up in its bundle: all that are not for development only.
fn packages(ui: &Path) -> Result<Vec<Work>> {
    let lock: Lock = serde_json::from_slice(&fs::read(ui.join("package-lock.json"))?)?;
    let mut works = Vec::new();
    for (path, locked) in &lock.packages {
        let folder = ui.join(path);
        // The first entry is the UI itself; an optional package may be for another system.
        if path.is_empty() || locked.dev || !folder.is_dir() {
            continue;
        }
        let text = fs::read(folder.join("package.json"))
            .with_context(|| format!("cannot read {path}/package.json"))?;
        let package: PackageJson = serde_json::from_slice(&text)
            .with_context(|| format!("cannot understand {path}/package.json"))?;
        works.push(Work {
            name: package.name,
            version: locked.version.clone(),
            licence: package.license.unwrap_or_default(),
            source: package.homepage.unwrap_or_default(),
            authors: String::new(),
            texts: licence_texts(&folder)?,
        });
    }
    Ok(works)
}

/// The licence and notice files at the top of a package, by name.
fn licence_texts(folder: &Path) -> Result<Vec<String>> {
    const NAMES: &[&str] = &[
        "LICENSE",
        "LICENCE",
        "COPYING",
        "COPYRIGHT",
        "NOTICE",
        "UNLICENSE",
    ];
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .with_context(|| format!("cannot read {}", folder.display()))?
        .flatten()
        .filter(|entry| {
            let name = entry.file_name().to_string_lossy().to_uppercase();
            entry.path().is_file() && NAMES.iter().any(|start| name.starts_with(start))
        })
        .map(|entry| entry.path())
        .collect();
    files.sort();
    let read = |path: &PathBuf| {
        let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    files.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work(name: &str, licence: &str, texts: &[&str]) -> Work {
        Work {
            name: name.into(),
            version: "1.0".into(),
            licence: licence.into(),
            source: "https://example.org".into(),
            authors: "Ada".into(),
            texts: texts.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn a_text_that_several_share_is_printed_once_with_all_their_names() {
        let works = [
            work("a", "MIT", &["Be free\r\n"]),
            work("b", "MIT", &["Be free"]),
        ];
        let text = write(&works).unwrap();
        assert_eq!(text.matches("Be free").count(), 1);
        assert!(text.contains("a 1.0, b 1.0"), "{text}");
    }

    #[test]
    fn a_missing_text_is_the_standard_one_with_the_authors() {
        let text = write(&[work("a", "MIT/Apache-2.0", &[])]).unwrap();
        assert!(
            text.contains("Copyright: Ada") && text.contains("MIT License"),
            "{text}"
        );
    }

    #[test]
    fn what_has_no_licence_does_not_go_out() {
        for licence in ["", "Proprietary", "LGPL-2.1-only"] {
            let error = write(&[work("secret", licence, &[])]).unwrap_err();
            assert!(format!("{error:#}").contains("secret"), "{error:#}");
        }
    }

    #[test]
    fn only_what_is_linked_is_listed() {
        let package = |name: &str, source: &str| {
            let source = if source.is_empty() {
                "null".into()
            } else {
                format!("\"{source}\"")
            };
            format!(
                r#"{{"id":"{name}","name":"{name}","version":"1.0","license":null,
                "license_file":null,"repository":null,"authors":[],"source":{source},
                "manifest_path":"/x/Cargo.toml"}}"#
            )
        };
        let depends = |name: &str, kind: &str| {
            format!(r#"{{"pkg":"{name}","dep_kinds":[{{"kind":{kind}}}]}}"#)
        };
        let node = |name: &str, deps: &[String]| {
            format!(r#"{{"id":"{name}","deps":[{}]}}"#, deps.join(","))
        };
        let text = format!(
            r#"{{"packages":[{}],"resolve":{{"nodes":[{}]}}}}"#,
            [
                package("app", ""),
                package("used", "r"),
                package("deep", "r"),
                package("cc", "r")
            ]
            .join(","),
            [
                node(
                    "app",
                    &[depends("used", "null"), depends("cc", "\"build\"")]
                ),
                node(
                    "used",
                    &[depends("deep", "null"), depends("app", "\"dev\"")]
                ),
                node("deep", &[]),
                node("cc", &[])
            ]
            .join(",")
        );
        let metadata: Metadata = serde_json::from_str(&text).unwrap();
        assert_eq!(linked(&metadata, &["app"]), ["app", "used", "deep"]);
    }
}
