//! Pictures being made, stage by stage and step by step, as an iterator of events.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use quartet_runtime::Cancel;

use super::{
    super::{
        Denoiser, ImageEvent, ImageStage, ImageStats, ImageStep, Latents, PromptReport,
        SeededNoise, schedulers::SchedulerKind,
    },
    folder::{DiffusionFamily, DiffusionFolder},
    guidance::embedding,
    parts::{Loader, Part},
    plan::{Plan, Start},
    preview::preview,
    prompt::Span,
    text_encoder::{self, Encoded},
    tokenizer::ClipTokenizer,
    unet::{Conditions, GuidedUnet, Prompt},
    vae,
};
use crate::{Error, Result};

/// The stages that have graphs of their own.
const STAGES: [ImageStage; 4] = [
    ImageStage::ReadingPrompt,
    ImageStage::ReadingPicture,
    ImageStage::Denoising,
    ImageStage::Decoding,
];

/// The model's graphs and tokenizers.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) loader: Loader,
    pub(super) folder: DiffusionFolder,
    pub(super) tokenizers: Vec<ClipTokenizer>,
    pub(super) text: Vec<Part>,
    pub(super) unet: Part,
    pub(super) decoder: Part,
    pub(super) encoder: Option<Part>,
}

impl Model {
    /// The graphs a stage needs.
    fn parts(&mut self, stage: ImageStage) -> Vec<&mut Part> {
        match stage {
            ImageStage::ReadingPrompt => self.text.iter_mut().collect(),
            ImageStage::ReadingPicture => self.encoder.iter_mut().collect(),
            ImageStage::Denoising => vec![&mut self.unet],
            ImageStage::Decoding => vec![&mut self.decoder],
            ImageStage::Loading => Vec::new(),
        }
    }

    fn is_ready(&mut self, stage: ImageStage) -> bool {
        self.parts(stage).iter().all(|part| part.is_loaded())
    }

    /// Loads every stage's graphs; none where they go in turn.
    pub(super) fn load_all(&mut self, cancel: &Cancel) -> Result<()> {
        if self.loader.in_turn {
            return Ok(());
        }
        for stage in STAGES {
            self.load(stage, cancel)?;
        }
        Ok(())
    }

    /// Loads what a stage needs; lets go of all else first where memory is short.
    fn load(&mut self, stage: ImageStage, cancel: &Cancel) -> Result<()> {
        if self.loader.in_turn {
            for other in STAGES.into_iter().filter(|&other| other != stage) {
                self.parts(other).into_iter().for_each(Part::unload);
            }
        }
        let Self {
            loader,
            text,
            unet,
            decoder,
            encoder,
            ..
        } = self;
        match stage {
            ImageStage::ReadingPrompt => {
                for part in text {
                    part.load(loader, cancel)?;
                }
            }
            ImageStage::ReadingPicture => {
                if let Some(part) = encoder {
                    part.load(loader, cancel)?;
                }
            }
            ImageStage::Denoising => drop(unet.load(loader, cancel)?),
            ImageStage::Decoding => drop(decoder.load(loader, cancel)?),
            ImageStage::Loading => {}
        }
        Ok(())
    }
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// Say what is about to happen.
    Announce(ImageStage),
    Load(ImageStage),
    Work(ImageStage),
    Step(usize),
    Decode(usize),
    Finish,
    Nothing,
}

/// One run of the pipeline.
pub struct Painting<'a> {
    model: &'a mut Model,
    cancel: &'a Cancel,
    plan: Plan,
    next: Next,
    told: VecDeque<ImageEvent>,
    conditions: Conditions,
    noises: Vec<SeededNoise>,
    latents: Latents,
    /// What the picture to start from is, as latents, and the noise it was given: for blending it
    /// back in where it is not painted over.
    kept: Option<Kept>,
    stats: ImageStats,
}

struct Kept {
    latents: Vec<f32>,
    noise: Latents,
    /// One a cell: whether it is painted over.
    painted: Vec<bool>,
}

impl std::fmt::Debug for Painting<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Painting")
            .field("next", &self.next)
            .finish_non_exhaustive()
    }
}

