//! The page's files and what they import: TypeScript and Svelte.

use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result};

use super::finding::{Arrow, Finding, named};
use super::prose;

/// Written by a program, not by people.
const GENERATED: &[&str] = &["ui/src/ipc/bindings.ts"];
/// What an import may leave out of a file's name.
const ENDINGS: &[&str] = &["", ".ts", "/index.ts"];

#[derive(Debug)]
pub struct Page {
    pub arrows: Vec<Arrow>,
    pub findings: Vec<Finding>,
}

pub fn read(root: &Path) -> Result<Page> {
    let mut page = Page {
        arrows: Vec::new(),
        findings: Vec::new(),
    };
    for file in sources(&root.join("ui/src"))? {
        let text =
            fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let from = named(root, &file);
        for (line, import) in imports(&text) {
            if let Some(to) = resolved(&file, import) {
                page.arrows.push(Arrow {
                    from: from.clone(),
                    to: named(root, &to),
                    line,
                });
            }
        }
        if !GENERATED.contains(&from.as_str()) {
            page.findings.extend(prose::length(&from, &text));
        }
    }
    Ok(page)
}

fn sources(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(sources(&path)?);
        } else if path
            .extension()
            .is_some_and(|ending| ending == "ts" || ending == "svelte")
        {
            found.push(path);
        }
    }
    Ok(found)
}

/// What a file imports or hands on, with the lines where it is named.
///
/// The formatter writes one statement a line, or ends it with `} from "…";`.
fn imports(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        let text = text.trim_start();
        let statement = ["import ", "export ", "} from "]
            .iter()
            .any(|start| text.starts_with(start));
        let marks: &[&str] = if statement {
            &[" from \"", "import \"", "import(\""]
        } else if text.starts_with("//") || text.starts_with('*') {
            &[]
        } else {
            &["import(\""]
        };
        for mark in marks {
            if let Some((_, rest)) = text.split_once(mark)
                && let Some((name, _)) = rest.split_once('"')
            {
                found.push((line, name));
            }
        }
    }
    found
}

/// The file that `import` in `from` means; nothing for a package.
fn resolved(from: &Path, import: &str) -> Option<PathBuf> {
    if !import.starts_with('.') {
        return None;
    }
    let mut path = from.parent()?.to_owned();
    for part in Path::new(import).components() {
        match part {
            Component::ParentDir => drop(path.pop()),
            Component::Normal(name) => path.push(name),
            _ => {}
        }
    }
    ENDINGS
        .iter()
        .map(|ending| {
            let mut name = path.clone().into_os_string();
            name.push(ending);
            PathBuf::from(name)
        })
        .find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_import_is_seen() {
        let text = "<script lang=\"ts\">\n  import { a } from \"../a\";\n  import type {\n    B,\n  } \
                    from \"./b.svelte\";\n  import \"./c.css\";\n  // import { d } from \"./d\";\n  \
                    const e = await import(\"./e\");\n  export { f } from \"./f\";\n  \
                    const text = \" from \\\"g\\\"\";\n";
        assert_eq!(
            imports(text),
            [
                (2, "../a"),
                (5, "./b.svelte"),
                (6, "./c.css"),
                (8, "./e"),
                (9, "./f")
            ]
        );
    }

    #[test]
    fn a_name_leads_to_the_file_it_means() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name);
        fs::create_dir(file("ipc")).unwrap();
        for name in ["ipc/index.ts", "a.svelte", "b.svelte.ts", "c.ts"] {
            fs::write(file(name), "").unwrap();
        }
        let from = file("ipc/index.ts");
        for (import, to) in [
            ("../a.svelte", "a.svelte"),
            ("../b.svelte", "b.svelte.ts"),
            ("../c", "c.ts"),
            ("../ipc", "ipc/index.ts"),
        ] {
            assert_eq!(resolved(&from, import), Some(file(to)), "{import}");
        }
        assert_eq!(resolved(&from, "svelte"), None);
        assert_eq!(resolved(&from, "./absent"), None);
    }
}
