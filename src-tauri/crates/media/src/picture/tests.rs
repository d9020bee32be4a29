use std::io::Cursor;

use ::image::{
    DynamicImage, ExtendedColorType, ImageEncoder, ImageFormat, Rgb, RgbaImage,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
};

use super::*;
use crate::Error;

/// Red on the left, blue on the right.
fn two_colours(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| {
        if x < width / 2 {
            Rgb([255, 0, 0])
        } else {
            Rgb([0, 0, 255])
        }
    })
}

fn png(picture: impl Into<DynamicImage>) -> Vec<u8> {
    let mut file = Vec::new();
    picture
        .into()
        .write_to(&mut Cursor::new(&mut file), ImageFormat::Png)
        .unwrap();
    file
}

fn pixel(picture: &Picture, x: u32, y: u32) -> [u8; 3] {
    let at = (y * picture.width() + x) as usize * 3;
    picture.rgb()[at..at + 3].try_into().unwrap()
}

fn is_near(found: [u8; 3], expected: [u8; 3]) -> bool {
    found.iter().zip(expected).all(|(a, b)| a.abs_diff(b) < 40)
}

#[test]
fn a_picture_is_three_bytes_a_pixel() {
    assert!(Picture::new(2, 1, vec![0; 6]).is_some());
    assert!(Picture::new(2, 1, vec![0; 5]).is_none());
    assert!(Picture::new(0, 0, Vec::new()).is_none());
    assert!(Picture::new(u32::MAX, u32::MAX, vec![0; 6]).is_none());
}

#[test]
fn a_file_that_is_no_picture_is_told_apart_from_a_broken_one() {
    for file in [&b"something else"[..], b"", b"\x89PNG"] {
        let error = Picture::decode(file).unwrap_err();
        assert!(matches!(error, Error::UnreadablePicture { .. }), "{error}");
    }
    let mut cut = png(two_colours(64, 64));
    cut.truncate(cut.len() / 2);
    let error = Picture::decode(&cut).unwrap_err();
    assert!(matches!(error, Error::UnreadablePicture { .. }), "{error}");
}

#[test]
fn a_picture_of_twenty_thousand_pixels_is_refused_by_its_size() {
    let error = Picture::decode(&png(RgbImage::new(20_000, 2))).unwrap_err();
    assert!(
        matches!(
            error,
            Error::PictureTooLarge {
                width: 20_000,
                height: 2,
                ..
            }
        ),
        "{error}"
    );
}

/// A PNG file from its parts, with right checksums: encoders refuse to write what attackers do.
fn crafted_png(width: u32, height: u32, compressed: &[u8]) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = Vec::new();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    for (name, body) in [
        (b"IHDR", &header[..]),
        (b"IDAT", compressed),
        (b"IEND", &[]),
    ] {
        file.extend((body.len() as u32).to_be_bytes());
        let mut chunk = name.to_vec();
        chunk.extend(body);
        file.extend(&chunk);
        file.extend(crc32(&chunk).to_be_bytes());
    }
    file
}

fn crc32(bytes: &[u8]) -> u32 {
    let bit = |crc: u32, _| (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg());
    !bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), bit)
    })
}

#[test]
fn a_bomb_of_gigapixels_is_refused_before_it_is_unpacked() {
    let started = std::time::Instant::now();
    let error = Picture::decode(&crafted_png(1 << 30, 1 << 30, &[0x78, 0x9c])).unwrap_err();
    assert!(
        matches!(
            error,
            Error::PictureTooLarge { .. } | Error::UnreadablePicture { .. }
        ),
        "{error}"
    );
    // The largest size that is read, with nothing in it: reported as broken, not unpacked for ever.
    let error = Picture::decode(&crafted_png(PICTURE_LIMIT, PICTURE_LIMIT, &[0x78, 0x9c]));
    assert!(
        matches!(error, Err(Error::UnreadablePicture { .. })),
        "{error:?}"
    );
    assert!(started.elapsed().as_secs() < 5);
}