impl<'a> Painting<'a> {
    pub(super) fn new(model: &'a mut Model, plan: Plan, cancel: &'a Cancel) -> Self {
        let noise = |index: usize| SeededNoise::new(plan.seed.wrapping_add(index as u32));
        Self {
            noises: (0..plan.count).map(noise).collect(),
            stats: ImageStats {
                seed: plan.seed,
                width: plan.width,
                height: plan.height,
                count: plan.count as u32,
                steps: 0,
                guidance: plan.guidance,
                scheduler: plan.kind.name().to_owned(),
                ..ImageStats::default()
            },
            model,
            cancel,
            plan,
            next: Next::Announce(ImageStage::ReadingPrompt),
            told: VecDeque::new(),
            conditions: Conditions::default(),
            latents: Latents::default(),
            kept: None,
        }
    }

    /// The latents as the last step left them; empty before the first.
    pub fn latents(&self) -> &Latents {
        &self.latents
    }

    fn advance(&mut self) -> Result<Option<ImageEvent>> {
        loop {
            self.cancel.check()?;
            if let Some(event) = self.told.pop_front() {
                return Ok(Some(event));
            }
            let began = Instant::now();
            match self.next {
                Next::Announce(stage) => {
                    let (told, next) = if self.model.is_ready(stage) {
                        (stage, Next::Work(stage))
                    } else {
                        (ImageStage::Loading, Next::Load(stage))
                    };
                    self.told.push_back(ImageEvent::Stage(told));
                    self.next = next;
                }
                Next::Load(stage) => {
                    self.model.load(stage, self.cancel)?;
                    self.stats.load_seconds += seconds(began.elapsed());
                    self.told.push_back(ImageEvent::Stage(stage));
                    self.next = Next::Work(stage);
                }
                Next::Work(ImageStage::ReadingPrompt) => {
                    let report = self.read_prompt()?;
                    self.stats.encode_seconds += seconds(began.elapsed());
                    self.told.push_back(ImageEvent::Prompt(report));
                    let reads = self.plan.start.is_some() || self.model.folder.inpaints;
                    self.next = Next::Announce(if reads && self.model.encoder.is_some() {
                        ImageStage::ReadingPicture
                    } else {
                        ImageStage::Denoising
                    });
                }
                Next::Work(ImageStage::ReadingPicture) => {
                    self.read_picture()?;
                    self.stats.encode_seconds += seconds(began.elapsed());
                    self.next = Next::Announce(ImageStage::Denoising);
                }
                Next::Work(ImageStage::Denoising) => {
                    self.begin();
                    self.next = Next::Step(self.plan.first);
                }
                Next::Step(index) => {
                    self.step(index)?;
                    self.stats.denoise_seconds += seconds(began.elapsed());
                    let more = index + 1 < self.plan.first + self.plan.steps();
                    self.next = if more {
                        Next::Step(index + 1)
                    } else {
                        Next::Announce(ImageStage::Decoding)
                    };
                }
                Next::Work(ImageStage::Decoding) => self.next = Next::Decode(0),
                Next::Decode(index) => {
                    self.decode(index)?;
                    self.stats.decode_seconds += seconds(began.elapsed());
                    self.next = if index + 1 < self.plan.count {
                        Next::Decode(index + 1)
                    } else {
                        Next::Finish
                    };
                }
                Next::Finish => {
                    self.next = Next::Nothing;
                    return Ok(Some(ImageEvent::Done(self.stats.clone())));
                }
                Next::Work(ImageStage::Loading) | Next::Nothing => return Ok(None),
            }
        }
    }

    fn read_prompt(&mut self) -> Result<PromptReport> {
        let mut report = PromptReport::default();
        let prompt = std::mem::take(&mut self.plan.prompt);
        let (with, width) = self.encode(&prompt, &mut report, false)?;
        self.conditions.width = width;
        if self.plan.guided {
            let negative = std::mem::take(&mut self.plan.negative);
            let zeros = negative.is_empty()
                && self.model.folder.zeros_for_empty
                && self.model.folder.family == DiffusionFamily::StableDiffusionXl;
            let without = if zeros {
                Prompt {
                    hidden: vec![0.0; with.hidden.len()],
                    pooled: vec![0.0; with.pooled.len()],
                }
            } else {
                self.encode(&negative, &mut report, true)?.0
            };
            self.conditions.prompts.push(without);
        }
        self.conditions.prompts.push(with);
        self.conditions.guidance = self.plan.guidance;
        self.conditions.guidance_rescale = self.plan.guidance_rescale;
        if let Some(width) = self.model.folder.guidance_embedding {
            self.conditions.guidance_embedding = embedding(self.plan.guidance, width);
        }
        if self.model.folder.family == DiffusionFamily::StableDiffusionXl {
            let (height, width) = (self.plan.height as f32, self.plan.width as f32);
            self.conditions.sizes = vec![height, width, 0.0, 0.0, height, width];
        }
        Ok(report)
    }

