//! The folder of a lesson: its name, and the pictures that the lesson names. Of pictures only the headers are read.

use std::path::Path;

use quartet_media::picture_file::{self, PictureFormat};

use crate::{
    folder::{Denied, Folder},
    lesson::Lesson,
    node::{At, Node},
    problem::{Finding, Problem},
};

/// Of a picture's file.
pub const MAX_PICTURE: u64 = 2_000_000;
/// Of a picture, in pixels.
pub const MAX_SIDE: u32 = 4096;

pub fn findings(lesson: &Lesson, document: &Node, folder: &Folder) -> Vec<Finding> {
    let mut findings = Vec::new();
    let id = &lesson.id;
    if let Some(name) = folder.name()
        && !id.is_empty()
        && name != *id
    {
        let problem = Problem::WrongId {
            id: id.clone(),
            folder: name,
        };
        let line = document.line_of(&[At::Name("id")]);
        findings.push(Finding::new(line, problem));
    }
    for (index, step) in lesson.steps.iter().enumerate() {
        if let Some(path) = &step.picture
            && let Some(problem) = problem(folder, path)
        {
            let path = [At::Name("steps"), At::Index(index), At::Name("picture")];
            findings.push(Finding::new(document.line_of(&path), problem));
        }
    }
    findings
}

fn problem(folder: &Folder, path: &str) -> Option<Problem> {
    let named = || path.to_owned();
    let bytes = match folder.read(path, MAX_PICTURE) {
        Ok(bytes) => bytes,
        Err(denied) => {
            return Some(match denied {
                Denied::Outside => Problem::PictureOutside { path: named() },
                Denied::TooLarge => Problem::PictureTooLarge {
                    path: named(),
                    most: MAX_PICTURE,
                },
                Denied::Missing => Problem::PictureMissing { path: named() },
                Denied::System(error) => Problem::Unreadable(format!("{path}: {error}")),
            });
        }
    };
    match picture_file::measure(&bytes) {
        Ok((format, ..)) if PictureFormat::of(Path::new(path)) != Ok(format) => {
            Some(Problem::PictureKind { path: named() })
        }
        Ok((_, width, height)) => (width.max(height) > MAX_SIDE).then(|| {
            let (path, most) = (named(), MAX_SIDE);
            Problem::PictureTooWide {
                path,
                width,
                height,
                most,
            }
        }),
        Err(_) => Some(Problem::PictureKind { path: named() }),
    }
}
