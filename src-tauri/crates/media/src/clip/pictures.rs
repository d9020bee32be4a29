//! Pictures one after the other.

use std::{
    collections::VecDeque,
    fs,
    path::{Path, PathBuf},
};

use super::source::{CLIP_LIMIT, ClipFrame, ClipSource, not_a_film};
use crate::{Error, Picture, Result, TICKS_PER_SECOND};

/// A larger file is no picture of a film.
const MAX_FILE: u64 = 128 << 20;
/// More are not looked for in a folder.
const MAX_PICTURES: usize = 20_000;

/// Pictures of a film, read when their turn comes; all of them get the first one's size.
pub(super) struct Pictures {
    waiting: VecDeque<PathBuf>,
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
            waiting: paths.into(),
            fps,
            read: 0,
            size: None,
        })
    }
}

/// The pictures of a folder in the order of their names, numbers by their value.
///
/// # Errors
/// `Missing`, `NotAFilm` where there are none.
pub(super) fn of_folder(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).map_err(|error| Error::missing(folder, &error))?;
    let is_picture = |path: &PathBuf| {
        let ending = path.extension().unwrap_or_default().to_string_lossy();
        ["png", "jpg", "jpeg", "webp", "bmp", "gif"].contains(&ending.to_ascii_lowercase().as_str())
            && path.is_file()
    };
    let found = entries.flatten().map(|entry| entry.path());
    let mut paths: Vec<_> = found.filter(is_picture).take(MAX_PICTURES).collect();
    if paths.is_empty() {
        return Err(not_a_film("the folder holds no pictures"));
    }
    paths.sort_by_cached_key(|path| {
        natural(&path.file_name().unwrap_or_default().to_string_lossy())
    });
    Ok(paths)
}

/// A name cut into texts and numbers: `frame2` comes before `frame10`.
fn natural(name: &str) -> Vec<(String, u64)> {
    let mut parts = vec![(String::new(), 0_u64)];
    let mut in_number = false;
    for character in name.chars() {
        let digit = character.to_digit(10);
        if digit.is_none() && in_number {
            parts.push((String::new(), 0));
        }
        in_number = digit.is_some();
        if let Some(part) = parts.last_mut() {
            match digit {
                Some(digit) => part.1 = part.1.saturating_mul(10).saturating_add(u64::from(digit)),
                None => part.0.push(character),
            }
        }
    }
    parts
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
        let unreadable = |reason: String| Error::UnreadablePicture {
            reason: format!("{}: {reason}", path.display()),
        };
        let missing = |error: std::io::Error| Error::missing(&path, &error);
        if fs::metadata(&path).map_err(missing)?.len() > MAX_FILE {
            return Err(unreadable("the file is too large".to_owned()));
        }
        let file = fs::read(&path).map_err(missing)?;
        let mut picture = Picture::decode(&file)?.opaque();
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

    #[test]
    fn numbers_in_names_count_by_their_value() {
        let mut names = ["f10.png", "f2.png", "e9.png", "f02b.png"];
        names.sort_by_cached_key(|name| natural(name));
        assert_eq!(names, ["e9.png", "f2.png", "f02b.png", "f10.png"]);
    }
}
