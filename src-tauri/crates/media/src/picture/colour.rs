//! What the numbers of a picture's file mean, and the same colours in sRGB.
//!
//! PNG says it in up to four ways, of which the first counts that is there: cICP, an ICC profile, sRGB,
//! gamma and chromaticities (PNG, third edition, 4.3). Other formats carry an ICC profile or nothing. What
//! says nothing is sRGB, and so is what cannot be understood, as in browsers. CMYK was converted when it was
//! decoded; its profile is passed over.

use std::{io::Cursor, time::SystemTime};

use ::image::{DynamicImage, ImageDecoder};
use moxcms::{
    Chromaticity, CicpProfile, ColorPrimaries, ColorProfile, DataColorSpace, Layout,
    MatrixCoefficients, ToneReprCurve, TransferCharacteristics, TransformExecutor,
    TransformOptions,
};

use super::tiff;
use crate::container::{Container, Pieces};

/// A profile that changes no colour by more of 255 is one of sRGB: such a picture stays as it is, bit for bit.
const NEAR: u8 = 2;
/// gAMA of pictures in sRGB, in 100,000ths; within 5 % nobody sees a difference (libpng).
const SRGB_GAMMA: f64 = 45_455.0;
/// Diffuse white of films of high dynamic range, in candela per square metre (ITU-R BT.2408).
const WHITE: f64 = 203.0;
/// The brightest that PQ encodes (SMPTE ST 2084), and that HLG is mastered for (ITU-R BT.2100).
const PQ_PEAK: f64 = 10_000.0;
const HLG_PEAK: f64 = 1_000.0;

/// What the file says of its colours; None for sRGB.
pub(super) fn profile(file: &[u8], decoder: &mut impl ImageDecoder) -> Option<ColorProfile> {
    // moxcms asks the clock when it makes a profile, and never returns where that is before 1970.
    if SystemTime::now() < SystemTime::UNIX_EPOCH {
        return None;
    }
    let chunks = Chunks::of(file);
    if let Some(code_points) = chunks.code_points {
        return from_code_points(code_points);
    }
    if let Ok(Some(icc)) = decoder.icc_profile() {
        return ColorProfile::new_from_slice(&icc).ok();
    }
    if let Some(icc) = tiff::icc_profile(file) {
        return ColorProfile::new_from_slice(icc).ok();
    }
    if chunks.is_srgb {
        return None;
    }
    from_gamma(chunks.gamma, chunks.chromaticities)
}

/// What a PNG says of its colours beside an ICC profile.
#[derive(Debug, Default)]
struct Chunks {
    code_points: Option<[u8; 4]>,
    is_srgb: bool,
    /// In 100,000ths.
    gamma: Option<u32>,
    /// x and y of white, red, green and blue, in 100,000ths.
    chromaticities: Option<[u32; 8]>,
}

