//! Pictures being drawn, step by step, as an iterator of events.
//!
//! Several pictures go side by side but each through runs of its own: a network's last bits depend
//! on how many are asked at once, and a picture must come out the same alone.

use std::time::Instant;

use quartet_runtime::Cancel;

use super::{condition::Condition, flow, networks::Networks, variety};
use crate::{
    Error, Result,
    image::{
        Colour, ImageEvent, ImageStage, ImageStats, ImageStep, Mask, Picture, PromptReport,
        SeededNoise, recolour,
    },
    run,
};

/// A picture to start from, of the size that is drawn.
#[derive(Debug)]
pub(super) struct Start {
    pub(super) picture: Picture,
    /// How much of it may change, over 0 to 1.
    pub(super) strength: f32,
    /// Where it may change, of the picture's size; none: everywhere.
    pub(super) mask: Option<Mask>,
    /// Pixels on a side that one cell of the latents stands for.
    pub(super) cell: u32,
}

/// What is drawn, checked.
#[derive(Debug)]
pub(super) struct GlyphPlan {
    pub(super) prompt: PromptReport,
    /// Of each picture.
    pub(super) wanted: Vec<Condition>,
    /// What guidance leads away from.
    pub(super) plain: Condition,
    pub(super) start: Option<Start>,
    /// Which pictures are drawn the other way round; those that are not there are not.
    pub(super) mirrored: Vec<bool>,
    /// What the thing is given when it is drawn; none: its own.
    pub(super) colour: Option<Colour>,
    pub(super) latents_len: usize,
    /// The noise to begin with is turned so far towards other noise, in radians.
    pub(super) turn: f32,
    pub(super) steps: u32,
    pub(super) guidance: f32,
    pub(super) guidance_ends: f32,
    pub(super) previews: bool,
    /// The seed of the first picture and how many there are are in here.
    pub(super) stats: ImageStats,
}

impl GlyphPlan {
    /// A decoded picture as it is shown.
    fn finished(&self, picture: Picture, number: usize) -> Picture {
        let picture = match self.mirrored.get(number) {
            Some(true) => variety::mirror(&picture),
            _ => picture,
        };
        match self.colour {
            Some(colour) => recolour(&picture, colour),
            None => picture,
        }
    }
}

/// What is put back where a mask leaves the picture alone.
struct InpaintBlend {
    picture: Picture,
    mask: Mask,
    /// One a cell.
    painted: Vec<bool>,
    clean: Vec<f32>,
    /// Of each picture.
    noises: Vec<Vec<f32>>,
}

impl InpaintBlend {
    /// Unpainted cells as they are at a time, whatever the network made of them.
    fn blend(&self, index: usize, latents: &mut [f32], time: f32) {
        let original = flow::mix(&self.clean, &self.noises[index], time);
        let cells = self.painted.iter().cycle();
        for ((latent, original), painted) in latents.iter_mut().zip(original).zip(cells) {
            if !painted {
                *latent = original;
            }
        }
    }
}

enum State {
    Prompt,
    Start,
    Noise,
    Step(u32),
    Decode(u32),
    Done,
    Finished,
}

pub(super) struct GlyphRun<'a> {
    networks: &'a mut dyn Networks,
    cancel: &'a Cancel,
    plan: GlyphPlan,
    /// The latents of each picture.
    latents: Vec<Vec<f32>>,
    blend: Option<InpaintBlend>,
    state: State,
    /// What was announced is done with the next pull.
    announced: bool,
}

impl<'a> GlyphRun<'a> {
    pub(super) fn new(networks: &'a mut dyn Networks, plan: GlyphPlan, cancel: &'a Cancel) -> Self {
        Self {
            networks,
            cancel,
            plan,
            latents: Vec::new(),
            blend: None,
            state: State::Prompt,
            announced: false,
        }
    }

    pub(super) fn events(mut self) -> impl Iterator<Item = Result<ImageEvent>> {
        run::events(move || self.step())
    }

    fn step(&mut self) -> Result<Option<ImageEvent>> {
        self.cancel.check()?;
        loop {
            match self.state {
                State::Prompt => {
                    self.state = match self.plan.start {
                        Some(_) => State::Start,
                        None => State::Noise,
                    };
                    return Ok(Some(ImageEvent::Prompt(self.plan.prompt.clone())));
                }
                State::Start => {
                    if self.announce() {
                        return Ok(Some(ImageEvent::Stage(ImageStage::ReadingPicture)));
                    }
                    self.begin_with_picture()?;
                }
                State::Noise => {
                    let GlyphPlan {
                        latents_len, turn, ..
                    } = self.plan;
                    self.latents = self
                        .seeds()
                        .map(|seed| turned_noise(seed, latents_len, turn))
                        .collect();
                    self.state = State::Step(0);
                }
                State::Step(index) if index == self.plan.steps => self.state = State::Decode(0),
                State::Step(index) => {
                    if self.announced_once() {
                        return Ok(Some(ImageEvent::Stage(ImageStage::Denoising)));
                    }
                    let step = self.denoise(index)?;
                    self.state = State::Step(index + 1);
                    return Ok(Some(ImageEvent::Step(step)));
                }
                State::Decode(index) if index == self.plan.stats.count => self.state = State::Done,
                State::Decode(index) => {
                    if index == 0 && self.announce() {
                        return Ok(Some(ImageEvent::Stage(ImageStage::Decoding)));
                    }
                    let began = Instant::now();
                    let latents = &self.latents[index as usize];
                    let drawn = self.networks.decode(latents, self.cancel)?;
                    let mut picture = self.plan.finished(drawn, index as usize);
                    // What was not painted over stays as it was, to the byte.
                    if let Some(blend) = &self.blend
                        && let Some(merged) = blend.picture.merged(&picture, &blend.mask)
                    {
                        picture = merged;
                    }
                    self.plan.stats.decode_seconds += began.elapsed().as_secs_f64();
                    self.state = State::Decode(index + 1);
                    self.announced = true;
                    return Ok(Some(ImageEvent::Picture { index, picture }));
                }
                State::Done => {
                    self.state = State::Finished;
                    return Ok(Some(ImageEvent::Done(self.plan.stats.clone())));
                }
                State::Finished => return Ok(None),
            }
        }
    }

