use super::*;
use crate::Error;

/// Knows the clean latents: the prompt's first number everywhere. Counts what it is asked.
#[derive(Default)]
struct Fake {
    runs: Vec<(f32, usize)>,
    /// What was decoded last.
    latents: Vec<f32>,
    decoded: usize,
}

impl Networks for Fake {
    fn clean(
        &mut self,
        latents: &[f32],
        time: f32,
        conditions: &[&Condition],
        _cancel: &Cancel,
    ) -> Result<Vec<Vec<f32>>> {
        self.runs.push((time, conditions.len()));
        let all = conditions
            .iter()
            .map(|one| vec![one.text[0]; latents.len()]);
        Ok(all.collect())
    }

    fn decode(&mut self, latents: &[f32], _cancel: &Cancel) -> Result<Picture> {
        self.decoded += 1;
        self.latents = latents.to_vec();
        let byte = (latents[0].clamp(0.0, 1.0) * 255.0).round() as u8;
        Ok(Picture::new(1, 1, vec![byte; 3]).unwrap())
    }

    fn encode(&mut self, _picture: &Picture, _cancel: &Cancel) -> Result<Vec<f32>> {
        Ok(vec![0.25; 4])
    }
}

fn condition(value: f32) -> Condition {
    Condition::of_vector(vec![value])
}

fn plan(count: u32) -> GlyphPlan {
    GlyphPlan {
        prompt: PromptReport::default(),
        wanted: vec![condition(0.6)],
        plain: condition(0.2),
        start: None,
        colour: None,
        mirrored: Vec::new(),
        latents_len: 4,
        turn: 0.0,
        steps: 10,
        guidance: 2.0,
        guidance_ends: 0.85,
        previews: false,
        stats: ImageStats {
            seed: 7,
            count,
            ..ImageStats::default()
        },
    }
}

fn drawn(plan: GlyphPlan) -> (Vec<ImageEvent>, Fake) {
    let (mut fake, cancel) = (Fake::default(), Cancel::new());
    let events = GlyphRun::new(&mut fake, plan, &cancel)
        .events()
        .collect::<Result<_>>();
    (events.unwrap(), fake)
}

fn names(events: &[ImageEvent]) -> String {
    let letter = |event: &ImageEvent| match event {
        ImageEvent::Prompt(_) => "p",
        ImageEvent::Stage(ImageStage::ReadingPicture) => "R",
        ImageEvent::Stage(ImageStage::Denoising) => "N",
        ImageEvent::Stage(ImageStage::Decoding) => "C",
        ImageEvent::Stage(_) => "?",
        ImageEvent::Step(_) => "s",
        ImageEvent::Picture { .. } => "i",
        ImageEvent::Done(_) => "d",
    };
    events.iter().map(letter).collect()
}

#[test]
fn a_drawing_reports_its_stages_its_steps_and_its_end() {
    let (events, fake) = drawn(plan(2));
    assert_eq!(names(&events), "pNssssssssssCiid");
    // Guided, with both prompts in a run, until 0.85; then the prompt alone.
    let both = fake.runs.iter().filter(|(_, count)| *count == 2).count();
    assert_eq!((both, fake.runs.len()), (2 * 9, 2 * 10));
    assert_eq!(fake.decoded, 2);
    let Some(ImageEvent::Picture { picture, .. }) = events.iter().rev().nth(1) else {
        panic!("{events:?}");
    };
    // The last, unguided step leads exactly to the network's own answer for the prompt.
    assert_eq!(picture.rgb()[0], 153);
}

#[test]
fn each_step_says_how_much_noise_was_left_and_shows_what_is_expected() {
    let (events, fake) = drawn(GlyphPlan {
        previews: true,
        ..plan(1)
    });
    let steps: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            ImageEvent::Step(step) => Some(step),
            _ => None,
        })
        .collect();
    assert_eq!(steps.len(), 10);
    assert!((steps[0].noise_level - 1.0).abs() < 1e-6);
    assert!((steps[9].noise_level - 0.1).abs() < 1e-6);
    assert!(steps.iter().all(|step| step.previews.len() == 1));
    assert_eq!(fake.decoded, 11);
}

#[test]
fn guidance_of_one_asks_half_as_much() {
    let (_, fake) = drawn(GlyphPlan {
        guidance: 1.0,
        ..plan(1)
    });
    assert!(fake.runs.iter().all(|(_, count)| *count == 1));
}

#[test]
fn a_picture_to_start_from_skips_the_steps_that_would_change_it_too_much() {
    let start = Picture::new(1, 1, vec![0; 3]).unwrap();
    let (events, fake) = drawn(GlyphPlan {
        start: Some(Start {
            picture: start,
            strength: 0.3,
            mask: None,
            cell: 1,
        }),
        ..plan(1)
    });
    assert_eq!(names(&events), "pRNsssCid");
    assert!((fake.runs[0].0 - 0.7).abs() < 1e-6);
    let Some(ImageEvent::Done(stats)) = events.last() else {
        panic!("{events:?}");
    };
    assert_eq!(stats.steps, 3);
}

#[test]
fn where_a_mask_is_not_painted_the_picture_stays_as_it_was() {
    // Four cells of one pixel; the last may change.
    let start = Start {
        picture: Picture::new(4, 1, vec![9; 12]).unwrap(),
        strength: 1.0,
        mask: Mask::new(4, 1, vec![0, 0, 0, 255]),
        cell: 1,
    };
    let (_, fake) = drawn(GlyphPlan {
        start: Some(start),
        ..plan(2)
    });
    let found = &fake.latents;
    // The encoder's 0.25 is put back; the network's own 0.6 is drawn.
    assert!(found[..3].iter().all(|value| (value - 0.25).abs() < 1e-6));
    assert!((found[3] - 0.6).abs() < 1e-6, "{found:?}");
}

#[test]
fn a_raised_flag_ends_the_drawing_and_nothing_comes_after() {
    let (mut fake, cancel) = (Fake::default(), Cancel::new());
    let mut drawing = GlyphRun::new(&mut fake, plan(1), &cancel).events();
    assert!(drawing.by_ref().take(4).all(|event| event.is_ok()));
    cancel.raise();
    assert_eq!(drawing.next(), Some(Err(Error::Cancelled)));
    assert_eq!(drawing.next(), None);
}

#[test]
fn noise_turns_round_a_circle_and_stays_as_strong() {
    let strength = |noise: &[f32]| noise.iter().map(|value| value * value).sum::<f32>();
    let begin = turned_noise(7, 4096, 0.0);
    assert_eq!(begin, noise(7, 4096));
    let quarter = turned_noise(7, 4096, std::f32::consts::FRAC_PI_2);
    assert_ne!(begin, quarter);
    let half_way = turned_noise(7, 4096, std::f32::consts::FRAC_PI_4);
    assert!((strength(&half_way) / strength(&begin) - 1.0).abs() < 0.1);
    let back = turned_noise(7, 4096, std::f32::consts::TAU);
    assert!(begin.iter().zip(&back).all(|(a, b)| (a - b).abs() < 1e-5));
}
