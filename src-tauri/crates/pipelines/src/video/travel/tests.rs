use super::*;
use crate::{
    Error,
    video::{
        Blending, Camera, CameraMove, FrameInterpolator, Interpolated, Scene, TravelParameters,
    },
};

/// Draws grey squares: prompt `i` is 200 i, and halfway it is nearly there already.
#[derive(Default)]
struct Greys {
    drawn: Vec<Waypoint>,
    enlarged: usize,
    stays: bool,
}

impl FrameBackend for Greys {
    type Error = Error;

    fn travels(&self) -> bool {
        !self.stays
    }

    fn draw(&mut self, waypoint: &Waypoint, cancel: &Cancel) -> Result<Picture> {
        cancel.check()?;
        self.drawn.push(*waypoint);
        let grey = |prompt: usize| (prompt % 2) as f32 * 200.0;
        let share = waypoint.share.sqrt();
        let value = grey(waypoint.from) * (1.0 - share) + grey(waypoint.to) * share;
        Ok(Picture::new(2, 2, vec![value as u8; 12]).unwrap())
    }

    fn upscale(&mut self, picture: Picture, size: (u32, u32), _: &Cancel) -> Result<Picture> {
        self.enlarged += 1;
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

fn request(prompts: &[&str], seconds: f32) -> TravelRequest {
    let scene = |&prompt: &&str| Scene {
        prompt: prompt.to_owned(),
        seconds,
        subject: None,
    };
    TravelRequest {
        scenes: prompts.iter().map(scene).collect(),
        parameters: TravelParameters {
            fps: 12,
            ..TravelParameters::default()
        },
    }
}

fn frames(shop: &mut Greys, request: TravelRequest) -> (Vec<FilmFrame>, VideoStats) {
    let cancel = Cancel::new();
    let (mut frames, mut done) = (Vec::new(), None);
    for event in travel(shop, request, &cancel).unwrap() {
        match event.unwrap() {
            VideoEvent::Frame(frame) => frames.push(frame),
            VideoEvent::Done(stats) => done = Some(stats),
            VideoEvent::Plan(_)
            | VideoEvent::Drawn { .. }
            | VideoEvent::Notice(_)
            | VideoEvent::Fewer { .. } => {}
        }
    }
    (frames, done.unwrap())
}

#[test]
fn every_frame_comes_once_in_order_and_the_counts_add_up() {
    for circle in [false, true] {
        let mut request = request(&["a", "b", "c"], 1.0);
        request.parameters.circle = circle;
        let (frames, stats) = frames(&mut Greys::default(), request);
        let indices: Vec<_> = frames.iter().map(|frame| frame.index).collect();
        assert_eq!(indices, (0..36).collect::<Vec<_>>());
        let count =
            |kind: fn(&FrameKind) -> bool| frames.iter().filter(|f| kind(&f.kind)).count() as u32;
        let betweens = count(|kind| matches!(kind, FrameKind::Between { .. }));
        assert_eq!(betweens, stats.betweens);
        assert!(count(|kind| *kind == FrameKind::Key) <= stats.keys);
        assert!(stats.betweens > stats.keys / 2);
    }
}

#[test]
fn neighbouring_frames_are_evenly_far_apart_although_the_model_hurries() {
    let (frames, _) = frames(&mut Greys::default(), request(&["a", "b"], 1.5));
    let steps: Vec<f32> = frames[1..]
        .iter()
        .map(|frame| frame.difference * 255.0)
        .collect();
    let mean = steps.iter().sum::<f32>() / steps.len() as f32;
    // Equal steps between the prompts would begin with one of six times the mean; what is left here comes
    // from keys that are shown at whole frames.
    for step in &steps {
        let share = step / mean;
        assert!((0.4..2.2).contains(&share), "{step} of {mean}: {steps:?}");
    }
    assert_eq!(frames.first().unwrap().picture.rgb()[0], 0);
    assert_eq!(frames.last().unwrap().picture.rgb()[0], 200);
}

#[test]
fn the_first_frame_comes_before_the_second_drawing() {
    let (mut shop, cancel) = (Greys::default(), Cancel::new());
    let events: Vec<_> = travel(&mut shop, request(&["a", "b"], 1.0), &cancel)
        .unwrap()
        .take(3)
        .map(Result::unwrap)
        .collect();
    assert!(matches!(events[0], VideoEvent::Plan(_)));
    assert!(matches!(events[1], VideoEvent::Drawn { done: 1, .. }));
    assert!(matches!(&events[2], VideoEvent::Frame(frame) if frame.index == 0));
}

#[test]
fn one_prompt_that_rests_is_drawn_twice_at_most_and_held() {
    let mut shop = Greys::default();
    let mut resting = request(&["a"], 2.0);
    resting.parameters.camera = Camera {
        motion: CameraMove::ZoomIn,
        ..Camera::default()
    };
    let (frames, stats) = frames(&mut shop, resting);
    assert_eq!((shop.drawn.len(), stats.betweens, frames.len()), (2, 0, 24));
    assert!(
        frames[1..23]
            .iter()
            .all(|frame| frame.kind == FrameKind::Held)
    );
}

#[test]
fn a_model_that_cannot_travel_is_asked_for_the_prompts_alone() {
    let mut shop = Greys {
        stays: true,
        ..Greys::default()
    };
    let (frames, _) = frames(&mut shop, request(&["a", "b"], 5.0));
    assert!(
        shop.drawn
            .iter()
            .all(|place| [0.0, 1.0].contains(&place.share))
    );
    assert_eq!((shop.drawn.len(), frames.len()), (2, 120));
}

#[test]
fn a_long_film_keeps_no_more_than_a_stretch() {
    let (mut shop, cancel) = (Greys::default(), Cancel::new());
    let mut travel = Travel::new(&mut shop, request(&["a", "b"], 30.0), &cancel).unwrap();
    let mut most = 0;
    while travel.step().unwrap().is_some() {
        most = most.max(travel.keys.pictures.len());
    }
    assert!(most <= 25, "{most}");
}

#[test]
fn drifting_noise_turns_evenly_and_comes_back_in_a_circle() {
    let mut shop = Greys::default();
    let mut drifting = request(&["a"], 1.0);
    drifting.parameters.drift = 1.0;
    frames(&mut shop, drifting.clone());
    let turned = shop
        .drawn
        .iter()
        .map(|place| place.turn)
        .fold(0.0, f32::max);
    assert!((turned - FRAC_PI_2).abs() < 0.2, "{turned}");
    let mut shop = Greys::default();
    drifting.parameters.circle = true;
    frames(&mut shop, drifting);
    let last = shop.drawn.iter().find(|place| place.share > 0.999).unwrap();
    assert!(last.turn.abs() < 1e-3);
}

#[test]
fn a_stopped_film_ends_in_cancelled_and_nothing_after() {
    let (mut shop, cancel) = (Greys::default(), Cancel::new());
    let mut film = travel(&mut shop, request(&["a", "b"], 1.0), &cancel).unwrap();
    film.next().unwrap().unwrap();
    cancel.raise();
    assert_eq!(film.next().unwrap().unwrap_err(), Error::Cancelled);
    assert!(film.next().is_none());
}
