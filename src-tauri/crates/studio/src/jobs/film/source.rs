//! What a film is made of.

use std::{
    io,
    path::{Path, PathBuf},
    thread::{self, JoinHandle},
};

use quartet_library::Library;
use quartet_media::{
    Caption,
    bounded::open_regular,
    labels::{self, SourceType},
};
use quartet_pipelines::video::{TravelParameters, TravelRequest};
use sha2::{Digest, Sha256};

use crate::{
    film_orders::RetimingOrder,
    jobs::SpeechJob,
    models::{self, Model},
    pictures, recipe,
};

#[derive(Debug)]
pub(super) enum FilmSource {
    Travel(TravelRequest),
    /// With the files of its source.
    Clip(RetimingOrder, Vec<PathBuf>),
    /// What is travelled is written first.
    Story(Box<Story>),
}

/// A story before it is written.
#[derive(Debug)]
pub(super) struct Story {
    pub(super) topic: String,
    pub(super) language: String,
    pub(super) writer: Model,
    pub(super) parameters: TravelParameters,
}

/// What is heard under a film.
#[derive(Debug)]
pub(super) enum NarrationSource {
    None,
    /// A kept sound, with what it says.
    Kept {
        id: String,
        file: PathBuf,
        captions: Vec<Caption>,
    },
    /// Said first.
    Spoken(Box<SpeechJob>),
}

impl FilmSource {
    /// What a film of it is called; `prompt` is that of its recipe.
    pub(super) fn title(&self, library: &Library, prompt: &str) -> String {
        match self {
            Self::Story(story) => recipe::title(&story.topic),
            Self::Clip(order, _) => {
                // A kept film is known by its id, which says nothing to a person.
                let kept = order
                    .source
                    .work()
                    .and_then(|id| Some(library.open_work(id).ok()?.work.title));
                kept.unwrap_or_else(|| recipe::title(prompt))
            }
            Self::Travel(_) => recipe::title(prompt),
        }
    }

    /// How much of the film models will have made: a person's own clip stays theirs.
    pub(super) fn source_type(&self) -> SourceType {
        let Self::Clip(_, paths) = self else {
            return SourceType::Generated;
        };
        let made: Vec<_> = paths
            .iter()
            .map(|path| labels::source_of_file(path))
            .collect();
        let all_alike = made.windows(2).all(|pair| pair[0] == pair[1]);
        match made.first() {
            Some(first) if all_alike => SourceType::enhanced(*first),
            // Some pictures are a person's own, and some are not.
            Some(_) => SourceType::Edited,
            None => SourceType::Enhanced,
        }
    }

    /// Of the clip's files, computed while the film is made.
    pub(super) fn checksum(&self) -> Option<JoinHandle<Option<String>>> {
        let Self::Clip(order, paths) = self else {
            return None;
        };
        // A kept film has its own, and a folder's pictures may come and go.
        if !order.source.is_files() || paths.iter().any(|path| path.is_dir()) {
            return None;
        }
        let paths = paths.clone();
        thread::Builder::new()
            .name("quartet-checksum".to_owned())
            .spawn(move || checksum(&paths).ok())
            .ok()
    }
}

/// sha256 of a file, or over those of several.
pub(crate) fn checksum(paths: &[PathBuf]) -> io::Result<String> {
    let one = |path: &Path| -> io::Result<String> {
        let mut hash = Sha256::new();
        io::copy(&mut open_regular(path)?, &mut HashWriter(&mut hash))?;
        Ok(models::hex(&hash.finalize()))
    };
    match paths {
        [path] => one(path),
        many => {
            let sums = many.iter().map(|path| one(path));
            let sums = sums.collect::<io::Result<Vec<_>>>()?;
            Ok(pictures::checksum(sums.join("\n").as_bytes()))
        }
    }
}

struct HashWriter<'a>(&'a mut Sha256);

impl io::Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