impl Chunks {
    fn of(file: &[u8]) -> Self {
        let mut found = Self::default();
        if !file.starts_with(b"\x89PNG") {
            return found;
        }
        let mut file = Cursor::new(file);
        let mut pieces = Pieces::new(&mut file, Container::Png);
        while let Some(piece) = pieces.next() {
            if piece.name == *b"IDAT" {
                break;
            }
            if ![*b"cICP", *b"sRGB", *b"gAMA", *b"cHRM"].contains(&piece.name) {
                continue;
            }
            let content = pieces.content(&piece, 32).unwrap_or_default();
            let numbers: Vec<u32> = content
                .chunks_exact(4)
                .map(|bytes| u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
                .collect();
            match &piece.name {
                b"cICP" => found.code_points = content.try_into().ok(),
                b"sRGB" => found.is_srgb = true,
                b"gAMA" => found.gamma = numbers.first().copied(),
                _ => found.chromaticities = numbers.try_into().ok(),
            }
        }
        found
    }
}

/// Primaries and transfer function by their numbers (ITU-T H.273).
fn from_code_points([primaries, transfer, _, full_range]: [u8; 4]) -> Option<ColorProfile> {
    let profile = ColorProfile::new_from_cicp(CicpProfile {
        color_primaries: primaries.try_into().ok()?,
        transfer_characteristics: transfer.try_into().ok()?,
        matrix_coefficients: MatrixCoefficients::Identity,
        full_range: full_range == 1,
    });
    profile.red_trc.is_some().then_some(profile)
}

fn from_gamma(gamma: Option<u32>, chromaticities: Option<[u32; 8]>) -> Option<ColorProfile> {
    let (gamma, chromaticities) = match (gamma, chromaticities) {
        // A gamma of 0 says nothing.
        (None | Some(0), None) => return None,
        (gamma, chromaticities) => (gamma.filter(|&gamma| gamma > 0), chromaticities),
    };
    let mut profile = ColorProfile::new_srgb();
    if let Some(values) = chromaticities {
        let [wx, wy, rx, ry, gx, gy, bx, by] = values.map(|value| value as f32 / 1e5);
        let primaries = ColorPrimaries {
            red: Chromaticity::new(rx, ry),
            green: Chromaticity::new(gx, gy),
            blue: Chromaticity::new(bx, by),
        };
        // A point on the edge has no place in XYZ.
        if [wy, ry, gy, by].iter().any(|&y| y <= 0.0) {
            return None;
        }
        profile.update_rgb_colorimetry(Chromaticity::new(wx, wy).to_xyyb(), primaries);
    }
    if let Some(gamma) = gamma.map(f64::from)
        && (gamma / SRGB_GAMMA - 1.0).abs() > 0.05
    {
        let curve = ToneReprCurve::Parametric(vec![(1e5 / gamma) as f32]);
        profile.cicp = None;
        profile.red_trc = Some(curve.clone());
        profile.green_trc = Some(curve.clone());
        profile.blue_trc = Some(curve);
    }
    let matrix = profile.rgb_to_xyz_matrix();
    let is_sound = matrix.v.iter().flatten().all(|value| value.is_finite());
    is_sound.then_some(profile)
}

/// The picture in sRGB; as it is where the profile does not fit it.
pub(super) fn to_srgb(decoded: DynamicImage, profile: &ColorProfile) -> DynamicImage {
    let is_grey = !decoded.color().has_color();
    let decoded = match profile.color_space {
        DataColorSpace::Rgb if is_grey => in_colour(decoded),
        DataColorSpace::Rgb => decoded,
        DataColorSpace::Gray if is_grey => decoded,
        _ => return decoded,
    };
    if let Some(transfer) = high_range(profile) {
        return from_high_range(&decoded, profile, transfer);
    }
    if is_srgb(profile) {
        return decoded;
    }
    converted(&decoded, profile).unwrap_or(decoded)
}

/// A grey picture as one of colours, in the bits that it has.
fn in_colour(decoded: DynamicImage) -> DynamicImage {
    let has_alpha = decoded.color().has_alpha();
    match (decoded.color().bytes_per_pixel() > 2, has_alpha) {
        _ if matches!(decoded, DynamicImage::ImageLuma16(_)) => decoded.into_rgb16().into(),
        (true, true) => decoded.into_rgba16().into(),
        (false, true) => decoded.into_rgba8().into(),
        (_, false) => decoded.into_rgb8().into(),
    }
}

type Executor<T> = std::sync::Arc<dyn TransformExecutor<T> + Send + Sync>;

fn executor8(profile: &ColorProfile, from: Layout, to: Layout) -> Option<Executor<u8>> {
    let target = ColorProfile::new_srgb();
    let options = TransformOptions::default();
    let made = profile.create_transform_8bit(from, &target, to, options);
    made.ok()
}

fn executor16(profile: &ColorProfile, from: Layout, to: Layout) -> Option<Executor<u16>> {
    let target = ColorProfile::new_srgb();
    let options = TransformOptions::default();
    let made = profile.create_transform_16bit(from, &target, to, options);
    made.ok()
}

/// Values of all pixels, `channels.0` of them a pixel, as `channels.1`.
fn run<T: Copy + Default>(
    executor: Option<Executor<T>>,
    values: &[T],
    channels: (usize, usize),
) -> Option<Vec<T>> {
    let mut made = vec![T::default(); values.len() / channels.0 * channels.1];
    executor?.transform(values, &mut made).ok()?;
    Some(made)
}

fn converted(decoded: &DynamicImage, profile: &ColorProfile) -> Option<DynamicImage> {
    use DynamicImage as Image;
    use Layout::{Gray, GrayAlpha, Rgb, Rgba};
    let (width, height) = (decoded.width(), decoded.height());
    macro_rules! convert {
        ($source:expr, $executor:ident, $from:expr, $to:expr, $channels:expr, $Buffer:ident) => {{
            let made = run($executor(profile, $from, $to), $source.as_raw(), $channels)?;
            ::image::$Buffer::from_raw(width, height, made)
                .map(|made| Image::from(Image::from(made)))
        }};
    }
    match decoded {
        Image::ImageLuma8(source) => convert!(source, executor8, Gray, Rgb, (1, 3), RgbImage),
        Image::ImageLumaA8(source) => {
            convert!(source, executor8, GrayAlpha, Rgba, (2, 4), RgbaImage)
        }
        Image::ImageRgb8(source) => convert!(source, executor8, Rgb, Rgb, (3, 3), RgbImage),
        Image::ImageRgba8(source) => convert!(source, executor8, Rgba, Rgba, (4, 4), RgbaImage),
        other if !other.color().has_color() => {
            let source = other.to_luma_alpha16();
            let made = run(
                executor16(profile, GrayAlpha, Rgba),
                source.as_raw(),
                (2, 4),
            )?;
            ::image::ImageBuffer::from_raw(width, height, made).map(Image::ImageRgba16)
        }
        other => {
            let source = other.to_rgba16();
            let made = run(executor16(profile, Rgba, Rgba), source.as_raw(), (4, 4))?;
            ::image::ImageBuffer::from_raw(width, height, made).map(Image::ImageRgba16)
        }
    }
}

/// Whether a profile leaves all colours of a coarse grid, or all greys, where they are.
fn is_srgb(profile: &ColorProfile) -> bool {
    let (values, executor, channels) = if profile.color_space == DataColorSpace::Gray {
        let values: Vec<u8> = (0..=255).collect();
        (values, executor8(profile, Layout::Gray, Layout::Rgb), 1)
    } else {
        let steps = || (0..=255_u8).step_by(51);
        let grid = steps()
            .flat_map(move |r| steps().flat_map(move |g| steps().flat_map(move |b| [r, g, b])));
        let greys = (0..=255_u8).step_by(5).flat_map(|grey| [grey; 3]);
        let values: Vec<u8> = grid.chain(greys).collect();
        (values, executor8(profile, Layout::Rgb, Layout::Rgb), 3)
    };
    run(executor, &values, (channels, 3)).is_some_and(|made| {
        let mut pairs = made.iter().enumerate();
        pairs.all(|(at, made)| {
            let before = if channels == 1 {
                values[at / 3]
            } else {
                values[at]
            };
            made.abs_diff(before) <= NEAR
        })
    })
}

/// The transfer function of a picture that is brighter than paper.
fn high_range(profile: &ColorProfile) -> Option<TransferCharacteristics> {
    let transfer = profile.cicp.as_ref()?.transfer_characteristics;
    let is_high = matches!(
        transfer,
        TransferCharacteristics::Smpte2084 | TransferCharacteristics::Hlg
    );
    is_high.then_some(transfer)
}

/// Diffuse white becomes white, and what is brighter is cut off in its own hue.
fn from_high_range(
    decoded: &DynamicImage,
    profile: &ColorProfile,
    transfer: TransferCharacteristics,
) -> DynamicImage {
    let matrix = profile.transform_matrix(&ColorProfile::new_srgb()).v;
    let linear: Vec<f64> = (0..=u16::MAX)
        .map(|value| {
            let value = f64::from(value) / f64::from(u16::MAX);
            match transfer {
                TransferCharacteristics::Hlg => hlg(value) * HLG_PEAK / WHITE,
                _ => pq(value) * PQ_PEAK / WHITE,
            }
        })
        .collect();
    let mut pixels = decoded.to_rgba16();
    for pixel in pixels.pixels_mut() {
        let [r, g, b, alpha] = pixel.0;
        let light = [r, g, b].map(|value| linear[usize::from(value)]);
        let sum =
            |row: [f64; 3]| (row[0] * light[0] + row[1] * light[1] + row[2] * light[2]).max(0.0);
        let srgb = matrix.map(sum);
        let brightest = srgb.into_iter().fold(1.0, f64::max);
        let [r, g, b] = srgb.map(|value| encoded(value / brightest));
        pixel.0 = [r, g, b, alpha];
    }
    pixels.into()
}

/// Light of a PQ signal, 1 being its peak (SMPTE ST 2084).
fn pq(signal: f64) -> f64 {
    let powered = signal.powf(1.0 / 78.84375);
    let numerator = (powered - 0.835_937_5).max(0.0);
    (numerator / (18.851_562_5 - 18.6875 * powered)).powf(1.0 / 0.159_301_757_812_5)
}

/// Light of an HLG signal, 1 being its peak, on a display of 1000 candela (ITU-R BT.2100).
fn hlg(signal: f64) -> f64 {
    let scene = if signal <= 0.5 {
        signal * signal / 3.0
    } else {
        (((signal - 0.559_910_73) / 0.178_832_77).exp() + 0.284_668_92) / 12.0
    };
    scene.powf(1.2)
}

/// Light as sRGB's 16-bit values (IEC 61966-2-1).
fn encoded(light: f64) -> u16 {
    let value = if light <= 0.003_130_8 {
        12.92 * light
    } else {
        1.055 * light.powf(1.0 / 2.4) - 0.055
    };
    (value.clamp(0.0, 1.0) * f64::from(u16::MAX)).round() as u16
}

#[cfg(test)]
mod tests;
