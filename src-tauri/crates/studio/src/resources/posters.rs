//! What a work looks like in a list: pictures and films small, sounds as their outline.

use std::{path::Path, sync::Mutex};

use quartet_media::{clip, preview_webp};

use super::works::Works;
use crate::{Code, Failure, Modality, Result, locks::lock, pictures, sound};

/// The longest side of a poster, in pixels.
const SIDE: u32 = 320;
/// Columns of a sound's outline.
const COLUMNS: usize = 96;
/// Frames a second of a clip of single pictures; of a film's first frame it says nothing.
const ANY_FPS: u32 = 1;

/// Posters are made one at a time, however many a list asks for: what a person waits for goes first.
static MAKING: Mutex<()> = Mutex::new(());

impl Works {
    /// The poster of a work, also of one in the bin: of a picture and of a film (its first frame) a WebP file of at
    /// most 320 pixels on a side; of a sound its outline, for each of 96 columns the lowest and the highest
    /// sample as signed bytes. Empty for a text, which the list shows itself. It is made once and kept.
    ///
    /// # Errors
    /// `WorkUnknown`, `WorkFileMissing`, `WorkFileBroken`, and those of the readers of films.
    pub fn poster(&self, id: &str) -> Result<Vec<u8>> {
        let library = self.library()?;
        if let Some(poster) = library.poster(id) {
            return Ok(poster);
        }
        let (modality, file) = library.file_of(id)?;
        if modality == Modality::Text {
            return Ok(Vec::new());
        }
        let turn = lock(&MAKING);
        // Whoever was before may have made it.
        if let Some(poster) = library.poster(id) {
            return Ok(poster);
        }
        let poster = make(modality, &file)?;
        library.keep_poster(id, &poster);
        drop(turn);
        Ok(poster)
    }
}

fn make(modality: Modality, file: &Path) -> Result<Vec<u8>> {
    Ok(match modality {
        Modality::Text => Vec::new(),
        Modality::Image => preview_webp(&pictures::read_kept(file)?.within(SIDE)),
        Modality::Audio => sound::peaks(&sound::read(file)?, COLUMNS),
        Modality::Video => {
            if !file.is_file() {
                return Err(Failure::at(Code::WorkFileMissing, file, ""));
            }
            let mut film = clip::open(&[file.to_owned()], ANY_FPS)?;
            let empty = || Failure::at(Code::WorkFileBroken, file, "it has no frame");
            let first = film.frame()?.ok_or_else(empty)?;
            preview_webp(&first.picture.within(SIDE))
        }
    })
}