    /// What all text encoders make of a prompt, token beside token.
    fn encode(
        &mut self,
        spans: &[Span],
        report: &mut PromptReport,
        negative: bool,
    ) -> Result<(Prompt, usize)> {
        let is_xl = self.model.folder.family == DiffusionFamily::StableDiffusionXl;
        let mut encoded: Vec<Encoded> = Vec::new();
        let Model {
            loader,
            text,
            tokenizers,
            ..
        } = &mut *self.model;
        for (part, tokenizer) in text.iter_mut().zip(tokenizers) {
            let tokens = tokenizer.tokens(spans)?;
            let session = part.load(loader, self.cancel)?;
            encoded.push(text_encoder::encode(session, &tokens, is_xl, self.cancel)?);
            if negative {
                report.cut_negative = tokens.cut;
            } else {
                report.tokens = tokens.words as u32;
                report.limit = tokenizer.limit() as u32;
                report.cut = tokens.cut;
            }
        }
        let width = encoded.iter().map(|one| one.width).sum();
        let rows = encoded
            .iter()
            .map(|one| one.hidden.len() / one.width.max(1))
            .min()
            .unwrap_or(0);
        let row = |row: usize, one: &Encoded| one.hidden[row * one.width..][..one.width].to_vec();
        let hidden = (0..rows)
            .flat_map(|index| encoded.iter().flat_map(move |one| row(index, one)))
            .collect();
        // XL is led by the second encoder's vector for the whole prompt.
        let pooled = encoded.pop().map(|one| one.pooled).unwrap_or_default();
        Ok((Prompt { hidden, pooled }, width))
    }

    fn read_picture(&mut self) -> Result<()> {
        let Model {
            loader,
            encoder,
            folder,
            ..
        } = &mut *self.model;
        let Some(encoder) = encoder else {
            return Ok(());
        };
        let session = encoder.load(loader, self.cancel)?;
        let space = folder.space;
        let [height, width] = self.plan.sides;
        if folder.inpaints {
            let grey = vec![128; self.plan.width as usize * self.plan.height as usize * 3];
            let grey = super::super::Picture::new(self.plan.width, self.plan.height, grey);
            let mask = self
                .plan
                .start
                .as_ref()
                .and_then(|start| start.mask.as_ref());
            let keep: Vec<bool> = match mask {
                Some(mask) => mask.values().iter().map(|&value| value < 128).collect(),
                // Without a mask all is painted, without a picture there is nothing to keep.
                None => vec![false; self.plan.width as usize * self.plan.height as usize],
            };
            let picture = self.plan.start.as_ref().map(|start| &start.picture);
            let picture = picture.or(grey.as_ref()).ok_or(Error::NotFinite)?;
            let masked = vae::encode(session, picture, Some(&keep), &space, self.cancel)?;
            let cells = match mask {
                Some(mask) => mask.cells(space.cell),
                None => vec![true; height * width],
            };
            let cells = cells.iter().map(|&painted| f32::from(u8::from(painted)));
            let one: Vec<f32> = cells.chain(masked).collect();
            self.conditions.painting = Some(one.repeat(self.plan.count));
        }
        if let Some(Start { picture, mask, .. }) = &self.plan.start {
            let latents = vae::encode(session, picture, None, &space, self.cancel)?;
            let painted = match mask {
                Some(mask) => mask.cells(space.cell),
                None => vec![true; height * width],
            };
            self.kept = Some(Kept {
                latents,
                noise: Latents::default(),
                painted,
            });
        }
        Ok(())
    }

    /// The noise to start from.
    fn begin(&mut self) {
        let [height, width] = self.plan.sides;
        let shape = [
            self.plan.count,
            self.model.folder.space.channels,
            height,
            width,
        ];
        let mut noise = Latents::zeros(shape);
        for (picture, source) in noise.pictures_mut().zip(&mut self.noises) {
            source.fill(picture);
        }
        let from_noise = match &self.plan.start {
            Some(start) => start.from_noise,
            None => true,
        };
        let mut latents = noise.clone();
        for (picture, scheduler) in latents.pictures_mut().zip(&self.plan.schedulers) {
            match &self.kept {
                Some(kept) if !from_noise => {
                    let noisy = scheduler.add_noise(self.plan.first, &kept.latents, picture);
                    picture.copy_from_slice(&noisy);
                }
                _ => {
                    let sigma = scheduler.initial_sigma();
                    for value in picture.iter_mut() {
                        *value *= sigma;
                    }
                }
            }
        }
        self.latents = latents;
        if let Some(kept) = &mut self.kept {
            kept.noise = noise;
        }
    }

