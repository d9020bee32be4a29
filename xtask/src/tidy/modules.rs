//! The modules of one crate, and which file uses which.
//!
//! Names are followed to where they are defined: through imports and through what a module hands
//! on. So `crate::works::Library` leads to the file that has `struct Library`, whichever way it is
//! written. What only declares or hands on a child is no use of it; nor is anything in tests.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, ExprLit, Item, Lit, Meta, UseTree, Visibility};

use super::finding::{Arrow, Finding, named};
use super::prose::{self, is_test};

#[derive(Debug)]
pub struct Tree {
    modules: Vec<Module>,
    sources: Vec<Source>,
}

#[derive(Debug)]
struct Source {
    /// Relative to the repository's root.
    file: String,
    text: String,
    test: bool,
    long_functions: Vec<Finding>,
}

#[derive(Debug, Default)]
struct Module {
    /// Which of the sources it stands in.
    source: usize,
    parent: Option<usize>,
    children: BTreeMap<String, usize>,
    /// What it defines, modules aside.
    items: HashSet<String>,
    imports: Vec<Import>,
    /// Every path in its code.
    paths: Vec<Used>,
}

#[derive(Debug, Clone)]
struct Used {
    segments: Vec<String>,
    line: usize,
}

#[derive(Debug)]
struct Import {
    used: Used,
    /// What it is called here; nothing where everything is imported.
    name: Option<String>,
    /// Others may take it from here.
    public: bool,
}

/// What a path leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Module(usize),
    /// Something that this module defines.
    Item(usize),
}

/// The crate whose modules begin in `file`.
pub fn read(root: &Path, file: &Path) -> Result<Tree> {
    let mut reader = Reader {
        root,
        tree: Tree {
            modules: Vec::new(),
            sources: Vec::new(),
        },
    };
    let folder = file.parent().unwrap_or(root);
    reader.file(file, folder, None, false)?;
    Ok(reader.tree)
}

struct Reader<'a> {
    root: &'a Path,
    tree: Tree,
}

impl Reader<'_> {
    /// A module in a file of its own, whose children are in `folder`.
    fn file(
        &mut self,
        file: &Path,
        folder: &Path,
        parent: Option<usize>,
        test: bool,
    ) -> Result<usize> {
        let text =
            fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        let ast = syn::parse_file(&text)
            .with_context(|| format!("{} is not Rust that can be read", file.display()))?;
        let name = named(self.root, file);
        let test = test || is_test(&ast.attrs);
        self.tree.sources.push(Source {
            long_functions: prose::functions(&name, &ast),
            file: name,
            text,
            test,
        });
        let source = self.tree.sources.len() - 1;
        self.module(source, parent, folder, &ast.items, test)
    }

    fn module(
        &mut self,
        source: usize,
        parent: Option<usize>,
        folder: &Path,
        items: &[Item],
        test: bool,
    ) -> Result<usize> {
        let index = self.tree.modules.len();
        self.tree.modules.push(Module {
            source,
            parent,
            ..Module::default()
        });
        for item in items {
            let Item::Mod(child) = item else {
                if !test {
                    Gather(&mut self.tree.modules[index]).visit_item(item);
                }
                continue;
            };
            let name = plain(&child.ident);
            let folder = folder.join(&name);
            let test = test || is_test(&child.attrs);
            let child = if let Some((_, items)) = &child.content {
                self.module(source, Some(index), &folder, items, test)?
            } else {
                let file = self.file_of(source, &folder, child)?;
                self.file(&file, &folder, Some(index), test)?
            };
            self.tree.modules[index].children.insert(name, child);
        }
        Ok(index)
    }

    /// The file that `mod child;` means: the one it names itself, beside the source, or one beside
    /// the folder that its children would be in.
    fn file_of(&self, source: usize, folder: &Path, child: &syn::ItemMod) -> Result<PathBuf> {
        let beside = self.root.join(&self.tree.sources[source].file);
        let mut candidates = child
            .attrs
            .iter()
            .filter_map(|attribute| Some(beside.with_file_name(path_of(attribute)?)))
            .chain([folder.with_extension("rs"), folder.join("mod.rs")]);
        match candidates.find(|file| file.is_file()) {
            Some(file) => Ok(file),
            None => bail!(
                "{}:{}: there is no file for `mod {}`",
                self.tree.sources[source].file,
                child.ident.span().start().line,
                child.ident
            ),
        }
    }
}

/// Collects what one module defines, imports and names.
struct Gather<'a>(&'a mut Module);

