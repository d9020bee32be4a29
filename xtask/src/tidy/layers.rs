//! The order of the layers: which crate may use which, and which part of `studio` which.

use std::collections::BTreeMap;

use super::crates::Package;
use super::finding::{Arrow, Finding};

/// What each crate of the product may be made of, of ours.
const CRATES: &[(&str, &[&str])] = &[
    ("quartet-runtime", &[]),
    ("quartet-media", &[]),
    ("quartet-g2p", &[]),
    (
        "quartet-pipelines",
        &["quartet-media", "quartet-g2p", "quartet-runtime"],
    ),
    ("quartet-library", &["quartet-media"]),
    (
        "quartet-studio",
        &[
            "quartet-pipelines",
            "quartet-library",
            "quartet-media",
            "quartet-runtime",
        ],
    ),
    ("quartet-lessons", &["quartet-studio", "quartet-media"]),
    (
        "quartet-pack",
        &["quartet-studio", "quartet-lessons", "quartet-media"],
    ),
    (
        "quartet-kiosk",
        &["quartet-studio", "quartet-lessons", "quartet-library"],
    ),
    (
        "quartet-cli",
        &[
            "quartet-studio",
            "quartet-lessons",
            "quartet-pack",
            "quartet-kiosk",
        ],
    ),
    (
        "quartet-desktop",
        &[
            "quartet-studio",
            "quartet-lessons",
            "quartet-pack",
            "quartet-kiosk",
        ],
    ),
];

/// What only one crate may name, as the beginning of a crate's name.
const ONLY: &[(&str, &str)] = &[("ort", "quartet-runtime"), ("tauri", "quartet-desktop")];

/// A folder whose modules stand in rows, the lowest first: each uses its own row and those below.
struct Order {
    folder: &'static str,
    rows: &'static [&'static [&'static str]],
}

/// As docs/architecture.md tells it.
const ORDERS: &[Order] = &[Order {
    folder: "src-tauri/crates/studio/src",
    rows: &[
        &["local_text", "locks", "shown", "file_names", "grounding"],
        &["failure"],
        &[
            "events",
            "paths",
            "portable",
            "captions",
            "destination",
            "recent",
            "vitals",
        ],
        &["models"],
        &["settings"],
        &["sound"],
        &["films", "film_orders"],
        &["recipe"],
        &["pictures", "tune", "works"],
        &["export"],
        &["resources"],
        &["jobs"],
        &["studio"],
        &["checkup"],
        &["fuzzing"],
    ],
}];

/// Crates that use what is not theirs to use.
pub fn between(packages: &[Package]) -> Vec<Finding> {
    let allowed: BTreeMap<&str, &[&str]> = CRATES.iter().copied().collect();
    let mut findings = Vec::new();
    for package in packages {
        for name in &package.dependencies {
            let only = ONLY.iter().find(|(start, _)| {
                let rest = name.strip_prefix(start);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
            });
            let ours = name.starts_with("quartet-");
            let what = match (allowed.get(package.name.as_str()), only) {
                (_, Some((_, owner))) if *owner != package.name => {
                    format!("only {owner} may name {name}")
                }
                (Some(allowed), _) if ours && !allowed.contains(&name.as_str()) => {
                    format!("{} stands below {name} or beside it", package.name)
                }
                _ => continue,
            };
            findings.push(Finding {
                file: package.manifest.clone(),
                line: 1,
                what: format!("{what}: see CRATES and ONLY in xtask/src/tidy/layers.rs"),
            });
        }
    }
    findings
}

/// Files that use what stands above them.
pub fn within(arrows: &[Arrow]) -> Vec<Finding> {
    ORDERS
        .iter()
        .flat_map(|order| order.against(arrows))
        .collect()
}

/// Where each modality has a folder that can be deleted whole.
const PANELS: &str = "ui/src/panels/";

/// Files of a panel that use another panel.
pub fn across(arrows: &[Arrow]) -> Vec<Finding> {
    let panel = |file: &str| {
        let rest = file.strip_prefix(PANELS)?;
        rest.split_once('/').map(|(panel, _)| panel.to_owned())
    };
    arrows
        .iter()
        .filter(|arrow| match (panel(&arrow.from), panel(&arrow.to)) {
            (Some(from), Some(to)) => from != to,
            _ => false,
        })
        .map(|arrow| Finding {
            file: arrow.from.clone(),
            line: arrow.line,
            what: format!(
                "a panel uses {}, of another panel: move what both need to ui/src/shared",
                arrow.to
            ),
        })
        .collect()
}

impl Order {
    fn against(&self, arrows: &[Arrow]) -> Vec<Finding> {
        let mut findings = Vec::new();
        for arrow in arrows {
            let (Some(from), Some(to)) = (self.module(&arrow.from), self.module(&arrow.to)) else {
                continue;
            };
            let what = match (self.row(from), self.row(to)) {
                (Some(below), Some(above)) if below < above => format!(
                    "`{from}` uses {}, which stands above it: move what both need down, or hand \
                     it in",
                    arrow.to
                ),
                (None, _) => format!("`{from}` has no row: give it one"),
                _ => continue,
            };
            findings.push(Finding {
                file: arrow.from.clone(),
                line: arrow.line,
                what: format!("{what} (ORDERS in xtask/src/tidy/layers.rs)"),
            });
        }
        findings
    }

