//! Pictures as PNG, JPEG and WebP, each with its label as XMP where its format keeps XMP; PNG also
//! with a `tEXt` chunk `AIGC`, the alternative of the standard's annex.

use std::io::{self, Write};

use image::{
    ExtendedColorType, ImageEncoder, codecs::jpeg::JpegEncoder, codecs::webp::WebPEncoder,
};

use super::{
    label::{Provenance, aigc_json},
    xmp::{self, JPEG_XMP, PNG_XMP},
};
use crate::{Mask, Picture, container::write_riff};

/// A segment's length has 16 bits and counts itself.
const JPEG_SEGMENT: usize = 65_533;
const JPEG_QUALITY: u8 = 92;

/// What pictures are in, for programs that would take untagged ones for whatever the display shows.
const SRGB: &[u8] = include_bytes!("srgb.icc");

/// WebP's header of extended files: flags for a profile, for alpha and for XMP (RFC 9649, 2.7).
const WEBP_ICC: u8 = 0x20;
const WEBP_ALPHA: u8 = 0x10;
const WEBP_XMP: u8 = 0x04;

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> io::Error {
    io::Error::other(error)
}

/// What the disk said, as it said it: a full one is told apart.
fn png_failed(error: png::EncodingError) -> io::Error {
    match error {
        png::EncodingError::IoError(error) => error,
        other => failed(other),
    }
}

/// Writes a labelled PNG.
///
/// # Errors
/// Those of `out`.
pub fn write_png(
    out: &mut dyn Write,
    id: &str,
    provenance: &Provenance,
    picture: &Picture,
) -> io::Result<()> {
    let (colour, pixels) = interleaved(picture);
    let mut encoder = png::Encoder::new(out, picture.width(), picture.height());
    encoder.set_color(if colour == ExtendedColorType::Rgba8 {
        png::ColorType::Rgba
    } else {
        png::ColorType::Rgb
    });
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
    encoder
        .add_text_chunk("AIGC".to_owned(), aigc_json(id))
        .map_err(png_failed)?;
    encoder
        .add_itxt_chunk(PNG_XMP.to_owned(), xmp::packet(id, provenance))
        .map_err(png_failed)?;
    let mut writer = encoder.write_header().map_err(png_failed)?;
    writer.write_image_data(&pixels).map_err(png_failed)?;
    writer.finish().map_err(png_failed)
}

/// A PNG that claims nothing, for pictures that people brought.
pub fn unlabelled_png(picture: &Picture) -> Vec<u8> {
    let (colour, pixels) = interleaved(picture);
    let colour = if colour == ExtendedColorType::Rgba8 {
        png::ColorType::Rgba
    } else {
        png::ColorType::Rgb
    };
    plain_png(picture.width(), picture.height(), colour, &pixels)
}

/// A mask as a grey PNG that claims nothing.
pub fn mask_png(mask: &Mask) -> Vec<u8> {
    let grey = png::ColorType::Grayscale;
    plain_png(mask.width(), mask.height(), grey, mask.values())
}

fn plain_png(width: u32, height: u32, colour: png::ColorType, pixels: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(colour);
    encoder.set_depth(png::BitDepth::Eight);
    // Writing to memory cannot fail.
    if let Ok(mut writer) = encoder.write_header() {
        let _ = writer.write_image_data(pixels);
        let _ = writer.finish();
    }
    file
}

/// A JPEG that claims nothing, for pictures that people brought; transparency is laid on white.
pub fn unlabelled_jpeg(picture: &Picture) -> Vec<u8> {
    // Writing to memory cannot fail.
    plain_jpeg(picture).unwrap_or_default()
}

fn plain_jpeg(picture: &Picture) -> io::Result<Vec<u8>> {
    let opaque = picture.clone().opaque();
    let mut file = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut file, JPEG_QUALITY);
    encoder.set_icc_profile(SRGB.to_vec()).map_err(failed)?;
    encoder
        .write_image(
            opaque.rgb(),
            opaque.width(),
            opaque.height(),
            ExtendedColorType::Rgb8,
        )
        .map_err(failed)?;
    Ok(file)
}

/// Writes a labelled JPEG; transparency is laid on white.
///
/// # Errors
/// Those of `out`.
pub fn write_jpeg(
    out: &mut dyn Write,
    id: &str,
    provenance: &Provenance,
    picture: &Picture,
) -> io::Result<()> {
    let file = plain_jpeg(picture)?;
    let packet = fitting(id, provenance);
    let length = (JPEG_XMP.len() + packet.len() + 2) as u16;
    // Right behind the start of the image.
    out.write_all(&file[..2])?;
    out.write_all(&[0xff, 0xe1])?;
    out.write_all(&length.to_be_bytes())?;
    out.write_all(JPEG_XMP)?;
    out.write_all(packet.as_bytes())?;
    out.write_all(&file[2..])
}

/// The packet; without the recipe, and then without the title, where they do not fit a segment.
fn fitting(id: &str, provenance: &Provenance) -> String {
    let fits = |packet: &String| packet.len() + JPEG_XMP.len() <= JPEG_SEGMENT;
    let whole = provenance.clone();
    let short = Provenance {
        recipe: None,
        ..whole.clone()
    };
    let shortest = Provenance {
        title: None,
        ..short.clone()
    };
    let packets = [whole, short, shortest].map(|provenance| xmp::packet(id, &provenance));
    packets.into_iter().find(fits).unwrap_or_default()
}

