//! A model that draws, and one that enlarges, of a few lines each.

use std::{thread, time::Duration};

use quartet_pipelines::Events;
use quartet_studio::{
    Cancel,
    image::{
        ImageEvent, ImageModel, ImageModelInfo, ImageParameters, ImageRequest, ImageStats,
        ImageStep, Picture, PromptReport, Subject, SubjectChoice, TakenBy, Thing,
        glyph::Condition,
        schedulers::SchedulerKind,
        upscale::{UpscaleEvent, UpscaleModel, UpscaleRequest, UpscaleStats},
    },
};

type PipelineResult<T> = quartet_pipelines::Result<T>;

/// Draws 8 x 8 pixels of the seed's colour, or of the picture it starts from where that is not
/// painted over; a step takes 2 ms.
pub struct FakeDrawer;

impl ImageModel for FakeDrawer {
    fn info(&self) -> ImageModelInfo {
        ImageModelInfo {
            family: "Fake".to_owned(),
            width: 8,
            height: 8,
            size_step: 8,
            max_side: 64,
            steps: 4,
            guidance: 2.0,
            scheduler: "Euler".to_owned(),
            schedulers: vec![SchedulerKind::Euler],
            styles: Vec::new(),
            prompt_tokens: 77,
            negative_prompt: true,
            start: true,
            mask: true,
            device: "CPU".to_owned(),
        }
    }

    /// The last word of what is one.
    fn subject(&mut self, prompt: &str, _: &Cancel) -> PipelineResult<Option<Subject>> {
        let thing = prompt
            .strip_prefix("one ")
            .and_then(|rest| rest.split(' ').next_back());
        Ok(thing.map(|english| Subject {
            thing: Thing {
                english: english.to_owned(),
                chinese: String::new(),
            },
            by: TakenBy::Name,
            words: prompt.to_owned(),
            colour: None,
            others: Vec::new(),
            left_out: Vec::new(),
        }))
    }

    fn condition(
        &mut self,
        prompt: &str,
        subject: Option<&SubjectChoice>,
        _: &ImageParameters,
        _: &Cancel,
    ) -> PipelineResult<Option<Condition>> {
        let prompt = match subject {
            Some(SubjectChoice::Thing { english, .. }) => english,
            _ => prompt,
        };
        // Every prompt a grey of its own, far from its neighbours'.
        let sum: u32 = prompt.bytes().map(u32::from).sum();
        let grey = (sum * 37 % 100) as f32 / 100.0;
        let slow = if prompt.contains("slow") { 1.0 } else { 0.0 };
        Ok(Some(Condition::of_vector(vec![grey, slow])))
    }

    fn draw(
        &mut self,
        condition: &Condition,
        _: f32,
        parameters: &ImageParameters,
        cancel: &Cancel,
    ) -> PipelineResult<Picture> {
        cancel.check()?;
        if condition.vector()[1] > 0.0 {
            thread::sleep(Duration::from_millis(20));
        }
        let grey = condition.vector()[0] * 200.0 + parameters.seed.unwrap() as f32;
        Ok(Picture::new(8, 8, vec![grey as u8; 192]).unwrap())
    }

    fn run<'a>(
        &'a mut self,
        request: ImageRequest,
        cancel: &'a Cancel,
    ) -> PipelineResult<Events<'a, ImageEvent>> {
        let parameters = request.parameters.clone();
        let (width, height) = (
            parameters.width.unwrap_or(8),
            parameters.height.unwrap_or(8),
        );
        let (steps, count) = (parameters.steps.unwrap_or(4), parameters.count);
        let seed = parameters.seed.unwrap_or(7);
        let began = std::time::Instant::now();
        let walk = (0..steps).map(move |index| {
            cancel.check()?;
            thread::sleep(Duration::from_millis(2 * u64::from(count)));
            Ok(ImageEvent::Step(ImageStep {
                index,
                total: steps,
                timestep: 0.0,
                noise_level: 1.0,
                previews: Vec::new(),
            }))
        });
        let pictures = (0..count).map(move |index| {
            let colour = vec![(seed + index) as u8; (width * height * 3) as usize];
            let mut picture = Picture::new(width, height, colour).unwrap();
            if let Some(start) = &request.start {
                assert_eq!((start.width(), start.height()), (width, height));
                picture = match &request.mask {
                    Some(mask) => start.merged(&picture, mask).unwrap(),
                    None => start.clone(),
                };
            }
            Ok(ImageEvent::Picture { index, picture })
        });
        let done = std::iter::once_with(move || {
            Ok(ImageEvent::Done(ImageStats {
                seed,
                width,
                height,
                count,
                steps,
                guidance: 2.0,
                denoise_seconds: began.elapsed().as_secs_f64(),
                ..ImageStats::default()
            }))
        });
        let prompt = Ok(ImageEvent::Prompt(PromptReport::default()));
        Ok(Box::new(
            std::iter::once(prompt)
                .chain(walk)
                .chain(pictures)
                .chain(done),
        ))
    }
}

/// Repeats pixels.
pub struct FakeEnlarger;

impl UpscaleModel for FakeEnlarger {
    fn run<'a>(
        &'a mut self,
        request: UpscaleRequest,
        _: &'a Cancel,
    ) -> PipelineResult<Events<'a, UpscaleEvent>> {
        let UpscaleRequest { picture, factor } = request;
        let (width, height) = (picture.width() * factor, picture.height() * factor);
        let stats = UpscaleStats {
            factor,
            width,
            height,
            tiles: 1,
            seconds: 0.0,
        };
        let events = [
            UpscaleEvent::Tile { done: 1, total: 1 },
            UpscaleEvent::Picture(picture.scaled(width, height)),
            UpscaleEvent::Done(stats),
        ];
        Ok(Box::new(events.into_iter().map(Ok)))
    }
}
