use super::*;
use crate::image::PICTURE_LIMIT;

/// Doubles each pixel after blurring it with what is up to `margin` pixels away: an upscaler
/// that would show any seam.
struct Blurring {
    margin: usize,
    runs: usize,
}

impl Upscaler for Blurring {
    fn factors(&self) -> Vec<u32> {
        vec![2]
    }

    fn margin(&self) -> usize {
        self.margin
    }

    fn upscale(
        &mut self,
        planes: Vec<f32>,
        (width, height): (usize, usize),
        _factor: u32,
        _cancel: &Cancel,
    ) -> Result<Vec<f32>> {
        self.runs += 1;
        let reach = 7;
        // Places are counted from `reach` beyond the edge, where there is nothing, as for a padded
        // convolution.
        let at = |channel: usize, x: usize, y: usize| {
            let inside =
                |place: usize, length: usize| place.checked_sub(reach).filter(|&p| p < length);
            match (inside(x, width), inside(y, height)) {
                (Some(x), Some(y)) => planes[channel * width * height + y * width + x],
                _ => 0.0,
            }
        };
        let mut made = Vec::new();
        for channel in 0..3 {
            for y in 0..2 * height {
                for x in 0..2 * width {
                    let (x, y) = (x / 2, y / 2);
                    let sum: f32 = (0..=2 * reach)
                        .map(|d| at(channel, x + d, y + reach) + at(channel, x + reach, y + d))
                        .sum();
                    made.push(sum / 30.0);
                }
            }
        }
        Ok(made)
    }
}

fn noisy(width: u32, height: u32) -> Picture {
    let mut state = 1_u32;
    let bytes = (0..width * height * 3).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    });
    Picture::new(width, height, bytes.collect()).unwrap()
}

fn upscaled(upscaler: &mut Blurring, picture: Picture) -> (Picture, Vec<(u32, u32)>) {
    let request = UpscaleRequest { picture, factor: 2 };
    let cancel = Cancel::new();
    let (mut result, mut progress) = (None, Vec::new());
    for event in UpscaleRun::new(upscaler, request, &cancel)
        .unwrap()
        .events()
    {
        match event.unwrap() {
            UpscaleEvent::Tile { done, total } => progress.push((done, total)),
            UpscaleEvent::Picture(picture) => result = Some(picture),
            UpscaleEvent::Done(stats) => assert_eq!(stats.tiles as usize + 1, progress.len()),
        }
    }
    (result.unwrap(), progress)
}

#[test]
fn no_pixel_knows_where_the_tiles_met() {
    let picture = noisy(300, 270);
    let mut upscaler = Blurring { margin: 7, runs: 0 };
    let (tiled, progress) = upscaled(&mut upscaler, picture.clone());
    assert_eq!(progress, [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]);
    let whole = planes(
        &picture,
        &Area {
            columns: 0..300,
            rows: 0..270,
        },
    );
    let whole = upscaler
        .upscale(whole, (300, 270), 2, &Cancel::new())
        .unwrap();
    let plane = 600 * 540;
    for (index, pixel) in tiled.rgb().chunks_exact(3).enumerate() {
        for (channel, &byte) in pixel.iter().enumerate() {
            assert_eq!(
                byte,
                to_byte(whole[channel * plane + index]),
                "pixel {index}"
            );
        }
    }
    // And the test would see a seam: with no margin there is one.
    let (seamed, _) = upscaled(&mut Blurring { margin: 0, runs: 0 }, picture);
    assert_ne!(seamed.rgb(), tiled.rgb());
}

#[test]
fn transparency_is_kept_at_the_new_size() {
    let glass = vec![0, 255, 255, 0];
    let picture = noisy(2, 2).with_alpha(glass).unwrap();
    let (result, _) = upscaled(&mut Blurring { margin: 7, runs: 0 }, picture);
    let alpha = result.alpha().unwrap();
    assert_eq!(alpha.len(), 16);
    assert!(alpha[0] < 64 && alpha[3] > 192, "{alpha:?}");
    let (opaque, _) = upscaled(&mut Blurring { margin: 7, runs: 0 }, noisy(2, 2));
    assert!(opaque.alpha().is_none());
}

#[test]
fn a_picture_that_would_outgrow_every_reader_is_refused() {
    let mut upscaler = Blurring { margin: 7, runs: 0 };
    let cancel = Cancel::new();
    let request = UpscaleRequest {
        picture: noisy(PICTURE_LIMIT / 2 + 1, 1),
        factor: 2,
    };
    let error = UpscaleRun::new(&mut upscaler, request, &cancel)
        .err()
        .unwrap();
    assert!(
        matches!(
            error,
            Error::ResultTooLarge {
                fitting: None,
                side: 4096,
                ..
            }
        ),
        "{error}"
    );
    let request = UpscaleRequest {
        picture: noisy(1, 1),
        factor: 3,
    };
    let error = UpscaleRun::new(&mut upscaler, request, &cancel)
        .err()
        .unwrap();
    assert!(matches!(error, Error::Parameter { .. }), "{error}");
}

#[test]
fn the_factor_that_fits_is_offered() {
    let fitting = |side, factor| match check_size((side, 3), factor, &[2, 4]) {
        Ok(()) => None,
        Err(Error::ResultTooLarge { width, fitting, .. }) => Some((width, fitting)),
        Err(other) => panic!("{other}"),
    };
    assert_eq!(fitting(2048, 4), None);
    assert_eq!(fitting(2049, 4), Some((8196, Some(2))));
    assert_eq!(fitting(4096, 4), Some((16_384, Some(2))));
    assert_eq!(fitting(4200, 4), Some((16_800, None)));
    assert_eq!(fitting(u32::MAX, 4), Some((u32::MAX, None)));
}

#[test]
fn hidden_colours_do_not_bleed_into_what_is_seen() {
    // White where it is seen, black where it is not.
    let alpha: Vec<u8> = (0..400)
        .map(|at| if at % 20 < 10 { 255 } else { 0 })
        .collect();
    let rgb = alpha.iter().flat_map(|&alpha| [alpha; 3]).collect();
    let picture = Picture::new(20, 20, rgb)
        .unwrap()
        .with_alpha(alpha)
        .unwrap();
    let (result, _) = upscaled(&mut Blurring { margin: 7, runs: 0 }, picture);
    // Away from the picture's own edge, where this network sees nothing.
    let seen = result.opaque();
    let row = &seen.rgb()[20 * 40 * 3..][14 * 3..26 * 3];
    assert!(row.iter().all(|&value| value >= 250), "{row:?}");
}

#[test]
fn stopping_ends_between_two_tiles() {
    let mut upscaler = Blurring { margin: 7, runs: 0 };
    let cancel = Cancel::new();
    let request = UpscaleRequest {
        picture: noisy(600, 10),
        factor: 2,
    };
    let mut upscaling = UpscaleRun::new(&mut upscaler, request, &cancel)
        .unwrap()
        .events();
    assert!(upscaling.next().unwrap().is_ok() && upscaling.next().unwrap().is_ok());
    cancel.raise();
    assert_eq!(upscaling.next(), Some(Err(Error::Cancelled)));
    assert_eq!(upscaling.next(), None);
    drop(upscaling);
    assert_eq!(upscaler.runs, 1);
}
