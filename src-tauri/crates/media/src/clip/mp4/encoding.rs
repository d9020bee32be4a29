//! How a track's pictures are encoded, by the description of its samples.

use mp4_atom::{Colr, Decode, Esds, Pasp, Visual};

use super::{
    boxes::{find, read},
    track::Track,
};
use crate::{
    Error, Result,
    clip::{
        display::{Display, Turn},
        h264::{Configuration, Sps},
        source::{check_size, not_a_film},
    },
    yuv::Colours,
};

/// Encodings that are decoded here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Encoding {
    H264(Configuration),
    /// Each sample is a file of a picture: JPEG or PNG.
    Stills,
}

/// What is said of a track's pictures.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Description {
    pub(super) encoding: Encoding,
    pub(super) colours: Colours,
    pub(super) display: Display,
}

/// Where the boxes begin in a description of pictures: behind its head and what all have.
const HEAD: usize = 8;
const BOXES: usize = HEAD + 78;

/// Reads what is said of a track's pictures; `sample` gives its first sample, where parameters may stand.
///
/// # Errors
/// `FilmEncoding` for what is not decoded here, `PictureTooLarge`, `NotAFilm`.
pub(super) fn describe(track: &Track, sample: impl FnOnce() -> Vec<u8>) -> Result<Description> {
    let entry = &track.entry;
    let name = entry.get(4..8).and_then(|name| name.try_into().ok());
    let name: [u8; 4] = name.ok_or_else(|| not_a_film("its pictures are not described"))?;
    let visual = entry
        .get(HEAD..)
        .and_then(|mut body| Visual::decode(&mut body).ok());
    let visual = visual.ok_or_else(|| not_a_film("its pictures are not described"))?;
    let boxes = entry.get(BOXES..).unwrap_or_default();
    let encoding = encoding(name, boxes, sample)?;
    let (width, height) = (u32::from(visual.width), u32::from(visual.height));
    check_size(width, height)?;
    let sps = match &encoding {
        Encoding::H264(configuration) => configuration.sps.as_ref(),
        Encoding::Stills => None,
    };
    let mut colours = Colours::guessed(width, height);
    match read::<Colr>(boxes) {
        Some(Colr::Nclx {
            matrix_coefficients,
            full_range_flag,
            ..
        }) => {
            colours = colours
                .with_matrix(matrix_coefficients)
                .with_range(full_range_flag);
        }
        Some(Colr::Nclc {
            matrix_coefficients,
            ..
        }) => colours = colours.with_matrix(matrix_coefficients),
        _ => {}
    }
    // The stream itself knows best, where it says something.
    if let Some(sps) = sps {
        colours = colours.with_matrix(sps.matrix.unwrap_or(2));
        colours = sps
            .full_range
            .map_or(colours, |full| colours.with_range(full));
    }
    let aspect = read::<Pasp>(boxes).map(|pixel| (pixel.h_spacing, pixel.v_spacing));
    let aspect = aspect.or_else(|| of_track(track, (width, height)));
    Ok(Description {
        display: Display {
            pixel_aspect: aspect.or_else(|| sps?.pixel_aspect),
            turn: Turn::of(track.matrix),
        },
        encoding,
        colours,
    })
}

/// How wide pixels are where the track is to be seen in other proportions than its samples have.
fn of_track(track: &Track, (width, height): (u32, u32)) -> Option<(u32, u32)> {
    let (wide, high) = (u64::from(track.size.0), u64::from(track.size.1));
    let across = wide * u64::from(height);
    let down = high * u64::from(width);
    // Rounded to whole pixels, most are off by a little.
    let square = across.abs_diff(down) <= across.max(down) / 50;
    if across == 0 || down == 0 || square {
        return None;
    }
    let most = across.max(down);
    let shift = 33_u32.saturating_sub(most.leading_zeros());
    Some(((across >> shift) as u32, (down >> shift) as u32))
}

