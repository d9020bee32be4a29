//! Animated WebP (RFC 9649, 2.7.1.1): its frames are pictures of their own, laid on a canvas.

use std::{fs::File, io::Cursor};

use ::image::{DynamicImage, ImageDecoder, Limits, codecs::webp::WebPDecoder};

use super::{
    canvas::{Canvas, Disposal, Place},
    source::{
        CLIP_LIMIT, ClipFrame, ClipNotice, ClipSource, MAX_FRAMES, check_size, not_a_film,
        shown_for,
    },
};
use crate::{
    Result, TICKS_PER_SECOND,
    container::{Container, Piece, Pieces, content, write_riff},
};

/// A frame of more bytes is none.
const MAX_FRAME: u64 = 128 << 20;
/// More than decoding the largest frame takes.
const MAX_ALLOCATION: u64 = 512 << 20;
/// Of the header: there is an animation.
const ANIMATION: u8 = 0x02;
/// Of a still's header: it has transparent places.
const ALPHA: u8 = 0x10;
/// Of a frame: its place is cleared afterwards; it replaces what is there.
const CLEAR: u8 = 0x01;
const REPLACE: u8 = 0x02;

pub(super) struct WebP {
    file: File,
    canvas: Canvas,
    frames: Vec<Piece>,
    read: usize,
    /// Whether the file ends before its last frame.
    cut: bool,
}

impl WebP {
    /// None for a WebP file that does not move.
    ///
    /// # Errors
    /// `NotAFilm`, `PictureTooLarge`.
    pub(super) fn open(mut file: File) -> Result<Option<Self>> {
        let length = file
            .metadata()
            .map_err(|error| not_a_film(&error.to_string()))?;
        let length = length.len();
        let mut pieces = Pieces::new(&mut file, Container::Riff);
        let head = pieces.next().filter(|piece| piece.name == *b"VP8X");
        let head = head.and_then(|piece| pieces.content(&piece, 64));
        let Some([flags, _, _, _, size @ ..]) = head.as_deref() else {
            return Ok(None);
        };
        if flags & ANIMATION == 0 {
            return Ok(None);
        }
        let size = number(size).zip(size.get(3..).and_then(number));
        let (width, height) = size.ok_or_else(|| not_a_film("its head is cut short"))?;
        check_size(width + 1, height + 1)?;
        let (mut frames, mut cut) = (Vec::new(), false);
        while let Some(piece) = pieces.next() {
            if piece.name != *b"ANMF" || frames.len() >= MAX_FRAMES as usize {
                continue;
            }
            if piece.begin.saturating_add(piece.length) > length {
                cut = true;
            } else {
                frames.push(piece);
            }
        }
        Ok(Some(Self {
            file,
            canvas: Canvas::new(width + 1, height + 1),
            frames,
            read: 0,
            cut,
        }))
    }

    fn next(&mut self, piece: &Piece) -> Option<ClipFrame> {
        let bytes = content(&mut self.file, piece, MAX_FRAME)?;
        let (head, still) = bytes.split_at_checked(16)?;
        let place = Place {
            left: number(head)? * 2,
            top: number(&head[3..])? * 2,
            width: number(&head[6..])? + 1,
            height: number(&head[9..])? + 1,
        };
        let ticks = u64::from(number(&head[12..])?) * TICKS_PER_SECOND / 1000;
        let disposal = if head[15] & CLEAR == 0 {
            Disposal::Keep
        } else {
            Disposal::Clear
        };
        let pixels = decode(still, place)?;
        let over = head[15] & REPLACE == 0;
        Some(ClipFrame {
            picture: self.canvas.show(&pixels, place, over, disposal)?,
            ticks: shown_for(ticks),
        })
    }
}

/// Three bytes, the lowest first.
fn number(bytes: &[u8]) -> Option<u32> {
    let [a, b, c, ..] = *bytes else { return None };
    Some(u32::from_le_bytes([a, b, c, 0]))
}

/// A frame as a file of its own, decoded: four bytes a pixel.
fn decode(still: &[u8], place: Place) -> Option<Vec<u8>> {
    check_size(place.width, place.height).ok()?;
    let mut file = b"RIFF\0\0\0\0WEBP".to_vec();
    if still.starts_with(b"ALPH") {
        let mut head = vec![ALPHA, 0, 0, 0];
        for side in [place.width, place.height] {
            head.extend(&(side - 1).to_le_bytes()[..3]);
        }
        write_riff(&mut file, *b"VP8X", &head).ok()?;
    }
    file.extend(still);
    let size = u32::try_from(file.len() - 8).ok()?;
    file[4..8].copy_from_slice(&size.to_le_bytes());
    let mut decoder = WebPDecoder::new(Cursor::new(file)).ok()?;
    if decoder.dimensions() != (place.width, place.height) {
        return None;
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(CLIP_LIMIT);
    limits.max_image_height = Some(CLIP_LIMIT);
    limits.max_alloc = Some(MAX_ALLOCATION);
    decoder.set_limits(limits).ok()?;
    let picture = DynamicImage::from_decoder(decoder).ok()?;
    Some(picture.into_rgba8().into_raw())
}

impl ClipSource for WebP {
    fn format(&self) -> &'static str {
        "WebP"
    }

    fn frames(&self) -> Option<u32> {
        u32::try_from(self.frames.len()).ok()
    }

    fn frame(&mut self) -> Result<Option<ClipFrame>> {
        let Some(&piece) = self.frames.get(self.read) else {
            let reason = "it has no frames";
            return if self.read == 0 {
                Err(not_a_film(reason))
            } else {
                Ok(None)
            };
        };
        match self.next(&piece) {
            Some(frame) => {
                self.read += 1;
                Ok(Some(frame))
            }
            None if self.read == 0 => Err(not_a_film("its first frame cannot be read")),
            // What came before the break is a film of its own.
            None => {
                self.cut = true;
                self.frames.truncate(self.read);
                Ok(None)
            }
        }
    }

    fn notices(&self) -> Vec<ClipNotice> {
        let frames = self.read as u32;
        let cut = self.cut.then_some(ClipNotice::CutShort { frames });
        cut.into_iter().collect()
    }
}
