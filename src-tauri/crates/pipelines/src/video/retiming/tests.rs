use super::*;
use crate::video::{Blending, FrameInterpolator, Interpolated, Waypoint};

struct Tools;

impl FrameBackend for Tools {
    type Error = Error;

    fn travels(&self) -> bool {
        false
    }

    fn draw(&mut self, _: &Waypoint, _: &Cancel) -> Result<Picture> {
        Err(Error::EmptyPrompt)
    }

    fn upscale(&mut self, picture: Picture, size: (u32, u32), _: &Cancel) -> Result<Picture> {
        Ok(picture.scaled(size.0, size.1))
    }

    fn interpolate(
        &mut self,
        a: &Picture,
        b: &Picture,
        time: f32,
        cancel: &Cancel,
    ) -> Result<Interpolated> {
        Blending.interpolate(a, b, time, cancel)
    }
}

/// Frames of one grey each, with their ticks.
struct Greys(Vec<(u8, u64)>);

impl ClipSource for Greys {
    fn format(&self) -> &'static str {
        "grey"
    }

    fn frames(&self) -> Option<u32> {
        Some(self.0.len() as u32)
    }

    fn frame(&mut self) -> quartet_media::Result<Option<ClipFrame>> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let (grey, ticks) = self.0.remove(0);
        let picture = Picture::new(4, 2, vec![grey; 24]).unwrap();
        Ok(Some(ClipFrame { picture, ticks }))
    }
}

fn retimed(clip: &[(u8, u64)], request: RetimingRequest) -> (Vec<FilmFrame>, VideoStats) {
    let (frames, stats, _) = retimed_within(clip, request, 0);
    (frames, stats)
}

/// With how many frames were asked for, where there are fewer.
fn retimed_within(
    clip: &[(u8, u64)],
    request: RetimingRequest,
    shortest: u64,
) -> (Vec<FilmFrame>, VideoStats, Option<u32>) {
    let mut fewer = None;
    let cancel = Cancel::new();
    let source = Box::new(Greys(clip.to_vec()));
    let (mut frames, mut done) = (Vec::new(), None);
    for event in retime(source, &mut Tools, request, shortest, &cancel).unwrap() {
        match event.unwrap() {
            VideoEvent::Frame(frame) => frames.push(frame),
            VideoEvent::Done(stats) => done = Some(stats),
            VideoEvent::Fewer { frames, asked } => fewer = Some((frames, asked)),
            VideoEvent::Plan(_) | VideoEvent::Drawn { .. } | VideoEvent::Notice(_) => {}
        }
    }
    let made = frames.len() as u32;
    assert!(fewer.is_none_or(|(told, _)| told == made), "{fewer:?}");
    (frames, done.unwrap(), fewer.map(|(_, asked)| asked))
}

fn request(factor: u32, pace: SpeedMode) -> RetimingRequest {
    RetimingRequest {
        factor,
        pace,
        sharpen: 1,
    }
}

#[test]
fn a_smoother_clip_lasts_as_long_and_a_slower_one_so_many_times() {
    let clip = [(0, 4000), (8, 5001), (16, 1000)];
    let (frames, stats) = retimed(&clip, request(4, SpeedMode::Smoother));
    assert_eq!(frames.iter().map(|frame| frame.ticks).sum::<u64>(), 10_001);
    assert_eq!((frames.len(), stats.betweens, stats.keys), (9, 6, 3));
    let greys: Vec<_> = frames.iter().map(|frame| frame.picture.rgb()[0]).collect();
    assert_eq!(greys, [0, 2, 4, 6, 8, 10, 12, 14, 16]);
    let (frames, stats) = retimed(&clip, request(8, SpeedMode::Slower));
    assert_eq!(frames.iter().map(|frame| frame.ticks).sum::<u64>(), 80_008);
    assert!((stats.seconds - 80_008.0 / 120_000.0).abs() < 1e-9);
}

