//! Many works in one file: a zip with labelled copies, their recipes and a page of contents.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Read as _, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

use quartet_library::{AtomicFile, private};
use quartet_runtime::Cancel;
use serde::{Deserialize, Serialize};
use specta::Type;
use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

use super::{
    contents::{Entry, contents},
    works::{ExportRecipe, WorkDetail, Works},
};
use crate::{
    Code, Failure, Language, Result, events::Sink, file_names::file_name, locks::lock, works::Work,
};

/// What is copied before stopping is looked at again.
const CHUNK: usize = 1 << 20;
/// An entry that might become larger needs longer fields.
const LARGE: u64 = 0xFFFF_0000;

/// How far a pack is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PackProgress {
    pub done: u32,
    pub total: u32,
}

/// What became of a pack.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Packed {
    /// How many works are in it.
    pub works: u32,
    /// Of the file.
    pub bytes: u64,
    pub left_out: Vec<LeftOut>,
}

/// A work that could not be put in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LeftOut {
    pub title: String,
    pub failure: Failure,
}

impl Works {
    /// Writes works into a zip at `path`: a copy of each as [`Works::export`] writes it, its recipe, and
    /// `contents.html` in a language. A work that cannot be written is left out and told; the file appears when it
    /// is whole. A sink that breaks stops it.
    ///
    /// # Errors
    /// `Cancelled` after [`Works::stop_pack`], `ExportFailed`, `WorkUnknown` where none is left.
    pub fn export_pack(
        &self,
        ids: &[String],
        path: &Path,
        language: Language,
        mut sink: Sink<PackProgress>,
    ) -> Result<Packed> {
        let cancel = Cancel::new();
        *lock(&self.packing) = cancel.clone();
        let mut pack = Pack::begin(self, path, &cancel, ids.len())?;
        let total = ids.len() as u32;
        for (done, id) in ids.iter().enumerate() {
            let done = done as u32;
            if sink(PackProgress { done, total }).is_break() {
                cancel.raise();
            }
            pack.add(id)?;
        }
        pack.finish(language)
    }

    /// Stops the pack that is being written, if one is.
    pub fn stop_pack(&self) {
        lock(&self.packing).raise();
    }
}

/// A pack being written. Dropped, it leaves nothing behind.
struct Pack<'a> {
    works: &'a Works,
    cancel: &'a Cancel,
    path: &'a Path,
    file: AtomicFile,
    zip: ZipWriter<BufWriter<File>>,
    scratch: Scratch,
    /// Digits of the numbers that names begin with.
    digits: usize,
    entries: Vec<Entry>,
    left_out: Vec<LeftOut>,
}

impl<'a> Pack<'a> {
    fn begin(works: &'a Works, path: &'a Path, cancel: &'a Cancel, count: usize) -> Result<Self> {
        let failed = |error| Failure::at(Code::ExportFailed, path, error);
        let file = AtomicFile::begin(path).map_err(failed)?;
        let out = BufWriter::new(file.file().map_err(failed)?);
        let scratch = Scratch::new(works.home()).map_err(failed)?;
        Ok(Self {
            works,
            cancel,
            path,
            file,
            zip: ZipWriter::new(out),
            scratch,
            digits: count.to_string().len().max(2),
            entries: Vec::new(),
            left_out: Vec::new(),
        })
    }

    fn add(&mut self, id: &str) -> Result<()> {
        self.check()?;
        let detail = match self.works.open(id) {
            Ok(detail) => detail,
            Err(failure) => {
                let title = id.to_owned();
                self.left_out.push(LeftOut { title, failure });
                return Ok(());
            }
        };
        let name = self.name(&detail.work);
        let extension = Path::new(&detail.file).extension().unwrap_or_default();
        let copy = self.scratch.0.join("work").with_extension(extension);
        if let Err(failure) = self.works.export(id, &copy, ExportRecipe::Omitted) {
            let title = detail.work.title;
            self.left_out.push(LeftOut { title, failure });
            return Ok(());
        }
        let file = format!("works/{name}.{}", extension.to_string_lossy());
        let recipe = format!("recipes/{name}.json");
        self.write(&detail, &file, &recipe, &copy)?;
        let _ = fs::remove_file(&copy);
        self.entries.push(Entry {
            work: detail.work,
            file,
            recipe,
        });
        Ok(())
    }

