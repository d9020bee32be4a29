//! Pictures one after the other.

use std::{
    collections::VecDeque,
    fs,
    path::{Path, PathBuf},
};

use super::source::{CLIP_LIMIT, ClipFrame, ClipSource, not_a_film};
use crate::{Error, Picture, Result, TICKS_PER_SECOND, picture_file};

/// More are not looked for in a folder.
const MAX_PICTURES: usize = 20_000;

/// Pictures of a film, read when their turn comes; all of them get the first one's size.
pub(super) struct Pictures {
    waiting: VecDeque<PathBuf>,
    /// Whether it is one still picture.
    is_alone: bool,
    fps: u32,
    read: u32,
    size: Option<(u32, u32)>,
}

impl Pictures {
    /// # Errors
    /// `FrameRate` for frames a second beyond 1 to 60.
    pub(super) fn new(paths: Vec<PathBuf>, fps: u32) -> Result<Self> {
        if !(1..=60).contains(&fps) {
            return Err(Error::FrameRate { found: fps });
        }
        Ok(Self {
            is_alone: paths.len() == 1,
            waiting: paths.into(),
            fps,
            read: 0,
            size: None,
        })
    }
}

/// What pictures of films are called. Also of kinds that cannot be read: they are not to be left out in
/// silence.
const ENDINGS: [&str; 12] = [
    "png", "jpg", "jpeg", "webp", "bmp", "gif", "tif", "tiff", "heic", "heif", "avif", "jxl",
];

/// The pictures of a folder in the order of their names, numbers by their value. Names that begin with a dot
/// are the system's, not the person's, and are passed over.
///
/// # Errors
/// `Missing`, `NoPictures` where there are none, `NotAFilm` where there are too many.
pub(super) fn of_folder(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).map_err(|error| Error::Missing {
        path: folder.to_owned(),
        reason: error.to_string(),
    })?;
    let is_picture = |path: &PathBuf| {
        let ending = path.extension().unwrap_or_default().to_string_lossy();
        ENDINGS.contains(&ending.to_ascii_lowercase().as_str())
            && !name(path).starts_with('.')
            && path.is_file()
    };
    let found = entries.flatten().map(|entry| entry.path());
    let mut paths: Vec<_> = found.filter(is_picture).take(MAX_PICTURES + 1).collect();
    if paths.is_empty() {
        return Err(Error::NoPictures {
            path: folder.to_owned(),
        });
    }
    if paths.len() > MAX_PICTURES {
        return Err(not_a_film("the folder holds more than 20,000 pictures"));
    }
    paths.sort_by_cached_key(|path| natural(&name(path)));
    Ok(paths)
}

fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// A name cut into texts, in small letters, and numbers, as their length and their digits: `frame2` comes
/// before `Frame10`. Where that is the same, the name itself decides.
fn natural(name: &str) -> (Vec<(String, usize, String)>, String) {
    let mut parts = vec![(String::new(), 0, String::new())];
    let mut in_number = false;
    for character in name.chars() {
        let digit = digit(character);
        if digit.is_none() && in_number {
            parts.push((String::new(), 0, String::new()));
        }
        in_number = digit.is_some();
        if let Some((text, length, digits)) = parts.last_mut() {
            match digit {
                // Zeros before a number do not count.
                Some('0') if digits.is_empty() => {}
                Some(digit) => {
                    *length += 1;
                    digits.push(digit);
                }
                None => text.extend(character.to_lowercase()),
            }
        }
    }
    (parts, name.to_owned())
}

/// A digit, also one as wide as a Chinese character.
fn digit(character: char) -> Option<char> {
    match character {
        '0'..='9' => Some(character),
        '\u{ff10}'..='\u{ff19}' => char::from_u32(character as u32 - 0xff10 + u32::from(b'0')),
        _ => None,
    }
}