#[test]
fn no_frame_is_divided_into_some_that_no_player_shows() {
    // 25 frames a second, and one that is shown for longer.
    let clip = [(0, 4800), (8, 4800), (16, 24_000), (24, 4800)];
    let whole: u64 = clip.iter().map(|(_, ticks)| ticks).sum();
    for (factor, shortest, made, asked) in [
        (2, 2400, 7, None),
        (4, 2400, 9, Some(13)),
        (8, 2400, 13, Some(25)),
        (8, 1320, 15, Some(25)),
        (8, 0, 25, None),
        (8, 9600, 5, Some(25)),
    ] {
        let request = request(factor, SpeedMode::Smoother);
        let (frames, _, told) = retimed_within(&clip, request, shortest);
        assert_eq!((frames.len(), told), (made, asked), "{factor} {shortest}");
        assert_eq!(frames.iter().map(|frame| frame.ticks).sum::<u64>(), whole);
        // The clip's own frames stay.
        let least = shortest.min(4800);
        assert!(frames.iter().all(|frame| frame.ticks >= least));
    }
    // A slower clip has frames as long as its own.
    let (frames, _, told) = retimed_within(&clip, request(8, SpeedMode::Slower), 2400);
    assert_eq!((frames.len(), told), (25, None));
}

#[test]
fn nothing_is_made_across_a_jump_to_another_scene() {
    let (frames, stats) = retimed(&[(10, 400), (250, 400)], request(4, SpeedMode::Smoother));
    assert_eq!((stats.cuts, stats.betweens), (1, 0));
    let greys: Vec<_> = frames.iter().map(|frame| frame.picture.rgb()[0]).collect();
    assert_eq!(greys, [10, 10, 10, 10, 250]);
}

#[test]
fn one_frame_is_a_film_of_one_frame() {
    let (frames, stats) = retimed(&[(7, 1200)], request(2, SpeedMode::Slower));
    assert_eq!((frames.len(), frames[0].ticks, stats.frames), (1, 2400, 1));
}

#[test]
fn a_clip_without_frames_is_an_error() {
    let cancel = Cancel::new();
    let source = Box::new(Greys(Vec::new()));
    let (mut tools, request) = (Tools, RetimingRequest::default());
    let mut retimed = retime(source, &mut tools, request, 0, &cancel).unwrap();
    assert!(matches!(
        retimed.next(),
        Some(Err(Error::Input(MediaError::NotAFilm { .. })))
    ));
    assert!(retimed.next().is_none());
}

#[test]
fn frames_of_other_sizes_are_fitted_to_the_first() {
    struct Mixed(u32);
    impl ClipSource for Mixed {
        fn format(&self) -> &'static str {
            "mixed"
        }
        fn frames(&self) -> Option<u32> {
            None
        }
        fn frame(&mut self) -> quartet_media::Result<Option<ClipFrame>> {
            self.0 += 1;
            let side = self.0 * 3;
            let picture = Picture::new(side, side, vec![90; (side * side * 3) as usize]);
            let frame = picture.map(|picture| ClipFrame { picture, ticks: 10 });
            Ok(frame.filter(|_| self.0 < 4))
        }
    }
    let (cancel, mut tools) = (Cancel::new(), Tools);
    let sharpen = RetimingRequest {
        sharpen: 2,
        ..RetimingRequest::default()
    };
    let retimed = retime(Box::new(Mixed(0)), &mut tools, sharpen, 0, &cancel).unwrap();
    let mut sizes = Vec::new();
    for event in retimed {
        if let VideoEvent::Frame(frame) = event.unwrap() {
            sizes.push((frame.picture.width(), frame.picture.height()));
        }
    }
    assert_eq!(sizes, vec![(6, 6); 5]);
}

#[test]
fn factors_that_there_are_not_are_refused() {
    let cancel = Cancel::new();
    for (factor, sharpen) in [(3, 1), (0, 1), (2, 3)] {
        let request = RetimingRequest {
            factor,
            sharpen,
            ..RetimingRequest::default()
        };
        let mut tools = Tools;
        let refused = retime(Box::new(Greys(vec![])), &mut tools, request, 0, &cancel);
        assert!(matches!(refused, Err(Error::Parameter { .. })));
    }
}
