use std::io::Cursor;

use ::image::{ExtendedColorType, ImageEncoder, ImageFormat, RgbImage, codecs::webp::WebPEncoder};

use crate::{Error, Picture};

macro_rules! file {
    ($name:literal) => {
        (
            $name,
            &include_bytes!(concat!(
                "../../../../../../tests/golden/image/pictures/",
                $name
            ))[..],
        )
    };
}

fn pixel((name, file): (&str, &[u8])) -> [u8; 3] {
    let picture = Picture::decode(file).unwrap_or_else(|error| panic!("{name}: {error}"));
    let at = (picture.width() as usize * (picture.height() as usize / 4) + 3) * 3;
    picture.rgb()[at..at + 3].try_into().unwrap()
}

#[test]
fn colours_are_those_that_the_file_means() {
    let (p3, adobe, as_it_is) = ([215, 93, 31], [227, 100, 42], [200, 100, 50]);
    for (file, expected) in [
        (file!("photo_p3.png"), p3),
        (file!("photo_adobergb.jpg"), adobe),
        (file!("p3.png"), p3),
        (file!("p3_16.png"), p3),
        (file!("p3_glass.png"), p3),
        (file!("adobe.png"), adobe),
        (file!("srgb_profile.png"), as_it_is),
        // What cannot be understood is sRGB, as in browsers.
        (file!("broken_profile.png"), as_it_is),
        (file!("grey_linear.png"), [128; 3]),
        // Code points count before a profile, sRGB before gamma.
        (file!("cicp_p3.png"), p3),
        (file!("srgb_over_gamma.png"), as_it_is),
        (file!("gamma_linear.png"), [128; 3]),
        (file!("gamma_usual.png"), as_it_is),
        (file!("chromaticities_p3.png"), p3),
        // Diffuse white.
        (file!("cicp_pq.png"), [254; 3]),
    ] {
        let found = pixel(file);
        let far = found.iter().zip(expected).map(|(a, b)| a.abs_diff(b)).max();
        assert!(far <= Some(2), "{}: {found:?}, not {expected:?}", file.0);
    }
    let exact = [file!("srgb_profile.png"), file!("gamma_usual.png")].map(pixel);
    assert_eq!(exact, [as_it_is; 2]);
}

#[test]
fn what_is_brighter_than_paper_keeps_its_hue() {
    let [r, g, b] = pixel(file!("cicp_pq_bright.png"));
    // A fourth of the light, and pale red for a wider gamut's.
    let near = |found: u8, expected: u8| found.abs_diff(expected) < 12;
    assert!(r == 255 && near(g, 112) && near(b, 127), "{r} {g} {b}");
}

#[test]
fn a_profile_does_not_touch_how_opaque_pixels_are() {
    let picture = Picture::decode(file!("p3_glass.png").1).unwrap();
    assert!(picture.alpha().unwrap().iter().all(|&alpha| alpha == 128));
}

#[test]
fn a_webp_picture_carries_its_profile() {
    let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let mut file = Vec::new();
    let mut encoder = WebPEncoder::new_lossless(&mut file);
    encoder.set_icc_profile(profile).unwrap();
    let pixels: Vec<u8> = [200, 100, 50].repeat(16);
    encoder
        .write_image(&pixels, 4, 4, ExtendedColorType::Rgb8)
        .unwrap();
    let [r, g, b] = pixel(("webp", &file));
    assert!(
        r.abs_diff(215) <= 2 && g.abs_diff(93) <= 2 && b.abs_diff(31) <= 2,
        "{r} {g} {b}"
    );
}

/// The EXIF data of a picture that is to be turned a quarter to the right.
const TURNED: &[u8] = &[
    b'M', b'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0,
];

#[test]
fn exif_data_that_begin_as_in_a_jpeg_turn_a_webp_and_a_png() {
    for start in [&b""[..], b"Exif\0\0"] {
        let exif = [start, TURNED].concat();
        let pixels = [9_u8; 4 * 2 * 3];
        let mut webp = Vec::new();
        let mut encoder = WebPEncoder::new_lossless(&mut webp);
        encoder.set_exif_metadata(exif.clone()).unwrap();
        encoder
            .write_image(&pixels, 4, 2, ExtendedColorType::Rgb8)
            .unwrap();
        let mut png = Vec::new();
        let mut encoder = ::image::codecs::png::PngEncoder::new(&mut png);
        encoder.set_exif_metadata(exif).unwrap();
        encoder
            .write_image(&pixels, 4, 2, ExtendedColorType::Rgb8)
            .unwrap();
        for file in [webp, png] {
            let picture = Picture::decode(&file).unwrap();
            assert_eq!((picture.width(), picture.height()), (2, 4), "{start:?}");
        }
    }
}

#[test]
fn a_scan_is_read() {
    let mut file = Vec::new();
    RgbImage::from_pixel(5, 3, ::image::Rgb([1, 2, 3]))
        .write_to(&mut Cursor::new(&mut file), ImageFormat::Tiff)
        .unwrap();
    let picture = Picture::decode(&file).unwrap();
    assert_eq!((picture.width(), picture.height()), (5, 3));
    assert_eq!(picture.rgb()[..3], [1, 2, 3]);
    // One with a profile, as scanners write it.
    let found = pixel(file!("p3.tif"));
    assert!(
        found[0].abs_diff(215) <= 2 && found[2].abs_diff(31) <= 2,
        "{found:?}"
    );
    file.truncate(20);
    let error = Picture::decode(&file).unwrap_err();
    assert!(matches!(error, Error::UnreadablePicture { .. }), "{error}");
}