impl ClipSource for Pictures {
    fn format(&self) -> &'static str {
        "PNG, JPEG, WebP"
    }

    fn frames(&self) -> Option<u32> {
        Some(self.read + self.waiting.len() as u32)
    }

    fn frame(&mut self) -> Result<Option<ClipFrame>> {
        let Some(path) = self.waiting.pop_front() else {
            return Ok(None);
        };
        // Of many files the person must know which.
        let of_film = |error: Error| match error {
            Error::UnreadablePicture { .. }
            | Error::PictureEncoding { .. }
            | Error::PictureTooLarge { .. }
                if !self.is_alone =>
            {
                Error::FilmPicture {
                    path: path.clone(),
                    error: Box::new(error),
                }
            }
            other => other,
        };
        let file = picture_file::bytes(&path).map_err(of_film)?;
        let mut picture = Picture::decode(&file).map_err(of_film)?.opaque();
        if let Some((width, height)) = self.size {
            picture = picture.fitted(width, height);
        } else {
            let longest = picture.width().max(picture.height());
            if longest > CLIP_LIMIT {
                let scale = |side: u32| {
                    (u64::from(side) * u64::from(CLIP_LIMIT) / u64::from(longest)) as u32
                };
                picture = picture.scaled(scale(picture.width()), scale(picture.height()));
            }
            self.size = Some((picture.width(), picture.height()));
        }
        let begin = |frame: u32| u64::from(frame) * TICKS_PER_SECOND / u64::from(self.fps);
        let ticks = begin(self.read + 1) - begin(self.read);
        self.read += 1;
        Ok(Some(ClipFrame { picture, ticks }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labels::picture::unlabelled_png;

    #[test]
    fn numbers_in_names_count_by_their_value() {
        let long = |end: &str| format!("f1234567890123456789012345{end}.png");
        let (long7, long12) = (long("7"), long("12"));
        let expected = [
            "e9.png",
            "F1.png",
            "f2.png",
            "f02b.png",
            "f10.png",
            "f１１.png",
            &long7,
            &long12,
        ];
        let mut names = expected;
        names.reverse();
        names.sort_by_cached_key(|name| natural(name));
        assert_eq!(names, expected);
        assert_ne!(
            natural("f02.png"),
            natural("f2.png"),
            "the order is the same every time"
        );
    }

    fn grey(value: u8) -> Vec<u8> {
        unlabelled_png(&Picture::new(2, 2, vec![value; 12]).unwrap())
    }

    #[test]
    fn names_that_begin_with_a_dot_are_no_pictures() {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in [
            ("f2.png", grey(2)),
            ("f1.png", grey(1)),
            ("._f1.png", b"\0\x05\x16\x07".to_vec()),
            (".hidden.png", grey(9)),
            ("notes.txt", b"words".to_vec()),
        ] {
            fs::write(folder.path().join(name), bytes).unwrap();
        }
        let paths = of_folder(folder.path()).unwrap();
        let names: Vec<_> = paths.iter().map(|path| name(path)).collect();
        assert_eq!(names, ["f1.png", "f2.png"]);
    }

    #[test]
    fn the_picture_that_fails_is_named() {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in [
            ("f1.png", grey(1)),
            ("f2.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1".to_vec()),
            ("f3.png", grey(3)),
        ] {
            fs::write(folder.path().join(name), bytes).unwrap();
        }
        let mut pictures = Pictures::new(of_folder(folder.path()).unwrap(), 12).unwrap();
        assert!(pictures.frame().is_ok());
        let error = pictures.frame().unwrap_err();
        assert!(matches!(error, Error::FilmPicture { .. }), "{error}");
        let words = error.to_string();
        assert!(
            words.contains("f2.heic") && words.contains("HEIC"),
            "{words}"
        );
    }

    #[test]
    fn a_folder_without_pictures_is_told_as_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(".only.png"), grey(1)).unwrap();
        let error = of_folder(folder.path()).unwrap_err();
        assert!(matches!(error, Error::NoPictures { .. }), "{error}");
    }
}
