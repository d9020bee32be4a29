//! What can be read in one go: the length of files and functions, and docs that stand alone.

use syn::visit::{self, Visit};

use super::finding::Finding;

const FILE_LINES: usize = 800;
const FUNCTION_LINES: usize = 100;

pub fn length(file: &str, text: &str) -> Option<Finding> {
    let lines = text.lines().count();
    (lines > FILE_LINES).then(|| Finding {
        file: file.to_owned(),
        line: 1,
        what: format!("a file of {lines} lines ({FILE_LINES} at most): divide it by what it does"),
    })
}

/// Docs that say "The same …": a reader who was led here by a link has not read the line before.
pub fn docs(file: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut inside = false;
    for (line, text) in (1..).zip(text.lines().map(str::trim_start)) {
        let doc = ["///", "//!"]
            .iter()
            .find_map(|mark| text.strip_prefix(mark));
        if !inside && doc.is_some_and(|doc| doc.trim_start().starts_with("The same")) {
            findings.push(Finding {
                file: file.to_owned(),
                line,
                what: "a doc comment that begins with \"The same\": say what it is".to_owned(),
            });
        }
        inside = doc.is_some();
    }
    findings
}

/// Whether what has these attributes is there for tests alone.
pub fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::List(list) => {
            list.path.is_ident("cfg") && list.tokens.to_string().replace(' ', "") == "test"
        }
        _ => false,
    })
}

pub fn functions(file: &str, ast: &syn::File) -> Vec<Finding> {
    let mut long = Long {
        file,
        findings: Vec::new(),
    };
    long.visit_file(ast);
    long.findings
}

struct Long<'a> {
    file: &'a str,
    findings: Vec<Finding>,
}

impl Long<'_> {
    fn measure(&mut self, name: &syn::Ident, block: &syn::Block) {
        let line = name.span().start().line;
        let lines = block.brace_token.span.close().end().line + 1 - line;
        if lines > FUNCTION_LINES {
            self.findings.push(Finding {
                file: self.file.to_owned(),
                line,
                what: format!(
                    "`{name}` has {lines} lines ({FUNCTION_LINES} at most): give its parts names"
                ),
            });
        }
    }
}

impl<'ast> Visit<'ast> for Long<'_> {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if !is_test(&module.attrs) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.measure(&function.sig.ident, &function.block);
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.measure(&function.sig.ident, &function.block);
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        if let Some(block) = &function.default {
            self.measure(&function.sig.ident, block);
        }
        visit::visit_trait_item_fn(self, function);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_files_and_functions_are_reported() {
        assert_eq!(length("a.rs", &"x\n".repeat(800)), None);
        assert!(length("a.rs", &"x\n".repeat(801)).is_some());
        let function = |lines: usize| {
            let body = "    x();\n".repeat(lines - 2);
            let text = format!("struct A;\nimpl A {{\nfn f() {{\n{body}}}\n}}\n");
            functions("a.rs", &syn::parse_file(&text).unwrap())
        };
        assert_eq!(function(100), []);
        let found = function(101);
        assert_eq!((found.len(), found[0].line), (1, 3), "{found:?}");
    }

    #[test]
    fn only_the_beginning_of_a_doc_comment_counts() {
        let text = "/// The same for a voice.\nfn a() {}\n/// A voice, spoken at\n/// The same \
                    speed.\nfn b() {}\n// The same.\n";
        let found = docs("a.rs", text);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].line, 1);
    }
}
