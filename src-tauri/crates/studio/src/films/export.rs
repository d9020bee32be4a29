//! A kept film as another file: under the label that goes out, and in the format that is asked for.

use std::{
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use quartet_pipelines::video::clip;

use super::{FilmFormat, Label, webp, writer};
use crate::{Code, Failure, Result, labels::Provenance, labels::xmp, works::Replacing};

/// Writes a labelled copy of the film at `kept` to `path`, in the format that its ending names.
///
/// # Errors
/// `ExportFormat`, `ExportFailed`, `WorkFileBroken`.
pub(crate) fn export(kept: &Path, path: &Path, id: &str, provenance: Provenance) -> Result<()> {
    let format = FilmFormat::of(path)?;
    let label = Label {
        id: id.to_owned(),
        provenance,
    };
    let failed = |error: io::Error| Failure::at(Code::ExportFailed, path, error);
    let replacing = Replacing::begin(path).map_err(failed)?;
    let file = replacing.file().map_err(failed)?;
    if format == FilmFormat::WebP && FilmFormat::of(kept).is_ok_and(|kept| kept == format) {
        relabelled(kept, file, &label).map_err(failed)?;
    } else {
        let broken =
            |error: quartet_pipelines::Error| Failure::at(Code::WorkFileBroken, kept, error);
        let mut frames = clip::open(&[PathBuf::from(kept)], 25).map_err(broken)?;
        let mut film = writer(format, file, None);
        while let Some(frame) = frames.frame().map_err(broken)? {
            film.frame(frame.picture, frame.ticks).map_err(failed)?;
        }
        film.finish(&label).map_err(failed)?;
    }
    replacing.publish().map_err(failed)
}

/// A WebP file with its frames as they are and another label.
fn relabelled(kept: &Path, mut out: File, label: &Label) -> io::Result<()> {
    let mut kept = BufReader::new(File::open(kept)?);
    let mut head = [0; 12];
    kept.read_exact(&mut head)?;
    out.write_all(&head)?;
    loop {
        let mut head = [0; 8];
        match kept.read_exact(&mut head) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => break,
            Err(error) => return Err(error),
        }
        let [a, b, c, d, sizes @ ..] = head;
        let size = u64::from(u32::from_le_bytes(sizes));
        let whole = size + size % 2;
        if [a, b, c, d] == *b"XMP " {
            kept.seek_relative(i64::try_from(whole).map_err(io::Error::other)?)?;
            continue;
        }
        out.write_all(&head)?;
        let copied = io::copy(&mut kept.by_ref().take(whole), &mut out)?;
        if copied != whole {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    let packet = xmp::packet(&label.id, &label.provenance);
    webp::chunk(&mut out, *b"XMP ", packet.as_bytes())?;
    let size = u32::try_from(out.stream_position()? - 8).map_err(io::Error::other)?;
    out.seek(SeekFrom::Start(4))?;
    out.write_all(&size.to_le_bytes())
}
