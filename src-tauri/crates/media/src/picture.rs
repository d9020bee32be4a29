//! Pictures and masks as bytes, and reading people's, with limits.
//!
//! Deliberately absent: writing files. What is made is labelled where it is kept.

mod colour;
mod decode;
mod hidden;
mod jpeg;
mod kind;
mod limits;
mod tiff;

use ::image::{
    GrayImage, ImageBuffer, RgbImage, Rgba,
    imageops::{self, FilterType},
};

use crate::Result;
use decode::{decode, unreadable};
pub use limits::PICTURE_LIMIT;

/// A picture, 8 bits a channel in sRGB, row-major from the top left.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
    alpha: Option<Vec<u8>>,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Picture")
            .field("width", &self.width)
            .field("height", &self.height)
            .field("alpha", &self.alpha.is_some())
            .finish_non_exhaustive()
    }
}

impl Picture {
    /// None where `rgb` is not three bytes a pixel, or a side is 0.
    pub fn new(width: u32, height: u32, rgb: Vec<u8>) -> Option<Self> {
        let fits = area(width, height)?.checked_mul(3)? == rgb.len();
        fits.then_some(Self {
            width,
            height,
            rgb,
            alpha: None,
        })
    }

    /// Adds how opaque each pixel is, 255 being whole; None where that is not one byte a pixel.
    pub fn with_alpha(self, alpha: Vec<u8>) -> Option<Self> {
        (area(self.width, self.height)? == alpha.len()).then_some(Self {
            alpha: Some(alpha),
            ..self
        })
    }

    /// Reads a PNG, JPEG, WebP, GIF, BMP or TIFF file: upright as its EXIF data says, in sRGB whatever its
    /// colour profile, the first frame of an animation and the first page of a scan, CMYK as RGB.
    ///
    /// # Errors
    /// `UnreadablePicture`, `PictureEncoding`, `PictureTooLarge`.
    pub fn decode(file: &[u8]) -> Result<Self> {
        let decoded = decode(file)?;
        let has_alpha = decoded.color().has_alpha();
        let (width, height) = (decoded.width(), decoded.height());
        let unreadable = || unreadable("it has no pixels");
        if !has_alpha {
            return Self::new(width, height, decoded.into_rgb8().into_raw()).ok_or_else(unreadable);
        }
        let rgba = decoded.into_rgba8();
        let alpha: Vec<u8> = rgba.pixels().map(|pixel| pixel.0[3]).collect();
        let rgb = rgba.pixels().flat_map(|p| [p.0[0], p.0[1], p.0[2]]);
        let picture = Self::new(width, height, rgb.collect()).ok_or_else(unreadable)?;
        // Most files with an alpha channel are opaque all over.
        if alpha.iter().all(|&alpha| alpha == 255) {
            return Ok(picture);
        }
        picture.with_alpha(alpha).ok_or_else(unreadable)
    }

    pub fn width(&self) -> u32 {
        self.width
    }

    pub fn height(&self) -> u32 {
        self.height
    }

    /// Three bytes a pixel.
    pub fn rgb(&self) -> &[u8] {
        &self.rgb
    }

    /// One byte a pixel, 255 opaque; none where all is.
    pub fn alpha(&self) -> Option<&[u8]> {
        self.alpha.as_deref()
    }

    /// The picture laid on white paper.
    #[must_use]
    pub fn opaque(mut self) -> Self {
        if let Some(alpha) = self.alpha.take() {
            for (pixel, alpha) in self.rgb.chunks_exact_mut(3).zip(alpha) {
                for channel in pixel {
                    *channel = blend(255, *channel, alpha);
                }
            }
        }
        self
    }

    /// The picture with colours, where it is wholly transparent, that fit what is seen around: what looks
    /// at a pixel's surroundings must not find whatever colour is hidden there.
    #[must_use]
    pub fn without_hidden_colours(mut self) -> Self {
        if let Some(alpha) = &self.alpha {
            let size = (self.width as usize, self.height as usize);
            self.rgb = hidden::filled(&self.rgb, alpha, size);
        }
        self
    }

    /// The picture at another size, by Lanczos' filter; sides of 0 count as 1. Each pixel counts by how
    /// opaque it is.
    #[must_use]
    pub fn scaled(&self, width: u32, height: u32) -> Self {
        let (width, height) = (width.max(1), height.max(1));
        if (width, height) == (self.width, self.height) {
            return self.clone();
        }
        let from = (self.width, self.height);
        let (rgb, alpha) = match &self.alpha {
            None => (scale_bytes(&self.rgb, from, (width, height), 3), None),
            Some(alpha) => {
                let (rgb, alpha) = scale_glass(&self.rgb, alpha, from, (width, height));
                (rgb, Some(alpha))
            }
        };
        Self {
            width,
            height,
            rgb,
            alpha,
        }
    }