    /// True the first time it is asked in a stage: the stage is announced before its work is done.
    fn announce(&mut self) -> bool {
        self.announced = !self.announced;
        self.announced
    }

    /// True once before the first of the steps of denoising.
    fn announced_once(&mut self) -> bool {
        self.plan.stats.steps == 0 && self.announce()
    }

    fn seeds(&self) -> impl Iterator<Item = u32> + use<> {
        let first = self.plan.stats.seed;
        (0..self.plan.stats.count).map(move |index| first.wrapping_add(index))
    }

    /// Begins on the way, at the time at which as much is still open as may change.
    fn begin_with_picture(&mut self) -> Result<()> {
        let Some(start) = self.plan.start.take() else {
            self.state = State::Noise;
            return Ok(());
        };
        let Start {
            picture,
            strength,
            mask,
            cell,
        } = start;
        let began = Instant::now();
        let clean = self.networks.encode(&picture, self.cancel)?;
        self.plan.stats.encode_seconds += began.elapsed().as_secs_f64();
        let steps = self.plan.steps;
        let open = ((strength * steps as f32).round() as u32).clamp(1, steps);
        let begin = steps - open;
        let time = flow::time(begin, steps);
        let noises: Vec<_> = self.seeds().map(|seed| noise(seed, clean.len())).collect();
        let begun = noises.iter().map(|noise| flow::mix(&clean, noise, time));
        self.latents = begun.collect();
        self.blend = mask.map(|mask| InpaintBlend {
            painted: mask.cells(cell),
            picture,
            mask,
            clean,
            noises,
        });
        self.announced = false;
        self.state = State::Step(begin);
        Ok(())
    }

    fn denoise(&mut self, index: u32) -> Result<ImageStep> {
        let began = Instant::now();
        let plan = &mut self.plan;
        let (now, after) = (
            flow::time(index, plan.steps),
            flow::time(index + 1, plan.steps),
        );
        #[expect(
            clippy::float_cmp,
            reason = "exactly 1 is the prompt alone, at half the work"
        )]
        let guided = plan.guidance != 1.0 && now < plan.guidance_ends;
        let mut previews = Vec::new();
        for (number, latents) in self.latents.iter_mut().enumerate() {
            let Some(wanted) = plan.wanted.get(number).or(plan.wanted.last()) else {
                return Err(Error::unsupported("there is nothing to draw"));
            };
            let clean = if guided {
                let both = [wanted, &plan.plain];
                let both = self.networks.clean(latents, now, &both, self.cancel)?;
                flow::guided(&both[0], &both[1], plan.guidance)
            } else {
                let alone = [wanted];
                let mut alone = self.networks.clean(latents, now, &alone, self.cancel)?;
                alone.swap_remove(0)
            };
            flow::step(latents, &clean, now, after);
            if let Some(blend) = &self.blend {
                blend.blend(number, latents, after);
            }
            if plan.previews {
                previews.push(clean);
            }
        }
        plan.stats.steps += 1;
        let previews = previews
            .iter()
            .enumerate()
            .map(|(number, clean)| {
                let drawn = self.networks.decode(clean, self.cancel)?;
                Ok(self.plan.finished(drawn, number))
            })
            .collect::<Result<_>>()?;
        // What is shown of a step is part of the step.
        self.plan.stats.denoise_seconds += began.elapsed().as_secs_f64();
        Ok(ImageStep {
            index,
            total: self.plan.steps,
            timestep: now,
            noise_level: 1.0 - now,
            previews,
        })
    }
}

fn noise(seed: u32, length: usize) -> Vec<f32> {
    SeededNoise::new(seed).vector(length)
}

/// A seed's noise on its way round a circle to the seed's next noise: as strong everywhere, and as near
/// to its neighbours as the turn is small.
fn turned_noise(seed: u32, length: usize, turn: f32) -> Vec<f32> {
    let mut source = SeededNoise::new(seed);
    let mut noise = source.vector(length);
    if turn != 0.0 {
        let (sine, cosine) = (libm::sinf(turn), libm::cosf(turn));
        for (value, other) in noise.iter_mut().zip(source.vector(length)) {
            *value = cosine * *value + sine * other;
        }
    }
    noise
}

#[cfg(test)]
mod tests;