fn encoding(name: [u8; 4], boxes: &[u8], sample: impl FnOnce() -> Vec<u8>) -> Result<Encoding> {
    match &name {
        b"avc1" | b"avc2" | b"avc3" | b"avc4" | b"dva1" | b"dvav" => {
            let record = find(boxes, *b"avcC").and_then(Configuration::read);
            let mut configuration =
                record.ok_or_else(|| not_a_film("its H.264 parameters are missing"))?;
            configuration.look_into(&sample());
            let wrong = configuration.sps.as_ref().and_then(Sps::undecodable);
            match wrong {
                Some(codec) => Err(Error::FilmEncoding { codec }),
                None => Ok(Encoding::H264(configuration)),
            }
        }
        b"jpeg" | b"mjpa" | b"png " => Ok(Encoding::Stills),
        b"mp4v" => match read::<Esds>(boxes).map(|esds| esds.es_desc.dec_config) {
            Some(config) => match config.object_type_indication {
                0x6c | 0x6d => Ok(Encoding::Stills),
                0x60..=0x65 => Err(named("MPEG-2")),
                0x6a => Err(named("MPEG-1")),
                _ => Err(named("MPEG-4 Part 2 (DivX, Xvid)")),
            },
            None => Err(named("MPEG-4 Part 2 (DivX, Xvid)")),
        },
        other => Err(known(*other)),
    }
}

fn named(codec: &str) -> Error {
    Error::FilmEncoding {
        codec: codec.to_owned(),
    }
}

/// What a description's name means that is not decoded here.
fn known(name: [u8; 4]) -> Error {
    named(match &name {
        b"hvc1" | b"hev1" | b"hvc2" | b"hev2" | b"dvh1" | b"dvhe" => "HEVC (H.265)",
        b"vvc1" | b"vvi1" => "VVC (H.266)",
        b"av01" => "AV1",
        b"vp08" => "VP8",
        b"vp09" => "VP9",
        b"apcn" | b"apch" | b"apcs" | b"apco" | b"ap4h" | b"ap4x" | b"aprn" | b"aprh" => {
            "Apple ProRes"
        }
        b"AVdn" | b"AVdh" => "Avid DNxHD",
        b"CFHD" => "GoPro CineForm",
        b"s263" | b"h263" | b"H263" => "H.263",
        b"mp1v" | b"m1v " => "MPEG-1",
        b"mp2v" | b"m2v1" | b"mpg2" | b"MPEG" => "MPEG-2",
        b"XVID" | b"DIVX" | b"DX50" | b"3IV2" | b"FMP4" => "MPEG-4 Part 2 (DivX, Xvid)",
        b"SVQ1" | b"SVQ3" => "Sorenson Video",
        b"cvid" => "Cinepak",
        b"rle " => "QuickTime Animation",
        b"raw " | b"2vuy" | b"yuv2" | b"v210" | b"v308" | b"v408" | b"v410" | b"uncv" => {
            "uncompressed pictures"
        }
        b"mjpb" => "Motion JPEG B",
        b"encv" | b"drmi" => "protected video, which its seller locked",
        [b'd', b'v', ..] => "DV",
        [b'h' | b'x', b'd', b'v', _] | [b'm', b'x', _, b'p' | b'n'] => "MPEG-2",
        other => {
            let name = other.escape_ascii().to_string();
            return named(&format!("“{}”", name.trim()));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(of: [u8; 4]) -> String {
        match encoding(of, &[], Vec::new) {
            Err(Error::FilmEncoding { codec }) => codec,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn encodings_are_named() {
        assert_eq!(name(*b"hev1"), "HEVC (H.265)");
        assert_eq!(name(*b"apch"), "Apple ProRes");
        assert_eq!(name(*b"dvcp"), "DV");
        assert_eq!(name(*b"hdv2"), "MPEG-2");
        assert_eq!(name(*b"mp4v"), "MPEG-4 Part 2 (DivX, Xvid)");
        assert_eq!(name(*b"a\0\x1bc"), "“a\\x00\\x1bc”");
        assert_eq!(encoding(*b"jpeg", &[], Vec::new), Ok(Encoding::Stills));
        let broken = encoding(*b"avc1", &[], Vec::new);
        assert!(matches!(broken, Err(Error::NotAFilm { .. })));
    }
}