    /// The picture with at most `limit` pixels on a side, in its own proportions.
    #[must_use]
    pub fn within(&self, limit: u32) -> Self {
        let (longest, limit) = (self.width.max(self.height), limit.max(1));
        if longest <= limit {
            return self.clone();
        }
        let scale = f64::from(limit) / f64::from(longest);
        let side = |side: u32| (f64::from(side) * scale).round() as u32;
        self.scaled(side(self.width), side(self.height))
    }

    /// The picture scaled to cover a size, and what hangs over cut off on both sides.
    #[must_use]
    pub fn fitted(&self, width: u32, height: u32) -> Self {
        let (width, height) = (width.max(1), height.max(1));
        let covered = cover((self.width, self.height), (width, height));
        let scaled = self.scaled(covered.0, covered.1);
        let crop =
            |bytes: &[u8], channels: usize| crop_bytes(bytes, covered, (width, height), channels);
        Self {
            width,
            height,
            rgb: crop(&scaled.rgb, 3),
            alpha: scaled.alpha.as_ref().map(|alpha| crop(alpha, 1)),
        }
    }

    /// This picture where `mask` is unpainted, `other` where it is painted, and between in between.
    /// None unless all three are of one size.
    #[must_use]
    pub fn merged(&self, other: &Self, mask: &Mask) -> Option<Self> {
        let size = (self.width, self.height);
        if (other.width, other.height) != size || (mask.width, mask.height) != size {
            return None;
        }
        let pairs = self.rgb.chunks_exact(3).zip(other.rgb.chunks_exact(3));
        let merged = pairs.zip(&mask.values).flat_map(|((old, new), &painted)| {
            [0, 1, 2].map(|channel| blend(old[channel], new[channel], painted))
        });
        Self::new(self.width, self.height, merged.collect())
    }
}

/// Where to paint: one byte a pixel, 0 leaves it alone, 255 paints.
#[derive(Clone, PartialEq, Eq)]
pub struct Mask {
    width: u32,
    height: u32,
    values: Vec<u8>,
}

impl std::fmt::Debug for Mask {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Mask")
            .field("width", &self.width)
            .field("height", &self.height)
            .finish_non_exhaustive()
    }
}

impl Mask {
    /// None where `values` is not one byte a pixel, or a side is 0.
    pub fn new(width: u32, height: u32, values: Vec<u8>) -> Option<Self> {
        (area(width, height)? == values.len()).then_some(Self {
            width,
            height,
            values,
        })
    }

    /// Reads a picture as a mask: white paints, black and transparent do not.
    ///
    /// # Errors
    /// `UnreadablePicture`, `PictureEncoding`, `PictureTooLarge`.
    pub fn decode(file: &[u8]) -> Result<Self> {
        let pixels = decode(file)?.into_luma_alpha8();
        let (width, height) = pixels.dimensions();
        let values = pixels.pixels().map(|p| blend(0, p.0[0], p.0[1])).collect();
        Self::new(width, height, values).ok_or_else(|| unreadable("it has no pixels"))
    }

    pub fn width(&self) -> u32 {
        self.width
    }

    pub fn height(&self) -> u32 {
        self.height
    }

    pub fn values(&self) -> &[u8] {
        &self.values
    }

    pub fn is_empty(&self) -> bool {
        self.values.iter().all(|&value| value == 0)
    }

    /// Whether anything of each square of `cell` pixels is painted, row by row: a thin stroke must
    /// not fall between the cells. What is left over at the edges belongs to no square.
    pub fn cells(&self, cell: u32) -> Vec<bool> {
        let (width, cell) = (self.width as usize, cell.max(1) as usize);
        let rows: Vec<&[u8]> = self.values.chunks_exact(width).collect();
        rows.chunks_exact(cell)
            .flat_map(|rows| {
                (0..width / cell).map(move |column| {
                    let cells = rows.iter().map(|row| &row[column * cell..][..cell]);
                    cells.flatten().any(|&value| value >= 128)
                })
            })
            .collect()
    }