    fn step(&mut self, index: usize) -> Result<()> {
        let Model {
            loader,
            unet,
            folder,
            ..
        } = &mut *self.model;
        let session = unet.load(loader, self.cancel)?;
        let mut denoiser = GuidedUnet {
            session,
            conditions: &self.conditions,
        };
        let Some(first) = self.plan.schedulers.first() else {
            return Ok(());
        };
        let (timestep, noise_level) = (first.timesteps()[index], first.noise_level(index));
        let scale = first.input_scale(index);
        let mut seen = self.latents.clone();
        for value in seen.data_mut() {
            *value *= scale;
        }
        let output = denoiser.predict(&seen, timestep, self.cancel)?;

        let [_, channels, height, width] = self.latents.shape();
        let last = index + 1 == self.plan.first + self.plan.steps();
        let mut previews = Vec::new();
        let outputs = output.pictures();
        let pictures = self.latents.pictures_mut().zip(outputs);
        let sources = self.plan.schedulers.iter_mut().zip(&mut self.noises);
        for (number, ((latents, output), (scheduler, source))) in pictures.zip(sources).enumerate()
        {
            let mut noise = |values: &mut [f32]| source.fill(values);
            let stepped = scheduler.step(index, output, latents, &mut noise);
            latents.copy_from_slice(&stepped.latents);
            // Denoisers that were not taught to keep what is unpainted have it put back.
            if let (Some(kept), false) = (&self.kept, folder.inpaints)
                && let Some(noise) = kept.noise.pictures().nth(number)
            {
                let original = if last {
                    kept.latents.clone()
                } else {
                    scheduler.add_noise(index + 1, &kept.latents, noise)
                };
                let cells = kept.painted.iter().cycle();
                for ((latent, original), painted) in latents.iter_mut().zip(original).zip(cells) {
                    if !painted {
                        *latent = original;
                    }
                }
            }
            if self.plan.previews {
                let shape = [channels, height, width];
                previews.extend(preview(folder.family, &stepped.denoised, shape));
            }
        }
        if !self.latents.is_finite() {
            return Err(Error::NotFiniteIn {
                part: "sampling",
                half: false,
            });
        }
        self.stats.steps += 1;
        self.told.push_back(ImageEvent::Step(ImageStep {
            index: (index - self.plan.first) as u32,
            total: self.plan.steps() as u32,
            timestep,
            noise_level,
            previews,
        }));
        Ok(())
    }

    fn decode(&mut self, index: usize) -> Result<()> {
        let Model {
            loader,
            decoder,
            folder,
            ..
        } = &mut *self.model;
        let session = decoder.load(loader, self.cancel)?;
        let Some(latents) = self.latents.pictures().nth(index) else {
            return Ok(());
        };
        let mut picture = vae::decode(
            session,
            latents,
            self.plan.sides,
            &folder.space,
            self.cancel,
        )?;
        // What was not painted over stays as it was, to the byte.
        if let Some(Start {
            picture: original,
            mask: Some(mask),
            ..
        }) = &self.plan.start
            && let Some(merged) = original.merged(&picture, mask)
        {
            picture = merged;
        }
        self.told.push_back(ImageEvent::Picture {
            index: index as u32,
            picture,
        });
        Ok(())
    }
}

impl Iterator for Painting<'_> {
    type Item = Result<ImageEvent>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.next == Next::Nothing {
            return None;
        }
        let event = self.advance().transpose();
        if !matches!(event, Some(Ok(_))) {
            self.next = Next::Nothing;
        }
        event
    }
}

fn seconds(duration: Duration) -> f64 {
    duration.as_secs_f64()
}

/// Whether a scheduler can be chosen for any model; the others need one taught for them.
pub(super) fn choices(own: Option<SchedulerKind>) -> Vec<SchedulerKind> {
    match own {
        Some(SchedulerKind::Lcm | SchedulerKind::FlowEuler) => Vec::new(),
        _ => SchedulerKind::INTERCHANGEABLE.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consistency_models_keep_their_own_sampling() {
        assert!(choices(Some(SchedulerKind::Lcm)).is_empty());
        assert!(choices(None).contains(&SchedulerKind::DpmSolver));
    }
}
