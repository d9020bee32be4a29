//! GIF: a palette for each frame's changed pixels, dithered; what stays is left out.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
};

use ::gif::{DisposalMethod, Encoder, Frame, Repeat};
use color_quant::NeuQuant;

use super::{
    dirty_rect::DirtyRect,
    frame_delay::{FrameDelay, PendingFrame},
    writer::{FilmWriter, no_frames},
};
use crate::{
    Picture,
    labels::{
        Label,
        xmp::{self, GIF_XMP},
    },
};

/// One of the 256 means "as before".
const COLOURS: usize = 255;
const CLEAR: u8 = 255;
/// How many pixels `NeuQuant` passes over for each it learns from: 1 is all.
const SAMPLING: i32 = 5;

/// Hundredths of a second: players show frames of one for ten.
const SHORTEST: u64 = 2;

pub(super) struct GifWriter {
    /// Until the first frame gives the size.
    file: Option<File>,
    encoder: Option<Encoder<BufWriter<File>>>,
    delay: FrameDelay,
    /// Written last.
    before: Option<Picture>,
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
            delay: FrameDelay::new(100, SHORTEST),
            before: None,
        }
    }

    fn begin(&mut self, file: File, picture: &Picture) -> io::Result<()> {
        let side = |side: u32| u16::try_from(side).map_err(io::Error::other);
        let (width, height) = (side(picture.width())?, side(picture.height())?);
        let mut encoder = Encoder::new(BufWriter::new(file), width, height, &[]).map_err(failed)?;
        encoder.set_repeat(Repeat::Infinite).map_err(failed)?;
        self.encoder = Some(encoder);
        Ok(())
    }

    fn write(&mut self, frame: PendingFrame) -> io::Result<()> {
        let shown = frame.shown(100);
        let mut indexed = indexed(self.before.as_ref(), &frame.picture, frame.rect);
        indexed.delay = u16::try_from(shown).unwrap_or(u16::MAX);
        self.before = Some(frame.picture);
        let encoder = self.encoder.as_mut().ok_or_else(no_frames)?;
        encoder.write_frame(&indexed).map_err(failed)
    }
}

impl FilmWriter for GifWriter {
    fn frame(&mut self, picture: Picture, ticks: u64) -> io::Result<()> {
        if let Some(file) = self.file.take() {
            self.begin(file, &picture)?;
        }
        match self.delay.frame(picture, ticks) {
            Some(frame) => self.write(frame),
            None => Ok(()),
        }
    }

    fn finish(mut self: Box<Self>, label: &Label) -> io::Result<()> {
        if self.delay.is_empty() {
            return Err(no_frames());
        }
        for frame in self.delay.last() {
            self.write(frame)?;
        }
        // The trailer is written when the encoder is taken apart; the label goes before it.
        let mut encoder = self.encoder.take().ok_or_else(no_frames)?;
        let out = encoder.get_mut();
        out.write_all(&[0x21, 0xff, 11])?;
        out.write_all(GIF_XMP)?;
        out.write_all(xmp::packet(&label.id, &label.provenance).as_bytes())?;
        // Readers that take the packet for blocks with lengths land in here and find their way out.
        let trailer: Vec<u8> = std::iter::once(1).chain((0..=255).rev()).collect();
        out.write_all(&trailer)?;
        out.write_all(&[0])?;
        let mut out = encoder.into_inner().map_err(io::Error::other)?;
        out.flush()
    }
}

/// The changed part with its own palette, Floyd and Steinberg's dithering in it.
fn indexed(before: Option<&Picture>, picture: &Picture, rect: DirtyRect) -> Frame<'static> {
    let wanted = rect.cut(picture);
    let stays: Vec<bool> = match before {
        Some(before) => {
            let old = rect.cut(before);
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
    let indices = dithered(&wanted, &stays, rect.width as usize, &network);
    Frame {
        left: rect.left as u16,
        top: rect.top as u16,
        width: rect.width as u16,
        height: rect.height as u16,
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
