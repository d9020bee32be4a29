//! People's files as pixels: upright, in sRGB, with limits.

use std::io::Cursor;

use ::image::metadata::Orientation;
use ::image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};

use super::{
    colour, jpeg, kind,
    limits::{MAX_ALLOCATION, PICTURE_LIMIT},
};
use crate::{Error, Result};

/// What EXIF data begins with where a writer kept what stands before it in a JPEG.
const EXIF_START: &[u8] = b"Exif\0\0";

/// Sizes are looked at before anything is allocated: a few bytes can claim to be gigapixels.
pub(super) fn decode(file: &[u8]) -> Result<DynamicImage> {
    if let Some(kind) = kind::named(file) {
        return Err(Error::PictureEncoding { kind });
    }
    let reader = ImageReader::new(Cursor::new(file))
        .with_guessed_format()
        .map_err(unreadable)?;
    match reader.format() {
        None if file.is_empty() => return Err(unreadable("the file is empty")),
        None => {
            return Err(unreadable(
                "it is no PNG, JPEG, WebP, GIF, BMP or TIFF file",
            ));
        }
        Some(ImageFormat::Jpeg) if jpeg::is_cut_short(file) => {
            return Err(unreadable("the file is cut short"));
        }
        Some(ImageFormat::Tiff) => {
            if let Some(kind) = kind::raw_tiff(file) {
                return Err(Error::PictureEncoding { kind });
            }
        }
        Some(_) => {}
    }
    let mut decoder = reader.into_decoder().map_err(unreadable)?;
    let (width, height) = decoder.dimensions();
    if width.max(height) > PICTURE_LIMIT {
        return Err(Error::PictureTooLarge {
            width,
            height,
            limit: PICTURE_LIMIT,
        });
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(PICTURE_LIMIT);
    limits.max_image_height = Some(PICTURE_LIMIT);
    limits.max_alloc = Some(MAX_ALLOCATION);
    decoder.set_limits(limits).map_err(unreadable)?;
    let orientation = orientation(&mut decoder);
    let profile = colour::profile(file, &mut decoder);
    let mut decoded = DynamicImage::from_decoder(decoder).map_err(|error| match error {
        ImageError::Limits(_) => unreadable("decoding it takes more memory than its size explains"),
        other => unreadable(other),
    })?;
    if let Some(profile) = profile {
        decoded = colour::to_srgb(decoded, &profile);
    }
    if let Some(orientation) = orientation {
        decoded.apply_orientation(orientation);
    }
    Ok(decoded)
}

/// How the picture is to be turned; one with broken EXIF data is shown unturned, as everywhere.
fn orientation(decoder: &mut impl ImageDecoder) -> Option<Orientation> {
    let exif = decoder.exif_metadata().ok().flatten();
    match exif
        .as_deref()
        .and_then(|exif| exif.strip_prefix(EXIF_START))
    {
        Some(exif) => Orientation::from_exif_chunk(exif),
        None => decoder.orientation().ok(),
    }
}

pub(super) fn unreadable(reason: impl std::fmt::Display) -> Error {
    Error::UnreadablePicture {
        reason: reason.to_string(),
    }
}