#[test]
fn exif_rotation_is_undone() {
    // A TIFF header, one directory with one entry: orientation 6, turned a quarter to the left.
    let exif: &[u8] = &[
        b'M', b'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0,
    ];
    let mut file = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut file, 95);
    encoder.set_exif_metadata(exif.to_vec()).unwrap();
    let source = two_colours(32, 16);
    encoder
        .write_image(&source, 32, 16, ExtendedColorType::Rgb8)
        .unwrap();
    let picture = Picture::decode(&file).unwrap();
    assert_eq!((picture.width(), picture.height()), (16, 32));
    assert!(is_near(pixel(&picture, 8, 4), [255, 0, 0]));
    assert!(is_near(pixel(&picture, 8, 28), [0, 0, 255]));
}

#[test]
fn cmyk_jpeg_comes_out_in_its_own_colours() {
    let file = include_bytes!("../../../../../tests/golden/image/pictures/cmyk.jpg");
    let picture = Picture::decode(file).unwrap();
    assert_eq!((picture.width(), picture.height()), (16, 8));
    assert!(
        is_near(pixel(&picture, 2, 4), [200, 30, 40]),
        "{:?}",
        pixel(&picture, 2, 4)
    );
    assert!(
        is_near(pixel(&picture, 13, 4), [20, 40, 220]),
        "{:?}",
        pixel(&picture, 13, 4)
    );
}

#[test]
fn of_an_animation_the_first_frame_is_taken() {
    for file in [
        &include_bytes!("../../../../../tests/golden/image/pictures/animated.gif")[..],
        include_bytes!("../../../../../tests/golden/image/pictures/animated.webp"),
        include_bytes!("../../../../../tests/golden/image/pictures/animated.png"),
    ] {
        let picture = Picture::decode(file).unwrap();
        assert_eq!((picture.width(), picture.height()), (8, 8));
        assert!(is_near(pixel(&picture, 4, 4), [255, 0, 0]));
    }
}

#[test]
fn sixteen_bits_and_greys_become_eight_bits_of_colour() {
    let mut file = Vec::new();
    PngEncoder::new(&mut file)
        .write_image(&[0x80, 0x00, 0xff, 0xff], 2, 1, ExtendedColorType::L16)
        .unwrap();
    let picture = Picture::decode(&file).unwrap();
    assert!(pixel(&picture, 1, 0) == [255; 3] && picture.alpha().is_none());
}

#[test]
fn transparency_is_kept_and_can_be_laid_on_paper() {
    let glass = RgbaImage::from_raw(2, 1, vec![9, 9, 9, 0, 200, 0, 0, 255]).unwrap();
    let picture = Picture::decode(&png(glass)).unwrap();
    assert_eq!(picture.alpha(), Some(&[0, 255][..]));
    let opaque = picture.opaque();
    assert_eq!(opaque.alpha(), None);
    assert_eq!(opaque.rgb(), [255, 255, 255, 200, 0, 0]);
    let whole = RgbaImage::from_raw(1, 1, vec![9, 9, 9, 255]).unwrap();
    assert_eq!(Picture::decode(&png(whole)).unwrap().alpha(), None);
}

#[test]
fn fitting_keeps_proportions_and_cuts_both_sides_alike() {
    let picture = Picture::decode(&png(two_colours(40, 10))).unwrap();
    let fitted = picture.fitted(10, 10);
    assert_eq!((fitted.width(), fitted.height()), (10, 10));
    assert_eq!(pixel(&fitted, 0, 5), [255, 0, 0]);
    assert_eq!(pixel(&fitted, 9, 5), [0, 0, 255]);
    assert_eq!(picture.fitted(40, 10), picture);
    let tiny = picture.scaled(0, 0);
    assert_eq!((tiny.width(), tiny.height()), (1, 1));
}

#[test]
fn a_mask_of_another_size_goes_where_its_picture_goes() {
    let mut values = vec![0; 20 * 5];
    for row in values.chunks_exact_mut(20) {
        row[10..].fill(255);
    }
    let mask = Mask::new(20, 5, values).unwrap();
    let fitted = mask.fitted((40, 10), (10, 10));
    assert_eq!((fitted.width(), fitted.height()), (10, 10));
    assert!(fitted.values()[0] < 20 && fitted.values()[9] > 235);
    assert!(!fitted.is_empty());
}

