//! GIF: a palette for each frame's changed pixels, dithered; what stays is left out.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
};

use ::gif::{DisposalMethod, Encoder, Frame, Repeat};
use color_quant::NeuQuant;
use quartet_pipelines::{image::Picture, video::TICKS_PER_SECOND};

use super::{FilmWriter, Label, no_frames, patch::Patch};
use crate::labels;

/// One of the 256 means "as before".
const COLOURS: usize = 255;
const CLEAR: u8 = 255;
/// How many pixels `NeuQuant` passes over for each it learns from: 1 is all.
const SAMPLING: i32 = 5;
/// What an application extension with XMP begins with (XMP specification, part 3).
const XMP: &[u8] = b"XMP DataXMP";

struct Held {
    frame: Frame<'static>,
    from: u64,
}

pub(super) struct GifWriter {
    /// Until the first frame tells the size.
    file: Option<File>,
    encoder: Option<Encoder<BufWriter<File>>>,
    before: Option<Picture>,
    held: Option<Held>,
    now: u64,
}

fn failed(error: ::gif::EncodingError) -> io::Error {
    match error {
        ::gif::EncodingError::Io(error) => error,
        other => io::Error::other(other),
    }
}

impl GifWriter {
    pub(super) fn new(file: File) -> Self {
        Self {
            file: Some(file),
            encoder: None,
            before: None,
            held: None,
            now: 0,
        }
    }

    fn write_held(&mut self) -> io::Result<()> {
        let (Some(mut held), Some(encoder)) = (self.held.take(), &mut self.encoder) else {
            return Ok(());
        };
        let hundredths = |ticks: u64| (ticks * 100 + TICKS_PER_SECOND / 2) / TICKS_PER_SECOND;
        let shown = hundredths(self.now) - hundredths(held.from);
        held.frame.delay = u16::try_from(shown).unwrap_or(u16::MAX);
        encoder.write_frame(&held.frame).map_err(failed)
    }
}

impl FilmWriter for GifWriter {
    fn frame(&mut self, picture: Picture, ticks: u64) -> io::Result<()> {
        let patch = match &self.before {
            Some(before) => Patch::changed(before, &picture, false),
            None => Some(Patch::whole(&picture)),
        };
        if let Some(file) = self.file.take() {
            let side = |side: u32| u16::try_from(side).map_err(io::Error::other);
            let (width, height) = (side(picture.width())?, side(picture.height())?);
            let mut encoder =
                Encoder::new(BufWriter::new(file), width, height, &[]).map_err(failed)?;
            encoder.set_repeat(Repeat::Infinite).map_err(failed)?;
            self.encoder = Some(encoder);
        }
        if let Some(patch) = patch {
            self.write_held()?;
            let frame = indexed(self.before.as_ref(), &picture, patch);
            let from = self.now;
            self.held = Some(Held { frame, from });
            self.before = Some(picture);
        }
        self.now += ticks;
        Ok(())
    }

    fn finish(mut self: Box<Self>, label: &Label) -> io::Result<()> {
        if self.held.is_none() {
            return Err(no_frames());
        }
        self.write_held()?;
        let encoder = self.encoder.take().ok_or_else(no_frames)?;
        // The trailer is written when the encoder is taken apart; the label goes before it.
        let mut encoder = encoder;
        let out = encoder.get_mut();
        out.write_all(&[0x21, 0xff, 11])?;
        out.write_all(XMP)?;
        out.write_all(labels::xmp::packet(&label.id, &label.provenance).as_bytes())?;
        // Readers that take the packet for blocks with lengths land in here and find their way out.
        let trailer: Vec<u8> = std::iter::once(1).chain((0..=255).rev()).collect();
        out.write_all(&trailer)?;
        out.write_all(&[0])?;
        let mut out = encoder.into_inner().map_err(io::Error::other)?;
        out.flush()
    }
}

/// The changed part with its own palette, Floyd and Steinberg's dithering in it.
fn indexed(before: Option<&Picture>, picture: &Picture, patch: Patch) -> Frame<'static> {
    let wanted = patch.cut(picture);
    let stays: Vec<bool> = match before {
        Some(before) => {
            let old = patch.cut(before);
            let pairs = old.chunks_exact(3).zip(wanted.chunks_exact(3));
            pairs.map(|(old, new)| old == new).collect()
        }
        None => vec![false; wanted.len() / 3],
    };
    let moving = wanted
        .chunks_exact(3)
        .zip(&stays)
        .filter(|(_, stays)| !**stays);
    let mut learned: Vec<u8> = moving.flat_map(|(p, _)| [p[0], p[1], p[2], 255]).collect();
    // NeuQuant learns from a few thousand pixels at least.
    while learned.len() < 4 * 2048 {
        learned.extend_from_within(..);
    }
    let network = NeuQuant::new(SAMPLING, COLOURS, &learned);
    let mut palette = network.color_map_rgb();
    palette.resize(3 * 256, 0);
    let indices = dithered(&wanted, &stays, patch.width as usize, &network);
    Frame {
        left: patch.left as u16,
        top: patch.top as u16,
        width: patch.width as u16,
        height: patch.height as u16,
        dispose: DisposalMethod::Keep,
        transparent: Some(CLEAR),
        palette: Some(palette),
        buffer: indices.into(),
        ..Frame::default()
    }
}

/// What a colour could not give is handed on to the neighbours, rows in turn from the left and from the
/// right, so that no streaks run down.
fn dithered(wanted: &[u8], stays: &[bool], width: usize, network: &NeuQuant) -> Vec<u8> {
    let mut indices = vec![CLEAR; stays.len()];
    let mut owed = vec![[0_i32; 3]; width];
    for (row, stays) in stays.chunks_exact(width).enumerate() {
        let mut below = vec![[0_i32; 3]; width];
        let backwards = row % 2 == 1;
        for step in 0..width {
            let column = if backwards { width - 1 - step } else { step };
            let at = row * width + column;
            if stays[column] {
                continue;
            }
            let mut pixel = [0, 0, 0, 255];
            for channel in 0..3 {
                // Sixteenths; half of it is handed on, so that flat places stay calm.
                let value = i32::from(wanted[at * 3 + channel]) + owed[column][channel] / 32;
                pixel[channel] = value.clamp(0, 255) as u8;
            }
            let index = network.index_of(&pixel).min(COLOURS - 1);
            indices[at] = index as u8;
            let found = network.lookup(index).unwrap_or(pixel);
            let ahead = if backwards {
                column.checked_sub(1)
            } else {
                Some(column + 1)
            };
            let behind = if backwards {
                Some(column + 1)
            } else {
                column.checked_sub(1)
            };
            let inside = |place: Option<usize>| place.filter(|&place| place < width);
            for channel in 0..3 {
                let error = i32::from(pixel[channel]) - i32::from(found[channel]);
                if let Some(place) = inside(ahead) {
                    owed[place][channel] += error * 7;
                    below[place][channel] += error;
                }
                below[column][channel] += error * 5;
                if let Some(place) = inside(behind) {
                    below[place][channel] += error * 3;
                }
            }
        }
        owed = below;
    }
    indices
}