/// Writes a labelled, lossless WebP.
///
/// # Errors
/// Those of `out`.
pub fn write_webp(
    out: &mut dyn Write,
    id: &str,
    provenance: &Provenance,
    picture: &Picture,
) -> io::Result<()> {
    let (colour, pixels) = interleaved(picture);
    let mut file = Vec::new();
    WebPEncoder::new_lossless(&mut file)
        .write_image(&pixels, picture.width(), picture.height(), colour)
        .map_err(failed)?;
    let mut chunks = Vec::new();
    let mut header = vec![WEBP_XMP | WEBP_ICC, 0, 0, 0];
    if colour == ExtendedColorType::Rgba8 {
        header[0] |= WEBP_ALPHA;
    }
    for side in [picture.width(), picture.height()] {
        header.extend(&(side - 1).to_le_bytes()[..3]);
    }
    write_riff(&mut chunks, *b"VP8X", &header)?;
    write_riff(&mut chunks, *b"ICCP", SRGB)?;
    // The pixels' chunk as the encoder made it, behind `RIFF`, a size and `WEBP`.
    chunks.extend(file.get(12..).unwrap_or_default());
    let packet = xmp::packet(id, provenance);
    write_riff(&mut chunks, *b"XMP ", packet.as_bytes())?;
    let size = u32::try_from(chunks.len() + 4).map_err(failed)?;
    out.write_all(b"RIFF")?;
    out.write_all(&size.to_le_bytes())?;
    out.write_all(b"WEBP")?;
    out.write_all(&chunks)
}

/// Three or four bytes a pixel.
fn interleaved(picture: &Picture) -> (ExtendedColorType, Vec<u8>) {
    match picture.alpha() {
        None => (ExtendedColorType::Rgb8, picture.rgb().to_vec()),
        Some(alpha) => {
            let pairs = picture.rgb().chunks_exact(3).zip(alpha);
            let pixels = pairs.flat_map(|(rgb, &alpha)| [rgb[0], rgb[1], rgb[2], alpha]);
            (ExtendedColorType::Rgba8, pixels.collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::{
        super::{Claim, SourceType, read as read_label},
        *,
    };

    fn read(file: &[u8]) -> Option<Claim> {
        read_label(&mut Cursor::new(file))
    }

    type Writer = fn(&mut dyn Write, &str, &Provenance, &Picture) -> io::Result<()>;
    const WRITERS: [Writer; 3] = [write_png, write_jpeg, write_webp];

    fn provenance(recipe: &str) -> Provenance {
        Provenance {
            title: Some("茶 <tea> & \"cake\"".to_owned()),
            created: "2026-01-02T03:04:05Z".to_owned(),
            model: "glyph".to_owned(),
            recipe: Some(recipe.to_owned()),
            source: SourceType::Generated,
        }
    }

    fn picture() -> Picture {
        let bytes = (0..7 * 5 * 3).map(|at| at as u8).collect();
        Picture::new(7, 5, bytes).unwrap()
    }

    #[test]
    fn every_format_says_that_an_ai_made_it_and_is_a_picture_still() {
        let glass = picture().with_alpha(vec![100; 35]).unwrap();
        for (write, exact) in WRITERS.into_iter().zip([true, false, true]) {
            for picture in [picture(), glass.clone()] {
                let mut file = Vec::new();
                write(&mut file, "0192-id", &provenance("{}"), &picture).unwrap();
                let claim = read(&file).unwrap();
                assert_eq!(claim.aigc["Label"], "1");
                assert_eq!(claim.produce_id(), Some("0192-id"));
                assert_eq!(claim.provenance, Some(provenance("{}")));
                let back = Picture::decode(&file).unwrap();
                assert_eq!((back.width(), back.height()), (7, 5));
                assert!(!exact || back == picture);
                // And that it is in sRGB.
                let tagged = [&b"acsp"[..], b"sRGB"];
                let tagged = tagged.map(|tag| file.windows(4).any(|bytes| bytes == tag));
                assert!(tagged.contains(&true));
            }
        }
    }

    #[test]
    fn a_full_disk_is_told_as_one() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        for write in WRITERS {
            let error = write(&mut Full, "id", &provenance("{}"), &picture()).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        }
    }

    #[test]
    fn a_recipe_too_long_for_a_jpeg_is_left_out_and_the_label_is_not() {
        let mut file = Vec::new();
        let long = provenance(&"x".repeat(70_000));
        write_jpeg(&mut file, "0192-id", &long, &picture()).unwrap();
        let claim = read(&file).unwrap();
        assert_eq!(claim.produce_id(), Some("0192-id"));
        assert_eq!(claim.provenance.unwrap().recipe, None);
        assert!(Picture::decode(&file).is_ok());
    }

    proptest! {
        #[test]
        fn no_file_makes_the_reader_panic(
            mut tail in prop::collection::vec(any::<u8>(), 0..200), which in 0_usize..3,
            at in 0_usize..900,
        ) {
            let _ = read(&tail);
            let mut file = Vec::new();
            WRITERS[which](&mut file, "id", &provenance("{}"), &picture()).unwrap();
            file.truncate(at);
            file.append(&mut tail);
            let _ = read(&file);
        }
    }
}