    fn write(&mut self, detail: &WorkDetail, file: &str, recipe: &str, copy: &Path) -> Result<()> {
        let options = options(&detail.work.created_at);
        self.put(recipe, options, detail.recipe.as_bytes())?;
        let mut source = File::open(copy).map_err(|error| self.failed(error))?;
        let bytes = source.metadata().map_or(u64::MAX, |file| file.len());
        let text = Path::new(file)
            .extension()
            .is_some_and(|ending| ending == "md");
        let method = if text {
            CompressionMethod::Deflated
        } else {
            CompressionMethod::Stored
        };
        let options = options.compression_method(method).large_file(bytes > LARGE);
        let begun = self.zip.start_file(file, options);
        begun.map_err(|error| self.failed(error))?;
        let mut chunk = vec![0; CHUNK];
        loop {
            self.check()?;
            let read = source
                .read(&mut chunk)
                .map_err(|error| self.failed(error))?;
            if read == 0 {
                return Ok(());
            }
            let written = self.zip.write_all(&chunk[..read]);
            written.map_err(|error| self.failed(error))?;
        }
    }

    fn put(&mut self, name: &str, options: SimpleFileOptions, bytes: &[u8]) -> Result<()> {
        let begun = self.zip.start_file(name, options);
        begun.map_err(|error| self.failed(error))?;
        let written = self.zip.write_all(bytes);
        written.map_err(|error| self.failed(error))
    }

    fn finish(mut self, language: Language) -> Result<Packed> {
        self.check()?;
        if self.entries.is_empty() {
            let first = self.left_out.into_iter().next();
            let failure = first.map(|one| one.failure);
            return Err(failure.unwrap_or_else(|| Failure::new(Code::WorkUnknown, "")));
        }
        let left_out: Vec<_> = self.left_out.iter().map(|one| one.title.clone()).collect();
        let page = contents(&self.entries, &left_out, language);
        let options = options(&quartet_library::clock::rfc3339(
            quartet_library::clock::now(),
        ));
        self.put("contents.html", options, page.as_bytes())?;
        let failed = |error: io::Error| Failure::at(Code::ExportFailed, self.path, error);
        let out = self.zip.finish().map_err(|error| failed(error.into()))?;
        let out = out
            .into_inner()
            .map_err(|error| failed(error.into_error()))?;
        let bytes = out.metadata().map_err(failed)?.len();
        drop(out);
        self.file.publish().map_err(failed)?;
        Ok(Packed {
            works: self.entries.len() as u32,
            bytes,
            left_out: self.left_out,
        })
    }

    /// A number, so that the works stay in order, and the title.
    fn name(&self, work: &Work) -> String {
        let (number, digits) = (self.entries.len() + 1, self.digits);
        let title = file_name(&work.title, work.modality.as_str());
        format!("{number:0digits$} {title}")
    }

    fn check(&self) -> Result<()> {
        let stopped = self.cancel.check();
        stopped.map_err(|_| Failure::new(Code::Cancelled, ""))
    }

    fn failed(&self, error: impl Into<io::Error>) -> Failure {
        Failure::at(Code::ExportFailed, self.path, error.into())
    }
}

/// Options of an entry, compressed, with the time of a work as RFC 3339.
fn options(created: &str) -> SimpleFileOptions {
    let number = |from: usize, to: usize| created.get(from..to)?.parse::<u16>().ok();
    let short = |from, to| number(from, to).and_then(|number| u8::try_from(number).ok());
    let time = || {
        let time = DateTime::from_date_and_time(
            number(0, 4)?,
            short(5, 7)?,
            short(8, 10)?,
            short(11, 13)?,
            short(14, 16)?,
            short(17, 19)?,
        );
        time.ok()
    };
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(time().unwrap_or_default())
}

/// A folder for the copy that is being put in, which is removed; one that a killed process leaves goes with the
/// copies for dragging.
struct Scratch(PathBuf);