impl<'ast> Visit<'ast> for Gather<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if is_test(attributes(item)) {
            return;
        }
        if let Some(name) = defined(item) {
            self.0.items.insert(plain(name));
        }
        visit::visit_item(self, item);
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let public = !matches!(item.vis, Visibility::Inherited);
        self.imported(&item.tree, &mut Vec::new(), public);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments = path.segments.iter();
        if let Some(first) = path.segments.first()
            && path.leading_colon.is_none()
        {
            self.0.paths.push(Used {
                line: first.ident.span().start().line,
                segments: segments.map(|segment| plain(&segment.ident)).collect(),
            });
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, one: &'ast syn::Macro) {
        self.visit_path(&one.path);
        self.tokens(one.tokens.clone());
    }

    fn visit_attribute(&mut self, _: &'ast Attribute) {}
    fn visit_visibility(&mut self, _: &'ast Visibility) {}
}

impl Gather<'_> {
    fn imported(&mut self, tree: &UseTree, before: &mut Vec<String>, public: bool) {
        let mut import = |ident: &syn::Ident, name: Option<String>| {
            let mut segments = before.clone();
            // `use a::{self}` is `use a`.
            if ident != "self" || segments.is_empty() {
                segments.push(plain(ident));
            }
            let name = name.or_else(|| segments.last().cloned());
            self.0.imports.push(Import {
                used: Used {
                    segments,
                    line: ident.span().start().line,
                },
                name,
                public,
            });
        };
        match tree {
            UseTree::Path(path) => {
                before.push(plain(&path.ident));
                self.imported(&path.tree, before, public);
                before.pop();
            }
            UseTree::Name(name) => import(&name.ident, None),
            UseTree::Rename(rename) => import(&rename.ident, Some(plain(&rename.rename))),
            UseTree::Glob(glob) => {
                let used = Used {
                    segments: before.clone(),
                    line: glob.star_token.spans[0].start().line,
                };
                self.0.imports.push(Import {
                    used,
                    name: None,
                    public,
                });
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.imported(tree, before, public);
                }
            }
        }
    }

    /// The paths of two segments and more in a macro's input, which is no syntax yet.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path = Used {
            segments: Vec::new(),
            line: 0,
        };
        let mut colons = 0;
        let mut end = |path: &mut Used| {
            if path.segments.len() > 1 {
                self.0.paths.push(path.clone());
            }
            path.segments.clear();
        };
        let mut inner = Vec::new();
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        end(&mut path);
                        path.line = ident.span().start().line;
                    }
                    path.segments.push(plain(&ident));
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Group(group) => {
                    end(&mut path);
                    inner.push(group.stream());
                }
                _ => end(&mut path),
            }
        }
        end(&mut path);
        for tokens in inner {
            self.tokens(tokens);
        }
    }
}

/// What `#[path = "…"]` says.
fn path_of(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else {
        return None;
    };
    match &pair.value {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) if pair.path.is_ident("path") => Some(text.value()),
        _ => None,
    }
}

