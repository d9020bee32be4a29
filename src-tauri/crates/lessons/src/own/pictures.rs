//! Pictures that somebody chose for a lesson: no larger than one may be, copied into its folder.

use std::path::Path;

use quartet_media::{
    Picture,
    labels::{self, picture as labelled},
    picture_file::{self, PictureFormat},
};
use quartet_studio::{Code, Failure, Result, write_atomic};

use super::place::not_written;
use crate::{
    check::{MAX_PICTURE, MAX_SIDE},
    shelf::Shelf,
};

/// As wide as the screens that it is shown on.
const SHOWN_SIDE: u32 = 1920;
/// Of one lesson; more have no name.
const MOST: u32 = 10_000;

impl Shelf {
    /// Copies a picture into the folder of a lesson of one's own, made smaller where it is too large, and tells what
    /// it is called there. Of what a camera wrote into the file nothing comes along.
    ///
    /// # Errors
    /// `LessonUnknown`, `LessonPicture`, `LessonNotWritten`, those of pictures that cannot be read.
    pub fn add_picture(&self, id: &str, from: &Path) -> Result<String> {
        let folder = self.own_folder(id)?;
        let (ending, bytes) = fitting(from)?;
        let mut names = (1..MOST).map(|count| format!("picture-{count}.{ending}"));
        let is_free = |name: &String| folder.join(name).symlink_metadata().is_err();
        let name = names.find(is_free);
        let name = name.ok_or_else(|| not_written(&folder, "there are too many pictures"))?;
        let path = folder.join(&name);
        write_atomic(&path, |out| out.write_all(&bytes))
            .map_err(|error| not_written(&path, error))?;
        Ok(name)
    }
}

/// A file that a lesson may name, and its ending.
fn fitting(from: &Path) -> Result<(&'static str, Vec<u8>)> {
    let file = picture_file::bytes(from)?;
    if labels::source_of_file(from).is_some() {
        return as_it_is(&file)
            .map(|ending| (ending, file))
            .ok_or_else(|| Failure::at(Code::LessonPicture, from, ""));
    }
    let picture = Picture::decode(&file)?.within(SHOWN_SIDE);
    let png = labelled::unlabelled_png(&picture);
    if png.len() as u64 <= MAX_PICTURE {
        return Ok(("png", png));
    }
    // A photograph.
    let sizes = [SHOWN_SIDE, 1280, 960];
    let mut files = sizes.map(|side| labelled::unlabelled_jpeg(&picture.within(side)));
    let fits = files
        .iter()
        .position(|jpeg| jpeg.len() as u64 <= MAX_PICTURE);
    let jpeg = std::mem::take(&mut files[fits.unwrap_or(sizes.len() - 1)]);
    Ok(("jpg", jpeg))
}

/// What says that an AI made it goes on saying so: such a file is taken as it is, or not at all.
fn as_it_is(file: &[u8]) -> Option<&'static str> {
    let (format, width, height) = picture_file::measure(file).ok()?;
    let ending = match format {
        PictureFormat::Png => "png",
        PictureFormat::Jpeg => "jpg",
        PictureFormat::WebP => "webp",
    };
    let fits = file.len() as u64 <= MAX_PICTURE && width.max(height) <= MAX_SIDE;
    fits.then_some(ending)
}