impl Scratch {
    fn new(home: &Path) -> io::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let (process, count) = (std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = home.join("lent").join(format!("pack-{process}-{count}"));
        private::create_folder(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What stays is swept another day.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use std::{ops::ControlFlow, sync::Arc};

    use quartet_library::Draft;
    use quartet_media::{
        Pcm, Picture,
        labels::{self, SourceType},
    };

    use super::*;
    use crate::{Body, Modality, Paths, labels::Label, settings::SettingsStore, sound::Sound};

    const STRANGE: &str = "猫 <script>alert(1)</script> & \"cat\" ../..";

    /// A text, a picture and a sound.
    pub(crate) fn works(home: &Path) -> (Works, Vec<String>) {
        let library = crate::works::open_library(home).unwrap().library;
        let picture = Picture::new(640, 480, vec![90; 640 * 480 * 3]).unwrap();
        let sound = Sound::whole(Pcm {
            sample_rate: 8000,
            samples: (0..8000).map(|n| (n % 100) * 300).collect(),
        });
        let bodies = [
            (Modality::Text, Body::Text("Some **words**.\n")),
            (Modality::Image, Body::Picture(&picture)),
            (Modality::Audio, Body::Sound(&sound)),
        ];
        let ids = bodies.map(|(modality, body)| {
            let draft = Draft {
                modality,
                title: STRANGE,
                model: "tiny",
                seconds: 1.0,
                prompt: "a pupil's words",
                content: "Some **words**.\n",
                recipe: r#"{"prompt":"a pupil's words"}"#,
                source: SourceType::Generated,
                extension: body.extension(),
            };
            let kept = library.keep(&draft, |stamp, out| {
                let label = Label {
                    id: stamp.id.clone(),
                    provenance: draft.provenance(stamp),
                };
                body.write(out, &label)
            });
            kept.unwrap().id
        });
        let paths = Paths {
            home: home.to_owned(),
            models: Vec::new(),
            runtime: PathBuf::new(),
        };
        let settings = Arc::new(SettingsStore::new(home));
        (Works::new(&paths, settings, Ok(library)), ids.to_vec())
    }

    fn patient() -> Sink<PackProgress> {
        Box::new(|_| ControlFlow::Continue(()))
    }

    #[test]
    fn a_pack_holds_labelled_copies_recipes_and_a_page_in_the_persons_language() {
        let home = tempfile::tempdir().unwrap();
        let (works, mut ids) = works(home.path());
        ids.push("gone".to_owned());
        let path = home.path().join("班级 1.zip");
        let packed = works.export_pack(&ids, &path, Language::Zh, patient());
        let packed = packed.unwrap();
        assert_eq!((packed.works, packed.left_out.len()), (3, 1));
        assert_eq!(packed.left_out[0].failure.code, Code::WorkUnknown);
        assert_eq!(packed.bytes, fs::metadata(&path).unwrap().len());
        let mut zip = zip::ZipArchive::new(File::open(&path).unwrap()).unwrap();
        let mut names: Vec<_> = zip
            .file_names()
            .map(|name| name.unwrap().into_owned())
            .collect();
        names.sort();
        assert_eq!(names.len(), 7);
        assert_eq!(names[0], "contents.html");
        assert!(
            names
                .iter()
                .all(|name| !name.contains("..") && !name.contains('<'))
        );
        let mut read = |name: &str| {
            let mut bytes = Vec::new();
            zip.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
            bytes
        };
        let out = home.path().join("out");
        fs::create_dir(&out).unwrap();
        for name in names.iter().filter(|name| name.starts_with("works/")) {
            let copy = out.join(name.trim_start_matches("works/"));
            fs::write(&copy, read(name)).unwrap();
            let claim = labels::read_file(&copy).unwrap();
            assert!(ids.iter().any(|id| Some(id.as_str()) == claim.produce_id()));
            // As in the export of one: the prompt is in no file.
            assert_eq!(claim.provenance.unwrap().recipe, None);
        }
        let recipe = names.iter().find(|name| name.starts_with("recipes/01"));
        assert!(
            String::from_utf8(read(recipe.unwrap()))
                .unwrap()
                .contains("pupil")
        );
        let page = String::from_utf8(read("contents.html")).unwrap();
        assert!(page.contains("lang=\"zh-CN\"") && page.contains("由人工智能生成"));
        assert!(page.contains("&lt;script&gt;") && !page.contains("<script"));
        assert!(page.contains("src=\"works/02%20") && page.contains("gone"));
        assert_eq!(fs::read_dir(home.path().join("lent")).unwrap().count(), 0);
    }

    #[test]
    fn a_pack_that_is_stopped_or_empty_leaves_nothing() {
        let home = tempfile::tempdir().unwrap();
        let (works, ids) = works(home.path());
        let out = tempfile::tempdir().unwrap();
        let path = out.path().join("pack.zip");
        let broken = Box::new(|_| ControlFlow::Break(()));
        let code = |packed: Result<Packed>| packed.unwrap_err().code;
        assert_eq!(
            code(works.export_pack(&ids, &path, Language::En, broken)),
            Code::Cancelled
        );
        let gone = ["gone".to_owned()];
        assert_eq!(
            code(works.export_pack(&gone, &path, Language::En, patient())),
            Code::WorkUnknown
        );
        assert_eq!(fs::read_dir(out.path()).unwrap().count(), 0);
    }

    #[test]
    fn posters_are_small_and_made_once() {
        let home = tempfile::tempdir().unwrap();
        let (works, ids) = works(home.path());
        let [text, picture, sound] = [0, 1, 2].map(|n| works.poster(&ids[n]).unwrap());
        assert!(text.is_empty());
        let small = Picture::decode(&picture).unwrap();
        assert_eq!((small.width(), small.height()), (320, 240));
        assert_eq!(sound.len(), 192);
        works.remove(&ids[1..2]).unwrap();
        fs::remove_file(works.library().unwrap().file_of(&ids[1]).unwrap().1).unwrap();
        assert_eq!(works.poster(&ids[1]).unwrap(), picture);
        assert_eq!(works.poster("gone").unwrap_err().code, Code::WorkUnknown);
    }
}