    /// The folder's module that a file belongs to; nothing for files elsewhere and for the root.
    fn module<'a>(&self, file: &'a str) -> Option<&'a str> {
        let rest = file.strip_prefix(self.folder)?.strip_prefix('/')?;
        let name = rest.split('/').next()?;
        let name = name.strip_suffix(".rs").unwrap_or(name);
        (name != "lib" && name != "mod").then_some(name)
    }

    fn row(&self, module: &str) -> Option<usize> {
        self.rows.iter().position(|row| row.contains(&module))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_between_crates_go_down() {
        let package = |name: &str, dependencies: &[&str]| Package {
            name: name.to_owned(),
            manifest: format!("{name}/Cargo.toml"),
            dependencies: dependencies.iter().map(ToString::to_string).collect(),
        };
        let right = [
            package("quartet-runtime", &["ort", "half"]),
            package("quartet-studio", &["quartet-library", "serde"]),
            package(
                "quartet-desktop",
                &["tauri", "tauri-build", "quartet-studio"],
            ),
            package("xtask", &["serde", "quartet-studio"]),
        ];
        assert_eq!(between(&right), []);
        for wrong in [
            package("quartet-pipelines", &["ort"]),
            package("quartet-cli", &["tauri-plugin-dialog"]),
            package("quartet-runtime", &["quartet-media"]),
            package("quartet-library", &["quartet-studio"]),
        ] {
            assert_eq!(between(std::slice::from_ref(&wrong)).len(), 1, "{wrong:?}");
        }
    }

    #[test]
    fn panels_use_no_other_panel() {
        let found = |to: &str| {
            let arrow = Arrow {
                from: "ui/src/panels/video/story.ts".to_owned(),
                to: to.to_owned(),
                line: 3,
            };
            across(&[arrow]).len()
        };
        assert_eq!(found("ui/src/panels/video/travel.ts"), 0);
        assert_eq!(found("ui/src/shared/files.ts"), 0);
        assert_eq!(found("ui/src/panels/image/drawing.ts"), 1);
    }

    #[test]
    fn arrows_within_a_crate_go_down_or_along() {
        let order = Order {
            folder: "a/src",
            rows: &[&["failure"], &["paths", "settings"], &["jobs"]],
        };
        let found = |from: &str, to: &str| {
            let arrow = Arrow {
                from: from.to_owned(),
                to: to.to_owned(),
                line: 7,
            };
            order.against(&[arrow]).pop().map(|found| found.to_string())
        };
        assert_eq!(found("a/src/jobs/text.rs", "a/src/failure/mod.rs"), None);
        assert_eq!(found("a/src/paths.rs", "a/src/settings.rs"), None);
        assert_eq!(found("a/src/lib.rs", "a/src/jobs/mod.rs"), None);
        assert_eq!(found("b/src/paths.rs", "a/src/jobs/mod.rs"), None);
        let up = found("a/src/paths.rs", "a/src/jobs/mod.rs").unwrap();
        assert!(
            up.starts_with("a/src/paths.rs:7: `paths` uses a/src/jobs/mod.rs"),
            "{up}"
        );
        let new = found("a/src/new.rs", "a/src/paths.rs").unwrap();
        assert!(new.contains("no row"), "{new}");
    }
}