    /// The mask for a picture of size `from` that was [`Picture::fitted`] to `to`.
    #[must_use]
    pub fn fitted(&self, from: (u32, u32), to: (u32, u32)) -> Self {
        let to = (to.0.max(1), to.1.max(1));
        let covered = cover(from, to);
        let values = if covered == (self.width, self.height) {
            self.values.clone()
        } else {
            scale_bytes(&self.values, (self.width, self.height), covered, 1)
        };
        Self {
            width: to.0,
            height: to.1,
            values: crop_bytes(&values, covered, to, 1),
        }
    }
}

fn area(width: u32, height: u32) -> Option<usize> {
    let area = usize::try_from(u64::from(width) * u64::from(height)).ok()?;
    (area > 0).then_some(area)
}

/// `share` of 255 parts of `new`, the rest of `old`.
fn blend(old: u8, new: u8, share: u8) -> u8 {
    let share = u32::from(share);
    let sum = u32::from(old) * (255 - share) + u32::from(new) * share;
    // At most 255: the shares add up to 255.
    ((sum + 127) / 255) as u8
}

/// The smallest size of `from`'s proportions that covers `to`.
fn cover(from: (u32, u32), to: (u32, u32)) -> (u32, u32) {
    let scale = |to: u32, from: u32| f64::from(to) / f64::from(from.max(1));
    let scale = scale(to.0, from.0).max(scale(to.1, from.1));
    let side = |from: u32, to: u32| ((f64::from(from) * scale).round() as u32).max(to);
    (side(from.0, to.0), side(from.1, to.1))
}

fn scale_bytes(bytes: &[u8], from: (u32, u32), to: (u32, u32), channels: usize) -> Vec<u8> {
    let filter = FilterType::Lanczos3;
    // Both constructors only refuse buffers that are too small; ours were measured.
    if channels == 1 {
        GrayImage::from_raw(from.0, from.1, bytes.to_vec())
            .map(|source| imageops::resize(&source, to.0, to.1, filter).into_raw())
    } else {
        RgbImage::from_raw(from.0, from.1, bytes.to_vec())
            .map(|source| imageops::resize(&source, to.0, to.1, filter).into_raw())
    }
    .unwrap_or_default()
}

/// A picture that can be seen through, at another size: its colours are weighted by how opaque they are
/// (Porter and Duff 1984), in 16 bits, since dim ones are few.
fn scale_glass(rgb: &[u8], alpha: &[u8], from: (u32, u32), to: (u32, u32)) -> (Vec<u8>, Vec<u8>) {
    // 255 * 257 is all of 16 bits.
    let wide = |value: u8| u16::from(value) * 257;
    let weighted =
        |value: u8, alpha: u8| ((u32::from(wide(value)) * u32::from(alpha) + 127) / 255) as u16;
    let pixels = rgb.chunks_exact(3).zip(alpha).flat_map(|(rgb, &alpha)| {
        let [r, g, b] = [rgb[0], rgb[1], rgb[2]].map(|value| weighted(value, alpha));
        [r, g, b, wide(alpha)]
    });
    // The constructor only refuses buffers that are too small; ours were measured.
    let source: Option<ImageBuffer<Rgba<u16>, Vec<u16>>> =
        ImageBuffer::from_raw(from.0, from.1, pixels.collect());
    let Some(source) = source else {
        return (Vec::new(), Vec::new());
    };
    let scaled = imageops::resize(&source, to.0, to.1, FilterType::Lanczos3);
    let narrow = |value: u32| ((value + 128) / 257).min(255) as u8;
    let plain = |value: u16, alpha: u16| {
        let alpha = u32::from(alpha).max(1);
        narrow(((u32::from(value) * 0xffff + alpha / 2) / alpha).min(0xffff))
    };
    let rgb = scaled.pixels().flat_map(|pixel| {
        let [r, g, b, alpha] = pixel.0;
        [r, g, b].map(|value| plain(value, alpha))
    });
    let alpha = scaled.pixels().map(|pixel| narrow(u32::from(pixel.0[3])));
    (rgb.collect(), alpha.collect())
}

/// The middle of a picture; `to` is nowhere larger than `from`.
fn crop_bytes(bytes: &[u8], from: (u32, u32), to: (u32, u32), channels: usize) -> Vec<u8> {
    let left = ((from.0 - to.0) / 2) as usize * channels;
    let top = ((from.1 - to.1) / 2) as usize;
    let width = to.0 as usize * channels;
    bytes
        .chunks_exact(from.0 as usize * channels)
        .skip(top)
        .take(to.1 as usize)
        .flat_map(|row| &row[left..left + width])
        .copied()
        .collect()
}

#[cfg(test)]
mod tests;
