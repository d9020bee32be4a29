//! APNG (PNG, third edition, 11.3.5): of any bit depth, laid on a canvas frame by frame.

use std::{fs::File, io::BufReader};

use png::{BlendOp, ColorType, DisposeOp, Limits, Reader, Transformations};

use super::{
    canvas::{Canvas, Disposal, Place},
    source::{ClipFrame, ClipNotice, ClipSource, MAX_FRAMES, check_size, not_a_film, shown_for},
};
use crate::{Result, TICKS_PER_SECOND};

/// More than a frame of the largest size takes in 16 bits a channel.
const MAX_ALLOCATION: usize = 256 << 20;

pub(super) struct Apng {
    reader: Reader<BufReader<File>>,
    canvas: Canvas,
    count: u32,
    /// Frames read, and those of them that are shown.
    read: u32,
    shown: u32,
    cut: bool,
}

impl Apng {
    /// None for a PNG file that does not move.
    ///
    /// # Errors
    /// `NotAFilm`, `PictureTooLarge`.
    pub(super) fn open(file: File) -> Result<Option<Self>> {
        let unreadable = |error: png::DecodingError| not_a_film(&error.to_string());
        let limits = Limits {
            bytes: MAX_ALLOCATION,
        };
        let mut decoder = png::Decoder::new_with_limits(BufReader::new(file), limits);
        decoder.set_transformations(Transformations::normalize_to_color8());
        let reader = decoder.read_info().map_err(unreadable)?;
        let info = reader.info();
        let Some(control) = info.animation_control() else {
            return Ok(None);
        };
        let count = control.num_frames.min(MAX_FRAMES);
        check_size(info.width, info.height)?;
        let canvas = Canvas::new(info.width, info.height);
        Ok(Some(Self {
            reader,
            canvas,
            count,
            read: 0,
            shown: 0,
            cut: false,
        }))
    }

    /// The next frame with its place; None for a picture that stands for the film where it cannot move.
    fn next(&mut self) -> Result<Option<ClipFrame>> {
        let broken = |error: png::DecodingError| not_a_film(&error.to_string());
        let size = self.reader.output_buffer_size();
        let size = size.ok_or_else(|| not_a_film("its frames have no pixels"))?;
        let mut bytes = vec![0; size];
        let output = self.reader.next_frame(&mut bytes).map_err(broken)?;
        bytes.truncate(output.buffer_size());
        let Some(control) = self.reader.info().frame_control() else {
            return Ok(None);
        };
        let place = Place {
            left: control.x_offset,
            top: control.y_offset,
            width: control.width,
            height: control.height,
        };
        let disposal = match control.dispose_op {
            DisposeOp::None => Disposal::Keep,
            DisposeOp::Background => Disposal::Clear,
            // There is nothing before the first.
            DisposeOp::Previous if self.shown == 0 => Disposal::Clear,
            DisposeOp::Previous => Disposal::Restore,
        };
        let over = control.blend_op == BlendOp::Over;
        let parts = u64::from(control.delay_den);
        // No parts at all mean hundredths.
        let parts = if parts == 0 { 100 } else { parts };
        let ticks = u64::from(control.delay_num) * TICKS_PER_SECOND / parts;
        let pixels = rgba(&bytes, output.color_type);
        let picture = self.canvas.show(&pixels, place, over, disposal);
        let picture = picture.ok_or_else(|| not_a_film("a frame lies beside the picture"))?;
        Ok(Some(ClipFrame {
            picture,
            ticks: shown_for(ticks),
        }))
    }
}

/// Four bytes a pixel.
fn rgba(bytes: &[u8], colours: ColorType) -> Vec<u8> {
    match colours {
        ColorType::Rgba => bytes.to_vec(),
        ColorType::Rgb | ColorType::Indexed => bytes
            .chunks_exact(3)
            .flat_map(|p| [p[0], p[1], p[2], 255])
            .collect(),
        ColorType::Grayscale => bytes.iter().flat_map(|&p| [p, p, p, 255]).collect(),
        ColorType::GrayscaleAlpha => bytes
            .chunks_exact(2)
            .flat_map(|p| [p[0], p[0], p[0], p[1]])
            .collect(),
    }
}

impl ClipSource for Apng {
    fn format(&self) -> &'static str {
        "APNG"
    }

    fn frames(&self) -> Option<u32> {
        Some(self.count)
    }

    fn frame(&mut self) -> Result<Option<ClipFrame>> {
        while self.shown < self.count && self.read <= self.count && !self.cut {
            self.read += 1;
            match self.next() {
                Ok(Some(frame)) => {
                    self.shown += 1;
                    return Ok(Some(frame));
                }
                Ok(None) => {}
                Err(error) if self.shown == 0 => return Err(error),
                // What came before the break is a film of its own.
                Err(_) => self.cut = true,
            }
        }
        Ok(None)
    }

    fn notices(&self) -> Vec<ClipNotice> {
        let frames = self.shown;
        let cut = self.cut.then_some(ClipNotice::CutShort { frames });
        cut.into_iter().collect()
    }
}