/// As it is called, without `r#`.
fn plain(ident: &syn::Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map(str::to_owned).unwrap_or(text)
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn defined(item: &Item) -> Option<&syn::Ident> {
    match item {
        Item::Const(item) => Some(&item.ident),
        Item::Enum(item) => Some(&item.ident),
        Item::Fn(item) => Some(&item.sig.ident),
        Item::Macro(item) => item.ident.as_ref(),
        Item::Static(item) => Some(&item.ident),
        Item::Struct(item) => Some(&item.ident),
        Item::Trait(item) => Some(&item.ident),
        Item::Type(item) => Some(&item.ident),
        Item::Union(item) => Some(&item.ident),
        _ => None,
    }
}

impl Tree {
    /// Docs that do not stand alone, in tests too.
    pub fn docs(&self) -> impl Iterator<Item = Finding> {
        let sources = self.sources.iter();
        sources.flat_map(|source| prose::docs(&source.file, &source.text))
    }

    /// What is too long to read, tests aside.
    pub fn lengths(&self) -> impl Iterator<Item = Finding> {
        let sources = self.sources.iter().filter(|source| !source.test);
        sources.flat_map(|source| {
            let file = prose::length(&source.file, &source.text);
            file.into_iter()
                .chain(source.long_functions.iter().cloned())
        })
    }

    /// The first use of every file by every other.
    pub fn arrows(&self) -> Vec<Arrow> {
        let mut found = BTreeMap::new();
        for (index, module) in self.modules.iter().enumerate() {
            let imports = module.imports.iter().filter_map(|import| {
                let to = match self.resolved(index, &import.used.segments, 0)? {
                    Place::Item(to) => to,
                    // A module's name alone uses nothing of it; what is reached through it does.
                    Place::Module(to) if import.name.is_none() => to,
                    Place::Module(_) => return None,
                };
                let hands_on = import.public && self.is_below(to, index);
                (!hands_on).then_some((to, import.used.line))
            });
            let paths = module.paths.iter().filter_map(|used| {
                match self.resolved(index, &used.segments, 0)? {
                    Place::Item(to) => Some((to, used.line)),
                    Place::Module(_) => None,
                }
            });
            for (to, line) in imports.chain(paths) {
                let (from, to) = (module.source, self.modules[to].source);
                let first = found.entry((from, to)).or_insert(line);
                *first = line.min(*first);
            }
        }
        let name = |source: usize| self.sources[source].file.clone();
        let between = found.into_iter().filter(|((from, to), _)| from != to);
        between
            .map(|((from, to), line)| Arrow {
                from: name(from),
                to: name(to),
                line,
            })
            .collect()
    }

    fn is_below(&self, mut module: usize, above: usize) -> bool {
        while let Some(parent) = self.modules[module].parent {
            if parent == above {
                return true;
            }
            module = parent;
        }
        false
    }

    /// Where `segments`, written in `module`, lead; nothing for another crate's or a local name.
    fn resolved(&self, module: usize, segments: &[String], depth: usize) -> Option<Place> {
        let (first, rest) = segments.split_first()?;
        let mut place = match first.as_str() {
            "crate" => Place::Module(0),
            "self" => Place::Module(module),
            "super" => Place::Module(self.modules[module].parent?),
            name => self.looked_up(module, name, depth)?,
        };
        for name in rest {
            let Place::Module(at) = place else {
                // A variant or an associated item: of the same file as its type.
                break;
            };
            place = if name == "super" {
                Place::Module(self.modules[at].parent?)
            } else {
                // What is not found there is made by a macro there.
                self.looked_up(at, name, depth).unwrap_or(Place::Item(at))
            };
        }
        Some(place)
    }

    /// What `name` means in `module`.
    fn looked_up(&self, module: usize, name: &str, depth: usize) -> Option<Place> {
        // Names that lead in a ring, as globs of one another may, lead nowhere.
        const DEEPEST: usize = 16;
        let here = &self.modules[module];
        if let Some(child) = here.children.get(name) {
            return Some(Place::Module(*child));
        }
        if here.items.contains(name) {
            return Some(Place::Item(module));
        }
        if depth == DEEPEST {
            return None;
        }
        let mut imports = here.imports.iter();
        let found = imports.find_map(|import| {
            let segments = &import.used.segments;
            // `use name;` is a crate of that name.
            let leads = import.name.as_deref() == Some(name) && segments != &[name];
            leads.then(|| self.resolved(module, segments, depth + 1))?
        });
        found.or_else(|| {
            let mut globs = here.imports.iter().filter(|import| import.name.is_none());
            globs.find_map(
                |glob| match self.resolved(module, &glob.used.segments, depth + 1)? {
                    Place::Module(to) => self.looked_up(to, name, depth + 1),
                    Place::Item(_) => None,
                },
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The arrows of a crate of these files, as `from:line to`.
    fn arrows(files: &[(&str, &str)]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let tree = read(folder.path(), &folder.path().join("lib.rs")).unwrap();
        let arrows = tree.arrows();
        arrows
            .iter()
            .map(|arrow| format!("{}:{} {}", arrow.from, arrow.line, arrow.to))
            .collect()
    }

    #[test]
    fn names_lead_to_where_they_are_defined() {
        let found = arrows(&[
            ("lib.rs", "mod a;\nmod b;\npub use b::Thing;\n"),
            (
                "a.rs",
                "use crate::b;\n\nfn f() -> b::Other { b::make() }\nfn g(_: crate::Thing) {}\n",
            ),
            (
                "b/mod.rs",
                "mod thing;\npub use thing::*;\npub use self::thing::Other as Else;\n",
            ),
            (
                "b/thing.rs",
                "pub struct Thing;\npub struct Other;\npub fn make() -> Other { Other }\n",
            ),
        ]);
        assert_eq!(found, ["a.rs:3 b/thing.rs"]);
    }

    #[test]
    fn a_parent_that_hands_on_a_child_does_not_use_it() {
        let lib = "mod a;\n";
        let child = ("a/b.rs", "use super::Above;\npub struct Below(Above);\n");
        let handed_on = "mod b;\npub use b::Below;\npub struct Above;\n";
        assert_eq!(
            arrows(&[("lib.rs", lib), ("a.rs", handed_on), child]),
            ["a/b.rs:1 a.rs"]
        );
        let used = "mod b;\npub use b::Below;\npub struct Above;\nfn f(_: Below) {}\n";
        assert_eq!(
            arrows(&[("lib.rs", lib), ("a.rs", used), child]),
            ["a.rs:4 a/b.rs", "a/b.rs:1 a.rs"]
        );
    }

    #[test]
    fn code_in_macros_is_seen_and_code_in_tests_is_not() {
        let found = arrows(&[
            ("lib.rs", "mod a;\nmod b;\nmod c;\n"),
            (
                "a.rs",
                "fn f() { println!(\"{}\", crate::b::text()) }\n#[cfg(test)]\nmod tests { use \
                 crate::c::C; }\n#[cfg(test)]\nuse crate::c::C;\n",
            ),
            ("b.rs", "pub fn text() {}\n"),
            ("c.rs", "pub struct C;\n"),
        ]);
        assert_eq!(found, ["a.rs:1 b.rs"]);
    }

    #[test]
    fn other_crates_locals_and_variants_are_no_files() {
        let found = arrows(&[
            ("lib.rs", "mod a;\nmod serde;\n"),
            (
                "a.rs",
                "use std::fmt;\nuse other::serde::Serde;\nenum Kind { A }\nfn f(a: fmt::Error) -> \
                 Kind { let serde = a; drop(serde); Kind::A }\n",
            ),
            ("serde.rs", "use super::a as name;\n"),
        ]);
        assert!(found.is_empty(), "{found:?}");
    }
}