#[test]
fn a_mask_paints_where_it_is_white_and_not_see_through() {
    let drawn = RgbaImage::from_raw(
        3,
        1,
        vec![255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 255],
    );
    let mask = Mask::decode(&png(drawn.unwrap())).unwrap();
    assert_eq!(mask.values(), [255, 0, 0]);
}

#[test]
fn merging_leaves_what_is_not_painted_untouched() {
    let old = Picture::new(2, 1, vec![1, 2, 3, 4, 5, 6]).unwrap();
    let new = Picture::new(2, 1, vec![9; 6]).unwrap();
    let mask = Mask::new(2, 1, vec![0, 255]).unwrap();
    assert_eq!(old.merged(&new, &mask).unwrap().rgb(), [1, 2, 3, 9, 9, 9]);
    assert!(
        old.merged(&new, &Mask::new(1, 1, vec![0]).unwrap())
            .is_none()
    );
}

#[test]
fn a_thin_stroke_paints_its_whole_cell() {
    let painted = |at: usize| {
        let mut values = vec![0; 8 * 4];
        values[at] = 200;
        Mask::new(8, 4, values).unwrap().cells(4)
    };
    assert_eq!(painted(9), [true, false]);
    assert_eq!(painted(31), [false, true]);
}

#[test]
fn kinds_that_cannot_be_read_are_named() {
    for (file, expected) in [
        (&b"\0\0\0\x18ftypheic\0\0\0\0mif1"[..], "HEIC"),
        (b"%PDF-1.4", "PDF"),
    ] {
        let error = Picture::decode(file).unwrap_err();
        assert_eq!(error, Error::PictureEncoding { kind: expected });
    }
}

/// A white disk on nothing, whose hidden pixels are black.
fn disk(side: u32) -> Picture {
    let middle = (side as f32 - 1.0) / 2.0;
    let alpha: Vec<u8> = (0..side * side)
        .map(|at| {
            let (x, y) = ((at % side) as f32 - middle, (at / side) as f32 - middle);
            let rim = side as f32 / 3.0 - x.hypot(y);
            ((rim + 0.5).clamp(0.0, 1.0) * 255.0) as u8
        })
        .collect();
    let rgb = alpha
        .iter()
        .flat_map(|&alpha| [if alpha > 0 { 255 } else { 0 }; 3]);
    let picture = Picture::new(side, side, rgb.collect()).unwrap();
    picture.with_alpha(alpha).unwrap()
}

#[test]
fn hidden_colours_do_not_come_out_at_another_size() {
    for side in [11, 24, 48, 97] {
        let scaled = disk(48).scaled(side, side).opaque();
        let darkest = scaled.rgb().iter().min();
        assert!(darkest >= Some(&250), "{side}: {darkest:?}");
    }
    // And what is seen is not changed: half a pixel of red counts as half.
    let rgb = [[200, 0, 0], [0, 0, 200]].concat();
    let glass = Picture::new(2, 1, rgb).unwrap().with_alpha(vec![255, 0]);
    let one = glass.unwrap().scaled(1, 1);
    assert!(is_near(pixel(&one, 0, 0), [200, 0, 0]), "{:?}", one.rgb());
    assert!(one.alpha().unwrap()[0].abs_diff(128) < 3);
}

#[test]
fn hidden_colours_are_taken_from_what_is_seen_around() {
    let filled = disk(48).without_hidden_colours();
    assert!(filled.rgb().iter().all(|&value| value == 255));
    assert_eq!(filled.alpha(), disk(48).alpha());
    let colours: Vec<u8> = [[200, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 200]].concat();
    let glass = Picture::new(4, 1, colours).unwrap();
    let glass = glass.with_alpha(vec![255, 0, 0, 9]).unwrap();
    let filled = glass.without_hidden_colours();
    assert_eq!(filled.rgb(), [200, 0, 0, 200, 0, 0, 0, 0, 200, 0, 0, 200]);
    let nothing = Picture::new(3, 2, vec![7; 18]).unwrap();
    let nothing = nothing.with_alpha(vec![0; 6]).unwrap();
    assert_eq!(nothing.without_hidden_colours().rgb().len(), 18);
}
